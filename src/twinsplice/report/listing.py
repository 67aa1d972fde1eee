"""The list of available models."""

import importlib.resources
import importlib.util
import json
import pathlib
import textwrap

from twinsplice.base_models import catalogue

_WIDTH = 80
_INDENT = " " * 13


def text() -> str:
    """Return the list of models with licence, source and citation of each."""
    listed = (_described(entry) for entry in catalogue.entries().values())
    return "\n".join([_ours(), *listed])


def _ours() -> str:
    """Return the entry of the weights in the package, from their card."""
    folder = importlib.resources.files("twinsplice.data")
    card = json.loads((folder / "twinsplice.json").read_text(encoding="utf-8"))
    rows = {
        "INFO key": "TwinSplice, with prediction intervals in TwinSplice_PI",
        "licence": f"{card['licence']}; also for commercial use",
        "weights": f"in the package; made from {card['base_model']}",
        "at hand": "yes, the default",
        "cite": card["citation"],
    }
    lines = (_row(label, value) for label, value in rows.items())
    return f"twinsplice: {card['title']}\n{''.join(lines)}"


def _described(entry: catalogue.Entry) -> str:
    use = "also for" if entry.commercial else "not, or not freely, for"
    rows = {
        "INFO key": entry.info,
        "licence": f"{entry.licence}; {use} commercial use",
        "weights": entry.source,
        "at hand": _at_hand(entry),
        "cite": entry.citation,
    }
    lines = (_row(label, value) for label, value in rows.items())
    return f"{entry.name}: {entry.title}\n{''.join(lines)}"


def _row(label: str, value: str) -> str:
    return (
        textwrap.fill(
            value,
            width=_WIDTH,
            initial_indent=f"  {label:<11}",
            subsequent_indent=_INDENT,
            # DOIs and commands must stay whole to be copied.
            break_long_words=False,
            break_on_hyphens=False,
        )
        + "\n"
    )


def _at_hand(entry: catalogue.Entry) -> str:
    """Return whether the weights are installed, where that can be determined."""
    # Wheels are named after the family; the location of folders is unknown.
    if entry.family not in ("spliceai", "cispliceai"):
        return "if you have that folder"
    spec = importlib.util.find_spec(entry.family)
    folders = (
        [pathlib.Path(location) for location in spec.submodule_search_locations or []]
        if spec
        else []
    )
    for folder in folders:
        if all((folder / name).is_file() for name in entry.sha256):
            return "yes, installed"
    return f"no; pip install 'twinsplice[{entry.family}]'"
