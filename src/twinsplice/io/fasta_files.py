"""What a FASTA file is: plain, or compressed with bgzip or plain gzip.

A file compressed with plain gzip cannot be read at a place, so it is compressed with
bgzip into the user's cache, once. This module loads nothing that is slow.
"""

import contextlib
import enum
import gzip
import os
import pathlib
import shutil
import zlib
from collections.abc import Iterator

from twinsplice import errors
from twinsplice.io import cache

_GZIP_MAGIC = b"\x1f\x8b"
_BGZIP_END = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")
_EXTRA_FIELD = 4
_CHUNK = 1 << 20
_GROWTH = 1.2
"""At most so much larger is bgzip's file than gzip's, with its index."""
_VERSION = 1


class Form(enum.Enum):
    """The compression of a FASTA file."""

    PLAIN = enum.auto()
    BGZIP = enum.auto()
    GZIP = enum.auto()


def form(fasta: pathlib.Path) -> Form:
    """Return the compression of a FASTA file.

    Raises:
        InputError: The file is missing, is not FASTA, or breaks off.
    """
    try:
        with fasta.open("rb") as handle:
            head = handle.read(18)
            handle.seek(-min(len(_BGZIP_END), fasta.stat().st_size), os.SEEK_END)
            # A device has no end.
            tail = handle.read(len(_BGZIP_END))
    except OSError as error:
        raise errors.InputError(
            "the reference must be a FASTA file that can be read",
            got=f"{fasta} ({error.strerror or error})",
            remedy="check the path",
        ) from error
    if not head.startswith(_GZIP_MAGIC):
        if not head.startswith(b">"):
            raise not_fasta(fasta)
        return Form.PLAIN
    extra = len(head) > 3 and head[3] & _EXTRA_FIELD
    if not (extra and head[12:14] == b"BC"):
        return Form.GZIP
    if tail != _BGZIP_END:
        raise truncated(fasta)
    return Form.BGZIP


def converted(fasta: pathlib.Path) -> pathlib.Path:
    """Return where the cache has, or will have, a gzipped file compressed with bgzip.

    A file that was replaced has another place there.
    """
    entry = cache.entry("fasta", fasta, "bgzip", _VERSION)
    return entry.with_name(entry.name + ".fa.gz")


def remarks(fasta: pathlib.Path) -> list[str]:
    """Return what to tell before a file in plain gzip is opened, if anything."""
    target = converted(fasta)
    if cache.is_there(target):
        return []
    size = fasta.stat().st_size / 1e9
    return [
        f"{fasta} is compressed with plain gzip: compressing it with bgzip into "
        f"{target.parent}, once ({size:.1f} GB)"
    ]


def convert(fasta: pathlib.Path) -> pathlib.Path:
    """Compress a gzipped FASTA file with bgzip, into the cache, unless it is there.

    Of runs that do so at the same time each makes its own file; whole ones only are
    moved into place.

    Raises:
        InputError: The file is not FASTA or breaks off, or the cache has no room.
    """
    target = converted(fasta)
    if cache.is_there(target):
        return target
    _require_room(fasta, target.parent)
    try:
        with (
            gzip.GzipFile(fasta) as source,
            _unpacking(fasta),
            cache.replacing(target) as draft,
        ):
            _compress(fasta, source, draft)
    except OSError as error:
        raise _no_room(fasta, f"{target.parent} ({error.strerror or error})") from error
    return target


def _compress(fasta: pathlib.Path, source: gzip.GzipFile, draft: pathlib.Path) -> None:
    # Slow to load, and needed here only.
    from twinsplice.io.vcf import bgzf  # noqa: PLC0415

    chunk = source.read(_CHUNK)
    if not chunk.startswith(b">"):
        raise not_fasta(fasta)
    with bgzf.open_file(draft) as packed:
        while chunk:
            packed.write(chunk)
            chunk = source.read(_CHUNK)


@contextlib.contextmanager
def _unpacking(fasta: pathlib.Path) -> Iterator[None]:
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise truncated(fasta) from error


def _require_room(fasta: pathlib.Path, folder: pathlib.Path) -> None:
    """Refuse to convert what the disk has no room for."""
    needed = int(fasta.stat().st_size * _GROWTH)
    try:
        existing = next(path for path in (folder, *folder.parents) if path.exists())
        free = shutil.disk_usage(existing).free
    except OSError as error:
        raise _no_room(fasta, f"{folder} ({error.strerror or error})") from error
    if free < needed:
        raise _no_room(fasta, f"{free / 1e9:.1f} of {needed / 1e9:.1f} GB in {folder}")


def _no_room(fasta: pathlib.Path, got: str) -> errors.InputError:
    return errors.InputError(
        "a reference in plain gzip is compressed with bgzip into the cache, which "
        "must have room for it",
        got=got,
        remedy="set TWINSPLICE_CACHE to a folder that has, or run: "
        f"gunzip {fasta} && bgzip {fasta.with_suffix('')}",
    )


def not_fasta(fasta: pathlib.Path) -> errors.InputError:
    """Return the error for a file that is not FASTA."""
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
        remedy=f"copy or download it again; if it is whole, delete {fasta}.fai",
    )
