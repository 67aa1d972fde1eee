"""Statistics of a benchmark for the report, which only draws them."""

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np
from jaxtyping import Bool

from twinsplice.evaluation import agreement_statistics, benchmark_cases
from twinsplice.evaluation import benchmark_metrics as measures
from twinsplice.genome import regions
from twinsplice.stats import binning, curves, metrics

MISSES = 6
"""Number of worst misses of either class that are shown."""
RANKINGS = ("auroc", "ap")
"""Measures that are reported by distance."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ScoreBin:
    """Variants of one bin of a model's score.

    Attributes:
        score: Mean score.
        altered: Share of altered variants.
        low: Lower end of its 95 % interval, as if variants were independent.
        high: Upper end.
        count: Number of variants.
    """

    score: float
    altered: float
    low: float
    high: float
    count: int


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class DistanceBin:
    """Variants of one bin of distance that has both classes.

    Attributes:
        label: Label of the bin.
        count: Number of variants with a class.
        altered: Number of altered ones.
        estimates: The measure of each model.
    """

    label: str
    count: int
    altered: int
    estimates: Mapping[str, metrics.Estimate]


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Statistics:
    """All statistics of the report; mappings are by the name of a model.

    Attributes:
        decided: Number of variants with a class.
        altered: Number of altered ones.
        precision_recall: Precision-recall curves; empty without both classes.
        roc: ROC curves; empty without both classes.
        calibration: Bins of the score.
        measured: Mask of variants with a measured value.
        density: Joint density of their |value| and the first model's score.
        by_distance: Bins of distance for each of `RANKINGS`; empty if no distance is
            known.
        missed: Altered variants of the first model's lowest scores.
        false_alarms: Unaltered variants of its highest scores.
    """

    decided: int
    altered: int
    precision_recall: Mapping[str, curves.Curve]
    roc: Mapping[str, curves.Curve]
    calibration: Mapping[str, tuple[ScoreBin, ...]]
    measured: Bool[np.ndarray, " variants"]
    density: binning.Density
    by_distance: Mapping[str, tuple[DistanceBin, ...]]
    missed: tuple[int, ...]
    false_alarms: tuple[int, ...]


def of(evaluation: benchmark_cases.Evaluation) -> Statistics:
    """Return the statistics that the report of an evaluation shows."""
    cases = evaluation.cases
    labels = cases.labels
    decided, measured = labels.decided, labels.measured
    altered = labels.altered[decided]
    both_classes = bool(altered.any() and not altered.all())
    # Without both classes neither curve is defined.
    sizes = {
        name: scores[0][decided]
        for name, scores in cases.scores.items()
        if both_classes
    }
    first = next(iter(cases.scores.values()))[0]
    has_distances = (cases.distance != regions.NO_SITE).any()
    return Statistics(
        decided=int(decided.sum()),
        altered=int(labels.altered.sum()),
        precision_recall={
            name: curves.precision_recall(size, altered) for name, size in sizes.items()
        },
        roc={name: curves.roc(size, altered) for name, size in sizes.items()},
        calibration={
            name: score_bins(figures["calibration"])
            for name, figures in evaluation.summary.models.items()
        },
        measured=measured,
        density=binning.density(
            np.abs(labels.value[measured]),
            first[measured],
            agreement_statistics.DENSITY_BINS,
        ),
        by_distance={
            measure: by_distance(cases, measure, evaluation.draws)
            for measure in RANKINGS
            if has_distances
        },
        missed=misses(cases, altered=True),
        false_alarms=misses(cases, altered=False),
    )


def score_bins(curve: Mapping[str, Any]) -> tuple[ScoreBin, ...]:
    """Return the bins of a calibration curve, with intervals of their shares.

    Args:
        curve: The curve of `benchmark_metrics.figures`.
    """
    bins = []
    for score, altered, count in zip(
        curve["predicted"], curve["observed"], curve["count"], strict=True
    ):
        low, high = binning.proportion_interval(round(altered * count), count)
        bins.append(
            ScoreBin(score=score, altered=altered, low=low, high=high, count=count)
        )
    return tuple(bins)


def by_distance(
    cases: benchmark_cases.Cases, measure: str, draws: measures.Resampling
) -> tuple[DistanceBin, ...]:
    """Return a measure of every model by distance to the tested exon's nearer end.

    Args:
        cases: The variants; bins of them without both classes are left out.
        measure: auroc or ap.
        draws: Resampling of the intervals.
    """
    bin_numbers = binning.distance_bins(cases.distance)
    bins = []
    for number, label in enumerate(binning.distance_labels()):
        rows = (bin_numbers == number) & cases.labels.decided
        labels = cases.labels.at(rows)
        if not labels.altered.any() or labels.altered.all():
            continue
        bins.append(
            DistanceBin(
                label=label,
                count=len(labels.altered),
                altered=int(labels.altered.sum()),
                estimates={
                    name: measures.estimate(measure, [scores[:, rows]], labels, draws)
                    for name, scores in cases.scores.items()
                },
            )
        )
    return tuple(bins)


def misses(cases: benchmark_cases.Cases, *, altered: bool) -> tuple[int, ...]:
    """Return the variants of one class with the first model's largest errors.

    Args:
        cases: The variants.
        altered: Whether to return altered variants of lowest score, or unaltered ones
            of highest score; ties are broken by the measured change.
    """
    labels = cases.labels
    size = next(iter(cases.scores.values()))[0]
    error = -size if altered else size
    value = np.nan_to_num(np.abs(labels.value))
    order = np.lexsort((-value if altered else value, -error))
    chosen = labels.decided & (labels.altered == altered)
    return tuple([int(row) for row in order if chosen[row]][:MISSES])
