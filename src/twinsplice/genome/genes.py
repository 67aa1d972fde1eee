"""Genes: where a transcript lies, and its annotated splice sites."""

import dataclasses
from collections.abc import Iterable

import numpy as np
from jaxtyping import Int64

from twinsplice.genome import coordinates


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Gene:
    """One row of an annotation.

    Attributes:
        name: What results are labelled with: the symbol, or the id without one.
        gene_id: The source's stable identifier; the name again without one.
        span: Transcribed bases, on the annotation's own contig name.
        strand: The transcribed strand.
        acceptors: First base of every exon but the first, in the direction of
            transcription; sorted positions on the plus strand (0-based).
        donors: Last base of every exon but the last, likewise.
    """

    name: str
    gene_id: str
    span: coordinates.Interval
    strand: coordinates.Strand
    acceptors: Int64[np.ndarray, " acceptors"]
    donors: Int64[np.ndarray, " donors"]


def from_introns(
    *,
    names: tuple[str, str],
    span: coordinates.Interval,
    strand: coordinates.Strand,
    left: Int64[np.ndarray, " left"],
    right: Int64[np.ndarray, " right"],
) -> Gene:
    """Build a gene from the exon bases on either side of its introns.

    Args:
        names: Its name and its stable identifier.
        span: Transcribed bases.
        strand: The transcribed strand.
        left: Exon bases just before an intron, along the plus strand; any order.
        right: Exon bases just after one, likewise.

    Raises:
        ValueError: The span is empty, begins before the contig, or does not hold
            every exon base.
    """
    if span.start < 0 or span.width <= 0:
        raise ValueError(f"a gene needs bases; got {span}")
    left, right = np.unique(left), np.unique(right)
    for edge in (left, right):
        if ((edge < span.start) | (edge >= span.end)).any():
            raise ValueError(f"an intron must lie within {span}")
    plus = strand is coordinates.Strand.PLUS
    return Gene(
        name=names[0],
        gene_id=names[1],
        span=span,
        strand=strand,
        acceptors=right if plus else left,
        donors=left if plus else right,
    )


class GeneIndex:
    """Genes by place; contig names are compared in their canonical form."""

    def __init__(self, genes: Iterable[Gene]) -> None:
        self.genes = tuple(genes)
        by_contig: dict[str, list[Gene]] = {}
        for gene in self.genes:
            name = coordinates.canonical_contig(gene.span.contig)
            by_contig.setdefault(name, []).append(gene)
        self._contigs = {
            name: (
                members,
                np.array([gene.span.start for gene in members], dtype=np.int64),
                np.array([gene.span.end for gene in members], dtype=np.int64),
            )
            for name, members in by_contig.items()
        }

    def at(self, contig: str, position: int) -> list[Gene]:
        """Return the genes over one base (0-based), in the annotation's order."""
        return self.over(contig, position, position + 1)

    def over(self, contig: str, start: int, end: int) -> list[Gene]:
        """Return the genes over any base of an interval, in the annotation's order."""
        name = coordinates.canonical_contig(contig)
        if name not in self._contigs:
            return []
        members, starts, ends = self._contigs[name]
        return [members[i] for i in np.flatnonzero((starts < end) & (start < ends))]
