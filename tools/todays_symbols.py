"""Today's symbols for genes that an older annotation names.

A gene is named by the transcripts that lie where it lies: RefSeq's, whose symbols are
HGNC's of their day. In this order, each symbol going to one gene only:

1. A gene keeps its symbol if a transcript of that symbol shares a splice site with it
   and no other symbol fits much better, or if the other assembly gives it to the same
   Ensembl id.
2. A gene claims the symbols whose transcripts share splice sites with it; the claim
   with the largest share of all sites of both (at least a quarter) wins. So a
   read-through gene does not take its neighbour's name.
3. A gene that only holds transcripts of one exon is named by the one within its exons.
4. A gene keeps its symbol where no transcript says otherwise, unless it is the name of
   a clone (RP11-685N3.1), which is no symbol: that gene is named by its Ensembl id.
"""

import collections
import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
from jaxtyping import Int64

from twinsplice.genome import coordinates, genes, transcript_sets, transcripts

LEAST = 0.25
"""Share of common splice sites from which a gene and a symbol are the same."""
BETTER, PART_BETTER = 1.5, 1.2
"""How much better another symbol fits that replaces one that fits: any, and one that
is a part of it (APOC2 of APOC4-APOC2)."""

_Sites = frozenset[tuple[bool, int]]


@dataclasses.dataclass(frozen=True, order=True)
class _Claim:
    """A gene's wish for a symbol; the larger the stronger."""

    share: float
    gene: int
    symbol: str


def symbols_of(
    index: Sequence[genes.Gene],
    table: transcript_sets.TranscriptSet,
    sure: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Return the name of each gene by its identifier.

    Args:
        index: Genes, under older symbols; a gene without one is named by its id.
        table: Transcripts of the same assembly, under today's.
        sure: Names that are known of some genes, by identifier.
    """
    wishes = [dict(_wishes(gene, table)) for gene in index]
    names = _Names()
    for gene_id, symbol in _kept(index, wishes, sure or {}):
        names.give(gene_id, symbol)
    claims = [
        _Claim(share, -number, symbol)
        for number, of_gene in enumerate(wishes)
        for symbol, share in of_gene.items()
        if share >= LEAST
    ]
    for claim in sorted(claims, reverse=True):
        names.give(index[-claim.gene].gene_id, claim.symbol)
    known = set(table.genes)
    for gene in index:
        within = {each.gene for each in _single(gene, table)}
        if len(within) == 1 and gene.name not in known:
            names.give(gene.gene_id, *within)
    for gene in index:
        if "." not in gene.name:
            names.give(gene.gene_id, gene.name)
    return {gene.gene_id: names.of.get(gene.gene_id, gene.gene_id) for gene in index}


class _Names:
    """Symbols by identifier, each given once."""

    def __init__(self) -> None:
        self.of: dict[str, str] = {}
        self._given: set[str] = set()

    def give(self, gene_id: str, symbol: str) -> None:
        """Give a symbol to a gene that has none, if nobody else has it."""
        if gene_id not in self.of and symbol not in self._given:
            self.of[gene_id] = symbol
            self._given.add(symbol)


def _kept(
    index: Iterable[genes.Gene],
    wishes: Iterable[Mapping[str, float]],
    sure: Mapping[str, str],
) -> Iterator[tuple[str, str]]:
    """Yield the genes that keep their symbols, or those that are known of them."""
    for gene, of_gene in zip(index, wishes, strict=True):
        if gene.gene_id in sure:
            yield gene.gene_id, sure[gene.gene_id]
        elif gene.name not in sure.values() and _keeps(gene.name, of_gene):
            yield gene.gene_id, gene.name


def _keeps(name: str, wishes: Mapping[str, float]) -> bool:
    """Whether a gene keeps a symbol although others fit it, too."""
    if name not in wishes:
        return False
    best = max(wishes, key=wishes.__getitem__)
    if best.startswith("LOC") or "-" in best:
        # Neither a symbol's stand-in nor a read-through gene takes a symbol's place.
        return True
    margin = PART_BETTER if best in name.split("-") else BETTER
    return wishes[best] < margin * wishes[name]


def _wishes(
    gene: genes.Gene, table: transcript_sets.TranscriptSet
) -> Iterator[tuple[str, float]]:
    """Yield the symbols of transcripts that share sites with a gene, and how many."""
    own = _sites(gene.acceptors, gene.donors)
    others: dict[str, set[tuple[bool, int]]] = collections.defaultdict(set)
    for each in _over(gene, table):
        others[each.gene] |= _sites(*_edges(each))
    for symbol, theirs in others.items():
        if shared := len(own & theirs):
            yield symbol, shared / len(own | theirs)


def _over(
    gene: genes.Gene, table: transcript_sets.TranscriptSet
) -> Iterator[transcripts.Transcript]:
    for row in table.over(gene.span.contig, gene.span.start, gene.span.end):
        each = table.row(row)
        if each.strand is gene.strand:
            yield each


def _edges(
    each: transcripts.Transcript,
) -> tuple[Int64[np.ndarray, " introns"], Int64[np.ndarray, " introns"]]:
    """Return acceptors and donors as a gene has them."""
    right, left = each.starts[1:], each.ends[:-1] - 1
    return (left, right) if each.minus else (right, left)


def _sites(
    acceptors: Int64[np.ndarray, " acceptors"], donors: Int64[np.ndarray, " donors"]
) -> _Sites:
    return frozenset(
        (donor, int(position))
        for donor, sites in ((False, acceptors), (True, donors))
        for position in sites
    )


def _single(
    gene: genes.Gene, table: transcript_sets.TranscriptSet
) -> Iterator[transcripts.Transcript]:
    """Yield the coding transcripts of one exon that lies within an exon of a gene."""
    plus = gene.strand is coordinates.Strand.PLUS
    opening, closing = (gene.acceptors, gene.donors)[:: 1 if plus else -1]
    for each in _over(gene, table):
        start, end = int(each.starts[0]), int(each.ends[-1])
        if len(each.starts) > 1 or each.coding is None:
            continue
        if start < gene.span.start or end > gene.span.end:
            continue
        # The nearest exon edge to the left opens an exon, or there is none.
        opened = opening[opening <= start].max(initial=gene.span.start)
        closed = closing[closing < start].max(initial=-1)
        if opened > closed:
            yield each
