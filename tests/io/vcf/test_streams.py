"""`streams`: bytes of an input, known by their content and never cut short."""

import contextlib
import gzip
import pathlib
import sys
from collections.abc import Callable

import pysam
import pytest

from twinsplice import errors
from twinsplice.io.vcf import streams

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
