"""Measures of prediction quality: SciPy's and scikit-learn's under one convention.

Predictions come first, targets second. A measure that is undefined (no rows, one
class, a constant) is NaN; NaN in the input is an error.
"""

import dataclasses
import math
import warnings
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import sklearn.metrics
from jaxtyping import Bool, Float64, Int64, Integer, Real, Shaped
from scipy import stats


def pearson(
    predicted: Real[np.ndarray, " rows"], target: Real[np.ndarray, " rows"]
) -> float:
    """Return the linear correlation; NaN for under two rows or a constant.

    Raises:
        ValueError: The lengths differ, or a value is not finite.
    """
    _check(predicted, target)
    if _is_constant(predicted) or _is_constant(target):
        return math.nan
    with warnings.catch_warnings():
        # Columns that hardly vary have a correlation all the same.
        warnings.simplefilter("ignore", stats.NearConstantInputWarning)
        both = predicted.astype(np.float64), target.astype(np.float64)
        return float(stats.pearsonr(*both).statistic)


def spearman(
    predicted: Real[np.ndarray, " rows"], target: Real[np.ndarray, " rows"]
) -> float:
    """Return the correlation of ranks, ties at their mean; NaN as for `pearson`.

    Raises:
        ValueError: The lengths differ, or a value is not finite.
    """
    _check(predicted, target)
    if _is_constant(predicted) or _is_constant(target):
        return math.nan
    both = predicted.astype(np.float64), target.astype(np.float64)
    return float(stats.spearmanr(*both).statistic)


def auroc(
    score: Real[np.ndarray, " rows"], positive: Bool[np.ndarray, " rows"]
) -> float:
    """Return the probability that a positive outscores a negative; ties count half.

    NaN unless there are both positives and negatives.

    Raises:
        ValueError: The lengths differ, or a score is not finite.
    """
    _check(score, positive)
    if positive.all() or not positive.any():
        return math.nan
    # Half the time of scikit-learn's, which a bootstrap calls by the thousand. SciPy
    # would sum ranks in the precision of the scores.
    scores = score.astype(np.float64)
    u_statistic = stats.mannwhitneyu(
        scores[positive], scores[~positive], method="asymptotic"
    ).statistic
    return float(u_statistic / (positive.sum() * (~positive).sum()))


def average_precision(
    score: Real[np.ndarray, " rows"], positive: Bool[np.ndarray, " rows"]
) -> float:
    """Return the mean precision over recall, in steps, without interpolation.

    Rows of equal score share a threshold. NaN without positives; 1 without negatives.

    Raises:
        ValueError: The lengths differ, or a score is not finite.
    """
    _check(score, positive)
    if not positive.any():
        return math.nan
    return float(sklearn.metrics.average_precision_score(positive, score))


@dataclasses.dataclass(frozen=True, slots=True)
class Threshold:
    """A score from which on rows are called positive, with precision and recall."""

    score: float
    precision: float
    recall: float


def threshold_at_precision(
    score: Real[np.ndarray, " rows"],
    positive: Bool[np.ndarray, " rows"],
    precision: float,
) -> Threshold:
    """Return the threshold of highest recall whose precision is at least `precision`.

    Of thresholds of equal recall it is the highest. Where no threshold is that
    precise, its score and precision are NaN and its recall is 0; NaN, all three,
    where there are no positives.

    Raises:
        ValueError: The lengths differ, or a score is not finite.
    """
    _check(score, positive)
    if not positive.any():
        return Threshold(math.nan, math.nan, math.nan)
    precisions, recalls, levels = sklearn.metrics.precision_recall_curve(
        positive, score
    )
    # Thresholds rise; the curve's last point, of recall 0, belongs to none.
    precise = np.flatnonzero((precisions[:-1] >= precision) & (recalls[:-1] > 0))
    if not len(precise):
        return Threshold(math.nan, math.nan, 0.0)
    best = int(np.flatnonzero(recalls == recalls[precise[0]])[-1])
    return Threshold(
        score=float(levels[best]),
        precision=float(precisions[best]),
        recall=float(recalls[best]),
    )


def position_agreement(
    predicted: Integer[np.ndarray, " rows"],
    truth: Integer[np.ndarray, " rows"],
    within: int = 0,
) -> float:
    """Return the share of variants whose two positions are close.

    Args:
        predicted: Position of each variant's largest predicted change (bp).
        truth: Position of the base model's; leave out variants without a change.
        within: Largest distance of positions that agree (bp).

    Raises:
        ValueError: The lengths differ.
    """
    _check(predicted, truth)
    distance = np.abs(predicted.astype(np.int64) - truth.astype(np.int64))
    return _share(distance <= within)


@dataclasses.dataclass(frozen=True, slots=True)
class Reliability:
    """Calibration curve: mean prediction and outcome of each bin that has rows.

    Attributes:
        predicted: Mean prediction of each bin, ascending.
        observed: Mean outcome of each bin.
        count: Rows of each bin.
    """

    predicted: Float64[np.ndarray, " bins"]
    observed: Float64[np.ndarray, " bins"]
    count: Int64[np.ndarray, " bins"]

    @property
    def error(self) -> float:
        """Mean distance of the two means, weighted by rows; NaN without rows."""
        rows = self.count.sum()
        distance = np.abs(self.predicted - self.observed)
        return float(distance @ self.count / rows) if rows else math.nan


