"""`conformal`: coverage at every size and site, and a second implementation."""

import math
from fractions import Fraction

import jaxtyping
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jaxtyping import Float64

from twinsplice import errors
from twinsplice.stats import conformal

REFUSALS = (ValueError, jaxtyping.TypeCheckError)
Column = Float64[np.ndarray, " rows"]
LEVEL = 0.9


def noisy(rows: int, seed: int) -> tuple[Column, Column, Column]:
    """Predictions, most of them small; truths and a site that doubles their noise."""
    rng = np.random.default_rng(seed)
    predicted = rng.random(rows) ** 4
    ref = rng.choice([0.1, 0.9], rows)
    spread = (0.01 + 0.2 * predicted * (1 - predicted)) * (1 + (ref > 0.5))
    truth = np.clip(predicted + rng.normal(size=rows) * spread, 0, 1)
    return predicted, truth, ref


def coverage(low: Column, high: Column, truth: Column) -> float:
    return float(((low <= truth) & (truth <= high)).mean())


def test_the_level_is_held_at_every_size_and_site() -> None:
    predicted, truth, ref = noisy(60_000, 5)
    found = conformal.fit(predicted[::2], truth[::2], ref[::2], LEVEL)
    predicted, truth, ref = predicted[1::2], truth[1::2], ref[1::2]
    low, high = found.apply(predicted, ref)
    assert coverage(low, high, truth) == pytest.approx(LEVEL, abs=0.01)
    for number, site in enumerate((ref < 0.5, ref > 0.5)):
        for least, most in ((0, 0.01), (0.02, 0.1), (0.1, 0.3), (0.3, 0.7), (0.8, 1)):
            rows = site & (least <= predicted) & (predicted < most)
            share = coverage(low[rows], high[rows], truth[rows])
            # Four standard errors of testing; those of a hundred rows about a size;
            # lines between knots.
            noise = 4 * math.sqrt(LEVEL * (1 - LEVEL) / rows.sum())
            assert share == pytest.approx(LEVEL, abs=noise + 0.015), (number, least)
    wide, narrow = (high - low)[ref > 0.5], (high - low)[ref < 0.5]
    assert np.median(wide) > 1.3 * np.median(narrow)


def test_coverage_of_exchangeable_rows_is_the_level_on_average() -> None:
    """Of few rows of one size there is one window, whose law is known."""
    shares = []
    for seed in range(300):
        rng = np.random.default_rng(seed)
        sizes = np.full(400, 0.5)
        truth = np.clip(0.5 + 0.1 * rng.normal(size=400), 0, 1)
        found = conformal.fit(sizes[:150], truth[:150], np.zeros(150), LEVEL)
        low, high = found.apply(sizes[150:], np.zeros(250))
        shares.append(coverage(low, high, truth[150:]))
    assert np.mean(shares) == pytest.approx(LEVEL, abs=0.006)


def test_an_end_that_cannot_miss_leaves_its_part_to_the_other() -> None:
    rng = np.random.default_rng(4)
    near_zero = rng.uniform(0, 0.0005, 20_000)
    truth = np.minimum(rng.exponential(0.003, 20_000), 1)
    for predicted, target in ((near_zero, truth), (1 - near_zero, 1 - truth)):
        found = conformal.fit(predicted[::2], target[::2], np.zeros(10_000))
        low, high = found.apply(predicted[1::2], np.zeros(10_000))
        held = coverage(low, high, target[1::2])
        assert held == pytest.approx(0.9, abs=0.012)


def test_a_group_of_few_rows_has_the_curves_of_all() -> None:
    predicted, truth, _ = noisy(1_000, 6)
    ref = np.zeros(1_000)
    ref[: conformal.FEWEST - 1] = 1
    found = conformal.fit(predicted, truth, ref)
    everyone = conformal.fit(predicted, truth, np.zeros(1_000))
    assert found.low[1] == everyone.low[0]
    assert found.high[1] == everyone.high[0]
    assert found.low[0] != found.low[1]
    ref[: conformal.FEWEST] = 1
    assert conformal.fit(predicted, truth, ref).low[1] != everyone.low[0]


@settings(max_examples=20)
@given(st.integers(0, 10_000), st.floats(0.5, 0.99))
def test_intervals_lie_around_the_prediction_in_bounds(seed: int, level: float) -> None:
    predicted, truth, ref = noisy(300, seed)
    found = conformal.fit(predicted, np.minimum(truth * 1.5, 1), ref, level)
    low, high = found.apply(predicted, ref)
    assert (low >= 0).all()
    assert (low <= predicted).all()
    assert (predicted <= high).all()
    assert (high <= 1).all()


