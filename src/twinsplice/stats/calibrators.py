"""Calibrators: frozen values that recalibrate a trained model's scores.

`calibration` and `conformal` fit them; `to_json` and `from_json` store them beside the
weights. Sizes are |Δ|; signs are the caller's.

Sources: Guo et al. 2017, arXiv:1706.04599 (temperature); Platt 1999 (logistic).
"""

import dataclasses
import math
import typing
from collections.abc import Callable, Mapping

import numpy as np
from jaxtyping import Float, Float64

from twinsplice import errors
from twinsplice.stats import prediction_intervals, ranges

OFFSET = 1e-3
"""Score below which a probability of alteration hardly falls."""


@dataclasses.dataclass(frozen=True, slots=True)
class Temperature:
    """Divides the logit of a probability; 0 stays 0 and 1 stays 1.

    Attributes:
        temperature: Above 1 where the probabilities were overconfident.
    """

    temperature: float

    def __post_init__(self) -> None:
        ranges.require(0 < self.temperature < math.inf, "a temperature is above 0")

    def apply(
        self, probability: Float[np.ndarray, "*dims"]
    ) -> Float64[np.ndarray, "*dims"]:
        """Return calibrated probabilities."""
        wide = probability.astype(np.float64)
        with np.errstate(divide="ignore"):
            logit = (np.log(wide) - np.log1p(-wide)) / self.temperature
        calibrated: Float64[np.ndarray, "*dims"] = np.exp(-np.logaddexp(0, -logit))
        return calibrated


@dataclasses.dataclass(frozen=True, slots=True)
class Isotonic:
    """A non-decreasing, piecewise linear map of sizes; 0 maps to 0.

    Attributes:
        sizes: Knots, ascending from 0.
        values: Calibrated size at each knot; constant beyond the last.
    """

    sizes: tuple[float, ...]
    values: tuple[float, ...]

    def __post_init__(self) -> None:
        ranges.require(
            len(self.sizes) == len(self.values) > 0
            and self.sizes[0] == self.values[0] == 0
            and ranges.ascend(self.sizes)
            and ranges.never_fall(self.values)
            and self.values[-1] <= 1,
            "an isotonic map rises from (0, 0) in pairs of size and value",
        )

    def apply(self, size: Float[np.ndarray, "*dims"]) -> Float64[np.ndarray, "*dims"]:
        """Return calibrated sizes."""
        calibrated: Float64[np.ndarray, "*dims"] = np.interp(
            size, self.sizes, self.values
        )
        return calibrated


@dataclasses.dataclass(frozen=True, slots=True)
class Exceedance:
    """Probability that the base model's largest |Δ| is `least` or more.

    It is logistic in the logit of the largest predicted size; 0 at size 0 and 1 at 1.

    Attributes:
        least: The size that is reached or not.
        slope: Slope over the logit of the predicted size.
        intercept: Logit of the probability at a predicted size of 0.5.
    """

    least: float
    slope: float
    intercept: float

    def __post_init__(self) -> None:
        ranges.require(
            0 < self.least < 1
            and 0 < self.slope < math.inf
            and math.isfinite(self.intercept),
            "a probability of a size rises with the predicted one",
        )

    def apply(self, size: Float[np.ndarray, "*dims"]) -> Float64[np.ndarray, "*dims"]:
        """Return the probability at each variant's largest predicted size, 0 to 1."""
        wide = size.astype(np.float64)
        with np.errstate(divide="ignore"):
            logit = np.log(wide) - np.log1p(-wide)
        probability: Float64[np.ndarray, "*dims"] = np.exp(
            -np.logaddexp(0, -(self.slope * logit + self.intercept))
        )
        return probability


@dataclasses.dataclass(frozen=True, slots=True)
class Alteration:
    """Probability that a laboratory finds splicing altered, from a score of 0 to 1.

    Its odds are a power of the score plus `OFFSET`, so that it neither begins at 0 nor
    ends at 1: some variants alter splicing unseen, and some large scores are wrong.

    Attributes:
        slope: The power.
        intercept: Logarithm of the odds at a score of 1, or nearly so.
        prior: Share of altered variants among those it was fitted to.
    """

    slope: float
    intercept: float
    prior: float

    def __post_init__(self) -> None:
        ranges.require(
            0 < self.slope < math.inf
            and math.isfinite(self.intercept)
            and 0 < self.prior < 1,
            "a probability of alteration rises with the score and has a prior",
        )

    def apply(self, score: Float[np.ndarray, "*dims"]) -> Float64[np.ndarray, "*dims"]:
        """Return the probability at each score; NaN where there is none."""
        logit = self.slope * log_score(score) + self.intercept
        with np.errstate(invalid="ignore"):
            probability: Float64[np.ndarray, "*dims"] = np.exp(-np.logaddexp(0, -logit))
        return probability


def log_score(score: Float[np.ndarray, "*dims"]) -> Float64[np.ndarray, "*dims"]:
    """Return what the logit of `Alteration` is linear in."""
    logarithm: Float64[np.ndarray, "*dims"] = np.log(score.astype(np.float64) + OFFSET)
    return logarithm


Calibrator = (
    Temperature
    | Isotonic
    | Exceedance
    | Alteration
    | prediction_intervals.SiteIntervals
    | prediction_intervals.Intervals
)
"""Any calibrator."""


def to_json(calibrator: Calibrator) -> dict[str, object]:
    """Return a calibrator's kind and numbers, of types that JSON has."""
    fields = dataclasses.asdict(calibrator)
    plain = {k: list(v) if isinstance(v, tuple) else v for k, v in fields.items()}
    return {"kind": type(calibrator).__name__.lower(), **plain}


def from_json(data: Mapping[str, object]) -> Calibrator:
    """Return the calibrator that `to_json` wrote.

    Raises:
        errors.InputError: It is no calibrator, or its numbers are out of range.
    """
    kinds: dict[object, Callable[..., Calibrator]] = {
        kind.__name__.lower(): kind for kind in typing.get_args(Calibrator)
    }
    fields = {name: _restored(value) for name, value in data.items() if name != "kind"}
    try:
        return kinds[data.get("kind")](**fields)
    except (KeyError, TypeError) as error:
        raise errors.InputError(
            f"a stored calibrator is one of {', '.join(map(str, kinds))}",
            got=f"{data.get('kind')} with {', '.join(fields) or 'no fields'}",
            remedy="write it again with `twinsplice calibrate`",
        ) from error


def _restored(value: object) -> object:
    if isinstance(value, list):
        return tuple(map(_restored, value))
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    return value
