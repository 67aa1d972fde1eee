"""Fit calibrators on a held-out split; `conformal` fits their intervals."""

import math

import numpy as np
from jaxtyping import Bool, Float
from scipy import optimize
from sklearn import isotonic, linear_model

from twinsplice import errors
from twinsplice.stats import agreement, calibrators, ranges

FEWEST = 100
"""Least rows of a fit."""
FEWEST_OUTCOMES = 20
"""Least variants on either side of the size that a probability is of."""

_LOWEST, _HIGHEST = 0.05, 20.0
_CLIP, _SMALLEST = 1e-12, 1e-4


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
    predicted, targets = ranges.checked(probability, target)
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
    sizes, targets = ranges.checked(size, truth)
    positive = sizes > 0
    _check_enough(int(np.count_nonzero(positive)))
    fitted = isotonic.IsotonicRegression(out_of_bounds="clip")
    fitted.fit(sizes[positive], targets[positive])
    # Means may pass 1 by a rounding.
    values = np.minimum(fitted.y_thresholds_, 1)
    return calibrators.Isotonic(
        sizes=(0.0, *fitted.X_thresholds_.tolist()), values=(0.0, *values.tolist())
    )


def fit_exceedance(
    size: Float[np.ndarray, " rows"],
    truth: Float[np.ndarray, " rows"],
    least: float = agreement.DELTA_MODERATE,
) -> calibrators.Exceedance | None:
    """Return the probability that the base model's largest size is `least` or more.

    Args:
        size: Each held-out variant's largest predicted size.
        truth: The base model's largest size of the same variant.
        least: The size that is reached or not.

    Returns:
        None, where fewer than `FEWEST_OUTCOMES` variants reach it, or fewer do not,
        or where larger predictions do not make it likelier.

    Raises:
        errors.InputError: Too few rows, or a value does not lie in [0, 1].
    """
    sizes, targets = ranges.checked(size, truth)
    _check_enough(len(sizes))
    reached = targets >= least
    if min(np.count_nonzero(reached), np.count_nonzero(~reached)) < FEWEST_OUTCOMES:
        return None
    # So that no one tiny prediction decides the slope.
    clipped = np.clip(sizes, _SMALLEST, 1 - _SMALLEST)
    logit = np.log(clipped) - np.log1p(-clipped)
    # The penalty is next to none: it only bounds the slope where sizes part the two.
    fitted = linear_model.LogisticRegression(C=1e3, tol=1e-8, max_iter=1_000)
    fitted.fit(logit[:, None], reached)
    slope, intercept = float(fitted.coef_[0, 0]), float(fitted.intercept_[0])
    if slope <= 0:
        return None
    return calibrators.Exceedance(least=least, slope=slope, intercept=intercept)


def fit_alteration(
    score: Float[np.ndarray, " rows"], altered: Bool[np.ndarray, " rows"]
) -> calibrators.Alteration | None:
    """Return the probability of altered splicing at a score.

    Args:
        score: Each labelled variant's score.
        altered: Whether a laboratory found its splicing altered.

    Returns:
        None, where fewer than `FEWEST_OUTCOMES` variants are altered, or fewer are
        not, or where larger scores do not make it likelier.

    Raises:
        errors.InputError: Too few rows, or a score does not lie in [0, 1].
    """
    scores, outcomes = ranges.checked(score, altered.astype(np.float64))
    _check_enough(len(scores))
    reached = outcomes > 0
    if min(np.count_nonzero(reached), np.count_nonzero(~reached)) < FEWEST_OUTCOMES:
        return None
    fitted = linear_model.LogisticRegression(C=1e3, tol=1e-8, max_iter=1_000)
    fitted.fit(calibrators.log_score(scores)[:, None], reached)
    slope, intercept = float(fitted.coef_[0, 0]), float(fitted.intercept_[0])
    if slope <= 0:
        return None
    return calibrators.Alteration(
        slope=slope, intercept=intercept, prior=float(reached.mean())
    )


def _check_enough(rows: int) -> None:
    if rows < FEWEST:
        raise errors.InputError(
            f"calibration needs {FEWEST} held-out rows (of size above 0, for a map)",
            got=str(rows),
            remedy="hold out more",
        )
