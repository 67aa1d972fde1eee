"""Files that cannot be read or written: one line and exit 2."""

import gzip
import os
import sys

import pytest

from support import cli as desks
from twinsplice.scoring.runs import diagnostics


def test_duplicates_and_older_fields_of_ours(desk: desks.Desk) -> None:
    stale = "AC=1;CISpliceAI=stale;TwinSplice_SKIP=stale;B\n"
    record = desks.record().removesuffix(".\n") + stale
    outcome = desk.score(desk.vcf(record, record, desks.record(5, contig="chr2")))
    assert len(outcome.records) == 3
    assert outcome.records[0] == outcome.records[1]
    assert outcome.records[0][7].startswith("AC=1;B;CISpliceAI=")
    assert "stale" not in outcome.out


def test_an_unsorted_vcf_is_written_as_it_is_or_refused(desk: desks.Desk) -> None:
    source = desk.vcf(
        desks.record(900),
        desks.record(),
        desks.record(5, contig="chr2"),
        desks.record(901),
    )
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


def test_positions_that_no_index_holds_are_refused(desk: desks.Desk) -> None:
    source = desk.vcf("chr1\t4999999999\t.\tA\tC\t.\t.\t.\n")
    for ending in ("vcf.gz", "bcf"):
        said = desk.refused(source, output=str(desk.folder / f"out.{ending}"))
        assert "positions below 2,147,483,648; got chr1:4999999999" in said


@pytest.mark.parametrize("flags", [[], ["--quiet"]])
def test_what_htslib_cannot_index_is_kept_and_said(
    desk: desks.Desk, flags: list[str]
) -> None:
    source = desk.vcf(desks.record(), "c\0r9\t5\t.\tA\tC\t.\t.\t.\n")
    output = desk.folder / "out.vcf.gz"
    outcome = desk.score(source, *flags, output=output)
    assert outcome.code == 0
    last = outcome.err.splitlines()[-1]
    assert last.startswith("twinsplice: warning: out.vcf.gz is whole, but has no index")
    assert gzip.decompress(output.read_bytes()).count(b"CISpliceAI=G|A|") == 1
    assert not list(desk.folder.glob("out.vcf.gz.*"))


# Places.


@pytest.mark.parametrize("name", ["none.vcf", ".", "x" * 300, "in.vcf/below"])
def test_an_input_that_cannot_be_read_is_refused(desk: desks.Desk, name: str) -> None:
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
    desk: desks.Desk, output: str, said: str
) -> None:
    kept = {path.name: path.read_bytes() for path in desk.folder.iterdir()}
    source = desk.vcf(desks.record())
    assert said in desk.refused(source, output=str(desk.folder / output))
    assert all((desk.folder / name).read_bytes() == kept[name] for name in kept)


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is closed to root")
def test_a_read_only_folder_is_refused(desk: desks.Desk) -> None:
    closed = desk.folder / "closed"
    closed.mkdir(mode=0o555)
    said = desk.refused(desk.vcf(), output=str(closed / "out.vcf"))
    assert "folder that can be written to" in said


@pytest.mark.parametrize("ending", ["vcf", "vcf.gz"])
def test_an_input_is_not_written_over(desk: desks.Desk, ending: str) -> None:
    source = desk.vcf(desks.record())
    source = desks.bgzip(source) if ending == "vcf.gz" else source
    before = source.read_bytes()
    assert "must not be the input" in desk.refused(source, output=str(source))
    assert source.read_bytes() == before


@pytest.mark.parametrize("stream", ["stdin", "stdout"])
def test_closed_standard_streams_are_refused(
    desk: desks.Desk, monkeypatch: pytest.MonkeyPatch, stream: str
) -> None:
    source = "-" if stream == "stdin" else str(desk.vcf())
    monkeypatch.setattr(sys, stream, None)
    assert "closed" in desk.refused(source) or stream == "stdin"


# The reference and the annotation.


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "a FASTA file is"),
        (desks.HEADER, "a FASTA file is"),
        (gzip.compress(b">chr1\nAC\nACGT\nA\n", mtime=0), "a FASTA file is"),
        (gzip.compress(b">chr1\nACGT\n" * 99, mtime=0)[:-9], "breaks off"),
        (">chr1\nAC\nACGT\nA\n", "a FASTA file is"),
    ],
)
def test_what_is_no_reference_is_refused(
    desk: desks.Desk, content: str | bytes, said: str
) -> None:
    desk.write("other.fa", content)
    assert said in desk.refused(desk.vcf(), "--quiet", reference="other.fa")


