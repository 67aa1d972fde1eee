"""Settings of `merge`."""

import pathlib

import pytest

from twinsplice import errors
from twinsplice.settings import merge


@pytest.mark.parametrize(
    ("shards", "output", "message"),
    [
        ((), "map.parquet", "--shards must name the shards; got none"),
        (("1.parquet",), "map.txt", "--output must end in .parquet"),
    ],
)
def test_missing_shards_and_other_names_are_refused(
    shards: tuple[str, ...], output: str, message: str
) -> None:
    with pytest.raises(errors.InputError, match=message):
        merge.Config(tuple(map(pathlib.Path, shards)), output=pathlib.Path(output))
