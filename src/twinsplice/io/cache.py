"""The user's cache of derived files, written atomically.

No cache is ever needed: what cannot be read there, being another user's or gone, is
made anew, and what cannot be written is done without.
"""

import contextlib
import glob
import hashlib
import os
import pathlib
import secrets
import time
from collections.abc import Iterator

_ABANDONED = 86_400
"""Seconds after which a file that nobody has moved into place is taken for left."""


def folder() -> pathlib.Path:
    """Return the cache folder, which may not exist yet.

    It is `$TWINSPLICE_CACHE`, else `$XDG_CACHE_HOME/twinsplice`, else
    `~/.cache/twinsplice`; of a user without a home it is a place where nothing can be
    kept.
    """
    try:
        if configured := os.environ.get("TWINSPLICE_CACHE"):
            return pathlib.Path(configured).expanduser()
        if shared := os.environ.get("XDG_CACHE_HOME"):
            return pathlib.Path(shared).expanduser() / "twinsplice"
        return pathlib.Path.home() / ".cache" / "twinsplice"
    except RuntimeError:
        # HOME is not set, and no user has this number, as in many containers.
        return pathlib.Path(os.devnull) / "twinsplice"


def entry(kind: str, source: pathlib.Path, *key: object) -> pathlib.Path:
    """Return the cache path of data derived from a file.

    The path depends on the file's path, size and times of change, so that data
    derived from another version are not used. (One of these times cannot be set.)

    Args:
        kind: Sub-folder of the cache.
        source: The source file; must exist.
        key: Anything else the result depends on, such as a parser's version.
    """
    stat = source.stat()
    parts = (source.absolute(), stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, *key)
    text = "\n".join(str(part) for part in parts)
    digest = hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
    return folder() / kind / digest[:32]


def is_there(path: pathlib.Path) -> bool:
    """Return whether a file is there and this user may read it."""
    try:
        return path.is_file() and os.access(path, os.R_OK)
    except OSError:
        # A folder on the way is another user's.
        return False


def writable(directory: pathlib.Path) -> bool:
    """Return whether this user can create files in a directory."""
    return os.access(directory, os.W_OK | os.X_OK)


def _sweep(path: pathlib.Path) -> None:
    """Remove what processes that were killed have left of a file a day ago or more."""
    with contextlib.suppress(OSError):
        for draft in path.parent.glob(
            f".tmp-{'[0-9a-f]' * 12}-{glob.escape(path.name)}"
        ):
            if time.time() - draft.stat().st_mtime > _ABANDONED:
                draft.unlink()


@contextlib.contextmanager
def replacing(path: pathlib.Path) -> Iterator[pathlib.Path]:
    """Provide a temporary path beside `path`, moved to `path` if the block succeeds.

    A reader sees the old file or the new one, never a part. Missing folders are
    created; after an error the temporary file is removed.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    _sweep(path)
    draft = path.with_name(f".tmp-{secrets.token_hex(6)}-{path.name}")
    try:
        yield draft
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
