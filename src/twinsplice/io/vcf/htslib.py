"""Names of files as htslib takes them, and suppression of the messages it prints."""

import contextlib
import os
import pathlib
import threading
from collections.abc import Iterator
from typing import Any

import pysam


class _Quiet:
    """Silence that several threads may ask for: the last one ends it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._askers, self._before = 0, 0

    def begin(self) -> None:
        with self._lock:
            if self._askers == 0:
                self._before = pysam.set_verbosity(0)
            self._askers += 1

    def end(self) -> None:
        with self._lock:
            self._askers -= 1
            if self._askers == 0:
                pysam.set_verbosity(self._before)


_QUIET = _Quiet()


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep htslib's messages off stderr; errors are also raised."""
    _QUIET.begin()
    try:
        yield
    finally:
        _QUIET.end()


def name(path: pathlib.Path) -> Any:  # noqa: ANN401
    """Return a file's name as an argument of samtools and bcftools.

    It need not be UTF-8: pysam encodes text strictly, and takes bytes as they are,
    which its type hints do not know.
    """
    return os.fsencode(path)
