"""What users get wrong: one line and exit 2, or a reason, never a lost record."""

import dataclasses
import gzip
import os
import pathlib
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping

import numpy as np
import polars as pl
import pysam
import pytest

import toys
from twinsplice import cli
from twinsplice.base_models import loading
from twinsplice.io import tables
from twinsplice.models import profiling

ROOT = pathlib.Path(__file__).parents[2]
MODEL = toys.model([toys.member(1)], "cispliceai")
_DRAW = np.random.default_rng(7)
GENOME = {
    name: "".join(_DRAW.choice(list("ACGT"), length))
    for name, length in (("chr1", 3_000), ("chr2", 600))
}
GENES = """\
#NAME\tCHROM\tSTRAND\tTX_START\tTX_END\tEXON_START\tEXON_END
A\t1\t+\t100\t2000\t100,900,1700,\t400,1200,2000,
B\t2\t-\t0\t600\t0,400,\t200,600,
"""
HEADER = """\
##fileformat=VCFv4.2
##contig=<ID=chr1,length=3000>
##contig=<ID=chr2,length=600>
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO
"""
SITE = 500
"""A position (1-based) inside gene A."""


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What a run left: its exit code and what it printed."""

    code: int
    out: str
    err: str

    @property
    def records(self) -> list[list[str]]:
        """The columns of every record on stdout."""
        lines = self.out.splitlines()
        return [line.split("\t") for line in lines if not line.startswith("#")]


@dataclasses.dataclass(frozen=True)
class Desk:
    """A folder with a genome and its genes, and the program."""

    folder: pathlib.Path
    call: Callable[..., Outcome]

    def write(self, name: str, content: str | bytes) -> pathlib.Path:
        """Write a file."""
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def vcf(self, *records: str, header: str = HEADER) -> pathlib.Path:
        """Write an input."""
        return self.write("in.vcf", header + "".join(records))

    def score(
        self,
        source: pathlib.Path | str,
        *flags: str,
        reference: str = "genome.fa",
        annotation: str = "genes.tsv",
        output: pathlib.Path | str = "-",
    ) -> Outcome:
        """Run `twinsplice score`."""
        files = [f"--reference={self.folder / reference}", f"--output={output}"]
        files.append(f"--annotation={self.folder / annotation}")
        # The toy stands in for a base model.
        model = [] if "--model" in flags else ["--model", "cispliceai"]
        return self.call("score", str(source), *files, *model, *flags)

    def refused(self, *args: pathlib.Path | str, **more: str) -> str:
        """Score, expect a refusal, and return what it said."""
        before = {path.name for path in self.folder.iterdir()}
        outcome = self.score(*map(str, args), **more)
        assert outcome.code == 2
        said = outcome.err
        assert said.startswith("twinsplice: error: ")
        assert said.count("\n") == 1
        assert "; got " in said
        # Rule, got, remedy; and nothing half-made is left behind.
        assert len(said.split("; ")) >= 3
        made = {path.name for path in self.folder.iterdir()} - before
        assert made <= {"genome.fa.fai", "other.fa.fai"}
        return said


@pytest.fixture
def desk(
    tmp_path: pathlib.Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Desk:
    monkeypatch.setenv("TWINSPLICE_CACHE", str(tmp_path.with_name("cache")))
    monkeypatch.setattr(loading, "load", lambda *_: MODEL)
    # The handlers must not outlive the test.
    monkeypatch.setattr(signal, "signal", lambda *_: None)

    def call(*args: str) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["twinsplice", *args])
        with pytest.raises(SystemExit) as left:
            cli.main()
        assert isinstance(left.value.code, int)
        return Outcome(left.value.code, *capfd.readouterr())

    made = Desk(tmp_path, call)
    made.write("genome.fa", _fasta(GENOME))
    made.write("genes.tsv", GENES)
    return made


def _fasta(genome: Mapping[str, str]) -> str:
    lines = (
        f">{name}\n" + "".join(f"{text[i : i + 60]}\n" for i in range(0, len(text), 60))
        for name, text in genome.items()
    )
    return "".join(lines)


def _other(base: str) -> str:
    return {"A": "C", "C": "G", "G": "T", "T": "A"}[base]


def _record(
    position: int = SITE, *, alt: str = "", bases: int = 1, contig: str = "chr1"
) -> str:
    ref = GENOME[contig][position - 1 : position - 1 + bases]
    return f"{contig}\t{position}\t.\t{ref}\t{alt or _other(ref[0])}\t.\t.\t.\n"


def _bgzip(path: pathlib.Path) -> pathlib.Path:
    packed = path.with_name(path.name + ".gz")
    pysam.tabix_compress(str(path), str(packed))
    return packed


# Alleles: a reason for each, and every record comes out again.


@pytest.mark.parametrize(
    ("alt", "reasons"),
    [
        ("<DEL>", {"<DEL>": "symbolic_allele"}),
        ("<NON_REF>", {"<NON_REF>": "symbolic_allele"}),
        ("*", {"*": "symbolic_allele"}),
        ("]chr2:40]A", {"]chr2:40]A": "symbolic_allele"}),
        ("A.", {"A.": "symbolic_allele"}),
        (".", {".": "no_alt_allele"}),
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
    desk: Desk, alt: str, reasons: dict[str, str]
) -> None:
    outcome = desk.score(desk.vcf(_record(alt=alt), _record(SITE + 1)))
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
        (f"chr1\t{SITE}\t.\t{_other(GENOME['chr1'][SITE - 1])}\tC", "ref_mismatch"),
        ("chr9\t500\t.\tA\tC", "contig_missing"),
        ("chr1\t500\t.\tN\tC", "non_acgt_allele"),
        ("chr1\t500\t.\tr\tC", "non_acgt_allele"),
        ("chr1\t500\t.\t.\tC", "non_acgt_allele"),
        ("chr1\t500\t.\t<DEL>\tC", "non_acgt_allele"),
        (_record(bases=101, alt="A").rsplit("\t", 3)[0], "allele_too_long"),
    ],
)
def test_a_site_without_a_score_has_its_reason(
    desk: Desk, record: str, reason: str
) -> None:
    outcome = desk.score(desk.vcf(f"{record}\t.\t.\t.\n", _record()), "--quiet")
    assert (outcome.code, outcome.err) == (0, "")
    alt = record.split("\t")[4]
    assert outcome.records[0][7] == f"TwinSplice_SKIP={alt}|.|{reason}"
    assert len(outcome.records) == 2


def test_lower_case_is_as_good_as_upper(desk: Desk) -> None:
    lower = {name: text.lower() for name, text in GENOME.items()}
    desk.write("lower.fa", _fasta(lower))
    upper = desk.score(desk.vcf(_record(alt="GA")))
    record = _record(alt="ga").split("\t")
    record[3] = record[3].lower()
    found = desk.score(desk.vcf("\t".join(record)), reference="lower.fa")
    assert found.records[0][7].upper() == upper.records[0][7].upper()


def test_unknown_bases_of_the_reference_match_no_ref(desk: Desk) -> None:
    text = GENOME["chr1"]
    for unknown in "NR":
        changed = text[: SITE - 1] + unknown + text[SITE:]
        desk.write("other.fa", _fasta({"chr1": changed}))
        outcome = desk.score(
            desk.vcf(_record(), _record(SITE + 3)), reference="other.fa"
        )
        infos = [record[7] for record in outcome.records]
        assert "ref_mismatch" in infos[0]
        assert "CISpliceAI=" in infos[1]
        (desk.folder / "other.fa.fai").unlink()


# Files that are no VCF, or not a whole one.


def test_no_records_make_an_empty_output_of_every_form(desk: Desk) -> None:
    for ending in ("vcf", "vcf.gz", "bcf", "tsv", "parquet"):
        path = desk.folder / f"out.{ending}"
        assert desk.score(desk.vcf(), output=path).code == 0
        assert path.stat().st_size > 0


def test_contigs_need_no_header_line(desk: Desk) -> None:
    source = desk.vcf(_record(), header="##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\n")
    for ending in ("vcf", "vcf.gz", "tsv"):
        assert desk.score(source, output=desk.folder / f"out.{ending}").code == 0
    whole = HEADER.splitlines()
    source = desk.vcf(_record(), header=f"{whole[0]}\n{whole[-1]}\n")
    path = desk.folder / "out.bcf"
    assert desk.score(source, output=path).code == 0
    with pysam.VariantFile(str(path)) as found:
        assert [record.contig for record in found] == ["chr1"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "which is empty"),
        (gzip.compress(b""), "which is empty"),
        (b"##fileformat=VCFv4.2\n", "must end with a #CHROM line"),
        (HEADER.encode() + b"chr1 5 . A C . . .\n", "separated by tabs"),
        (HEADER.encode() + b"chr1\t5\t.\tA\tC\n", "8 columns or more"),
        (HEADER.encode() + b"chr1\t-5\t.\tA\tC\t.\t.\t.\n", "POS must be"),
        (HEADER.encode() + b"chr1\t5\t.\tA\tC,\t.\t.\t.\n", "must hold something"),
        (HEADER.encode().replace(b"\n", b"\r"), "#CHROM line"),
        (b"\xef\xbb\xbf" + HEADER.encode(), "must begin with ##fileformat"),
        (b"rs1234\n", "must begin with ##fileformat"),
        (bytes(range(128, 256)), "must begin with ##fileformat"),
        (gzip.compress(HEADER.encode() * 99)[:-9], "breaks off"),
        (gzip.compress(HEADER.encode())[:5], "breaks off"),
    ],
)
def test_what_is_no_vcf_is_refused(desk: Desk, content: bytes, said: str) -> None:
    output = desk.folder / "out.vcf"
    assert said in desk.refused(desk.write("odd.vcf", content), output=str(output))


def test_a_truncated_vcf_is_refused_wherever_it_is_cut(desk: Desk) -> None:
    whole = _bgzip(desk.vcf(_record(), _record(SITE + 9))).read_bytes()
    for cut in (1, 28, 40, len(whole) - 20):
        said = desk.refused(desk.write("cut.vcf.gz", whole[:-cut]))
        assert "must be whole" in said


def test_a_damaged_bcf_is_refused_or_read_never_a_traceback(desk: Desk) -> None:
    path = desk.folder / "whole.bcf"
    assert desk.score(desk.vcf(_record(), _record(SITE + 9)), output=path).code == 0
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
    desk: Desk,
) -> None:
    path = desk.folder / "whole.bcf"
    desk.score(desk.vcf(_record()), output=path)
    whole = bytearray(gzip.decompress(path.read_bytes()))
    # INFO fields of the record: more than there are.
    start = whole.rindex(b"\x17" + GENOME["chr1"][SITE - 1].encode()) - 2
    counts = start - 7
    whole[counts] = 9
    source = desk.write("damaged.bcf", bytes(whole))
    outcome = desk.score(source, output=desk.folder / "out.bcf")
    assert outcome.code == 2
    assert "BCF must be whole" in outcome.err


def test_bytes_that_are_no_utf8_pass(desk: Desk) -> None:
    odd = _record().encode() + b"chr\xff\t5\t.\tA\t\xfe\t.\t.\tX=\xfd\n"
    source = desk.write("odd.vcf", HEADER.encode() + odd)
    for ending in ("vcf", "tsv", "parquet"):
        assert desk.score(source, output=desk.folder / f"out.{ending}").code == 0
    assert b"chr\xff\t5" in (desk.folder / "out.vcf").read_bytes()
    assert b"chr\\xff\t5" in (desk.folder / "out.tsv").read_bytes()
    table = pl.read_parquet(desk.folder / "out.parquet")
    assert table["alt"].to_list()[-1] == "\\xfe"


def test_carriage_returns_stay(desk: Desk) -> None:
    crlf = (HEADER + _record() + _record(SITE + 1)).replace("\n", "\r\n")
    outcome = desk.score(desk.write("crlf.vcf", crlf), output=desk.folder / "out.vcf")
    assert outcome.code == 0
    lines = (desk.folder / "out.vcf").read_bytes().splitlines(keepends=True)
    assert all(line.endswith(b"\r\n") for line in lines)
    assert b"CISpliceAI=" in lines[-1]


def test_duplicates_and_older_fields_of_ours(desk: Desk) -> None:
    stale = "AC=1;CISpliceAI=stale;TwinSplice_SKIP=stale;B\n"
    record = _record().removesuffix(".\n") + stale
    outcome = desk.score(desk.vcf(record, record, _record(5, contig="chr2")))
    assert len(outcome.records) == 3
    assert outcome.records[0] == outcome.records[1]
    assert outcome.records[0][7].startswith("AC=1;B;CISpliceAI=")
    assert "stale" not in outcome.out


def test_an_unsorted_vcf_is_written_as_it_is_or_refused(desk: Desk) -> None:
    source = desk.vcf(_record(900), _record(), _record(5, contig="chr2"), _record(901))
    assert [int(record[1]) for record in desk.score(source).records] == [
        900,
        500,
        5,
        901,
    ]
    for ending in ("vcf.gz", "bcf"):
        said = desk.refused(source, output=str(desk.folder / f"out.{ending}"))
        assert "records sorted" in said
        assert "bcftools sort" in said


def test_positions_that_no_index_holds_are_refused(desk: Desk) -> None:
    source = desk.vcf("chr1\t4999999999\t.\tA\tC\t.\t.\t.\n")
    for ending in ("vcf.gz", "bcf"):
        said = desk.refused(source, output=str(desk.folder / f"out.{ending}"))
        assert "positions below 2,147,483,648; got chr1:4999999999" in said


def test_what_htslib_cannot_index_is_refused(desk: Desk) -> None:
    source = desk.vcf(_record(), "c\0r9\t5\t.\tA\tC\t.\t.\t.\n")
    said = desk.refused(source, output=str(desk.folder / "out.vcf.gz"))
    assert "indexed by htslib" in said
    assert ".partial" not in said


# Places.


@pytest.mark.parametrize("name", ["none.vcf", ".", "x" * 300, "in.vcf/below"])
def test_an_input_that_cannot_be_read_is_refused(desk: Desk, name: str) -> None:
    desk.vcf()
    assert "an input must be a file" in desk.refused(desk.folder / name)


@pytest.mark.parametrize(
    ("output", "said"),
    [
        (".", "which is a folder"),
        ("no/out.vcf", "folder that can be written to"),
        ("in.vcf/out.vcf", "folder that can be written to"),
        ("out.csv", "name must end in .vcf, .vcf.gz"),
        ("out.TSV", "name must end in"),
        ("out", "name must end in"),
        ("genome.fa", "must not be the reference"),
        ("genes.tsv", "must not be the annotation"),
        ("x" * 240 + ".vcf", "File name too long"),
    ],
)
def test_an_output_that_cannot_be_is_refused(
    desk: Desk, output: str, said: str
) -> None:
    kept = {path.name: path.read_bytes() for path in desk.folder.iterdir()}
    source = desk.vcf(_record())
    assert said in desk.refused(source, output=str(desk.folder / output))
    assert all((desk.folder / name).read_bytes() == kept[name] for name in kept)


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is closed to root")
def test_a_read_only_folder_is_refused(desk: Desk) -> None:
    closed = desk.folder / "closed"
    closed.mkdir(mode=0o555)
    said = desk.refused(desk.vcf(), output=str(closed / "out.vcf"))
    assert "folder that can be written to" in said


@pytest.mark.parametrize("ending", ["vcf", "vcf.gz"])
def test_an_output_may_take_the_inputs_place(desk: Desk, ending: str) -> None:
    source = desk.vcf(_record())
    source = _bgzip(source) if ending == "vcf.gz" else source
    assert desk.score(source, output=source).code == 0
    with pysam.VariantFile(str(source)) as found:
        assert [tuple(record.info) for record in found] == [("CISpliceAI",)]


@pytest.mark.parametrize("stream", ["stdin", "stdout"])
def test_closed_standard_streams_are_refused(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, stream: str
) -> None:
    source = "-" if stream == "stdin" else str(desk.vcf())
    monkeypatch.setattr(sys, stream, None)
    assert "closed" in desk.refused(source) or stream == "stdin"


# The reference and the annotation.


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "a FASTA file is"),
        (HEADER, "a FASTA file is"),
        (gzip.compress(b">chr1\nACGT\n"), "with bgzip"),
        (">chr1\nAC\nACGT\nA\n", "a FASTA file is"),
    ],
)
def test_what_is_no_reference_is_refused(
    desk: Desk, content: str | bytes, said: str
) -> None:
    desk.write("other.fa", content)
    assert said in desk.refused(desk.vcf(), reference="other.fa")


def test_a_truncated_bgzipped_reference_is_refused(desk: Desk) -> None:
    whole = _bgzip(desk.folder / "genome.fa").read_bytes()
    desk.write("other.fa", whole[:-60])
    assert "breaks off" in desk.refused(desk.vcf(), reference="other.fa")


def test_an_empty_index_is_refused(desk: Desk) -> None:
    desk.write("genome.fa.fai", "")
    assert "index of the reference" in desk.refused(desk.vcf(_record()))


@pytest.mark.parametrize(
    "content",
    [
        "",
        "hello\n",
        b"\x1f\x8bgarbage",
        bytes(range(128, 256)),
        HEADER,
        GENES.splitlines()[0] + "\n",
        GENES.replace("\t100\t2000", "\t-5\t2000"),
        GENES.replace("\t100\t2000", "\tx\t2000"),
        GENES.replace("\t2000\t", "\t99999999999999999999\t"),
        GENES.replace("2000,\n", "99999999999999999999,\n"),
        'chr1\t.\texon\t5\t9\t.\t+\t.\tgene_id "A";\n',
        'chr1\t.\texon\t9\t5\t.\t+\t.\tgene_id "A"; transcript_id "T";\n',
        "chr1\t.\texon\t1\t99999999999999999999\t.\t+\t.\t"
        'gene_id "A"; transcript_id "T";\n',
        gzip.compress(GENES.encode())[:-9],
    ],
)
def test_what_is_no_annotation_is_refused(desk: Desk, content: str | bytes) -> None:
    desk.write("odd.tsv", content)
    desk.refused(desk.vcf(), annotation="odd.tsv")


def test_gtf_is_read_whatever_its_line_ends(desk: Desk) -> None:
    gtf = "".join(
        f'chr1\t.\texon\t{start}\t{end}\t.\t+\t.\tgene_id "E"; transcript_id "T";\n'
        for start, end in ((101, 400), (901, 1200))
    )
    for text in (gtf, gtf.replace("\n", "\r\n")):
        desk.write("genes.gtf", text)
        outcome = desk.score(desk.vcf(_record()), annotation="genes.gtf")
        assert "|E|" in outcome.records[0][7]


def test_a_symbol_that_vcf_reserves_is_encoded(desk: Desk) -> None:
    desk.write("odd.tsv", GENES.replace("\nA\t", "\nA;=,| b\t"))
    outcome = desk.score(desk.vcf(_record()), annotation="odd.tsv")
    assert "|A%3B%3D%2C%7C%20b|" in outcome.records[0][7]


def test_slices_of_a_reference_say_where_they_end(desk: Desk) -> None:
    text = GENOME["chr1"]
    pieces = ((1, 480), (400, 700), (900, 950), (2_900, 3_000))
    desk.write(
        "other.fa", _fasta({f"chr1:{a}-{b}": text[a - 1 : b] for a, b in pieces})
    )
    source = desk.vcf(*map(_record, (SITE, 690, 800, 925)))
    whole, sliced = desk.score(source), desk.score(source, reference="other.fa")
    infos = [record[7] for record in sliced.records]
    assert infos[0] == whole.records[0][7]
    assert ["near_contig_end" in info for info in infos] == [False, True, True, True]


# Notes: what a user should know though nothing failed.


def test_a_vcf_of_another_build_is_noted(desk: Desk) -> None:
    wrong = _record().split("\t")
    wrong[3:5] = [wrong[4], wrong[3]]
    source = desk.vcf("\t".join(wrong), *map(_record, range(300, 304)))
    assert "20% of alleles do not match" in desk.score(source).err
    few = desk.vcf("\t".join(wrong), *map(_record, range(300, 309)))
    assert "do not match" not in desk.score(few).err


def test_contigs_that_the_reference_lacks_are_named(desk: Desk) -> None:
    names = ("chr9", "chr7", "chr9", "5", "Un", "HLA")
    records = [f"{name}\t5\t.\tA\tC\t.\t.\t.\n" for name in names]
    said = desk.score(desk.vcf(*records)).err
    assert "does not have: chr9, chr7, 5 and 2 more" in " ".join(said.split())
    assert desk.score(desk.vcf(*records), "--quiet").err == ""


def _spliced(strand: str, shift: int = 0) -> tuple[str, str]:
    """A contig and a table of genes on it whose introns all begin GT, end AG."""
    text, rows = list("C" * 20_000), []
    first, last = ("GT", "AG") if strand == "+" else ("CT", "AC")
    for gene in range(20):
        start = 1_000 * gene
        text[start + 100 : start + 102] = first
        text[start + 498 : start + 500] = last
        exons = f"{start + shift},{start + 500 + shift},"
        ends = f"{start + 100 + shift},{start + 900},"
        row = ("G", "1", strand, start, start + 900, exons, ends)
        rows.append("\t".join(map(str, row)) + "\n")
    return "".join(text), GENES.splitlines(keepends=True)[0] + "".join(rows)


@pytest.mark.parametrize("strand", ["+", "-"])
@pytest.mark.parametrize("shift", [0, 7])
def test_an_annotation_of_another_build_is_noted(
    desk: Desk, strand: str, shift: int
) -> None:
    text, table = _spliced(strand, shift)
    desk.write("other.fa", _fasta({"chr1": text}))
    desk.write("odd.tsv", table)
    outcome = desk.score(desk.vcf(), reference="other.fa", annotation="odd.tsv")
    said = "only 0% of sampled annotated sites are GT/AG" in outcome.err
    assert (outcome.code, said) == (0, shift > 0)


def test_an_annotation_of_other_contigs_is_noted(desk: Desk) -> None:
    desk.write("other.fa", _fasta({"chr5": "ACGT"}))
    outcome = desk.score(desk.vcf(), reference="other.fa")
    assert "no contig in common" in outcome.err


# Flags.


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--device", "cuda:99"], "--device must be"),
        (["--device", "tpu"], "--device must be"),
        (["--threads", "0"], "--threads must be"),
        (["--distance", "0"], "--distance must be"),
        (["--distance", "5000"], "--distance must be"),
        (["--max-memory-gb", "inf"], "--max-memory-gb must be"),
        (["--max-memory-gb", "nan"], "--max-memory-gb must be"),
    ],
)
def test_a_flag_out_of_range_is_refused(
    desk: Desk, flags: list[str], said: str
) -> None:
    assert said in desk.refused(desk.vcf(_record()), *flags)


def test_more_threads_than_there_are_do_no_harm(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    monkeypatch.setattr("torch.set_num_threads", seen.append)
    assert desk.score(desk.vcf(), "--threads", "100000").code == 0
    assert seen == [os.cpu_count()]


@pytest.mark.parametrize(
    ("model", "flags"), [("bogus", []), ("openspliceai", []), ("pangolin", [])]
)
def test_a_model_without_weights_is_refused(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, model: str, flags: list[str]
) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.setattr(sys, "argv", ["twinsplice"])
    desk.refused(desk.vcf(), "--model", model, *flags)


# Mid-run.


@pytest.mark.parametrize(
    "error", [MemoryError(), RuntimeError("DefaultCPUAllocator: can't allocate memory")]
)
def test_too_little_memory_is_one_line(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*_: object) -> Iterator[None]:
        raise error

    monkeypatch.setattr(profiling, "run", fail)
    said = desk.refused(desk.vcf(_record()), output=str(desk.folder / "out.vcf"))
    assert "lower --max-memory-gb" in said


@pytest.mark.parametrize("ending", ["vcf", "vcf.gz", "bcf", "tsv", "parquet"])
def test_a_full_disk_is_one_line_and_leaves_the_older_output(
    desk: Desk, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "_PART_ROWS", 1_000)
    output = desk.write(f"out.{ending}", "older")
    noise = np.random.default_rng(0).integers(0, 10**9, 4_000)
    records = [
        f"chr9\t{i + 1}\t.\tA\tC\t.\t.\tX={number}\n" for i, number in enumerate(noise)
    ]
    # The index of the reference must be there already.
    desk.score(desk.vcf())
    source = desk.vcf(*records)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4_096, limits[1]))
    try:
        outcome = desk.score(source, output=output)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert outcome.code == 2
    assert outcome.err.count("\n") == 1
    assert output.read_text() == "older"
    assert not list(desk.folder.glob("*.partial"))
    assert not list(desk.folder.glob(".*"))


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)],
)
def test_a_stopped_run_leaves_nothing(
    desk: Desk, number: signal.Signals, code: int
) -> None:
    source, output = desk.vcf(_record()), desk.folder / "out.vcf.gz"
    program = (
        "import signal, sys, time, toys\n"
        # As from a terminal, though nohup or a background job runs these tests.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "signal.signal(signal.SIGHUP, signal.SIG_DFL)\n"
        "from twinsplice import cli\n"
        "from twinsplice.base_models import loading\n"
        "from twinsplice.models import profiling\n"
        "loading.load = lambda *_: toys.model([toys.member(1)], 'cispliceai')\n"
        "def run(*_):\n"
        "    print('begun', flush=True)\n"
        "    time.sleep(60)\n"
        "profiling.run = run; cli.main()"
    )
    files = [source, "-r", desk.folder / "genome.fa", "-a", desk.folder / "genes.tsv"]
    command = [sys.executable, "-c", program, "score", *map(str, files)]
    with subprocess.Popen(
        [*command, "-o", str(output)],
        env=os.environ | {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT / 'tests'}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == b"begun\n"
        assert list(desk.folder.glob(".out*"))
        time.sleep(0.1)
        process.send_signal(number)
        assert process.stderr.read() == b""
    assert process.returncode == code
    assert not list(desk.folder.glob("*out*"))
    assert not list(desk.folder.glob(".*"))