def test_a_truncated_bgzipped_reference_is_refused(desk: desks.Desk) -> None:
    whole = desks.bgzip(desk.folder / "genome.fa").read_bytes()
    desk.write("other.fa", whole[:-60])
    assert "breaks off" in desk.refused(desk.vcf(), reference="other.fa")


def test_an_empty_index_is_refused(desk: desks.Desk) -> None:
    desk.write("genome.fa.fai", "")
    assert "index of the reference" in desk.refused(desk.vcf(desks.record()))


@pytest.mark.parametrize(
    "content",
    [
        "",
        "hello\n",
        b"\x1f\x8bgarbage",
        bytes(range(128, 256)),
        desks.HEADER,
        desks.GENES.splitlines()[0] + "\n",
        desks.GENES.replace("\t100\t2000", "\t-5\t2000"),
        desks.GENES.replace("\t100\t2000", "\tx\t2000"),
        desks.GENES.replace("\t2000\t", "\t99999999999999999999\t"),
        desks.GENES.replace("2000,\n", "99999999999999999999,\n"),
        'chr1\t.\texon\t5\t9\t.\t+\t.\tgene_id "A";\n',
        'chr1\t.\texon\t9\t5\t.\t+\t.\tgene_id "A"; transcript_id "T";\n',
        "chr1\t.\texon\t1\t99999999999999999999\t.\t+\t.\t"
        'gene_id "A"; transcript_id "T";\n',
        gzip.compress(desks.GENES.encode())[:-9],
    ],
)
def test_what_is_no_annotation_is_refused(
    desk: desks.Desk, content: str | bytes
) -> None:
    desk.write("odd.tsv", content)
    desk.refused(desk.vcf(), annotation="odd.tsv")


def test_gtf_is_read_whatever_its_line_ends(desk: desks.Desk) -> None:
    gtf = "".join(
        f'chr1\t.\texon\t{start}\t{end}\t.\t+\t.\tgene_id "E"; transcript_id "T";\n'
        for start, end in ((101, 400), (901, 1200))
    )
    for text in (gtf, gtf.replace("\n", "\r\n")):
        desk.write("genes.gtf", text)
        outcome = desk.score(desk.vcf(desks.record()), annotation="genes.gtf")
        assert "|E|" in outcome.records[0][7]


def test_a_symbol_that_vcf_reserves_is_encoded(desk: desks.Desk) -> None:
    desk.write("odd.tsv", desks.GENES.replace("\nA\t", "\nA;=,| b\t"))
    outcome = desk.score(desk.vcf(desks.record()), annotation="odd.tsv")
    assert "|A%3B%3D%2C%7C%20b|" in outcome.records[0][7]


def test_slices_of_a_reference_say_where_they_end(desk: desks.Desk) -> None:
    text = desks.GENOME["chr1"]
    pieces = ((1, 480), (400, 700), (900, 950), (2_900, 3_000))
    desk.write(
        "other.fa",
        desks.fasta_of({f"chr1:{a}-{b}": text[a - 1 : b] for a, b in pieces}),
    )
    source = desk.vcf(*map(desks.record, (desks.SITE, 690, 800, 925)))
    whole, sliced = desk.score(source), desk.score(source, reference="other.fa")
    infos = [record[7] for record in sliced.records]
    assert infos[0] == whole.records[0][7]
    assert ["near_contig_end" in info for info in infos] == [False, True, True, True]


# Notes: what a user should know though nothing failed.


def test_a_vcf_of_another_build_is_noted(desk: desks.Desk) -> None:
    wrong = desks.record().split("\t")
    wrong[3:5] = [wrong[4], wrong[3]]
    source = desk.vcf("\t".join(wrong), *map(desks.record, range(300, 304)))
    assert "20% of alleles do not match" in desk.score(source).err
    few = desk.vcf("\t".join(wrong), *map(desks.record, range(300, 309)))
    assert "do not match" not in desk.score(few).err


def test_contigs_that_the_reference_lacks_are_named(
    desk: desks.Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("chr9", "chr7", "chr9", "5", "Un", "HLA")
    records = [f"{name}\t5\t.\tA\tC\t.\t.\t.\n" for name in names]
    said = desk.score(desk.vcf(*records)).err
    assert "does not have: chr9, chr7, 5 and 2 more" in " ".join(said.split())
    # Of a million names not all are kept.
    monkeypatch.setattr(diagnostics, "_MOST_MISSING", 4)
    said = desk.score(desk.vcf(*records)).err
    assert "chr9, chr7, 5 and at least 1 more" in " ".join(said.split())
    assert desk.score(desk.vcf(*records), "--quiet").err == ""
