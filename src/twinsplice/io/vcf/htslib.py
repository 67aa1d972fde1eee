"""Messages that htslib prints by itself."""

import contextlib
from collections.abc import Iterator

import pysam


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep its own messages off stderr; what matters is also raised."""
    before = pysam.set_verbosity(0)
    try:
        yield
    finally:
        pysam.set_verbosity(before)
