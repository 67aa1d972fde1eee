"""Reference sequence from FASTA files, plain or compressed with bgzip.

A file needs an index. A missing or outdated one is built next to the file or,
where that folder is read-only, in the user's cache.

A record named `contig:start-end` (1-based, inclusive, plus strand) is a slice of
that contig, in the contig's own coordinates; what lies between slices is unknown.
"""

import contextlib
import functools
import itertools
import os
import pathlib
import re
import threading
import types
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
import pysam
import pysam.utils
from jaxtyping import UInt8

from twinsplice import errors
from twinsplice.genome import coordinates, dna
from twinsplice.io import cache

BLOCK = 1 << 18
"""Bases fetched and kept at a time (bp)."""
_KEPT_BLOCKS = 64

_GZIP_MAGIC = b"\x1f\x8b"
_BGZIP_END = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")
_EXTRA_FIELD = 4
_SLICE = re.compile(r"(.+):([1-9]\d*)-(\d+)")


class _Block(NamedTuple):
    """A stretch of one contig, as upper-case text and as codes."""

    text: str
    codes: UInt8[np.ndarray, " width"]


class _Piece(NamedTuple):
    """Bases `start` to `end` of a contig, which one record of the file holds."""

    record: str
    start: int
    end: int


class _Index(NamedTuple):
    """Index files of one FASTA file; `blocks` is for a compressed one only."""

    contigs: pathlib.Path
    blocks: pathlib.Path | None


