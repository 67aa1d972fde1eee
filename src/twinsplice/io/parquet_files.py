"""Parquet files of unknown origin, tried in a process of their own.

At damage that it does not foresee Polars panics: it prints a trace, and may abort the
process. What has no checksum that was verified is therefore read by another first.
"""

import subprocess
import sys

from twinsplice import errors

MAGIC = b"PAR1"
"""First bytes of every Parquet file."""
_SECONDS = 600
# An error that Polars foresees comes again, where the file is read.
_PROGRAM = """
import io, sys
import polars as pl
try:
    pl.read_parquet(io.BytesIO(sys.stdin.buffer.read()))
except pl.exceptions.PolarsError:
    pass
"""


def require_sound(content: bytes, name: str) -> None:
    """Refuse a Parquet file at which its reader would stop.

    Args:
        content: Its bytes; those of other files pass.
        name: Its name, for messages.

    Raises:
        InputError: The reader stops.
    """
    if not content.startswith(MAGIC):
        return
    try:
        # -P: do not import a polars.py from the user's folder.
        tried = subprocess.run(
            [sys.executable, "-P", "-c", _PROGRAM],
            input=content,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_SECONDS,
            check=False,
        )
        is_sound = tried.returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        is_sound = False
    if not is_sound:
        raise errors.InputError(
            "a Parquet file must be whole and sound",
            got=f"{name}, at which its reader stops",
            remedy="copy or make it again",
        )
