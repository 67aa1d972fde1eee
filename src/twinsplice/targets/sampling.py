"""Sampling of training variants near sites, in exons and in introns of genes.

Genes are drawn in turn, those with more sites more often, so that many genes are
sampled and none dominates. The sample depends on the seed alone.
"""

import collections
import dataclasses
import functools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

import numpy as np
from jaxtyping import UInt8

from twinsplice import errors
from twinsplice.genome import coordinates, dna, genes, regions, variants

Fetch = Callable[[genes.Gene, int, int], UInt8[np.ndarray, " width"]]
"""Function of gene, start and end to the codes of its contig, plus strand."""
_Category = TypeVar("_Category")

_TRIES = 20
"""Positions tried in a gene before it is dropped for a region."""
_INTRONIC = 0.75
"""Share of variants near sites that start in the intron."""
_MEAN_DISTANCE = 15.0
"""Mean distance of intronic variants near sites from the site (bp)."""
_END_PROBABILITY = 0.15
"""Probability that an insertion or deletion ends after each base."""

_AHEAD = 100
"""Bases read before a variant, as normalisation shifts it to the left."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Settings:
    """Numbers and shares of the variants to sample.

    Attributes:
        number: Number of variants.
        per_gene: Largest number of variants of one gene.
        regions: Share of each region; the shares sum to 1.
        kinds: Share of each kind, of SNVs, insertions and deletions.
        longest: Bases of the longest insertion or deletion.
        cluster: Variants of a cluster, whose first is drawn by region.
        cluster_reach: Largest distance from the first of a cluster (bp).
    """

    number: int
    per_gene: int
    regions: Mapping[regions.Region, float]
    kinds: Mapping[variants.Kind, float]
    longest: int
    cluster: int = 1
    cluster_reach: int = 50


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Drawn:
    """A sampled variant of a gene.

    Attributes:
        gene: The gene.
        variant: The variant, trimmed and left-most, on the gene's contig.
        place: Its region and distance from a site.
    """

    gene: genes.Gene
    variant: variants.Variant
    place: regions.Place


def draw(
    sampled_genes: Sequence[genes.Gene],
    fetch: Fetch,
    settings: Settings,
    rng: np.random.Generator,
) -> Iterator[Drawn]:
    """Yield distinct variants, none of which touches an unknown base.

    Regions and kinds have their exact shares; further variants of a cluster are of
    any region, and of a kind drawn by its share.

    Args:
        sampled_genes: Genes to draw from.
        fetch: Returns their bases.
        settings: Numbers and shares.
        rng: Random generator.

    Raises:
        InputError: The genes have no room for that many variants.
    """
    drawers = [_Drawer(gene, fetch) for gene in sampled_genes]
    queues = {
        region: _queue(drawers, settings.per_gene, rng) for region in settings.regions
    }
    seen: set[variants.Variant] = set()
    counts: collections.Counter[int] = collections.Counter()
    remaining = settings.number
    for region, kind in _strata(settings, rng):
        queue = queues[region]
        while queue:
            number = queue.popleft()
            limit = min(settings.cluster, settings.per_gene - counts[number], remaining)
            if limit < 1:
                continue
            first = drawers[number].draw(region, kind, settings.longest, rng, seen)
            if first is not None:
                others = drawers[number].around(first, limit - 1, settings, rng, seen)
                queue.append(number)
                counts[number] += 1 + len(others)
                remaining -= 1 + len(others)
                yield first
                yield from others
                break
        else:
            raise _exhausted(settings, region, len(seen))
        if not remaining:
            return


def _strata(
    settings: Settings, rng: np.random.Generator
) -> Iterator[tuple[regions.Region, variants.Kind]]:
    """Yield regions and kinds to draw, endlessly, as clusters may be incomplete."""
    places = -(-settings.number // settings.cluster)
    while True:
        yield from zip(
            _mixed(places, settings.regions, rng),
            _mixed(places, settings.kinds, rng),
            strict=True,
        )


def quotas(number: int, shares: Sequence[float]) -> list[int]:
    """Return counts by shares that sum to 1; the counts sum to the number."""
    exact = number * np.array(shares, dtype=np.float64)
    counts = np.floor(exact).astype(np.int64)
    largest = np.argsort(counts - exact, kind="stable")
    counts[largest[: number - int(counts.sum())]] += 1
    return [int(count) for count in counts]


def _mixed(
    number: int, shares: Mapping[_Category, float], rng: np.random.Generator
) -> Iterator[_Category]:
    """Yield categories in their exact shares, in random order."""
    categories = list(shares)
    counts = quotas(number, list(shares.values()))
    order = rng.permutation(np.repeat(np.arange(len(categories)), counts))
    return (categories[i] for i in order)


def _queue(
    drawers: Sequence["_Drawer"], per_gene: int, rng: np.random.Generator
) -> collections.deque[int]:
    """Indices of genes in random order; genes with more sites occur more often."""
    turns = [
        min(math.isqrt(len(drawer.layout.sites)) + 1, per_gene) for drawer in drawers
    ]
    order = rng.permutation(np.repeat(np.arange(len(drawers)), turns))
    return collections.deque(order.tolist())


class _Drawer:
    """Samples variants of one gene.

    Attributes:
        gene: The gene.
        layout: Its sites in the direction of transcription.
    """

    def __init__(self, gene: genes.Gene, fetch: Fetch) -> None:
        self.gene = gene
        self.layout = regions.layout(gene)
        self._fetch = functools.partial(fetch, gene)
        self._contig = coordinates.canonical_contig(gene.span.contig)

    def draw(
        self,
        region: regions.Region,
        kind: variants.Kind,
        longest: int,
        rng: np.random.Generator,
        seen: set[variants.Variant],
    ) -> Drawn | None:
        """Return a new variant and add it to `seen`; None if no try succeeds."""
        size = _size(longest, rng)
        for _ in range(_TRIES):
            base = self._base(region, rng)
            if base is None:
                return None
            start, _ = self.layout.to_genome(base, base + 1)
            variant = self._variant(start, kind, size, rng)
            if variant is None or variant in seen:
                continue
            place = regions.place(self.layout, variant.start, variant.end)
            if place.region is region:
                seen.add(variant)
                return Drawn(gene=self.gene, variant=variant, place=place)
        return None

    def around(
        self,
        first: Drawn,
        number: int,
        settings: Settings,
        rng: np.random.Generator,
        seen: set[variants.Variant],
    ) -> list[Drawn]:
        """Return new variants around another: `number`, or fewer if tries run out."""
        kinds, shares = list(settings.kinds), list(settings.kinds.values())
        reach = settings.cluster_reach
        cluster: list[Drawn] = []
        for _ in range(_TRIES * number):
            if len(cluster) == number:
                break
            start = first.variant.start + int(rng.integers(-reach, reach + 1))
            kind = kinds[int(rng.choice(len(kinds), p=shares))]
            size = _size(settings.longest, rng)
            variant = self._variant(start, kind, size, rng)
            if variant is None or variant in seen:
                continue
            seen.add(variant)
            place = regions.place(self.layout, variant.start, variant.end)
            cluster.append(Drawn(gene=self.gene, variant=variant, place=place))
        return cluster

    def _base(self, region: regions.Region, rng: np.random.Generator) -> int | None:
        """Draw a base that is likely to be of a region, in the gene's coordinates."""
        if region is regions.Region.EXON:
            return _within(self._exons, 0, rng)
        if region is regions.Region.DEEP_INTRON:
            return _within(self._introns, regions.FLANK, rng)
        sites, donor = self.layout.sites, self.layout.donor
        if region is not regions.Region.FLANK:
            chosen = donor if region is regions.Region.DONOR else ~donor
            sites, donor = sites[chosen], donor[chosen]
        if not len(sites):
            return None
        site = int(rng.integers(len(sites)))
        offset = _offset(region, rng)
        # The intron lies behind a donor and before an acceptor.
        return int(sites[site]) + (offset if donor[site] else -offset)

    @functools.cached_property
    def _exons(self) -> list[tuple[int, int]]:
        pieces = self.layout.pieces()
        return [(first, end) for first, end, intronic in pieces if not intronic]

    @functools.cached_property
    def _introns(self) -> list[tuple[int, int]]:
        pieces = self.layout.pieces()
        return [
            (first, end)
            for first, end, intronic in pieces
            if intronic and end - first > 2 * regions.FLANK
        ]

    def _variant(
        self, start: int, kind: variants.Kind, size: int, rng: np.random.Generator
    ) -> variants.Variant | None:
        """Return a variant at a base; None if it leaves the gene or the known bases."""
        end, alt = start, ""
        if kind is variants.Kind.INSERTION:
            alt = _letters(rng.integers(4, size=size))
        elif kind is variants.Kind.DELETION:
            start -= int(rng.integers(size))
            end = start + size
        else:
            end = start + 1
        first = start - _AHEAD
        codes = self._fetch(first, end)
        if (codes[_AHEAD - 1 :] == dna.UNKNOWN).any():
            return None
        if kind is variants.Kind.SNV:
            alt = _letters((codes[_AHEAD:] + rng.integers(1, 4)) % 4)
        text = dna.decode(codes)

        def base_before(position: int) -> str:
            if position > first:
                return text[position - 1 - first]
            return dna.decode(self._fetch(position - 1, position))

        written = variants.Variant(self._contig, start, text[_AHEAD:], alt)
        variant = variants.normalise(written, base_before)
        span = self.gene.span
        inside = span.start < variant.start and variant.end <= span.end
        return variant if inside else None


