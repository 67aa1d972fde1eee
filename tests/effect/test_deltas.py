"""`deltas`: the largest change of each kind, and where it is."""

import dataclasses

import jaxtyping
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from jaxtyping import Bool, Float

from support import reference_rules
from twinsplice.effect import deltas

WIDTH = 9
# Few values, so that ties are common.
levels = st.sampled_from([0.0, 0.25, 0.5, 1.0])
profiles = npst.arrays(np.float64, (3, WIDTH), elements=levels)
masks = st.none() | npst.arrays(np.bool_, (WIDTH,))
UNDIVIDED = deltas.undivided_kinds(range(3))
OPPOSITES = [
    (deltas.ACCEPTOR_GAIN, deltas.ACCEPTOR_LOSS),
    (deltas.DONOR_GAIN, deltas.DONOR_LOSS),
    UNDIVIDED,
]
KINDS = [kind for pair in OPPOSITES for kind in pair]


@given(ref=profiles, alt=profiles, kind=st.sampled_from(KINDS), allowed=masks)
def test_the_largest_is_the_first_of_the_largest(
    ref: Float[np.ndarray, "3 width"],
    alt: Float[np.ndarray, "3 width"],
    kind: deltas.Kind,
    allowed: Bool[np.ndarray, " width"] | None,
) -> None:
    change = reference_rules.changes(ref.tolist(), alt.tolist(), kind)
    if allowed is not None:
        change = [c if a else 0.0 for c, a in zip(change, allowed, strict=True)]
    found = deltas.largest(ref, alt, kind, allowed)
    assert found.size == max(change)
    assert found.column == change.index(max(change))


@given(ref=profiles, alt=profiles, kind=st.sampled_from(KINDS))
def test_a_change_is_between_the_probabilities_it_names(
    ref: Float[np.ndarray, "3 width"],
    alt: Float[np.ndarray, "3 width"],
    kind: deltas.Kind,
) -> None:
    found = deltas.largest(ref, alt, kind)
    sign = 1 if kind.gain else -1
    assert found.size == sign * (found.alt - found.ref)
    pairs = [(ref[row, found.column], alt[row, found.column]) for row in kind.rows]
    assert (found.ref, found.alt) in pairs


@given(profile=profiles, kind=st.sampled_from(KINDS), allowed=masks)
def test_no_change_is_zero(
    profile: Float[np.ndarray, "3 width"],
    kind: deltas.Kind,
    allowed: Bool[np.ndarray, " width"] | None,
) -> None:
    found = deltas.largest(profile, profile, kind, allowed)
    assert (found.size, found.column) == (0.0, 0)
    assert found.ref == found.alt


@given(ref=profiles, alt=profiles, pair=st.sampled_from(OPPOSITES), allowed=masks)
def test_swapping_the_alleles_swaps_gain_and_loss(
    ref: Float[np.ndarray, "3 width"],
    alt: Float[np.ndarray, "3 width"],
    pair: tuple[deltas.Kind, deltas.Kind],
    allowed: Bool[np.ndarray, " width"] | None,
) -> None:
    gain, loss = pair
    there = deltas.largest(ref, alt, gain, allowed)
    back = deltas.largest(alt, ref, loss, allowed)
    assert there == dataclasses.replace(back, ref=back.alt, alt=back.ref)


@given(ref=profiles, alt=profiles, kind=st.sampled_from(KINDS), allowed=masks)
def test_masking_never_raises_what_is_a_change(
    ref: Float[np.ndarray, "3 width"],
    alt: Float[np.ndarray, "3 width"],
    kind: deltas.Kind,
    allowed: Bool[np.ndarray, " width"] | None,
) -> None:
    whole = deltas.largest(ref, alt, kind).size
    assert deltas.largest(ref, alt, kind, allowed).size <= max(whole, 0.0)


def test_masking_comes_first_so_that_the_next_best_is_found() -> None:
    ref = np.zeros((2, 5))
    alt = np.array([[0.0, 0.9, 0.0, 0.6, 0.0], [0.0] * 5])
    allowed = np.array([True, False, True, True, True])
    found = deltas.largest(ref, alt, deltas.ACCEPTOR_GAIN, allowed)
    assert (found.size, found.column, found.alt) == (0.6, 3, 0.6)


@pytest.mark.parametrize(
    ("row", "change", "kind"),
    [
        (deltas.Site.ACCEPTOR, +0.4, "AG"),
        (deltas.Site.ACCEPTOR, -0.4, "AL"),
        (deltas.Site.DONOR, +0.4, "DG"),
        (deltas.Site.DONOR, -0.4, "DL"),
    ],
)
def test_one_changed_base_is_one_change(
    row: deltas.Site, change: float, kind: str
) -> None:
    ref = np.full((2, 11), 0.5)
    alt = ref.copy()
    alt[row, 2] += change
    found = {each.label: deltas.largest(ref, alt, each) for each in deltas.SITE_KINDS}
    assert found[kind].size == pytest.approx(0.4)
    assert found[kind].column == 2
    assert {each.size for label, each in found.items() if label != kind} == {0.0}


def test_kinds_come_in_the_order_of_the_records() -> None:
    labels = [kind.label for kind in deltas.SITE_KINDS]
    assert labels == ["AG", "AL", "DG", "DL"]
    assert [kind.label for kind in UNDIVIDED] == ["SG", "SL"]


def test_profiles_of_different_widths_are_refused() -> None:
    # Shape checks, which only tests run, come before the function's own.
    with pytest.raises((ValueError, jaxtyping.TypeCheckError)):
        deltas.largest(np.zeros((2, 3)), np.zeros((2, 4)), deltas.DONOR_GAIN)


@given(
    sites=st.lists(st.lists(st.integers(0, 40)), max_size=3),
    start=st.integers(-10, 45),
    width=st.integers(1, 30),
)
def test_annotated_bases_are_marked(
    sites: list[list[int]], start: int, width: int
) -> None:
    arrays = [np.array(each, dtype=np.int64) for each in sites]
    found = deltas.annotated(arrays, start, width)
    expected = [any(start + i in each for each in sites) for i in range(width)]
    assert found.tolist() == expected
