"""`map_rows`: log odds as bytes, and sites as rows."""

import math

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support import maps
from twinsplice.io import map_rows

floors = st.floats(1e-6, 0.5)


@given(floors, st.lists(st.floats(-30, 30, width=32), min_size=1, max_size=50))
def test_a_log_odds_is_off_by_half_a_step_at_most(
    floor: float, values: list[float]
) -> None:
    log_odds = np.array(values, dtype=np.float32)
    codes = map_rows.encode(log_odds, floor)
    decoded = map_rows.decode(codes, floor)
    lowest = np.float32(math.log(floor / (1 - floor)))
    below = log_odds < lowest
    np.testing.assert_array_equal(codes == 0, below)
    assert np.isneginf(decoded[below]).all()
    step = (map_rows.HIGHEST - float(lowest)) / 254
    inside = ~below & (log_odds <= map_rows.HIGHEST)
    assert (np.abs(decoded - log_odds)[inside] <= 0.5 * step + 1e-5).all()
    assert (codes[log_odds >= map_rows.HIGHEST] == 255).all()


@given(floors)
def test_every_byte_is_encoded_as_it_was(floor: float) -> None:
    codes = np.arange(256, dtype=np.uint8)
    decoded = map_rows.decode(codes, floor)
    np.testing.assert_array_equal(map_rows.encode(decoded, floor), codes)
    assert (np.diff(decoded[1:]) > 0).all()
    assert decoded[255] == pytest.approx(map_rows.HIGHEST)


def test_a_probability_at_the_floor_is_kept() -> None:
    log_odds = np.array([math.log(0.001 / 0.999), math.log(0.00099 / 0.999), -np.inf])
    codes = map_rows.encode(log_odds.astype(np.float32), 1e-3)
    assert codes.tolist() == [1, 0, 0]


def test_genes_and_sites_that_cannot_be_are_refused() -> None:
    gene = map_rows.MappedGene("1", 10, 20, minus=False, crc32=0)
    one = map_rows.Sites(np.array([10]), np.zeros((1, 2), dtype=np.float32))
    with pytest.raises(ValueError, match="each gene once"):
        map_rows.frame([gene, gene], [one, one], maps.FLOOR)
    for positions in ([9], [20], [12, 12], [13, 12]):
        values = np.zeros((len(positions), 2), dtype=np.float32)
        sites = map_rows.Sites(np.array(positions), values)
        with pytest.raises(ValueError, match="ascend within their gene"):
            map_rows.frame([gene], [sites], maps.FLOOR)


def test_other_rows_are_refused() -> None:
    gene = map_rows.MappedGene("1", 10, 20, minus=False, crc32=0)
    sites = map_rows.Sites(np.array([10]), np.zeros((1, 2), dtype=np.float32))
    rows = map_rows.frame([gene], [sites], maps.FLOOR)
    uneven = rows.with_columns(donor=rows["donor"].list.head(0))
    for other in (rows.drop("gap"), rows.with_columns(start=None), uneven):
        with pytest.raises(ValueError, match=r"columns|without"):
            map_rows.of_frame(other)


@pytest.mark.parametrize(
    "change",
    [
        *({"start": 20}, {"start": -1}, {"end": 5}, {"end": 1 << 62}, {"end": 12}),
        *({"gap": [0, 0]}, {"gap": [0, 99]}, {"gap": [10, 1]}),
    ],
)
def test_rows_that_cannot_be_are_refused(change: dict[str, object]) -> None:
    gene = map_rows.MappedGene("1", 10, 20, minus=False, crc32=0)
    sites = map_rows.Sites(np.array([10, 12]), np.zeros((2, 2), dtype=np.float32))
    rows = map_rows.frame([gene], [sites], maps.FLOOR)
    values = {name: pl.lit(value, rows.schema[name]) for name, value in change.items()}
    for other in (rows.with_columns(**values), pl.concat([rows, rows])):
        with pytest.raises(ValueError, match=r"a gene (twice|without)|do not ascend"):
            map_rows.of_frame(other)
