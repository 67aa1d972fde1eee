"""Cut stretches out of reference FASTAs and write them as named slices.

A slice's record is named `contig:start-end` (1-based, inclusive, plus strand), the
form that `twinsplice` reads as a part of a contig in genome coordinates.
"""

import dataclasses
import pathlib
import re
from collections.abc import Iterable, Iterator

import pysam

from twinsplice.genome import coordinates

COLUMNS = 60
FLANK = 5_600  # context 5,000, distance 500, and room for a long REF (bp)

_PLACED = re.compile(r"(?P<contig>[^:]+):(?P<start>\d+)-(?P<end>\d+)")


@dataclasses.dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of reference sequence and where it lies.

    Attributes:
        interval: Its place, on the canonical contig name (0-based, half-open).
        sequence: Its bases, upper case.
    """

    interval: coordinates.Interval
    sequence: str

    def bases(self, start: int, end: int) -> str:
        """Return bases `start` to `end` (0-based, half-open), clipped to the piece."""
        first = self.interval.start
        return self.sequence[max(start - first, 0) : max(end - first, 0)]

    @property
    def name(self) -> str:
        """The record name: contig, start and end, 1-based and inclusive."""
        place = self.interval
        return f"{place.contig}:{place.start + 1}-{place.end}"


def stretches(path: pathlib.Path) -> Iterator[Stretch]:
    """Read a FASTA whose records are whole contigs or named slices."""
    with pysam.FastxFile(str(path)) as records:
        for record in records:
            sequence = (record.sequence or "").upper()
            found = _PLACED.fullmatch(record.name or "")
            contig = found["contig"] if found else record.name or ""
            start = int(found["start"]) - 1 if found else 0
            name = coordinates.canonical_contig(contig)
            yield Stretch(
                coordinates.Interval(name, start, start + len(sequence)), sequence
            )


def around(contig: str, start: int, end: int) -> coordinates.Interval:
    """Return `start` to `end` (0-based, half-open) with a flank on either side."""
    return coordinates.Interval(
        coordinates.canonical_contig(contig), max(start - FLANK, 0), end + FLANK
    )


def merge(intervals: Iterable[coordinates.Interval]) -> list[coordinates.Interval]:
    """Return the intervals sorted, with those that overlap or touch made one."""
    merged: list[coordinates.Interval] = []
    for interval in sorted(intervals, key=_contig_order):
        last = merged[-1] if merged else None
        if last and last.contig == interval.contig and interval.start <= last.end:
            merged[-1] = coordinates.Interval(
                last.contig, last.start, max(last.end, interval.end)
            )
        else:
            merged.append(interval)
    return merged


def cut(path: pathlib.Path, wanted: Iterable[coordinates.Interval]) -> list[Stretch]:
    """Cut the wanted intervals out of a FASTA, clipped to what it holds.

    Raises:
        ValueError: No record of the FASTA overlaps an interval.
    """
    wanted = list(wanted)
    best: dict[coordinates.Interval, Stretch] = {}
    for stretch in stretches(path):
        for interval in wanted:
            piece = _overlap(stretch, interval)
            held = best.get(interval)
            if piece and (held is None or piece.interval.width > held.interval.width):
                best[interval] = piece
    missing = [interval for interval in wanted if interval not in best]
    if missing:
        raise ValueError(f"every interval must lie in {path.name}; missing {missing}")
    return [best[interval] for interval in wanted]


def fasta(pieces: Iterable[Stretch]) -> str:
    """Return pieces as FASTA text, 60 bases a line."""
    lines: list[str] = []
    for piece in pieces:
        lines.append(f">{piece.name}")
        lines += [
            piece.sequence[i : i + COLUMNS]
            for i in range(0, len(piece.sequence), COLUMNS)
        ]
    return "\n".join(lines) + "\n"


def write_bgzipped(path: pathlib.Path, text: str) -> None:
    """Write text as BGZF, which has no time stamp: the same text, the same file."""
    with pysam.BGZFile(str(path), "wb", None) as stream:
        stream.write(text.encode("ascii"))


def _overlap(stretch: Stretch, wanted: coordinates.Interval) -> Stretch | None:
    place = stretch.interval
    start, end = max(place.start, wanted.start), min(place.end, wanted.end)
    if place.contig != wanted.contig or start >= end:
        return None
    return Stretch(
        coordinates.Interval(place.contig, start, end), stretch.bases(start, end)
    )


def _contig_order(interval: coordinates.Interval) -> tuple[int, str, int]:
    number = int(interval.contig) if interval.contig.isdigit() else 99
    return number, interval.contig, interval.start
