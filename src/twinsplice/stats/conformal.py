"""Fit prediction intervals on held-out variants, conformally.

An interval's ends at a size are quantiles of the residuals of the held-out rows of
about that size, with the correction for their finite number; so coverage is held at
every size, not only over all. Rows are of one group of two: changes at sites of the
reference, and all others, whose residuals differ at equal size.

Sources: Vovk et al. 2003 ("Mondrian"); Lei et al. 2018, doi:10.1080/
01621459.2017.1307116 (residuals scaled by a spread that depends on the row).
"""

import numpy as np
from jaxtyping import Bool, Float, Float64

from twinsplice import errors
from twinsplice.stats import prediction_intervals, ranges

FEWEST = 100
"""Least rows of a fit, of a group, and of the rows about a size."""
SITE_FROM = 0.5
"""Least reference probability of a site."""
KNOTS = (
    *(0.0, 1e-4, 3e-4, 0.001, 0.002, 0.005, 0.01, 0.015, 0.02, 0.03, 0.04, 0.05, 0.07),
    *(0.1, 0.13, 0.16, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7),
    *(0.75, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.98, 0.985, 0.99, 0.995, 0.998),
    *(0.999, 0.9997, 0.9999, 1.0),
)
"""Sizes that ends are computed for; linear between them."""


def fit(
    predicted: Float[np.ndarray, " rows"],
    truth: Float[np.ndarray, " rows"],
    ref: Float[np.ndarray, " rows"],
    level: float = 0.9,
) -> prediction_intervals.SiteIntervals:
    """Return prediction intervals that hold `level` of such rows, at every size.

    A group of fewer than `FEWEST` rows is given the curves of all rows.

    Args:
        predicted: Held-out predicted sizes.
        truth: The base model's sizes.
        ref: Reference probability at the base of each change.
        level: Share of the base model's sizes to hold.

    Raises:
        errors.InputError: Too few rows, or a value does not lie in [0, 1].
    """
    if not 0 < level < 1:
        raise errors.InputError(
            "the level of intervals lies between 0 and 1",
            got=str(level),
            remedy="choose for example 0.9",
        )
    sizes, targets, refs = ranges.checked(predicted, truth, np.clip(ref, 0, 1))
    if len(sizes) < FEWEST:
        raise errors.InputError(
            f"calibration needs {FEWEST} held-out rows",
            got=str(len(sizes)),
            remedy="hold out more",
        )
    at_site = refs >= SITE_FROM
    elsewhere, site = (
        _curves(sizes[rows], targets[rows], level)
        for rows in map(_enough, (~at_site, at_site))
    )
    return prediction_intervals.SiteIntervals(
        level=level,
        site_from=SITE_FROM,
        sizes=KNOTS,
        low=(elsewhere[0], site[0]),
        high=(elsewhere[1], site[1]),
    )


def _enough(rows: Bool[np.ndarray, " rows"]) -> Bool[np.ndarray, " rows"]:
    return rows if np.count_nonzero(rows) >= FEWEST else np.ones_like(rows)


def _curves(
    sizes: Float64[np.ndarray, " rows"],
    targets: Float64[np.ndarray, " rows"],
    level: float,
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return the lower and the upper end at each knot."""
    order = np.argsort(sizes, kind="stable")
    sizes, targets = sizes[order], targets[order]
    low, high = np.empty(len(KNOTS)), np.empty(len(KNOTS))
    for number, knot in enumerate(KNOTS):
        near = _near(sizes, number)
        residual = (sizes - targets)[near] * _spread(knot) / _spread(sizes[near])
        low[number], high[number] = _ends(residual, knot, level)
    # An end that never falls, made so by moving outwards.
    low = np.minimum.accumulate(low[::-1])[::-1]
    high = np.maximum.accumulate(high)
    return tuple(low.tolist()), tuple(high.tolist())


def _near(sizes: Float64[np.ndarray, " rows"], knot: int) -> slice:
    """Return the rows between a knot's neighbours, `FEWEST` at least.

    Args:
        sizes: Sizes, ascending.
        knot: Number of the knot.
    """
    below, above = KNOTS[max(knot - 1, 0)], KNOTS[min(knot + 1, len(KNOTS) - 1)]
    first = int(np.searchsorted(sizes, below, side="left"))
    end = int(np.searchsorted(sizes, above, side="right"))
    if end - first < FEWEST:
        middle = int(np.searchsorted(sizes, KNOTS[knot]))
        first = min(max(middle - FEWEST // 2, 0), len(sizes) - FEWEST)
        end = first + FEWEST
    return slice(first, end)


def _spread(
    size: float | Float64[np.ndarray, " rows"],
) -> float | Float64[np.ndarray, " rows"]:
    # As of a share: residuals are small near 0 and near 1. The floor keeps what a
    # residual near either end says of its neighbours within reason.
    return size * (1 - size) + 0.01


def _ends(
    residual: Float64[np.ndarray, " rows"], size: float, level: float
) -> tuple[float, float]:
    """Return both ends at a size; either misses at most half of the rest.

    Where one end misses less, as no size lies beyond 0 or 1, the other may miss the
    remainder.

    Args:
        residual: Predicted less base size, of rows of about this size.
        size: The size.
        level: Share to hold.
    """
    rest = 1 - level
    below = _margin(residual, rest / 2)
    missed = float(np.mean(residual > below)) if below < size else 0.0
    above = _margin(-residual, rest - min(missed, rest / 2))
    missed = float(np.mean(-residual > above)) if above < 1 - size else 0.0
    below = _margin(residual, rest - min(missed, rest / 2))
    return max(size - below, 0.0), min(size + above, 1.0)


def _margin(distance: Float64[np.ndarray, " rows"], tail: float) -> float:
    """Return the distance that at most `tail` of exchangeable rows exceed, 0 or more.

    That is the quantile of rank (rows + 1) (1 - tail), between two rows where it is no
    whole number; beyond the last row it is the whole range.
    """
    # 1e-9 for rounding.
    if (len(distance) + 1) * (1 - tail) - 1e-9 > len(distance):
        return 1.0
    return max(float(np.quantile(distance, 1 - tail, method="weibull")), 0.0)
