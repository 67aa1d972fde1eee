"""Writing bgzf: gzip in blocks, which can be indexed."""

import contextlib
import io
import pathlib
from collections.abc import Iterator
from typing import cast

import pysam

_BUFFER = 1 << 18


def open_file(path: pathlib.Path) -> io.BufferedWriter:
    """Open a new bgzf file as Python's own files are."""
    return io.BufferedWriter(_Blocks(path), _BUFFER)


class _Blocks(io.RawIOBase):
    """pysam's bgzf file behind the face that Python's buffers want."""

    def __init__(self, path: pathlib.Path) -> None:
        self._packed = pysam.BGZFile(str(path), "wb", None)

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        with _hushed():
            return self._packed.write(bytes(cast("bytes", data)))

    def close(self) -> None:
        with _hushed():
            self._packed.close()
        super().close()


@contextlib.contextmanager
def _hushed() -> Iterator[None]:
    """Keep htslib's own words on a full disk off stderr; it also raises."""
    before = pysam.set_verbosity(0)
    try:
        yield
    finally:
        pysam.set_verbosity(before)
