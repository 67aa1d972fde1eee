"""`reference_map`: what is written is read, or refused in one line."""

import dataclasses
import io
import json
import pathlib
import random
import unittest.mock

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support import maps
from support import models as toys
from twinsplice import errors
from twinsplice.genome import genes
from twinsplice.io import map_rows, parquet_files, reference_map, sealing

Content = tuple[list[reference_map.MappedGene], list[reference_map.Sites]]
in_one_folder = settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def _sites(position: list[int], log_odds: list[list[float]]) -> reference_map.Sites:
    values = np.array(log_odds, dtype=np.float32).reshape(-1, 2)
    return reference_map.Sites(np.array(position, dtype=np.int64), values)


PLUS = reference_map.MappedGene("1", 10, 500, minus=False, crc32=7)
MINUS = reference_map.MappedGene("1", 10, 500, minus=True, crc32=8)
CONTENT: Content = (
    [MINUS, PLUS],
    [_sites([], []), _sites([10, 20, 499], [[2, -9], [-9, -9], [11, -3]])],
)


@pytest.fixture
def path(tmp_path: pathlib.Path) -> pathlib.Path:
    path = tmp_path / "map.parquet"
    reference_map.write(path, maps.METADATA, *CONTENT)
    return path


@in_one_folder
@given(maps.contents, st.randoms(use_true_random=False))
def test_what_is_written_is_read(
    tmp_path: pathlib.Path, content: Content, order: random.Random
) -> None:
    path = tmp_path / "map.parquet"
    reference_map.write(path, maps.METADATA, *content)
    read = reference_map.read(path)
    assert read.metadata == maps.METADATA
    assert read.shard is None
    assert read.genes == tuple(sorted(content[0]))
    for gene, sites in zip(*content, strict=True):
        number = read.gene(f"chr{gene.contig}", gene.minus, gene.start, gene.end)
        assert number is not None
        assert read.crc32(number) == gene.crc32
        codes = reference_map.encode(sites.log_odds, maps.FLOOR)
        kept = codes.any(axis=1)
        stored = read.sites(number, 0, 1 << 40)
        np.testing.assert_array_equal(stored.position, sites.position[kept])
        np.testing.assert_array_equal(
            stored.log_odds, reference_map.decode(codes[kept], maps.FLOOR)
        )
    # The same content in another order, and what was read, make the same bytes.
    pairs = list(zip(*content, strict=True))
    order.shuffle(pairs)
    again = [
        (gene, read.sites(number, gene.start, gene.end))
        for number, gene in enumerate(read.genes)
    ]
    for others in (pairs, again):
        other = tmp_path / "other.parquet"
        reference_map.write(
            other, maps.METADATA, [g for g, _ in others], [s for _, s in others]
        )
        assert other.read_bytes() == path.read_bytes()


def test_sites_are_those_within_an_interval(path: pathlib.Path) -> None:
    read = reference_map.read(path)
    number = read.gene("chr1", minus=False, start=10, end=500)
    assert number is not None
    for first, end, positions in [
        (0, 999, [10, 499]),
        (10, 11, [10]),
        (11, 499, []),
        (499, 500, [499]),
        (600, 500, []),
        (-9, 3, []),
    ]:
        sites = read.sites(number, first, end)
        assert sites.position.tolist() == positions
        assert sites.log_odds.shape == (len(positions), 2)
        assert sites.log_odds.dtype == np.float32
        for values in (sites.position, sites.log_odds):
            assert not values.flags.writeable
    assert read.site_count == 2
    assert read.sites(number, 499, 500).log_odds[0, 0] == map_rows.HIGHEST
    for place in [("2", False, 10, 500), ("1", False, 11, 500), ("1", False, 10, 499)]:
        assert read.gene(*place) is None


def test_a_shard_says_that_it_is_one(path: pathlib.Path) -> None:
    shard = reference_map.Shard(2, 3, "x")
    reference_map.write(path, maps.METADATA, *CONTENT, shard)
    assert reference_map.read(path).shard == shard


