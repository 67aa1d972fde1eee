"""`plot`: a picture of a variant."""

import pytest

from support import cli

SITE = cli.SITE
REF = cli.GENOME["chr1"][SITE - 1]
VARIANT = f"chr1-{SITE}-{REF}-{'A' if REF != 'A' else 'C'}"
OPTIONS = ("-r", "genome.fa", "-a", "genes.tsv", "--model", "cispliceai")


@pytest.fixture(autouse=True)
def _there(desk: cli.Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(desk.folder)


def test_it_writes_a_picture_and_says_where(desk: cli.Desk) -> None:
    outcome = desk.call("plot", VARIANT, *OPTIONS, "-o", "x.svg", "-d", "30")
    assert outcome.code == 0
    assert outcome.err.endswith("A (plus strand): x.svg\n")
    assert (desk.folder / "x.svg").read_bytes().startswith(b"<?xml")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([VARIANT, "-o", "x.jpg"], "--output must end in"),
        ([VARIANT, "-o", "x.png", "--gene", "B"], "but it lies in A"),
        (["chr1-5-ACGT", "-o", "x.png"], "chr1-5-ACGT: unreadable name"),
        (["chr2-700-A-C", "-o", "x.png"], "must lie on|can be scored"),
    ],
)
def test_mistakes_are_told_in_a_line(
    desk: cli.Desk, words: list[str], message: str
) -> None:
    outcome = desk.call("plot", *words, *OPTIONS)
    assert outcome.code == 2
    assert outcome.err.count("\n") == 1
    assert any(part in outcome.err for part in message.split("|"))
