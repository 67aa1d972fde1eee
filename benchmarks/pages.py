"""Tables of results between the markers of Markdown pages."""

import pathlib
from collections.abc import Mapping

FRONT = pathlib.Path("README.md")
"""The first page: a line each of accuracy and speed; tables have their own pages."""


def write(name: str, texts: Mapping[pathlib.Path, str]) -> None:
    """Put a table into pages, between `<!-- NAME:start -->` and `<!-- NAME:end -->`.

    Args:
        name: What its markers are called.
        texts: For each page the table.

    Raises:
        ValueError: A page has no markers.
    """
    for path, text in texts.items():
        head, _, tail = _parted(name, path.read_text(encoding="utf-8"))
        path.write_text(f"{head}{text}{tail}", encoding="utf-8")


def found(name: str, page: str) -> str:
    """Return the text between the markers of a page.

    Raises:
        ValueError: It has none.
    """
    return _parted(name, page)[1]


def _parted(name: str, page: str) -> tuple[str, str, str]:
    begin, end = f"<!-- {name}:start -->\n", f"\n<!-- {name}:end -->"
    before, opened, remainder = page.partition(begin)
    text, closed, after = remainder.partition(end)
    if not opened or not closed:
        raise ValueError(f"a page must hold {begin.strip()} and {end.strip()}")
    return before + opened, text, closed + after
