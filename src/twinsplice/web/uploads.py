"""What was sent to be scored, checked before it is: its size unpacked, its variants."""

import pathlib
import zlib
from collections.abc import Iterator

from twinsplice import errors
from twinsplice.io.vcf import vcf
from twinsplice.web import refusals

UNPACKED = 20
"""How many times as large as a body it may be unpacked."""
_GZIP = b"\x1f\x8b"
_PART = 1 << 16


def keep(body: bytes, path: pathlib.Path, most: int) -> None:
    """Write a body into a private file, unpacked.

    Args:
        body: A list or VCF, plain or in gzip.
        path: The file.
        most: Most bytes that it may be.

    Raises:
        RefusedError: It is empty, broken, or too large.
    """
    if not body.strip():
        raise refusals.bad(
            "a list must hold variants, one a line",
            got="nothing",
            remedy="write some",
            reason="empty",
        )
    with path.open("wb") as file:
        path.chmod(0o600)
        written = 0
        for part in _unpacked(body) if body.startswith(_GZIP) else (body,):
            written += len(part)
            if written > most:
                raise refusals.RefusedError(
                    413,
                    f"what is sent must unpack to at most {most:,} bytes; got more; "
                    "send less",
                    "body_bytes",
                )
            file.write(part)


def _unpacked(body: bytes) -> Iterator[bytes]:
    """Yield the contents of one or more gzip members, a little at a time.

    Raises:
        RefusedError: They break off, or are none.
    """
    while body.startswith(_GZIP):
        stream = zlib.decompressobj(wbits=31)
        left = body
        while left and not stream.eof:
            try:
                part = stream.decompress(left, _PART)
            except zlib.error:
                raise _broken() from None
            left = stream.unconsumed_tail
            yield part
        if not stream.eof:
            raise _broken()
        body = stream.unused_data


def _broken() -> refusals.RefusedError:
    return refusals.bad(
        "a compressed file must be whole",
        got="one that breaks off",
        remedy="send it again",
        reason="unreadable",
    )


def count(path: pathlib.Path, most: int) -> tuple[int, bool]:
    """Return how many records a file has, and whether it is a list.

    Args:
        path: The file.
        most: Most alternates that it may have.

    Raises:
        RefusedError: It cannot be read, or has more.
    """
    records = alleles = 0
    try:
        with vcf.read(path, names=True) as source:
            for record in source:
                records += 1
                alleles += max(len(record.alts), 1)
                if alleles > most:
                    raise refusals.RefusedError(
                        413,
                        f"a list or VCF must have at most {most:,} variants; got more; "
                        "send a part",
                        "variants",
                    )
            return records, source.is_list
    except errors.TwinSpliceError as error:
        raise refusals.of_error(nameless(error, path), "unreadable") from None


def nameless(error: errors.TwinSpliceError, path: pathlib.Path) -> errors.InputError:
    """Return an error that does not name the private file."""

    def said(text: str) -> str:
        return text.replace(str(path), "what was sent")

    return errors.InputError(
        said(error.rule), got=said(error.got), remedy=said(error.remedy)
    )