def reliability(
    probability: Real[np.ndarray, " rows"],
    outcome: Real[np.ndarray, " rows"] | Bool[np.ndarray, " rows"],
    bins: int = 10,
) -> Reliability:
    """Return the calibration curve over bins of equal width of [0, 1].

    Raises:
        ValueError: The lengths differ, or a value does not lie in [0, 1].
    """
    _check(probability, outcome)
    for values in (probability, outcome):
        if ((values < 0) | (values > 1)).any():
            raise ValueError("probabilities and outcomes must lie in [0, 1]")
    bin_numbers = np.minimum((probability * bins).astype(np.int64), bins - 1)
    return _reliability(probability, outcome, bin_numbers)


def reliability_by_count(
    predicted: Real[np.ndarray, " rows"],
    observed: Real[np.ndarray, " rows"] | Bool[np.ndarray, " rows"],
    bins: int = 10,
) -> Reliability:
    """Return the calibration curve over bins of equally many rows; ties share a bin.

    Raises:
        ValueError: The lengths differ, or a value is not finite.
    """
    _check(predicted, observed)
    share = (stats.rankdata(predicted) - 0.5) / max(len(predicted), 1)
    return _reliability(predicted, observed, (share * bins).astype(np.int64))


def size_calibration_error(
    predicted: Real[np.ndarray, " rows"],
    observed: Real[np.ndarray, " rows"],
    bins: int = 10,
) -> float:
    """Return the mean calibration error of sizes; see `reliability_by_count`."""
    return reliability_by_count(predicted, observed, bins).error


@dataclasses.dataclass(frozen=True, slots=True)
class Estimate:
    """A statistic with its bootstrap interval."""

    value: float
    low: float
    high: float


def bootstrap(
    statistic: Callable[..., float],
    arrays: Sequence[Shaped[np.ndarray, "rows ..."]],
    n: int = 1000,
    seed: int = 0,
    groups: Shaped[np.ndarray, " rows"] | None = None,
    level: float = 0.95,
) -> Estimate:
    """Return a statistic of rows with its percentile bootstrap interval.

    Two models are compared by a statistic of both, such as
    `lambda a, b, truth: pearson(a, truth) - pearson(b, truth)`.

    Args:
        statistic: Called with the arrays, resampled alike; a NaN is left out of
            the interval.
        arrays: Its arguments, equally long.
        n: Number of resamples.
        seed: Random seed; the same seed gives the same interval.
        groups: Group of each row (an exon, a gene): whole groups are resampled, as
            their rows are not independent.
        level: Share of the resampled statistics within the interval.

    Raises:
        ValueError: There are no arrays, or the lengths differ.
    """
    lengths = {len(array) for array in [*arrays, *([] if groups is None else [groups])]}
    if not arrays or len(lengths) != 1:
        raise ValueError(f"arrays and groups must be equally long; got {lengths}")
    value = float(statistic(*arrays))
    resampled = np.array(
        [
            statistic(*(array[rows] for array in arrays))
            for rows in _resamples(len(arrays[0]), groups, n, seed)
        ],
        dtype=np.float64,
    )
    resampled = resampled[~np.isnan(resampled)]
    if not resampled.size:
        return Estimate(value, math.nan, math.nan)
    low, high = np.quantile(resampled, [(1 - level) / 2, (1 + level) / 2])
    return Estimate(value, float(low), float(high))


def _resamples(
    size: int, groups: Shaped[np.ndarray, " rows"] | None, n: int, seed: int
) -> Iterator[Int64[np.ndarray, " drawn"]]:
    generator = np.random.default_rng(seed)
    if not size:
        return
    if groups is None:
        for _ in range(n):
            yield generator.integers(size, size=size)
        return
    _, group_numbers, counts = np.unique(
        groups, return_inverse=True, return_counts=True
    )
    order = np.argsort(group_numbers, kind="stable")
    first = np.cumsum(counts) - counts
    for _ in range(n):
        chosen = generator.integers(len(counts), size=len(counts))
        drawn = counts[chosen]
        # Of each group the rows from its first on, all groups at once.
        start = np.repeat(first[chosen] - (np.cumsum(drawn) - drawn), drawn)
        yield order[start + np.arange(len(start))]


def _reliability(
    predicted: Real[np.ndarray, " rows"],
    observed: Real[np.ndarray, " rows"] | Bool[np.ndarray, " rows"],
    bin_numbers: Int64[np.ndarray, " rows"],
) -> Reliability:
    count = np.bincount(bin_numbers)
    kept = count > 0
    return Reliability(
        predicted=np.bincount(bin_numbers, weights=predicted)[kept] / count[kept],
        observed=np.bincount(bin_numbers, weights=observed)[kept] / count[kept],
        count=count[kept],
    )


def _check(*arrays: Shaped[np.ndarray, "..."]) -> None:
    if len({len(array) for array in arrays}) > 1:
        lengths = ", ".join(str(len(array)) for array in arrays)
        raise ValueError(f"arrays must be equally long; got {lengths}")
    if not all(np.isfinite(array).all() for array in arrays):
        raise ValueError("values must be finite; got NaN or infinity")


def _is_constant(values: Real[np.ndarray, " rows"]) -> bool:
    return len(values) < 2 or bool((values == values[0]).all())


def _share(holds: Bool[np.ndarray, " rows"]) -> float:
    return float(holds.mean()) if holds.size else math.nan
