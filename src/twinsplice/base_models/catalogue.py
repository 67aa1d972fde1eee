"""The base models we know: their licence, citation, where their weights come from.

The facts are data (`data/catalogue.toml`); this module reads them.
"""

import dataclasses
import functools
import importlib.resources
import tomllib

from twinsplice import errors


@dataclasses.dataclass(frozen=True, kw_only=True)
class Entry:
    """What is known of a base model without loading it.

    Attributes:
        name: What `--model` takes.
        title: Its name in print.
        info: The VCF INFO key its scores are written under.
        family: The adapter that reads its weights.
        source: Where the weights come from, in words.
        commercial: Whether the weights may be used commercially.
        licence: Licence of the weights.
        citation: The paper to cite.
        sha256: Checksum of each original weight file, by its name.
    """

    name: str
    title: str
    info: str
    family: str
    source: str
    commercial: bool
    licence: str
    citation: str
    sha256: dict[str, str]


@functools.cache
def entries() -> dict[str, Entry]:
    """Return all known base models by name, in the order to list them."""
    path = importlib.resources.files("twinsplice.data") / "catalogue.toml"
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return {name: Entry(name=name, **metadata) for name, metadata in table.items()}


def find(name: str) -> Entry:
    """Return the entry of a name.

    Raises:
        InputError: No base model has that name.
    """
    known = entries()
    if name not in known:
        raise errors.InputError(
            "--model must be the name of a known model, a folder of its weights, or a "
            "trained model's file or run",
            got=repr(name),
            remedy=f"use one of {', '.join(known)}",
        )
    return known[name]
