"""`score` for other programs: gVCFs, lists as VCFs, flat fields, tables' columns."""

import gzip
import json
import pathlib
import re

import polars as pl
import pysam
import pytest

from support import cli as desks

BLOCK = "chr1\t{}\t.\tA\t{}\t.\tPASS\tEND=480;X=.5\tGT:DP\t0/0:12\n"
SAMPLES = desks.HEADER.replace("INFO\n", "INFO\tFORMAT\tS1\n")


def _alt(position: int) -> str:
    return desks.other(desks.GENOME["chr1"][position - 1])


def _columns(path: pathlib.Path) -> list[list[str]]:
    lines = gzip.decompress(path.read_bytes()).decode().splitlines()
    return [line.split("\t") for line in lines if line[0] != "#"]


# gVCF.


def test_blocks_of_a_gvcf_stay_as_they_are(desk: desks.Desk) -> None:
    blocks = [BLOCK.format(450, "<NON_REF>"), BLOCK.format(460, "<*>")]
    blocks += [BLOCK.format(470, "."), BLOCK.format(475, "*")]
    blocks.append(BLOCK.format(480, "<NON_REF>").replace("chr1", "decoy"))
    first = desks.record().replace("\t.\t.\t.\n", ",<NON_REF>\t.\t.\t.\tGT\t0/1\n")
    source = desk.vcf(*blocks[:4], first, *blocks[4:], header=SAMPLES)
    outcome = desk.score(source, "--strict")
    assert outcome.code == 0
    lines = outcome.out.splitlines(keepends=True)
    lines = [line for line in lines if line[0] != "#"]
    assert [*lines[:4], *lines[5:]] == blocks
    info = outcome.records[4][7]
    assert re.search(r"CISpliceAI_MAX=[\d.e-]+,\.$", info)
    assert "SKIP" not in info
    none = [line for line in outcome.err.splitlines() if "alternate allele" in line]
    assert [line.split()[-1] for line in none] == ["6"]
    assert outcome.err.count("not scored") == 0
    assert "contigs that" not in outcome.err
    table = desk.folder / "out.tsv"
    assert desk.score(source, "--strict", "--quiet", output=table).code == 0
    assert pl.read_csv(table, separator="\t")["alt"].to_list() == [_alt(desks.SITE)]


# Lists as VCFs.


@pytest.mark.parametrize("name", ["out.vcf.gz", "out.bcf"])
def test_a_list_is_a_sorted_vcf_with_contigs(desk: desks.Desk, name: str) -> None:
    two = desks.GENOME["chr2"][299]
    names = [
        f"2-300-{two}-{desks.other(two)}",
        f"chr1-600-{desks.GENOME['chr1'][599]}-{_alt(600)}",
        "zz-7-A-C",
        f"1-{desks.SITE}-{desks.GENOME['chr1'][desks.SITE - 1]}-{_alt(desks.SITE)}",
    ]
    source = desk.write("in.txt", "\n".join(names) + "\n")
    output = desk.folder / name
    assert desk.score(source, "--quiet", output=output).code == 0
    with pysam.VariantFile(str(output)) as file:
        places = [(record.contig, record.pos) for record in file]
        assert places == [("chr1", 500), ("chr1", 600), ("chr2", 300)]
        assert [record.pos for record in file.fetch("chr1", 550, 700)] == [600]
        header = str(file.header)
    for line in (
        "##reference=genome.fa",
        "##contig=<ID=chr1,length=3000>",
        "##contig=<ID=chr2,length=600>",
    ):
        assert f"{line}\n" in header
    assert 'TwinSplice_no_record=<ID=1,Text="zz' in header
    # Of a table nothing is sorted, nor left out.
    table = desk.folder / "out.tsv"
    assert desk.score(source, "--quiet", output=table).code == 0
    rows = pl.read_csv(table, separator="\t", infer_schema=False)
    assert rows["name"].to_list() == names
    assert rows["chrom"].to_list() == ["chr2", "chr1", "zz", "chr1"]


def test_bcftools_sorts_indexes_and_aligns_it(
    desk: desks.Desk, capfd: pytest.CaptureFixture[str]
) -> None:
    sequence = desks.GENOME["chr1"]
    at = next(i for i in range(500, 900) if sequence[i] == sequence[i + 1])
    right = f"1-{at + 1}-{sequence[at : at + 2]}-{sequence[at]}"
    output = desk.folder / "out.vcf.gz"
    # What has no place does not keep bcftools from it.
    source = desk.write("in.txt", f"{right}\nnonsense\nzz-7-A-C\n1-3001-A-C\n1-0-A-C\n")
    assert desk.score(source, "--quiet", "--flat", output=output).code == 0
    (before,) = _columns(output)
    reference = str(desk.folder / "genome.fa")
    moved = desk.folder / "moved.vcf.gz"
    pysam.bcftools.norm(
        *("-m-", "-f", reference, "-Oz", "-o", str(moved), str(output)),
        catch_stdout=False,
    )
    pysam.bcftools.sort("-Oz", "-o", str(output), str(moved), catch_stdout=False)
    pysam.bcftools.index("-f", str(output), catch_stdout=False)
    (after,) = _columns(output)
    assert "[W" not in capfd.readouterr().err
    # The record has moved; scores and places of sites are the same.
    assert int(after[1]) < int(before[1])
    assert after[7] == before[7]