def test_a_higher_level_is_never_narrower() -> None:
    predicted, truth, ref = noisy(3_000, 6)
    narrow, wide = (conformal.fit(predicted, truth, ref, level) for level in (0.8, 0.9))
    for site in (0, 1):
        assert (np.array(wide.low[site]) <= narrow.low[site]).all()
        assert (np.array(wide.high[site]) >= narrow.high[site]).all()


def test_a_level_beyond_the_rows_is_the_whole_range() -> None:
    predicted, truth, ref = noisy(conformal.FEWEST, 7)
    found = conformal.fit(predicted, truth, ref, 0.999)
    low, high = found.apply(predicted, ref)
    assert (low == 0).all()
    assert (high == 1).all()


def _slowly(predicted: Column, truth: Column, knot: int) -> tuple[float, float]:
    """Both ends at a knot, by sorting and counting."""
    rest, fewest = Fraction(1, 10), conformal.FEWEST
    at = conformal.KNOTS[knot]
    rows = sorted(zip(predicted.tolist(), truth.tolist(), strict=True))
    below = conformal.KNOTS[max(knot - 1, 0)]
    above = conformal.KNOTS[min(knot + 1, len(conformal.KNOTS) - 1)]
    near = [row for row in rows if below <= row[0] <= above]
    if len(near) < fewest:
        smaller = sum(size < at for size, _ in rows)
        first = min(max(smaller - fewest // 2, 0), len(rows) - fewest)
        near = rows[first : first + fewest]
    under = [
        (size - base) * (at * (1 - at) + 0.01) / (size * (1 - size) + 0.01)
        for size, base in near
    ]

    def quantile(values: list[float], tail: Fraction) -> float:
        ordered, rank = sorted(values), (len(values) + 1) * (1 - tail)
        if rank > len(values):
            return 1.0
        whole = math.floor(rank)
        part = float(rank - whole)
        following = ordered[min(whole, len(values) - 1)]
        return max((1 - part) * ordered[whole - 1] + part * following, 0.0)

    def missed(values: list[float], margin: float, room: float) -> Fraction:
        if margin >= room:
            return Fraction(0)
        return Fraction(sum(value > margin for value in values), len(values))

    over = [-value for value in under]
    low = quantile(under, rest / 2)
    high = quantile(over, rest - min(missed(under, low, at), rest / 2))
    low = quantile(under, rest - min(missed(over, high, 1 - at), rest / 2))
    return max(at - low, 0.0), min(at + high, 1.0)


@pytest.mark.parametrize("rows", [100, 731])
def test_ends_are_those_of_sorting_and_counting(rows: int) -> None:
    predicted, truth, _ = noisy(rows, rows)
    found = conformal.fit(predicted, truth, np.zeros(rows), LEVEL)
    slow = [_slowly(predicted, truth, knot) for knot in range(len(conformal.KNOTS))]
    # An end never falls: it is moved outwards to where that holds.
    low = [min(end for end, _ in slow[knot:]) for knot in range(len(slow))]
    high = [max(end for _, end in slow[: knot + 1]) for knot in range(len(slow))]
    np.testing.assert_allclose(found.low[0], low, atol=1e-9)
    np.testing.assert_allclose(found.high[0], high, atol=1e-9)


def test_bad_rows_are_refused() -> None:
    predicted, truth, ref = noisy(200, 8)
    for rows in (0, 99):
        with pytest.raises(errors.InputError, match="needs 100 held-out rows"):
            conformal.fit(predicted[:rows], truth[:rows], ref[:rows])
    for bad in (math.nan, -0.1, 1.1):
        spoilt = truth.copy()
        spoilt[3] = bad
        with pytest.raises(errors.InputError, match=r"lie in \[0, 1\]"):
            conformal.fit(predicted, spoilt, ref)
        with pytest.raises(errors.InputError, match=r"lie in \[0, 1\]"):
            conformal.fit(spoilt, truth, ref)
    with pytest.raises(REFUSALS):
        conformal.fit(predicted, truth[:150], ref)
    with pytest.raises(errors.InputError, match="level"):
        conformal.fit(predicted, truth, ref, 1.0)
