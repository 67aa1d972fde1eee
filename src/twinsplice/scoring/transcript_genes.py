"""Transcripts as genes of their own, to be scored one by one.

Each is called `ACCESSION(SYMBOL)`, its accession is its identifier; MANE's come first.
"""

import numpy as np

from twinsplice.genome import coordinates, genes, transcript_sets, transcripts


def index(
    table: transcript_sets.TranscriptSet, *, mane_only: bool = False
) -> genes.GeneIndex:
    """Return transcripts as genes, in order of preference.

    Args:
        table: The transcripts.
        mane_only: Leave out those that are not in MANE.
    """
    rows = table.preferred(range(len(table)))
    if mane_only:
        rows = [row for row in rows if table.mane[row] is not transcripts.Mane.NONE]
    return genes.GeneIndex(gene(table.row(row)) for row in rows)


def gene(transcript: transcripts.Transcript) -> genes.Gene:
    """Return a transcript as a gene; exons that touch have no intron between them."""
    left, right = transcript.ends[:-1] - 1, transcript.starts[1:]
    apart = right > left + 1
    label = f"{transcript.name}({transcript.gene})"
    span = transcript.span
    return genes.from_introns(
        names=(label, transcript.name),
        span=coordinates.Interval(transcript.contig, span.start, span.end),
        strand=transcript.strand,
        left=np.asarray(left[apart]),
        right=np.asarray(right[apart]),
    )