class Reference:
    """An open FASTA file. Threads may share one; processes must each open it.

    Attributes:
        path: The file.
        contigs: Length (bp) of every contig, by the file's own names, in the
            file's order; of a sliced one, where its last slice ends.
    """

    def __init__(self, path: pathlib.Path, handle: pysam.FastaFile) -> None:
        self.path = path
        self._lengths = dict(zip(handle.references, handle.lengths, strict=True))
        self._pieces = _pieces(self._lengths)
        self.contigs: Mapping[str, int] = types.MappingProxyType(
            {
                contig: max(piece.end for piece in pieces)
                for contig, pieces in self._pieces.items()
            }
        )
        self._handle = handle
        self._lock = threading.Lock()
        self._aliases: dict[str, str] = {}
        for name in self.contigs:
            self._aliases.setdefault(coordinates.canonical_contig(name), name)
        # Cached per instance, so that closing one file forgets its blocks only.
        self._block = functools.lru_cache(maxsize=_KEPT_BLOCKS)(self._fetch)

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> "Reference":
        """Open a FASTA file, building its index if need be.

        Raises:
            InputError: The file is missing, is not FASTA, is compressed with
                gzip rather than bgzip, or breaks off.
        """
        fasta = pathlib.Path(path)
        compressed = _inspect(fasta)
        index = _index(fasta, compressed=compressed)
        if not compressed:
            _check_whole(fasta, index.contigs)
        try:
            with _quiet():
                handle = pysam.FastaFile(
                    str(fasta),
                    filepath_index=str(index.contigs),
                    filepath_index_compressed=str(index.blocks) if compressed else None,
                )
        except (OSError, ValueError) as error:
            raise _damaged_index(index.contigs) from error
        if not handle.references:
            raise _damaged_index(index.contigs)
        return cls(fasta, handle)

    def resolve(self, name: str) -> str | None:
        """Return the file's own name of a contig known by any of its names."""
        canonical = coordinates.canonical_contig(name)
        # Exact spellings first: some files hold both chrM and chrMT.
        for spelling in (name, f"chr{name}", canonical, f"chr{canonical}"):
            if spelling in self.contigs:
                return spelling
        return self._aliases.get(canonical)

    def length(self, contig: str) -> int:
        """Return the length of a contig (bp), by the file's own name for it.

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

    def codes(self, contig: str, start: int, end: int) -> UInt8[np.ndarray, " width"]:
        """Return encoded bases (see `dna`), unknown ones beyond the contig's ends.

        Args:
            contig: One of `contigs`.
            start: First base (0-based); may be negative.
            end: The base after the last; may lie beyond the contig.

        Raises:
            InputError: The file has no such contig.
        """
        self.length(contig)
        found = np.full(max(end - start, 0), dna.UNKNOWN, dtype=np.uint8)
        for piece in self._pieces[contig]:
            first, last = max(start, piece.start), min(end, piece.end)
            for block, at in self._blocks(piece, first, last):
                low, high = max(first, at), min(last, at + len(block.codes))
                found[low - start : high - start] = block.codes[low - at : high - at]
        return found

    def peek(self, contig: str, start: int, end: int) -> UInt8[np.ndarray, " width"]:
        """Return what `codes` does, reading no more than that and keeping nothing.

        Faster for a few bases here and there.
        """
        self.length(contig)
        found = np.full(max(end - start, 0), dna.UNKNOWN, dtype=np.uint8)
        for piece in self._pieces[contig]:
            first, last = max(start, piece.start), min(end, piece.end)
            if first < last:
                text = self._read(piece.record, first - piece.start, last - piece.start)
                found[first - start : last - start] = dna.encode(text)
        return found

    def sequence(self, contig: str, start: int, end: int) -> str:
        """Return upper-case bases; those beyond the contig's ends are left out.

        Bases between slices are N.

        Args:
            contig: One of `contigs`.
            start: First base (0-based).
            end: The base after the last.

        Raises:
            InputError: The file has no such contig.
        """
        first, last = max(start, 0), min(end, self.length(contig))
        text = ["N"] * max(last - first, 0)
        for piece in self._pieces[contig]:
            low, high = max(first, piece.start), min(last, piece.end)
            for block, at in self._blocks(piece, low, high):
                left, right = max(low, at), min(high, at + len(block.text))
                text[left - first : right - first] = block.text[left - at : right - at]
        return "".join(text)

    def holds(self, contig: str, start: int, end: int) -> bool:
        """Say whether the file has every base of an interval.

        Args:
            contig: One of `contigs`.
            start: First base (0-based); may be negative.
            end: The base after the last; may lie beyond the contig.
        """
        reached = start
        for piece in self._pieces[contig]:
            if piece.start <= reached < piece.end:
                reached = piece.end
        return reached >= end

    def sliced(self, contig: str) -> bool:
        """Say whether slices of a contig are known, and so not where it ends.

        Args:
            contig: One of `contigs`.
        """
        return any(piece.record != contig for piece in self._pieces[contig])

    def close(self) -> None:
        """Close the file and forget the bases fetched from it."""
        self._block.cache_clear()
        self._handle.close()

    def __enter__(self) -> "Reference":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _blocks(
        self, piece: _Piece, start: int, end: int
    ) -> Iterator[tuple[_Block, int]]:
        """Yield the blocks over an interval of a piece, each with where it starts."""
        if start >= end:
            return
        first, last = start - piece.start, end - 1 - piece.start
        for number in range(first // BLOCK, last // BLOCK + 1):
            yield self._block(piece.record, number), piece.start + number * BLOCK

    def _fetch(self, record: str, number: int) -> _Block:
        start = number * BLOCK
        text = self._read(record, start, min(start + BLOCK, self._lengths[record]))
        return _Block(text, dna.encode(text))

    def _read(self, record: str, start: int, end: int) -> str:
        try:
            with self._lock:
                text = self._handle.fetch(record, start, end).upper()
        except (OSError, ValueError) as error:
            raise _truncated(self.path) from error
        if len(text) != end - start:
            raise _truncated(self.path)
        return text


def _pieces(lengths: Mapping[str, int]) -> dict[str, list[_Piece]]:
    """Contigs and the pieces of them that the records of a file are, in order."""
    found: dict[str, list[_Piece]] = {}
    for record, length in lengths.items():
        piece, contig = _Piece(record, 0, length), record
        sliced = _SLICE.fullmatch(record)
        if sliced and int(sliced[3]) - int(sliced[2]) + 1 == length:
            contig = sliced[1]
            piece = _Piece(record, int(sliced[2]) - 1, int(sliced[3]))
        found.setdefault(contig, []).append(piece)
    for pieces in found.values():
        pieces.sort(key=lambda piece: piece.start)
    return found


def _inspect(fasta: pathlib.Path) -> bool:
    """Say whether a FASTA file is compressed, refusing what is not FASTA."""
    try:
        with fasta.open("rb") as handle:
            head = handle.read(18)
            compressed = head.startswith(_GZIP_MAGIC)
            handle.seek(-min(len(_BGZIP_END), fasta.stat().st_size), os.SEEK_END)
            tail = handle.read()
    except OSError as error:
        raise errors.InputError(
            "the reference must be a FASTA file that can be read",
            got=f"{fasta} ({error.strerror or error})",
            remedy="check the path",
        ) from error
    if compressed and not (head[3] & _EXTRA_FIELD and head[12:14] == b"BC"):
        raise errors.InputError(
            "a compressed reference must be compressed with bgzip",
            got=f"{fasta}, compressed with plain gzip",
            remedy=f"run: gunzip {fasta} && bgzip {fasta.with_suffix('')}",
        )
    if compressed and tail != _BGZIP_END:
        raise _truncated(fasta)
    if not compressed and not head.startswith(b">"):
        raise _not_fasta(fasta)
    return compressed


def _index(fasta: pathlib.Path, *, compressed: bool) -> _Index:
    """Return an index no older than the file: next to it, or in the cache."""
    beside = _index_at(fasta, compressed=compressed)
    if _is_current(beside, fasta):
        return beside
    if not cache.writable(fasta.parent):
        beside = _index_at(cache.entry("fasta", fasta), compressed=compressed)
        if _is_current(beside, fasta):
            return beside
    _build(fasta, beside)
    return beside


def _index_at(stem: pathlib.Path, *, compressed: bool) -> _Index:
    blocks = stem.with_name(stem.name + ".gzi") if compressed else None
    return _Index(stem.with_name(stem.name + ".fai"), blocks)


def _is_current(index: _Index, fasta: pathlib.Path) -> bool:
    changed = fasta.stat().st_mtime_ns
    return all(
        path.is_file() and path.stat().st_mtime_ns >= changed for path in index if path
    )


def _build(fasta: pathlib.Path, index: _Index) -> None:
    with contextlib.ExitStack() as drafts, _quiet():
        # The contigs' index is moved into place last: where it is, all is.
        options = ["--fai-idx", str(drafts.enter_context(cache.replacing(index[0])))]
        if index.blocks:
            blocks = drafts.enter_context(cache.replacing(index.blocks))
            options += ["--gzi-idx", str(blocks)]
        try:
            pysam.faidx(str(fasta), *options)
        except pysam.utils.SamtoolsError as error:
            raise _not_fasta(fasta) from error


def _check_whole(fasta: pathlib.Path, index: pathlib.Path) -> None:
    """Refuse a plain file that ends before its index says it does."""
    size = fasta.stat().st_size
    try:
        for line in index.read_text(encoding="utf-8").splitlines():
            length, offset, bases, width = map(int, line.split("\t")[1:5])
            full, rest = divmod(length, bases) if bases else (0, 0)
            # The last line may lack its line end.
            if offset + full * width + rest - (0 if rest else width - bases) > size:
                raise _truncated(fasta)
    except ValueError as error:
        raise _damaged_index(index) from error


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep htslib's own messages off the terminal; ours say what is wrong."""
    before = pysam.set_verbosity(0)
    try:
        yield
    finally:
        pysam.set_verbosity(before)


def _not_fasta(fasta: pathlib.Path) -> errors.InputError:
    return errors.InputError(
        "a FASTA file is lines of equal width under > headers",
        got=f"{fasta}, which is not",
        remedy="check that this is the reference, decompressed or bgzipped",
    )


def _truncated(fasta: pathlib.Path) -> errors.InputError:
    return errors.InputError(
        "the reference must be whole",
        got=f"{fasta}, which breaks off before its end",
        remedy="copy or download it again",
    )


def _damaged_index(index: pathlib.Path) -> errors.InputError:
    return errors.InputError(
        "the index of the reference must be readable",
        got=f"{index}, which is damaged",
        remedy="delete it; it is built anew",
    )
