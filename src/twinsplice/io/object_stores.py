"""Files of object stores and shared folders, by address, through fsspec.

A file is fetched whole before it is read, and put back whole once it is finished: at an
address there is the old file or the new one, never a part.
"""

import contextlib
import pathlib
import re
import shutil
from collections.abc import Iterator
from typing import Any

from twinsplice import errors
from twinsplice.io import cache

# Paths have one slash where addresses have two. Drives have one letter.
_ADDRESS = re.compile(r"([a-z][a-z0-9+.-]+):/+(?=[^/])", re.IGNORECASE)
_LOCAL = ("file", "local")
_SECRET = re.compile(r"(?<=//)[^/@]*@")


def is_address(value: object) -> bool:
    """Return whether a path or text is the address of a file elsewhere."""
    return isinstance(value, str | pathlib.PurePath) and bool(
        _ADDRESS.match(str(value))
    )


def address(path: pathlib.PurePath | str) -> str:
    """Return an address as it was written: a path has lost one of its slashes.

    Args:
        path: One that `is_address`.
    """
    text = str(path)
    match = _ADDRESS.match(text)
    assert match is not None
    scheme = match[1].lower()
    root = "/" if scheme in _LOCAL else ""
    return f"{scheme}://{root}{text[match.end() :]}"


def title(path: pathlib.PurePath) -> str:
    """Return a path or address for print, without a user's name and password."""
    return _SECRET.sub("", address(path)) if is_address(path) else str(path)


def fetch(source: pathlib.PurePath, target: pathlib.Path) -> None:
    """Copy a file from its address.

    Args:
        source: Its address.
        target: Where to; it is there whole or not at all.

    Raises:
        InputError: It cannot be had.
    """
    with cache.replacing(target) as draft, _told("read", source):
        system, path = _located(source)
        with system.open(path, "rb") as reader, draft.open("wb") as writer:
            shutil.copyfileobj(reader, writer)


def put(source: pathlib.Path, target: pathlib.PurePath) -> None:
    """Copy a file to an address, where it appears whole or not at all.

    Raises:
        InputError: It cannot be put there.
    """
    with _told("written", target):
        system, path = _located(target)
        system.makedirs(system._parent(path), exist_ok=True)
        # What is written appears when the transaction ends without an error.
        with (
            system.transaction,
            source.open("rb") as reader,
            system.open(path, "wb") as writer,
        ):
            shutil.copyfileobj(reader, writer)


def _located(place: pathlib.PurePath) -> tuple[Any, str]:
    """Return the file system of an address, and the path there."""
    # Nobody else needs it.
    import fsspec  # noqa: PLC0415

    system, path = fsspec.core.url_to_fs(address(place))
    return system, path


@contextlib.contextmanager
def _told(verb: str, place: pathlib.PurePath) -> Iterator[None]:
    """Say in a line what hinders; each store has errors of its own."""
    try:
        yield
    # Stores raise what they like.
    except Exception as error:
        missing = isinstance(error, ImportError | ValueError)
        message = " ".join(str(error).split())[:200] or type(error).__name__
        if isinstance(error, NotImplementedError):
            message = "this kind of address is for reading only"
        raise errors.InputError(
            f"an address must be one that can be {verb}",
            got=f"{title(place)}: {_SECRET.sub('', message)}",
            remedy="install what this store needs (s3fs, gcsfs, adlfs), or mend the "
            "address"
            if missing
            else "check the address, and the rights to it",
        ) from error
