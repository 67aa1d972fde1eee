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
    ],
)
def test_every_spelling_is_the_same_record(
    text: str, expected: tuple[str, str, str, str]
) -> None:
    line = variant_lists.vcf_line(text, line=1, name="x")
    assert line is not None
    contig, position, _, ref, alt = line.split("\t")[:5]
    assert (contig, position, ref, alt) == expected


@pytest.mark.parametrize("text", ["hello", "chr1-5-A", "chr1-5--A", "chr1-x-A-G"])
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
