"""Records and inputs that are not as they should be: a reason, or a refusal."""

import gzip

import numpy as np
import polars as pl
import pysam
import pytest

from support import cli as desks

OTHER = desks.other(desks.GENOME["chr1"][desks.SITE - 1])
"""Not what the reference has there."""


# Alleles: a reason for each, and every record comes out again.


@pytest.mark.parametrize(
    ("alt", "reasons"),
    [
        ("<DEL>", {"<DEL>": "symbolic_allele"}),
        ("]chr2:40]A", {"]chr2:40]A": "symbolic_allele"}),
        ("A.", {"A.": "symbolic_allele"}),
        ("N", {"N": "non_acgt_allele"}),
        ("r", {"r": "non_acgt_allele"}),
        ("-", {"-": "non_acgt_allele"}),
        ("a b", {"a%20b": "non_acgt_allele"}),
        ("é", {"é": "non_acgt_allele"}),
        ("A" * 5_001, {"A" * 5_001: "allele_too_long"}),
        ("a,<DEL>,*,N", {"<DEL>": "symbolic_allele", "N": "non_acgt_allele"}),
    ],
)
def test_an_alt_without_a_score_has_its_reason(
    desk: desks.Desk, alt: str, reasons: dict[str, str]
) -> None:
    outcome = desk.score(desk.vcf(desks.record(alt=alt), desks.record(desks.SITE + 1)))
    assert outcome.code == 0
    (first, second) = outcome.records
    assert first[4] == alt
    for allele, reason in reasons.items():
        assert f"{allele}|.|{reason}" in first[7]
    assert "CISpliceAI=" in second[7]
    assert ("CISpliceAI=a|A" in first[7]) == (alt[0] == "a" and "," in alt)


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ("chr1\t0\t.\tA\tC", "ref_mismatch"),
        ("chr1\t3001\t.\tA\tC", "ref_mismatch"),
        ("chr1\t99999999999999999999\t.\tA\tC", "ref_mismatch"),
        (f"chr1\t{desks.SITE}\t.\t{OTHER}\tC", "ref_mismatch"),
        ("chr9\t500\t.\tA\tC", "contig_missing"),
        ("chr1\t500\t.\tN\tC", "non_acgt_allele"),
        ("chr1\t500\t.\tr\tC", "non_acgt_allele"),
        ("chr1\t500\t.\t.\tC", "non_acgt_allele"),
        ("chr1\t500\t.\t<DEL>\tC", "non_acgt_allele"),
        (desks.record(bases=101, alt="A").rsplit("\t", 3)[0], "allele_too_long"),
    ],
)
def test_a_site_without_a_score_has_its_reason(
    desk: desks.Desk, record: str, reason: str
) -> None:
    outcome = desk.score(desk.vcf(f"{record}\t.\t.\t.\n", desks.record()), "--quiet")
    assert (outcome.code, outcome.err) == (0, "")
    alt = record.split("\t")[4]
    assert outcome.records[0][7] == f"TwinSplice_SKIP={alt}|.|{reason}"
    assert len(outcome.records) == 2


def test_lower_case_is_as_good_as_upper(desk: desks.Desk) -> None:
    lower = {name: text.lower() for name, text in desks.GENOME.items()}
    desk.write("lower.fa", desks.fasta_of(lower))
    upper = desk.score(desk.vcf(desks.record(alt="GA")))
    record = desks.record(alt="ga").split("\t")
    record[3] = record[3].lower()
    found = desk.score(desk.vcf("\t".join(record)), reference="lower.fa")
    assert found.records[0][7].upper() == upper.records[0][7].upper()


def test_unknown_bases_of_the_reference_match_no_ref(desk: desks.Desk) -> None:
    text = desks.GENOME["chr1"]
    for unknown in "NR":
        changed = text[: desks.SITE - 1] + unknown + text[desks.SITE :]
        desk.write("other.fa", desks.fasta_of({"chr1": changed}))
        outcome = desk.score(
            desk.vcf(desks.record(), desks.record(desks.SITE + 3)), reference="other.fa"
        )
        infos = [record[7] for record in outcome.records]
        assert "ref_mismatch" in infos[0]
        assert "CISpliceAI=" in infos[1]
        (desk.folder / "other.fa.fai").unlink()


# Files that are no VCF, or not a whole one.


def test_no_records_make_an_empty_output_of_every_form(desk: desks.Desk) -> None:
    for ending in ("vcf", "vcf.gz", "bcf", "tsv", "parquet"):
        path = desk.folder / f"out.{ending}"
        assert desk.score(desk.vcf(), output=path).code == 0
        assert path.stat().st_size > 0


