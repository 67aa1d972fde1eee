"""Bytes of an input: plain, gzip or bgzf, from a file or stdin, never cut short.

What a file is follows from its first bytes, not from its name.
"""

import contextlib
import enum
import errno
import gzip
import io
import os
import pathlib
import sys
import zlib
from collections.abc import Iterator
from typing import cast

from twinsplice import errors

STANDARD = pathlib.Path("-")

_BUFFER = 1 << 18
_SIP = 1 << 13
_GZIP_MAGIC = b"\x1f\x8b"
_BCF_MAGIC = b"BCF"
# The empty block that ends every bgzf file (SAM specification, section 4.1.2).
_BGZF_END = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")


class Form(enum.Enum):
    """How the bytes of an input are packed."""

    PLAIN = enum.auto()
    GZIP = enum.auto()
    BGZF = enum.auto()


class _Tail(io.RawIOBase):
    """A raw stream that remembers its last bytes, for inputs that cannot seek."""

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
        # One read of the pipe at most: what has come is handed on without waiting.
        chunk = self._raw.read1(len(view))
        view[: len(chunk)] = chunk
        self._count += len(chunk)
        if len(chunk) >= len(_BGZF_END):
            self.last = chunk[-len(_BGZF_END) :]
        else:
            self.last = (self.last + chunk)[-len(_BGZF_END) :]
        return len(chunk)


class _Sips(io.BufferedReader):
    """Bytes for a decompressor that asks for more than it needs, a few at a time.

    What it has been given then tells how far it is.
    """

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(_SIP if size is None or size < 0 else min(size, _SIP))


class Stream:
    """One open input.

    Attributes:
        name: What messages call it.
        form: How its bytes are packed.
        is_bcf: Whether they are BCF rather than text.
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
            head = self._raw.peek()
            self._size = _size(self._raw)
        if not head:
            self.close()
            raise self.empty()
        self._tail = _Tail(self._raw)
        self.form = _form(head)
        self.is_bcf = _is_bcf(head, self.form)
        if self.form is Form.BGZF and self._size:
            self._check_end(self._last_bytes())

    def unpacked(self) -> io.BufferedReader:
        """Return the unpacked bytes; to be read within `whole`."""
        raw: io.RawIOBase = self._tail
        if self.form is not Form.PLAIN:
            sips = _Sips(self._tail, _SIP)
            # GzipFile hands out lines slowly; a buffer on top of it does so fast.
            raw = cast("io.RawIOBase", gzip.GzipFile(fileobj=sips, mode="rb"))
        self._drawn = raw
        self._given = io.BufferedReader(raw, _BUFFER)
        return cast("io.BufferedReader", self._given)

    @contextlib.contextmanager
    def whole(self) -> Iterator[None]:
        """Make sure that a block reads the input to an end that is its end.

        Raises:
            InputError: The compressed data break off.
        """
        try:
            yield
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise self.damaged("breaks off") from error
        if self.form is Form.BGZF:
            self._check_end(self._tail.last)

    def fraction_read(self) -> float | None:
        """Return how much of the input was handed out, 0 to 1, where it is known.

        What waits in a buffer does not count: of a small input that is all of it.
        """
        if not self._size or self._raw.closed:
            return None
        drawn = self._drawn.tell()
        handed_out = self._given.tell() / drawn if drawn else 0.0
        return min(self._tail.tell() / self._size * handed_out, 1.0)

    def empty(self) -> errors.InputError:
        """Return the error for an input without a single line."""
        return errors.InputError(
            "an input must hold at least a VCF header",
            got=f"{self.name}, which is empty",
            remedy="check the step that made it",
        )

    def damaged(self, how: str) -> errors.InputError:
        """Return the error for an input that is not whole."""
        return errors.InputError(
            "a compressed input must be whole",
            got=f"{self.name}, which {how}",
            remedy="copy or make it again; part of it may be missing",
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
        # There is none where the caller closed it.
        if sys.stdin is None:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        return cast("io.BufferedReader", sys.stdin.buffer)
    return cast("io.BufferedReader", path.open("rb", buffering=_BUFFER))


def _size(raw: io.BufferedReader) -> int | None:
    """Return the size of a file of its own; None for pipes and stdin."""
    if not raw.seekable() or (sys.stdin and raw is sys.stdin.buffer):
        return None
    return os.fstat(raw.fileno()).st_size


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
