"""From predicted sizes and quantiles to what is reported: calibrated, with intervals.

Sizes are the four scores of a variant, |Δ| of each kind. `calibrate` fits what is
applied here, and stores it in the card of a trained model.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Float, Float64

from twinsplice.effect import deltas
from twinsplice.stats import calibrators

Sizes = Float64[np.ndarray, "answers kinds"]
Ends = tuple[Sizes, Sizes]
CARD = "calibration"
"""Key of a card under which calibrators stand."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ScoreCalibration:
    """What is done to sizes; nothing, where there is no calibrator.

    Attributes:
        isotonic: Maps sizes and quantiles onto expected sizes.
        intervals: Widens quantiles, or sizes, until they hold the truth often enough.
    """

    isotonic: calibrators.Isotonic | None = None
    intervals: calibrators.Intervals | None = None

    def sizes(self, raw: Float[np.ndarray, "*dims"]) -> Float64[np.ndarray, "*dims"]:
        """Return calibrated sizes; 0 stays 0, and the order stays."""
        within: Float64[np.ndarray, "*dims"] = np.clip(raw, 0, 1).astype(np.float64)
        return self.isotonic.apply(within) if self.isotonic else within

    def ends(self, raw: Sizes, quantiles: Ends | None) -> Ends | None:
        """Return the ends of intervals around calibrated sizes.

        Args:
            raw: Sizes as predicted.
            quantiles: Lower and upper quantiles of the sizes, of models that have
                them.

        Returns:
            Nothing, if there are neither quantiles nor intervals.
        """
        sizes = self.sizes(raw)
        if self.intervals is None:
            if quantiles is None:
                return None
            low, high = map(self.sizes, quantiles)
            return np.minimum(low, sizes), np.maximum(high, sizes)
        given: tuple[Float64[np.ndarray, " rows"], ...] = ()
        if self.intervals.quantiles and quantiles is not None:
            low, high = map(self.sizes, quantiles)
            given = low.ravel(), high.ravel()
        low, high = self.intervals.apply(sizes.ravel(), *given)
        return low.reshape(sizes.shape), high.reshape(sizes.shape)


def from_card(card: Mapping[str, Any]) -> ScoreCalibration:
    """Return what the card of a trained model says of how its scores are calibrated.

    Raises:
        InputError: A stored calibrator is damaged.
    """
    stored = card.get(CARD) or {}
    found = {
        name: calibrators.from_json(stored[name])
        for name in ("isotonic", "intervals")
        if stored.get(name)
    }
    return ScoreCalibration(**found)  # type: ignore[arg-type]


def scores(
    delta: Float[np.ndarray, "rows 2 width"],
    ends: Float[np.ndarray, "rows 2 width 3"] | None,
    kinds: Sequence[deltas.Kind] = deltas.SITE_KINDS,
) -> tuple[Sizes, Ends | None]:
    """Return each variant's sizes, and their quantiles, as `score` finds them.

    The quantiles of a size are those of Δ where it is, turned for a loss; a size of 0,
    which has no place, has quantiles of 0.

    Args:
        delta: Δ of acceptor and donor.
        ends: Its quantiles, of models that have them.
        kinds: The kinds of change wanted.
    """
    sizes, lows, highs = [], [], []
    rows = np.arange(len(delta))
    for kind in kinds:
        (track,) = kind.rows
        rise = delta[:, track] if kind.gain else -delta[:, track]
        at = rise.argmax(axis=1)
        sizes.append(np.clip(rise[rows, at], 0, 1))
        if ends is not None:
            low, high = ends[rows, track, at, 0], ends[rows, track, at, 2]
            low, high = (low, high) if kind.gain else (-high, -low)
            some = sizes[-1] > 0
            lows.append(np.clip(low, 0, 1) * some)
            highs.append(np.clip(high, 0, 1) * some)
    found = np.stack(sizes, axis=1).astype(np.float64)
    if ends is None:
        return found, None
    low, high = (np.stack(each, axis=1).astype(np.float64) for each in (lows, highs))
    return found, (low, high)
