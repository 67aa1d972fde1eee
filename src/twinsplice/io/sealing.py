"""Seals of files: a checksum within a file over all of its own bytes.

A Parquet file has no checksum that its readers verify, and a damaged length in it can
ask for any amount of memory. A sealed file is checked before it is parsed.
"""

import hashlib

_MARK = b"twinsplice-sealed-sha256:"
_DIGITS = 64
BLANK = (_MARK + b"0" * _DIGITS).decode("ascii")
"""Text to be put once into a file's content, which `seal` then fills in."""


def seal(content: bytes) -> bytes:
    """Return content with the checksum in its one `BLANK`.

    Raises:
        ValueError: There is no blank seal, or more than one.
    """
    blank = BLANK.encode("ascii")
    if content.count(blank) != 1:
        raise ValueError(f"a file needs one blank seal; got {content.count(blank)}")
    return content.replace(blank, _MARK + _checksum(content))


def is_sealed(content: bytes) -> bool:
    """Return whether content has a seal."""
    return _MARK in content


def stated(content: bytes) -> str:
    """Return the checksum that the seal of content states; empty without one."""
    place = content.rfind(_MARK)
    first = place + len(_MARK)
    digits = content[first : first + _DIGITS] if place >= 0 else b""
    return digits.decode("ascii", "replace")


def is_whole(content: bytes) -> bool:
    """Return whether content is as it was sealed."""
    place = content.rfind(_MARK)
    if place < 0:
        return False
    first = place + len(_MARK)
    blanked = content[:first] + b"0" * _DIGITS + content[first + _DIGITS :]
    return stated(content).encode() == _checksum(blanked)


def _checksum(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode("ascii")
