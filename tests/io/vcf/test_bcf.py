"""`bcf`: the text of a BCF, whatever its size and whatever is wrong with it."""

import contextlib
import gzip
import os
import pathlib
import subprocess

import numpy as np
import pysam.bcftools
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinsplice import errors
from twinsplice.io.vcf import bcf, streams

HEADER = (
    "##fileformat=VCFv4.2\n"
    '##FILTER=<ID=PASS,Description="All filters passed">\n'
    "##contig=<ID=chr1>\n"
    '##INFO=<ID=X,Number=1,Type=String,Description="Noise">\n'
    "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
)


def _text(records: int, width: int = 9) -> str:
    noise = np.random.default_rng(0).integers(0, 10**9, records)
    lines = (
        f"chr1\t{at + 1}\t.\tA\tG\t.\t.\tX={str(number) * width}\n"
        for at, number in enumerate(noise)
    )
    return HEADER + "".join(lines)


def _bcf(folder: pathlib.Path, text: str) -> pathlib.Path:
    (folder / "in.vcf").write_text(text)
    path = folder / "in.bcf"
    pysam.bcftools.view(
        *("--no-version", "-Ob", "-o", str(path), str(folder / "in.vcf")),
        catch_stdout=False,
    )
    return path


def _read(path: pathlib.Path) -> str:
    with contextlib.closing(streams.Stream(path)) as stream, stream.whole():
        return b"".join(bcf.read_lines(stream)).decode()


# More than pipes and buffers hold, in either direction; one line, too.
@pytest.mark.parametrize(("records", "width"), [(0, 1), (1, 200_000), (20_000, 20)])
def test_the_text_is_that_of_the_vcf(
    tmp_path: pathlib.Path, records: int, width: int
) -> None:
    text = _text(records, width)
    assert _read(_bcf(tmp_path, text)) == text


def test_bcf_need_not_be_packed(tmp_path: pathlib.Path) -> None:
    path = _bcf(tmp_path, _text(5))
    content = gzip.decompress(path.read_bytes())
    for name, form in (("plain", content), ("gzip", gzip.compress(content))):
        (tmp_path / name).write_bytes(form)
        assert _read(tmp_path / name) == _text(5)


def test_what_bcftools_cannot_read_is_refused_with_its_reason(
    tmp_path: pathlib.Path, capfd: pytest.CaptureFixture[str]
) -> None:
    content = gzip.decompress(_bcf(tmp_path, _text(5)).read_bytes())
    # A record begins with two lengths; then comes its contig, which is none here.
    contig = 9 + int.from_bytes(content[5:9], "little") + 8
    of_none = content[:contig] + b"\x63" + content[contig + 1 :]
    for damaged in (content[:-3], content[:20], of_none):
        (tmp_path / "damaged").write_bytes(damaged)
        with pytest.raises(errors.InputError) as caught:
            _read(tmp_path / "damaged")
        message = str(caught.value)
        assert message.startswith("a BCF must be whole and sound; got ")
        assert "which bcftools cannot read (" in message
        assert "\n" not in message
    # What htslib prints of it stays in its own process.
    assert capfd.readouterr() == ("", "")


def test_no_process_outlives_its_reader(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[subprocess.Popen[bytes]] = []
    start = subprocess.Popen.__init__

    def noted(process: subprocess.Popen[bytes], *args: object, **more: object) -> None:
        begun.append(process)
        start(process, *args, **more)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess.Popen, "__init__", noted)
    stream = streams.Stream(_bcf(tmp_path, _text(20_000, 20)))
    lines = bcf.read_lines(stream)
    assert next(lines) == b"##fileformat=VCFv4.2\n"
    lines.close()
    stream.close()
    (process,) = begun
    assert process.returncode is not None
    with pytest.raises(ProcessLookupError):
        os.kill(process.pid, 0)


@given(st.lists(st.binary(max_size=6).map(lambda part: part.replace(b"0", b"\n"))))
def test_lines_are_joined_from_any_parts(parts: list[bytes]) -> None:
    """Each part once, not the line again with each."""
    lines = list(bcf._lines(iter(parts)))
    assert b"".join(lines) == b"".join(parts)
    assert all(line.endswith(b"\n") for line in lines[:-1])
    assert all(b"\n" not in line[:-1] for line in lines)
    assert all(lines)
