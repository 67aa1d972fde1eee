"""Indexes of FASTA files, and the detection of truncated files.

A missing or outdated index is built next to its file or, where that folder is
read-only, in the user's cache.
"""

import contextlib
import os
import pathlib
from typing import NamedTuple

import pysam
import pysam.utils

from twinsplice import errors
from twinsplice.io import cache
from twinsplice.io.vcf import htslib

_GZIP_MAGIC = b"\x1f\x8b"
_BGZIP_END = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")
_EXTRA_FIELD = 4


class Index(NamedTuple):
    """Index files of a FASTA file; `blocks` for compressed files only."""

    contigs: pathlib.Path
    blocks: pathlib.Path | None


def opened(fasta: pathlib.Path) -> pysam.FastaFile:
    """Open a FASTA file through an up-to-date index, built if necessary.

    Raises:
        InputError: The file is missing, is not FASTA, is compressed with gzip rather
            than bgzip, or breaks off.
    """
    compressed = _inspect(fasta)
    index = _index(fasta, compressed=compressed)
    if not compressed:
        _check_whole(fasta, index.contigs)
    try:
        with htslib.quiet():
            handle = pysam.FastaFile(
                str(fasta),
                filepath_index=str(index.contigs),
                filepath_index_compressed=str(index.blocks) if compressed else None,
            )
    except (OSError, ValueError) as error:
        raise _damaged(index.contigs) from error
    if not handle.references:
        raise _damaged(index.contigs)
    return handle


def _inspect(fasta: pathlib.Path) -> bool:
    """Return whether a FASTA file is compressed; refuse other files."""
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
        raise truncated(fasta)
    if not compressed and not head.startswith(b">"):
        raise _not_fasta(fasta)
    return compressed


def _index(fasta: pathlib.Path, *, compressed: bool) -> Index:
    """Return an up-to-date index: next to the file, or in the cache."""
    index = _index_at(fasta, compressed=compressed)
    if _is_current(index, fasta):
        return index
    if not cache.writable(fasta.parent):
        index = _index_at(cache.entry("fasta", fasta), compressed=compressed)
        if _is_current(index, fasta):
            return index
    _build(fasta, index)
    return index


def _index_at(stem: pathlib.Path, *, compressed: bool) -> Index:
    blocks = stem.with_name(stem.name + ".gzi") if compressed else None
    return Index(stem.with_name(stem.name + ".fai"), blocks)


def _is_current(index: Index, fasta: pathlib.Path) -> bool:
    changed = fasta.stat().st_mtime_ns
    return all(
        path.is_file() and path.stat().st_mtime_ns >= changed for path in index if path
    )


def _build(fasta: pathlib.Path, index: Index) -> None:
    with contextlib.ExitStack() as drafts, htslib.quiet():
        # The contigs' index is moved into place last: its presence means completeness.
        options = ["--fai-idx", str(drafts.enter_context(cache.replacing(index[0])))]
        if index.blocks:
            blocks = drafts.enter_context(cache.replacing(index.blocks))
            options += ["--gzi-idx", str(blocks)]
        try:
            pysam.faidx(str(fasta), *options)
        except pysam.utils.SamtoolsError as error:
            raise _not_fasta(fasta) from error


def _check_whole(fasta: pathlib.Path, index: pathlib.Path) -> None:
    """Refuse a plain file shorter than its index states."""
    size = fasta.stat().st_size
    try:
        for line in index.read_text(encoding="utf-8").splitlines():
            length, offset, bases, width = map(int, line.split("\t")[1:5])
            full, remainder = divmod(length, bases) if bases else (0, 0)
            # The last line may lack its line end.
            if (
                offset + full * width + remainder - (0 if remainder else width - bases)
                > size
            ):
                raise truncated(fasta)
    except ValueError as error:
        raise _damaged(index) from error


def _not_fasta(fasta: pathlib.Path) -> errors.InputError:
    return errors.InputError(
        "a FASTA file is lines of equal width under > headers",
        got=f"{fasta}, which is not",
        remedy="check that this is the reference, decompressed or bgzipped",
    )


def truncated(fasta: pathlib.Path) -> errors.InputError:
    """Return the error for a truncated file."""
    return errors.InputError(
        "the reference must be whole",
        got=f"{fasta}, which breaks off before its end",
        remedy="copy or download it again",
    )


def _damaged(index: pathlib.Path) -> errors.InputError:
    return errors.InputError(
        "the index of the reference must be readable",
        got=f"{index}, which is damaged",
        remedy="delete it; it is built anew",
    )
