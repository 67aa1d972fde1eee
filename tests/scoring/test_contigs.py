"""Contigs by number: whole batches looked up as single intervals would be."""

import pathlib
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support import models as toys
from support import replacements
from twinsplice.genome import builds
from twinsplice.io import fasta
from twinsplice.scoring import contigs

# What is known of each contig: stretches of it.
KNOWN = {"chr2": [(0, 80)], "7": [(10, 40), (60, 100)], "chrM": [(0, 30)]}


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Iterator[contigs.Contigs]:
    path: pathlib.Path = tmp_path_factory.mktemp("genome") / "x.fa"
    pieces = {
        name if stretches[0][0] == 0 else f"{name}:{start + 1}-{end}": "A"
        * (end - start)
        for name, stretches in KNOWN.items()
        for start, end in stretches
    }
    with fasta.Reference.open(toys.write_fasta(path, pieces)) as reference:
        yield contigs.Contigs(reference)


def test_contigs_are_numbered_as_in_the_reference(known: contigs.Contigs) -> None:
    assert known.names == list(KNOWN)
    assert known.length.tolist() == [80, 100, 30]
    assert known.sliced.tolist() == [False, True, False]


def test_records_find_their_contig_by_any_name(known: contigs.Contigs) -> None:
    names = ["2", "chr7", "X", "chr2", "MT", "7", "X"]
    records = [toys.record(5, "A", "C", contig=name) for name in names]
    expected = [0, 1, contigs.MISSING, 0, 2, 1, contigs.MISSING]
    assert known.of_records(records).tolist() == expected
    assert known.of_records([]).tolist() == []


def test_an_accession_of_another_build_is_not_the_contig_of_its_number(
    known: contigs.Contigs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(builds, "of_lengths", lambda _: builds.Build.GRCH37)
    told = contigs.Contigs(known.reference)
    names = ["NC_000002.11", "NC_000002.10", "NC_000002.12", "NC_000007.13"]
    records = [toys.record(5, "A", "C", contig=name) for name in names]
    expected = [0, contigs.MISSING, contigs.MISSING, 1]
    assert told.of_records(records).tolist() == expected


@given(
    rows=st.lists(
        st.tuples(st.integers(0, 2), st.integers(-5, 110), st.integers(1, 60)),
        max_size=8,
    )
)
def test_an_interval_is_held_where_every_base_is(
    known: contigs.Contigs, rows: list[tuple[int, int, int]]
) -> None:
    contig, start, width = (
        replacements.integers([row[i] for row in rows]) for i in range(3)
    )
    expected = [
        all(
            any(first <= base < end for first, end in KNOWN[known.names[number]])
            for base in range(begin, begin + length)
        )
        for number, begin, length in rows
    ]
    assert known.holds(contig, start, start + width).tolist() == expected


@given(values=st.lists(st.integers(-3, 3), max_size=12))
def test_rows_are_grouped_by_their_value(values: list[int]) -> None:
    groups = dict(contigs.by_value(np.array(values, dtype=np.int64)))
    assert {value: rows.tolist() for value, rows in groups.items()} == {
        value: [row for row, each in enumerate(values) if each == value]
        for value in set(values)
    }
