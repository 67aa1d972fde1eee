"""Atomic writing of outputs."""

import contextlib
import os
import pathlib
import shutil
import tempfile
from collections.abc import Iterator

from twinsplice import errors


def is_special(path: pathlib.Path) -> bool:
    """Return whether a path is a device or a pipe, which must not be replaced."""
    return path.exists() and not path.is_file() and not path.is_dir()


def check(path: pathlib.Path) -> None:
    """Refuse an output's folder that cannot be written to, before any work is done.

    Raises:
        InputError: The folder is missing or cannot be written to.
    """
    shutil.rmtree(_hidden_folder(_followed(path)), ignore_errors=True)


@contextlib.contextmanager
def publishing(path: pathlib.Path) -> Iterator[pathlib.Path]:
    """Provide a temporary path for an output, moved to `path` if the block succeeds.

    The temporary file is alone in a hidden folder beside `path`, so files written
    next to it (an index) are moved along. After an error or Ctrl-C the folder is
    removed, and an older output stays unchanged.

    Raises:
        InputError: The output's folder is missing or cannot be written to.
    """
    final = _followed(path)
    folder = _hidden_folder(final)
    try:
        draft = folder / final.name
        yield draft
        draft.replace(final)
        # An index must not be older than its data, so it is moved second.
        for companion in folder.iterdir():
            companion.replace(final.with_name(companion.name))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


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


def _hidden_folder(final: pathlib.Path) -> pathlib.Path:
    if final.is_dir():
        raise errors.InputError(
            "an output must be a file",
            got=f"{final}, which is a folder",
            remedy="add a file name to it",
        )
    try:
        folder = tempfile.mkdtemp(
            prefix=f".{final.name}.", suffix=".partial", dir=final.parent
        )
    except OSError as error:
        raise errors.InputError(
            "an output needs a folder that can be written to",
            got=f"{final.parent} ({error.strerror or error})",
            remedy="make the folder or choose another",
        ) from error
    return pathlib.Path(folder)
