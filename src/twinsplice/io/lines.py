"""Numbered lines of text files, plain or gzipped, whatever their names."""

import functools
import gzip
import io
import os
import pathlib
import zlib
from collections.abc import Iterable, Iterator

from twinsplice import errors

LONGEST = 1 << 26
"""Letters of a line: some megabytes may unpack to a line of any length."""
_GZIP_MAGIC = b"\x1f\x8b"
# A byte order mark, with which some programs begin, is no part of a line.
_ENCODING = "utf-8-sig"


def read(path: pathlib.Path) -> Iterator[tuple[int, str]]:
    """Yield every line of a file with its number (from 1), without its line end.

    Raises:
        InputError: The file is missing, breaks off within its compressed data,
            is not text, has an endless line, or changes its length while it is read.
    """
    number = 0
    try:
        with _open(path) as handle:
            size = os.fstat(handle.fileno()).st_size
            following = functools.partial(handle.readline, LONGEST + 1)
            for number, line in enumerate(iter(following, ""), 1):
                if len(line) > LONGEST and not line.endswith("\n"):
                    raise errors.InputError(
                        f"a line of a text file has at most {LONGEST:,} letters",
                        got=f"more in line {number} of {path}",
                        remedy="check that this is the file you meant",
                    )
                yield number, line.rstrip("\n")
            if os.fstat(handle.fileno()).st_size != size:
                raise errors.InputError(
                    "a text file must not change while it is read",
                    got=f"{path}, which became longer or shorter",
                    remedy="wait for what writes it, and start again",
                )
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise errors.InputError(
            "a gzipped file must be whole",
            got=f"{path}, which breaks off after line {number}",
            remedy="download it or compress it again",
        ) from error
    except UnicodeDecodeError as error:
        raise errors.InputError(
            "a text file must be UTF-8",
            got=f"other bytes in {path} after line {number}",
            remedy="check that this is the file you meant",
        ) from error
    except OSError as error:
        raise errors.InputError(
            "a text file must be readable",
            got=f"{path} ({error.strerror or error})",
            remedy="check the path",
        ) from error


def numbered(table: pathlib.Path | str | Iterable[str]) -> Iterator[tuple[int, str]]:
    """Yield numbered lines of a file, given by its path, or of given lines."""
    if isinstance(table, str | pathlib.Path):
        yield from read(pathlib.Path(table))
    else:
        for number, line in enumerate(table, 1):
            yield number, line.rstrip("\r\n")


def malformed(rule: str, *, where: str, number: int, got: str) -> errors.InputError:
    """Return the error for a malformed line.

    Args:
        rule: The rule that such a line must obey.
        where: Name of the file.
        number: Number of the line in it (from 1).
        got: The line's actual content.
    """
    return errors.InputError(
        rule, got=f"{got} in line {number} of {where}", remedy="mend or drop that line"
    )


def _open(path: pathlib.Path) -> io.TextIOWrapper:
    with path.open("rb") as handle:
        zipped = handle.read(2) == _GZIP_MAGIC
    if zipped:
        return gzip.open(path, "rt", encoding=_ENCODING)
    return path.open(encoding=_ENCODING)
