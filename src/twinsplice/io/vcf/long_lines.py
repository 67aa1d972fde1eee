"""Lines that are too long for the memory: what no one looks at waits on the disk.

No allele of more than `LONGEST_ALLELE` letters is scored. What a long line has beyond
them is kept in a file without a name, from which it is written back.
"""

import dataclasses
import re
import tempfile
from collections.abc import Iterable, Iterator
from typing import IO

LONGEST_ALLELE = 1_000_000
"""Letters of an allele that are kept apart from the text; none as long is scored."""
PIECE = 1 << 22
"""Bytes of a line that are read at once."""
_REF, _ALT = 3, 4
_TAB, _ENDS = b"\t", re.compile(rb"[\t,]")
_COPIED = 1 << 20


@dataclasses.dataclass(frozen=True, slots=True)
class Omission:
    """Letters that a text lacks.

    Attributes:
        at: Letter of the text before which they belong.
        start: First byte of them in the store.
        size: Bytes.
    """

    at: int
    start: int
    size: int


class Store:
    """What lines have beyond the letters that are looked at, on the disk."""

    def __init__(self) -> None:
        self._file: IO[bytes] | None = None

    def add(self, content: bytes) -> int:
        """Keep bytes; return where they begin.

        Raises:
            OSError: The disk is full.
        """
        if self._file is None:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115
        start = self._file.seek(0, 2)
        self._file.write(content)
        return start

    def read(self, omission: Omission) -> Iterator[bytes]:
        """Yield what was kept, in parts."""
        assert self._file is not None
        for at in range(0, omission.size, _COPIED):
            self._file.seek(omission.start + at)
            yield self._file.read(min(_COPIED, omission.size - at))

    def close(self) -> None:
        """Give the disk back."""
        if self._file is not None:
            self._file.close()


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Omitted:
    """What the text of a record lacks.

    Attributes:
        store: Where it is.
        omissions: Each of it, in order; all before the INFO column.
    """

    store: Store
    omissions: tuple[Omission, ...]

    def restored(self, text: str) -> Iterator[bytes]:
        """Yield the beginning of the record's text, with what it lacks put back."""
        done = 0
        for omission in self.omissions:
            yield text[done : omission.at].encode("utf-8", "surrogateescape")
            yield from self.store.read(omission)
            done = omission.at
        yield text[done:].encode("utf-8", "surrogateescape")


def goes_on(piece: bytes) -> bool:
    """Return whether a line goes on after what was read of it."""
    return len(piece) >= PIECE and not piece.endswith(b"\n")


def whole(first: bytes, more: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the pieces of a line.

    Args:
        first: What was read of it.
        more: Yields what follows, at most `PIECE` bytes and a line at a time.
    """
    piece = first
    yield piece
    while goes_on(piece):
        piece = next(more, b"")
        yield piece


def shortened(pieces: Iterable[bytes], store: Store) -> tuple[str, Omitted | None]:
    """Return the text of a long line without what no one looks at, and the rest if any.

    Args:
        pieces: The line.
        store: Where the rest is kept.
    """
    cutter = _Cutter(store)
    for piece in pieces:
        cutter.take(piece)
    omissions = tuple(cutter.omissions)
    return "".join(cutter.kept), Omitted(store, omissions) if omissions else None


class _Cutter:
    """Cuts alleles, given in pieces."""

    def __init__(self, store: Store) -> None:
        self.kept: list[str] = []
        self.omissions: list[Omission] = []
        self._store = store
        self._column = self._letters = self._length = 0

    def take(self, piece: bytes) -> None:
        at = 0
        while at < len(piece):
            if self._column > _ALT:
                self._keep(piece[at:])
                return
            found = _ENDS.search(piece, at)
            end = found.start() if found else len(piece)
            self._cell(piece[at:end])
            if found:
                self._keep(found.group())
                self._letters = 0
                self._column += found.group() == _TAB
            at = end + bool(found)

    def _cell(self, part: bytes) -> None:
        """Take a part of an allele, or of a column before."""
        room = len(part)
        if self._column >= _REF:
            room = max(LONGEST_ALLELE - self._letters, 0)
            self._letters += len(part)
        self._keep(part[:room])
        if room < len(part):
            start = self._store.add(part[room:])
            self.omissions.append(Omission(self._length, start, len(part) - room))

    def _keep(self, part: bytes) -> None:
        # Bytes that are not UTF-8 are preserved.
        text = part.decode("utf-8", "surrogateescape")
        self._length += len(text)
        self.kept.append(text)
