"""Curves of a ranking: their areas are the metrics, and thinning keeps their ends."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jaxtyping import Bool, Float64

from twinsplice.stats import curves, metrics


def ranked(
    seed: int, levels: int
) -> tuple[Float64[np.ndarray, " rows"], Bool[np.ndarray, " rows"]]:
    """Scores with ties, and positives that they know something of."""
    rng = np.random.default_rng(seed)
    score = rng.integers(0, levels, 100) / levels
    positive = rng.random(100) < score
    positive[:2] = True, False
    return score, positive


@given(st.integers(0, 1000), st.integers(2, 200))
def test_precision_and_recall_are_those_of_each_threshold(
    seed: int, levels: int
) -> None:
    score, positive = ranked(seed, levels)
    curve = curves.precision_recall(score, positive)
    expected: dict[int, float] = {}
    for threshold in np.unique(score)[::-1]:
        called = score >= threshold
        hits = int((positive & called).sum())
        # The first threshold that finds so many positives is the most precise.
        expected.setdefault(hits, hits / called.sum())
    expected.pop(0, None)
    assert curve.x * positive.sum() == pytest.approx([*expected])
    assert curve.y == pytest.approx([*expected.values()])
    area = float(np.diff(curve.x, prepend=0) @ curve.y)
    assert area == pytest.approx(metrics.average_precision(score, positive))
    assert curve.x[-1] == 1


@given(st.integers(0, 1000), st.integers(2, 200))
def test_the_roc_curve_is_that_of_each_threshold(seed: int, levels: int) -> None:
    score, positive = ranked(seed, levels)
    curve = curves.roc(score, positive)
    expected = {(0.0, 0.0)}
    for threshold in np.unique(score):
        called = score >= threshold
        false, true = (called[rows].mean() for rows in (~positive, positive))
        expected.add((round(float(false), 9), round(float(true), 9)))
    points = [
        (round(false, 9), round(true, 9))
        for false, true in zip(curve.x.tolist(), curve.y.tolist(), strict=True)
    ]
    assert set(points) <= expected
    assert (points[0], points[-1]) == ((0, 0), (1, 1))
    area = float(np.trapezoid(curve.y, curve.x))
    assert area == pytest.approx(metrics.auroc(score, positive))


def test_a_roc_curve_needs_both_classes_and_can_be_thinned() -> None:
    for positive in (np.ones(4, dtype=bool), np.zeros(4, dtype=bool)):
        assert not len(curves.roc(np.arange(4.0), positive).x)
    rng = np.random.default_rng(0)
    score, positive = rng.random(500), rng.random(500) < 0.5
    thin = curves.roc(score, positive, max_points=20)
    assert len(thin.x) == 20
    assert (thin.x[0], thin.y[-1]) == (0, 1)


def test_a_long_curve_keeps_its_own_points_and_its_ends() -> None:
    rng = np.random.default_rng(0)
    score = rng.random(5000)
    positive = rng.random(5000) < score
    whole = curves.precision_recall(score, positive, max_points=10_000)
    short = curves.precision_recall(score, positive, max_points=50)
    assert len(short.x) == 50
    assert set(short.x) <= set(whole.x)
    assert short.x[0] == whole.x[0]
    assert short.x[-1] == 1


def test_without_positives_there_is_no_curve() -> None:
    curve = curves.precision_recall(np.ones(3), np.zeros(3, dtype=bool))
    assert not len(curve.x)
