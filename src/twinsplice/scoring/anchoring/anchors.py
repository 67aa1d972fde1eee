"""What is known of each query's reference: read from a map, or computed live.

Both give a base model's own probabilities within the gene of the query, so that a
paired model can start from them.
"""

import dataclasses
import functools
import math
import zlib
from collections.abc import Callable, Iterator

import numpy as np
from jaxtyping import Int64

from twinsplice import errors
from twinsplice.base_models import reference_sites
from twinsplice.effect import known_references, results, windows
from twinsplice.effect import queries as effect_queries
from twinsplice.engine import profiling
from twinsplice.genome import coordinates, dna, genes, sequence_views
from twinsplice.io import fasta, map_rows, reference_map
from twinsplice.models import anchoring
from twinsplice.scoring import contigs, queries

Integers = Int64[np.ndarray, " rows"]
_SURE = 2.0
"""Log odds from which a site of a map must have the bases of a site."""
_FEW_WRONG = 0.2
_FEWEST = 50
"""Variants of a gene below which its reference never pays; no network is loaded."""


class MapSource:
    """References from a map that belongs to the annotation.

    A gene's bases are compared with those the map was made of before it is used.
    """

    def __init__(
        self,
        source: reference_map.ReferenceMap,
        index: genes.GeneIndex,
        reference: fasta.Reference,
        *,
        required: bool,
    ) -> None:
        """Begin.

        Args:
            source: The map.
            index: The genes of the queries.
            reference: The genome.
            required: Refuse a map of another sequence, rather than not use it.
        """
        self._map, self._index, self._reference = source, index, reference
        self._required = required
        self._numbers: dict[int, int | None] = {}

    @property
    def checksum(self) -> str:
        """Checksum of the map's file."""
        return self._map.checksum

    @property
    def ceiling(self) -> float:
        """Log odds that bases which are not in the map do not exceed."""
        floor = self._map.metadata.floor
        return math.log(floor / (1 - floor))

    def number(self, gene: int) -> int | None:
        """Return the number in the map of a gene; None where it cannot be used.

        Raises:
            InputError: The map is of another sequence, and required.
        """
        if gene not in self._numbers:
            self._numbers[gene] = self._fitting(self._index.genes[gene])
        return self._numbers[gene]

    def sites(self, gene: int, first: int, end: int) -> map_rows.Sites:
        """Return the sites of a gene of the map within an interval."""
        number = self.number(gene)
        assert number is not None
        return self._map.sites(number, first, end)

    def _fitting(self, gene: genes.Gene) -> int | None:
        span, minus = gene.span, gene.strand is coordinates.Strand.MINUS
        number = self._map.gene(span.contig, minus, span.start, span.end)
        contig = self._reference.resolve(span.contig)
        if number is None or contig is None:
            return None
        if self._reference.holds(contig, span.start, span.end):
            codes = self._reference.codes(contig, span.start, span.end)
            fits = zlib.crc32(codes.tobytes()) == self._map.crc32(number)
        else:
            fits = self._has_sites(number, gene, contig)
        if not fits and self._required:
            raise errors.InputError(
                "a map must be made of the reference that is scored against",
                got=f"other bases in {gene.name} ({contig}:{span.start + 1})",
                remedy="prepare a map of this reference, or choose another with --map",
            )
        return number if fits else None

    def _has_sites(self, number: int, gene: genes.Gene, contig: str) -> bool:
        """Whether the map's strong sites have GT or AG, where slices let one see."""
        sites = self._map.sites(number, gene.span.start, gene.span.end)
        minus = gene.strand is coordinates.Strand.MINUS
        seen = wrong = 0
        for track, (offset, motif) in enumerate(((-2, "AG"), (1, "GT"))):
            strong = sites.position[sites.log_odds[:, track] >= _SURE]
            for position in strong.tolist():
                begin = position - offset - 1 if minus else position + offset
                if not self._reference.holds(contig, begin, begin + 2):
                    continue
                codes = self._reference.codes(contig, begin, begin + 2)
                read = dna.reverse_complement(codes) if minus else codes
                seen, wrong = seen + 1, wrong + (dna.decode(read) != motif)
        return seen > 0 and wrong <= _FEW_WRONG * seen


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class LiveSource:
    """References that a base model computes when they are needed.

    Attributes:
        load: Returns the base model's networks; they are loaded when first needed.
        index: The genes of the queries.
        reference: The genome.
        flops_of_query: Operations that a variant costs the model that is told;
            references are computed where they cost no more. None to compute all.
    """

    load: Callable[[], profiling.Ensemble]
    index: genes.GeneIndex
    reference: fasta.Reference
    flops_of_query: int | None = None

    @functools.cached_property
    def ensemble(self) -> profiling.Ensemble | None:
        """The base model's networks; none if they are not needed nor to be had."""
        try:
            return self.load()
        except errors.WeightsError:
            if self.flops_of_query is None:
                raise
            return None

    @property
    def ceiling(self) -> float:
        """Log odds that bases which are not listed do not exceed."""
        return math.log(anchoring.FLOOR / (1 - anchoring.FLOOR))

    def stretches(self, gene: int, window: windows.Windows) -> list[tuple[int, int]]:
        """Return the intervals of a gene that are to be computed for some windows.

        Windows that do not pay for it, or need bases that the reference does not
        have, are in none of them.
        """
        if self.flops_of_query is not None and len(window) < _FEWEST:
            return []
        if self.ensemble is None:
            return []
        span, context = self.index.genes[gene].span, self.ensemble.context
        contig = self.reference.resolve(span.contig)
        start, end = window.start, window.end
        order = np.argsort(start, kind="stable")
        reached = np.maximum.accumulate(end[order])
        # Beyond this gap, a pass of its own costs less than the bases between.
        gaps = np.flatnonzero(start[order][1:] - reached[:-1] > 2 * context) + 1
        found = []
        for rows in np.split(order, gaps):
            low = max(int(start[rows].min()), span.start)
            high = min(int(end[rows].max()), span.end)
            seen = max(low - context, span.start), min(high + context, span.end)
            cost = flops_of_pass(self.ensemble, high - low)
            pays = self.flops_of_query is None or cost <= self.flops_of_query * len(
                rows
            )
            if low >= high or contig is None or not pays:
                continue
            if self.reference.holds(contig, *seen):
                found.append((low, high))
        return found

    def sites(self, gene: int, first: int, end: int) -> map_rows.Sites:
        """Compute the sites of a gene within an interval."""
        member = self.index.genes[gene]
        contig = self.reference.resolve(member.span.contig)
        assert contig is not None
        assert self.ensemble is not None
        view = sequence_views.SequenceView(
            *(contig, member.strand, member.span.start, member.span.end),
            functools.partial(self.reference.codes, contig, concrete=True),
        )
        return reference_sites.within(
            self.ensemble, view, (first, end), anchoring.FLOOR
        )


