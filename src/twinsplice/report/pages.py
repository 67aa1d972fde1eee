"""Pages of HTML that need nothing else, not even a network, and their parts."""

import contextlib
import datetime as dt
import html
import pathlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from twinsplice.io import drafts
from twinsplice.report import figures, style

Shown = TypeVar("Shown")
# The page may load nothing at all: what it shows, it holds.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


@contextlib.contextmanager
def writing(
    path: pathlib.Path | None, page: Callable[[Shown, str, str], str], command: str
) -> Iterator[Callable[[Shown], None] | None]:
    """Give what writes a page, moved to its place if the block succeeds.

    A place that cannot be written to is refused at once, not after the work.

    Args:
        path: The HTML file; without one, nothing is given and nothing written.
        page: Returns the page of what is shown, a command and a date.
        command: What was typed to make it.

    Raises:
        InputError: The file's folder is missing or cannot be written to.
    """
    if path is None:
        yield None
        return
    with drafts.publishing(path) as draft:

        def show(shown: Shown) -> None:
            now = dt.datetime.now(dt.UTC).replace(microsecond=0)
            draft.write_text(page(shown, command, now.isoformat()), encoding="utf-8")

        yield show


def page(title: str, header: str, main: str) -> str:
    """Return a whole page; `title` is escaped, the rest is HTML."""
    said = html.escape(title)
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f"<title>{said}</title><style>{style.SHEET}</style></head>"
        f"<body><header><h1>{said}</h1>{header}</header><main>{main}</main>"
        "</body></html>\n"
    )


def tiles(shown: Iterable[tuple[str, str]]) -> str:
    """Return the figures to be seen first, each with its meaning."""
    items = "".join(
        f"<li><strong>{html.escape(value)}</strong>"
        f"<span>{html.escape(meaning)}</span></li>"
        for value, meaning in shown
    )
    return f'<ul class="tiles">{items}</ul>' if items else ""


def facts(known: Mapping[str, str], command: str, date: str) -> str:
    """Return what was done, in words: each fact, the date and the command."""
    rows = {name: html.escape(value) for name, value in known.items()}
    rows["Date"] = html.escape(date)
    rows["Command"] = f"<code>{html.escape(command)}</code>"
    words = "".join(
        f"<dt>{html.escape(name)}</dt><dd>{value}</dd>" for name, value in rows.items()
    )
    return f'<dl class="facts">{words}</dl>'


def section(title: str, inner: str) -> str:
    """Return a part of a page under its title; `inner` is HTML."""
    return f"<section><h2>{html.escape(title)}</h2>{inner}</section>"


def heading(words: str) -> str:
    """Return the title of a part of a section."""
    return f"<h3>{html.escape(words)}</h3>"


def note(words: str) -> str:
    """Return a paragraph of explanation."""
    return f'<p class="note">{html.escape(words)}</p>'


def absent(words: str) -> str:
    """Return what stands where there is nothing to show."""
    return f'<p class="none">{html.escape(words)}</p>'


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table that scrolls by itself; the first cell of a row is its head."""
    head = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in columns)
    lines = "".join(
        f'<tr><th scope="row">{html.escape(first)}</th>'
        + "".join(f"<td>{html.escape(cell)}</td>" for cell in rest)
        + "</tr>"
        for first, *rest in rows
    )
    # Can be scrolled by keyboard, so it must be able to have the focus.
    return (
        f'<div class="wide" tabindex="0"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{lines}</tbody></table></div>"
    )


def grid(drawn: Iterable[figures.Figure]) -> str:
    """Return figures side by side, as many as there is room for."""
    return f'<div class="grid">{"".join(_figure(each) for each in drawn)}</div>'


def keys(shown: Iterable[tuple[str, str]]) -> str:
    """Return what marks mean: for each its CSS class and its meaning."""
    items = "".join(
        f"<li>{figures.sample(kind)}{html.escape(meaning)}</li>"
        for kind, meaning in shown
    )
    return f'<ul class="keys">{items}</ul>' if items else ""


def _figure(figure: figures.Figure) -> str:
    shown = figure.drawing or absent(figure.absent)
    numbers = ""
    if figure.drawing and figure.rows:
        rows = table(figure.columns, figure.rows)
        numbers = f"<details><summary>The numbers</summary>{rows}</details>"
    return (
        f"<figure><h3>{html.escape(figure.title)}</h3>{keys(figure.keys)}{shown}"
        f'<figcaption class="note">{html.escape(figure.note)}</figcaption>'
        f"{numbers}</figure>"
    )
