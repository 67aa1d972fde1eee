"""`streams`: bytes of an input, known by their content and never cut short."""

import contextlib
import gzip
import io
import os
import pathlib
import sys
from collections.abc import Callable
from typing import cast

import pysam
import pytest

from twinsplice import errors
from twinsplice.io.vcf import streams, vcf

CONTENT = b"some text\n" * 9_000


def _bgzf(content: bytes, folder: pathlib.Path) -> bytes:
    path = folder / "packed"
    with pysam.BGZFile(str(path), "wb", None) as packed:
        packed.write(content)
    return path.read_bytes()


PACKINGS: dict[streams.Form, Callable[[bytes, pathlib.Path], bytes]] = {
    streams.Form.PLAIN: lambda content, _: content,
    streams.Form.GZIP: lambda content, _: gzip.compress(content),
    streams.Form.BGZF: _bgzf,
}


def _read(path: pathlib.Path) -> bytes:
    with contextlib.closing(streams.Stream(path)) as stream, stream.whole():
        return stream.unpacked().read()


@pytest.mark.parametrize("form", list(streams.Form))
@pytest.mark.parametrize("content", [CONTENT, b"BCF\x02\x02" + CONTENT])
def test_form_and_kind_follow_from_the_first_bytes(
    tmp_path: pathlib.Path, form: streams.Form, content: bytes
) -> None:
    path = tmp_path / "in.txt"
    path.write_bytes(PACKINGS[form](content, tmp_path))
    assert _read(path) == content
    with contextlib.closing(streams.Stream(path)) as stream:
        assert stream.form is form
        assert stream.is_bcf == content.startswith(b"BCF")


@pytest.mark.parametrize("form", [streams.Form.GZIP, streams.Form.BGZF])
@pytest.mark.parametrize("cut", [1, 28, 60])
def test_what_is_cut_short_is_refused(
    tmp_path: pathlib.Path, form: streams.Form, cut: int
) -> None:
    path = tmp_path / "in.gz"
    path.write_bytes(PACKINGS[form](CONTENT, tmp_path)[:-cut])
    with pytest.raises(errors.InputError, match="a compressed input must be whole"):
        _read(path)


def test_half_a_line_of_a_file_that_is_written_to_has_that_reason(
    tmp_path: pathlib.Path,
) -> None:
    """It said that the line was to be mended."""
    path = tmp_path / "in"

    def read(*, left: int) -> None:
        path.write_bytes(CONTENT)
        with contextlib.closing(streams.Stream(path)) as stream, stream.whole():
            os.truncate(path, left)
            raise errors.InputError("a line", got="half of it", remedy="mend it")

    with pytest.raises(errors.InputError, match="must not change while it is"):
        read(left=len(CONTENT) // 2)

    def wrong(path: pathlib.Path) -> None:
        with contextlib.closing(streams.Stream(path)) as stream, stream.whole():
            raise errors.InputError("a line", got="half of it", remedy="mend it")

    with pytest.raises(errors.InputError, match="half of it"):
        wrong(path)


@pytest.mark.parametrize("start", ["##fileformat=VCFv4.2\n#CHROM\tPOS\n", ""])
def test_so_has_half_a_record(tmp_path: pathlib.Path, start: str) -> None:
    path, line = tmp_path / "in", "1\t1\t.\tA\tC\t.\t.\tX=1\n"
    path.write_text(start + line * 40_000)
    with vcf.read(path) as source:
        next(iter(source))
        os.truncate(path, len(start) + len(line) * 30_000 + 3)
        with pytest.raises(errors.InputError, match="must not change while it is"):
            list(source)


def _incompressible(lines: int) -> bytes:
    return b"".join(b"%d\n" % (number**7) for number in range(lines))


@pytest.mark.parametrize("form", list(streams.Form))
@pytest.mark.parametrize("kind", [b"", b"BCF\x02\x02"])
@pytest.mark.parametrize(
    "change", ["cut", "emptied", "appended", "rewritten", "replaced"]
)
def test_a_file_that_changes_while_it_is_read_is_refused(
    tmp_path: pathlib.Path, form: streams.Form, kind: bytes, change: str
) -> None:
    """A plain file that shrinks would end at any line, without a word."""
    path, content = tmp_path / "in", kind + _incompressible(60_000)
    path.write_bytes(PACKINGS[form](content, tmp_path))
    size = path.stat().st_size
    assert size > 2 * streams.BUFFER
    os.utime(path, (0, 0))
    with contextlib.closing(streams.Stream(path)) as stream:

        def rest() -> bytes:
            with stream.whole():
                unpacked = stream.unpacked()
                first = unpacked.readline()
                if change == "replaced":
                    # The file that was opened is still there.
                    path.with_name("new").write_bytes(b"other")
                    path.with_name("new").replace(path)
                elif change == "appended":
                    with path.open("ab") as file:
                        file.write(path.read_bytes() if form else b"1\n")
                elif change == "rewritten":
                    path.write_bytes(path.read_bytes())
                else:
                    os.truncate(path, 0 if change == "emptied" else size * 3 // 4)
                return first + unpacked.read()

        if change == "replaced":
            assert rest() == content
            return
        with pytest.raises(errors.InputError, match="must not change while it is"):
            rest()


def test_a_standard_input_that_shrinks_is_refused(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "in"
    path.write_bytes(_incompressible(60_000))
    with path.open() as stdin:
        # What went before is not read again, and not missed.
        stdin.buffer.raw.seek(4_000)  # type: ignore[attr-defined]
        monkeypatch.setattr(sys, "stdin", stdin)
        stream = streams.Stream(streams.STANDARD)
        unpacked = stream.unpacked()
        unpacked.readline()
        os.truncate(path, 700_000)
        with (
            pytest.raises(errors.InputError, match="got stdin, of 700,000 bytes"),
            stream.whole(),
        ):
            unpacked.read()


def test_a_standard_input_of_python_code_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    raw = cast("io.RawIOBase", io.BytesIO(CONTENT))
    stdin = io.TextIOWrapper(io.BufferedReader(raw))
    monkeypatch.setattr(sys, "stdin", stdin)
    assert _read(streams.STANDARD) == CONTENT


def test_how_much_was_read_rises_to_all(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "in.gz"
    lines = b"".join(b"%d\n" % (number**3) for number in range(200_000))
    path.write_bytes(gzip.compress(lines))
    with contextlib.closing(streams.Stream(path)) as stream, stream.whole():
        content = stream.unpacked()
        fractions = []
        while content.read(100_000):
            fractions.append(stream.fraction_read())
    assert None not in fractions
    assert fractions == sorted(fractions, key=float)  # type: ignore[arg-type]
    assert fractions[-1] == 1.0
    assert len(set(fractions)) > 10


def test_stdin_stays_open_and_has_no_size(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "in").write_bytes(CONTENT)
    with (tmp_path / "in").open() as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        stream = streams.Stream(streams.STANDARD)
        assert stream.name == "stdin"
        assert stream.unpacked().read() == CONTENT
        assert stream.fraction_read() is None
        stream.close()
        assert not stdin.closed


@pytest.mark.parametrize(
    ("name", "message"),
    [("none", "No such file"), (".", "that can be read"), ("empty", "which is empty")],
)
def test_what_is_no_input_is_refused(
    tmp_path: pathlib.Path, name: str, message: str
) -> None:
    (tmp_path / "empty").touch()
    with pytest.raises(errors.InputError, match=message):
        streams.Stream(tmp_path / name)
