"""Which transcripts hold a variant, and which gene each of them is of."""

from collections.abc import Sequence

from twinsplice.genome import genes, transcript_sets, transcripts
from twinsplice.io.annotation import former_symbols
from twinsplice.scoring.one_variant import variant_profiles


def of_variant(
    profile: variant_profiles.VariantProfile,
    table: transcript_sets.TranscriptSet,
    around: Sequence[genes.Gene],
) -> list[transcripts.Transcript]:
    """Return the transcripts that hold the variant and are of its gene; see `owner`.

    Where some are of the gene's own name, others are left out.
    """
    gene = profile.gene
    end = profile.position + len(profile.ref)
    rows = table.over(profile.contig, profile.position, end)
    members = [
        transcript
        for transcript in map(table.row, rows)
        if transcript.strand is profile.strand
        and (gene is None or owner(transcript, around) in (None, gene))
    ]
    names = former_symbols.alike("" if gene is None else gene.name)
    return [member for member in members if member.gene.upper() in names] or members


def owner(
    transcript: transcripts.Transcript, around: Sequence[genes.Gene]
) -> genes.Gene | None:
    """Return the gene that a transcript is of: that of its name, or the likest span.

    Args:
        transcript: The transcript.
        around: Genes of an annotation, which may name it otherwise or not have it.

    Returns:
        The gene; None if there is none on the transcript's strand.
    """
    first, last = int(transcript.starts[0]), int(transcript.ends[-1])

    def likeness(gene: genes.Gene) -> tuple[bool, float]:
        shared = min(last, gene.span.end) - max(first, gene.span.start)
        whole = max(last, gene.span.end) - min(first, gene.span.start)
        named = transcript.gene.upper() in former_symbols.alike(gene.name)
        return named, shared / whole

    strand = [gene for gene in around if gene.strand is transcript.strand]
    return max(strand, key=likeness, default=None)
