"""How good predictions are: SciPy's and scikit-learn's numbers under one convention.

What is predicted comes first, what is true second. A number that its definition
leaves open (no rows, one class, a constant) is NaN; NaN in the input is an error.
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
    """Return the chance that a positive outscores a negative; a tie counts half.

    NaN unless there are both positives and negatives.

    Raises:
        ValueError: The lengths differ, or a score is not finite.
    """
    _check(score, positive)
    if positive.all() or not positive.any():
        return math.nan
    # Half the time of scikit-learn's, which a bootstrap calls by the thousand. SciPy
    # would sum ranks in the precision of the scores.
    wide = score.astype(np.float64)
    above = stats.mannwhitneyu(
        wide[positive], wide[~positive], method="asymptotic"
    ).statistic
    return float(above / (positive.sum() * (~positive).sum()))


def average_precision(
    score: Real[np.ndarray, " rows"], positive: Bool[np.ndarray, " rows"]
) -> float:
    """Return the mean precision over recall, in steps, without interpolation.

    Rows of one score enter together. NaN where there are no positives; 1 where
    there is nothing else.

    Raises:
        ValueError: The lengths differ, or a score is not finite.
    """
    _check(score, positive)
    if not positive.any():
        return math.nan
    return float(sklearn.metrics.average_precision_score(positive, score))


@dataclasses.dataclass(frozen=True, slots=True)
class Threshold:
    """A score from which on rows are called positive, and what comes of it."""

    score: float
    precision: float
    recall: float


def threshold_at_precision(
    score: Real[np.ndarray, " rows"],
    positive: Bool[np.ndarray, " rows"],
    precision: float,
) -> Threshold:
    """Return the threshold of highest recall whose precision is at least that asked.

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
        predicted: Where a model places each variant's largest change (bp).
        truth: Where the base model does; leave out variants that change nothing.
        within: Bases they may lie apart.

    Raises:
        ValueError: The lengths differ.
    """
    _check(predicted, truth)
    apart = np.abs(predicted.astype(np.int64) - truth.astype(np.int64))
    return _share(apart <= within)


@dataclasses.dataclass(frozen=True, slots=True)
class Reliability:
    """Means of what was predicted and of what came, by bins that have rows.

    Attributes:
        predicted: Mean prediction of each bin, ascending.
        observed: Mean truth of each.
        count: Rows of each.
    """

    predicted: Float64[np.ndarray, " bins"]
    observed: Float64[np.ndarray, " bins"]
    count: Int64[np.ndarray, " bins"]

    @property
    def error(self) -> float:
        """Mean distance of the two, by rows; NaN without rows."""
        rows = self.count.sum()
        apart = np.abs(self.predicted - self.observed)
        return float(apart @ self.count / rows) if rows else math.nan


def reliability(
    probability: Real[np.ndarray, " rows"],
    outcome: Real[np.ndarray, " rows"] | Bool[np.ndarray, " rows"],
    bins: int = 10,
) -> Reliability:
    """Return the calibration curve over equal widths of [0, 1].

    Raises:
        ValueError: The lengths differ, or a value does not lie in [0, 1].
    """
    _check(probability, outcome)
    for values in (probability, outcome):
        if ((values < 0) | (values > 1)).any():
            raise ValueError("probabilities and outcomes must lie in [0, 1]")
    place = np.minimum((probability * bins).astype(np.int64), bins - 1)
    return _reliability(probability, outcome, place)


def reliability_by_count(
    predicted: Real[np.ndarray, " rows"],
    observed: Real[np.ndarray, " rows"] | Bool[np.ndarray, " rows"],
    bins: int = 10,
) -> Reliability:
    """Return the calibration curve over bins of equally many rows, ties unparted.

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
    """Return by how much predicted sizes miss means; see `reliability_by_count`."""
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
    """Return a statistic of rows, with its percentile interval.

    Two models are compared by a statistic of both, such as
    `lambda a, b, truth: pearson(a, truth) - pearson(b, truth)`.

    Args:
        statistic: Called with the arrays, resampled alike; a NaN is left out of
            the interval.
        arrays: Its arguments, equally long.
        n: How often to resample.
        seed: Of the resampling; the same seed gives the same interval.
        groups: Which rows belong together (an exon, a gene): whole groups are
            drawn, for rows that are not independent.
        level: Share of the resampled statistics that the interval holds.

    Raises:
        ValueError: There are no arrays, or the lengths differ.
    """
    lengths = {len(each) for each in [*arrays, *([] if groups is None else [groups])]}
    if not arrays or len(lengths) != 1:
        raise ValueError(f"arrays and groups must be equally long; got {lengths}")
    value = float(statistic(*arrays))
    drawn = np.array(
        [
            statistic(*(each[rows] for each in arrays))
            for rows in _resamples(len(arrays[0]), groups, n, seed)
        ],
        dtype=np.float64,
    )
    drawn = drawn[~np.isnan(drawn)]
    if not drawn.size:
        return Estimate(value, math.nan, math.nan)
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2])
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
    _, place, counts = np.unique(groups, return_inverse=True, return_counts=True)
    order = np.argsort(place, kind="stable")
    members = np.split(order, np.cumsum(counts)[:-1])
    for _ in range(n):
        chosen = generator.integers(len(members), size=len(members))
        yield np.concatenate([members[each] for each in chosen])


def _reliability(
    predicted: Real[np.ndarray, " rows"],
    observed: Real[np.ndarray, " rows"] | Bool[np.ndarray, " rows"],
    place: Int64[np.ndarray, " rows"],
) -> Reliability:
    count = np.bincount(place)
    kept = count > 0
    return Reliability(
        predicted=np.bincount(place, weights=predicted)[kept] / count[kept],
        observed=np.bincount(place, weights=observed)[kept] / count[kept],
        count=count[kept],
    )


def _check(*arrays: Shaped[np.ndarray, "..."]) -> None:
    if len({len(each) for each in arrays}) > 1:
        lengths = ", ".join(str(len(each)) for each in arrays)
        raise ValueError(f"arrays must be equally long; got {lengths}")
    if not all(np.isfinite(each).all() for each in arrays):
        raise ValueError("values must be finite; got NaN or infinity")


def _is_constant(values: Real[np.ndarray, " rows"]) -> bool:
    return len(values) < 2 or bool((values == values[0]).all())


def _share(holds: Bool[np.ndarray, " rows"]) -> float:
    return float(holds.mean()) if holds.size else math.nan
