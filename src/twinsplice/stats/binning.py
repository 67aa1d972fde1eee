"""Rows by bins, to be drawn: densities of a plane, spreads and shares of a bin."""

import dataclasses
import itertools
import math

import numpy as np
from jaxtyping import Bool, Float, Float64, Int64
from scipy import stats

from twinsplice.genome import regions

DISTANCES = (0, 2, 5, 10, 20, 50, 100, 300, 1000)
"""Largest distance of each bin (bp); what lies further is the last but one, and what
has no site the last."""


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Density:
    """Points of the unit square, counted by small squares of it.

    Attributes:
        x: First coordinate of each point; what lay beyond is at the edge.
        y: Second coordinate.
        count: Points of each square, by column and row.
        square: Column and row of each point's square.
    """

    x: Float64[np.ndarray, " points"]
    y: Float64[np.ndarray, " points"]
    count: Int64[np.ndarray, "bins bins"]
    square: Int64[np.ndarray, "2 points"]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Values of one bin.

    Attributes:
        label: What the bin is called.
        count: How many there are.
        lower: Their lower quartile; NaN, as the others, if there are none.
        median: Their median.
        upper: Their upper quartile.
        mean: Their mean.
    """

    label: str
    count: int
    lower: float
    median: float
    upper: float
    mean: float


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How often something holds in a bin, with its 95 % Wilson interval.

    Attributes:
        middle: Middle of the bin.
        count: Rows of the bin, at least one.
        value: Share of them.
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
    """Return how many points each square of the unit square holds.

    Args:
        x: First coordinate, 0 to 1; what lies beyond goes to the edge.
        y: Second coordinate.
        bins: Squares along either axis.
    """
    wide_x, wide_y = (values.astype(np.float64).clip(0, 1) for values in (x, y))
    if not len(wide_x):
        empty = np.zeros((bins, bins), dtype=np.int64)
        nowhere = np.zeros((2, 0), dtype=np.int64)
        return Density(x=wide_x, y=wide_y, count=empty, square=nowhere)
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
    """Return the spread of values in each bin of distance, empty ones too."""
    bin_number = distance_bins(distance)
    return tuple(
        spread(label, values[bin_number == number])
        for number, label in enumerate(distance_labels())
    )


def distance_bins(distance: Int64[np.ndarray, " rows"]) -> Int64[np.ndarray, " rows"]:
    """Return the number of each distance's bin."""
    number = np.digitize(distance, DISTANCES, right=True).astype(np.int64)
    bins: Int64[np.ndarray, " rows"] = np.where(
        distance == regions.NO_SITE, len(DISTANCES) + 1, number
    )
    return bins


def distance_labels() -> list[str]:
    """Return what the bins of distance are called."""
    labels = ["0"]
    for before, last in itertools.pairwise(DISTANCES):
        labels.append(f"{before + 1}-{last}")
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
    """Return the mean size and the spread of targets of each bin that has rows.

    The means are those of `metrics.reliability`.

    Args:
        size: Predicted sizes, 0 to 1, binned by equal widths.
        target: The base model's.
        bins: How many.
    """
    number = _equal_widths(size, bins)
    made = []
    for each in np.unique(number).tolist():
        rows = number == each
        label = f"{each / bins:.1f}-{(each + 1) / bins:.1f}"
        made.append((float(size[rows].mean()), spread(label, target[rows])))
    return tuple(made)


def shares(
    size: Float[np.ndarray, " rows"], holds: Bool[np.ndarray, " rows"], bins: int = 10
) -> tuple[Share, ...]:
    """Return how often something holds, by bins of size that have rows.

    Args:
        size: What rows are binned by, 0 to 1.
        holds: Whether it holds.
        bins: Equal widths of [0, 1].
    """
    number = _equal_widths(size, bins)
    made = []
    for each in np.unique(number).tolist():
        rows = holds[number == each]
        low, high = proportion_interval(int(rows.sum()), len(rows))
        made.append(
            Share(
                middle=(each + 0.5) / bins,
                count=len(rows),
                value=float(rows.mean()),
                low=low,
                high=high,
            )
        )
    return tuple(made)


def proportion_interval(hits: int, count: int) -> tuple[float, float]:
    """Return the 95 % interval of a share.

    Source: Wilson 1927, doi:10.1080/01621459.1927.10502953.
    """
    interval = stats.binomtest(hits, count).proportion_ci(method="wilson")
    return float(interval.low), float(interval.high)


def _equal_widths(
    size: Float[np.ndarray, " rows"], bins: int
) -> Int64[np.ndarray, " rows"]:
    number: Int64[np.ndarray, " rows"] = (size * bins).astype(np.int64)
    return number.clip(0, bins - 1)
