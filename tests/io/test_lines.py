"""`lines`: numbered lines of text, plain or gzipped, whatever the file's name."""

import gzip
import os
import pathlib
from collections.abc import Callable

import pytest

from twinsplice import errors
from twinsplice.io import lines


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_lines_are_numbered_from_1_without_their_ends(
    tmp_path: pathlib.Path, pack: Callable[[bytes], bytes]
) -> None:
    path = tmp_path / "text"
    path.write_bytes(pack("é\n\nlast".encode()))
    assert list(lines.read(path)) == [(1, "é"), (2, ""), (3, "last")]
    assert list(lines.numbered(path)) == list(lines.numbered(str(path)))
    assert list(lines.numbered(["a\r\n", "b"])) == [(1, "a"), (2, "b")]


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_byte_order_mark_is_no_part_of_a_line(
    tmp_path: pathlib.Path, pack: Callable[[bytes], bytes]
) -> None:
    path = tmp_path / "text"
    path.write_bytes(pack("\ufeffa\n\ufeffb\n".encode()))
    assert list(lines.read(path)) == [(1, "a"), (2, "\ufeffb")]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (gzip.compress(b"a\n" * 9, mtime=0)[:-9], "must be whole.* after line 9"),
        (gzip.compress(b"a\n", mtime=0)[:12], "must be whole.* after line 0"),
        (b"\x1f\x8bgarbage", "must be whole.* after line 0"),
        (b"a\n\xff\n", "must be UTF-8"),
        (None, "must be readable; got .*No such file"),
    ],
)
def test_what_is_no_text_is_refused(
    tmp_path: pathlib.Path, content: bytes | None, message: str
) -> None:
    path = tmp_path / "text"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(errors.InputError, match=message):
        list(lines.read(path))


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_file_that_shrinks_while_it_is_read_is_refused(
    tmp_path: pathlib.Path, pack: Callable[[bytes], bytes]
) -> None:
    path = tmp_path / "text"
    path.write_bytes(pack(b"".join(b"%d\n" % (n**7) for n in range(30_000))))
    rows = lines.read(path)
    next(rows)
    os.truncate(path, path.stat().st_size // 2)
    with pytest.raises(errors.InputError, match=r"must (not change|be whole)"):
        list(rows)


def test_a_bad_line_is_named() -> None:
    error = lines.malformed("a rule", where="a file", number=7, got="this")
    assert str(error) == "a rule; got this in line 7 of a file; mend or drop that line"


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_line_without_an_end_is_refused(
    tmp_path: pathlib.Path,
    monkeypatch: pytest.MonkeyPatch,
    pack: Callable[[bytes], bytes],
) -> None:
    monkeypatch.setattr(lines, "LONGEST", 1_000)
    path = tmp_path / "text"
    path.write_bytes(pack(b"a" * 1_000 + b"\n" + b"b" * 5_000))
    read = lines.read(path)
    assert next(read) == (1, "a" * 1_000)
    with pytest.raises(errors.InputError, match="at most 1,000 letters; got more in"):
        next(read)
