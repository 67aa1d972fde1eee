"""From records to queries: a query or a refusal for each allele and gene.

All alleles of a chunk of records are processed together, as arrays.
"""

import dataclasses
import functools
from collections.abc import Sequence

import numpy as np
from jaxtyping import Bool, Int64

from twinsplice.effect import contig_ends, queries, rules, windows
from twinsplice.genome import exons, genes, variants
from twinsplice.io import fasta
from twinsplice.io.vcf import vcf
from twinsplice.scoring import (
    contigs,
    gene_sites,
    query_outcomes,
    query_views,
    written_alleles,
)

Integers = Int64[np.ndarray, " rows"]
Flags = Bool[np.ndarray, " rows"]
_DECLINED = rules.number(variants.SkipReason.UNSUPPORTED_BY_OFFICIAL)


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Built:
    """A chunk's queries, and their alleles and genes.

    Attributes:
        outcomes: A row for each allele and gene, with or without a query.
        queries: The queries to a predictor.
        boundary: For each query, the column of the exon boundary nearest to POS, where
            the rules mask by it.
    """

    outcomes: query_outcomes.Outcomes
    queries: queries.Queries
    boundary: Integers | None

    @property
    def gene(self) -> Integers:
        """Number of each query's gene; negative outside genes."""
        asked = np.flatnonzero(self.outcomes.query >= 0)
        gene = np.full(len(self.queries), query_outcomes.ALLELE)
        gene[self.outcomes.query[asked]] = self.outcomes.gene[asked]
        return gene


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
        # Made of the genome alone, and slow to make.
        vars(other).update(_contigs=self._contigs)
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
        rows = query_outcomes.in_order(
            every, pairs, live[pairs.allele], of_pair, alone, reason
        )
        return Built(outcomes=rows, queries=query_batch, boundary=boundary)

    # Genes.

    def _pairs(
        self,
        some: written_alleles.WrittenAlleles,
        normal: windows.Replacements,
        *,
        declined: Flags,
    ) -> tuple[query_outcomes.Pairs, Int64[np.ndarray, " outside"]]:
        """Return alleles in genes or on strands, and the alleles in neither."""
        allele, gene = self._genes_over(some, normal)
        minus = self.index.minus[gene]
        outside = np.setdiff1d(np.arange(len(declined)), allele)
        strands = np.zeros(0, dtype=np.int64)
        if self.intergenic or self.conventions.always_intergenic:
            strands = np.repeat(outside[~declined[outside]], 2)
            outside = outside[declined[outside]]
        return (
            query_outcomes.Pairs(
                allele=np.concatenate([allele, strands]),
                gene=np.concatenate(
                    [gene, np.full(len(strands), query_outcomes.STRAND)]
                ),
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
        pairs: query_outcomes.Pairs,
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
        first, last = query_views.read(window, self.context)
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
        first, last = query_views.read(placement.windows, self.context)
        first = np.maximum(np.maximum(first, placement.start), 0)
        last = np.minimum(np.minimum(last, placement.end), self._contigs.length[contig])
        return self._contigs.holds(contig, first, last)

    # Queries.

    def _queries(
        self,
        contig: Integers,
        gene: Integers,
        minus: Flags,
        placement: contig_ends.Placement,
    ) -> tuple[queries.Queries, Integers | None]:
        window = placement.windows
        views, view = query_views.of_windows(
            self._contigs,
            contig,
            minus,
            placement,
            context=self.context,
            concrete=self.conventions.concrete,
        )
        mask, conventions = self.mask, self.conventions
        masking = conventions.masking if mask else queries.Masking.NONE
        concerned = np.unique(gene[gene >= 0])
        table = exons.table(self.index.genes, concerned)
        query_batch = queries.Queries(
            views=views,
            view=view,
            windows=window,
            alignment=conventions.align(window),
            masking=masking,
            sites=queries.no_sites()
            if masking is queries.Masking.NONE
            else gene_sites.within(self.index.genes, gene, placement),
            exon_sites=gene_sites.of_exons(table, gene, minus, placement),
        )
        if not (mask and conventions.masks_nearest_boundary):
            return query_batch, None
        return query_batch, gene_sites.nearest_boundaries(
            self.index.genes, gene, window
        )

    @functools.cached_property
    def _contigs(self) -> contigs.Contigs:
        return contigs.Contigs(self.reference)