def _within(
    intervals: Sequence[tuple[int, int]], margin: int, rng: np.random.Generator
) -> int | None:
    """Draw a base of one of the intervals, all of them equally likely."""
    if not intervals:
        return None
    first, end = intervals[int(rng.integers(len(intervals)))]
    return int(rng.integers(first + margin, end - margin))


def _offset(region: regions.Region, rng: np.random.Generator) -> int:
    """Draw the distance from a site into the intron; exonic bases are 0 and below."""
    if region is regions.Region.FLANK:
        return int(rng.integers(regions.NEAR_INTRON + 1, regions.FLANK + 1))
    if rng.random() < _INTRONIC:
        return 1 + int(rng.exponential(_MEAN_DISTANCE))
    return -int(rng.integers(regions.NEAR_EXON + 1))


def _size(longest: int, rng: np.random.Generator) -> int:
    return 1 + (int(rng.geometric(_END_PROBABILITY)) - 1) % longest


def _letters(codes: np.ndarray) -> str:
    return dna.decode(codes.astype(np.uint8))


def _exhausted(
    settings: Settings, region: regions.Region, count: int
) -> errors.InputError:
    return errors.InputError(
        f"the genes must have room for {settings.number:,} variants, "
        f"{settings.per_gene:,} each at most",
        got=f"{count:,}, and no more of region {region.name.lower()}",
        remedy="draw fewer, allow more of a gene, or take more genes",
    )
