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
"""Rows that any fit, and any bin of intervals, needs."""
EDGES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8)
"""Predicted sizes that part the bins of intervals; poor bins are joined."""

_COLDEST, _HOTTEST = 0.05, 20.0
_NEAREST = 1e-12


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
    predicted = np.clip(predicted, _NEAREST, 1 - _NEAREST)
    logit = np.log(predicted) - np.log1p(-predicted)

    def slope(log_coldness: float) -> float:
        # Of the cross entropy, which is convex in 1 / temperature.
        scaled = np.exp(log_coldness) * logit
        return float(logit @ (np.exp(-np.logaddexp(0, -scaled)) - targets))

    if slope(0.0) == 0:
        return calibrators.Temperature(1.0)
    low, high = -math.log(_HOTTEST), -math.log(_COLDEST)
    if slope(low) >= 0:
        return calibrators.Temperature(_HOTTEST)
    if slope(high) <= 0:
        return calibrators.Temperature(_COLDEST)
    root = float(optimize.brentq(slope, low, high, xtol=1e-14))
    return calibrators.Temperature(math.exp(-root))


def fit_isotonic(
    size: Float[np.ndarray, " rows"], truth: Float[np.ndarray, " rows"]
) -> calibrators.Isotonic:
    """Return the rising map of predicted onto mean true sizes, by least squares.

    Rows of size 0 say nothing: 0 stays 0.

    Args:
        size: Held-out predicted sizes.
        truth: The base model's sizes.

    Raises:
        errors.InputError: Too few rows, or a value does not lie in [0, 1].
    """
    sizes, targets = calibrators.checked(size, truth)
    above = sizes > 0
    _check_enough(int(np.count_nonzero(above)))
    fitted = isotonic.IsotonicRegression(out_of_bounds="clip")
    fitted.fit(sizes[above], targets[above])
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
    """Return intervals that hold at least `level` of rows like these, in every bin.

    Either end misses at most half of the rest, and where one misses less, because no
    size lies beyond 0 or 1, the other misses what it leaves. The finite number of rows
    is allowed for.

    Args:
        predicted: Held-out predicted sizes.
        truth: The base model's sizes.
        lower: A model's own lower quantiles, if it has any.
        upper: Its upper quantiles.
        level: Share to hold.
        edges: Predicted sizes that part the bins; bins of fewer than `FEWEST` rows
            are joined.

    Raises:
        errors.InputError: Too few rows, or a value does not lie in [0, 1].
    """
    if not 0 < level < 1:
        raise errors.InputError(
            "the level of intervals lies between 0 and 1",
            got=str(level),
            remedy="choose for example 0.9",
        )
    sizes, wanted = calibrators.checked(predicted, truth)
    _check_enough(len(sizes))
    low, high = calibrators.raw_ends(sizes, lower, upper)
    kept = _joined(sizes, edges)
    place = np.searchsorted(kept, sizes, side="right")
    bins = [place == each for each in range(len(kept) + 1)]
    # An interval holds its prediction, however far its ends move in: a truth on the
    # other side of that is no miss of theirs.
    under = np.where(wanted < sizes, low - wanted, -1)
    over = np.where(wanted > sizes, wanted - high, -1)
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
    """Return how far both ends move out.

    Args:
        under: By how much truths lie below the lower end.
        over: By how much they lie above the upper one.
        low: The lower end, which never passes 0: nothing lies below that.
        level: Share to hold.
    """
    rest = 1 - level
    below = _margin(under, rest / 2)
    missed = float(np.mean((under > below) & (low > below)))
    above = _margin(over, rest - min(missed, rest / 2))
    return below, above


def _joined(
    sizes: Float64[np.ndarray, " rows"], edges: Sequence[float]
) -> tuple[float, ...]:
    # From above, where rows are few and bins matter most.
    kept: list[float] = []
    end = len(sizes)
    for edge in sorted(edges, reverse=True):
        start = int(np.count_nonzero(sizes < edge))
        if min(start, end - start) >= FEWEST:
            kept.append(edge)
            end = start
    return tuple(reversed(kept))


def _margin(short: Float64[np.ndarray, " rows"], tail: float) -> float:
    # The rank that leaves out at most `tail` of exchangeable rows; 1e-9 for rounding.
    rank = math.ceil((len(short) + 1) * (1 - tail) - 1e-9)
    return 1.0 if rank > len(short) else float(np.sort(short)[rank - 1])


def _check_enough(rows: int) -> None:
    if rows < FEWEST:
        raise errors.InputError(
            f"calibration needs {FEWEST} held-out rows (of size above 0, for a map)",
            got=str(rows),
            remedy="hold out more",
        )
