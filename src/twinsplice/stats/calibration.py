"""Fit calibrators on a held-out split."""

import math
from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Float64
from scipy import optimize
from sklearn import isotonic

from twinsplice import errors
from twinsplice.stats import calibrators

FEWEST = 100
"""Least rows of a fit, and of a bin of intervals."""
EDGES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8)
"""Edges of the bins of predicted size; bins of few rows are merged."""

_LOWEST, _HIGHEST = 0.05, 20.0
_CLIP = 1e-12


def fit_temperature(
    probability: Float[np.ndarray, " rows"], target: Float[np.ndarray, " rows"]
) -> calibrators.Temperature:
    """Return the temperature of least cross entropy, within 0.05 to 20.

    Args:
        probability: Held-out predictions.
        target: Soft or hard targets in [0, 1].

    Raises:
        errors.InputError: Too few rows, or a value does not lie in [0, 1].
    """
    predicted, targets = calibrators.checked(probability, target)
    _check_enough(len(predicted))
    predicted = np.clip(predicted, _CLIP, 1 - _CLIP)
    logit = np.log(predicted) - np.log1p(-predicted)

    def slope(log_inverse: float) -> float:
        # Derivative of the cross entropy, which is convex in 1 / temperature.
        scaled = np.exp(log_inverse) * logit
        return float(logit @ (np.exp(-np.logaddexp(0, -scaled)) - targets))

    if slope(0.0) == 0:
        return calibrators.Temperature(1.0)
    low, high = -math.log(_HIGHEST), -math.log(_LOWEST)
    if slope(low) >= 0:
        return calibrators.Temperature(_HIGHEST)
    if slope(high) <= 0:
        return calibrators.Temperature(_LOWEST)
    root = float(optimize.brentq(slope, low, high, xtol=1e-14))
    return calibrators.Temperature(math.exp(-root))


def fit_isotonic(
    size: Float[np.ndarray, " rows"], truth: Float[np.ndarray, " rows"]
) -> calibrators.Isotonic:
    """Return the isotonic regression of target on predicted sizes.

    Rows of size 0 are left out: 0 stays 0.

    Args:
        size: Held-out predicted sizes.
        truth: The base model's sizes.

    Raises:
        errors.InputError: Too few rows, or a value does not lie in [0, 1].
    """
    sizes, targets = calibrators.checked(size, truth)
    positive = sizes > 0
    _check_enough(int(np.count_nonzero(positive)))
    fitted = isotonic.IsotonicRegression(out_of_bounds="clip")
    fitted.fit(sizes[positive], targets[positive])
    # Means may pass 1 by a rounding.
    values = np.minimum(fitted.y_thresholds_, 1)
    return calibrators.Isotonic(
        sizes=(0.0, *fitted.X_thresholds_.tolist()), values=(0.0, *values.tolist())
    )


def fit_intervals(
    predicted: Float[np.ndarray, " rows"],
    truth: Float[np.ndarray, " rows"],
    lower: Float[np.ndarray, " rows"] | None = None,
    upper: Float[np.ndarray, " rows"] | None = None,
    level: float = 0.9,
    edges: Sequence[float] = EDGES,
) -> calibrators.Intervals:
    """Return conformal intervals that cover at least `level` of such rows, by bin.

    Either end misses at most half of the rest; where one misses less, as no size lies
    beyond 0 or 1, the other may miss the remainder. Coverage is corrected for the
    finite number of rows.

    Args:
        predicted: Held-out predicted sizes.
        truth: The base model's sizes.
        lower: A model's own lower quantiles, if it has any.
        upper: Its upper quantiles.
        level: Share of targets to cover.
        edges: Edges of the bins of predicted size; bins of fewer than `FEWEST` rows
            are merged.

    Raises:
        errors.InputError: Too few rows, or a value does not lie in [0, 1].
    """
    if not 0 < level < 1:
        raise errors.InputError(
            "the level of intervals lies between 0 and 1",
            got=str(level),
            remedy="choose for example 0.9",
        )
    sizes, targets = calibrators.checked(predicted, truth)
    _check_enough(len(sizes))
    low, high = calibrators.raw_ends(sizes, lower, upper)
    kept = _merged(sizes, edges)
    bin_numbers = np.searchsorted(kept, sizes, side="right")
    bins = [bin_numbers == number for number in range(len(kept) + 1)]
    # An interval contains its prediction, however far its ends move in: the lower end
    # cannot miss a target above the prediction, nor the upper end one below.
    under = np.where(targets < sizes, low - targets, -1)
    over = np.where(targets > sizes, targets - high, -1)
    margins = [_margins(under[rows], over[rows], low[rows], level) for rows in bins]
    return calibrators.Intervals(
        level=level,
        edges=kept,
        below=tuple(below for below, _ in margins),
        above=tuple(above for _, above in margins),
        quantiles=lower is not None,
    )


def _margins(
    under: Float64[np.ndarray, " rows"],
    over: Float64[np.ndarray, " rows"],
    low: Float64[np.ndarray, " rows"],
    level: float,
) -> tuple[float, float]:
    """Return the margins by which the lower and the upper end move out.

    Args:
        under: Distance of targets below the lower end.
        over: Distance of targets above the upper end.
        low: The lower end; one at 0 misses no target.
        level: Share of targets to cover.
    """
    rest = 1 - level
    below = _margin(under, rest / 2)
    missed = float(np.mean((under > below) & (low > below)))
    above = _margin(over, rest - min(missed, rest / 2))
    return below, above


def _merged(
    sizes: Float64[np.ndarray, " rows"], edges: Sequence[float]
) -> tuple[float, ...]:
    # From the largest size down, where rows are few and bins matter most.
    kept: list[float] = []
    end = len(sizes)
    for edge in sorted(edges, reverse=True):
        start = int(np.count_nonzero(sizes < edge))
        if min(start, end - start) >= FEWEST:
            kept.append(edge)
            end = start
    return tuple(reversed(kept))


def _margin(distances: Float64[np.ndarray, " rows"], tail: float) -> float:
    # The rank that excludes at most `tail` of exchangeable rows; 1e-9 for rounding.
    rank = math.ceil((len(distances) + 1) * (1 - tail) - 1e-9)
    return 1.0 if rank > len(distances) else float(np.sort(distances)[rank - 1])


def _check_enough(rows: int) -> None:
    if rows < FEWEST:
        raise errors.InputError(
            f"calibration needs {FEWEST} held-out rows (of size above 0, for a map)",
            got=str(rows),
            remedy="hold out more",
        )
