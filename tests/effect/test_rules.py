"""`rules`: refusals, windows and masks of the three sets of conventions."""

import dataclasses
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from jaxtyping import Float32

from support import masks, reference_rules, replacements
from support import models as toys
from twinsplice.effect import deltas, rules, windows
from twinsplice.genome import genes, variants

ALL_RULES = [rules.TWINSPLICE, rules.SPLICEAI, rules.CISPLICEAI]
START, WIDTH, ORIGIN = 100, 13, 106
WINDOW = replacements.window(
    START, START + WIDTH, variants.Variant("1", ORIGIN, "A", "C")
)
ROUND = np.array([0.0, 0.25, 0.5, 0.875], dtype=np.float32)
Profiles = Float32[np.ndarray, "rows 2 width"]


@st.composite
def profiles(draw: st.DrawFn, rows: int) -> Profiles:
    """Probabilities: few values, so that ties are common, or any at all."""
    shape = rows, 2, WIDTH
    seed = draw(st.none() | st.integers(0, 99))
    if seed is not None:
        return np.random.default_rng(seed).random(shape, dtype=np.float32)
    levels = draw(npst.arrays(np.int64, shape, elements=st.integers(0, 3)))
    round_: Profiles = ROUND[levels]
    return round_


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


@st.composite
def case_lists(
    draw: st.DrawFn, gene: st.SearchStrategy[genes.Gene | None]
) -> list[masks.Case]:
    """Variants of one window, each with profiles and a gene of its own."""
    rows = draw(st.integers(1, 3))
    both = draw(profiles(rows)), draw(profiles(rows))
    return [masks.Case(ref, alt, draw(gene)) for ref, alt in zip(*both, strict=True)]


anywhere = case_lists(st.none() | annotated_genes())
in_genes = case_lists(annotated_genes())


def _changes(
    conventions: rules.Rules, cases: Sequence[masks.Case], *, mask: bool
) -> list[dict[str, masks.Change]]:
    return masks.changes(conventions, WINDOW, cases, mask=mask)


def _sizes(
    conventions: rules.Rules, case: masks.Case, kind: deltas.Kind, *, mask: bool
) -> reference_rules.Sizes:
    """What the rules say of one kind, base by base."""
    change = reference_rules.changes(case.ref.tolist(), case.alt.tolist(), kind)
    annotated = reference_rules.sites(case.gene, kind)
    if conventions is rules.SPLICEAI and mask and case.gene is not None:
        boundary = reference_rules.nearest_boundary(case.gene, ORIGIN)
        return reference_rules.masked_spliceai(change, START, boundary, gain=kind.gain)
    if conventions is rules.TWINSPLICE and mask:
        change = reference_rules.masked(change, START, annotated, gain=kind.gain)
    if conventions is rules.CISPLICEAI and mask:
        change = reference_rules.masked_cispliceai(
            change, START, annotated, gain=kind.gain
        )
    if conventions is rules.TWINSPLICE:
        change = [max(value, 0.0) for value in change]
    return reference_rules.Sizes(change, change)


@pytest.mark.parametrize("conventions", ALL_RULES, ids=lambda rule: rule.name)
@given(cases=anywhere, mask=st.booleans())
def test_changes_are_those_found_base_by_base(
    conventions: rules.Rules, cases: list[masks.Case], *, mask: bool
) -> None:
    for case, changes in zip(
        cases, _changes(conventions, cases, mask=mask), strict=True
    ):
        for kind in deltas.SITE_KINDS:
            change = changes[kind.label]
            sizes = _sizes(conventions, case, kind, mask=mask)
            assert sizes.agree(change.size, change.column, tolerance=1e-7)


@pytest.mark.parametrize("conventions", ALL_RULES, ids=lambda rule: rule.name)
@given(cases=anywhere, mask=st.booleans())
def test_equal_profiles_change_nothing(
    conventions: rules.Rules, cases: list[masks.Case], *, mask: bool
) -> None:
    same = [dataclasses.replace(case, alt=case.ref) for case in cases]
    for changes in _changes(conventions, same, mask=mask):
        assert [change.size for change in changes.values()] == [0.0] * 4


@pytest.mark.parametrize("conventions", ALL_RULES, ids=lambda rule: rule.name)
@given(cases=in_genes)
def test_masking_never_raises_a_size(
    conventions: rules.Rules, cases: list[masks.Case]
) -> None:
    whole = _changes(conventions, cases, mask=False)
    masked = _changes(conventions, cases, mask=True)
    for before, after in zip(whole, masked, strict=True):
        for label, change in after.items():
            assert change.size <= max(before[label].size, 0.0)


@pytest.mark.parametrize("conventions", ALL_RULES, ids=lambda rule: rule.name)
@given(cases=anywhere)
def test_swapping_the_alleles_swaps_gain_and_loss(
    conventions: rules.Rules, cases: list[masks.Case]
) -> None:
    swapped = [masks.Case(case.alt, case.ref, case.gene) for case in cases]
    there = _changes(conventions, cases, mask=False)
    back = _changes(conventions, swapped, mask=False)
    for one, other in zip(there, back, strict=True):
        for gain, loss in (("AG", "AL"), ("AL", "AG"), ("DG", "DL"), ("DL", "DG")):
            assert one[gain].size == other[loss].size
            assert one[gain].column == other[loss].column


