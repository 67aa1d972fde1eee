"""Precision-recall and ROC curves: scikit-learn's, thinned for figures."""

import dataclasses

import numpy as np
import sklearn.metrics
from jaxtyping import Bool, Float, Float64, Int64

MAX_POINTS = 1000
"""Largest number of points of a curve, more than a figure can show."""


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Curve:
    """Points of a curve; empty where it is undefined.

    Attributes:
        x: Recall, or the false positive rate at each threshold; ascending.
        y: Precision, or the true positive rate.
    """

    x: Float64[np.ndarray, " points"]
    y: Float64[np.ndarray, " points"]


def precision_recall(
    score: Float[np.ndarray, " rows"],
    positive: Bool[np.ndarray, " rows"],
    max_points: int = MAX_POINTS,
) -> Curve:
    """Return precision over recall at the thresholds that raise recall.

    Rows of equal score share a threshold. The area below the curve, drawn in steps
    (each precision from the previous recall to its own), is
    `metrics.average_precision`. No points without positives.

    Args:
        score: Scores that rows are ranked by.
        positive: Class of each row.
        max_points: Points kept, evenly spaced among the curve's own.
    """
    if not positive.any():
        return Curve(x=np.empty(0), y=np.empty(0))
    precision, recall, _ = sklearn.metrics.precision_recall_curve(positive, score)
    # From the highest threshold down, without scikit-learn's point at recall 0.
    precision, recall = precision[-2::-1], recall[-2::-1]
    rises = np.flatnonzero(np.diff(recall, prepend=0) > 0)
    kept = _thinned(rises, max_points)
    return Curve(x=recall[kept], y=precision[kept])


def roc(
    score: Float[np.ndarray, " rows"],
    positive: Bool[np.ndarray, " rows"],
    max_points: int = MAX_POINTS,
) -> Curve:
    """Return the receiver operating characteristic, whose area is `metrics.auroc`.

    No points unless there are both positives and negatives.

    Args:
        score: Scores that rows are ranked by.
        positive: Class of each row.
        max_points: Points kept, evenly spaced among the corners.
    """
    if positive.all() or not positive.any():
        return Curve(x=np.empty(0), y=np.empty(0))
    false, true, _ = sklearn.metrics.roc_curve(positive, score)
    kept = _thinned(np.arange(len(false)), max_points)
    return Curve(x=false[kept], y=true[kept])


def _thinned(
    indices: Int64[np.ndarray, " places"], max_points: int
) -> Int64[np.ndarray, " kept"]:
    if len(indices) > max_points:
        return indices[np.linspace(0, len(indices) - 1, max_points).astype(np.int64)]
    return indices
