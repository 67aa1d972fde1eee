"""How well scores tell laboratory truth, with bootstrap intervals.

Whole groups (exons, genes) are resampled, as variants of one are not independent.
What the table does not decide takes no part: variants without a class in AUROC, AP,
thresholds and calibration, those without a value in the correlations. Correlations
are of |value| with the score; the signed ones are of the value with the score, below
0 where the largest change is a loss, as inclusion falls where a site is lost.
"""

import dataclasses
import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from jaxtyping import Bool, Float64, Shaped

from twinsplice.io.labels import labelled
from twinsplice.stats import metrics

PRECISIONS = (0.9, 0.95)
"""Precisions whose thresholds are given."""
MEASURES = ("auroc", "ap", "pearson", "spearman", "pearson_signed", "spearman_signed")


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Truth:
    """What is known of some variants.

    Attributes:
        altered: Whether they alter splicing; false where it is not decided.
        decided: Whether that is.
        value: The change measured (fraction); NaN for none.
        groups: What they share with those that are not independent of them.
    """

    altered: Bool[np.ndarray, " rows"]
    decided: Bool[np.ndarray, " rows"]
    value: Float64[np.ndarray, " rows"]
    groups: Shaped[np.ndarray, " rows"]

    @property
    def measured(self) -> Bool[np.ndarray, " rows"]:
        """Whether there is a value."""
        measured: Bool[np.ndarray, " rows"] = ~np.isnan(self.value)
        return measured

    def at(self, rows: Bool[np.ndarray, " rows"]) -> "Truth":
        """Return what is known of some of them."""
        return Truth(
            altered=self.altered[rows],
            decided=self.decided[rows],
            value=self.value[rows],
            groups=self.groups[rows],
        )


def of(rows: Sequence[labelled.Labelled]) -> Truth:
    """Return what a table says of its rows."""
    return Truth(
        altered=np.array([row.altered is True for row in rows], dtype=bool),
        decided=np.array([row.altered is not None for row in rows], dtype=bool),
        value=np.array([row.value for row in rows], dtype=np.float64),
        groups=np.array([row.group for row in rows], dtype=np.str_),
    )


@dataclasses.dataclass(frozen=True, slots=True)
class Resampling:
    """How intervals are made: how often groups are drawn, and from which seed."""

    n: int = 1000
    seed: int = 0


Scores = Float64[np.ndarray, "2 rows"]
"""Sizes and signed sizes of each variant."""


def counts(truth: Truth) -> dict[str, int]:
    """Return how many variants of each sort there are."""
    return {
        "variants": len(truth.altered),
        "positives": int(truth.altered.sum()),
        "negatives": int((truth.decided & ~truth.altered).sum()),
        "measured": int(truth.measured.sum()),
        "groups": len(np.unique(truth.groups)),
    }


def figures(scores: Scores, truth: Truth, draws: Resampling) -> dict[str, Any]:
    """Return a model's figures: estimates, thresholds and the calibration curve."""
    found: dict[str, Any] = {
        name: dataclasses.asdict(estimate(name, [scores], truth, draws))
        for name in MEASURES
    }
    size, altered = scores[0][truth.decided], truth.altered[truth.decided]
    found["thresholds"] = {
        str(wanted): dataclasses.asdict(
            metrics.threshold_at_precision(size, altered, wanted)
        )
        for wanted in PRECISIONS
    }
    curve = metrics.reliability(np.clip(size, 0, 1), altered)
    found["calibration"] = {
        "error": curve.error,
        "predicted": curve.predicted.tolist(),
        "observed": curve.observed.tolist(),
        "count": curve.count.tolist(),
    }
    return found


def differences(
    scores: Scores, other: Scores, truth: Truth, draws: Resampling
) -> dict[str, Any]:
    """Return a model's measures less another's, on the same variants."""
    return {
        name: dataclasses.asdict(estimate(name, [scores, other], truth, draws))
        for name in MEASURES
    }


def estimate(
    name: str, scores: Sequence[Scores], truth: Truth, draws: Resampling
) -> metrics.Estimate:
    """Return a measure of one model, or the first one's less the second one's.

    Args:
        name: One of `MEASURES`.
        scores: Of one model or of two.
        truth: What is known.
        draws: How its interval is made.
    """
    statistic, rows = _statistic(name, truth)
    signed = int(name.endswith("_signed"))
    answer = truth.altered if name in {"auroc", "ap"} else truth.value
    if name in {"pearson", "spearman"}:
        answer = np.abs(answer)
    return metrics.bootstrap(
        functools.partial(_of_columns, statistic),
        [answer[rows], *(each[signed][rows] for each in scores)],
        n=draws.n,
        seed=draws.seed,
        groups=truth.groups[rows],
    )


def _statistic(
    name: str, truth: Truth
) -> tuple[Callable[..., float], Bool[np.ndarray, " rows"]]:
    if name in {"auroc", "ap"}:
        both = {"auroc": metrics.auroc, "ap": metrics.average_precision}
        return both[name], truth.decided
    kind = metrics.pearson if name.startswith("pearson") else metrics.spearman
    return kind, truth.measured


def _of_columns(
    statistic: Callable[..., float],
    answer: Shaped[np.ndarray, " rows"],
    *scores: Float64[np.ndarray, " rows"],
) -> float:
    values = [statistic(each, answer) for each in scores]
    return values[0] - values[1] if len(values) > 1 else values[0]
