"""`explain`: which bases a variant's change depends on."""

import polars as pl
import pytest

from support import cli
from twinsplice.scoring.one_variant import explanation_table

SITE = cli.SITE
REF = cli.GENOME["chr1"][SITE - 1]
VARIANT = f"chr1-{SITE}-{REF}-{'A' if REF != 'A' else 'C'}"
OPTIONS = ("-r", "genome.fa", "-a", "genes.tsv", "--model", "cispliceai", "-d", "30")


@pytest.fixture(autouse=True)
def _there(desk: cli.Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(desk.folder)


def test_it_writes_a_picture_and_a_table_and_says_where(desk: cli.Desk) -> None:
    files = ("-o", "x.svg", "--table", "x.parquet", "--flank", "5")
    outcome = desk.call("explain", VARIANT, *OPTIONS, *files)
    assert outcome.code == 0
    last = outcome.err.splitlines()[-1]
    assert last.startswith(f"chr1:{SITE}")
    assert last.endswith(": x.svg, x.parquet")
    assert (desk.folder / "x.svg").read_bytes().startswith(b"<?xml")
    table = pl.read_parquet(desk.folder / "x.parquet")
    assert table.columns == list(explanation_table.SCHEMA)
    assert table["sequence"].unique().sort().to_list() == ["alternate", "reference"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "explain must write something"),
        (["-o", "x.jpg"], "--output must end in"),
        (["--table", "x.csv"], "--table must end in"),
        (["-o", "x.png", "--flank", "0"], "--flank must be 1 to 1,000"),
        (["-o", "x.png", "--kind", "SG"], "--kind must be one of AG"),
        (["-o", "x.png", "--scale", "bits"], "scale"),
        (["-o", "x.png", "--gene", "B"], "but it lies in A"),
    ],
)
def test_mistakes_are_told_in_a_line(
    desk: cli.Desk, words: list[str], message: str
) -> None:
    outcome = desk.call("explain", VARIANT, *OPTIONS, *words)
    assert outcome.code == 2
    assert outcome.err.count("\n") == 1
    assert message in outcome.err
