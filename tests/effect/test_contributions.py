"""Contributions of bases to a site."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinsplice import errors
from twinsplice.effect import contributions

LOG_ODDS, PROBABILITY = contributions.Scale
probabilities = st.floats(0, 1)


def plain(value: float, scale: contributions.Scale) -> float:
    bounded = min(max(value, 1e-6), 1 - 1e-6)
    return value if scale is PROBABILITY else math.log(bounded / (1 - bounded), 2)


@pytest.mark.parametrize("scale", contributions.Scale)
@given(probability=probabilities, others=st.tuples(*[probabilities] * 3))
def test_it_is_the_difference_to_the_mean_of_the_others(
    scale: contributions.Scale, probability: float, others: tuple[float, ...]
) -> None:
    row = np.array([[*others, np.nan]])
    (found,) = contributions.of(probability, row, scale)
    mean = sum(plain(each, scale) for each in others) / 3
    assert found == pytest.approx(plain(probability, scale) - mean, abs=1e-8)


@pytest.mark.parametrize("scale", contributions.Scale)
def test_a_base_that_is_not_replaced_has_none(scale: contributions.Scale) -> None:
    found = contributions.of(0.3, np.full((2, 4), np.nan), scale)
    assert np.isnan(found).all()


def test_one_doubles_the_odds() -> None:
    found = contributions.of(2 / 3, np.array([[0.5, 0.5, 0.5, np.nan]]), LOG_ODDS)
    assert found == pytest.approx([1.0])


def test_a_scale_is_named() -> None:
    assert contributions.named("log-odds") is LOG_ODDS
    with pytest.raises(errors.InputError, match="log-odds or probability"):
        contributions.named("bits")
