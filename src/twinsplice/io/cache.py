"""The user's cache: where derived files live, and how they are written whole."""

import contextlib
import hashlib
import os
import pathlib
import secrets
from collections.abc import Iterator


def folder() -> pathlib.Path:
    """Return the cache folder, which may not exist yet.

    It is `$TWINSPLICE_CACHE`, else `$XDG_CACHE_HOME/twinsplice`, else
    `~/.cache/twinsplice`.
    """
    if own := os.environ.get("TWINSPLICE_CACHE"):
        return pathlib.Path(own).expanduser()
    if shared := os.environ.get("XDG_CACHE_HOME"):
        return pathlib.Path(shared).expanduser() / "twinsplice"
    return pathlib.Path.home() / ".cache" / "twinsplice"


def entry(kind: str, source: pathlib.Path, *key: object) -> pathlib.Path:
    """Return where something derived from a file is kept.

    The name changes with the file's path, size and time of change, so what was
    derived from an older version is never found again.

    Args:
        kind: Sub-folder of the cache.
        source: The file it is derived from; must exist.
        key: Whatever else the result depends on, such as a parser's version.
    """
    stat = source.stat()
    parts = (source.absolute(), stat.st_size, stat.st_mtime_ns, *key)
    text = "\n".join(str(part) for part in parts)
    digest = hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
    return folder() / kind / digest[:32]


def writable(directory: pathlib.Path) -> bool:
    """Say whether this user can make files in a directory."""
    return os.access(directory, os.W_OK | os.X_OK)


@contextlib.contextmanager
def replacing(path: pathlib.Path) -> Iterator[pathlib.Path]:
    """Give a temporary name beside `path`, moved there if the block succeeds.

    A reader sees the old file or the new one, never half of either. Missing
    folders are made; after an error nothing is left behind.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".tmp-{secrets.token_hex(6)}-{path.name}")
    try:
        yield draft
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
