"""Reference sequence from FASTA files, plain or compressed.

A file is read through its index (see `fasta_index`).

A record named `contig:start-end` (1-based, inclusive, plus strand) is a slice of
that contig, in the contig's own coordinates; bases between slices are unknown.
"""

import functools
import itertools
import os
import pathlib
import threading
import types
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
import pysam
from jaxtyping import Bool, Int64, UInt8

from twinsplice import errors
from twinsplice.genome import coordinates, dna
from twinsplice.io import fasta_files, fasta_index, fasta_slices
from twinsplice.io.vcf import htslib

BLOCK = 1 << 15
"""Bases fetched and cached at a time (bp)."""
_KEPT_BLOCKS = 512

ABSENT = 255
"""Code of a base that the file lacks, see `Reference.gather`."""


class _Block(NamedTuple):
    """An interval of a record, as upper-case text and as codes."""

    text: str
    codes: UInt8[np.ndarray, " width"]
    concrete: UInt8[np.ndarray, " width"]
    """The same, where VCF writes a base in place of R, Y and the like."""


class Reference:
    """An open FASTA file. Threads may share one; processes must each open it.

    Attributes:
        path: The file.
        contigs: Length (bp) of every contig, by the file's own names, in the
            file's order; of a sliced contig the end of its last slice.
    """

    def __init__(self, path: pathlib.Path, handle: pysam.FastaFile) -> None:
        self.path = path
        self._version = _version(path)
        self._lengths = dict(zip(handle.references, handle.lengths, strict=True))
        self._slices = fasta_slices.Slices(self._lengths)
        self.contigs: Mapping[str, int] = types.MappingProxyType(self._slices.contigs)
        self._handle = handle
        self._lock = threading.Lock()
        self._aliases: dict[str, str] = {}
        for name in self.contigs:
            canonical = coordinates.canonical_contig(name)
            if canonical != name:
                self._aliases.setdefault(canonical, name)
        # Cached by instance, so that closing a file clears its own blocks only.
        self._block = functools.lru_cache(maxsize=_KEPT_BLOCKS)(self._fetch)

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> "Reference":
        """Open a FASTA file, building its index if necessary.

        Raises:
            InputError: The file is missing, is not FASTA, or breaks off; or it is
                compressed with plain gzip, and the cache has no room for a copy.
        """
        fasta = pathlib.Path(path)
        return cls(fasta, fasta_index.opened(fasta))

    def resolve(self, name: str) -> str | None:
        """Return the file's name of a contig given by any of its names."""
        canonical = coordinates.canonical_contig(name)
        # Exact spellings first: some files have both chrM and chrMT.
        for spelling in (name, f"chr{name}", canonical, f"chr{canonical}"):
            if spelling in self.contigs:
                return spelling
        return self._aliases.get(canonical)

    def length(self, contig: str) -> int:
        """Return the length of a contig (bp), by its name in the file.

        Raises:
            InputError: The file has no such contig.
        """
        try:
            return self.contigs[contig]
        except KeyError:
            some = ", ".join(itertools.islice(self.contigs, 3))
            raise errors.InputError(
                "a contig must be in the reference",
                got=f"{contig}, which is not in {self.path} ({some}, ...)",
                remedy="use the reference that the variants were called on",
            ) from None

    def codes(
        self, contig: str, start: int, end: int, *, concrete: bool = False
    ) -> UInt8[np.ndarray, " width"]:
        """Return encoded bases (see `dna`), unknown beyond the contig's ends.

        Args:
            contig: One of `contigs`.
            start: First base (0-based); may be negative.
            end: The base after the last; may lie beyond the contig.
            concrete: As VCF writes them, see `dna.concrete`; else R, Y and the like
                are unknown.

        Raises:
            InputError: The file has no such contig.
        """
        self.length(contig)
        codes = np.full(max(end - start, 0), dna.UNKNOWN, dtype=np.uint8)
        for piece in self._slices.pieces(contig):
            first, last = max(start, piece.start), min(end, piece.end)
            for block, at in self._blocks(piece, first, last):
                bases = block.concrete if concrete else block.codes
                low, high = max(first, at), min(last, at + len(bases))
                codes[low - start : high - start] = bases[low - at : high - at]
        return codes

    def gather(
        self,
        contig: str,
        positions: Int64[np.ndarray, " bases"],
        *,
        concrete: bool = False,
    ) -> UInt8[np.ndarray, " bases"]:
        """Return the encoded bases at positions, `ABSENT` where the file lacks them.

        Args:
            contig: One of `contigs`.
            positions: Positions (0-based), in any order.
            concrete: As for `codes`.

        Raises:
            InputError: The file has no such contig.
        """
        self.length(contig)
        gathered = np.full(len(positions), ABSENT, dtype=np.uint8)
        for piece in self._near(contig, positions):
            inside = (positions >= piece.start) & (positions < piece.end)
            offsets = positions[inside] - piece.start
            numbers = offsets // BLOCK
            codes = np.empty(len(offsets), dtype=np.uint8)
            for number in np.unique(numbers).tolist():
                in_block = numbers == number
                block = self._block(piece.record, number)
                of_block = block.concrete if concrete else block.codes
                codes[in_block] = of_block[offsets[in_block] - number * BLOCK]
            gathered[inside] = codes
        return gathered

    def _near(
        self, contig: str, positions: Int64[np.ndarray, " bases"]
    ) -> Iterator[fasta_slices.Piece]:
        """Yield the pieces of a contig that overlap the range of positions."""
        if len(positions):
            first, last = int(positions.min()), int(positions.max())
            for piece in self._slices.pieces(contig):
                if piece.start <= last and first < piece.end:
                    yield piece

    def peek(self, contig: str, start: int, end: int) -> UInt8[np.ndarray, " width"]:
        """Return the same as `codes`, without reading or caching whole blocks.

        Faster for a few bases at scattered positions.
        """
        self.length(contig)
        codes = np.full(max(end - start, 0), dna.UNKNOWN, dtype=np.uint8)
        for piece in self._slices.pieces(contig):
            first, last = max(start, piece.start), min(end, piece.end)
            if first < last:
                text = self._read(piece.record, first - piece.start, last - piece.start)
                codes[first - start : last - start] = dna.encode(text)
        return codes

    def sequence(self, contig: str, start: int, end: int) -> str:
        """Return upper-case bases within the contig's ends.

        Bases between slices are N.

        Args:
            contig: One of `contigs`.
            start: First base (0-based).
            end: The base after the last one.

        Raises:
            InputError: The file has no such contig.
        """
        first, last = max(start, 0), min(end, self.length(contig))
        text = ["N"] * max(last - first, 0)
        for piece in self._slices.pieces(contig):
            low, high = max(first, piece.start), min(last, piece.end)
            for block, at in self._blocks(piece, low, high):
                left, right = max(low, at), min(high, at + len(block.text))
                text[left - first : right - first] = block.text[left - at : right - at]
        return "".join(text)

    def concrete(self, contig: str, start: int, end: int) -> str:
        """Return bases as VCF writes them; see `sequence` and `dna.concrete`."""
        return dna.concrete(self.sequence(contig, start, end))

    def holds(self, contig: str, start: int, end: int) -> bool:
        """Return whether the file has every base of an interval.

        Args:
            contig: One of `contigs`.
            start: First base (0-based); may be negative.
            end: The base after the last; may lie beyond the contig.
        """
        bounds = (np.array([value], dtype=np.int64) for value in (start, end))
        return bool(self.holds_all(contig, *bounds)[0])

    def holds_all(
        self,
        contig: str,
        start: Int64[np.ndarray, " intervals"],
        end: Int64[np.ndarray, " intervals"],
    ) -> Bool[np.ndarray, " intervals"]:
        """Return whether the file has every base of each interval; see `holds`."""
        first, last = self._slices.stretches(contig)
        at = np.searchsorted(first, start, side="right") - 1
        inside = (at >= 0) & (end <= last[np.maximum(at, 0)])
        return inside | (end <= start)

    def touches_all(
        self,
        contig: str,
        start: Int64[np.ndarray, " intervals"],
        end: Int64[np.ndarray, " intervals"],
    ) -> Bool[np.ndarray, " intervals"]:
        """Return whether the file has a base of each interval, none of them empty."""
        first, last = self._slices.stretches(contig)
        begun = np.searchsorted(first, end, side="left")
        ended = np.searchsorted(last, start, side="right")
        return begun > ended

    def sliced(self, contig: str) -> bool:
        """Return whether the file has only slices of a contig, so its end is unknown.

        Args:
            contig: One of `contigs`.
        """
        return self._slices.sliced(contig)

    @property
    def parts(self) -> list[coordinates.Interval]:
        """The slices and whole contigs that the file has, in its order."""
        return [
            coordinates.Interval(contig, piece.start, piece.end)
            for contig in self.contigs
            for piece in self._slices.pieces(contig)
        ]

    @property
    def known_lengths(self) -> dict[str, int | None]:
        """Length (bp) of every contig; None where only slices of it are known."""
        return {
            contig: None if self.sliced(contig) else length
            for contig, length in self.contigs.items()
        }

    def require_unchanged(self) -> None:
        """Refuse a file that was written to since it was opened.

        A file that another one has replaced is still there for those who opened it.

        Raises:
            InputError: It was.
        """
        version = _version(self.path)
        same_file = self._version and version and version[0] == self._version[0]
        if same_file and version != self._version:
            raise errors.InputError(
                "the reference must not change while it is read",
                got=f"{self.path}, which was written to since it was opened",
                remedy="wait for what writes it, and start again",
            )

    def close(self) -> None:
        """Close the file and clear its cached bases."""
        self._block.cache_clear()
        self._handle.close()

    def __enter__(self) -> "Reference":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _blocks(
        self, piece: fasta_slices.Piece, start: int, end: int
    ) -> Iterator[tuple[_Block, int]]:
        """Yield the blocks over an interval of a piece, with their first positions."""
        if start >= end:
            return
        first, last = start - piece.start, end - 1 - piece.start
        for number in range(first // BLOCK, last // BLOCK + 1):
            yield self._block(piece.record, number), piece.start + number * BLOCK

    def _fetch(self, record: str, number: int) -> _Block:
        start = number * BLOCK
        text = self._read(record, start, min(start + BLOCK, self._lengths[record]))
        codes, written = dna.encode(text), dna.concrete(text)
        return _Block(text, codes, codes if written == text else dna.encode(written))

    def _read(self, record: str, start: int, end: int) -> str:
        try:
            with self._lock, htslib.quiet():
                text = self._handle.fetch(record, start, end).upper()
        except (OSError, ValueError) as error:
            self.require_unchanged()
            raise fasta_files.truncated(self.path) from error
        if len(text) != end - start:
            self.require_unchanged()
            raise fasta_files.truncated(self.path)
        return text


def _version(path: pathlib.Path) -> tuple[object, ...]:
    """Return which file is at a path, and what tells its versions; none if it is gone.

    Files of the same place on a disk are the same, however often written.
    """
    try:
        status = path.stat()
    except OSError:
        return ()
    place = status.st_dev, status.st_ino
    return place, status.st_size, status.st_mtime_ns
