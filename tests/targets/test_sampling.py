"""`sampling`: variants are those asked for, where they were asked for."""

import collections
import dataclasses
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jaxtyping import UInt8

from support import models as toys
from twinsplice import errors
from twinsplice.genome import coordinates, dna, genes, regions, variants
from twinsplice.targets import sampling

REGIONS = {
    regions.Region.ACCEPTOR: 0.3,
    regions.Region.DONOR: 0.3,
    regions.Region.EXON: 0.2,
    regions.Region.FLANK: 0.1,
    regions.Region.DEEP_INTRON: 0.1,
}
KINDS = {
    variants.Kind.SNV: 0.5,
    variants.Kind.INSERTION: 0.25,
    variants.Kind.DELETION: 0.25,
}
LENGTH = 12_000


def _genome() -> UInt8[np.ndarray, " length"]:
    """Random bases, repeats of one and two letters, and some that are unknown."""
    rng = np.random.default_rng(3)
    codes = rng.integers(4, size=LENGTH).astype(np.uint8)
    for at in range(0, LENGTH, 400):
        codes[at : at + 30] = codes[at]
        codes[at + 100 : at + 130] = np.tile(codes[at + 100 : at + 102], 15)
        codes[at + 200 : at + 205] = dna.UNKNOWN
    return codes


GENOME = _genome()
GENES = [
    toys.gene("A", 500, 5_000, left=[899, 2_499], right=[2_000, 4_000]),
    toys.gene("B", 4_000, 9_000, "-", left=[4_599, 6_099], right=[5_500, 8_000]),
    toys.gene("C", 9_500, 11_000),
]


def _fetch(gene: genes.Gene, start: int, end: int) -> UInt8[np.ndarray, " width"]:
    del gene
    found = np.full(end - start, dna.UNKNOWN, dtype=np.uint8)
    first, last = max(start, 0), min(end, LENGTH)
    found[first - start : last - start] = GENOME[first:last]
    return found


def _settings(number: int = 400, per_gene: int = 300) -> sampling.Settings:
    return sampling.Settings(
        number=number, per_gene=per_gene, regions=REGIONS, kinds=KINDS, longest=40
    )


def _draw(
    settings: sampling.Settings, seed: int = 1, found: Sequence[genes.Gene] = GENES
) -> list[sampling.Drawn]:
    rng = np.random.default_rng(seed)
    return list(sampling.draw(found, _fetch, settings, rng))


DRAWN = _draw(_settings())


def test_shares_are_exact() -> None:
    by_region = collections.Counter(each.place.region for each in DRAWN)
    assert by_region == {region: 400 * share for region, share in REGIONS.items()}
    by_kind = collections.Counter(each.variant.kind for each in DRAWN)
    assert by_kind == {kind: 400 * share for kind, share in KINDS.items()}


def test_no_variant_is_drawn_twice() -> None:
    assert len({each.variant for each in DRAWN}) == len(DRAWN)


def test_variants_are_changes_of_known_bases_within_their_gene() -> None:
    for each in DRAWN:
        variant, span = each.variant, each.gene.span
        assert span.start < variant.start
        assert variant.end <= span.end
        there = dna.decode(GENOME[variant.start - 1 : variant.end])
        assert "N" not in there
        assert there[1:] == variant.ref != variant.alt
        assert max(len(variant.ref), len(variant.alt)) <= 40


def test_variants_are_left_most() -> None:
    for each in DRAWN:
        normal = variants.normalise(
            each.variant, lambda at: dna.decode(GENOME[at - 1 : at])
        )
        assert normal == each.variant


def test_places_are_those_of_the_variants() -> None:
    for each in DRAWN:
        layout = regions.layout(each.gene)
        variant = each.variant
        assert regions.place(layout, variant.start, variant.end) == each.place


def test_small_changes_are_common_and_large_ones_occur() -> None:
    sizes = [
        len(each.variant.ref) + len(each.variant.alt)
        for each in DRAWN
        if each.variant.kind is not variants.Kind.SNV
    ]
    assert sizes.count(1) > len(sizes) / 20
    assert max(sizes) > 15


def test_clusters_lie_about_their_first_and_fill_the_number() -> None:
    settings = dataclasses.replace(
        _settings(163), cluster=8, cluster_reach=30, per_gene=100
    )
    drawn = _draw(settings)
    assert len({each.variant for each in drawn}) == len(drawn) == 163
    assert max(collections.Counter(each.gene.name for each in drawn).values()) <= 100
    first = drawn[0]
    for each in drawn[1:8]:
        assert each.gene is first.gene
        # A deletion may begin its own length earlier, and both may shift left.
        assert abs(each.variant.start - first.variant.start) <= 30 + 2 * 40
    for each in drawn:
        layout = regions.layout(each.gene)
        assert each.place == regions.place(layout, each.variant.start, each.variant.end)


def test_the_seed_decides() -> None:
    def said(drawn: list[sampling.Drawn]) -> list[tuple[str, variants.Variant]]:
        return [(each.gene.name, each.variant) for each in drawn]

    first, again, other = (_draw(_settings(60), seed=seed) for seed in (1, 1, 2))
    assert said(first) == said(again) != said(other)


def test_genes_have_no_more_than_their_share() -> None:
    drawn = _draw(_settings(200, per_gene=100), found=GENES[:2])
    assert collections.Counter(each.gene.name for each in drawn) == {"A": 100, "B": 100}


def test_genes_that_have_no_room_are_refused() -> None:
    with pytest.raises(errors.InputError, match=r"room for 201 .*; got 200"):
        _draw(_settings(201, per_gene=100), found=GENES[:2])
    with pytest.raises(errors.InputError, match="got 0"):
        _draw(_settings(), found=[])


def test_a_mirrored_gene_has_the_same_regions() -> None:
    spots: dict[str, list[int]] = {}
    for strand in coordinates.Strand:
        # Symmetric about its middle, so that both strands have the same layout.
        gene = toys.gene("X", 500, 9_500, strand.value, left=[2_999], right=[7_000])
        drawn = _draw(_settings(60), found=[gene])
        spots[strand.value] = [
            each.variant.start
            for each in drawn
            if each.place.region is regions.Region.DONOR
        ]
    assert max(spots["+"]) < 5_000 < min(spots["-"])


@given(
    number=st.integers(0, 10_000),
    weights=st.lists(st.integers(0, 9), min_size=1, max_size=6).filter(any),
)
def test_quotas_leave_nothing_over(number: int, weights: list[int]) -> None:
    shares = [weight / sum(weights) for weight in weights]
    counts = sampling.quotas(number, shares)
    assert sum(counts) == number
    for count, share in zip(counts, shares, strict=True):
        assert abs(count - number * share) <= 1
