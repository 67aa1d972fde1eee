"""What is known of each query's reference: read from a map, or computed live.

Both give a base model's own probabilities within the gene of the query, so that a
paired model can start from them.
"""

import dataclasses
import functools
import math
import zlib

import numpy as np
from jaxtyping import Bool, Int64

from twinsplice import errors
from twinsplice.base_models import reference_sites
from twinsplice.effect import known_references, windows
from twinsplice.engine import profiling
from twinsplice.genome import coordinates, dna, genes, sequence_views
from twinsplice.io import fasta, map_rows, reference_map
from twinsplice.scoring import contigs

Integers = Int64[np.ndarray, " rows"]
LIVE_FLOOR = 1e-4
"""Lowest probability that is kept of what is computed live."""
_SURE = 2.0
"""Log odds from which a site of a map must have the bases of a site."""
_FEW_WRONG = 0.2


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Known:
    """What is known of some queries' references, and how.

    Attributes:
        references: What is known.
        live: Which of them were computed for these queries; the others with an origin
            are of the map.
    """

    references: known_references.KnownReferences
    live: Bool[np.ndarray, " rows"]


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
        ensemble: The base model's networks.
        index: The genes of the queries.
        reference: The genome.
        always: Compute all; else only where it costs little a variant.
        cost_of_query: Operations that one variant costs anyway (FLOP).
    """

    ensemble: profiling.Ensemble
    index: genes.GeneIndex
    reference: fasta.Reference
    always: bool
    cost_of_query: float

    @property
    def ceiling(self) -> float:
        """Log odds that bases which are not listed do not exceed."""
        return math.log(LIVE_FLOOR / (1 - LIVE_FLOOR))

    def stretches(self, gene: int, window: windows.Windows) -> list[tuple[int, int]]:
        """Return the intervals of a gene that are to be computed for some windows.

        Windows that are not paid for are in none of them.
        """
        span = self.index.genes[gene].span
        contig, context = self.reference.resolve(span.contig), self.ensemble.context
        order = np.argsort(window.start, kind="stable")
        found: list[tuple[int, int]] = []
        first, end, count = 0, -(1 << 60), 0
        per_base = flops_per_base(self.ensemble)

        def close() -> None:
            low, high = max(first, span.start), min(end, span.end)
            if not count or low >= high or contig is None:
                return
            seen = max(low - context, span.start), min(high + context, span.end)
            cost = (high - low + 2 * context) * per_base
            pays = self.always or cost <= count * self.cost_of_query
            if pays and self.reference.holds(contig, *seen):
                found.append((low, high))

        for row in order.tolist():
            start, stop = int(window.start[row]), int(window.end[row])
            if start - end > 2 * context:
                close()
                first, end, count = start, stop, 0
            end, count = max(end, stop), count + 1
        close()
        return found

    def sites(self, gene: int, first: int, end: int) -> map_rows.Sites:
        """Compute the sites of a gene within an interval."""
        member = self.index.genes[gene]
        contig = self.reference.resolve(member.span.contig)
        assert contig is not None
        view = sequence_views.SequenceView(
            *(contig, member.strand, member.span.start, member.span.end),
            functools.partial(self.reference.codes, contig),
        )
        return reference_sites.within(self.ensemble, view, (first, end), LIVE_FLOOR)


def flops_per_base(ensemble: profiling.Ensemble) -> float:
    """Return the operations of a reference pass for one base (FLOP)."""
    return float(sum(network.flops_per_position for network in ensemble.networks))


def of_queries(
    gene: Integers,
    window: windows.Windows,
    from_map: MapSource | None,
    live: LiveSource | None,
) -> Known:
    """Return what is known of the references of some queries.

    Args:
        gene: Number of each query's gene; negative outside genes, where nothing is
            known.
        window: Their windows.
        from_map: The map, where there is one; it goes first.
        live: What computes the others, where there is one.

    Raises:
        InputError: The map is of another sequence.
    """
    listing = _Listing(len(gene))
    is_live = np.zeros(len(gene), dtype=bool)
    for number, rows in contigs.by_value(gene):
        if number < 0:
            continue
        own = window.take(rows)
        if from_map is not None and from_map.number(number) is not None:
            bounds = int(own.start.min()), int(own.end.max())
            sites = from_map.sites(number, *bounds)
            listing.enter(rows, own, number, (sites, from_map.ceiling))
            continue
        if live is None:
            continue
        for first, end in live.stretches(number, own):
            inside = (own.end > first) & (own.start < end)
            some = np.flatnonzero(inside)
            sites = live.sites(number, first, end)
            listing.enter(rows[some], own.take(some), number, (sites, live.ceiling))
            is_live[rows[some]] = True
    return Known(references=listing.known(), live=is_live)


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
