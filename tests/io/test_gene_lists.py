"""`gene_lists`: names a line, and regions of BED files."""

import gzip
import pathlib

import pytest

from twinsplice import errors
from twinsplice.genome import coordinates
from twinsplice.io import gene_lists

BED = "#made\nbrowser x\ntrack name=a\n\nchr1\t0\t5\tname\t0\t+\nchrM 7 9\n"


def test_names_are_read(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "names.txt"
    path.write_text("# panel\nBRCA1 \r\n\nENSG00000000001\n")
    assert gene_lists.read_names(path) == ["BRCA1", "ENSG00000000001"]


@pytest.mark.parametrize("packed", [False, True])
def test_intervals_are_read(tmp_path: pathlib.Path, *, packed: bool) -> None:
    path = tmp_path / "x.bed"
    path.write_bytes(gzip.compress(BED.encode()) if packed else BED.encode())
    assert list(gene_lists.read_bed(path)) == [
        coordinates.Interval("1", 0, 5),
        coordinates.Interval("MT", 7, 9),
    ]


@pytest.mark.parametrize(
    "line",
    [
        *("chr1", "chr1\t5", "chr1\t5\t5", "chr1\t6\t5", "chr1\t-1\t5", "chr1\ta\t5"),
        *("chr1\t1\t1.5", "chr1\t1\t9999999999999", "chr1\t1\t²"),
    ],
)
def test_a_malformed_line_is_refused(tmp_path: pathlib.Path, line: str) -> None:
    path = tmp_path / "x.bed"
    path.write_text(f"chr1\t0\t5\n{line}\n", encoding="utf-8")
    with pytest.raises(errors.InputError, match=r"a line of a BED file .* in line 2"):
        list(gene_lists.read_bed(path))


def test_a_missing_file_is_refused(tmp_path: pathlib.Path) -> None:
    for read in (gene_lists.read_names, gene_lists.read_bed):
        with pytest.raises(errors.InputError, match="check the path"):
            list(read(tmp_path / "none"))
