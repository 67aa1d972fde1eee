"""`merge`: the whole set of shards of one map, and nothing else."""

import pathlib

import pytest

from support import maps
from twinsplice import errors
from twinsplice.commands import merge, prepare
from twinsplice.settings import merge as merge_settings


@pytest.fixture
def start(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> maps.Start:
    return maps.starter(tmp_path, monkeypatch)


def _merge(folder: pathlib.Path, *names: str) -> None:
    shards = tuple(folder / f"{name}.parquet" for name in names)
    merge.run(merge_settings.Config(shards, output=folder / "merged.parquet"))


def test_other_sets_of_shards_are_refused(
    start: maps.Start, tmp_path: pathlib.Path
) -> None:
    (tmp_path / "names.txt").write_text("WIDE\nTINY\n")
    sets: dict[str, dict[str, object]] = {
        "1": {"shard": "1/2"},
        "2": {"shard": "2/2"},
        "third": {"shard": "2/3"},
        "floor": {"shard": "2/2", "floor": 0.1},
        "panel": {"shard": "2/2", "genes": tmp_path / "names.txt"},
        "whole": {},
    }
    for name, options in sets.items():
        prepare.run(start(f"{name}.parquet", **options))
    for names, message in {
        ("1",): "all 2 shards; got none of number 2",
        ("1", "1"): "each shard once; got shard 1/2",
        ("1", "2", "2"): "each shard once; got shard 2/2",
        ("1", "third"): "third.parquet, which was not made",
        ("1", "floor"): "floor.parquet, which was not made",
        ("1", "panel"): "panel.parquet, which was not made",
        ("1", "whole"): "whole.parquet, which is a whole map",
        ("whole",): "whole.parquet, which is a whole map",
        ("1", "none"): "No such file",
    }.items():
        with pytest.raises(errors.InputError, match=message):
            _merge(tmp_path, *names)
    assert not (tmp_path / "merged.parquet").exists()
    _merge(tmp_path, "2", "1")