def flops_of_pass(ensemble: profiling.Ensemble, bases: int) -> int:
    """Return the operations of a reference pass, its flanks included (FLOP)."""
    per_base = sum(network.flops_per_position for network in ensemble.networks)
    return per_base * (bases + 2 * ensemble.context)


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Anchoring:
    """What a model is told of references.

    Attributes:
        from_map: A map; its genes are read from it.
        live: What computes the references of other genes.
        title: What it is, in print.
    """

    title: str
    from_map: MapSource | None = None
    live: LiveSource | None = None

    def searching(self, flops_of_query: int) -> "Anchoring":
        """Return the same for queries of another cost (FLOP)."""
        live = self.live
        if live is None or live.flops_of_query is None:
            return self
        live = dataclasses.replace(live, flops_of_query=flops_of_query)
        return dataclasses.replace(self, live=live)

    def told(self, built: queries.Built) -> tuple[effect_queries.Queries, Integers]:
        """Return the queries with what is known, and where that is from.

        Outside genes nothing is known.

        Args:
            built: The queries, and their genes.

        Raises:
            InputError: The map is of another sequence.
        """
        gene, window = built.gene, built.queries.windows
        listing = _Listing(len(gene))
        reference = np.full(len(gene), int(results.Reference.OWN))
        for number, rows in contigs.by_value(gene):
            if number < 0:
                continue
            own = window.take(rows)
            for some, known, origin in self._known(number, own):
                listing.enter(rows[some], own.take(some), number, known)
                reference[rows[some]] = int(origin)
        known_here = listing.known()
        return dataclasses.replace(built.queries, known=known_here), reference

    def _known(
        self, gene: int, window: windows.Windows
    ) -> Iterator[tuple[Integers, tuple[map_rows.Sites, float], results.Reference]]:
        """Yield some windows of a gene, the sites known there, and how."""
        if self.from_map is not None and self.from_map.number(gene) is not None:
            bounds = int(window.start.min()), int(window.end.max())
            sites = self.from_map.sites(gene, *bounds)
            every = np.arange(len(window))
            yield every, (sites, self.from_map.ceiling), results.Reference.MAP
        elif self.live is not None:
            for first, end in self.live.stretches(gene, window):
                inside = np.flatnonzero((window.end > first) & (window.start < end))
                sites = self.live.sites(gene, first, end)
                yield inside, (sites, self.live.ceiling), results.Reference.LIVE


class _Listing:
    """Sites listed by window."""

    def __init__(self, rows: int) -> None:
        self._origin = np.full(rows, known_references.UNKNOWN)
        self._ceiling = np.full(rows, np.inf, dtype=np.float32)
        self._query = [np.zeros(0, dtype=np.int64)]
        self._column = [np.zeros(0, dtype=np.int64)]
        self._log_odds = [np.zeros((0, 2), dtype=np.float32)]

    def enter(
        self,
        rows: Integers,
        window: windows.Windows,
        gene: int,
        known: tuple[map_rows.Sites, float],
    ) -> None:
        """Enter the sites of one gene, and their ceiling, into some of its windows."""
        sites, ceiling = known
        self._origin[rows], self._ceiling[rows] = gene, ceiling
        low = np.searchsorted(sites.position, window.start)
        count = np.searchsorted(sites.position, window.end) - low
        row = np.repeat(np.arange(len(rows)), count)
        place = np.arange(len(row)) - (np.cumsum(count) - count)[row] + low[row]
        self._query.append(rows[row])
        self._column.append(sites.position[place] - window.start[row])
        self._log_odds.append(sites.log_odds[place])

    def known(self) -> known_references.KnownReferences:
        """Return what was entered, in the order of queries."""
        query = np.concatenate(self._query)
        order = np.argsort(query, kind="stable")
        return known_references.KnownReferences(
            origin=self._origin,
            ceiling=self._ceiling,
            query=query[order],
            column=np.concatenate(self._column)[order],
            log_odds=np.concatenate(self._log_odds)[order],
        )
