"""Sequence that nature does not offer: changed at a rate, or joined from pieces."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinsplice.genome import dna
from twinsplice.targets import augmentation

sequences = st.lists(st.integers(0, dna.UNKNOWN), max_size=60).map(
    lambda codes: np.array(codes, dtype=np.uint8)
)
seeds = st.integers(0, 1_000)


@given(sequences, st.floats(0, 1), seeds)
def test_what_is_changed_was_known_and_is_another_base(
    codes: np.ndarray, share: float, seed: int
) -> None:
    before = codes.copy()
    made = augmentation.mutate(codes, share, np.random.default_rng(seed))
    np.testing.assert_array_equal(codes, before)
    assert len(made) == len(codes)
    changed = made != codes
    assert (made[changed] < dna.UNKNOWN).all()
    assert (codes[changed] < dna.UNKNOWN).all()
    again = augmentation.mutate(codes, share, np.random.default_rng(seed))
    np.testing.assert_array_equal(again, made)


@given(sequences, seeds)
def test_all_known_bases_or_none_are_changed_at_the_ends_of_the_scale(
    codes: np.ndarray, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    np.testing.assert_array_equal(augmentation.mutate(codes, 0.0, rng), codes)
    changed = augmentation.mutate(codes, 1.0, rng) != codes
    np.testing.assert_array_equal(changed, codes != dna.UNKNOWN)


def test_a_share_of_bases_is_changed_each_to_the_three_others_alike() -> None:
    codes = np.zeros(60_000, dtype=np.uint8)
    made = augmentation.mutate(codes, 0.3, np.random.default_rng(1))
    counts = np.bincount(made, minlength=4)
    assert counts[0] / len(codes) == pytest.approx(0.7, abs=0.01)
    assert counts[1:] / len(codes) == pytest.approx([0.1] * 3, abs=0.01)


def test_small_shares_are_drawn_as_often_as_large_ones() -> None:
    rng = np.random.default_rng(2)
    drawn = np.array([augmentation.rate(rng) for _ in range(4_000)])
    lowest, highest = augmentation.LOWEST_RATE, augmentation.HIGHEST_RATE
    assert lowest <= drawn.min() <= drawn.max() <= highest
    below = (drawn < np.sqrt(lowest * highest)).mean()
    assert below == pytest.approx(0.5, abs=0.04)


@given(st.lists(st.integers(1, 9), min_size=1, max_size=4), st.integers(0, 60), seeds)
def test_pieces_stand_whole_and_each_once_before_any_comes_again(
    lengths: list[int], length: int, seed: int
) -> None:
    # A piece of its own letter each, so that it is known wherever it stands.
    pieces = [np.full(n, i, dtype=np.uint8) for i, n in enumerate(lengths)]
    rng = np.random.default_rng(seed)
    made = augmentation.recombine(pieces, length, rng).tolist()
    assert len(made) == length
    rest = made
    while rest:
        left = dict(enumerate(lengths))
        while rest and left:
            letter = rest[0]
            size = left.pop(letter)
            assert set(rest[:size]) == {letter}
            rest = rest[size:]


@pytest.mark.parametrize("pieces", [[], [np.zeros(0, dtype=np.uint8)]])
def test_nothing_cannot_be_joined(pieces: list[np.ndarray]) -> None:
    with pytest.raises(ValueError, match="needs pieces"):
        augmentation.recombine(pieces, 5, np.random.default_rng(0))
