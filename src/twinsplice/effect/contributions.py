"""What a site's probability depends on: contributions of bases, by substitution.

Each base is replaced by the three others in turn; its contribution is what the site has
with it, less the mean of what the site has without it.
"""

import enum

import numpy as np
from jaxtyping import Float64

from twinsplice import errors

LEAST = 1e-6
"""Probabilities are held this far from 0 and 1 before log odds are taken."""


class Scale(enum.Enum):
    """In what contributions are measured."""

    LOG_ODDS = "log-odds"
    """Base-2 logarithm of the odds of the site: 1 doubles them."""
    PROBABILITY = "probability"
    """Probability of the site."""


def named(name: str) -> Scale:
    """Return the scale of a name.

    Raises:
        InputError: There is none.
    """
    names = [scale.value for scale in Scale]
    if name not in names:
        raise errors.InputError(
            f"the scale of contributions must be {' or '.join(names)}",
            got=name,
            remedy="change it",
        )
    return Scale(name)


def of(
    probability: float, substituted: Float64[np.ndarray, "bases 4"], scale: Scale
) -> Float64[np.ndarray, " bases"]:
    """Return the contribution of each base to a site; NaN where it is not known.

    Args:
        probability: Probability of the site in the sequence as it is.
        substituted: That with each base replaced by A, C, G or T; a column of the base
            itself, and all of a base that is not replaced, are NaN.
        scale: In what contributions are measured.
    """
    known = (~np.isnan(substituted)).sum(axis=1)
    total = np.nansum(scaled(substituted, scale), axis=1)
    mean = np.divide(total, known, out=np.full(len(total), np.nan), where=known > 0)
    contribution: Float64[np.ndarray, " bases"]
    contribution = scaled(np.array([probability]), scale) - mean
    return contribution


def scaled(
    probability: Float64[np.ndarray, "*shape"], scale: Scale
) -> Float64[np.ndarray, "*shape"]:
    """Return probabilities on a scale."""
    if scale is Scale.PROBABILITY:
        return probability
    bounded = np.clip(probability, LEAST, 1 - LEAST)
    log_odds: Float64[np.ndarray, "*shape"] = np.log2(bounded / (1 - bounded))
    return log_odds
