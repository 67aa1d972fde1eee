"""Settings from TOML files: a table for each command, such as [train]."""

import pathlib
import tomllib
from typing import Any

from twinsplice import errors
from twinsplice.settings import renamed


def read(path: pathlib.Path) -> tuple[dict[str, Any], list[str]]:
    """Return the tables of a settings file, and hints where they use former names.

    Args:
        path: The file.

    Raises:
        InputError: It is missing or is not TOML.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
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
