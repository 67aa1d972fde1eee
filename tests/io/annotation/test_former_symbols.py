"""`former_symbols`: what genes were called before."""

import csv
import pathlib

import pytest

from twinsplice.genome import builds
from twinsplice.io.annotation import annotations, former_symbols, transcript_sources

DATA = pathlib.Path(annotations.__file__).parents[2] / "data"


@pytest.mark.parametrize(
    ("former", "today"),
    [
        ("IKBKAP", ("ELP1",)),
        ("ikbkap", ("ELP1",)),
        ("MLL2", ("KMT2D",)),
        ("AARS", ("AARS1",)),
        ("HIST1H2AC", ("H2AC6",)),
        ("C10orf2", ("TWNK",)),
        ("BRCA1", ()),
        ("no such gene", ()),
    ],
)
def test_a_former_symbol_is_todays(former: str, today: tuple[str, ...]) -> None:
    assert former_symbols.today(former) == today


def test_all_names_of_a_gene_are_alike() -> None:
    assert {"ELP1", "IKBKAP"} <= former_symbols.alike("elp1")
    assert former_symbols.alike("IKBKAP") == former_symbols.alike("ELP1")
    assert former_symbols.alike("nothing") == {"NOTHING"}


def test_no_name_of_today_is_taken_as_an_older_one() -> None:
    table = transcript_sources.shipped(builds.Build.GRCH38).transcripts
    known = set(table.genes)
    upper = {symbol.upper() for symbol in known}
    with (DATA / "former_symbols.tsv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    assert len(rows) > 1_000
    for row in rows:
        assert row["symbol"] in known
        assert row["former"].upper() not in upper
        assert row["source"]
