"""Bytes of an input: plain, gzip or bgzf, from a file or stdin, checked to be whole.

The form of an input is detected from its first bytes, not from its name.
"""

import contextlib
import enum
import errno
import gzip
import io
import os
import pathlib
import stat
import sys
import zlib
from collections.abc import Iterator
from typing import cast

from twinsplice import errors
from twinsplice.io import drafts

STANDARD = pathlib.Path("-")

BUFFER = 1 << 18
"""Bytes that are read at a time."""
_SIP = 1 << 13
_GZIP_MAGIC = b"\x1f\x8b"
_BCF_MAGIC = b"BCF"
# The empty block that ends every bgzf file (SAM specification, section 4.1.2).
_BGZF_END = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")


class Form(enum.Enum):
    """The compression of an input."""

    PLAIN = enum.auto()
    GZIP = enum.auto()
    BGZF = enum.auto()


class _Tail(io.RawIOBase):
    """A raw stream that keeps its last bytes, for inputs that cannot seek."""

    def __init__(self, raw: io.BufferedReader) -> None:
        self._raw = raw
        self._count = 0
        self.last = b""

    def tell(self) -> int:
        return self._count

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast("bytearray", buffer))
        # At most one read of the pipe, so that available bytes are passed on at once.
        chunk = self._raw.read1(len(view))
        view[: len(chunk)] = chunk
        self._count += len(chunk)
        if len(chunk) >= len(_BGZF_END):
            self.last = chunk[-len(_BGZF_END) :]
        else:
            self.last = (self.last + chunk)[-len(_BGZF_END) :]
        return len(chunk)


class _Sips(io.BufferedReader):
    """A reader that limits reads, for a decompressor that requests more than it needs.

    The position of the reader is then close to that of the decompressor.
    """

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(_SIP if size is None or size < 0 else min(size, _SIP))


class Stream:
    """One open input.

    Attributes:
        name: Its name in messages.
        form: Its compression.
        is_bcf: Whether it is BCF rather than text.
    """

    def __init__(self, path: pathlib.Path) -> None:
        """Open an input; `-` is stdin.

        Raises:
            InputError: It is missing, cannot be read, is empty, or is bgzf
                without its end.
        """
        self.name = "stdin" if path == STANDARD else str(path)
        self._owned = path != STANDARD
        with _readable(self.name):
            self._raw = _open(path)
            self._length, self._extent, self._changed = _extent(self._raw)
            head = self._raw.peek()
            self._size = self._extent if self._owned else None
        if not head:
            self.close()
            raise self.empty()
        self._tail = _Tail(self._raw)
        self.form = _form(head)
        self.is_bcf = _is_bcf(head, self.form)
        if self.form is Form.BGZF and self._size:
            self._check_end(self._last_bytes())

    def unpacked(self) -> io.BufferedReader:
        """Return the decompressed bytes; use within `whole`."""
        raw: io.RawIOBase = self._tail
        if self.form is not Form.PLAIN:
            sips = _Sips(self._tail, _SIP)
            # GzipFile yields lines slowly; a buffer on top of it is fast.
            raw = cast("io.RawIOBase", gzip.GzipFile(fileobj=sips, mode="rb"))
        self._decompressed = raw
        self._consumed = io.BufferedReader(raw, BUFFER)
        return cast("io.BufferedReader", self._consumed)

    @contextlib.contextmanager
    def whole(self) -> Iterator[None]:
        """Check that a block that reads the input reaches its true end.

        Raises:
            InputError: The compressed data are truncated, or the file was changed
                while it was read.
        """
        try:
            with self.explained():
                yield
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            self._check_unchanged()
            raise self.damaged("breaks off") from error
        self._check_unchanged()
        if self.form is Form.BGZF:
            self._check_end(self._tail.last)

    @contextlib.contextmanager
    def explained(self) -> Iterator[None]:
        """Give what a block refuses its reason: a file that is written to.

        What is read of one may be half a line.

        Raises:
            InputError: The input was changed, or what the block has raised.
        """
        try:
            yield
        except errors.InputError:
            if not self._raw.closed:
                self._check_unwritten()
            raise

    def fraction_read(self) -> float | None:
        """Return the fraction of the input that was consumed, 0 to 1, where known.

        Buffered bytes do not count as consumed.
        """
        if not self._size or self._raw.closed:
            return None
        decompressed = self._decompressed.tell()
        consumed = self._consumed.tell() / decompressed if decompressed else 0.0
        return min(self._tail.tell() / self._size * consumed, 1.0)

    def empty(self) -> errors.InputError:
        """Return the error for an input without a single line."""
        return errors.InputError(
            "an input must hold at least a VCF header",
            got=f"{self.name}, which is empty",
            remedy="check the step that made it",
        )

    def damaged(self, how: str) -> errors.InputError:
        """Return the error for a truncated input."""
        return errors.InputError(
            "a compressed input must be whole",
            got=f"{self.name}, which {how}",
            remedy="copy or make it again; part of it may be missing",
        )

    def _check_unchanged(self) -> None:
        """Refuse a file that was written to since it was opened, or not read whole."""
        self._check_unwritten(self._extent or 0)

    def _check_unwritten(self, extent: int = 0) -> None:
        """Refuse a file that was written to, or of which less was read than that."""
        if self._extent is None:
            return
        status = os.fstat(self._raw.fileno())
        size = status.st_size
        if size != self._length or self._tail.tell() < extent:
            raise errors.InputError(
                "an input must not change while it is read",
                got=f"{self.name}, of {size:,} bytes and not {self._length:,} as at "
                f"first; {self._tail.tell():,} were read",
                remedy="wait for what writes it, and start again",
            )

        if status.st_mtime_ns != self._changed:
            raise errors.InputError(
                "an input must not change while it is read",
                got=f"{self.name}, which was written to since it was opened",
                remedy="wait for what writes it, and start again",
            )

    def close(self) -> None:
        """Close the input, unless it is stdin."""
        if self._owned:
            self._raw.close()

    def _last_bytes(self) -> bytes:
        with pathlib.Path(self.name).open("rb") as handle:
            handle.seek(max(cast("int", self._size) - len(_BGZF_END), 0))
            return handle.read()

    def _check_end(self, last: bytes) -> None:
        if last != _BGZF_END:
            self.close()
            raise self.damaged("lacks the block that ends bgzf files")


