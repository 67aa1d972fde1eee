"""`metrics`: second implementations and laws, and where they are undefined."""

import math
from collections.abc import Callable, Sequence

import jaxtyping
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from jaxtyping import Float64
from sklearn import metrics as sklearn_metrics

from twinsplice.stats import metrics

Column = Float64[np.ndarray, " rows"]
REFUSALS = (ValueError, jaxtyping.TypeCheckError)
SCORED = [metrics.pearson, metrics.spearman, metrics.auroc, metrics.average_precision]
# Few levels, so that ties are common; quarters, so that sums are exact.
levels = st.integers(-8, 8).map(lambda each: each / 4)
rows = st.lists(st.tuples(levels, levels), min_size=2, max_size=30)
labelled = st.lists(st.tuples(levels, st.booleans()), min_size=1, max_size=30)


def columns(pairs: Sequence[tuple[float, float]]) -> list[Float64[np.ndarray, " rows"]]:
    return [np.array(each, dtype=np.float64) for each in zip(*pairs, strict=True)]


def ranks(values: Column) -> Column:
    """Ranks by their definition: those below, and the middle of those alike."""
    below = (values[None] < values[:, None]).sum(axis=1)
    alike = (values[None] == values[:, None]).sum(axis=1)
    counted: Column = below + (alike + 1) / 2
    return counted


@given(rows)
def test_correlations_are_those_of_values_and_of_ranks(
    pairs: list[tuple[float, float]],
) -> None:
    x, y = columns(pairs)
    if len(set(x)) == 1 or len(set(y)) == 1:
        assert math.isnan(metrics.pearson(x, y))
        assert math.isnan(metrics.spearman(x, y))
        return
    assert metrics.pearson(x, y) == pytest.approx(np.corrcoef(x, y)[0, 1])
    expected = np.corrcoef(ranks(x), ranks(y))[0, 1]
    assert metrics.spearman(x, y) == pytest.approx(expected)


@given(labelled)
def test_auroc_is_the_share_of_pairs_in_order(pairs: list[tuple[float, bool]]) -> None:
    score, truth = columns(pairs)
    positive = truth == 1
    if not 0 < positive.sum() < len(positive):
        assert math.isnan(metrics.auroc(score, positive))
        return
    apart = score[positive][:, None] - score[~positive][None]
    expected = np.mean((apart > 0) + (apart == 0) / 2)
    assert metrics.auroc(score, positive) == pytest.approx(expected)


@given(labelled)
def test_average_precision_is_the_mean_over_positives(
    pairs: list[tuple[float, bool]],
) -> None:
    score, truth = columns(pairs)
    positive = truth == 1
    if not positive.any():
        assert math.isnan(metrics.average_precision(score, positive))
        return
    # Each positive counts the precision among what scores at least as high.
    expected = np.mean([positive[score >= own].mean() for own in score[positive]])
    assert metrics.average_precision(score, positive) == pytest.approx(expected)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_large_continuous_arrays_agree_too(dtype: type[np.floating]) -> None:
    rng = np.random.default_rng(0)
    truth = rng.random(20_000)
    score = (truth + rng.normal(scale=0.5, size=truth.size)).astype(dtype)
    positive = truth > 0.9
    expected = sklearn_metrics.roc_auc_score(positive, score)
    assert metrics.auroc(score, positive) == pytest.approx(expected, abs=1e-12)
    # Single precision in, double precision within.
    r = np.corrcoef(score.astype(np.float64), truth)[0, 1]
    assert metrics.pearson(score, truth) == pytest.approx(r, abs=1e-12)


def test_columns_that_hardly_vary_have_a_correlation_without_a_warning() -> None:
    steps = 0.5 + np.array([0, 1, 2, 4]) * 2.0**-52
    assert metrics.pearson(steps, np.arange(4.0)) > 0.9


@given(rows)
def test_correlation_knows_no_direction_or_scale(
    pairs: list[tuple[float, float]],
) -> None:
    x, y = columns(pairs)
    assume(len(set(x)) > 1)
    assume(len(set(y)) > 1)
    assert metrics.pearson(x, y) == pytest.approx(metrics.pearson(y, x))
    assert metrics.pearson(-2 * x + 3, y) == pytest.approx(-metrics.pearson(x, y))
    assert metrics.spearman(np.exp(x), y) == pytest.approx(metrics.spearman(x, y))


@pytest.mark.parametrize("metric", [metrics.pearson, metrics.spearman])
def test_a_constant_whose_mean_is_rounded_is_constant(
    metric: Callable[..., float],
) -> None:
    assert math.isnan(metric(np.full(7, 0.1), np.arange(7.0)))


@pytest.mark.parametrize("metric", SCORED)
def test_no_rows_are_nan_and_nan_is_refused(metric: Callable[..., float]) -> None:
    is_ranking = metric in (metrics.auroc, metrics.average_precision)
    truth = np.array([0, 1, 1]).astype(bool if is_ranking else float)
    assert math.isnan(metric(np.zeros(0), truth[:0]))
    with pytest.raises(ValueError, match="finite"):
        metric(np.array([0.1, math.nan, 0.3]), truth)
    with pytest.raises(REFUSALS):
        metric(np.zeros(2), truth)


def test_positions_agree_within_so_many_bases() -> None:
    predicted = np.array([5, 5, 5, 5], dtype=np.uint8)
    truth = np.array([5, 6, 3, 40])
    shares = [metrics.position_agreement(predicted, truth, k) for k in (0, 1, 2, 34)]
    assert shares == [0.25, 0.5, 0.75, 0.75]
    assert math.isnan(metrics.position_agreement(predicted[:0], truth[:0]))


