"""The numbers that the figures of an evaluation show: arrays in, arrays out."""

import dataclasses
import itertools
import math
from collections.abc import Sequence

import numpy as np
from jaxtyping import Bool, Float, Float64, Int64

from twinsplice.genome import regions

DISTANCES = (0, 2, 5, 10, 20, 50, 100, 300, 1000)
"""Largest distance of each bin (bp); what lies further is the last but one, and what
has no site the last."""


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Cell:
    """A square of the plane and the points in it.

    Attributes:
        column: Its place along x, from 0.
        row: Its place along y, from 0.
        members: Which points it holds, at least one.
    """

    column: int
    row: int
    members: Int64[np.ndarray, " members"]


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Curve:
    """Precision at each recall, from the highest score down.

    Attributes:
        recall: Share of the positives found, ascending.
        precision: Share of positives among what was found.
    """

    recall: Float64[np.ndarray, " points"]
    precision: Float64[np.ndarray, " points"]


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Roc:
    """What is found, at each share of negatives taken for positives.

    Attributes:
        false: Share of the negatives above each threshold, ascending from 0 to 1.
        true: Share of the positives above it.
    """

    false: Float64[np.ndarray, " points"]
    true: Float64[np.ndarray, " points"]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Values of one bin.

    Attributes:
        label: What the bin is called.
        count: How many there are.
        low: Their lower quartile; NaN, as the others, if there are none.
        middle: Their median.
        high: Their upper quartile.
        mean: Their mean.
    """

    label: str
    count: int
    low: float
    middle: float
    high: float
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


def largest(delta: Float[np.ndarray, "variants 2 width"]) -> Float64[np.ndarray, " n"]:
    """Return the largest |Δ| of each variant."""
    size: Float64[np.ndarray, " n"] = np.abs(delta).max(axis=(1, 2), initial=0)
    return size.astype(np.float64)


def errors(
    found: Float[np.ndarray, "variants 2 width"],
    wanted: Float[np.ndarray, "variants 2 width"],
) -> Float64[np.ndarray, " variants"]:
    """Return the largest difference of Δ at any base, of acceptor or donor."""
    return largest(found.astype(np.float64) - wanted.astype(np.float64))


def cells(
    x: Float[np.ndarray, " points"], y: Float[np.ndarray, " points"], bins: int
) -> list[Cell]:
    """Return the squares of the unit square that hold points.

    Args:
        x: First coordinate, 0 to 1; what lies beyond goes to the edge.
        y: Second coordinate.
        bins: Squares along either axis.
    """
    column, row = (
        np.clip((each * bins).astype(np.int64), 0, bins - 1) for each in (x, y)
    )
    place = column * bins + row
    order = np.argsort(place, kind="stable")
    found, first = np.unique(place[order], return_index=True)
    groups = np.split(order, first[1:]) if len(found) else []
    return [
        Cell(column=int(each) // bins, row=int(each) % bins, members=members)
        for each, members in zip(found, groups, strict=True)
    ]


def precision_recall(
    score: Float[np.ndarray, " rows"],
    positive: Bool[np.ndarray, " rows"],
    most: int = 1000,
) -> Curve:
    """Return precision and recall at the thresholds that find more positives.

    Rows of one score enter together, as in `metrics.average_precision`.

    Args:
        score: What rows are ranked by.
        positive: Which of them are to be found.
        most: Points kept, evenly spaced among the curve's own.
    """
    if not positive.any():
        return Curve(recall=np.empty(0), precision=np.empty(0))
    hits, rows = _by_score(score, positive)
    found, drawn = np.cumsum(hits), np.cumsum(rows)
    kept = _thinned(np.flatnonzero(hits), most)
    return Curve(recall=found[kept] / found[-1], precision=(found / drawn)[kept])


def roc(
    score: Float[np.ndarray, " rows"],
    positive: Bool[np.ndarray, " rows"],
    most: int = 1000,
) -> Roc:
    """Return the corners of the curve whose area is `metrics.auroc`.

    Rows of one score enter together, on a slope. No points unless there are both
    positives and negatives.

    Args:
        score: What rows are ranked by.
        positive: Which of them are to be found.
        most: Points kept, evenly spaced among the corners.
    """
    if positive.all() or not positive.any():
        return Roc(false=np.empty(0), true=np.empty(0))
    hits, rows = _by_score(score, positive)
    misses = rows - hits
    # A point on the way from one neighbour to the other is no corner.
    turns = np.flatnonzero(hits[:-1] * misses[1:] != hits[1:] * misses[:-1])
    kept = _thinned(np.concatenate([[-1], turns, [len(hits) - 1]]), most)
    true, false = (
        np.concatenate([[0.0], np.cumsum(each) / each.sum()])[kept + 1]
        for each in (hits, misses)
    )
    return Roc(false=false, true=true)


def _by_score(
    score: Float[np.ndarray, " rows"], positive: Bool[np.ndarray, " rows"]
) -> tuple[Float64[np.ndarray, " levels"], Int64[np.ndarray, " levels"]]:
    """Count positives and rows of each score, from the highest down."""
    _, place = np.unique(-score.astype(np.float64), return_inverse=True)
    hits: Float64[np.ndarray, " levels"] = np.bincount(place, weights=positive)
    return hits, np.bincount(place)


def _thinned(
    places: Int64[np.ndarray, " places"], most: int
) -> Int64[np.ndarray, " kept"]:
    if len(places) > most:
        return places[np.linspace(0, len(places) - 1, most).astype(np.int64)]
    return places


def by_distance(
    values: Float[np.ndarray, " rows"], distance: Int64[np.ndarray, " rows"]
) -> list[Spread]:
    """Return the spread of values in each bin of distance, empty ones too."""
    place = distance_bins(distance)
    return [
        spread(label, values[place == number])
        for number, label in enumerate(distance_labels())
    ]


def distance_bins(distance: Int64[np.ndarray, " rows"]) -> Int64[np.ndarray, " rows"]:
    """Return the number of each distance's bin."""
    place = np.searchsorted(DISTANCES, distance).astype(np.int64)
    found: Int64[np.ndarray, " rows"] = np.where(
        distance == regions.NO_SITE, len(DISTANCES) + 1, place
    )
    return found