def test_contigs_need_no_header_line(desk: desks.Desk) -> None:
    source = desk.vcf(
        desks.record(), header="##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\n"
    )
    for ending in ("vcf", "vcf.gz", "tsv"):
        assert desk.score(source, output=desk.folder / f"out.{ending}").code == 0
    whole = desks.HEADER.splitlines()
    source = desk.vcf(desks.record(), header=f"{whole[0]}\n{whole[-1]}\n")
    path = desk.folder / "out.bcf"
    assert desk.score(source, output=path).code == 0
    with pysam.VariantFile(str(path)) as found:
        assert [record.contig for record in found] == ["chr1"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "which is empty"),
        (gzip.compress(b"", mtime=0), "which is empty"),
        (b"##fileformat=VCFv4.2\n", "must end with a #CHROM line"),
        (desks.HEADER.encode() + b"chr1 5 . A C . . .\n", "separated by tabs"),
        (desks.HEADER.encode() + b"chr1\t5\t.\tA\tC\n", "8 columns or more"),
        (desks.HEADER.encode() + b"chr1\t-5\t.\tA\tC\t.\t.\t.\n", "POS must be"),
        (
            desks.HEADER.encode() + b"chr1\t5\t.\tA\tC,\t.\t.\t.\n",
            "must hold something",
        ),
        (desks.HEADER.encode().replace(b"\n", b"\r"), "#CHROM line"),
        (b"\xef\xbb\xbf" + b"rs1234\n", "must begin with ##fileformat"),
        (b"rs1234\n", "must begin with ##fileformat"),
        (bytes(range(128, 256)), "must begin with ##fileformat"),
        (gzip.compress(desks.HEADER.encode() * 99, mtime=0)[:-9], "breaks off"),
        (gzip.compress(desks.HEADER.encode(), mtime=0)[:5], "breaks off"),
    ],
)
def test_what_is_no_vcf_is_refused(desk: desks.Desk, content: bytes, said: str) -> None:
    output = desk.folder / "out.vcf"
    assert said in desk.refused(desk.write("odd.vcf", content), output=str(output))


def test_a_truncated_vcf_is_refused_wherever_it_is_cut(desk: desks.Desk) -> None:
    whole = desks.bgzip(
        desk.vcf(desks.record(), desks.record(desks.SITE + 9))
    ).read_bytes()
    for cut in (1, 28, 40, len(whole) - 20):
        said = desk.refused(desk.write("cut.vcf.gz", whole[:-cut]))
        assert "must be whole" in said


@pytest.mark.slow
def test_a_damaged_bcf_is_refused_or_read_never_a_traceback(desk: desks.Desk) -> None:
    path = desk.folder / "whole.bcf"
    assert (
        desk.score(
            desk.vcf(desks.record(), desks.record(desks.SITE + 9)), output=path
        ).code
        == 0
    )
    whole = gzip.decompress(path.read_bytes())
    for seed in range(60):
        draw, damaged = np.random.default_rng(seed), bytearray(whole)
        for at in draw.integers(len(whole) - 300, len(whole), 2):
            damaged[at] = draw.integers(256)
        source = desk.write("damaged.bcf", bytes(damaged))
        outcome = desk.score(source, output=desk.folder / "out.bcf")
        assert outcome.code in {0, 2}
        assert outcome.code == 0 or outcome.err.startswith("twinsplice: error: ")
        assert outcome.code == 0 or outcome.err.count("\n") == 1


def test_a_record_of_bcf_with_other_fields_than_its_length_is_refused(
    desk: desks.Desk,
) -> None:
    path = desk.folder / "whole.bcf"
    desk.score(desk.vcf(desks.record()), output=path)
    whole = bytearray(gzip.decompress(path.read_bytes()))
    # INFO fields of the record: more than there are.
    start = whole.rindex(b"\x17" + desks.GENOME["chr1"][desks.SITE - 1].encode()) - 2
    counts = start - 7
    whole[counts] = 9
    source = desk.write("damaged.bcf", bytes(whole))
    outcome = desk.score(source, output=desk.folder / "out.bcf")
    assert outcome.code == 2
    assert "BCF must be whole" in outcome.err


def test_bytes_that_are_no_utf8_pass(desk: desks.Desk) -> None:
    odd = desks.record().encode() + b"chr\xff\t5\t.\tA\t\xfe\t.\t.\tX=\xfd\n"
    source = desk.write("odd.vcf", desks.HEADER.encode() + odd)
    for ending in ("vcf", "tsv", "parquet"):
        assert desk.score(source, output=desk.folder / f"out.{ending}").code == 0
    assert b"chr\xff\t5" in (desk.folder / "out.vcf").read_bytes()
    assert b"chr\\xff\t5" in (desk.folder / "out.tsv").read_bytes()
    table = pl.read_parquet(desk.folder / "out.parquet")
    assert table["alt"].to_list()[-1] == "\\xfe"


def test_carriage_returns_stay(desk: desks.Desk) -> None:
    crlf = (desks.HEADER + desks.record() + desks.record(desks.SITE + 1)).replace(
        "\n", "\r\n"
    )
    outcome = desk.score(desk.write("crlf.vcf", crlf), output=desk.folder / "out.vcf")
    assert outcome.code == 0
    lines = (desk.folder / "out.vcf").read_bytes().splitlines(keepends=True)
    assert all(line.endswith(b"\r\n") for line in lines)
    assert b"CISpliceAI=" in lines[-1]
