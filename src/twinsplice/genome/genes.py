"""Genes: the transcribed interval and the annotated splice sites."""

import dataclasses
from collections.abc import Iterable

import numpy as np
from jaxtyping import Int64

from twinsplice.genome import coordinates


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Gene:
    """A gene of an annotation.

    Attributes:
        name: Label in results: the gene's symbol, or its identifier if it has none.
        gene_id: The source's stable identifier; the name if it has none.
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
        left: Last exon base before each intron, along the plus strand; any order.
        right: First exon base after each intron, likewise.

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


def exons(gene: Gene) -> list[tuple[int, int]]:
    """Return a gene's exons: pairs of edges with no other edge between them.

    Of edges that belong to several transcripts the innermost make the exon.

    Returns:
        First base and the base after the last one of each (0-based), ascending.
    """
    plus = gene.strand is coordinates.Strand.PLUS
    left, right = (gene.acceptors, gene.donors)[:: 1 if plus else -1]
    starts = np.unique(np.append(left, gene.span.start))
    ends = np.unique(np.append(right, gene.span.end - 1)) + 1
    innermost = []
    for start in starts.tolist():
        end = int(ends[ends > start][0])
        if starts[starts < end][-1] == start:
            innermost.append((start, end))
    return innermost


_BLOCK = 256
"""Intervals compared at once with the genes around them."""


class GeneIndex:
    """An index of genes by position; contig names are compared in canonical form.

    Attributes:
        genes: All genes, in the annotation's order.
        start: First transcribed base of each gene (0-based, plus strand).
        end: The base after its last one.
        minus: Whether the gene lies on the minus strand.
    """

    def __init__(self, genes: Iterable[Gene]) -> None:
        self.genes = tuple(genes)
        spans = [gene.span for gene in self.genes]
        self.start = np.array([span.start for span in spans], dtype=np.int64)
        self.end = np.array([span.end for span in spans], dtype=np.int64)
        self.minus = np.array(
            [gene.strand is coordinates.Strand.MINUS for gene in self.genes], dtype=bool
        )
        by_contig: dict[str, list[int]] = {}
        for number, span in enumerate(spans):
            name = coordinates.canonical_contig(span.contig)
            by_contig.setdefault(name, []).append(number)
        self._contigs = {
            name: np.array(numbers, dtype=np.int64)
            for name, numbers in by_contig.items()
        }

    def at(self, contig: str, position: int) -> list[Gene]:
        """Return the genes that contain a base (0-based), in the annotation's order."""
        return self.over(contig, position, position + 1)

    def over(self, contig: str, start: int, end: int) -> list[Gene]:
        """Return the genes that overlap an interval, in the annotation's order."""
        bounds = (np.array([value], dtype=np.int64) for value in (start, end))
        _, numbers = self.overlapping(contig, *bounds)
        return [self.genes[number] for number in numbers]

    def overlapping(
        self,
        contig: str,
        start: Int64[np.ndarray, " intervals"],
        end: Int64[np.ndarray, " intervals"],
    ) -> tuple[Int64[np.ndarray, " pairs"], Int64[np.ndarray, " pairs"]]:
        """Return the overlaps of intervals of a contig with genes.

        Args:
            contig: The contig, by any of its names.
            start: First base of each interval (0-based).
            end: The base after its last.

        Returns:
            Numbers of the interval and of the gene of each overlap: intervals
            ascending, then genes in the annotation's order.
        """
        none = np.zeros(0, dtype=np.int64)
        members = self._contigs.get(coordinates.canonical_contig(contig), none)
        order = np.argsort(start, kind="stable")
        rows, numbers = [none], [none]
        for first in range(0, len(order) if len(members) else 0, _BLOCK):
            block = order[first : first + _BLOCK]
            block_start, block_end = start[block], end[block]
            candidates = members[
                (self.start[members] < block_end.max())
                & (block_start.min() < self.end[members])
            ]
            row, gene = np.nonzero(
                (self.start[candidates] < block_end[:, None])
                & (block_start[:, None] < self.end[candidates])
            )
            rows.append(block[row])
            numbers.append(candidates[gene])
        row, number = np.concatenate(rows), np.concatenate(numbers)
        by_row = np.lexsort((number, row))
        return row[by_row], number[by_row]
