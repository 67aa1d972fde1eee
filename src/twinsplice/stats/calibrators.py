"""Calibrators: frozen values that recalibrate a trained model's scores.

`calibration` fits them; `to_json` and `from_json` store them beside the weights.
Sizes are |Δ|; signs are the caller's.

Sources: Guo et al. 2017, arXiv:1706.04599 (temperature); Romano et al. 2019,
arXiv:1905.03222 (conformalised quantiles); Vovk et al. 2003 (by bins, "Mondrian").
"""

import dataclasses
import itertools
import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from jaxtyping import Float, Float64

from twinsplice import errors


@dataclasses.dataclass(frozen=True, slots=True)
class Temperature:
    """Divides the logit of a probability; 0 stays 0 and 1 stays 1.

    Attributes:
        temperature: Above 1 where the probabilities were overconfident.
    """

    temperature: float

    def __post_init__(self) -> None:
        _require(0 < self.temperature < math.inf, "a temperature is above 0")

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
        _require(
            len(self.sizes) == len(self.values) > 0
            and self.sizes[0] == self.values[0] == 0
            and _rises(self.sizes)
            and len(set(self.sizes)) == len(self.sizes)
            and _rises(self.values)
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
class Intervals:
    """Conformal intervals of sizes, by bins of the predicted size.

    Attributes:
        level: Share of targets that they cover.
        edges: Edges of the bins of predicted size, ascending; each belongs to the
            bin above.
        below: Distance of the lower end below the raw one, by bin.
        above: Distance of the upper end above the raw one, by bin.
        quantiles: Whether the raw ends are a model's quantiles, not its prediction.
    """

    level: float
    edges: tuple[float, ...]
    below: tuple[float, ...]
    above: tuple[float, ...]
    quantiles: bool

    def __post_init__(self) -> None:
        _require(
            0 < self.level < 1
            and len(self.below) == len(self.above) == len(self.edges) + 1
            and _rises(self.edges)
            and all(map(math.isfinite, self.edges + self.below + self.above)),
            "intervals have a level between 0 and 1 and two margins a bin",
        )

    def apply(
        self,
        predicted: Float[np.ndarray, " rows"],
        lower: Float[np.ndarray, " rows"] | None = None,
        upper: Float[np.ndarray, " rows"] | None = None,
    ) -> tuple[Float64[np.ndarray, " rows"], Float64[np.ndarray, " rows"]]:
        """Return both ends, within [0, 1] and around the prediction.

        Args:
            predicted: Predicted sizes. (Between equal sequences the size is exactly 0,
                which callers must handle.)
            lower: Raw lower quantiles, if fitted with them.
            upper: Raw upper quantiles.

        Raises:
            errors.InputError: A value does not lie in [0, 1].
            ValueError: Quantiles are given but were not fitted, or the reverse.
        """
        if self.quantiles != (lower is not None):
            raise ValueError("quantiles must be given if and only if fitted with them")
        (sizes,) = checked(predicted)
        low, high = raw_ends(sizes, lower, upper)
        number = np.searchsorted(self.edges, sizes, side="right")
        low = np.clip(low - np.array(self.below)[number], 0, 1)
        high = np.clip(high + np.array(self.above)[number], 0, 1)
        return np.minimum(low, sizes), np.maximum(high, sizes)


Calibrator = Temperature | Isotonic | Intervals
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
        kind.__name__.lower(): kind for kind in (Temperature, Isotonic, Intervals)
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


def raw_ends(
    sizes: Float64[np.ndarray, " rows"],
    lower: Float[np.ndarray, " rows"] | None,
    upper: Float[np.ndarray, " rows"] | None,
) -> tuple[Float64[np.ndarray, " rows"], Float64[np.ndarray, " rows"]]:
    """Return the raw ends of intervals: a model's quantiles, else its prediction.

    Raises:
        errors.InputError: A quantile is NaN.
        ValueError: One of the quantiles is missing.
    """
    if lower is None and upper is None:
        return sizes, sizes
    if lower is None or upper is None:
        raise ValueError("give both quantiles or neither")
    # An unbounded head may leave [0, 1] slightly; NaN passes the clip and is refused.
    low, high = checked(np.clip(lower, 0, 1), np.clip(upper, 0, 1))
    return low, high


def checked(*arrays: Float[np.ndarray, " rows"]) -> list[Float64[np.ndarray, " rows"]]:
    """Return sizes or probabilities in double precision.

    Raises:
        errors.InputError: A value does not lie in [0, 1].
        ValueError: The arrays are not equally long.
    """
    for array in arrays:
        if not ((array >= 0) & (array <= 1)).all():
            raise errors.InputError(
                "sizes and probabilities lie in [0, 1]",
                got=f"values from {array.min()} to {array.max()}",
                remedy="give |Δ|, and leave out rows without a value",
            )
    if len({len(array) for array in arrays}) > 1:
        raise ValueError("arrays must be equally long")
    return [array.astype(np.float64) for array in arrays]


def _require(holds: bool, rule: str) -> None:  # noqa: FBT001
    if not holds:
        raise errors.InputError(rule, got="others", remedy="calibrate again")


def _rises(values: Sequence[float]) -> bool:
    return all(a <= b for a, b in itertools.pairwise(values))
