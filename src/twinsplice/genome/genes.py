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
        name = coordinates.canonical_contig(contig)
        if name not in self._contigs:
            return []
        members, starts, ends = self._contigs[name]
        over = np.flatnonzero((starts <= position) & (position < ends))
        return [members[i] for i in over]
