"""Transcripts as genes of their own, to be scored one by one.

Each is called `ACCESSION(SYMBOL)`, its accession is its identifier; MANE's come first.
Exons that touch have no intron between them.
"""

import numpy as np
from jaxtyping import Bool, Int64

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
    introns = _introns(table)
    # Sites of all rows at once: of each alone they would take seconds.
    left = table.exon_ends[introns] - 1
    right = table.exon_starts[np.flatnonzero(introns) + 1]
    first = np.append(0, np.cumsum(introns))[table.exon_first].tolist()
    return genes.GeneIndex(
        _gene(
            table,
            row,
            left[first[row] : first[row + 1]],
            right[first[row] : first[row + 1]],
        )
        for row in rows
    )


def _introns(table: transcript_sets.TranscriptSet) -> Bool[np.ndarray, " exons"]:
    """Whether an intron of the same transcript follows each exon."""
    follows = np.zeros(len(table.exon_starts), dtype=bool)
    follows[:-1] = table.exon_starts[1:] > table.exon_ends[:-1]
    follows[table.exon_first[1:] - 1] = False
    return follows


def _gene(
    table: transcript_sets.TranscriptSet,
    row: int,
    left: Int64[np.ndarray, " introns"],
    right: Int64[np.ndarray, " introns"],
) -> genes.Gene:
    """A transcript as a gene, from the exon bases on either side of its introns."""
    minus = bool(table.minus[row])
    name = table.names[row]
    start, end = int(table.start[row]), int(table.end[row])
    return genes.Gene(
        name=f"{name}({table.genes[row]})",
        gene_id=name,
        span=coordinates.Interval(table.contigs[row], start, end),
        strand=coordinates.Strand.MINUS if minus else coordinates.Strand.PLUS,
        acceptors=left if minus else right,
        donors=right if minus else left,
    )