@in_one_folder
@given(st.data())
def test_damage_is_refused(path: pathlib.Path, data: st.DataObject) -> None:
    content = path.read_bytes()
    damaged = bytearray(content)
    if data.draw(st.booleans()):
        del damaged[data.draw(st.integers(0, len(content) - 1)) :]
    else:
        for bit in data.draw(st.sets(st.integers(0, 8 * len(content) - 1), min_size=1)):
            damaged[bit // 8] ^= 1 << bit % 8
    other = path.with_name("damaged.parquet")
    other.write_bytes(bytes(damaged))
    with pytest.raises(errors.InputError, match="must be a whole file"):
        reference_map.read(other)


@in_one_folder
@given(st.data())
def test_what_is_sealed_but_no_map_is_refused(
    path: pathlib.Path, data: st.DataObject
) -> None:
    rows = pl.read_parquet(path)
    stated = pl.read_parquet_metadata(path) | {"seal": sealing.BLANK}
    del stated["ARROW:schema"]
    change = data.draw(st.sampled_from([*stated, *rows.columns, "rows"]))
    if change == "seal":
        return
    if change in stated:
        stated[change] = data.draw(
            st.sampled_from(["", "x", "0.5", "{}", "[1]", '{"floor": 2}', "9" * 30])
        )
    elif change in rows.columns:
        rows = rows.with_columns(pl.lit(0.5).alias(change))
    else:
        rows = rows.head(0).select("start")
    content = io.BytesIO()
    rows.write_parquet(content, metadata=stated)
    other = path.with_name("other.parquet")
    other.write_bytes(sealing.seal(content.getvalue()))
    # That it is tried first is tested elsewhere, and takes a process.
    with (
        unittest.mock.patch.object(parquet_files, "require_sound"),
        pytest.raises(errors.InputError) as caught,
    ):
        reference_map.read(other)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("shard", '{"number": 1, "of": 1000000000000, "settings": "x"}'),
        ("shard", '{"number": 0, "of": 1, "settings": "x"}'),
        ("shard", '{"number": "1", "of": 1, "settings": "x"}'),
        ("map", json.dumps(dataclasses.asdict(maps.METADATA) | {"annotation": [1]})),
    ],
)
def test_metadata_that_cannot_be_are_refused(
    path: pathlib.Path, name: str, value: str
) -> None:
    """A shard of so many others would be waited for without end."""
    stated = pl.read_parquet_metadata(path) | {"seal": sealing.BLANK, name: value}
    del stated["ARROW:schema"]
    content = io.BytesIO()
    pl.read_parquet(path).write_parquet(content, metadata=stated)
    path.write_bytes(sealing.seal(content.getvalue()))
    with pytest.raises(errors.InputError, match="must be a whole file"):
        reference_map.read(path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "No such file"),
        (b"", "another sort"),
        (b"PAR1 but nothing else PAR1", "another sort"),
        (b"##fileformat=VCFv4.2\n", "another sort"),
    ],
)
def test_another_file_is_refused(
    tmp_path: pathlib.Path, content: bytes | None, said: str
) -> None:
    path = tmp_path / "other.parquet"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(errors.InputError, match=said) as caught:
        reference_map.read(path)
    assert "prepare the map again" in str(caught.value)


def test_another_version_is_refused(
    path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reference_map, "FORMAT", "2")
    with pytest.raises(errors.InputError, match="format 1 instead of 2"):
        reference_map.read(path)


def test_a_file_beyond_all_bounds_is_refused(
    path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reference_map, "_MOST_SITES", 1)
    with pytest.raises(errors.InputError, match="more than 1 sites"):
        reference_map.read(path)
    monkeypatch.setattr(reference_map, "_LARGEST_BYTES", 10)
    with pytest.raises(errors.InputError, match="more than 1 GiB"):
        reference_map.read(path)


def test_a_failed_run_leaves_the_older_map(path: pathlib.Path) -> None:
    before = path.read_bytes()
    with pytest.raises(ValueError, match="each gene once"):
        reference_map.write(path, maps.METADATA, [PLUS] * 2, CONTENT[1])
    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir()] == [path.name]


# Annotations.

ANNOTATION = [
    toys.gene("A", 100, 500),
    toys.gene("B", 100, 500, "-"),
    toys.gene("C", 7, 9, contig="X"),
]


def test_a_digest_is_of_places_alone() -> None:
    digest = reference_map.annotation_digest(genes.GeneIndex(ANNOTATION))
    named = [dataclasses.replace(gene, name="other") for gene in reversed(ANNOTATION)]
    assert reference_map.annotation_digest(genes.GeneIndex(named)) == digest
    spelt = [
        dataclasses.replace(
            gene, span=dataclasses.replace(gene.span, contig=f"chr{gene.span.contig}")
        )
        for gene in ANNOTATION
    ]
    assert reference_map.annotation_digest(genes.GeneIndex(spelt)) == digest
    for others in (
        ANNOTATION[1:],
        [*ANNOTATION, toys.gene("D", 1, 2)],
        [toys.gene("A", 100, 501), *ANNOTATION[1:]],
        [toys.gene("A", 100, 500, "-"), *ANNOTATION[1:]],
        [toys.gene("A", 100, 500, contig="2"), *ANNOTATION[1:]],
    ):
        assert reference_map.annotation_digest(genes.GeneIndex(others)) != digest
