"""The hidden folder beside an output that keeps what a run has finished.

It outlives the run: a later one of the same output goes on from there. Whoever uses it
holds a lock, which ends with its process, so that two runs never share one. It goes
once the output is whole.
"""

import contextlib
import dataclasses
import os
import pathlib
import shutil

from twinsplice import errors

try:
    import fcntl
except ImportError:
    # Windows has no such locks: a folder is shared there, and its files are checked.
    fcntl = None  # type: ignore[assignment]

_LOCK = "lock"
"""A file of its own: some network file systems lock no folders."""


@dataclasses.dataclass(frozen=True)
class KeptWork:
    """A folder that this process holds.

    Attributes:
        folder: The folder.
        lock: Descriptor of the locked file.
    """

    folder: pathlib.Path
    lock: int

    def clear(self) -> None:
        """Remove all that is kept."""
        for path in self.folder.iterdir():
            if path.name != _LOCK:
                shutil.rmtree(path) if path.is_dir() else path.unlink()

    def remove(self) -> None:
        """Remove the folder: the output is whole."""
        shutil.rmtree(self.folder, ignore_errors=True)
        os.close(self.lock)

    def leave(self) -> None:
        """Leave the folder to a later run, if there is anything in it."""
        with contextlib.suppress(OSError):
            if [path.name for path in self.folder.iterdir()] == [_LOCK]:
                shutil.rmtree(self.folder)
        os.close(self.lock)


def folder_of(output: pathlib.Path) -> pathlib.Path:
    """Return the folder of an output; of a link, that of what it points to."""
    final = pathlib.Path(os.path.realpath(output))
    return final.with_name(f".{final.name}.parts")


def hold(output: pathlib.Path, *, make: bool) -> KeptWork | None:
    """Lock the folder of an output; return None if there is none.

    Args:
        output: The output.
        make: Make a folder if there is none.

    Raises:
        BlockingIOError: Another run holds it.
        OSError: It cannot be made, or not be read.
    """
    folder = folder_of(output)
    while True:
        if make:
            folder.mkdir(exist_ok=True)
        try:
            lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        except FileNotFoundError:
            if make:
                continue
            return None
        except OSError:
            # On a full disk there may be room for a folder and not for a file.
            with contextlib.suppress(OSError):
                folder.rmdir()
            raise
        try:
            _lock(lock)
            if _is_still(lock, folder / _LOCK):
                return KeptWork(folder, lock)
        except BaseException:
            os.close(lock)
            raise
        # Its run has just ended, and removed it.
        os.close(lock)


def busy(output: pathlib.Path) -> errors.InputError:
    """Return the refusal to resume what another run is making."""
    return errors.InputError(
        "--resume goes on from a run that has ended",
        got=f"{output}, which another run is writing",
        remedy="wait for that run, or name another --output",
    )


def sync(path: pathlib.Path) -> None:
    """Make a file, or a folder's entries, outlast a loss of power, if it can be."""
    with contextlib.suppress(OSError):
        opened = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def _lock(opened: int) -> None:
    """Lock a file, where the file system knows locks."""
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise
    except (OSError, AttributeError):
        return


def _is_still(opened: int, path: pathlib.Path) -> bool:
    """Return whether an open file is the one of that name."""
    try:
        return os.path.samestat(os.fstat(opened), path.stat())
    except FileNotFoundError:
        return False