@given(cases=in_genes)
def test_a_masked_change_never_hides_another(cases: list[masks.Case]) -> None:
    masked = _changes(rules.TWINSPLICE, cases, mask=True)
    for case, changes in zip(cases, masked, strict=True):
        for kind in deltas.SITE_KINDS:
            annotated = reference_rules.sites(case.gene, kind)
            change = reference_rules.changes(case.ref.tolist(), case.alt.tolist(), kind)
            counted = [
                value
                for i, value in enumerate(change)
                if (START + i in annotated) != kind.gain
            ]
            expected = max([0.0, *counted])
            assert changes[kind.label].size == pytest.approx(expected, abs=1e-7)


def _gains(site: deltas.Site, gained: dict[int, float], gene: genes.Gene) -> masks.Case:
    """A case in which some bases gain probability, none of which had any."""
    ref, alt = np.zeros((2, 2, WIDTH), dtype=np.float32)
    for column, value in gained.items():
        alt[site, column] = value
    return masks.Case(ref, alt, gene)


def test_ours_finds_the_next_best_where_spliceai_finds_nothing() -> None:
    gene = toys.gene("G", 90, 120, left=[104], right=[110])
    case = _gains(deltas.Site.DONOR, {4: 0.875, 8: 0.5}, gene)
    (ours,) = _changes(rules.TWINSPLICE, [case], mask=True)
    (theirs,) = _changes(rules.SPLICEAI, [case], mask=True)
    assert ours["DG"] == masks.Change(size=0.5, column=8)
    assert theirs["DG"] == masks.Change(size=0.0, column=4)


def test_spliceai_masks_by_one_boundary_of_either_class_and_by_the_ends() -> None:
    cases = [
        _gains(deltas.Site.ACCEPTOR, {4: 0.875}, gene)
        for gene in (
            # Base 104 is a donor: to us a new acceptor there is news.
            toys.gene("G", 90, 120, left=[104], right=[110]),
            # A transcript's own end counts as a boundary.
            toys.gene("G", 104, 160),
            # Another boundary that is nearer takes its place.
            toys.gene("G", 104, 160, left=[106], right=[150]),
        )
    ]
    ours = _changes(rules.TWINSPLICE, cases, mask=True)
    theirs = _changes(rules.SPLICEAI, cases, mask=True)
    assert [changes["AG"].size for changes in ours] == [0.875] * 3
    assert [changes["AG"].size for changes in theirs] == [0.0, 0.0, 0.875]


def test_cispliceai_counts_a_masked_change_as_none_for_gain_and_loss_alike() -> None:
    # Every base loses: none does so at a site, and the gain is nothing, not less.
    ref, alt = np.full((2, 2, WIDTH), 0.875, dtype=np.float32)
    case = masks.Case(ref, alt - 0.5, toys.gene("G", 90, 120))
    (raw,) = _changes(rules.CISPLICEAI, [case], mask=False)
    (masked,) = _changes(rules.CISPLICEAI, [case], mask=True)
    assert [change.size for change in raw.values()] == [-0.5, 0.5, -0.5, 0.5]
    assert [change.size for change in masked.values()] == [0.0, 0.0, 0.0, 0.0]


REFUSALS: list[tuple[rules.Rules, str, str, variants.SkipReason | None]] = [
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
]


def test_refusals() -> None:
    for conventions in ALL_RULES:
        rows = [row[1:] for row in REFUSALS if row[0] is conventions]
        written = [variants.Variant("1", 5, ref, alt) for ref, alt, _ in rows]
        refused = conventions.refuse(replacements.of_variants(written), 10)
        expected = [
            rules.SCORED if reason is None else rules.number(reason)
            for _, _, reason in rows
        ]
        assert refused.tolist() == expected


def test_a_reason_is_found_by_its_number() -> None:
    numbers = [rules.number(reason) for reason in variants.SkipReason]
    assert [rules.REASONS[number] for number in numbers] == list(variants.SkipReason)
    assert rules.SCORED not in numbers


WINDOWS = [
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
]


def test_windows() -> None:
    for conventions in ALL_RULES:
        rows = [row[1:] for row in WINDOWS if row[0] is conventions]
        written = [variants.Variant("1", 100, ref, alt) for ref, alt, _ in rows]
        # Whatever precedes cannot be shifted over.
        normalised = [
            variants.normalise(each, lambda at: "N" if at < 100 else "")
            for each in written
        ]
        own = conventions.place(
            replacements.of_variants(written), replacements.of_variants(normalised), 5
        )
        bounds = list(zip(own.start.tolist(), own.end.tolist(), strict=True))
        assert bounds == [interval for _, _, interval in rows]
        assert own.origin.tolist() == [100] * len(rows)


def test_cispliceai_sees_all_of_a_gene_but_its_last_base() -> None:
    start, end = replacements.integers([10, 70]), replacements.integers([50, 90])
    for conventions, ends in (
        (rules.TWINSPLICE, [50, 90]),
        (rules.SPLICEAI, [50, 90]),
        (rules.CISPLICEAI, [49, 89]),
    ):
        seen = conventions.span(start, end)
        assert [bound.tolist() for bound in seen] == [[10, 70], ends]


def test_outside_genes_only_cispliceai_sees_a_bounded_stretch() -> None:
    own = windows.join(
        [
            dataclasses.replace(WINDOW, origin=replacements.integers([origin]))
            for origin in (10_000, 20_000)
        ]
    )
    assert rules.TWINSPLICE.intergenic_view(own, 50) is None
    assert rules.SPLICEAI.intergenic_view(own, 50) is None
    bounds = rules.CISPLICEAI.intergenic_view(own, 50)
    assert bounds is not None
    # 5,000 + 50 bases each side of POS; the one more on the left is out of reach.
    assert [bound.tolist() for bound in bounds] == [[4_949, 14_949], [15_051, 25_051]]
