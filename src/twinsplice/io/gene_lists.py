"""Which genes a user means: lists of names, and regions in BED files."""

import pathlib
from collections.abc import Iterator

from twinsplice.genome import coordinates
from twinsplice.io import lines

_HEADERS = ("#", "track", "browser")


def read_names(path: pathlib.Path) -> list[str]:
    """Return the names of a file with one a line; blank lines and # are skipped.

    Raises:
        InputError: The file cannot be read.
    """
    stripped = (line.strip() for _, line in lines.read(path))
    return [name for name in stripped if name and not name.startswith("#")]


def read_bed(path: pathlib.Path) -> Iterator[coordinates.Interval]:
    """Yield the intervals of a BED file, on canonical names of contigs.

    Raises:
        InputError: The file cannot be read, or a line is malformed.
    """
    for number, line in lines.read(path):
        if not line.strip() or line.startswith(_HEADERS):
            continue
        contig, first, last = (*line.split()[:3], "", "")[:3]
        start, end = (int(t) if _is_whole(t) else -1 for t in (first, last))
        if not 0 <= start < end:
            raise lines.malformed(
                "a line of a BED file has a contig, a start from 0 and an end after it",
                where=str(path),
                number=number,
                got=repr(line[:40]),
            )
        yield coordinates.Interval(coordinates.canonical_contig(contig), start, end)


def _is_whole(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 13
