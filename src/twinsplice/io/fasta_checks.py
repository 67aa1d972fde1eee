"""Whether an index belongs to its FASTA file.

Times do not tell: a file may be replaced by an older one. What an index says of names
and lines is held against the file itself, at the beginning and end of each record.
"""

import bisect
import dataclasses
import enum
import io
import os
import pathlib
import re
import zlib
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

MOST_RECORDS = 2_000
"""Records that are looked at; of more, so many evenly spaced."""
_MOST_BLOCKS = 500
_LONGEST_HEADER = 1 << 20
_LONGEST_LINE = 1 << 20
"""Bases of a line that are looked at; whole contigs stand on one."""
_HEADER = re.compile(rb"(\s*)>(\S*)[^\n]*\n")
_LINE_ENDS = (b"\n", b"\r\n")
_BLOCK_MAGIC = b"\x1f\x8b\x08\x04"
_BLOCK_HEADER = 18

Read = Callable[[int, int], bytes]
"""Reads an interval of a file's decompressed bytes; fewer where the file ends."""


class Verdict(enum.Enum):
    """What an index is to a file."""

    FITS = enum.auto()
    STALE = enum.auto()
    TRUNCATED = enum.auto()
    UNREADABLE = enum.auto()


@dataclasses.dataclass(frozen=True, slots=True)
class _Record:
    """A line of an index: a record's name, and where its bases are."""

    name: bytes
    length: int
    offset: int
    bases: int
    width: int

    @property
    def end(self) -> int:
        """The byte after the last base."""
        full, rest = divmod(self.length, self.bases) if self.bases else (0, 0)
        ends_within = rest or not full
        return (
            self.offset
            + full * self.width
            + (rest if ends_within else self.bases - self.width)
        )


class _Placed(NamedTuple):
    """A record, its number, and the byte after the last base of the one before."""

    number: int
    before: int
    record: _Record


def verdict(
    fasta: pathlib.Path, contigs: pathlib.Path, blocks: pathlib.Path | None
) -> Verdict:
    """Return what an index is to a FASTA file.

    Args:
        fasta: The file.
        contigs: Its index, `.fai`.
        blocks: The index of its blocks, `.gzi`, of a compressed file.
    """
    try:
        chosen = _chosen(contigs.read_bytes())
        starts = None if blocks is None else _starts(blocks.read_bytes())
    except (ValueError, OverflowError):
        return Verdict.UNREADABLE
    if not chosen:
        return Verdict.UNREADABLE
    with fasta.open("rb") as file:
        size = os.fstat(file.fileno()).st_size

        def plain(start: int, end: int) -> bytes:
            # An index may say any number; memory is taken for what is there.
            first, last = min(start, size), min(end, size)
            file.seek(first)
            return file.read(last - first)

        if starts is None:
            return _of_records(chosen, plain)
        if not _blocks_fit(starts, plain):
            return Verdict.STALE
        return _of_records(chosen, _unpacking(starts, plain))


def _chosen(content: bytes) -> list[_Placed]:
    """Return the records that are looked at, the last one among them.

    Args:
        content: An index, of which some have a million lines: few are kept.

    Raises:
        ValueError: A line is none of an index.
    """
    about = content.count(b"\n") + 1
    wanted = set(
        np.linspace(0, about - 1, min(about, MOST_RECORDS), dtype=int).tolist()
    )
    chosen: list[_Placed] = []
    number, before, placed = 0, 0, None
    for line in io.BytesIO(content):
        record = _record(line)
        placed = _Placed(number, before, record)
        if number in wanted:
            chosen.append(placed)
        number, before = number + 1, record.end
    if placed is not None and (not chosen or chosen[-1] is not placed):
        chosen.append(placed)
    return chosen


def _record(line: bytes) -> _Record:
    name, *numbers = line.rstrip(b"\r\n").split(b"\t")[:5]
    length, offset, bases, width = map(int, numbers)
    if min(length, offset, bases) < 0 or width < bases or (length and not bases):
        raise ValueError(line)
    return _Record(name, length, offset, bases, width)


def _of_records(chosen: Sequence[_Placed], read: Read) -> Verdict:
    """Return what records are to a file of which the last must be the last."""
    for number, before, record in chosen:
        if not _begins(record, before, read):
            is_cut = number > 0 and _breaks_off(record, before, read)
            return Verdict.TRUNCATED if is_cut else Verdict.STALE
        if record.length and not read(record.end - 1, record.end):
            return Verdict.TRUNCATED
    end = chosen[-1].record.end
    after = read(end, end + _LONGEST_HEADER)
    return Verdict.STALE if after.strip() else Verdict.FITS


def _begins(record: _Record, before: int, read: Read) -> bool:
    """Return whether a record begins where and as an index says.

    Args:
        record: The record.
        before: The byte after the last base of the one before.
        read: Reads the file.
    """
    if not 0 < record.offset - before < _LONGEST_HEADER:
        return False
    header = _HEADER.fullmatch(read(before, record.offset))
    if header is None or header[2] != record.name or (before and not header[1]):
        return False
    width = min(record.bases, record.length, _LONGEST_LINE)
    line = read(record.offset, record.offset + width)
    if b"\n" in line:
        return False
    if record.length <= record.bases or len(line) < width:
        return True
    end = read(record.offset + record.bases, record.offset + record.width)
    return end in _LINE_ENDS or not end


def _breaks_off(record: _Record, before: int, read: Read) -> bool:
    """Return whether a file ends within a record's header, being right up to there."""
    if record.offset <= before:
        return False
    present = read(before, min(record.offset, before + _LONGEST_HEADER))
    begun, expected = present.lstrip(), b">" + record.name
    same = begun.startswith(expected) or expected.startswith(begun)
    return len(present) < record.offset - before and same


def _starts(content: bytes) -> np.ndarray:
    """Return where blocks begin, in a file and decompressed, from its `.gzi`."""
    numbers = np.frombuffer(content, dtype="<u8")
    if len(content) < 8 or len(numbers) != 1 + 2 * int(numbers[0]):
        raise ValueError("not an index of blocks")
    listed = numbers[1:].astype(np.int64).reshape(-1, 2)
    starts: np.ndarray = np.concatenate([np.zeros((1, 2), dtype=np.int64), listed])
    if (np.diff(starts, axis=0) < 0).any():
        raise ValueError("not in order")
    return starts


def _blocks_fit(starts: np.ndarray, plain: Read) -> bool:
    """Return whether blocks begin where they should, and hold what they should."""
    count = len(starts)
    for number in np.linspace(0, count - 1, min(count, _MOST_BLOCKS), dtype=int):
        first, size = starts[number]
        if plain(int(first), int(first) + 4) != _BLOCK_MAGIC:
            return False
        if number:
            held = plain(int(first) - 4, int(first))
            if int.from_bytes(held, "little") != size - starts[number - 1][1]:
                return False
    return True


def _unpacking(starts: np.ndarray, plain: Read) -> Read:
    """Return what reads decompressed bytes."""
    unpacked_starts = starts[:, 1].tolist()

    def read(start: int, end: int) -> bytes:
        number = max(bisect.bisect_right(unpacked_starts, start) - 1, 0)
        place, at = (int(value) for value in starts[number])
        content = b""
        while at + len(content) < end:
            size = int.from_bytes(plain(place + 16, place + _BLOCK_HEADER), "little")
            block = plain(place, place + size + 1)
            if len(block) <= _BLOCK_HEADER:
                break
            try:
                content += zlib.decompress(block, wbits=31)
            except zlib.error:
                break
            place += size + 1
        return content[max(start - at, 0) : end - at]

    return read
