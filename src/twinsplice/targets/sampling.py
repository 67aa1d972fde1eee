"""Variants to learn from, drawn near sites, in exons and in introns of genes.

Genes take turns, those with more sites more often, so that many genes are seen and
none weighs much. What is drawn follows from the seed alone.
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
"""Codes of the bases of a gene's contig from one to another, plus strand."""
_Sort = TypeVar("_Sort")

_TRIES = 20
"""Places tried in a gene before it is given up for a region."""
_INTRONIC = 0.75
"""Share of variants near sites that begin on the intron's side."""
_FALL = 15.0
"""Mean distance of those from the site (bp)."""
_SHORT = 0.15
"""Probability that an insertion or deletion is no longer than it already is."""

_AHEAD = 100
"""Bases read before a variant, which may shift that way."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Settings:
    """What to draw.

    Attributes:
        number: How many variants.
        per_gene: How many of one gene at most.
        regions: Share of each region; the shares sum to 1.
        kinds: Share of each kind, of SNVs, insertions and deletions.
        longest: Bases of the longest insertion or deletion.
        cluster: How many around each place drawn by region.
        cluster_reach: Bases between the first of a cluster and any other, at most.
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
    """A variant of a gene.

    Attributes:
        gene: The gene.
        variant: Trimmed and left-most, on the gene's contig.
        place: Where in the gene it lies.
    """

    gene: genes.Gene
    variant: variants.Variant
    place: regions.Place


def draw(
    found: Sequence[genes.Gene],
    fetch: Fetch,
    settings: Settings,
    rng: np.random.Generator,
) -> Iterator[Drawn]:
    """Yield different variants, none of which touches an unknown base.

    Regions and kinds come in their exact shares; what clusters add to a place is of
    any region, and of a kind drawn by its share.

    Args:
        found: Genes to draw from.
        fetch: Gives their bases.
        settings: How many of which sorts.
        rng: Where chance comes from.

    Raises:
        InputError: The genes have no room for as many.
    """
    drawers = [_Drawer(gene, fetch) for gene in found]
    queues = {
        region: _queue(drawers, settings.per_gene, rng) for region in settings.regions
    }
    seen: set[variants.Variant] = set()
    taken: collections.Counter[int] = collections.Counter()
    left = settings.number
    for region, kind in _wants(settings, rng):
        queue = queues[region]
        while queue:
            turn = queue.popleft()
            room = min(settings.cluster, settings.per_gene - taken[turn], left)
            if room < 1:
                continue
            made = drawers[turn].draw(region, kind, settings.longest, rng, seen)
            if made is not None:
                others = drawers[turn].around(made, room - 1, settings, rng, seen)
                queue.append(turn)
                taken[turn] += 1 + len(others)
                left -= 1 + len(others)
                yield made
                yield from others
                break
        else:
            raise _exhausted(settings, region, len(seen))
        if not left:
            return


def _wants(
    settings: Settings, rng: np.random.Generator
) -> Iterator[tuple[regions.Region, variants.Kind]]:
    """Yield what to draw, over and over: clusters may be smaller than they should."""
    places = -(-settings.number // settings.cluster)
    while True:
        yield from zip(
            _mixed(places, settings.regions, rng),
            _mixed(places, settings.kinds, rng),
            strict=True,
        )


def quotas(number: int, shares: Sequence[float]) -> list[int]:
    """Divide a number by shares that sum to 1, leaving nothing over."""
    exact = number * np.array(shares, dtype=np.float64)
    counts = np.floor(exact).astype(np.int64)
    largest = np.argsort(counts - exact, kind="stable")
    counts[largest[: number - int(counts.sum())]] += 1
    return [int(count) for count in counts]


def _mixed(
    number: int, shares: Mapping[_Sort, float], rng: np.random.Generator
) -> Iterator[_Sort]:
    """Yield sorts in their exact shares, in random order."""
    sorts = list(shares)
    counts = quotas(number, list(shares.values()))
    order = rng.permutation(np.repeat(np.arange(len(sorts)), counts))
    return (sorts[i] for i in order)


def _queue(
    drawers: Sequence["_Drawer"], per_gene: int, rng: np.random.Generator
) -> collections.deque[int]:
    """Turns of genes in random order; one with more sites has more of them."""
    turns = [
        min(math.isqrt(len(drawer.layout.sites)) + 1, per_gene) for drawer in drawers
    ]
    order = rng.permutation(np.repeat(np.arange(len(drawers)), turns))
    return collections.deque(order.tolist())


class _Drawer:
    """Draws from one gene.

    Attributes:
        gene: The gene.
        layout: Its sites as read.
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
        """Return a new variant and add it to those seen; none if none is found."""
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
        """Return new variants about another, fewer than asked for where it is dense."""
        kinds, shares = list(settings.kinds), list(settings.kinds.values())
        reach = settings.cluster_reach
        found: list[Drawn] = []
        for _ in range(_TRIES * number):
            if len(found) == number:
                break
            start = first.variant.start + int(rng.integers(-reach, reach + 1))
            kind = kinds[int(rng.choice(len(kinds), p=shares))]
            size = _size(settings.longest, rng)
            variant = self._variant(start, kind, size, rng)
            if variant is None or variant in seen:
                continue
            seen.add(variant)
            place = regions.place(self.layout, variant.start, variant.end)
            found.append(Drawn(gene=self.gene, variant=variant, place=place))
        return found

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
        """Return a variant at a base; none if it leaves the gene or what is known."""
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
    pieces: Sequence[tuple[int, int]], margin: int, rng: np.random.Generator
) -> int | None:
    """Draw a base of any stretch, each as likely as the others."""
    if not pieces:
        return None
    first, end = pieces[int(rng.integers(len(pieces)))]
    return int(rng.integers(first + margin, end - margin))


def _offset(region: regions.Region, rng: np.random.Generator) -> int:
    """Draw how far into the intron from a site; exonic bases count down from 0."""
    if region is regions.Region.FLANK:
        return int(rng.integers(regions.NEAR_INTRON + 1, regions.FLANK + 1))
    if rng.random() < _INTRONIC:
        return 1 + int(rng.exponential(_FALL))
    return -int(rng.integers(regions.NEAR_EXON + 1))


def _size(longest: int, rng: np.random.Generator) -> int:
    return 1 + (int(rng.geometric(_SHORT)) - 1) % longest


def _letters(codes: np.ndarray) -> str:
    return dna.decode(codes.astype(np.uint8))


def _exhausted(
    settings: Settings, region: regions.Region, made: int
) -> errors.InputError:
    return errors.InputError(
        f"the genes must have room for {settings.number:,} variants, "
        f"{settings.per_gene:,} each at most",
        got=f"{made:,}, and no more of region {region.name.lower()}",
        remedy="draw fewer, allow more of a gene, or take more genes",
    )
