"""Lists of variants, one a line."""

import pathlib

import pytest

from twinsplice import errors
from twinsplice.io.vcf import variant_lists, vcf


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("chr7-117559590-A-G", ("chr7", "117559590", "A", "G")),
        ("7:117559590:A:G", ("7", "117559590", "A", "G")),
        ("chr7:117559590 A>G", ("chr7", "117559590", "A", "G")),
        ("chr7:117559590A>G\r\n", ("chr7", "117559590", "A", "G")),
        ("chr7\t117559590\tat\tA,*\n", ("chr7", "117559590", "at", "A,*")),
        ("HLA-A*01:01-5-A-T", ("HLA-A*01:01", "5", "A", "T")),
        ("chr7:117,559,590 A>G", ("chr7", "117559590", "A", "G")),
        ("20:3893282-3893282 G/A", ("20", "3893282", "G", "A")),
        ("20:3893282-3893283 GT/A", ("20", "3893282", "GT", "A")),
        ("17\t5\t.\tC\tT", ("17", "5", "C", "T")),
        ("17\t5\trs12\tC\tT,G\t.\tPASS\tDP=5\tGT\t0/1", ("17", "5", "C", "T,G")),
        ("17-5-C-.", ("17", "5", "C", ".")),
        ("17\t5\t.\tC\t.\t.\tPASS\tEND=9", ("17", "5", "C", ".")),
        ("NC_000017.11-43090943-C-T", ("NC_000017.11", "43090943", "C", "T")),
    ],
)
def test_every_spelling_is_the_same_record(
    text: str, expected: tuple[str, str, str, str]
) -> None:
    line = variant_lists.vcf_line(text, line=1, name="x")
    assert line is not None
    contig, position, _, ref, alt = line.split("\t")[:5]
    assert (contig, position, ref, alt) == expected


@pytest.mark.parametrize(
    "text",
    [
        *("hello", "chr1-5-A", "chr1-5--A", "chr1-x-A-G", "BRCA1:c.88-3A>G"),
        # The region is of other length than REF.
        "20:3893282-3893290 G/A",
        f"chr1-{'9' * 4_301}-A-G",
    ],
)
def test_anything_else_is_refused_by_line(text: str) -> None:
    with pytest.raises(errors.InputError, match="on line 7 of x"):
        variant_lists.vcf_line(text, line=7, name="x")


def test_a_list_reads_as_a_vcf(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text("# mine\n\nchr1-5-A-G\nchr1:9:C:T\n")
    with vcf.read(path) as source:
        found = [(each.line, each.contig, each.position) for each in source]
        assert source.header_lines == variant_lists.HEADER_LINES
    assert found == [(3, "chr1", 4), (4, "chr1", 8)]


@pytest.mark.parametrize(
    "line",
    [
        "17\t5\trs12\tC\tT,G\t9.5\tq10;s50\tDP=5;X=a b",
        "17\t5\t.\tC\t<DEL>\t.\t.\tEND=9",
        "17\t5\t.\tC\tC[chr2:7[\t.\t.\t.",
        "HLA-A*01:01\t5\t.\tc\t.\t.\t.\t.",
    ],
)
@pytest.mark.parametrize("samples", ["", "\tGT\t0/1", "\t\t"])
def test_a_line_of_a_vcf_keeps_all_but_its_samples(
    tmp_path: pathlib.Path, line: str, samples: str
) -> None:
    path = tmp_path / "no-header.vcf"
    path.write_text(f"{line}{samples}\r\nBRCA1:c.5A>G\n")
    with vcf.read(path, names=True) as source:
        first, second = source
    assert first.text == line
    assert first.note == (variant_lists.NO_SAMPLES if samples else "")
    assert (second.contig, second.name) == ("", "BRCA1:c.5A>G")


def _read(path: pathlib.Path) -> list[tuple[str, str]]:
    with vcf.read(path, names=True) as source:
        assert source.is_list
        return [(each.contig, each.name) for each in source]


def test_a_bad_line_is_a_record_among_the_others(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text("oops\n# mine\nchr1-5-A-G\n\n BRCA1:c.5A>G \nchr1-5-A\n")
    assert _read(path) == [
        ("", "oops"),
        ("chr1", "chr1-5-A-G"),
        ("", "BRCA1:c.5A>G"),
        ("", "chr1-5-A"),
    ]
    with vcf.read(path) as source, pytest.raises(errors.InputError, match="line 1"):
        list(source)


def test_what_holds_no_variant_is_no_list(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "poem.txt"
    path.write_text("roses are red\n" * 500)
    with pytest.raises(errors.InputError, match="on line 1 of"):
        _read(path)


def test_names_are_an_input() -> None:
    source = vcf.ListSource(["chr1-5-A-G", "", "x"], "here")
    assert source.fraction_read() == 0
    assert [each.line for each in source] == [1, 3]
    assert source.fraction_read() == 1
