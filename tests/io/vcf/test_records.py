"""Records: a line is its text and its line end, and what is no record is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support import vcf as toy_vcfs
from twinsplice import errors
from twinsplice.io.vcf import records


@given(toy=toy_vcfs.vcfs(), ending=st.sampled_from(["", "\n", "\r\n", "\r\r\n"]))
def test_a_line_is_kept_byte_for_byte(toy: toy_vcfs.ToyVcf, ending: str) -> None:
    for number, text in enumerate(toy.records):
        line = f"{text}{ending}".encode()
        record = records.of_line(line, number, "x")
        assert record is not None
        contig, position, _, ref, alt, *_ = text.split("\t")
        assert (record.line, record.contig, record.ref) == (number, contig, ref)
        assert record.position == int(position) - 1
        assert ",".join(record.alts) == alt.replace(".", "")
        assert (record.text + record.ending).encode() == line


@pytest.mark.parametrize(
    "line",
    ["x", "1\t5\t.\tA\tC\t.\t.", "1\tx\t.\tA\tC\t.\t.\t.", "\t5\t.\tA\tC\t.\t.\t."],
)
def test_what_is_no_record_is_refused(line: str) -> None:
    with pytest.raises(errors.InputError, match="line 7 of x"):
        records.of_line(line.encode(), 7, "x")


def test_an_empty_line_is_none() -> None:
    assert records.of_line(b"\r\n", 1, "x") is None
