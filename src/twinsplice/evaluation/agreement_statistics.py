"""What a report shows of an agreement, as finished numbers: a report only draws."""

import dataclasses
from collections.abc import Mapping

import numpy as np
from jaxtyping import Float64

from twinsplice.evaluation import agreement_cases
from twinsplice.stats import agreement, binning, curves, metrics

DENSITY_BINS = 40
"""Squares along either axis of a plane of sizes."""
MISSES = 10
"""Variants of largest error that are shown."""


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Ranking:
    """Variants ranked by the model's size, those of a large base Δ being positive.

    Attributes:
        least: Size of a base Δ that counts as positive.
        positives: How many do.
        share: Which share of all that is, the precision of a ranking by chance; NaN
            without variants.
        average_precision: Area under the curve; NaN without positives.
        curve: Precision over recall.
    """

    least: float
    positives: int
    share: float
    average_precision: float
    curve: curves.Curve


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How often intervals hold the base model's score.

    Attributes:
        level: Share that they are to hold.
        overall: Share that they hold; NaN without variants.
        bins: The same by predicted size.
    """

    level: float
    overall: float
    bins: tuple[binning.Share, ...]


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Statistics:
    """All numbers of a page.

    Attributes:
        target_size: The base model's largest |Δ| of each variant.
        size: The model's.
        beyond: Variants with either of them above 1.
        density: Of both sizes, the base model's first.
        rankings: For each size that counts as positive.
        calibration: For each kind of score, by its bins: the mean predicted score, and
            the base model's.
        coverage: Of the intervals, of models that have them.
        error_by_distance: For all variants and for those of a base Δ that is not near
            zero, the spread of errors in each bin of distance.
        notable: How many the latter are.
        groups_by_distance: Figures of `evaluate` in bins of two variants or more.
        error: Largest difference of the two Δ of each variant.
        misses: Variants of largest error, the largest first; ties as they come.
    """

    target_size: Float64[np.ndarray, " variants"]
    size: Float64[np.ndarray, " variants"]
    beyond: int
    density: binning.Density
    rankings: tuple[Ranking, ...]
    calibration: Mapping[str, tuple[tuple[float, binning.Spread], ...]]
    coverage: Coverage | None
    error_by_distance: tuple[tuple[binning.Spread, ...], tuple[binning.Spread, ...]]
    notable: int
    groups_by_distance: Mapping[str, Mapping[str, float]]
    error: Float64[np.ndarray, " variants"]
    misses: tuple[int, ...]


def of(evaluation: agreement_cases.Evaluation) -> Statistics:
    """Return the numbers that a page shows of an evaluation."""
    cases = evaluation.cases
    size, target_size = (agreement.sizes(x) for x in (cases.predicted, cases.target))
    error = agreement.errors(cases.predicted, cases.target)
    notable = target_size >= agreement.DELTA_MIN
    return Statistics(
        target_size=target_size,
        size=size,
        beyond=int(((size > 1) | (target_size > 1)).sum()),
        density=binning.density(target_size, size, DENSITY_BINS),
        rankings=tuple(
            ranking(size, target_size, least)
            for least in (agreement.DELTA_MODERATE, agreement.DELTA_STRONG)
        ),
        calibration=calibration(cases.scores, calibrated=evaluation.calibrated),
        coverage=coverage(cases.scores, evaluation.level),
        error_by_distance=(
            binning.by_distance(error, cases.distance),
            binning.by_distance(error[notable], cases.distance[notable]),
        ),
        notable=int(notable.sum()),
        groups_by_distance=groups_by_distance(cases),
        error=error,
        misses=tuple(np.argsort(-error, kind="stable")[:MISSES].tolist()),
    )


def ranking(
    size: Float64[np.ndarray, " variants"],
    target_size: Float64[np.ndarray, " variants"],
    least: float,
) -> Ranking:
    """Return how a model ranks variants of a base Δ of at least a size."""
    positive = target_size >= least
    return Ranking(
        least=least,
        positives=int(positive.sum()),
        share=float(positive.mean()) if len(positive) else float("nan"),
        average_precision=metrics.average_precision(size, positive),
        curve=curves.precision_recall(size, positive),
    )


def calibration(
    scores: agreement_cases.Scores, *, calibrated: bool
) -> dict[str, tuple[tuple[float, binning.Spread], ...]]:
    """Return the base model's score in bins of the predicted one, raw and calibrated.

    Args:
        scores: Each variant's largest.
        calibrated: Whether there are calibrated ones beside the raw ones.
    """
    series = {"as the model gives it": scores.raw}
    if calibrated:
        series["calibrated"] = scores.size
    return {name: binning.by_size(size, scores.target) for name, size in series.items()}


def coverage(scores: agreement_cases.Scores, level: float | None) -> Coverage | None:
    """Return how often intervals hold the base model's score; none without them.

    Args:
        scores: Each variant's largest.
        level: Share that intervals are to hold.
    """
    if scores.low is None or scores.high is None or level is None:
        return None
    inside = (scores.low <= scores.target) & (scores.target <= scores.high)
    return Coverage(
        level=level,
        overall=float(inside.mean()) if len(inside) else float("nan"),
        bins=binning.shares(scores.size, inside),
    )


def groups_by_distance(cases: agreement_cases.Cases) -> dict[str, dict[str, float]]:
    """Return the figures of `evaluate` by distance, of bins with two variants."""
    number = binning.distance_bins(cases.distance)
    groups = {}
    for each, label in enumerate(binning.distance_labels()):
        rows = number == each
        if rows.sum() > 1:
            name = label if label == "no site" else f"{label} bp"
            groups[name] = agreement.of_group(cases.predicted[rows], cases.target[rows])
    return groups
