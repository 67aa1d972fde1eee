"""Writing of bgzf: gzip in blocks, which can be indexed."""

import io
import pathlib
from typing import cast

import pysam

from twinsplice.io.vcf import htslib

_BUFFER = 1 << 18


def open_file(path: pathlib.Path) -> io.BufferedWriter:
    """Open a new bgzf file for buffered writing."""
    return io.BufferedWriter(_Blocks(path), _BUFFER)


class _Blocks(io.RawIOBase):
    """pysam's bgzf file as a raw stream."""

    def __init__(self, path: pathlib.Path) -> None:
        # pysam crashes the process over a file that cannot be made.
        path.open("wb").close()
        self._packed = pysam.BGZFile(str(path), "wb", None)

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        with htslib.quiet():
            return self._packed.write(bytes(cast("bytes", data)))

    def close(self) -> None:
        with htslib.quiet():
            self._packed.close()
        super().close()
