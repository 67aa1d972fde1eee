"""`scan`: every variant of a place."""

import numpy as np
import polars as pl
import pytest

from support import cli
from twinsplice import api

OPTIONS = ("-r", "genome.fa", "-a", "genes.tsv", "--model", "cispliceai")


@pytest.fixture(autouse=True)
def _there(desk: cli.Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(desk.folder)


def scan(desk: cli.Desk, *words: str) -> cli.Outcome:
    return desk.call("scan", *words, *OPTIONS)


def test_every_substitution_has_a_row(desk: cli.Desk) -> None:
    assert scan(desk, "chr1:391-410", "-o", "out.tsv").code == 0
    table = pl.read_csv(desk.folder / "out.tsv", separator="\t")
    bases = cli.GENOME["chr1"][390:410]
    wanted = [
        (391 + place, base, alt)
        for place, base in enumerate(bases)
        for alt in "ACGT"
        if alt != base
    ]
    assert table.select("pos", "ref", "alt").rows() == wanted
    assert table["gene"].unique().to_list() == ["A"]


def test_scores_are_those_of_score(desk: cli.Desk) -> None:
    scan(desk, "chr1:391-393", "--insertions", "1", "--flat", "-o", "scan.vcf")
    outcome = desk.call("score", "scan.vcf", *OPTIONS, "--flat", "-o", "score.vcf")
    assert outcome.code == 0
    scanned, scored = (
        [
            line
            for line in (desk.folder / name).read_text().splitlines()
            if not line.startswith("##INFO")
        ]
        for name in ("scan.vcf", "score.vcf")
    )
    assert scanned == scored
    assert scanned[1:4] == [
        "##reference=genome.fa",
        "##contig=<ID=chr1,length=3000>",
        "##contig=<ID=chr2,length=600>",
    ]
    assert scanned[-1].count("_DS_AG=") == 1


def test_tracks_have_the_largest_gain_and_loss_of_the_table(desk: cli.Desk) -> None:
    scan(desk, "A", "-o", "out.parquet", "--tracks", "t.bedgraph")
    table = pl.read_parquet(desk.folder / "out.parquet")
    assert len(table) == 1_900 * 3
    for name, columns in (("gain", ("DS_AG", "DS_DG")), ("loss", ("DS_AL", "DS_DL"))):
        wanted = table.group_by("pos").agg(pl.max_horizontal(*columns).max().alias("v"))
        lines = (desk.folder / f"t.{name}.bedgraph").read_text().splitlines()
        drawn = np.full(3_000, np.nan)
        for line in lines:
            contig, start, end, value = line.split("\t")
            assert contig == "chr1"
            drawn[int(start) : int(end)] = float(value)
        positions = wanted["pos"].to_numpy() - 1
        np.testing.assert_allclose(drawn[positions], wanted["v"], atol=5.1e-5)
        assert np.isnan(drawn).sum() == 3_000 - 1_900


@pytest.mark.parametrize("name", ["map.png", "map.svg", "map.pdf"])
def test_a_picture_is_drawn_alone(desk: cli.Desk, name: str) -> None:
    outcome = scan(desk, "chr1:391-410", "--plot", name)
    assert outcome.code == 0
    assert outcome.out == ""
    magic = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}[name[-3:]]
    assert (desk.folder / name).read_bytes().startswith(magic)
    assert {path.name for path in desk.folder.glob("map*")} == {name}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["A"], "scan must write something"),
        (["B9", "-o", "x.tsv"], "a place must be a gene"),
        (["A", "--plot", "x.jpg"], "--plot must end in"),
        (["A", "--tracks", "x.wig"], "tracks must end in"),
        (["A", "-o", "x.csv"], "an output's name must end in"),
        (["A", "--plot", "none/x.png"], "needs a folder that can be written to"),
        (["A", "--tracks", "none/x.bw"], "needs a folder that can be written to"),
        (["A", "-o", "x.tsv", "--insertions", "9"], "--insertions must be 0 to 5"),
    ],
)
def test_mistakes_are_told_in_a_line(
    desk: cli.Desk, words: list[str], message: str
) -> None:
    outcome = scan(desk, *words)
    assert outcome.code == 2
    assert message in outcome.err
    assert outcome.err.count("\n") == 1


def test_python_has_the_effects() -> None:
    model = api.load_model("cispliceai")
    with api.Scorer(model, reference="genome.fa", annotation="genes.tsv") as scorer:
        scan = scorer.scan("chr1:391-410", deletions=2)
        # Twenty bases, some of them in a deletion only.
        assert scan.effects.width == 20
        single = scorer.score(
            [
                f"chr1-391-{scan.sequence[0]}-{alt}"
                for alt in "ACGT"
                if alt != scan.sequence[0]
            ]
        )
    row = "ACGT".index(single["alt"][0])
    gain = max(single["DS_AG"][0], single["DS_DG"][0])
    assert scan.effects.substitutions[0, row, 0] == pytest.approx(gain, abs=6e-5)


@pytest.mark.parametrize(
    ("place", "hinted"), [("chr1:2501-2502", True), ("chr1:500-501", False)]
)
def test_outside_genes_it_says_what_helps(
    desk: cli.Desk,
    place: str,
    hinted: bool,  # noqa: FBT001
) -> None:
    outcome = scan(desk, place, "-o", "out.tsv")
    assert outcome.code == 0
    assert ("--intergenic" in outcome.err) == hinted
