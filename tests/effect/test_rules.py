"""`rules`: refusals, windows and masks of the three sets of conventions."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from jaxtyping import Float

from support import models as toys
from support import reference_rules
from twinsplice.effect import deltas, rules, windows
from twinsplice.genome import genes, variants

ALL_RULES = [rules.TWINSPLICE, rules.SPLICEAI, rules.CISPLICEAI]
START, WIDTH, ORIGIN = 100, 13, 106
WINDOW = windows.Window(
    variant=variants.Variant("1", ORIGIN, "A", "C"),
    origin=ORIGIN,
    start=START,
    end=START + WIDTH,
    alt_width=WIDTH,
)
levels = st.sampled_from([0.0, 0.2, 0.5, 0.9]) | st.floats(0, 1)
profiles = npst.arrays(np.float64, (2, WIDTH), elements=levels)
Profile = Float[np.ndarray, "2 width"]


@st.composite
def annotated_genes(draw: st.DrawFn) -> genes.Gene:
    """A gene with sites in and around the window, on either strand."""
    places = st.lists(st.integers(START - 3, START + WIDTH + 3), max_size=5)
    return toys.gene(
        "G",
        START - draw(st.integers(4, 9)),
        START + WIDTH + draw(st.integers(4, 9)),
        draw(st.sampled_from("+-")),
        left=draw(places),
        right=draw(places),
    )


def _case(
    ref: Profile, alt: Profile, gene: genes.Gene | None, *, mask: bool
) -> rules.Case:
    return rules.Case(
        ref=ref,
        alt=alt,
        kinds=deltas.SITE_KINDS,
        window=WINDOW,
        gene=gene,
        mask=mask,
    )


def _sizes(
    conventions: rules.Rules, case: rules.Case, kind: deltas.Kind
) -> reference_rules.Sizes:
    """What the rules say of one kind, base by base."""
    change = reference_rules.changes(case.ref.tolist(), case.alt.tolist(), kind)
    annotated = reference_rules.sites(case.gene, kind)
    if conventions is rules.SPLICEAI and case.mask and case.gene is not None:
        boundary = reference_rules.nearest_boundary(case.gene, ORIGIN)
        return reference_rules.masked_spliceai(change, START, boundary, gain=kind.gain)
    if conventions is rules.TWINSPLICE and case.mask:
        change = reference_rules.masked(change, START, annotated, gain=kind.gain)
    if conventions is rules.CISPLICEAI and case.mask:
        change = reference_rules.masked_cispliceai(
            change, START, annotated, gain=kind.gain
        )
    if conventions is rules.TWINSPLICE:
        change = [max(value, 0.0) for value in change]
    return reference_rules.Sizes(change, change)


@pytest.mark.parametrize("conventions", ALL_RULES, ids=lambda rule: rule.name)
@given(
    ref=profiles, alt=profiles, gene=st.none() | annotated_genes(), mask=st.booleans()
)
def test_changes_are_those_found_base_by_base(
    conventions: rules.Rules,
    ref: Profile,
    alt: Profile,
    gene: genes.Gene | None,
    *,
    mask: bool,
) -> None:
    case = _case(ref, alt, gene, mask=mask)
    found = conventions.summarise(case)
    for kind, change in zip(case.kinds, found, strict=True):
        sizes = _sizes(conventions, case, kind)
        assert sizes.agree(change.size, change.column, tolerance=0.0)


@pytest.mark.parametrize("conventions", ALL_RULES, ids=lambda rule: rule.name)
@given(profile=profiles, gene=st.none() | annotated_genes(), mask=st.booleans())
def test_equal_profiles_change_nothing(
    conventions: rules.Rules,
    profile: Profile,
    gene: genes.Gene | None,
    *,
    mask: bool,
) -> None:
    found = conventions.summarise(_case(profile, profile, gene, mask=mask))
    assert [change.size for change in found] == [0.0] * 4


@pytest.mark.parametrize("conventions", ALL_RULES, ids=lambda rule: rule.name)
@given(ref=profiles, alt=profiles, gene=annotated_genes())
def test_masking_never_raises_a_size(
    conventions: rules.Rules, ref: Profile, alt: Profile, gene: genes.Gene
) -> None:
    there = conventions.summarise(_case(ref, alt, gene, mask=False))
    masked = conventions.summarise(_case(ref, alt, gene, mask=True))
    for before, after in zip(there, masked, strict=True):
        assert after.size <= max(before.size, 0.0)


@pytest.mark.parametrize("conventions", ALL_RULES, ids=lambda rule: rule.name)
@given(ref=profiles, alt=profiles, gene=st.none() | annotated_genes())
def test_swapping_the_alleles_swaps_gain_and_loss(
    conventions: rules.Rules, ref: Profile, alt: Profile, gene: genes.Gene | None
) -> None:
    there = conventions.summarise(_case(ref, alt, gene, mask=False))
    back = conventions.summarise(_case(alt, ref, gene, mask=False))
    for gain, loss in ((0, 1), (1, 0), (2, 3), (3, 2)):
        assert (there[gain].size, there[gain].column) == (
            back[loss].size,
            back[loss].column,
        )


@given(ref=profiles, alt=profiles, gene=annotated_genes())
def test_a_masked_change_never_hides_another(
    ref: Profile, alt: Profile, gene: genes.Gene
) -> None:
    case = _case(ref, alt, gene, mask=True)
    found = rules.TWINSPLICE.summarise(case)
    for kind, change in zip(case.kinds, found, strict=True):
        annotated = reference_rules.sites(gene, kind)
        counted = [
            value
            for i, value in enumerate(
                reference_rules.changes(ref.tolist(), alt.tolist(), kind)
            )
            if (START + i in annotated) != kind.gain
        ]
        assert change.size == max([0.0, *counted])


def test_ours_finds_the_next_best_where_spliceai_finds_nothing() -> None:
    ref, alt = np.zeros((2, WIDTH)), np.zeros((2, WIDTH))
    alt[deltas.Site.DONOR, [4, 8]] = 0.9, 0.6
    gene = toys.gene("G", 90, 120, left=[104], right=[110])
    case = _case(ref, alt, gene, mask=True)
    ours = rules.TWINSPLICE.summarise(case)[2]
    theirs = rules.SPLICEAI.summarise(case)[2]
    assert (ours.size, ours.column) == (0.6, 8)
    assert (theirs.size, theirs.column) == (0.0, 4)


def test_spliceai_masks_by_one_boundary_of_either_class_and_by_the_ends() -> None:
    ref, alt = np.zeros((2, WIDTH)), np.zeros((2, WIDTH))
    alt[deltas.Site.ACCEPTOR, 4] = 0.9
    # Base 104 is a donor: to us a new acceptor there is news.
    donor = toys.gene("G", 90, 120, left=[104], right=[110])
    assert rules.TWINSPLICE.summarise(_case(ref, alt, donor, mask=True))[0].size == 0.9
    assert rules.SPLICEAI.summarise(_case(ref, alt, donor, mask=True))[0].size == 0.0
    # A transcript's own end counts as a boundary.
    ends = toys.gene("G", 104, 160)
    assert rules.SPLICEAI.summarise(_case(ref, alt, ends, mask=True))[0].size == 0.0
    # Another boundary that is nearer takes its place.
    nearer = toys.gene("G", 104, 160, left=[106], right=[150])
    assert rules.SPLICEAI.summarise(_case(ref, alt, nearer, mask=True))[0].size == 0.9


def test_cispliceai_counts_a_masked_change_as_none_for_gain_and_loss_alike() -> None:
    # Every base loses: none does so at a site, and the gain is nothing, not less.
    ref, alt = np.full((2, WIDTH), 0.9), np.full((2, WIDTH), 0.4)
    gene = toys.gene("G", 90, 120)
    raw = rules.CISPLICEAI.summarise(_case(ref, alt, gene, mask=False))
    masked = rules.CISPLICEAI.summarise(_case(ref, alt, gene, mask=True))
    assert [change.size for change in raw] == [-0.5, 0.5, -0.5, 0.5]
    assert [change.size for change in masked] == [0.0, 0.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("conventions", "ref", "alt", "reason"),
    [
        (rules.TWINSPLICE, "A" * 20, "A", None),
        (rules.TWINSPLICE, "A" * 21, "A", variants.SkipReason.TOO_LONG),
        (rules.TWINSPLICE, "A", "A" * 5_000, None),
        (rules.TWINSPLICE, "A", "A" * 5_001, variants.SkipReason.TOO_LONG),
        (rules.TWINSPLICE, "AC", "GT", None),
        (rules.SPLICEAI, "A" * 20, "A", None),
        (rules.SPLICEAI, "A" * 21, "A", variants.SkipReason.TOO_LONG),
        (rules.SPLICEAI, "A" * 21, "CC", variants.SkipReason.TOO_LONG),
        (rules.SPLICEAI, "AC", "GT", variants.SkipReason.UNSUPPORTED_BY_OFFICIAL),
        (rules.SPLICEAI, "AC", "GTT", variants.SkipReason.UNSUPPORTED_BY_OFFICIAL),
        (rules.SPLICEAI, "AC", "G", None),
        (rules.SPLICEAI, "A", "GT", None),
        (rules.CISPLICEAI, "AC", "GT", None),
        (rules.CISPLICEAI, "A" * 21, "A", None),
    ],
)
def test_refusals(
    conventions: rules.Rules, ref: str, alt: str, reason: variants.SkipReason | None
) -> None:
    variant = variants.Variant("1", 5, ref, alt)
    assert conventions.refuse(variant, 10) is reason


@pytest.mark.parametrize(
    ("conventions", "ref", "alt", "interval"),
    [
        # Written at base 100, reach 5: the window's first base and the one behind.
        (rules.TWINSPLICE, "A", "C", (95, 106)),
        (rules.TWINSPLICE, "GA", "GC", (96, 107)),
        (rules.TWINSPLICE, "GA", "G", (95, 106)),
        (rules.TWINSPLICE, "GTA", "GT", (96, 107)),
        (rules.TWINSPLICE, "GA", "CT", (95, 106)),
        (rules.SPLICEAI, "GTA", "GT", (95, 106)),
        (rules.SPLICEAI, "GTA", "G", (95, 106)),
        (rules.CISPLICEAI, "A", "C", (95, 107)),
        (rules.CISPLICEAI, "GA", "G", (95, 107)),
        (rules.CISPLICEAI, "GTA", "G", (95, 109)),
        (rules.CISPLICEAI, "G", "GTA", (95, 107)),
    ],
)
def test_windows(
    conventions: rules.Rules, ref: str, alt: str, interval: tuple[int, int]
) -> None:
    variant = variants.Variant("1", 100, ref, alt)
    # Whatever precedes cannot be shifted over.
    normalised = variants.normalise(variant, lambda at: "N" if at < 100 else "")
    window = conventions.place(variant, normalised, 5)
    assert (window.start, window.end) == interval
    assert window.origin == 100


def test_cispliceai_sees_all_of_a_gene_but_its_last_base() -> None:
    gene = toys.gene("G", 10, 50)
    assert rules.TWINSPLICE.span(gene) == rules.SPLICEAI.span(gene) == (10, 50)
    assert rules.CISPLICEAI.span(gene) == (10, 49)


def test_outside_genes_only_cispliceai_sees_a_bounded_stretch() -> None:
    window = dataclasses.replace(WINDOW, origin=10_000)
    assert rules.TWINSPLICE.boundless(window, 50) is None
    # 5,000 + 50 bases each side of POS; the one more on the left is out of reach.
    assert rules.CISPLICEAI.boundless(window, 50) == (4_949, 15_051)
