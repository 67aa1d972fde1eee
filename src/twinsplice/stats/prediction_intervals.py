"""Prediction intervals of a base model's score, about a predicted one.

`conformal` fits `SiteIntervals`; `Intervals` are those of cards written before.

Sources: Vovk et al. 2003 (conformal by group, "Mondrian"); Romano et al. 2019,
arXiv:1905.03222 (conformalised quantiles).
"""

import dataclasses
import math

import numpy as np
from jaxtyping import Float, Float64

from twinsplice.stats import ranges


@dataclasses.dataclass(frozen=True, slots=True)
class SiteIntervals:
    """Prediction intervals by predicted size, and by whether a site is changed.

    Either end is a curve over the predicted size that never falls, linear between
    knots; there is a pair of curves for changes at bases that are sites of the
    reference, and one for all others.

    Attributes:
        level: Share of the base model's scores that they hold.
        site_from: Least reference probability of a site.
        sizes: Knots of the predicted size, ascending from 0 to 1.
        low: Lower end at each knot: at no site, then at a site.
        high: Upper end at each knot, likewise.
    """

    level: float
    site_from: float
    sizes: tuple[float, ...]
    low: tuple[tuple[float, ...], tuple[float, ...]]
    high: tuple[tuple[float, ...], tuple[float, ...]]

    def __post_init__(self) -> None:
        ranges.require(
            0 < self.level < 1 and 0 < self.site_from <= 1,
            "intervals have a level and a least probability of a site, 0 to 1",
        )
        ranges.require(
            len(self.sizes) > 1
            and (self.sizes[0], self.sizes[-1]) == (0, 1)
            and ranges.ascend(self.sizes)
            and len(self.low) == len(self.high) == 2
            and all(
                self._enclose(*pair) for pair in zip(self.low, self.high, strict=True)
            ),
            "curves of intervals never fall, and lie about the size within 0 to 1",
        )

    def _enclose(self, low: tuple[float, ...], high: tuple[float, ...]) -> bool:
        return (
            len(low) == len(high) == len(self.sizes)
            and ranges.never_fall(low)
            and ranges.never_fall(high)
            and all(
                0 <= bottom <= size <= top <= 1
                for bottom, size, top in zip(low, self.sizes, high, strict=True)
            )
        )

    def apply(
        self, predicted: Float[np.ndarray, "*dims"], ref: Float[np.ndarray, "*dims"]
    ) -> tuple[Float64[np.ndarray, "*dims"], Float64[np.ndarray, "*dims"]]:
        """Return both ends, within [0, 1] and around the prediction.

        Args:
            predicted: Predicted sizes, 0 to 1.
            ref: Reference probability at the base of each change.
        """
        at_site = ref >= self.site_from
        # Rounding in interpolation must not part an end from the size.
        low, high = (
            np.where(at_site, *(np.interp(predicted, self.sizes, c) for c in curves))
            for curves in (self.low[::-1], self.high[::-1])
        )
        return np.minimum(low, predicted), np.maximum(high, predicted)


@dataclasses.dataclass(frozen=True, slots=True)
class Intervals:
    """Intervals with a margin in each bin of the predicted size; no longer fitted.

    Attributes:
        level: Share of the base model's scores that they hold.
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
        ranges.require(
            0 < self.level < 1
            and len(self.below) == len(self.above) == len(self.edges) + 1
            and ranges.never_fall(self.edges)
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
        (sizes,) = ranges.checked(predicted)
        low, high = _raw_ends(sizes, lower, upper)
        number = np.searchsorted(self.edges, sizes, side="right")
        low = np.clip(low - np.array(self.below)[number], 0, 1)
        high = np.clip(high + np.array(self.above)[number], 0, 1)
        return np.minimum(low, sizes), np.maximum(high, sizes)


def _raw_ends(
    sizes: Float64[np.ndarray, " rows"],
    lower: Float[np.ndarray, " rows"] | None,
    upper: Float[np.ndarray, " rows"] | None,
) -> tuple[Float64[np.ndarray, " rows"], Float64[np.ndarray, " rows"]]:
    if lower is None and upper is None:
        return sizes, sizes
    if lower is None or upper is None:
        raise ValueError("give both quantiles or neither")
    # An unbounded head may leave [0, 1] slightly; NaN passes the clip and is refused.
    low, high = ranges.checked(np.clip(lower, 0, 1), np.clip(upper, 0, 1))
    return low, high
