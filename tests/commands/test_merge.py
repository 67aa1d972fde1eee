"""`merge`: shards that `prepare` made of other settings are refused."""

import pathlib

import pytest

from support import maps
from twinsplice import errors
from twinsplice.commands import merge, prepare
from twinsplice.settings import merge as merge_settings


@pytest.fixture
def start(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> maps.Start:
    return maps.starter(tmp_path, monkeypatch)


def test_shards_of_one_map_only_are_merged(
    start: maps.Start, tmp_path: pathlib.Path
) -> None:
    (tmp_path / "names.txt").write_text("WIDE\nTINY\n")
    first = start("1.parquet", shard="1/2")
    prepare.run(first)
    output = tmp_path / "merged.parquet"
    sets: list[dict[str, object]] = [{"floor": 0.1}, {"genes": tmp_path / "names.txt"}]
    for options in sets:
        other = start("2.parquet", shard="2/2", **options)
        prepare.run(other)
        config = merge_settings.Config((first.output, other.output), output=output)
        with pytest.raises(errors.InputError, match=r"2.parquet, which was not made"):
            merge.run(config)
    prepare.run(start("2.parquet", shard="2/2"))
    summary = merge.run(config)
    assert (summary.genes, summary.output) == (maps.GENES, output)
    assert summary.size == output.stat().st_size
    assert summary.sites > 0
