"""The known base models: their licence, citation and source of weights.

The entries are data (`data/catalogue.toml`); this module reads them.
"""

import dataclasses
import functools
import importlib.resources
import pathlib
import tomllib

from twinsplice import errors
from twinsplice.settings import suggestions

OURS = "twinsplice"
"""Name of the default model, which is no base model."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Entry:
    """The catalogue entry of a base model.

    Attributes:
        name: Its name for `--model`.
        title: Its name in print.
        info: The VCF INFO key its scores are written under.
        family: The adapter that reads its weights.
        source: Source of the weights, in words.
        commercial: Whether the weights may be used commercially.
        licence: Licence of the weights.
        citation: The paper to cite.
        learned_from: Chromosomes whose splice sites it has learned, in words.
        sha256: Checksum of each original weight file, by file name.
    """

    name: str
    title: str
    info: str
    family: str
    source: str
    commercial: bool
    licence: str
    citation: str
    learned_from: str
    sha256: dict[str, str]


@functools.cache
def entries() -> dict[str, Entry]:
    """Return all known base models by name, in listing order."""
    path = importlib.resources.files("twinsplice.data") / "catalogue.toml"
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return {name: Entry(name=name, **metadata) for name, metadata in table.items()}


def find(name: str) -> Entry:
    """Return the entry of a base model.

    Raises:
        InputError: No base model has that name.
    """
    by_name = entries()
    if name not in by_name:
        raise unknown(name)
    return by_name[name]


def check(name: str) -> None:
    """Refuse the name of a model that is neither known, ours, nor a path.

    Raises:
        InputError: It is none of these.
    """
    if name not in (OURS, *entries()) and not (name and pathlib.Path(name).exists()):
        raise unknown(name, OURS)


def unknown(name: str, *more: str) -> errors.InputError:
    """Return the error for a name that is no model's.

    Args:
        name: The name.
        more: Names that would do, besides those of base models.
    """
    names = (*more, *entries())
    listed = f"use one of {', '.join(names)}"
    return errors.InputError(
        "--model must be the name of a known model, a folder of its weights, or a "
        "trained model's file or run",
        got=repr(name),
        remedy=suggestions.remedy(name, names, listed),
    )