def check(path: pathlib.Path) -> None:
    """Refuse an input that cannot be opened; a pipe, which is read once, is let be.

    Raises:
        InputError: It is missing or cannot be read.
    """
    with _readable(str(path)):
        if path != STANDARD and not drafts.is_special(path):
            path.open("rb").close()


@contextlib.contextmanager
def _readable(name: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise errors.InputError(
            "an input must be a file that can be read",
            got=f"{name} ({error.strerror or error})",
            remedy="check the path",
        ) from error


def _open(path: pathlib.Path) -> io.BufferedReader:
    if path == STANDARD:
        # None if the caller closed it.
        if sys.stdin is None:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        return cast("io.BufferedReader", sys.stdin.buffer)
    return cast("io.BufferedReader", path.open("rb", buffering=BUFFER))


def _extent(raw: io.BufferedReader) -> tuple[int, int | None, int]:
    """Return a file's length, how much of it is to come, and when it was changed (ns).

    Of what is no file nothing is known to come.
    """
    try:
        status = os.fstat(raw.fileno())
    except io.UnsupportedOperation:
        # A standard input that Python code has put in place.
        return 0, None, 0
    # Files of /proc have no length and hold something all the same.
    if not stat.S_ISREG(status.st_mode) or not status.st_size:
        return 0, None, 0
    return status.st_size, status.st_size - raw.tell(), status.st_mtime_ns


def _form(head: bytes) -> Form:
    if not head.startswith(_GZIP_MAGIC):
        return Form.PLAIN
    has_extra_field = len(head) > 14 and head[3] & 4
    return Form.BGZF if has_extra_field and head[12:14] == b"BC" else Form.GZIP


def _is_bcf(head: bytes, form: Form) -> bool:
    if form is not Form.PLAIN:
        try:
            head = zlib.decompressobj(wbits=31).decompress(head, len(_BCF_MAGIC))
        except zlib.error:
            return False
    return head.startswith(_BCF_MAGIC)
