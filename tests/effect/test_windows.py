"""`windows`: where effects are looked for."""

import dataclasses
import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from support import replacements
from twinsplice.effect import windows
from twinsplice.genome import variants

alleles = st.text("ACGT", max_size=30)
written = st.builds(
    variants.Variant, st.just("1"), st.integers(100, 1_000), alleles, alleles
)
some = st.lists(written, min_size=1, max_size=6)


@given(rows=some, data=st.data(), reach=st.integers(1, 60))
def test_windows_reach_as_far_on_each_side(
    rows: list[variants.Variant], data: st.DataObject, reach: int
) -> None:
    def numbers(low: int, high: int) -> list[int]:
        one = st.integers(low, high)
        return data.draw(st.lists(one, min_size=len(rows), max_size=len(rows)))

    change = replacements.of_variants(rows)
    centre = change.start - replacements.integers(numbers(0, 1))
    origin = replacements.integers(numbers(0, 1_000))
    own = windows.around(change, centre=centre, origin=origin, reach=reach)
    assert own.width.tolist() == [2 * reach + 1] * len(rows)
    assert (own.start + reach).tolist() == centre.tolist()
    assert (own.end - 1 - reach).tolist() == centre.tolist()
    assert own.origin.tolist() == origin.tolist()


@given(rows=some, reach=st.integers(1, 60))
def test_alternate_profiles_hold_all_they_must(
    rows: list[variants.Variant], reach: int
) -> None:
    change = replacements.of_variants(rows)
    own = windows.around(change, centre=change.start, origin=change.start, reach=reach)
    for row, variant in enumerate(rows):
        # Count the bases of the changed sequence that are new, or kept and inside.
        kept = [
            base
            for base in range(int(own.start[row]), int(own.end[row]))
            if not variant.start <= base < variant.end
        ]
        assert own.alt_width[row] == len(variant.alt) + len(kept)
        assert own.grown[row] == len(variant.alt) - len(variant.ref)


@given(rows=some)
def test_a_batch_says_of_each_variant_what_it_says_of_itself(
    rows: list[variants.Variant],
) -> None:
    change = replacements.of_variants(rows)
    assert [replacements.variant(change, i) for i in range(len(rows))] == rows
    assert change.end.tolist() == [variant.end for variant in rows]
    empty = [not (variant.ref and variant.alt) for variant in rows]
    assert change.anchored.tolist() == [int(each) for each in empty]


@given(rows=some, cuts=st.lists(st.integers(0, 6), max_size=3))
def test_what_is_taken_apart_and_joined_is_as_it_was(
    rows: list[variants.Variant], cuts: list[int]
) -> None:
    change = replacements.of_variants(rows)
    own = windows.around(change, centre=change.start, origin=change.start, reach=5)
    bounds = sorted([0, *(min(cut, len(rows)) for cut in cuts), len(rows)])
    parts = [own.take(slice(low, high)) for low, high in itertools.pairwise(bounds)]
    check_same(windows.join(parts), own)
    backwards = np.arange(len(rows))[::-1].copy()
    check_same(own.take(backwards).take(backwards), own)


def test_nothing_joined_is_no_windows() -> None:
    assert len(windows.join([])) == 0


def check_same(one: windows.Windows, other: windows.Windows) -> None:
    for name in (field.name for field in dataclasses.fields(windows.Windows)):
        if name != "change":
            assert getattr(one, name).tolist() == getattr(other, name).tolist()
    changes = [
        [replacements.variant(own.change, row) for row in range(len(own))]
        for own in (one, other)
    ]
    assert changes[0] == changes[1]
