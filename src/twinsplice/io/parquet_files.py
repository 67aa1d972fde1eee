"""Parquet files of unknown origin, tried in a process of their own.

At damage that it does not foresee Polars panics: it prints a trace, and may abort the
process. What has no checksum that was verified is therefore read by another first.
"""

import contextlib
import pathlib
import subprocess
import sys

from twinsplice import errors
from twinsplice.io import cache

MAGIC = b"PAR1"
"""First bytes of every Parquet file."""
_SECONDS = 600
_written: set[str] = set()
"""Checksums of files that this process has written."""
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


def require_sound_once(content: bytes, name: str, checksum: str) -> None:
    """Refuse as `require_sound` does, but try each file once; the cache remembers.

    Args:
        content: As for `require_sound`.
        name: Likewise.
        checksum: Checksum of the content, which was verified, in hexadecimal digits.

    Raises:
        InputError: The reader stops.
    """
    if checksum in _written or cache.is_there(_note(checksum)):
        return
    require_sound(content, name)
    # What cannot be kept is tried again.
    with contextlib.suppress(OSError), cache.replacing(_note(checksum)) as draft:
        draft.touch()


def remember(checksum: str) -> None:
    """Note that this process has written the file of a checksum: it is sound.

    Args:
        checksum: As for `require_sound_once`.
    """
    _written.add(checksum)


def _note(checksum: str) -> pathlib.Path:
    return cache.folder() / "sound" / checksum
