"""Binned statistics for figures: densities in a plane, quartiles and shares by bin."""

import dataclasses
import itertools
import math

import numpy as np
from jaxtyping import Bool, Float, Float64, Int64
from scipy import stats

from twinsplice.genome import regions

DISTANCES = (0, 2, 5, 10, 20, 50, 100, 300, 1000)
"""Largest distance of each bin (bp); beyond them come a bin of larger distances, then
one of variants without a site."""


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Density:
    """Two-dimensional histogram of points over the unit square.

    Attributes:
        x: First coordinate of each point, clipped to the unit square.
        y: Second coordinate, clipped too.
        count: Points of each square, by column and row.
        square: Column and row of each point's square.
    """

    x: Float64[np.ndarray, " points"]
    y: Float64[np.ndarray, " points"]
    count: Int64[np.ndarray, "bins bins"]
    square: Int64[np.ndarray, "2 points"]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Quartiles and mean of the values of one bin, NaN if it is empty.

    Attributes:
        label: Label of the bin.
        count: Number of values.
        lower: Lower quartile.
        median: Median.
        upper: Upper quartile.
        mean: Mean.
    """

    label: str
    count: int
    lower: float
    median: float
    upper: float
    mean: float


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Share of rows of a bin that meet a condition, with its 95 % Wilson interval.

    Attributes:
        middle: Middle of the bin.
        count: Rows of the bin, at least one.
        value: Share that meets the condition.
        low: Lower end of the interval.
        high: Upper end.
    """

    middle: float
    count: int
    value: float
    low: float
    high: float


def density(
    x: Float[np.ndarray, " points"], y: Float[np.ndarray, " points"], bins: int
) -> Density:
    """Return the two-dimensional histogram of points over the unit square.

    Args:
        x: First coordinate; clipped to 0 to 1.
        y: Second coordinate, clipped too.
        bins: Squares along either axis.
    """
    wide_x, wide_y = (values.astype(np.float64).clip(0, 1) for values in (x, y))
    if not len(wide_x):
        empty = np.zeros((bins, bins), dtype=np.int64)
        no_squares = np.zeros((2, 0), dtype=np.int64)
        return Density(x=wide_x, y=wide_y, count=empty, square=no_squares)
    binned = stats.binned_statistic_2d(
        wide_x,
        wide_y,
        None,
        statistic="count",
        bins=bins,
        range=((0, 1), (0, 1)),
        expand_binnumbers=True,
    )
    return Density(
        x=wide_x,
        y=wide_y,
        count=binned.statistic.astype(np.int64),
        square=binned.binnumber.astype(np.int64) - 1,
    )


def by_distance(
    values: Float[np.ndarray, " rows"], distance: Int64[np.ndarray, " rows"]
) -> tuple[Spread, ...]:
    """Return quartiles and means by bin of distance, including empty bins."""
    bin_number = distance_bins(distance)
    return tuple(
        spread(label, values[bin_number == number])
        for number, label in enumerate(distance_labels())
    )


def distance_bins(distance: Int64[np.ndarray, " rows"]) -> Int64[np.ndarray, " rows"]:
    """Return the bin number of each distance."""
    number = np.digitize(distance, DISTANCES, right=True).astype(np.int64)
    bins: Int64[np.ndarray, " rows"] = np.where(
        distance == regions.NO_SITE, len(DISTANCES) + 1, number
    )
    return bins


def distance_labels() -> list[str]:
    """Return the labels of the bins of distance."""
    labels = ["0"]
    for previous, last in itertools.pairwise(DISTANCES):
        labels.append(f"{previous + 1}-{last}")
    return [*labels, f">{DISTANCES[-1]}", "no site"]


def spread(label: str, values: Float[np.ndarray, " rows"]) -> Spread:
    """Return the quartiles and the mean of values."""
    lower, median, upper, mean = (math.nan,) * 4
    if len(values):
        lower, median, upper = np.quantile(values, (0.25, 0.5, 0.75)).tolist()
        mean = float(values.mean())
    return Spread(
        label=label,
        count=len(values),
        lower=lower,
        median=median,
        upper=upper,
        mean=mean,
    )


def by_size(
    size: Float[np.ndarray, " rows"], target: Float[np.ndarray, " rows"], bins: int = 10
) -> tuple[tuple[float, Spread], ...]:
    """Return mean predicted size and quartiles of targets of each bin that has rows.

    The means are those of `metrics.reliability`.

    Args:
        size: Predicted sizes, 0 to 1, binned by equal widths.
        target: The base model's sizes.
        bins: Number of bins.
    """
    bin_numbers = _equal_widths(size, bins)
    spreads = []
    for number in np.unique(bin_numbers).tolist():
        rows = bin_numbers == number
        label = f"{number / bins:.1f}-{(number + 1) / bins:.1f}"
        spreads.append((float(size[rows].mean()), spread(label, target[rows])))
    return tuple(spreads)


def shares(
    size: Float[np.ndarray, " rows"], holds: Bool[np.ndarray, " rows"], bins: int = 10
) -> tuple[Share, ...]:
    """Return the share of rows that meet a condition, by bin of size that has rows.

    Args:
        size: Sizes that rows are binned by, 0 to 1.
        holds: Whether each row meets the condition.
        bins: Number of bins of equal width.
    """
    bin_numbers = _equal_widths(size, bins)
    binned = []
    for number in np.unique(bin_numbers).tolist():
        rows = holds[bin_numbers == number]
        low, high = proportion_interval(int(rows.sum()), len(rows))
        binned.append(
            Share(
                middle=(number + 0.5) / bins,
                count=len(rows),
                value=float(rows.mean()),
                low=low,
                high=high,
            )
        )
    return tuple(binned)


def proportion_interval(hits: int, count: int) -> tuple[float, float]:
    """Return the 95 % Wilson interval of a share.

    Source: Wilson 1927, doi:10.1080/01621459.1927.10502953.
    """
    interval = stats.binomtest(hits, count).proportion_ci(method="wilson")
    return float(interval.low), float(interval.high)


def _equal_widths(
    size: Float[np.ndarray, " rows"], bins: int
) -> Int64[np.ndarray, " rows"]:
    number: Int64[np.ndarray, " rows"] = (size * bins).astype(np.int64)
    return number.clip(0, bins - 1)
