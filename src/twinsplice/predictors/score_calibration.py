"""Calibration of predicted sizes: reported sizes, intervals, and a probability.

Sizes are the four scores of a variant, |Δ| of each kind of change. `calibrate` fits
the calibrators, one set a mode of the model, and stores them in its card.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any, Literal, get_args

import numpy as np
import torch
from jaxtyping import Float, Float64

from twinsplice import errors
from twinsplice.effect import deltas
from twinsplice.models import largest
from twinsplice.stats import calibrators, prediction_intervals

Sizes = Float64[np.ndarray, "answers kinds"]
Ends = tuple[Sizes, Sizes]
Mode = Literal["plain", "anchored"]
"""Whether a model is told the base model's own reference (anchored) or not."""
MODES: tuple[Mode, ...] = get_args(Mode)
CARD = "calibration"
"""Key of the calibrators in a card."""
LABORATORY = "laboratory"
"""Key, among them, of what laboratory labels gave; it holds for every mode."""
ALTERATION = "alteration"
"""Key, therein, of the probability that splicing is altered."""


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class RawScores:
    """Predicted sizes before calibration, and what calibration makes use of.

    Attributes:
        size: Sizes, 0 to 1.
        ref: Reference probability at the base of each change; 0 for models without.
        quantiles: Lower and upper quantiles of the sizes, of models that have them.
    """

    size: Sizes
    ref: Sizes
    quantiles: Ends | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ScoreCalibration:
    """Calibrators of sizes; a missing one leaves its input unchanged.

    Attributes:
        isotonic: Maps sizes and quantiles to expected sizes.
        intervals: Prediction intervals of nominal coverage about the mapped sizes.
        probability: Probability that the base model's largest size reaches a limit,
            from the largest size before it is mapped.
        alteration: Probability that a laboratory finds splicing altered, from the
            exon-inclusion score as reported.
    """

    isotonic: calibrators.Isotonic | None = None
    intervals: (
        prediction_intervals.SiteIntervals | prediction_intervals.Intervals | None
    ) = None
    probability: calibrators.Exceedance | None = None
    alteration: calibrators.Alteration | None = None

    def sizes(self, raw: Float[np.ndarray, "*dims"]) -> Float64[np.ndarray, "*dims"]:
        """Return calibrated sizes; 0 stays 0, and the order is kept."""
        clipped: Float64[np.ndarray, "*dims"] = np.clip(raw, 0, 1).astype(np.float64)
        return self.isotonic.apply(clipped) if self.isotonic else clipped

    def ends(self, raw: RawScores) -> Ends | None:
        """Return the ends of intervals around calibrated sizes.

        Returns:
            None, if there are neither quantiles nor intervals.
        """
        sizes = self.sizes(raw.size)
        if isinstance(self.intervals, prediction_intervals.SiteIntervals):
            return self.intervals.apply(sizes, raw.ref)
        if self.intervals is None:
            if raw.quantiles is None:
                return None
            low, high = map(self.sizes, raw.quantiles)
            return np.minimum(low, sizes), np.maximum(high, sizes)
        raw_ends: tuple[Float64[np.ndarray, " rows"], ...] = ()
        if self.intervals.quantiles and raw.quantiles is not None:
            low, high = map(self.sizes, raw.quantiles)
            raw_ends = low.ravel(), high.ravel()
        low, high = self.intervals.apply(sizes.ravel(), *raw_ends)
        return low.reshape(sizes.shape), high.reshape(sizes.shape)

    def probabilities(self, raw: RawScores) -> Float64[np.ndarray, " answers"] | None:
        """Return the probability of a large base size of each row, if it is known."""
        if self.probability is None:
            return None
        return self.probability.apply(np.clip(raw.size, 0, 1).max(axis=1))

    def altered(
        self, inclusion: Float64[np.ndarray, " answers"] | None
    ) -> Float64[np.ndarray, " answers"] | None:
        """Return the probability of altered splicing of each row, if it is known.

        Args:
            inclusion: Exon-inclusion scores as reported; NaN where there is none.
        """
        if self.alteration is None or inclusion is None:
            return None
        return self.alteration.apply(np.clip(inclusion, 0, 1))


_KINDS: Mapping[str, tuple[type, ...]] = {
    "isotonic": (calibrators.Isotonic,),
    "intervals": (
        prediction_intervals.SiteIntervals,
        prediction_intervals.Intervals,
    ),
    "probability": (calibrators.Exceedance,),
}


def from_card(card: Mapping[str, Any], mode: Mode = "plain") -> ScoreCalibration:
    """Return the calibration of a mode that is stored in a trained model's card.

    Cards written before there were modes hold that of the plain model.

    Args:
        card: The card.
        mode: The mode.

    Raises:
        InputError: A stored calibrator is damaged.
    """
    stored = card.get(CARD) or {}
    laboratory = stored.get(LABORATORY) or {}
    if set(MODES) & set(stored):
        stored = stored.get(mode) or {}
    elif mode != "plain":
        stored = {}
    fitted = {name: _restored(stored, name, kinds) for name, kinds in _KINDS.items()}
    alteration = _restored(laboratory, ALTERATION, (calibrators.Alteration,))
    return ScoreCalibration(**fitted, alteration=alteration)  # type: ignore[arg-type]


def _restored(
    stored: Mapping[str, Any], name: str, kinds: tuple[type, ...]
) -> calibrators.Calibrator | None:
    """Return a stored calibrator of one of some kinds; None if there is none."""
    if not stored.get(name):
        return None
    calibrator = calibrators.from_json(stored[name])
    if not isinstance(calibrator, kinds):
        raise errors.InputError(
            f"a stored calibrator must be what it is stored as, {name}",
            got=str(stored[name].get("kind")),
            remedy="write it again with `twinsplice calibrate`",
        )
    return calibrator


def by_mode(card: Mapping[str, Any]) -> dict[Mode, ScoreCalibration]:
    """Return the calibration of each mode; see `from_card`."""
    return {mode: from_card(card, mode) for mode in MODES}


def to_json(calibration: ScoreCalibration) -> dict[str, Any]:
    """Return the calibrators as a card keeps them, None for a missing one."""
    return {
        name: calibrator and calibrators.to_json(calibrator)
        for name in _KINDS
        for calibrator in [getattr(calibration, name)]
    }


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
    reference: Float[np.ndarray, "rows 2 width"] | None = None,
    quantiles: Float[np.ndarray, "rows 2 width 3"] | None = None,
    kinds: Sequence[deltas.Kind] = deltas.SITE_KINDS,
) -> RawScores:
    """Return each variant's sizes as `score` computes them.

    Args:
        delta: Δ of acceptor and donor.
        reference: Probabilities in the reference, where there are any.
        quantiles: Quantiles of Δ, of models that have them.
        kinds: The kinds of change.
    """
    changes = largest.largest(torch.from_numpy(delta), kinds)
    size = np.clip(changes.size.numpy(), 0, 1).astype(np.float64)

    def at(values: np.ndarray) -> Sizes:
        there: Sizes = changes.at(torch.from_numpy(values)).numpy().astype(np.float64)
        return there

    ref = np.zeros_like(size) if reference is None else at(reference)
    if quantiles is None:
        return RawScores(size=size, ref=ref)
    low, high = (at(quantiles[..., end]) for end in (0, -1))
    return RawScores(
        size=size, ref=ref, quantiles=quantile_sizes(kinds, size, low, high)
    )
