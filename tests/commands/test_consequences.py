"""`consequences`: what a variant does to transcripts."""

import gzip
import pathlib
import shutil
import subprocess
import sys

import polars as pl
import pytest
from benchmarks import pages
from benchmarks.consequences import run as published

from twinsplice import cli as program
from twinsplice import data

REGIONS = (
    pathlib.Path(__file__).parents[3] / "shared/data/genome/GRCh37.LRG_regions.fa.gz"
)
DATA = pathlib.Path(data.__file__).parent
OPTIONS = ("-r", str(DATA / "demo.GRCh37.fa"), "-a", "grch37", "--threads", "1")


def call(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *words: str
) -> tuple[int, str, str]:
    monkeypatch.setattr("sys.argv", ["twinsplice", *words])
    # The handlers must not outlive the test.
    monkeypatch.setattr("signal.signal", lambda *_: None)
    with pytest.raises(SystemExit) as left:
        program.main()
    assert isinstance(left.value.code, int)
    return left.value.code, *capsys.readouterr()


KNOWN = [
    # MYBPC3 c.1227-13G>A: eleven bases of the intron are kept.
    ("11-47364709-C-T", "NM_000256.3", "exon_extended", 11, "frameshift", True),
    # BRCA1 c.4185+1G>A and c.5332+1G>A, and BRCA2 c.7976G>C, skip their exons.
    ("17-41242960-C-T", "NM_007294.4", "exon_skipped", -89, "frameshift", True),
    ("17-41203079-C-T", "NM_007294.4", "exon_skipped", -55, "frameshift", True),
    ("13-32936830-G-C", "NM_000059.4", "exon_skipped", -171, "in_frame", False),
    # LMNA c.1824C>T, progerin: 150 bases and 50 amino acids less.
    ("1-156108404-C-T", "NM_170707.4", "exon_shortened", -150, "in_frame", False),
]


