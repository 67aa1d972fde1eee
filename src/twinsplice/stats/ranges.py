"""Checks of what calibrators are made of and applied to."""

import itertools
from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Float64

from twinsplice import errors


def checked(*arrays: Float[np.ndarray, " rows"]) -> list[Float64[np.ndarray, " rows"]]:
    """Return sizes or probabilities in double precision.

    Raises:
        errors.InputError: A value does not lie in [0, 1].
        ValueError: The arrays are not equally long.
    """
    for array in arrays:
        if not ((array >= 0) & (array <= 1)).all():
            raise errors.InputError(
                "sizes and probabilities lie in [0, 1]",
                got=f"values from {array.min()} to {array.max()}",
                remedy="give |Δ|, and leave out rows without a value",
            )
    if len({len(array) for array in arrays}) > 1:
        raise ValueError("arrays must be equally long")
    return [array.astype(np.float64) for array in arrays]


def require(holds: bool, rule: str) -> None:  # noqa: FBT001
    """Refuse a calibrator whose numbers break a rule.

    Raises:
        errors.InputError: The rule does not hold.
    """
    if not holds:
        raise errors.InputError(rule, got="others", remedy="calibrate again")


def never_fall(values: Sequence[float]) -> bool:
    """Return whether no value is below the one before it; NaN counts as a fall."""
    return all(a <= b for a, b in itertools.pairwise(values))


def ascend(values: Sequence[float]) -> bool:
    """Return whether each value is above the one before it."""
    return all(a < b for a, b in itertools.pairwise(values))