def test_the_reliability_curve_is_sklearns() -> None:
    calibration = pytest.importorskip("sklearn.calibration")
    rng = np.random.default_rng(1)
    probability = rng.random(5000) ** 3
    outcome = rng.random(5000) < probability**2
    curve = metrics.reliability(probability, outcome, bins=10)
    observed, predicted = calibration.calibration_curve(outcome, probability, n_bins=10)
    np.testing.assert_allclose(curve.observed, observed)
    np.testing.assert_allclose(curve.predicted, predicted)
    expected = np.abs(observed - predicted) @ curve.count / 5000
    assert curve.error == pytest.approx(expected)


def expected_error(
    probability: Float64[np.ndarray, " rows"], outcome: np.ndarray
) -> float:
    return metrics.reliability(probability, outcome).error


def test_calibration_errors_are_known_where_they_are_plain() -> None:
    probability = np.repeat([0.2, 0.8], 10)
    outcome = np.arange(20) % 10 < np.repeat([2, 8], 10)
    assert expected_error(probability, outcome) == pytest.approx(0)
    assert expected_error(np.ones(4), np.zeros(4, dtype=bool)) == 1
    sizes = np.linspace(0, 1, 1000)
    assert metrics.size_calibration_error(sizes, sizes) == pytest.approx(0)
    assert metrics.size_calibration_error(sizes, sizes / 2) == pytest.approx(0.25)
    for metric in (expected_error, metrics.size_calibration_error):
        assert math.isnan(metric(np.zeros(0), np.zeros(0)))
    with pytest.raises(ValueError, match=r"\[0, 1\]"):
        expected_error(np.array([1.2]), np.array([True]))


@given(rows, st.integers(1, 12))
def test_bins_by_count_depend_on_no_order(
    pairs: list[tuple[float, float]], bins: int
) -> None:
    x, y = columns(pairs)
    order = np.random.default_rng(len(pairs)).permutation(len(x))
    curve = metrics.reliability_by_count(x, y, bins)
    again = metrics.reliability_by_count(x[order], y[order], bins)
    np.testing.assert_allclose(curve.observed, again.observed)
    assert curve.count.sum() == len(x)
    assert len(curve.count) <= bins
    assert (np.diff(curve.predicted) > 0).all()


def test_bootstrap_holds_the_truth_about_as_often_as_it_says() -> None:
    rng = np.random.default_rng(0)
    held = 0
    for seed in range(200):
        sample = rng.normal(size=60)
        found = metrics.bootstrap(np.mean, [sample], n=200, seed=seed, level=0.9)
        assert found.low <= found.value <= found.high
        held += found.low <= 0 <= found.high
    assert 0.82 <= held / 200 <= 0.95


def test_bootstrap_is_repeatable_and_pairs_its_arrays() -> None:
    rng = np.random.default_rng(3)
    truth = rng.random(100)
    close, far = truth + rng.normal(size=100) / 9, truth + rng.normal(size=100)

    def gap(a: np.ndarray, b: np.ndarray, t: np.ndarray) -> float:
        return metrics.pearson(a, t) - metrics.pearson(b, t)

    found = metrics.bootstrap(gap, [close, far, truth], n=300, seed=7)
    assert found == metrics.bootstrap(gap, [close, far, truth], n=300, seed=7)
    assert found.low > 0
    same = metrics.bootstrap(gap, [close, close, truth], n=50)
    assert (same.value, same.low, same.high) == (0, 0, 0)


def test_groups_widen_the_interval_of_rows_that_repeat() -> None:
    values = np.random.default_rng(5).normal(size=50)
    repeated = np.repeat(values, 20)
    groups = np.repeat([f"exon {i}" for i in range(50)], 20)

    def width(found: metrics.Estimate) -> float:
        return found.high - found.low

    plain = width(metrics.bootstrap(np.mean, [repeated], n=500))
    grouped = width(metrics.bootstrap(np.mean, [repeated], n=500, groups=groups))
    honest = width(metrics.bootstrap(np.mean, [values], n=500))
    assert grouped == pytest.approx(honest, rel=0.2)
    assert grouped > 3 * plain


def test_bootstrap_without_a_defined_statistic_is_nan() -> None:
    empty = metrics.bootstrap(metrics.pearson, [np.zeros(0), np.zeros(0)], n=5)
    assert all(map(math.isnan, (empty.value, empty.low, empty.high)))
    constant = metrics.bootstrap(metrics.pearson, [np.ones(4), np.arange(4.0)], n=5)
    assert math.isnan(constant.low)
    with pytest.raises(REFUSALS):
        metrics.bootstrap(metrics.pearson, [np.zeros(2), np.zeros(3)], n=5)
    with pytest.raises(ValueError, match="equally long"):
        metrics.bootstrap(metrics.pearson, [], n=5)


@given(labelled, st.sampled_from([0.3, 0.5, 0.9, 1.0]))
def test_thresholds_are_those_of_sklearns_curve(
    pairs: list[tuple[float, float]], precision: float
) -> None:
    score, truth = columns(pairs)
    positive = truth == 1
    found = metrics.threshold_at_precision(score, positive, precision)
    if not positive.any():
        assert math.isnan(found.recall)
        return
    precisions, recalls, levels = sklearn_metrics.precision_recall_curve(
        positive, score
    )
    # The curve's last point is no threshold.
    allowed = (precisions[:-1] >= precision) & (recalls[:-1] > 0)
    if not allowed.any():
        assert (found.recall, math.isnan(found.score)) == (0, True)
        return
    assert found.recall == pytest.approx(recalls[:-1][allowed].max())
    assert found.precision >= precision
    equal = allowed & np.isclose(recalls[:-1], found.recall)
    assert found.score == levels[equal].max()
