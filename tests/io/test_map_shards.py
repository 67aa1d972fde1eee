"""`map_shards`: shards make up the bytes of the whole map, or are refused."""

import dataclasses
import pathlib
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support import maps
from twinsplice import errors
from twinsplice.io import map_shards, reference_map

Content = tuple[list[reference_map.MappedGene], list[reference_map.Sites]]


def _write(
    path: pathlib.Path,
    number: int,
    of: int,
    content: Content = ([], []),
    metadata: reference_map.Metadata = maps.METADATA,
    common: str = "x",
) -> pathlib.Path:
    shard = reference_map.Shard(number, of, common)
    reference_map.write(path, metadata, *content, shard)
    return path


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(maps.contents, st.integers(1, 4), st.randoms(use_true_random=False))
def test_shards_make_up_the_whole(
    tmp_path: pathlib.Path, content: Content, of: int, draw: random.Random
) -> None:
    whole, merged = tmp_path / "whole.parquet", tmp_path / "merged.parquet"
    reference_map.write(whole, maps.METADATA, *content)
    shards: list[Content] = [([], []) for _ in range(of)]
    for gene, sites in zip(*content, strict=True):
        genes, of_genes = draw.choice(shards)
        genes.append(gene)
        of_genes.append(sites)
    paths = [
        _write(tmp_path / f"{i}.parquet", i, of, shard)
        for i, shard in enumerate(shards, 1)
    ]
    draw.shuffle(paths)
    made = map_shards.merge(paths, merged)
    assert merged.read_bytes() == whole.read_bytes()
    assert len(made) == len(content[0])


def test_other_sets_of_shards_are_refused(tmp_path: pathlib.Path) -> None:
    merged = tmp_path / "merged.parquet"
    one, two = (_write(tmp_path / f"{i}.parquet", i, 2) for i in (1, 2))
    third = _write(tmp_path / "third.parquet", 2, 3)
    other = _write(tmp_path / "other.parquet", 2, 2, common="y")
    whole = tmp_path / "whole.parquet"
    reference_map.write(whole, maps.METADATA, [], [])
    for paths, message in {
        (one,): "all 2 shards; got none of number 2",
        (third,): "all 3 shards; got none of number 1, 3",
        (one, one): "each shard once; got shard 1/2",
        (one, two, two): "each shard once; got shard 2/2",
        (one, third): "third.parquet, which was not made",
        (one, other): "other.parquet, which was not made",
        (one, whole): "whole.parquet, which is a whole map",
        (whole,): "whole.parquet, which is a whole map",
        (one, tmp_path / "none"): "No such file",
    }.items():
        with pytest.raises(errors.InputError, match=message):
            map_shards.merge(paths, merged)
    assert not merged.exists()


def test_shards_that_say_what_they_are_not_are_refused(tmp_path: pathlib.Path) -> None:
    merged = tmp_path / "merged.parquet"
    gene = reference_map.MappedGene("1", 10, 500, minus=False, crc32=7)
    content: Content = ([gene], [maps.no_sites()])
    one = _write(tmp_path / "1.parquet", 1, 2, content)
    two = _write(tmp_path / "2.parquet", 2, 2, content)
    with pytest.raises(errors.InputError, match="no gene in common"):
        map_shards.merge([one, two], merged)
    metadata = dataclasses.replace(maps.METADATA, floor=0.1)
    two = _write(tmp_path / "2.parquet", 2, 2, metadata=metadata)
    with pytest.raises(errors.InputError, match=r"2.parquet, which was not made"):
        map_shards.merge([one, two], merged)
    assert not merged.exists()
