"""`prediction_intervals`: curves that lie about the size; margins of older cards."""

from typing import Any

import jaxtyping
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinsplice import errors
from twinsplice.stats import prediction_intervals

REFUSALS = (errors.InputError, jaxtyping.TypeCheckError)


@st.composite
def curves(draw: st.DrawFn) -> dict[str, Any]:
    """Curves of any shape that the laws allow, of up to eight knots."""
    inner = draw(st.lists(st.floats(0.001, 0.999), max_size=6, unique=True))
    sizes = (0.0, *sorted(inner), 1.0)
    share = st.lists(st.floats(0, 1), min_size=len(sizes), max_size=len(sizes))

    def low() -> tuple[float, ...]:
        ends = np.array(draw(share)) * sizes
        return tuple(np.minimum.accumulate(ends[::-1])[::-1].tolist())

    def high() -> tuple[float, ...]:
        ends = np.array(sizes) + np.array(draw(share)) * (1 - np.array(sizes))
        return tuple(np.clip(np.maximum.accumulate(ends), sizes, 1).tolist())

    return {"sizes": sizes, "low": (low(), low()), "high": (high(), high())}


@given(curves(), st.floats(0, 1))
def test_ends_hold_the_size_stay_in_bounds_and_never_fall(
    drawn: dict[str, Any], ref: float
) -> None:
    intervals = prediction_intervals.SiteIntervals(level=0.9, site_from=0.5, **drawn)
    sizes = np.linspace(0, 1, 201)
    low, high = intervals.apply(sizes, np.full(201, ref))
    assert (low >= 0).all()
    assert (low <= sizes).all()
    assert (sizes <= high).all()
    assert (high <= 1).all()
    assert (np.diff(low) >= -1e-12).all()
    assert (np.diff(high) >= -1e-12).all()


def test_changes_at_sites_have_curves_of_their_own() -> None:
    intervals = prediction_intervals.SiteIntervals(
        level=0.9,
        site_from=0.5,
        sizes=(0.0, 1.0),
        low=((0.0, 0.8), (0.0, 0.4)),
        high=((0.2, 1.0), (0.6, 1.0)),
    )
    size, ref = np.full((2, 2), 0.5), np.array([[0.0, 0.49], [0.5, 1.0]])
    low, high = intervals.apply(size, ref)
    np.testing.assert_allclose(low, [[0.4, 0.4], [0.2, 0.2]])
    np.testing.assert_allclose(high, [[0.6, 0.6], [0.8, 0.8]])


PLAIN = prediction_intervals.Intervals(
    level=0.9, edges=(0.1,), below=(0.01, 0.2), above=(0.03, 0.3), quantiles=False
)


def test_older_cards_have_a_margin_in_each_bin() -> None:
    low, high = PLAIN.apply(np.array([0.05, 0.1, 0.9]))
    np.testing.assert_allclose(low, [0.04, 0.0, 0.7])
    np.testing.assert_allclose(high, [0.08, 0.4, 1.0])


def test_margins_of_quantiles_are_applied_to_quantiles_only() -> None:
    sizes = np.full(3, 0.5)
    with pytest.raises(ValueError, match="fitted with them"):
        PLAIN.apply(sizes, sizes, sizes)
    of_quantiles = prediction_intervals.Intervals(
        level=0.9, edges=(), below=(0.1,), above=(-0.3,), quantiles=True
    )
    with pytest.raises(ValueError, match="fitted with them"):
        of_quantiles.apply(sizes)
    with pytest.raises(ValueError, match="both quantiles"):
        of_quantiles.apply(sizes, sizes)
    low, high = of_quantiles.apply(sizes, sizes - 0.2, sizes + 0.2)
    np.testing.assert_allclose(low, 0.2)
    # An end that moves in stops at the size.
    np.testing.assert_allclose(high, 0.5)
    with pytest.raises(REFUSALS):
        of_quantiles.apply(sizes, np.full(3, np.nan), sizes)
