"""The user's cache of derived files, written atomically."""

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
    if configured := os.environ.get("TWINSPLICE_CACHE"):
        return pathlib.Path(configured).expanduser()
    if shared := os.environ.get("XDG_CACHE_HOME"):
        return pathlib.Path(shared).expanduser() / "twinsplice"
    return pathlib.Path.home() / ".cache" / "twinsplice"


def entry(kind: str, source: pathlib.Path, *key: object) -> pathlib.Path:
    """Return the cache path of data derived from a file.

    The path depends on the file's path, size and time of change, so that data
    derived from an older version are not used.

    Args:
        kind: Sub-folder of the cache.
        source: The source file; must exist.
        key: Anything else the result depends on, such as a parser's version.
    """
    stat = source.stat()
    parts = (source.absolute(), stat.st_size, stat.st_mtime_ns, *key)
    text = "\n".join(str(part) for part in parts)
    digest = hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
    return folder() / kind / digest[:32]


def writable(directory: pathlib.Path) -> bool:
    """Return whether this user can create files in a directory."""
    return os.access(directory, os.W_OK | os.X_OK)


@contextlib.contextmanager
def replacing(path: pathlib.Path) -> Iterator[pathlib.Path]:
    """Provide a temporary path beside `path`, moved to `path` if the block succeeds.

    A reader sees the old file or the new one, never a part. Missing folders are
    created; after an error the temporary file is removed.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".tmp-{secrets.token_hex(6)}-{path.name}")
    try:
        yield draft
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
