"""Calibration of predicted sizes and quantiles: reported sizes and intervals.

Sizes are the four scores of a variant, |Δ| of each kind of change. `calibrate` fits
the calibrators and stores them in the card of a trained model.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, Float64

from twinsplice.effect import deltas
from twinsplice.models import largest
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


def quantile_sizes(
    kinds: Sequence[deltas.Kind],
    size: Float[np.ndarray, "answers kinds"],
    low: Float[np.ndarray, "answers kinds"],
    high: Float[np.ndarray, "answers kinds"],
) -> Ends:
    """Return quantiles of sizes from those of Δ at the positions of the changes.

    Those of a loss are negated. A size of 0, as of a masked change, has no position;
    its quantiles are 0.

    Args:
        kinds: The kinds of change.
        size: Their sizes.
        low: Lower quantiles of Δ.
        high: Upper quantiles of Δ.
    """
    gain, positive = np.array([kind.gain for kind in kinds]), size > 0
    lower, upper = np.where(gain, low, -high), np.where(gain, high, -low)
    return np.clip(lower, 0, 1) * positive, np.clip(upper, 0, 1) * positive


def scores(
    delta: Float[np.ndarray, "rows 2 width"],
    quantiles: Float[np.ndarray, "rows 2 width 3"] | None,
    kinds: Sequence[deltas.Kind] = deltas.SITE_KINDS,
) -> tuple[Sizes, Ends | None]:
    """Return each variant's sizes, and their quantiles, as `score` computes them.

    Args:
        delta: Δ of acceptor and donor.
        quantiles: Its quantiles, of models that have them.
        kinds: The kinds of change.
    """
    changes = largest.largest(torch.from_numpy(delta), kinds)
    size = np.clip(changes.size.numpy(), 0, 1).astype(np.float64)
    if quantiles is None:
        return size, None
    low, high = (
        changes.at(torch.from_numpy(quantiles[..., end])).numpy().astype(np.float64)
        for end in (0, -1)
    )
    return size, quantile_sizes(kinds, size, low, high)