def distance_labels() -> list[str]:
    """Return what the bins of distance are called."""
    labels = ["0"]
    for before, last in itertools.pairwise(DISTANCES):
        labels.append(f"{before + 1}-{last}")
    return [*labels, f">{DISTANCES[-1]}", "no site"]


def spread(label: str, values: Float[np.ndarray, " rows"]) -> Spread:
    """Return the quartiles and the mean of values."""
    low, middle, high, mean = (math.nan,) * 4
    if len(values):
        low, middle, high = (float(q) for q in np.quantile(values, [0.25, 0.5, 0.75]))
        mean = float(values.mean())
    return Spread(
        label=label, count=len(values), low=low, middle=middle, high=high, mean=mean
    )


def calibration(
    size: Float[np.ndarray, " rows"], truth: Float[np.ndarray, " rows"], bins: int = 10
) -> list[tuple[float, Spread]]:
    """Return the mean size and the spread of truths of each bin that has rows.

    The means are those of `metrics.reliability`.

    Args:
        size: Predicted sizes, 0 to 1, binned by equal widths.
        truth: The base model's.
        bins: How many.
    """
    place = np.clip((size * bins).astype(np.int64), 0, bins - 1)
    found = []
    for number in range(bins):
        rows = place == number
        if rows.any():
            label = f"{number / bins:.1f}-{(number + 1) / bins:.1f}"
            found.append((float(size[rows].mean()), spread(label, truth[rows])))
    return found


def shares(
    size: Float[np.ndarray, " rows"], holds: Bool[np.ndarray, " rows"], bins: int = 10
) -> list[Share]:
    """Return how often something holds, by bins of size that have rows.

    Args:
        size: What rows are binned by, 0 to 1.
        holds: Whether it holds.
        bins: Equal widths of [0, 1].
    """
    place = np.clip((size * bins).astype(np.int64), 0, bins - 1)
    found = []
    for number in range(bins):
        rows = holds[place == number]
        if len(rows):
            low, high = wilson(int(rows.sum()), len(rows))
            found.append(
                Share(
                    middle=(number + 0.5) / bins,
                    count=len(rows),
                    value=float(rows.mean()),
                    low=low,
                    high=high,
                )
            )
    return found


def wilson(hits: int, count: int, z: float = 1.959964) -> tuple[float, float]:
    """Return the interval of a share, 95 % by default.

    Source: Wilson 1927, doi:10.1080/01621459.1927.10502953.
    """
    share, square = hits / count, z * z / count
    middle = (share + square / 2) / (1 + square)
    half = z * math.sqrt(share * (1 - share) / count + square / count / 4)
    half /= 1 + square
    return max(0.0, middle - half), min(1.0, middle + half)


def worst(error: Float[np.ndarray, " rows"], most: int) -> Sequence[int]:
    """Return the rows of largest error, the largest first; ties as they come."""
    return [int(row) for row in np.argsort(-error, kind="stable")[:most]]
