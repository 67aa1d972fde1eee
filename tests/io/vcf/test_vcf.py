"""`vcf.read`: what it takes, and what it refuses."""

import contextlib
import gzip
import os
import pathlib
import re
import sys
import tracemalloc
from collections.abc import Callable, Iterator

import pysam
import pytest

from twinsplice import errors
from twinsplice.io.vcf import long_lines, vcf, vcf_output

HEADER = b"##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
RECORD = b"chr1\t5\t.\ta\tG,T\t.\t.\tAC=1\n"
BGZF_END_SIZE = 28
ZERO = pathlib.Path("/dev/zero")


def _file(folder: pathlib.Path, content: bytes, name: str = "in.vcf") -> pathlib.Path:
    path = folder / name
    path.write_bytes(content)
    return path


def _bgzf(folder: pathlib.Path, content: bytes) -> pathlib.Path:
    path = folder / "in.bgz"
    with pysam.BGZFile(str(path), "wb", None) as packed:
        packed.write(content)
    return path


Pipe = Callable[[bytes], None]


@pytest.fixture
def pipe_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[Pipe]:
    """Let stdin be a pipe that holds some bytes."""
    with contextlib.ExitStack() as opened:

        def pipe(content: bytes) -> None:
            reader, writer = os.pipe()
            os.write(writer, content)
            os.close(writer)
            monkeypatch.setattr(sys, "stdin", opened.enter_context(os.fdopen(reader)))

        yield pipe


def _refused(path: pathlib.Path) -> str:
    with pytest.raises(errors.InputError) as caught, vcf.read(path) as source:
        list(source)
    return str(caught.value)


def test_a_record_is_0_based_and_keeps_its_case(tmp_path: pathlib.Path) -> None:
    with vcf.read(_file(tmp_path, HEADER + RECORD)) as source:
        (record,) = source
    assert (record.line, record.contig, record.position) == (3, "chr1", 4)
    assert (record.ref, record.alts) == ("a", ("G", "T"))


def test_no_alt_is_no_alleles(tmp_path: pathlib.Path) -> None:
    line = b"chr1\t5\t.\tA\t.\t.\t.\t.\n"
    with vcf.read(_file(tmp_path, HEADER + line)) as source:
        assert [record.alts for record in source] == [()]


def test_a_header_alone_has_no_records(tmp_path: pathlib.Path) -> None:
    with vcf.read(_file(tmp_path, HEADER)) as source:
        assert list(source) == []
        assert source.header_lines[0] == "##fileformat=VCFv4.2"


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_content_not_name_says_what_a_file_is(
    tmp_path: pathlib.Path, pack: Callable[[bytes], bytes]
) -> None:
    path = _file(tmp_path, pack(HEADER + RECORD), name="in.what")
    with vcf.read(path) as source:
        assert len(list(source)) == 1
        assert source.fraction_read() == 1.0


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"chr1\t5\t.\tA\tG\n", "8 columns.*got 5.*line 3"),
        (b"chr1 5 . A G . . .\n", "8 columns.*got 1.*line 3"),
        (b"chr1\tx5\t.\tA\tG\t.\t.\t.\n", "POS.*'x5' on line 3"),
        (b"chr1\t-5\t.\tA\tG\t.\t.\t.\n", "POS.*'-5' on line 3"),
        (b"chr1\t5\t.\t\tG\t.\t.\t.\n", "REF and ALT.*line 3"),
        (b"chr1\t5\t.\tA\tG,\t.\t.\t.\n", "REF and ALT.*line 3"),
        (HEADER, "8 columns.*line 3"),
    ],
)
def test_a_malformed_line_is_named(
    tmp_path: pathlib.Path, line: bytes, message: str
) -> None:
    said = _refused(_file(tmp_path, HEADER + line))
    assert re.search(message, said)
    assert "\n" not in said


@pytest.mark.parametrize("content", [HEADER + RECORD, b"chr1-5-A-G\n"])
def test_a_byte_order_mark_is_no_part_of_the_first_line(
    tmp_path: pathlib.Path, content: bytes
) -> None:
    with vcf.read(_file(tmp_path, content)) as source:
        expected = source.header_lines, list(source)
    with vcf.read(_file(tmp_path, b"\xef\xbb\xbf" + content)) as source:
        assert (source.header_lines, list(source)) == expected


def test_blank_lines_may_stand_before_a_header(tmp_path: pathlib.Path) -> None:
    with vcf.read(_file(tmp_path, b"\n \r\n" + HEADER + RECORD)) as source:
        (record,) = source
        assert not source.is_list
    assert (record.line, record.text) == (5, RECORD.decode().rstrip("\n"))
    assert "empty" in _refused(_file(tmp_path, b"\n\n"))


@pytest.mark.parametrize("before", [b"#comment\n", b"# made by\n\n", b"1-5-A-C\n"])
@pytest.mark.parametrize("header", [HEADER, HEADER.split(b"\n", 1)[1]])
def test_a_header_that_does_not_come_first_is_refused(
    tmp_path: pathlib.Path, before: bytes, header: bytes
) -> None:
    """Else the records would be taken for a list, and lose their fields."""
    said = _refused(_file(tmp_path, before + header + RECORD))
    assert "must come first" in said


@pytest.mark.parametrize("content", [b"", gzip.compress(b"", mtime=0)])
def test_an_empty_file_is_refused(tmp_path: pathlib.Path, content: bytes) -> None:
    assert "empty" in _refused(_file(tmp_path, content))


