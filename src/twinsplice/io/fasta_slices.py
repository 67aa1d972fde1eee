"""Records of a FASTA file that are slices of a contig, and contigs that have them.

Of a contig without slices nothing is kept but its length: some files have a million.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Int64

from twinsplice.genome import whole_numbers

Positions = Int64[np.ndarray, " stretches"]

_FIRST = np.zeros(1, dtype=np.int64)
_SLICE = re.compile(r"(.+):([1-9]\d*)-(\d+)")


class Piece(NamedTuple):
    """Bases `start` to `end` of a contig, stored in one record of the file."""

    record: str
    start: int
    end: int


class Slices:
    """What a file stores of each contig.

    Attributes:
        contigs: Length (bp) of every contig, in the file's order; of a sliced contig
            the end of its last slice.
    """

    def __init__(self, lengths: Mapping[str, int]) -> None:
        """Tell slices from whole contigs.

        Args:
            lengths: Bases of each record (bp), in the file's order.
        """
        self._lengths = lengths
        slices = dict(_slices(lengths))
        self._pieces = _sorted(lengths, slices)
        self._stretches = {
            contig: _joined(pieces) for contig, pieces in self._pieces.items()
        }
        self.contigs = lengths
        if slices:
            names = (slices[r][0] if r in slices else r for r in lengths)
            self.contigs = {name: self._end(name) for name in dict.fromkeys(names)}

    def pieces(self, contig: str) -> Sequence[Piece]:
        """Return what is stored of a contig, sorted."""
        pieces = self._pieces.get(contig)
        return pieces or (Piece(contig, 0, self._lengths[contig]),)

    def stretches(self, contig: str) -> tuple[Positions, Positions]:
        """Return starts and ends of what is stored of a contig, joined."""
        stretches = self._stretches.get(contig)
        return stretches or (_FIRST, np.array([self._lengths[contig]], dtype=np.int64))

    def sliced(self, contig: str) -> bool:
        """Return whether only slices of a contig are stored, or a slice besides."""
        return contig in self._pieces

    def _end(self, contig: str) -> int:
        pieces = self._pieces.get(contig)
        return max(p.end for p in pieces) if pieces else self._lengths[contig]


def _slices(lengths: Mapping[str, int]) -> Iterator[tuple[str, tuple[str, Piece]]]:
    """Yield records that are slices, each with its contig."""
    for record, length in lengths.items():
        sliced = _SLICE.fullmatch(record) if ":" in record else None
        if sliced:
            first, last = map(whole_numbers.parse, sliced.groups()[1:])
            if last - first + 1 == length:
                yield record, (sliced[1], Piece(record, first - 1, last))


def _sorted(
    lengths: Mapping[str, int], slices: Mapping[str, tuple[str, Piece]]
) -> dict[str, list[Piece]]:
    """Return the pieces of each contig that has slices, by position."""
    by_contig: dict[str, list[Piece]] = {contig: [] for contig, _ in slices.values()}
    for record, length in lengths.items() if slices else ():
        contig, piece = slices.get(record, (record, Piece(record, 0, length)))
        if contig in by_contig:
            by_contig[contig].append(piece)
    for pieces in by_contig.values():
        pieces.sort(key=lambda piece: piece.start)
    return by_contig


def _joined(pieces: Sequence[Piece]) -> tuple[Positions, Positions]:
    """Starts and ends of the union of pieces."""
    start = np.array([piece.start for piece in pieces], dtype=np.int64)
    reached = np.maximum.accumulate([piece.end for piece in pieces])
    begins = np.flatnonzero(np.r_[True, start[1:] > reached[:-1]])
    return start[begins], reached[np.r_[begins[1:] - 1, len(pieces) - 1]]
