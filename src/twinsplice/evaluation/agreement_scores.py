"""The four scores of each variant of an agreement, as `score` reports them."""

import dataclasses
from collections.abc import Sequence

import numpy as np
from jaxtyping import Bool, Float, Float64

from twinsplice.effect import deltas
from twinsplice.models import paired
from twinsplice.predictors import score_calibration
from twinsplice.training import inference

_Column = Float64[np.ndarray, "variants kinds"]


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Scores:
    """Scores of each variant, the largest predicted one first.

    Attributes:
        raw: Score before calibration.
        size: Calibrated score; `raw` where the model is not calibrated.
        target: The base model's score of the same kind of change.
        gain: Whether it is of a gain, not a loss.
        base_ref: The base model's probability in the reference, at the base of the
            predicted change.
        low: Lower end of the interval about the size, of models that have one.
        high: Its upper end.
        probability: Probability that the base model's largest score is large, of
            models that have one.
    """

    raw: _Column
    size: _Column
    target: _Column
    gain: Bool[np.ndarray, "variants kinds"]
    base_ref: _Column
    low: _Column | None = None
    high: _Column | None = None
    probability: Float64[np.ndarray, " variants"] | None = None

    @property
    def highest(self) -> Float64[np.ndarray, " variants"]:
        """The largest upper end of a variant's intervals, or its largest score."""
        ends = self.size if self.high is None else np.fmax(self.size, self.high)
        highest: Float64[np.ndarray, " variants"] = ends.max(axis=1)
        return highest

    @property
    def covered(self) -> Bool[np.ndarray, "variants kinds"] | None:
        """Whether the intervals hold the base model's scores, if there are any."""
        if self.low is None or self.high is None:
            return None
        covered: Bool[np.ndarray, "variants kinds"] = (self.low <= self.target) & (
            self.target <= self.high
        )
        return covered


def scored(
    inferred: inference.Inferred,
    target: Float[np.ndarray, "variants 2 width"],
    profile: Float[np.ndarray, "variants 2 width"],
    calibration: score_calibration.ScoreCalibration,
) -> Scores:
    """Return each variant's scores, raw and calibrated, and their intervals.

    Args:
        inferred: What the model predicts.
        target: The base delta.
        profile: The base model's site probabilities in the reference.
        calibration: How the model is calibrated.
    """
    raw = score_calibration.scores(
        inferred.delta, inferred.reference, inferred.quantiles
    )
    order = np.argsort(-raw.size, axis=1, kind="stable")

    def sorted_(values: np.ndarray) -> np.ndarray:
        return np.take_along_axis(values, order, axis=1)

    low, high = calibration.ends(raw) or (None, None)
    gain = np.array([kind.gain for kind in deltas.SITE_KINDS])
    return Scores(
        raw=sorted_(raw.size),
        size=sorted_(calibration.sizes(raw.size)),
        target=sorted_(score_calibration.scores(target).size),
        gain=gain[order],
        base_ref=sorted_(score_calibration.scores(inferred.delta, profile).ref),
        low=None if low is None else sorted_(low),
        high=None if high is None else sorted_(high),
        probability=calibration.probabilities(raw),
    )


def joined(parts: Sequence[Scores]) -> Scores:
    """Return the scores of several batches as one."""

    def rows(name: str) -> np.ndarray | None:
        values = [getattr(part, name) for part in parts]
        if any(value is None for value in values):
            return None
        return np.concatenate(values)

    columns = {field.name: rows(field.name) for field in dataclasses.fields(Scores)}
    return Scores(**columns)  # type: ignore[arg-type]


def interval_level(
    scores: Scores, calibration: score_calibration.ScoreCalibration
) -> float | None:
    """Return the nominal coverage of intervals; None without intervals."""
    if scores.low is None:
        return None
    if calibration.intervals:
        return calibration.intervals.level
    return round(paired.QUANTILES[-1] - paired.QUANTILES[0], 6)
