"""Statistics of an agreement for the report, which only draws them."""

import dataclasses
from collections.abc import Mapping

import numpy as np
from jaxtyping import Float64

from twinsplice.evaluation import agreement_cases, agreement_scores
from twinsplice.stats import agreement, binning, curves, metrics

DENSITY_BINS = 40
"""Bins along either axis of a density of sizes."""
MISSES = 10
"""Number of variants of largest error that are shown."""


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Ranking:
    """Ranking of variants by predicted size; those of large base Δ are positives.

    Attributes:
        least: Smallest |base Δ| of a positive.
        positives: Number of positives.
        share: Share of positives, the precision of a random ranking; NaN without
            variants.
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
    """Coverage of the base model's score by intervals.

    Attributes:
        level: Nominal coverage.
        overall: Observed coverage; NaN without variants.
        bins: Observed coverage by predicted size.
    """

    level: float
    overall: float
    bins: tuple[binning.Share, ...]


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Statistics:
    """All statistics of the report.

    Attributes:
        target_size: The base model's largest |Δ| of each variant.
        size: The model's largest |Δ|.
        beyond: Number of variants with either of them above 1.
        density: Joint density of both sizes, the base model's first.
        rankings: Ranking for each threshold of positives.
        calibration: For each kind of score, by its bins: the mean predicted score, and
            the spread of the base model's.
        coverage: Coverage of the intervals, of models that have them.
        error_by_distance: Spread of errors in each bin of distance, for all variants
            and for those whose base Δ is not near zero.
        notable: Number of variants whose base Δ is not near zero.
        groups_by_distance: Measures of `evaluate` in bins of two variants or more.
        error: Largest difference of the two Δ of each variant.
        misses: Variants of largest error, in descending order; ties by row.
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
    """Return the statistics that the report of an evaluation shows."""
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
    """Return a model's ranking of variants whose |base Δ| is `least` or more."""
    positive = target_size >= least
    return Ranking(
        least=least,
        positives=int(positive.sum()),
        share=float(positive.mean()) if len(positive) else float("nan"),
        average_precision=metrics.average_precision(size, positive),
        curve=curves.precision_recall(size, positive),
    )


def calibration(
    scores: agreement_scores.Scores, *, calibrated: bool
) -> dict[str, tuple[tuple[float, binning.Spread], ...]]:
    """Return the base model's score in bins of the predicted one, raw and calibrated.

    Args:
        scores: Each variant's scores; the largest is taken.
        calibrated: Whether to include calibrated scores.
    """
    series = {"as the model gives it": scores.raw[:, 0]}
    if calibrated:
        series["calibrated"] = scores.size[:, 0]
    target = scores.target[:, 0]
    return {name: binning.by_size(size, target) for name, size in series.items()}


def coverage(scores: agreement_scores.Scores, level: float | None) -> Coverage | None:
    """Return the intervals' coverage of the base model's score; None without intervals.

    Args:
        scores: Each variant's scores; the largest is taken.
        level: Nominal coverage.
    """
    if scores.covered is None or level is None:
        return None
    inside = scores.covered[:, 0]
    return Coverage(
        level=level,
        overall=float(inside.mean()) if len(inside) else float("nan"),
        bins=binning.shares(scores.size[:, 0], inside),
    )


def groups_by_distance(cases: agreement_cases.Cases) -> dict[str, dict[str, float]]:
    """Return the measures of `evaluate` by bin of distance of two or more variants."""
    bin_numbers = binning.distance_bins(cases.distance)
    groups = {}
    for number, label in enumerate(binning.distance_labels()):
        rows = bin_numbers == number
        if rows.sum() > 1:
            name = label if label == "no site" else f"{label} bp"
            groups[name] = agreement.of_group(cases.predicted[rows], cases.target[rows])
    return groups
