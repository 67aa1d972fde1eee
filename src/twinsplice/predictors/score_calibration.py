"""Calibration of predicted sizes and quantiles: reported sizes and intervals.

Sizes are the four scores of a variant, |Δ| of each kind of change. `calibrate` fits
the calibrators and stores them in the card of a trained model.
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
"""Key of the calibrators in a card."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ScoreCalibration:
    """Calibrators of sizes; a missing one leaves its input unchanged.

    Attributes:
        isotonic: Maps sizes and quantiles to expected sizes.
        intervals: Widens quantiles, or sizes, to intervals of nominal coverage.
    """

    isotonic: calibrators.Isotonic | None = None
    intervals: calibrators.Intervals | None = None

    def sizes(self, raw: Float[np.ndarray, "*dims"]) -> Float64[np.ndarray, "*dims"]:
        """Return calibrated sizes; 0 stays 0, and the order is kept."""
        clipped: Float64[np.ndarray, "*dims"] = np.clip(raw, 0, 1).astype(np.float64)
        return self.isotonic.apply(clipped) if self.isotonic else clipped

    def ends(self, raw: Sizes, quantiles: Ends | None) -> Ends | None:
        """Return the ends of intervals around calibrated sizes.

        Args:
            raw: Predicted sizes.
            quantiles: Lower and upper quantiles of the sizes, of models that have
                them.

        Returns:
            None, if there are neither quantiles nor intervals.
        """
        sizes = self.sizes(raw)
        if self.intervals is None:
            if quantiles is None:
                return None
            low, high = map(self.sizes, quantiles)
            return np.minimum(low, sizes), np.maximum(high, sizes)
        raw_ends: tuple[Float64[np.ndarray, " rows"], ...] = ()
        if self.intervals.quantiles and quantiles is not None:
            low, high = map(self.sizes, quantiles)
            raw_ends = low.ravel(), high.ravel()
        low, high = self.intervals.apply(sizes.ravel(), *raw_ends)
        return low.reshape(sizes.shape), high.reshape(sizes.shape)


def from_card(card: Mapping[str, Any]) -> ScoreCalibration:
    """Return the calibration stored in the card of a trained model.

    Raises:
        InputError: A stored calibrator is damaged.
    """
    stored = card.get(CARD) or {}
    fitted = {
        name: calibrators.from_json(stored[name])
        for name in ("isotonic", "intervals")
        if stored.get(name)
    }
    return ScoreCalibration(**fitted)  # type: ignore[arg-type]


def scores(
    delta: Float[np.ndarray, "rows 2 width"],
    ends: Float[np.ndarray, "rows 2 width 3"] | None,
    kinds: Sequence[deltas.Kind] = deltas.SITE_KINDS,
) -> tuple[Sizes, Ends | None]:
    """Return each variant's sizes, and their quantiles, as `score` computes them.

    The quantiles of a size are those of Δ at its position, negated for a loss; a size
    of 0, which has no position, has quantiles of 0.

    Args:
        delta: Δ of acceptor and donor.
        ends: Its quantiles, of models that have them.
        kinds: The kinds of change.
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
            positive = sizes[-1] > 0
            lows.append(np.clip(low, 0, 1) * positive)
            highs.append(np.clip(high, 0, 1) * positive)
    stacked = np.stack(sizes, axis=1).astype(np.float64)
    if ends is None:
        return stacked, None
    low, high = (np.stack(parts, axis=1).astype(np.float64) for parts in (lows, highs))
    return stacked, (low, high)