def test_what_has_no_place_is_no_record(desk: desks.Desk) -> None:
    ref = desks.GENOME["chr1"][desks.SITE - 1]
    output = desk.folder / "out.vcf.gz"
    names = ["nonsense", f"1-{desks.SITE}-{ref}-{_alt(desks.SITE)}"]
    source = desk.write("in.txt", "\n".join(reversed(names)) + "\n")
    outcome = desk.score(source, "--quiet", output=output)
    assert outcome.code == 0
    assert "1 variant has no place" in outcome.err
    with pysam.VariantFile(str(output)) as file:
        assert [record.pos for record in file] == [desks.SITE]
        assert "##contig=<ID=.>\n" not in str(file.header)


# Flat fields.


def test_flat_fields_go_with_the_run_that_made_them(desk: desks.Desk) -> None:
    source, output = desk.vcf(desks.record()), desk.folder / "out.vcf"
    assert desk.score(source, "--quiet", "--flat", output=output).code == 0
    flat = output.read_text()
    assert "CISpliceAI_DS_AG=" in flat
    again = desk.folder / "again.vcf"
    assert desk.score(output, "--quiet", output=again).code == 0
    plain = desk.score(source, "--quiet").out
    assert again.read_text() == plain
    assert "CISpliceAI_DS_AG" not in plain
    assert "CISpliceAI_MAX=" in plain
    assert desk.score(again, "--quiet", "--flat").out == flat


def test_fields_of_the_other_form_are_refused(desk: desks.Desk) -> None:
    source = desk.vcf(desks.record())
    table, text = desk.folder / "out.tsv", desk.folder / "out.vcf"
    said = desk.refused(source, "--flat", output=str(table))
    assert "--flat goes with a VCF" in said
    said = desk.refused(source, "--samples", output=str(text))
    assert "--samples goes with a table" in said
    ref = desks.GENOME["chr1"][desks.SITE - 1]
    said = desk.refused(f"1-{desks.SITE}-{ref}-{_alt(desks.SITE)}", "--flat")
    assert "--flat goes with a VCF" in said


# Tables.


def test_a_table_has_ids_and_carriers(desk: desks.Desk) -> None:
    header = desks.HEADER.replace("INFO\n", "INFO\tFORMAT\tS1\tS2\n")
    first = desks.record().replace("\t.\t", "\trs5;x\t", 1)
    source = desk.vcf(
        first.rstrip("\n") + "\tGT\t0/1\t0/0\n",
        desks.record(600).rstrip("\n") + "\tGT\t1/1\t0|1\n",
        header=header,
    )
    output = desk.folder / "out.tsv"
    assert desk.score(source, "--quiet", "--samples", output=output).code == 0
    rows = pl.read_csv(output, separator="\t", infer_schema_length=None)
    assert rows.columns[-5:] == ["skip_reason", "id", "build", "carriers", "samples"]
    assert rows["id"].to_list() == ["rs5;x", None]
    assert rows["carriers"].to_list() == [1, 2]
    assert rows["samples"].to_list() == ["S1", "S1,S2"]


def test_parquet_says_what_it_was_made_with(desk: desks.Desk) -> None:
    source, output = desk.vcf(desks.record()), desk.folder / "out.parquet"
    assert desk.score(source, "--quiet", "--mask", output=output).code == 0
    stated = {
        name.removeprefix("twinsplice."): text
        for name, text in pl.read_parquet_metadata(output).items()
        if name.startswith("twinsplice.")
    }
    assert set(stated) == {
        *("version", "command", "models", "reference", "annotation", "settings")
    }
    assert str(desk.folder) not in "".join(stated.values())
    assert stated["annotation"] == "genes.tsv"
    assert stated["command"] == (
        "twinsplice score INPUT --reference genome.fa --annotation genes.tsv "
        "--model cispliceai --mask"
    )
    (model,) = json.loads(stated["models"])
    assert (model["name"], model["sha256"]) == (
        desks.MODEL.name,
        desks.MODEL.sha256,
    )
    reference = json.loads(stated["reference"])
    assert (reference["name"], reference["contigs"]) == ("genome.fa", 2)
    settings = json.loads(stated["settings"])
    assert (settings["mask"], settings["distance"]) == (True, 50)
