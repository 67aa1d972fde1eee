"""What figures show: nothing is lost in bins, and curves are those of the metrics."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from sklearn import metrics as references

from twinsplice.evaluation import agreement_statistics as statistics
from twinsplice.genome import regions
from twinsplice.stats import metrics


@given(st.integers(0, 300), st.integers(1, 40))
def test_every_point_is_in_one_cell_and_no_cell_is_empty(count: int, bins: int) -> None:
    rng = np.random.default_rng(count)
    x, y = rng.uniform(0, 1.1, (2, count))
    cells = statistics.cells(x, y, bins)
    members = [int(row) for cell in cells for row in cell.members]
    assert sorted(members) == list(range(count))
    assert all(len(cell.members) for cell in cells)
    assert len({(cell.column, cell.row) for cell in cells}) == len(cells)
    seen, *_ = np.histogram2d(
        x.clip(0, 1), y.clip(0, 1), bins=bins, range=((0, 1), (0, 1))
    )
    assert len(cells) == np.count_nonzero(seen)


@given(st.integers(0, 1000))
def test_precision_and_recall_are_scikit_learns(seed: int) -> None:
    rng = np.random.default_rng(seed)
    score = rng.integers(0, 30, 100) / 30
    positive = rng.random(100) < score
    if not positive.any():
        positive[0] = True
    curve = statistics.precision_recall(score, positive)
    precision, recall, _ = references.precision_recall_curve(positive, score)
    wanted = {
        (round(r, 9), round(p, 9)) for r, p in zip(recall, precision, strict=True)
    }
    points = zip(curve.recall.tolist(), curve.precision.tolist(), strict=True)
    assert {(round(r, 9), round(p, 9)) for r, p in points} <= wanted
    area = float(np.diff(curve.recall, prepend=0) @ curve.precision)
    assert area == pytest.approx(metrics.average_precision(score, positive))
    assert curve.recall[-1] == 1


@given(st.integers(0, 1000), st.integers(2, 200))
def test_the_roc_curve_is_scikit_learns(seed: int, levels: int) -> None:
    rng = np.random.default_rng(seed)
    score = rng.integers(0, levels, 100) / levels
    positive = rng.random(100) < score
    positive[:2] = True, False
    curve = statistics.roc(score, positive)
    every = references.roc_curve(positive, score, drop_intermediate=False)
    wanted = {
        (round(x, 9), round(y, 9)) for x, y in zip(every[0], every[1], strict=True)
    }
    points = [
        (round(x, 9), round(y, 9))
        for x, y in zip(curve.false.tolist(), curve.true.tolist(), strict=True)
    ]
    assert set(points) <= wanted
    assert (points[0], points[-1]) == ((0, 0), (1, 1))
    area = references.auc(curve.false, curve.true)
    assert area == pytest.approx(metrics.auroc(score, positive))
    # Corners only: a point between two others on one line is left out.
    corners = references.roc_curve(positive, score, drop_intermediate=True)
    assert len(points) <= len(corners[0])


def test_a_roc_curve_needs_both_classes_and_can_be_thinned() -> None:
    for positive in (np.ones(4, dtype=bool), np.zeros(4, dtype=bool)):
        assert not len(statistics.roc(np.arange(4.0), positive).true)
    rng = np.random.default_rng(0)
    score, positive = rng.random(500), rng.random(500) < 0.5
    thin = statistics.roc(score, positive, most=20)
    assert len(thin.true) == 20
    assert (thin.false[0], thin.true[-1]) == (0, 1)


def test_a_long_curve_keeps_its_own_points_and_its_ends() -> None:
    rng = np.random.default_rng(0)
    score = rng.random(5000)
    positive = rng.random(5000) < score
    whole = statistics.precision_recall(score, positive, most=10_000)
    short = statistics.precision_recall(score, positive, most=50)
    assert len(short.recall) == 50
    assert set(short.recall) <= set(whole.recall)
    assert short.recall[0] == whole.recall[0]
    assert short.recall[-1] == 1


def test_without_positives_there_is_no_curve() -> None:
    curve = statistics.precision_recall(np.ones(3), np.zeros(3, dtype=bool))
    assert not len(curve.recall)


def test_distances_fall_into_the_bins_that_labels_name() -> None:
    distance = np.array([0, 1, 2, 3, 50, 51, 1000, 1001, regions.NO_SITE])
    labels = statistics.distance_labels()
    found = [labels[number] for number in statistics.distance_bins(distance)]
    ends = ["301-1000", ">1000", "no site"]
    assert found == ["0", "1-2", "1-2", "3-5", "21-50", "51-100", *ends]


def test_every_variant_is_in_one_bin_of_distance() -> None:
    distance = np.random.default_rng(0).integers(0, 3000, 500)
    values = np.linspace(0, 1, 500)
    spreads = statistics.by_distance(values, distance)
    assert sum(spread.count for spread in spreads) == 500
    assert math.isnan(spreads[-1].middle)
    far = spreads[-2]
    assert far.middle == pytest.approx(np.median(values[distance > 1000]))


def test_calibration_has_the_means_of_reliability() -> None:
    rng = np.random.default_rng(1)
    size, truth = rng.random((2, 200)) ** 3
    wanted = metrics.reliability(size, truth)
    found = statistics.calibration(size, truth)
    assert [mean for mean, _ in found] == pytest.approx(wanted.predicted)
    assert [spread.mean for _, spread in found] == pytest.approx(wanted.observed)
    assert [spread.count for _, spread in found] == wanted.count.tolist()


@pytest.mark.parametrize(("hits", "count"), [(0, 5), (3, 7), (90, 100), (4, 4)])
def test_intervals_of_shares_are_scipys(hits: int, count: int) -> None:
    wanted = stats.binomtest(hits, count).proportion_ci(method="wilson")
    assert statistics.wilson(hits, count) == pytest.approx((wanted.low, wanted.high))


def test_shares_count_every_row_once() -> None:
    rng = np.random.default_rng(2)
    size, holds = rng.random(300) ** 2, rng.random(300) < 0.9
    shares = statistics.shares(size, holds)
    assert sum(share.count for share in shares) == 300
    total = sum(share.value * share.count for share in shares)
    assert total == pytest.approx(holds.sum())


def test_the_error_is_the_largest_difference_anywhere() -> None:
    wanted = np.zeros((2, 2, 5))
    found = wanted.copy()
    wanted[0, 0, 1], found[0, 0, 2] = 0.9, 0.8
    found[1, 1, 4] = -0.3
    assert statistics.errors(found, wanted) == pytest.approx([0.9, 0.3])
    assert statistics.worst(np.array([0.1, 0.5, 0.5, 0.2]), 3) == [1, 2, 3]
