"""What a report shows of a benchmark, as finished numbers: a report only draws."""

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
"""Variants of either class that are shown as worst misses."""
RANKINGS = ("auroc", "ap")
"""Measures that are given by distance."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ScoreBin:
    """Variants of one bin of a model's score.

    Attributes:
        score: Their mean score.
        altered: Share of them that is altered.
        low: Lower end of its 95 % interval, as if variants were independent.
        high: Upper end.
        count: How many there are.
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
        label: What the bin is called.
        count: How many variants with a class there are.
        altered: How many of them are altered.
        estimates: The measure of each model.
    """

    label: str
    count: int
    altered: int
    estimates: Mapping[str, metrics.Estimate]


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Statistics:
    """All numbers of a page, by model where it is a mapping of names.

    Attributes:
        decided: Variants with a class.
        altered: How many of them are altered.
        precision_recall: Curves of the class; no points without both classes.
        roc: The same.
        calibration: Bins of the score.
        measured: Which variants have a value.
        density: Of the measured |value| and the first model's score, of those.
        by_distance: Each of `RANKINGS`; none where no distance is known.
        missed: Altered variants of the first model's lowest scores.
        false_alarms: Unaltered ones of its highest scores.
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
    """Return the numbers that a page shows of an evaluation."""
    cases = evaluation.cases
    labels = cases.labels
    decided, measured = labels.decided, labels.measured
    altered = labels.altered[decided]
    both = bool(altered.any() and not altered.all())
    # Without both classes neither curve means anything.
    sizes = {name: scores[0][decided] for name, scores in cases.scores.items() if both}
    first = next(iter(cases.scores.values()))[0]
    placed = (cases.distance != regions.NO_SITE).any()
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
            if placed
        },
        missed=misses(cases, altered=True),
        false_alarms=misses(cases, altered=False),
    )


def score_bins(curve: Mapping[str, Any]) -> tuple[ScoreBin, ...]:
    """Return the bins of a calibration curve, with intervals of their shares.

    Args:
        curve: As `benchmark_metrics.figures` gives it.
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
        draws: How intervals are made.
    """
    number = binning.distance_bins(cases.distance)
    bins = []
    for each, label in enumerate(binning.distance_labels()):
        rows = (number == each) & cases.labels.decided
        known = cases.labels.at(rows)
        if not known.altered.any() or known.altered.all():
            continue
        bins.append(
            DistanceBin(
                label=label,
                count=len(known.altered),
                altered=int(known.altered.sum()),
                estimates={
                    name: measures.estimate(measure, [scores[:, rows]], known, draws)
                    for name, scores in cases.scores.items()
                },
            )
        )
    return tuple(bins)


def misses(cases: benchmark_cases.Cases, *, altered: bool) -> tuple[int, ...]:
    """Return the variants of one class that the first model gets most wrong.

    Args:
        cases: The variants.
        altered: Whether to look for altered ones of lowest score, or for others of
            highest score; of equal scores the change that was measured decides.
    """
    labels = cases.labels
    size = next(iter(cases.scores.values()))[0]
    error = -size if altered else size
    value = np.nan_to_num(np.abs(labels.value))
    order = np.lexsort((-value if altered else value, -error))
    chosen = labels.decided & (labels.altered == altered)
    return tuple([int(row) for row in order if chosen[row]][:MISSES])
