"""Settings from TOML files: a table for each command, such as [train]."""

import pathlib
import tomllib
from collections.abc import Sequence
from typing import Any

from twinsplice import errors
from twinsplice.settings import checks, renamed


def read(path: pathlib.Path) -> tuple[dict[str, Any], list[str]]:
    """Return the tables of a settings file, and hints where they use former names.

    Args:
        path: The file.

    Raises:
        InputError: It is missing or is not TOML.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise errors.InputError(
            "--config must name a TOML file of settings",
            got=f"{str(path)!r} ({error})",
            remedy="check its name, or mend it",
        ) from error
    hints: list[str] = []
    for command, table in tables.items():
        if isinstance(table, dict):
            hints += renamed.hints(table)
            tables[command] = renamed.current(table)
    return tables, hints


def require_alone(path: pathlib.Path, words: Sequence[str]) -> None:
    """Refuse a settings file that a command would write over, or take for its input.

    Args:
        path: The file.
        words: The command and its flags, without --config.

    Raises:
        InputError: One of them names it, too.
    """
    for word in words:
        named = word.partition("=")[2] if word.startswith("-") else word
        checks.require(
            not (named and checks.is_same_file(path, named)),
            "a file of settings must be nothing else",
            got=f"{word} beside --config {path}",
            remedy="give another name",
        )


def split(
    words: Sequence[str], named: pathlib.Path | None = None
) -> tuple[tuple[str, ...], pathlib.Path | None]:
    """Return a command's words without --config, and the file that it names, if any.

    An input may be a lone `-`, and so the command-line library takes whatever stands
    before one for the input, a --config too.

    Args:
        words: The command and its flags; what follows `--` is left as it is.
        named: The file named elsewhere, if any.

    Raises:
        InputError: More than one file is named.
    """
    rest, paths = list(words), [] if named is None else [named]
    end = rest.index("--") if "--" in rest else len(rest)
    for i in reversed(range(end)):
        name, equals, value = rest[i].partition("=")
        if name == "--config" and equals:
            del rest[i]
            paths.append(pathlib.Path(value))
        elif name == "--config" and i + 1 < len(rest):
            paths.append(pathlib.Path(rest[i + 1]))
            del rest[i : i + 2]
    if len(paths) > 1:
        raise errors.InputError(
            "--config names one file of settings",
            got=" and ".join(map(str, paths)),
            remedy="put their tables in one file",
        )
    return tuple(rest), paths[0] if paths else None
