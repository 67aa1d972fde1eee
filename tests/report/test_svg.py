"""Scales, ticks and marks of figures."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinsplice.report import svg


def test_a_scale_maps_its_ends_and_middle_and_stops_at_them() -> None:
    scale = svg.Scale(0.0, 2.0, 100.0, 0.0)
    assert [scale(value) for value in (0.0, 1.0, 2.0)] == [100, 50, 0]
    assert [scale(value) for value in (-5.0, 9.0)] == [100, 0]


@given(st.floats(-1e4, 1e4), st.floats(1e-3, 1e4), st.integers(3, 9))
def test_ticks_are_even_few_and_within(low: float, length: float, most: int) -> None:
    found = [tick.value for tick in svg.ticks(low, low + length, most)]
    assert len(found) <= most
    slack = 1e-6 * length
    assert all(low - slack <= value <= low + length + slack for value in found)
    steps = [after - before for before, after in itertools.pairwise(found)]
    assert all(step == pytest.approx(steps[0], rel=1e-3) for step in steps)


def test_ticks_of_probabilities() -> None:
    labels = [tick.label for tick in svg.ticks(0.0, 1.0)]
    assert labels == ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]


@given(st.floats(1e-6, 1.0))
def test_a_ceiling_is_near_and_above(value: float) -> None:
    assert value <= svg.ceiling(value) + 1e-9
    assert svg.ceiling(value) <= min(1.0, 2 * value) + 1e-9


def test_no_value_has_a_ceiling_of_one() -> None:
    assert svg.ceiling(math.nan) == svg.ceiling(0.0) == 1.0


def test_what_is_written_is_escaped() -> None:
    for made in (
        svg.text((0, 0), "<b>&", "tick"),
        svg.dot((0, 0), 1, "mark", "<b>&"),
        svg.drawing("", 10, '<b>&"'),
    ):
        assert "<b>" not in made
        assert "&lt;b&gt;&amp;" in made


def test_no_points_draw_no_path() -> None:
    assert not svg.path([], "curve")
