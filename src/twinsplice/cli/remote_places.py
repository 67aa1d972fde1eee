"""Inputs and outputs elsewhere: a command works on copies here, and puts results there.

The copies lie in the cache, in a folder of the command's own, so that a command that
was stopped goes on there when it is given again.
"""

import contextlib
import dataclasses
import hashlib
import pathlib
from collections.abc import Iterator
from typing import Any, TypeVar

from twinsplice import errors
from twinsplice.cli import preparations
from twinsplice.io import cache, object_stores
from twinsplice.io.kept import kept_work
from twinsplice.settings import checks

_Config = TypeVar("_Config")
_LISTS = ("more",)
"""Fields of variants, not of files."""


@contextlib.contextmanager
def here(config: _Config, *reads: str) -> Iterator[_Config]:
    """Provide a command's settings with files here in place of addresses.

    After the block its outputs are put where they belong; after an error they are not.

    Args:
        config: The settings.
        reads: Fields whose files are fetched; those of all outputs may be addresses.

    Raises:
        InputError: A file cannot be fetched or put, or is one that must be here.
    """
    elsewhere = dict(_elsewhere(config))
    if not elsewhere:
        yield config
        return
    _check(config, elsewhere, reads)
    preparations.require("an address", "remote", "fsspec")
    work = _held(config, (*reads, *checks.OUTPUTS))
    try:
        changes = {
            name: _fetched(value, work.folder / name)
            if name in reads
            else _draft(value, work.folder / name)
            for name, value in elsewhere.items()
        }
        yield dataclasses.replace(config, **changes)  # type: ignore[type-var]
        for name, value in elsewhere.items():
            if name in checks.OUTPUTS:
                _put(work.folder / name, value)
    except BaseException:
        # Only what a later run can go on from is worth its room.
        if any(work.folder.glob("*/.*.parts")):
            work.leave()
        else:
            work.remove()
        raise
    work.remove()


def there(path: pathlib.Path, config: object) -> pathlib.Path:
    """Return where a file that a command wrote belongs, which may be an address.

    Args:
        path: The file, in the block of `here` or anywhere else.
        config: The settings as they were given.
    """
    final = getattr(config, path.parent.name, None)
    if object_stores.is_address(final):
        assert isinstance(final, pathlib.Path)
        return final.with_name(path.name)
    return path


def _elsewhere(config: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401
    """Yield the fields with an address, and their values."""
    for field in dataclasses.fields(config):
        value = getattr(config, field.name)
        each = value if isinstance(value, tuple) else (value,)
        if field.name not in _LISTS and any(map(object_stores.is_address, each)):
            yield field.name, value


def _check(config: Any, elsewhere: dict[str, Any], reads: tuple[str, ...]) -> None:  # noqa: ANN401
    for name, value in elsewhere.items():
        checks.require(
            name in (*reads, *checks.OUTPUTS),
            f"the {name.replace('_', ' ')} must be a file on this machine",
            got=str(value),
            remedy="copy it here first",
        )
    outputs = [value for name, value in elsewhere.items() if name in checks.OUTPUTS]
    for name in reads:
        values = getattr(config, name)
        for value in values if isinstance(values, tuple) else (values,):
            checks.require(
                value not in outputs,
                f"the output must not be the {name}",
                got=str(value),
                remedy="give another name to write to",
            )


def _held(config: Any, names: tuple[str, ...]) -> kept_work.KeptWork:  # noqa: ANN401
    """Return the folder of a command on these files."""
    files = [(name, str(getattr(config, name, None))) for name in names]
    digest = hashlib.blake2b(repr(files).encode(), digest_size=12).hexdigest()
    place = cache.folder() / "remote" / digest
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        work = kept_work.hold(place, make=True)
    except BlockingIOError:
        raise kept_work.busy(getattr(config, "output", None) or place) from None
    except OSError as error:
        raise errors.InputError(
            "files from elsewhere are copied into the cache",
            got=f"{place.parent}: {error.strerror}",
            remedy="name another folder with TWINSPLICE_CACHE",
        ) from error
    assert work is not None
    return work


def _fetched(value: Any, folder: pathlib.Path) -> Any:  # noqa: ANN401
    """Fetch the files of a field."""
    if isinstance(value, tuple):
        # Names may be alike in other folders.
        return tuple(
            _fetched(each, folder / str(number)) for number, each in enumerate(value)
        )
    if not object_stores.is_address(value):
        return value
    target = folder / value.name
    object_stores.fetch(value, target)
    return target


def _draft(value: pathlib.Path, folder: pathlib.Path) -> pathlib.Path:
    folder.mkdir(exist_ok=True)
    return folder / value.name


def _put(folder: pathlib.Path, final: pathlib.Path) -> None:
    """Put what was written; an index must not be older than its data."""
    written = [path for path in folder.iterdir() if not path.name.startswith(".")]
    for path in sorted(written, key=lambda path: (path.name != final.name, path.name)):
        object_stores.put(path, final.with_name(path.name))
