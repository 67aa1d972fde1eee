"""Bounds of log odds in windows: against every position written out."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from twinsplice.effect import known_references

WIDTH, CEILINGS = 7, (-6.9, -9.2, -6.9, -6.5, -9.2)
log_odds = st.one_of(st.just(-math.inf), st.floats(-6, 9, width=32))
listed = st.dictionaries(
    st.tuples(st.integers(0, 4), st.integers(0, WIDTH - 1)),
    st.tuples(log_odds, log_odds),
    max_size=12,
)


@given(
    positions=listed,
    origin=st.lists(st.integers(-1, 3), min_size=5, max_size=5),
    rows=st.lists(st.integers(0, 4), max_size=6),
)
def test_bounds_are_what_is_known_of_every_position(
    positions: dict[tuple[int, int], tuple[float, float]],
    origin: list[int],
    rows: list[int],
) -> None:
    inside = sorted(key for key in positions if origin[key[0]] >= 0)
    known = known_references.KnownReferences(
        origin=np.array(origin),
        ceiling=np.array(CEILINGS, dtype=np.float32),
        query=np.array([query for query, _ in inside], dtype=np.int64),
        column=np.array([column for _, column in inside], dtype=np.int64),
        log_odds=np.array([positions[key] for key in inside], dtype=np.float32).reshape(
            -1, 2
        ),
    )
    low, high = known.bounds(np.array(rows, dtype=np.int64), WIDTH)
    assert low.shape == high.shape == (len(rows), 2, WIDTH)
    for number, row in enumerate(rows):
        for column in range(WIDTH):
            for track in range(2):
                there = low[number, track, column], high[number, track, column]
                value = positions.get((row, column), (-math.inf, -math.inf))[track]
                if origin[row] < 0:
                    assert there == (-math.inf, math.inf)
                elif value == -math.inf:
                    assert there == (-math.inf, np.float32(CEILINGS[row]))
                else:
                    assert there == (np.float32(value), np.float32(value))
