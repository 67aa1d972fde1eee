"""Indexes of FASTA files, and the detection of truncated files.

An index that is missing, outdated or of another file (see `fasta_checks`) is built next
to its file or, where that folder is read-only, in the user's cache.
"""

import contextlib
import errno
import os
import pathlib
from typing import NamedTuple

import pysam
import pysam.utils

from twinsplice import errors
from twinsplice.io import cache, fasta_checks, fasta_files
from twinsplice.io.vcf import htslib


class Index(NamedTuple):
    """Index files of a FASTA file; `blocks` for compressed files only."""

    contigs: pathlib.Path
    blocks: pathlib.Path | None


def opened(fasta: pathlib.Path) -> pysam.FastaFile:
    """Open a FASTA file through an up-to-date index, built if necessary.

    In place of a file in plain gzip a copy of it is opened, which `fasta_files.convert`
    has made.

    Raises:
        InputError: The file is missing, is not FASTA, breaks off, or cannot be
            converted.
    """
    form = fasta_files.form(fasta)
    if form is fasta_files.Form.GZIP:
        return _copied(fasta)
    return _opened(fasta, compressed=form is fasta_files.Form.BGZIP)


def _copied(fasta: pathlib.Path) -> pysam.FastaFile:
    """Open the copy of a file in plain gzip; a damaged one is made anew."""
    is_new = not cache.is_there(fasta_files.converted(fasta))
    copy = fasta_files.convert(fasta)
    try:
        fasta_files.form(copy)
        return _opened(copy, compressed=True)
    except errors.InputError as error:
        for path in copy.parent.glob(f"{copy.name}*"):
            path.unlink(missing_ok=True)
        if is_new:
            raise fasta_files.not_fasta(fasta) from error
    return _copied(fasta)


def _opened(fasta: pathlib.Path, *, compressed: bool) -> pysam.FastaFile:
    index = _index(fasta, compressed=compressed)
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


def _index(fasta: pathlib.Path, *, compressed: bool) -> Index:
    """Return an up-to-date index: next to the file, or in the cache."""
    beside = _index_at(fasta, compressed=compressed)
    if _is_current(beside, fasta):
        return beside
    if cache.writable(fasta.parent):
        # A disk that is full, or a file of another user's in a folder of all.
        with contextlib.suppress(OSError):
            _build(fasta, beside)
            return beside
    cached = _index_at(cache.entry("fasta", fasta), compressed=compressed)
    if _is_current(cached, fasta, mended=True):
        return cached
    try:
        _build(fasta, cached)
    except OSError as error:
        raise errors.InputError(
            "a reference needs an index, beside it or in the cache",
            got=f"no {beside.contigs}, and none can be written there nor in "
            f"{cached.contigs.parent} ({error.strerror or error})",
            remedy=f"make one with samtools faidx {fasta}, or set TWINSPLICE_CACHE to "
            "a folder with space that you may write to",
        ) from error
    return cached


def _index_at(stem: pathlib.Path, *, compressed: bool) -> Index:
    blocks = stem.with_name(stem.name + ".gzi") if compressed else None
    return Index(stem.with_name(stem.name + ".fai"), blocks)


def _is_current(index: Index, fasta: pathlib.Path, *, mended: bool = False) -> bool:
    """Return whether an index is there, newer than its file, and of this file.

    Args:
        index: The index.
        fasta: The file.
        mended: Whether a damaged one is built anew without a word, being our own.

    Raises:
        InputError: It is damaged, or the file is shorter than it says.
    """
    changed = fasta.stat().st_mtime_ns
    if not all(
        cache.is_there(path) and path.stat().st_mtime_ns >= changed
        for path in index
        if path
    ):
        return False
    try:
        verdict = fasta_checks.verdict(fasta, index.contigs, index.blocks)
    except OSError:
        # Not ours to read, or gone since.
        return False
    if verdict is fasta_checks.Verdict.UNREADABLE:
        if mended:
            return False
        raise _damaged(index.contigs)
    if verdict is fasta_checks.Verdict.TRUNCATED:
        raise fasta_files.truncated(fasta)
    return verdict is fasta_checks.Verdict.FITS


def _build(fasta: pathlib.Path, index: Index) -> None:
    """Build an index.

    Raises:
        InputError: The file is not FASTA.
        OSError: The index cannot be written.
    """
    with contextlib.ExitStack() as drafts, htslib.quiet():
        # The contigs' index is moved into place last: its presence means completeness.
        contigs = drafts.enter_context(cache.replacing(index.contigs))
        options = ["--fai-idx", htslib.name(contigs)]
        if index.blocks:
            blocks = drafts.enter_context(cache.replacing(index.blocks))
            options += ["--gzi-idx", htslib.name(blocks)]
        try:
            pysam.faidx(htslib.name(fasta), *options)
        except pysam.utils.SamtoolsError as error:
            if _is_fasta(fasta):
                raise OSError(errno.EIO, "it cannot be written") from error
            raise fasta_files.not_fasta(fasta) from error


def _is_fasta(fasta: pathlib.Path) -> bool:
    """Return whether an index can be built, if not kept; samtools does not tell."""
    nowhere = ("--fai-idx", os.devnull, "--gzi-idx", os.devnull)
    try:
        pysam.faidx(htslib.name(fasta), *nowhere)
    except pysam.utils.SamtoolsError:
        return False
    return True


def _damaged(index: pathlib.Path) -> errors.InputError:
    return errors.InputError(
        "the index of the reference must be readable",
        got=f"{index}, which is damaged",
        remedy="delete it; it is built anew",
    )
