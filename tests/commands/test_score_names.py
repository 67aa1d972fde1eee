"""`score` of variants by name: on the command line, in lists, and from Python."""

import pathlib

import polars as pl
import pysam
import pytest

from support import cli as desks
from twinsplice import data

DEMO = pathlib.Path(data.__file__).parent / "demo.GRCh37.fa"
NAMES = ["17-41242960-C-T", "BRCA1:c.4185+1G>A", "oops", "BRCA1:c.4185+1C>A"]
REASONS = [None, None, "unreadable_name", "ref_mismatch"]


@pytest.fixture
def files() -> list[str]:
    pytest.importorskip("ferro_hgvs", reason="the extra [hgvs] is not installed")
    return ["--reference", str(DEMO), "--annotation", "grch37", "--model", "cispliceai"]


def test_variants_may_stand_in_place_of_a_file(
    desk: desks.Desk, files: list[str]
) -> None:
    outcome = desk.call("score", *NAMES, *files, "--quiet")
    assert outcome.code == 0
    assert outcome.err == ""
    header, *lines = (line.split("\t") for line in outcome.out.splitlines())
    rows = [dict(zip(header, line, strict=True)) for line in lines]
    assert [row["name"] for row in rows] == NAMES
    assert [row["skip_reason"] or None for row in rows] == REASONS
    scores = [
        [row[name] for name in header if name[:3] in {"DS_", "DP_"}] for row in rows
    ]
    assert scores[0] == scores[1] != scores[2]
    assert all(scores[0])
    assert [row["gene"] for row in rows[:2]] == ["BRCA1", "BRCA1"]
    assert "MANE Select" in rows[1]["note"]
    assert desk.call("score", *NAMES, *files, "--quiet", "--strict").code == 1


@pytest.mark.parametrize("name", ["out.tsv", "out.parquet"])
def test_tables_of_lists_have_names_and_notes(
    desk: desks.Desk, files: list[str], name: str
) -> None:
    source = desk.write("in.txt", "".join(f"{each}\n" for each in NAMES))
    for arguments in ([str(source)], NAMES):
        path = desk.folder / name
        outcome = desk.call("score", *arguments, *files, "--quiet", "-o", str(path))
        assert (outcome.code, outcome.out) == (0, "")
        read = pl.read_parquet if name.endswith("parquet") else _read_tsv
        table = read(path)
        assert table["name"].to_list() == NAMES
        assert table["skip_reason"].to_list() == REASONS
        assert table["pos"].to_list()[2] is None
        assert table["note"].null_count() == 1


@pytest.mark.parametrize("name", ["out.vcf", "out.vcf.gz", "out.bcf"])
def test_a_vcf_of_a_list_has_names_and_notes(
    desk: desks.Desk, files: list[str], name: str
) -> None:
    path = desk.folder / name
    arguments = ["score", *NAMES, "chr99-5-A-T", *files, "--quiet", "-o", str(path)]
    outcome = desk.call(*arguments)
    assert outcome.code == 0
    # A name without a place is no record, but is not lost.
    assert "2 variants have no place" in outcome.err
    assert "'oops'" in outcome.err
    with pysam.VariantFile(str(path)) as records:
        header, rows = str(records.header), list(records)
    assert 'TwinSplice_no_record=<ID=1,Text="oops",Reason="neither chrom' in header
    assert 'Text="chr99-5-A-T",Reason="the reference has no chr99">' in header
    names = [*NAMES[:2], NAMES[3]]
    assert [row.id for row in rows] == [None, *names[1:]]
    assert [row.pos for row in rows] == [41_242_960] * 3
    notes = [row.info.get("TwinSplice_NOTE", "") for row in rows]
    assert "MANE%20Select" in notes[1]
    skipped = [row.info.get("TwinSplice_SKIP") for row in rows]
    assert skipped[2:] == [("T|.|ref_mismatch",)]
    assert desk.call(*arguments, "--strict").code == 1


def _read_tsv(path: pathlib.Path) -> pl.DataFrame:
    return pl.read_csv(path, separator="\t", infer_schema_length=None)


def test_tables_of_a_vcf_have_names_on_request(
    desk: desks.Desk, files: list[str]
) -> None:
    source = desk.write("in.vcf", f"{desks.HEADER}17\t41242960\t.\tC\tT,A\t.\t.\t.\n")
    path = desk.folder / "out.tsv"
    desk.call("score", str(source), *files, "--quiet", "-o", str(path))
    assert "hgvs_c" not in _read_tsv(path).columns
    desk.call("score", str(source), *files, "--quiet", "-o", str(path), "--hgvs")
    table = _read_tsv(path)
    assert table["transcript"].to_list() == ["NM_007294.4"] * 2
    assert [name[-3:] for name in table["hgvs_c"]] == ["G>A", "G>T"]
    assert "name" not in table.columns


@pytest.mark.slow
@pytest.mark.parametrize("genes", ["mane", "transcripts"])
def test_transcripts_are_scored_one_by_one(
    desk: desks.Desk, files: list[str], genes: str
) -> None:
    path = desk.folder / "out.tsv"
    arguments = ["score", NAMES[0], *files, "--quiet", "-o", str(path)]
    assert desk.call(*arguments, f"--genes={genes}").code == 0
    table = _read_tsv(path)
    assert table["gene"][0] == "NM_007294.4(BRCA1)"
    # Each answer is of the transcript that was scored.
    assert table["transcript"].to_list() == table["gene_id"].to_list()
    assert (table.height == 1) == (genes == "mane")
    assert all(
        name.startswith(f"{of}:")
        for name, of in zip(table["hgvs_c"], table["transcript"], strict=True)
    )
    refused = desk.call(*arguments, f"--genes={genes}", "--compat")
    assert refused.code == 2
    assert "--compat" in refused.err


def test_the_summary_of_a_vcf_says_what_the_reference_has(desk: desks.Desk) -> None:
    base, further = list(desks.GENOME["chr1"][desks.SITE - 1 : desks.SITE + 1])
    ref = next(letter for letter in "ACGT" if letter not in {base, further})
    line = f"chr1\t{desks.SITE}\t.\t{ref}\t{base}\t.\t.\t.\n"
    err = desk.score(desk.vcf(*[line] * 5), output=desk.folder / "out.vcf").err
    told = f"note: chr1:{desks.SITE} {ref}>{base}: the reference has {base}"
    assert err.count(told) == 3
    assert "are REF and ALT swapped?" in err