def test_a_header_without_its_last_line_is_refused(tmp_path: pathlib.Path) -> None:
    assert "#CHROM" in _refused(_file(tmp_path, b"##fileformat=VCFv4.2\n" + RECORD))


def test_a_missing_file_is_refused(tmp_path: pathlib.Path) -> None:
    assert "No such file" in _refused(tmp_path / "none.vcf")


def test_a_folder_is_refused(tmp_path: pathlib.Path) -> None:
    assert "can be read" in _refused(tmp_path)


def test_gzip_cut_short_is_refused(tmp_path: pathlib.Path) -> None:
    lines = b"".join(
        b"chr1\t%d\t.\tA\tG\t.\t.\tX=%d\n" % (i, i * i) for i in range(1, 9999)
    )
    whole = gzip.compress(HEADER + lines)
    assert "breaks off" in _refused(_file(tmp_path, whole[: len(whole) // 2]))


def test_bgzf_without_its_end_is_refused(tmp_path: pathlib.Path) -> None:
    whole = _bgzf(tmp_path, HEADER + RECORD).read_bytes()
    cut = _file(tmp_path, whole[:-BGZF_END_SIZE])
    # All its records can be read, so only the missing end tells.
    assert "whole" in _refused(cut)


@pytest.mark.parametrize("cut", [False, True])
def test_bgzf_from_a_pipe(tmp_path: pathlib.Path, pipe_in: Pipe, *, cut: bool) -> None:
    whole = _bgzf(tmp_path, HEADER + RECORD).read_bytes()
    pipe_in(whole[:-BGZF_END_SIZE] if cut else whole)
    if cut:
        assert "stdin" in _refused(pathlib.Path("-"))
    else:
        with vcf.read(pathlib.Path("-")) as source:
            assert len(list(source)) == 1
            assert source.fraction_read() is None


def test_bcf_from_a_pipe(tmp_path: pathlib.Path, pipe_in: Pipe) -> None:
    bcf = _bcf(tmp_path)
    pipe_in(bcf.read_bytes())
    with vcf.read(pathlib.Path("-")) as source:
        assert [record.position for record in source] == [4]


def test_bcf_cut_short_is_refused(tmp_path: pathlib.Path) -> None:
    cut = _file(tmp_path, _bcf(tmp_path).read_bytes()[:-40])
    assert "whole" in _refused(cut)


def _bcf(folder: pathlib.Path) -> pathlib.Path:
    header = HEADER.replace(
        b"#CHROM",
        b'##contig=<ID=chr1>\n##INFO=<ID=AC,Number=1,Type=Integer,Description="">\n'
        b"#CHROM",
    )
    text = _file(folder, header + RECORD, name="text.vcf")
    path = folder / "in.bcf"
    with (
        pysam.VariantFile(str(text)) as source,
        pysam.VariantFile(str(path), "wb", header=source.header) as output,
    ):
        for record in source:
            output.write(record)
    return path


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1\t2\t.\tA\tC\t.\t.\tGENE=X;B=2", "X"),
        ("1\t2\t.\tA\tC\t.\t.\tB=2;GENE=a=b\tGT\t0/1", "a=b"),
        ("1\t2\t.\tA\tC\t.\t.\tGENES=X;B=GENE", None),
        ("1\t2\t.\tA\tC\t.\t.\tGENE", ""),
        ("1\t2\t.\tA\tC\t.\t.\t.", None),
        ("", None),
    ],
)
def test_an_info_field_is_found_by_its_name(text: str, expected: str | None) -> None:
    assert vcf.info(vcf.Record(1, "1", 1, "A", ("C",), text), "GENE") == expected


def test_of_a_very_long_allele_the_beginning_is_kept_beside_the_text(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(long_lines, "LONGEST_ALLELE", 4)
    line = b"chr1\t5\t.\tACGTACGT\tG,TTTTTT\t.\t.\t.\n"
    with vcf.read(_file(tmp_path, HEADER + line)) as source:
        (record,) = source
    assert (record.ref, record.alts) == ("ACGT", ("G", "TTTT"))
    assert record.text + record.ending == line.decode()


def test_of_a_long_line_little_is_in_memory(tmp_path: pathlib.Path) -> None:
    """From the file to the output: memory must not grow with the longest allele."""
    bases = 40_000_000
    line = b"chr1\t5\t.\t" + b"A" * bases + b"\tG\t.\t.\t.\n"
    path, output = _file(tmp_path, HEADER + 2 * line), tmp_path / "out.vcf"
    del line
    tracemalloc.start()
    try:
        with (
            vcf.read(path) as source,
            vcf_output.open_output(output, source, []) as sink,
        ):
            for record in source:
                sink.write(record, {})
                del record
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 25_000_000
    assert output.stat().st_size == path.stat().st_size


@pytest.mark.skipif(not ZERO.exists(), reason="a device of Unix")
def test_a_device_without_a_line_end_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(vcf, "LONGEST_LINE", 10_000_000)
    with pytest.raises(errors.InputError, match="at most 10,000,000 bytes"):
        vcf.read(ZERO, names=True)


def test_a_bomb_without_a_line_end_is_refused(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vcf, "LONGEST_LINE", 10_000_000)
    path = tmp_path / "x.vcf.gz"
    with gzip.open(path, "wb", compresslevel=1) as packed:
        packed.write(b"##fileformat=VCFv4.2\n##")
        packed.write(bytes(12_000_000))
    with pytest.raises(errors.InputError, match="at most 10,000,000 bytes"):
        vcf.read(path)