def first_row(
    variant: str,
    reference: pathlib.Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> tuple[object, ...]:
    options = ["-r", str(reference), "-a", "grch37", "-d", "50", "--threads", "1"]
    table = reference.with_name("x.parquet")
    words = ["consequences", variant, *options, "-o", str(table)]
    assert call(capsys, monkeypatch, *words)[0] == 0
    columns = ["transcript", "event", "bases", "protein", "nmd"]
    return pl.read_parquet(table).filter(pl.col("mane") == "select")[columns].rows()[0]


@pytest.mark.parametrize("known", KNOWN)
def test_known_variants_of_the_demo(
    known: tuple[str, ...],
    tmp_path: pathlib.Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reference = tmp_path / "x.fa"
    shutil.copyfile(DATA / "demo.GRCh37.fa", reference)
    variant, *expected = known
    row = first_row(variant, reference, capsys, monkeypatch)
    # The demo's slices do not hold whole transcripts.
    assert row == (*expected[:3], "unknown", False)


@pytest.mark.skipif(not REGIONS.is_file(), reason="no sequence of whole genes here")
@pytest.mark.parametrize("known", KNOWN)
def test_known_variants_in_whole_genes(
    known: tuple[str, ...],
    whole_genes: pathlib.Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    variant, *expected = known
    assert first_row(variant, whole_genes, capsys, monkeypatch) == tuple(expected)


@pytest.fixture(scope="module")
def whole_genes(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    path = tmp_path_factory.mktemp("genes") / "x.fa"
    path.write_bytes(gzip.decompress(REGIONS.read_bytes()))
    return path


@pytest.mark.skipif(not REGIONS.is_file(), reason="no sequence of whole genes here")
def test_published_consequences_are_told_as_they_were(
    whole_genes: pathlib.Path,
) -> None:
    """What is told of each is what the benchmark's page says."""
    variants = published.published()
    names, made = (
        whole_genes.with_name("names.txt"),
        whole_genes.with_name("told.parquet"),
    )
    names.write_text("\n".join(variants["name"]))
    # In a process of its own, where shapes are not checked: a tenth of the time.
    words = ["consequences", names, "-r", whole_genes, "-a", "grch37", "-o", made]
    subprocess.run(
        [sys.executable, "-m", "twinsplice.cli", *map(str, words)], check=True
    )
    table = pl.read_parquet(made)
    assert published.told(variants, table) == variants["told"].to_list()
    page = published.PAGE.read_text(encoding="utf-8")
    assert pages.found("consequences", page) == published.summary(variants)


def test_what_the_model_does_not_see_is_said(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """CFTR c.3718-2477C>T makes a pseudo-exon that the model gives 0.08."""
    words = ["consequences", "7-117280015-C-T", *OPTIONS]
    code, out, _ = call(capsys, monkeypatch, *words)
    assert code == 0
    assert "no change of splicing of 0.2 or more is predicted" in out


def test_all_transcripts_can_be_asked_for(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ["consequences", "17-41242960-C-T", *OPTIONS]
    _, brief, _ = call(capsys, monkeypatch, *words)
    _, every, _ = call(capsys, monkeypatch, *words, "--all")
    assert brief.count("NM_") == 1
    assert "more transcripts" in brief
    assert every.count("NM_") > 1
    assert "more transcripts" not in every


def test_many_variants_are_told_of_at_once(
    tmp_path: pathlib.Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "list.txt").write_text(
        "11-47364709-C-T\n17-41242960-A-T\nBRCA1:c.4185+1G>A\nnonsense\n"
    )
    table = tmp_path / "x.tsv"
    words = ["consequences", str(tmp_path / "list.txt"), *OPTIONS]
    code, out, err = call(capsys, monkeypatch, *words, "-o", str(table))
    assert (code, out, err) == (0, "", "")
    rows = pl.read_csv(table, separator="\t", infer_schema_length=None)
    assert rows["name"].unique(maintain_order=True).to_list() == [
        *["11-47364709-C-T", "17-41242960-A-T", "BRCA1:c.4185+1G>A", "nonsense"]
    ]
    told = rows.filter(
        pl.col("mane").is_not_null() | pl.col("skip_reason").is_not_null()
    )
    assert told["event"].to_list() == ["exon_extended", None, "exon_skipped", None]
    assert told["skip_reason"].to_list() == [
        *[None, "ref_mismatch", None, "unreadable_name"]
    ]
    # The same as text, of variants that stand on the command line.
    names = ["11-47364709-C-T", "17-41242960-A-T"]
    code, out, _ = call(capsys, monkeypatch, "consequences", *names, *OPTIONS)
    assert code == 0
    assert "exon 15 of 35 is extended by 11 bases" in out
    assert "17-41242960-A-T\n  no score: ref mismatch (the reference has C" in out


def test_a_vcf_is_told_of_allele_by_allele(
    tmp_path: pathlib.Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "x.vcf").write_text(
        "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
        "17\t41242960\trs1\tC\tT,G\t.\t.\t.\n17\t41242961\t.\tC\t<DEL>\t.\t.\t.\n"
    )
    table = tmp_path / "x.parquet"
    words = ["consequences", str(tmp_path / "x.vcf"), *OPTIONS, "-o", str(table)]
    assert call(capsys, monkeypatch, *words)[0] == 0
    rows = pl.read_parquet(table)
    keys = rows.select("pos", "alt", "id", "skip_reason").unique(maintain_order=True)
    assert keys.rows() == [
        (41_242_960, "T", "rs1", None),
        (41_242_960, "G", "rs1", None),
        (41_242_961, "<DEL>", None, "symbolic_allele"),
    ]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["17-41242960-A-T"], "ref mismatch"),
        (["17-41242960-C-T", "-o", "x.csv"], "--output must end in"),
        (["17-41242960-C-T", "--gene", "CFTR"], "it lies in BRCA1"),
    ],
)
def test_mistakes_are_told_in_a_line(
    words: list[str],
    message: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    code, _, err = call(capsys, monkeypatch, "consequences", *words, *OPTIONS)
    assert code == 2
    assert message in err
    assert err.count("\n") == 1
