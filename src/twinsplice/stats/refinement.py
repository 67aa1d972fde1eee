"""Choose the size from which variants are scored by the base model too.

It is a size that is predicted as possible: the upper end of an interval.
"""

import dataclasses
import math

import numpy as np
from jaxtyping import Float

from twinsplice.stats import ranges

LIMITS = ((0.1, 0.01), (0.2, 0.005))
"""Sizes of base changes, and the largest share of at least such that may be missed."""
FEWEST = 100
"""Least base changes from the first of those sizes for a choice."""
_DECIMALS = 4


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """A threshold and what is missed with it.

    Attributes:
        threshold: Predicted size from which a variant is refined.
        missed: For each size of `LIMITS`, the share of base changes of at least that
            size that are predicted below the threshold.
        variants: Number of variants it was chosen on.
    """

    threshold: float
    missed: tuple[float, ...]
    variants: int

    def to_json(self) -> dict[str, float]:
        """Return the entry of a card."""
        shares = zip(LIMITS, self.missed, strict=True)
        missed = {f"missed_{size}": share for (size, _), share in shares}
        return {"threshold": self.threshold, **missed, "variants": self.variants}


def fit(
    predicted: Float[np.ndarray, " rows"], base: Float[np.ndarray, " rows"]
) -> Fitted | None:
    """Return the largest threshold with which no more is missed than `LIMITS` allow.

    It is rounded down to four decimals, which misses no more.

    Args:
        predicted: Largest reported size of each held-out variant.
        base: Largest size of the base model's changes of the same variants.

    Returns:
        None, if fewer than `FEWEST` base changes reach the first size.

    Raises:
        errors.InputError: A value does not lie in [0, 1].
    """
    sizes, targets = ranges.checked(predicted, base)
    if np.count_nonzero(targets >= LIMITS[0][0]) < FEWEST:
        return None
    bounds = []
    for size, share in LIMITS:
        reaching = np.sort(sizes[targets >= size])
        if len(reaching):
            # Sizes below the threshold are missed, so that many may lie below it.
            bounds.append(float(reaching[math.floor(share * len(reaching) + 1e-9)]))
    unit = 10**_DECIMALS
    threshold = math.floor(min(bounds) * unit) / unit
    return Fitted(
        threshold=threshold,
        missed=tuple(_missed(sizes, targets, size, threshold) for size, _ in LIMITS),
        variants=len(sizes),
    )


def _missed(
    sizes: Float[np.ndarray, " rows"],
    targets: Float[np.ndarray, " rows"],
    size: float,
    threshold: float,
) -> float:
    reaching = sizes[targets >= size]
    return float((reaching < threshold).mean()) if len(reaching) else 0.0
