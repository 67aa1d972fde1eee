"""Values and names that no reader expects: scored, left out or refused in a line."""

import os
import shutil

import pytest

from support import cli as desks
from twinsplice.commands import score
from twinsplice.io import tables

# Values that no reader expects.

DIGITS, B64 = "9" * 5_000, "9" * 20


@pytest.mark.parametrize(
    "position", [DIGITS, B64, "0" * 5_000 + "500", str(1 << 31), str((1 << 63) - 1)]
)
def test_a_position_of_any_length_is_read(desk: desks.Desk, position: str) -> None:
    """The record is written back as it was, and of a table the cell is empty."""
    line = desks.record().replace(f"\t{desks.SITE}\t", f"\t{position}\t")
    written = desk.score(desk.vcf(line, desks.record())).records
    assert [record[1] for record in written] == [position, str(desks.SITE)]
    assert ("REF" in written[0][7] or "ref_mismatch" in written[0][7]) == (
        int(position[-20:]) != desks.SITE
    )
    for name in ("out.parquet", "out.tsv"):
        outcome = desk.score(desk.vcf(line), output=desk.folder / name)
        assert outcome.code == 0


@pytest.mark.parametrize(
    "line",
    [
        *(f"chr1-{DIGITS}-A-C", f"chr1:1{',000' * 2_000}:A:C", f"chr1:{B64}-{B64} A/C"),
        *(f"17:g.{B64}A>C", f"NC_000001.{B64}:g.5A>C", "\x1b[2J-5-A-C", "\0-5-A-C"),
    ],
)
def test_a_list_may_hold_anything(desk: desks.Desk, line: str) -> None:
    name = desks.record().split("\t")
    first = "-".join((name[0], name[1], name[3], name[4]))
    source = desk.write("list.txt", f"{first}\n{line}\n")
    outcome = desk.score(source, output=desk.folder / "out.tsv")
    assert outcome.code == 0
    assert "a bug" not in outcome.err
    assert "\x1b" not in outcome.err
    rows = (desk.folder / "out.tsv").read_text().splitlines()
    assert len(rows) == 3


_TABLE, _CELL = desks.GENES.splitlines(keepends=True)[0], "5," * 70_000
_CI = "gene,chr,strand,start,end,jstart,jend\n"


@pytest.mark.parametrize(
    "content",
    [
        f"{_TABLE}A\t1\t+\t100\t{DIGITS}\t100,\t200,\n",
        f"{_TABLE}A\t1\t+\t{B64}\t{B64}\t5,\t6,\n",
        f"{_TABLE}A\t1\t+\t1\t5000\t{_CELL}\t{_CELL}\n",
        f'1\tx\texon\t101\t{DIGITS}\t.\t+\t.\tgene_id "X"; transcript_id "Y";\n',
        '\x1b[2J1\tx\texon\t101\t20\t.\t+\t.\tgene_id "\x1b[2J";\n',
        "##gff-version 3\n1\tx\tmRNA\t5\t9\t.\t+\t.\tID=a;Parent=a\n",
        "PAR1" + "\0" * 50 + "PAR1",
        "\0" * 100,
        f"##twinsplice-genes 1\ngene_id\tstart\nG\t{B64}\n",
    ],
)
def test_an_annotation_of_anything_is_refused(desk: desks.Desk, content: str) -> None:
    desk.write("odd", content)
    said = desk.refused(desk.vcf(), annotation="odd")
    assert "a bug" not in said
    assert said.rstrip("\n").isprintable()


def test_links_that_lead_back_to_themselves_are_refused(desk: desks.Desk) -> None:
    for name in ("loop", "loop.vcf", "loop.tsv"):
        (desk.folder / name).symlink_to(name)
    source = desk.vcf()
    assert "an input must be" in desk.refused(desk.folder / "loop")
    for name in ("loop.vcf", "loop.tsv"):
        said = desk.refused(source, output=str(desk.folder / name))
        assert "leads back to itself" in said
    desk.refused(source, reference="loop")
    desk.refused(source, annotation="loop")


@pytest.mark.parametrize(
    "name", ["o.vcf", "o.vcf.gz", "o.bcf", "o.tsv", "o.tsv.gz", "o.parquet"]
)
def test_names_need_not_be_utf8_nor_plain(
    desk: desks.Desk, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Neither of folders nor of files; those of a glob are no patterns."""
    folder = desk.folder / os.fsdecode(b"d\xff [1]*\n?")
    folder.mkdir()
    monkeypatch.setenv("TWINSPLICE_CACHE", str(folder / "cache"))
    monkeypatch.setattr(tables, "_PART_ROWS", 1)
    for kept in ("genome.fa", "genes.tsv"):
        shutil.copy(desk.folder / kept, folder / kept)
    source = folder / os.fsdecode(b"in\xff.vcf")
    source.write_bytes(desk.vcf(desks.record(), desks.record(510)).read_bytes())
    output = folder / os.fsdecode(b"\xff" + name.encode())
    monkeypatch.setattr(score, "CHUNK_RECORDS", 1)
    outcome = desk.score(
        source,
        reference=f"{folder.name}/genome.fa",
        annotation=f"{folder.name}/genes.tsv",
        output=output,
    )
    assert outcome.code == 0
    assert output.stat().st_size > 0
    if "vcf" in name or name.endswith("bcf"):
        again = desk.score(
            output,
            reference=f"{folder.name}/genome.fa",
            annotation=f"{folder.name}/genes.tsv",
        )
        assert len(again.records) == 2


@pytest.mark.parametrize("name", ["reference", "annotation", "output", "map"])
def test_a_nul_in_a_path_is_refused(desk: desks.Desk, name: str) -> None:
    """No command line can hold one, but a settings file."""
    config = desk.write("x.toml", f'[score]\n{name} = "a\\u0000b"\n')
    given = {"reference": "genome.fa", "annotation": "genes.tsv"}
    flags = [f"--{key}={desk.folder / given[key]}" for key in given if key != name]
    outcome = desk.call("score", str(desk.vcf()), *flags, f"--config={config}")
    assert outcome.code == 2
    assert f"--{name} must be text; got a NUL character within it" in outcome.err


@pytest.mark.parametrize("place", [f"chr1:{DIGITS}", f"chr1:1-{B64}", "\x1b[2J"])
def test_a_place_beyond_any_is_refused(desk: desks.Desk, place: str) -> None:
    flags = [f"--reference={desk.folder / 'genome.fa'}", "--model", "cispliceai"]
    flags += [f"--annotation={desk.folder / 'genes.tsv'}"]
    outcome = desk.call("scan", place, *flags, f"--output={desk.folder / 'out.tsv'}")
    assert (outcome.code, outcome.err.count("\n")) == (2, 1)
    assert "a bug" not in outcome.err
    assert "\x1b" not in outcome.err
