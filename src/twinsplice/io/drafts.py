"""Atomic writing of outputs.

Whoever writes to a hidden folder holds a lock on it, which ends with its process: what
a process that was killed has left behind is known by having none.
"""

import contextlib
import os
import pathlib
import re
import shutil
import tempfile
from collections.abc import Iterator

from twinsplice import errors

try:
    import fcntl
except ImportError:
    # Windows has no such locks: nothing is swept there.
    fcntl = None  # type: ignore[assignment]

_RANDOM = re.compile(r"[a-z0-9_]{8}")
"""What `tempfile` puts into names."""
_SUFFIX = ".partial"


def is_special(path: pathlib.Path) -> bool:
    """Return whether a path is a device or a pipe, which must not be replaced."""
    return path.exists() and not path.is_file() and not path.is_dir()


def check(path: pathlib.Path) -> None:
    """Refuse an output's folder that cannot be written to, before any work is done.

    Raises:
        InputError: The folder is missing or cannot be written to.
    """
    folder, lock = _hidden_folder(_followed(path))
    _remove(folder, lock)


@contextlib.contextmanager
def publishing(path: pathlib.Path) -> Iterator[pathlib.Path]:
    """Provide a temporary path for an output, moved to `path` if the block succeeds.

    The temporary file is alone in a hidden folder beside `path`, so files written
    next to it (an index) are moved along, if they can be. After an error or Ctrl-C the
    folder is removed, and an older output stays unchanged. Folders of processes that
    were killed while they wrote the same output are removed first.

    Raises:
        InputError: The output's folder is missing or cannot be written to.
    """
    final = _followed(path)
    with hidden(path) as folder:
        draft = folder / final.name
        yield draft
        draft.replace(final)
        # An index must not be older than its data, so it is moved second.
        for companion in folder.iterdir():
            _follow(companion, final.with_name(companion.name))


@contextlib.contextmanager
def hidden(path: pathlib.Path) -> Iterator[pathlib.Path]:
    """Provide a hidden folder beside an output, removed after the block.

    Raises:
        InputError: As for `publishing`.
    """
    folder, lock = _hidden_folder(_followed(path))
    try:
        yield folder
    finally:
        _remove(folder, lock)


def _follow(companion: pathlib.Path, target: pathlib.Path) -> None:
    """Move a file to the output that it belongs to, which is in place.

    That it cannot be moved makes the output no worse; an older one would be wrong.
    """
    try:
        companion.replace(target)
    except OSError:
        with contextlib.suppress(OSError):
            target.unlink(missing_ok=True)


def _followed(path: pathlib.Path) -> pathlib.Path:
    """Return what a link points to: that is replaced, not the link.

    Raises:
        InputError: The link leads back to itself.
    """
    final = pathlib.Path(os.path.realpath(path))
    if final.is_symlink():
        raise errors.InputError(
            "an output must be a file",
            got=f"{path}, a link that leads back to itself",
            remedy="remove the link, or choose another name",
        )
    return final


def _hidden_folder(final: pathlib.Path) -> tuple[pathlib.Path, int]:
    """Make the hidden folder of an output; return it and the lock on it."""
    if final.is_dir():
        raise errors.InputError(
            "an output must be a file",
            got=f"{final}, which is a folder",
            remedy="add a file name to it",
        )
    _sweep(final)
    try:
        while True:
            made = tempfile.mkdtemp(
                prefix=f".{final.name}.", suffix=_SUFFIX, dir=final.parent
            )
            folder = pathlib.Path(made)
            lock = _locked(folder, wait=True)
            # Another process may have swept it before it was locked.
            if lock is not None and folder.is_dir():
                return folder, lock
    except OSError as error:
        raise errors.InputError(
            "an output needs a folder that can be written to",
            got=f"{final.parent} ({error.strerror or error})",
            remedy="make the folder or choose another",
        ) from error


def _sweep(final: pathlib.Path) -> None:
    """Remove the hidden folders of an output that no process holds."""
    prefix = f".{final.name}."
    with contextlib.suppress(OSError):
        for path in final.parent.iterdir():
            name = path.name
            if not (name.startswith(prefix) and name.endswith(_SUFFIX)):
                continue
            if _RANDOM.fullmatch(name[len(prefix) : -len(_SUFFIX)]):
                lock = _locked(path, wait=False)
                if lock is not None:
                    _remove(path, lock)


def _locked(folder: pathlib.Path, *, wait: bool) -> int | None:
    """Lock a folder; return the lock, or None if it is held or gone.

    Where a file system knows no locks, a folder of one's own counts as locked, and one
    of others as held.
    """
    try:
        lock = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except (OSError, AttributeError):
        if wait:
            return lock
        os.close(lock)
        return None
    return lock


def _remove(folder: pathlib.Path, lock: int) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    os.close(lock)
