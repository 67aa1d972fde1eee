"""Measures of scores against laboratory labels, with bootstrap intervals.

Whole groups (exons, genes) are resampled, as variants of one are not independent.
Variants without a class are left out of AUROC, AP, thresholds and calibration, those
without a value out of the correlations. Correlations are of |value| with the score;
the signed ones are of the value with the score, below 0 where the largest change is a
loss, as inclusion falls where a site is lost.
"""

import dataclasses
import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from jaxtyping import Bool, Float64, Shaped

from twinsplice.io.labels import labelled
from twinsplice.stats import likelihood, metrics

PRECISIONS = (0.9, 0.95)
"""Precisions whose thresholds are given."""
MEASURES = ("auroc", "ap", "pearson", "spearman", "pearson_signed", "spearman_signed")


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Labels:
    """Laboratory labels of variants.

    Attributes:
        altered: Whether each alters splicing; false where undecided.
        decided: Whether it has a class.
        value: The measured change (fraction); NaN where it is missing.
        groups: Group of each; variants of one group are not independent.
    """

    altered: Bool[np.ndarray, " rows"]
    decided: Bool[np.ndarray, " rows"]
    value: Float64[np.ndarray, " rows"]
    groups: Shaped[np.ndarray, " rows"]

    @property
    def measured(self) -> Bool[np.ndarray, " rows"]:
        """Mask of variants with a measured value."""
        measured: Bool[np.ndarray, " rows"] = ~np.isnan(self.value)
        return measured

    def at(self, rows: Bool[np.ndarray, " rows"]) -> "Labels":
        """Return the labels of some variants."""
        return Labels(
            altered=self.altered[rows],
            decided=self.decided[rows],
            value=self.value[rows],
            groups=self.groups[rows],
        )


def of(rows: Sequence[labelled.Labelled]) -> Labels:
    """Return the labels of a table's rows."""
    return Labels(
        altered=np.array([row.altered is True for row in rows], dtype=bool),
        decided=np.array([row.altered is not None for row in rows], dtype=bool),
        value=np.array([row.value for row in rows], dtype=np.float64),
        groups=np.array([row.group for row in rows], dtype=np.str_),
    )


@dataclasses.dataclass(frozen=True, slots=True)
class Resampling:
    """Bootstrap of the intervals: number of resamples, and random seed."""

    n: int = 1000
    seed: int = 0


Scores = Float64[np.ndarray, "2 rows"]
"""Sizes and signed sizes of each variant."""


def counts(known: Labels) -> dict[str, int]:
    """Return the numbers of variants by label, and of groups."""
    return {
        "variants": len(known.altered),
        "positives": int(known.altered.sum()),
        "negatives": int((known.decided & ~known.altered).sum()),
        "measured": int(known.measured.sum()),
        "groups": len(np.unique(known.groups)),
    }


def figures(scores: Scores, known: Labels, draws: Resampling) -> dict[str, Any]:
    """Return a model's measures: estimates, thresholds and the calibration curve."""
    measures: dict[str, Any] = {
        name: dataclasses.asdict(estimate(name, [scores], known, draws))
        for name in MEASURES
    }
    size, altered = scores[0][known.decided], known.altered[known.decided]
    measures["thresholds"] = {
        str(precision): dataclasses.asdict(
            metrics.threshold_at_precision(size, altered, precision)
        )
        for precision in PRECISIONS
    }
    curve = metrics.reliability(np.clip(size, 0, 1), altered)
    measures["calibration"] = {
        "error": curve.error,
        "predicted": curve.predicted.tolist(),
        "observed": curve.observed.tolist(),
        "count": curve.count.tolist(),
    }
    return measures


def likelihoods(
    scores: Scores, known: Labels, draws: Resampling
) -> list[dict[str, Any]]:
    """Return a model's accuracy at each threshold of `likelihood.THRESHOLDS`.

    Empty where all variants with a class have the same one.
    """
    altered, groups = known.altered[known.decided], known.groups[known.decided]
    if altered.all() or not altered.any():
        return []
    outcomes = likelihood.sample(altered, groups, draws.n, draws.seed)
    found = likelihood.accuracies(scores[0][known.decided], outcomes)
    return [dataclasses.asdict(each) for each in found]


def differences(
    scores: Scores, other: Scores, known: Labels, draws: Resampling
) -> dict[str, Any]:
    """Return a model's measures less another's, on the same variants."""
    return {
        name: dataclasses.asdict(estimate(name, [scores, other], known, draws))
        for name in MEASURES
    }


def estimate(
    name: str, scores: Sequence[Scores], known: Labels, draws: Resampling
) -> metrics.Estimate:
    """Return a measure of one model, or the first one's less the second one's.

    Args:
        name: One of `MEASURES`.
        scores: Scores of one model or of two.
        known: Laboratory labels.
        draws: Resampling of its interval.
    """
    statistic, rows = _statistic(name, known)
    signed = int(name.endswith("_signed"))
    target = known.altered if name in {"auroc", "ap"} else known.value
    if name in {"pearson", "spearman"}:
        target = np.abs(target)
    return metrics.bootstrap(
        functools.partial(_of_columns, statistic),
        [target[rows], *(model_scores[signed][rows] for model_scores in scores)],
        n=draws.n,
        seed=draws.seed,
        groups=known.groups[rows],
    )


def _statistic(
    name: str, known: Labels
) -> tuple[Callable[..., float], Bool[np.ndarray, " rows"]]:
    if name in {"auroc", "ap"}:
        of_classes = {"auroc": metrics.auroc, "ap": metrics.average_precision}
        return of_classes[name], known.decided
    correlation = metrics.pearson if name.startswith("pearson") else metrics.spearman
    return correlation, known.measured


def _of_columns(
    statistic: Callable[..., float],
    target: Shaped[np.ndarray, " rows"],
    *scores: Float64[np.ndarray, " rows"],
) -> float:
    values = [statistic(column, target) for column in scores]
    return values[0] - values[1] if len(values) > 1 else values[0]
