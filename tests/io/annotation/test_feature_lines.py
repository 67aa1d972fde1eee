"""`feature_lines`: lines of GTF and GFF3, and their attributes."""

import pytest

from support import gene_files
from twinsplice.io.annotation import feature_lines


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('a "1"; b "2";', {"a": "1", "b": "2"}),
        ("a 1; b 2", {"a": "1", "b": "2"}),
        ('a "x; y z"; b "";c "3"', {"a": "x; y z", "b": "", "c": "3"}),
        ('tag "basic"; tag "MANE_Select";', {"tag": "basic,MANE_Select"}),
        ("a  two words ; b 2", {"a": "two words", "b": "2"}),
        ("g1", {}),
    ],
)
def test_gtf_attributes_are_read(text: str, expected: dict[str, str]) -> None:
    assert feature_lines.gtf_attributes(text) == expected


def test_gff3_attributes_are_decoded() -> None:
    text = "ID=a; Name=b%3Bc = d;Empty="
    expected = {"ID": "a", "Name": "b;c = d", "Empty": ""}
    assert feature_lines.gff3_attributes(text) == expected


@pytest.mark.parametrize(
    ("text", "gff3"),
    [
        *(("ID=a;Parent=b", True), (" gene_id = G", True)),
        *(('gene_id "a=b"; x "y"', False), ("gene_id G; note a=b", False)),
        *(("g1.t1", False), ("", False)),
    ],
)
def test_attributes_tell_the_format(text: str, *, gff3: bool) -> None:
    assert feature_lines.is_gff3(text) is gff3


@pytest.mark.parametrize("end", ["##FASTA", ">0 without a word before"])
def test_features_end_where_sequence_begins(end: str) -> None:
    line = gene_files.line("1", "exon", (5, 9), "+", "ID=a")
    text = ["#c", "", line, end, ">1", "ACGT"]
    ((number, columns),) = feature_lines.features(enumerate(text, 1), "x")
    row = feature_lines.row(number, columns, "x")
    assert row == (3, "1", "exon", 4, 9, "+", "ID=a")
    assert row.stranded
