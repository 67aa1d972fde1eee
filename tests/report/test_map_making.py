"""What `prepare` and `merge` print."""

import dataclasses
import pathlib

import pytest

from twinsplice.report import map_making
from twinsplice.settings import merge as merge_settings
from twinsplice.settings import prepare as prepare_settings

COST = prepare_settings.Cost(genes=1_234, bases=56_700_000, tflop=393.24, seconds=None)
SUMMARY = prepare_settings.Summary(
    genes=1_234,
    bases=56_700_000,
    sites=200_000,
    size=640_000,
    computed=56_700_000,
    computing=5_670.0,
    left_out={},
    unknown=(),
    elapsed=5_700.0,
    output=pathlib.Path("map.parquet"),
)


def test_the_cost_is_said_before_and_once_it_is_measured(
    capsys: pytest.CaptureFixture[str],
) -> None:
    map_making.announce(COST)
    map_making.announce(dataclasses.replace(COST, seconds=4_000.0))
    map_making.silent(COST)
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == [
        "1,234 genes with 56.7 Mb to compute, 393.2 TFLOP",
        "about 1:06:40 left",
    ]


def test_a_summary_says_what_is_there(capsys: pytest.CaptureFixture[str]) -> None:
    map_making.show(SUMMARY)
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == [
        "200,000 sites of 1,234 genes, 0.64 MB, written to map.parquet",
        "time 1:35:00, 10,000 bases/s while computing",
    ]


def test_a_summary_says_what_is_missing() -> None:
    names = tuple("ABCDEF")
    summary = dataclasses.replace(
        SUMMARY,
        computed=0,
        computing=0.0,
        left_out={"contig_not_in_reference": 2_000},
        unknown=names,
    )
    assert map_making.result(summary).splitlines()[1:] == [
        "56.7 Mb were there from an earlier run",
        "time 1:35:00",
        "left out: contig not in reference: 2,000 genes",
        "not in the annotation: 6 (A, B, C, D, E, ...)",
    ]


def test_a_merge_says_what_it_has_written() -> None:
    merged = merge_settings.Summary(
        genes=2, sites=3, size=4_000, output=pathlib.Path("m.parquet")
    )
    assert map_making.written(merged) == (
        "3 sites of 2 genes, 0.00 MB, written to m.parquet\n"
    )
