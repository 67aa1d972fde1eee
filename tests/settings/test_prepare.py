"""Settings of `prepare`."""

import pathlib

import pytest

from twinsplice import errors
from twinsplice.models import anchoring
from twinsplice.settings import prepare


def _config(**options: object) -> prepare.Config:
    given: dict[str, object] = {
        "reference": pathlib.Path("x.fa"),
        "annotation": "grch37",
        "output": pathlib.Path("map.parquet"),
    }
    return prepare.Config(**(given | options))  # type: ignore[arg-type]


def test_a_map_is_as_fine_as_what_is_computed_live() -> None:
    assert _config().floor == anchoring.FLOOR


def test_a_shard_is_a_number_and_a_count() -> None:
    assert _config().part is None
    assert _config(shard="2/8").part == (2, 8)
    assert _config(shard="8/8").part == (8, 8)


@pytest.mark.parametrize(
    "shard", ["", "2", "0/8", "9/8", "2/0", "a/b", "1/2/3", "-1/2"]
)
def test_other_shards_are_refused(shard: str) -> None:
    with pytest.raises(errors.InputError, match="--shard must be a number and a count"):
        _config(shard=shard)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"output": pathlib.Path("map.tsv")}, "--output must end in .parquet"),
        ({"floor": 0.0}, "--floor must be"),
        ({"floor": 0.6}, "--floor must be"),
        ({"max_memory_gb": 0.0}, "--max-memory-gb must be"),
        ({"threads": 0}, "--threads must be"),
    ],
)
def test_values_out_of_range_are_refused(
    options: dict[str, object], message: str
) -> None:
    with pytest.raises(errors.InputError, match=message):
        _config(**options)
