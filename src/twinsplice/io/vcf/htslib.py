"""Suppression of the messages that htslib prints."""

import contextlib
from collections.abc import Iterator

import pysam


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep htslib's messages off stderr; errors are also raised."""
    before = pysam.set_verbosity(0)
    try:
        yield
    finally:
        pysam.set_verbosity(before)
