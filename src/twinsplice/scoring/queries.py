"""From records to queries: a query or a refusal for each allele and gene.

All alleles of a chunk of records are processed together, as arrays.
"""

import dataclasses
import functools
from collections.abc import Sequence

import numpy as np
from jaxtyping import Bool, Int64

from twinsplice.effect import contig_ends, queries, rules, windows
from twinsplice.genome import coordinates, exons, genes, sequence_views, variants
from twinsplice.io import fasta
from twinsplice.io.vcf import vcf
from twinsplice.scoring import contigs, gene_sites, written_alleles

Integers = Int64[np.ndarray, " rows"]
Flags = Bool[np.ndarray, " rows"]
STRAND, ALLELE = -1, -2
"""Numbers in place of a gene's: a strand outside genes, and an allele as a whole."""
_DECLINED = rules.number(variants.SkipReason.UNSUPPORTED_BY_OFFICIAL)


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Outcomes:
    """A query or a refusal for each allele in each gene.

    Rows are in the order of records, their alleles, and the annotation's genes.

    Attributes:
        record: Number of the record in its chunk.
        alt: The alternate allele as written; `.` where the record has none.
        gene: Number of the gene, or `STRAND` or `ALLELE`.
        minus: Whether the minus strand is read.
        reason: Number of the reason for a refusal, see `rules.REASONS`; else
            `rules.SCORED`.
        query: Number of the query; -1 for a refusal.
    """

    record: Integers
    alt: list[str]
    gene: Integers
    minus: Flags
    reason: Integers
    query: Integers


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Built:
    """A chunk's queries, and their alleles and genes.

    Attributes:
        outcomes: A row for each allele and gene, with or without a query.
        queries: The queries to a predictor.
        boundary: For each query, the column of the exon boundary nearest to POS, where
            the rules mask by it.
    """

    outcomes: Outcomes
    queries: queries.Queries
    boundary: Integers | None

    @property
    def gene(self) -> Integers:
        """Number of each query's gene; negative outside genes."""
        asked = np.flatnonzero(self.outcomes.query >= 0)
        gene = np.full(len(self.queries), ALLELE)
        gene[self.outcomes.query[asked]] = self.outcomes.gene[asked]
        return gene


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class _Pairs:
    """Pairs of an allele and a gene, or a strand outside genes, by number."""

    allele: Integers
    gene: Integers
    minus: Flags


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class QueryBuilder:
    """Builds queries from records.

    Attributes:
        reference: The genome.
        index: The genes.
        conventions: The rules in force.
        reach: Bases searched each side (bp).
        context: Bases a network reads each side of an output (bp).
        intergenic: Query both strands outside genes.
        mask: Disregard gains of annotated sites and losses of others.
    """

    reference: fasta.Reference
    index: genes.GeneIndex
    conventions: rules.Rules
    reach: int
    context: int
    intergenic: bool = False
    mask: bool = False

    def searching(self, reach: int, *, mask: bool) -> "QueryBuilder":
        """Return a builder of other windows on the same genome and genes."""
        other = dataclasses.replace(self, reach=reach, mask=mask)
        # Made of genome and genes alone, and slow to make.
        vars(other).update(_exons=self._exons, _contigs=self._contigs)
        return other

    def among(self, index: genes.GeneIndex) -> "QueryBuilder":
        """Return a builder of other genes on the same genome."""
        other = dataclasses.replace(self, index=index)
        vars(other).update(_contigs=self._contigs)
        return other

    def build(self, records: Sequence[vcf.Record]) -> Built:
        """Return a query or a refusal for each allele and gene of some records."""
        every = written_alleles.read(records, self._contigs)
        reason = written_alleles.reasons(
            every, self._contigs, self.conventions, self.reach
        )
        # Alleles that an official program declines are reported by gene, as it does.
        live = np.flatnonzero((reason == rules.SCORED) | (reason == _DECLINED))
        some = every.take(live)
        normal = some.written
        if self.conventions.normal_form:
            normal = written_alleles.normal_forms(some, self._contigs)
        placed = self.conventions.place(some.written, normal, self.reach)
        pairs, outside = self._pairs(some, normal, declined=reason[live] == _DECLINED)
        reason[live[outside]] = rules.number(variants.SkipReason.OUTSIDE_GENES)
        placement, refused = self._placement(some, placed, pairs)
        near_end = rules.number(variants.SkipReason.NEAR_CONTIG_END)
        of_pair = np.where(refused, near_end, reason[live[pairs.allele]])
        scored = np.flatnonzero(of_pair == rules.SCORED)
        query_batch, boundary = self._queries(
            some.contig[pairs.allele[scored]],
            pairs.gene[scored],
            pairs.minus[scored],
            placement.take(scored),
        )
        alone = np.flatnonzero((reason != rules.SCORED) & (reason != _DECLINED))
        outcomes = _outcomes(every, pairs, live[pairs.allele], of_pair, alone, reason)
        return Built(outcomes=outcomes, queries=query_batch, boundary=boundary)

    # Genes.

    def _pairs(
        self,
        some: written_alleles.WrittenAlleles,
        normal: windows.Replacements,
        *,
        declined: Flags,
    ) -> tuple[_Pairs, Int64[np.ndarray, " outside"]]:
        """Return alleles in genes or on strands, and the alleles in neither."""
        allele, gene = self._genes_over(some, normal)
        minus = self.index.minus[gene]
        outside = np.setdiff1d(np.arange(len(declined)), allele)
        strands = np.zeros(0, dtype=np.int64)
        if self.intergenic or self.conventions.always_intergenic:
            strands = np.repeat(outside[~declined[outside]], 2)
            outside = outside[declined[outside]]
        return (
            _Pairs(
                allele=np.concatenate([allele, strands]),
                gene=np.concatenate([gene, np.full(len(strands), STRAND)]),
                minus=np.concatenate([minus, np.arange(len(strands)) % 2 == 1]),
            ),
            outside,
        )

    def _genes_over(
        self, some: written_alleles.WrittenAlleles, normal: windows.Replacements
    ) -> tuple[Integers, Integers]:
        """Return the numbers of alleles and of the genes that overlap them."""
        if self.conventions.normal_form:
            first = normal.start - normal.anchored
            end = np.maximum(normal.end, first + 1)
        else:
            first, end = some.written.start, some.written.start + 1
        none = np.zeros(0, dtype=np.int64)
        parts = [(none, none)]
        for contig, rows in contigs.by_value(some.contig):
            name = self._contigs.names[contig]
            row, gene = self.index.overlapping(name, first[rows], end[rows])
            parts.append((rows[row], gene))
        allele, gene = (np.concatenate(part) for part in zip(*parts, strict=True))
        if self.conventions.normal_form:
            return allele, gene
        # Where rules shorten the visible gene, alleles beyond it are not in the gene.
        start, stop = self.conventions.span(
            self.index.start[gene], self.index.end[gene]
        )
        visible = (start <= first[allele]) & (first[allele] < stop)
        return allele[visible], gene[visible]

    # Windows.

    def _placement(
        self,
        some: written_alleles.WrittenAlleles,
        placed: windows.Windows,
        pairs: _Pairs,
    ) -> tuple[contig_ends.Placement, Flags]:
        """Return the windows of pairs, and which need bases that are not available."""
        window, contig = placed.take(pairs.allele), some.contig[pairs.allele]
        start = np.full(len(window), -contig_ends.NO_BOUND)
        end = np.full(len(window), contig_ends.NO_BOUND)
        in_gene = pairs.gene >= 0
        genes_here = pairs.gene[in_gene]
        start[in_gene], end[in_gene] = self.conventions.span(
            self.index.start[genes_here], self.index.end[genes_here]
        )
        bounds = self.conventions.intergenic_view(window, self.reach)
        if bounds is not None:
            start, end = (
                np.where(in_gene, of_gene, of_strand)
                for of_gene, of_strand in zip((start, end), bounds, strict=True)
            )
        placement, refused = self.conventions.at_ends(
            contig_ends.placed(window, start, end),
            self._overhang(window, contig, pairs.gene),
        )
        return placement, refused | ~self._holds(placement, contig)

    def _overhang(
        self, window: windows.Windows, contig: Integers, gene: Integers
    ) -> contig_ends.Overhang:
        first, last = self._read(window)
        behind = np.maximum(last - self._contigs.length[contig], 0)
        last_site = np.full(len(window), -contig_ends.NO_BOUND)
        for row in np.flatnonzero((behind > 0) & (gene >= 0)).tolist():
            last_site[row] = gene_sites.last_before(
                self.index.genes[gene[row]], int(window.end[row])
            )
        return contig_ends.Overhang(
            before=np.maximum(-first, 0),
            behind=behind,
            certain=~self._contigs.sliced[contig],
            last_site=last_site,
        )

    def _holds(self, placement: contig_ends.Placement, contig: Integers) -> Flags:
        """Whether the reference has all visible bases within the contig's ends."""
        first, last = self._read(placement.windows)
        first = np.maximum(np.maximum(first, placement.start), 0)
        last = np.minimum(np.minimum(last, placement.end), self._contigs.length[contig])
        return self._contigs.holds(contig, first, last)

    def _read(self, window: windows.Windows) -> tuple[Integers, Integers]:
        """The interval of bases that windows' profiles depend on."""
        end = np.maximum(window.end, window.start + window.alt_width - window.grown)
        return window.start - self.context, end + self.context

    # Queries.

    def _queries(
        self,
        contig: Integers,
        gene: Integers,
        minus: Flags,
        placement: contig_ends.Placement,
    ) -> tuple[queries.Queries, Integers | None]:
        window = placement.windows
        views, view = self._views(contig, minus, placement)
        mask, conventions = self.mask, self.conventions
        masking = conventions.masking if mask else queries.Masking.NONE
        query_batch = queries.Queries(
            views=views,
            view=view,
            windows=window,
            alignment=conventions.align(window),
            masking=masking,
            sites=queries.no_sites()
            if masking is queries.Masking.NONE
            else gene_sites.within(self.index.genes, gene, placement),
            exon_sites=gene_sites.of_exons(self._exons, gene, minus, placement),
        )
        if not (mask and conventions.masks_nearest_boundary):
            return query_batch, None
        return query_batch, gene_sites.nearest_boundaries(
            self.index.genes, gene, window
        )

    def _views(
        self, contig: Integers, minus: Flags, placement: contig_ends.Placement
    ) -> tuple[tuple[sequence_views.SequenceView, ...], Integers]:
        first, last = self._read(placement.windows)
        # If no network output depends on the gene's ends, its view is unbounded, and
        # shares reference passes with overlapping genes.
        unbounded = (placement.start <= first) & (last <= placement.end)
        start = np.where(unbounded, -contig_ends.NO_BOUND, placement.start)
        end = np.where(unbounded, contig_ends.NO_BOUND, placement.end)
        keys = zip(
            *(part.tolist() for part in (contig, minus, start, end)), strict=True
        )
        number_of: dict[tuple[int, bool, int, int], int] = {}
        view = [number_of.setdefault(key, len(number_of)) for key in keys]
        views = tuple(
            self._view(number, backwards, begin, stop)
            for number, backwards, begin, stop in number_of
        )
        return views, np.array(view, dtype=np.int64)

    def _view(
        self,
        contig: int,
        minus: bool,  # noqa: FBT001
        start: int,
        end: int,
    ) -> sequence_views.SequenceView:
        strand = coordinates.Strand.MINUS if minus else coordinates.Strand.PLUS
        bounded = abs(start) < contig_ends.NO_BOUND
        name = self._contigs.names[contig]
        return sequence_views.SequenceView(
            name,
            strand,
            start if bounded else None,
            end if bounded else None,
            functools.partial(
                self.reference.codes, name, concrete=self.conventions.concrete
            ),
        )

    @functools.cached_property
    def _exons(self) -> exons.SiteTable:
        return exons.table(self.index.genes)

    @functools.cached_property
    def _contigs(self) -> contigs.Contigs:
        return contigs.Contigs(self.reference)


def _outcomes(
    every: written_alleles.WrittenAlleles,
    pairs: _Pairs,
    allele: Int64[np.ndarray, " pairs"],
    pair_reason: Int64[np.ndarray, " pairs"],
    alone: Int64[np.ndarray, " alone"],
    reason: Int64[np.ndarray, " alleles"],
) -> Outcomes:
    """Return pairs, and alleles refused as a whole, in the order of the input."""
    markers = np.full(len(alone), ALLELE)
    alleles_ = np.concatenate([allele, alone])
    gene = np.concatenate([pairs.gene, markers])
    minus = np.concatenate([pairs.minus, np.zeros(len(alone), dtype=bool)])
    reasons = np.concatenate([pair_reason, reason[alone]])
    query = np.full(len(reasons), -1)
    scored = np.flatnonzero(reasons == rules.SCORED)
    query[scored] = np.arange(len(scored))
    order = np.lexsort((minus, gene, alleles_))
    return Outcomes(
        record=every.record[alleles_[order]],
        alt=[every.alts[row] for row in alleles_[order].tolist()],
        gene=gene[order],
        minus=minus[order],
        reason=reasons[order],
        query=query[order],
    )
