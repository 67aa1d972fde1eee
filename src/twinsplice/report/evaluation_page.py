"""An evaluation as one page of HTML that needs nothing else, not even a network."""

import contextlib
import datetime as dt
import html
import pathlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from twinsplice.io import drafts
from twinsplice.report import agreement, style, svg, tracks
from twinsplice.report import evaluation_figures as figures
from twinsplice.report import evaluation_statistics as statistics
from twinsplice.workflow import cases, evaluation

Show = Callable[[cases.Examined], None]
Groups = Mapping[str, Mapping[str, float]]
_TILES = {
    "variants": "variants",
    "r": "r of largest |Δ|",
    "spearman": "Spearman of largest |Δ|",
    "ap_0.2": "AP, base |Δ| ≥ 0.2",
    "ap_0.5": "AP, base |Δ| ≥ 0.5",
    "position": "position within 1 base",
}
# The page may load nothing at all: what it shows, it holds.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


@contextlib.contextmanager
def writing(path: pathlib.Path | None, command: str) -> Iterator[Show | None]:
    """Give what writes an evaluation's page, moved to its place if the block succeeds.

    A place that cannot be written to is refused at once, not after the work.

    Args:
        path: The HTML file; without one, nothing is given and nothing written.
        command: What was typed to make it.

    Raises:
        InputError: The file's folder is missing or cannot be written to.
    """
    if path is None:
        yield None
        return
    with drafts.publishing(path) as draft:

        def show(examined: cases.Examined) -> None:
            now = dt.datetime.now(dt.UTC).replace(microsecond=0)
            draft.write_text(page(examined, command, now.isoformat()), encoding="utf-8")

        yield show


def page(examined: cases.Examined, command: str, date: str) -> str:
    """Return the page of an evaluation.

    Args:
        examined: The evaluation.
        command: What was typed to make it.
        date: When it was made.
    """
    name = pathlib.PurePath(examined.facts.get("Model", "a model")).name
    title = f"Evaluation of {name}"
    body = "".join(
        (
            f"<header><h1>{html.escape(title)}</h1>",
            _tiles(examined.summary.groups),
            _facts(examined, command, date),
            "</header><main>",
            _section("Figures", _figures(figures.every(examined))),
            _section("Groups of variants", _groups(examined)),
            _section("Worst misses", _misses(examined.cases)),
            "</main>",
        )
    )
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f"<title>{html.escape(title)}</title><style>{style.SHEET}</style></head>"
        f"<body>{body}</body></html>\n"
    )


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


def by_distance(found: cases.Cases) -> dict[str, dict[str, float]]:
    """Return the figures of `evaluate` by distance, of bins with two variants."""
    place = statistics.distance_bins(found.distance)
    groups = {}
    for number, label in enumerate(statistics.distance_labels()):
        rows = place == number
        if rows.sum() > 1:
            both = found.found[rows], found.wanted[rows]
            values = evaluation.agreement(*both) | evaluation.by_direction(*both)
            groups[label if label == "no site" else f"{label} bp"] = values
    return groups


def _tiles(groups: Groups) -> str:
    whole = groups.get("all", {})
    tiles = "".join(
        f"<li><strong>{agreement.cell(name, whole[name])}</strong>"
        f"<span>{html.escape(_TILES[name])}</span></li>"
        for name in _TILES
        if name in whole
    )
    return f'<ul class="tiles">{tiles}</ul>' if tiles else ""


def _facts(examined: cases.Examined, command: str, date: str) -> str:
    count = figures.counted(statistics.largest(examined.cases.wanted))
    rows = {name: html.escape(value) for name, value in examined.facts.items()}
    rows["Variants"] = html.escape(f"{count} Size: largest |Δ|.")
    rows["Date"] = html.escape(date)
    rows["Command"] = f"<code>{html.escape(command)}</code>"
    words = "".join(
        f"<dt>{html.escape(name)}</dt><dd>{value}</dd>" for name, value in rows.items()
    )
    return f'<dl class="facts">{words}</dl>'


def _section(title: str, inner: str) -> str:
    return f"<section><h2>{html.escape(title)}</h2>{inner}</section>"


def _figures(drawn: Iterable[figures.Figure]) -> str:
    return f'<div class="grid">{"".join(_figure(each) for each in drawn)}</div>'


def _figure(figure: figures.Figure) -> str:
    shown = figure.drawing or f'<p class="none">{figure.absent}</p>'
    numbers = ""
    if figure.drawing and figure.rows:
        rows = table(figure.columns, figure.rows)
        numbers = f"<details><summary>The numbers</summary>{rows}</details>"
    return (
        f"<figure><h3>{html.escape(figure.title)}</h3>{_keys(figure.keys)}{shown}"
        f'<figcaption class="note">{html.escape(figure.note)}</figcaption>'
        f"{numbers}</figure>"
    )


def _keys(keys: Iterable[tuple[str, str]]) -> str:
    items = "".join(
        f"<li>{_sample(kind)}{html.escape(meaning)}</li>" for kind, meaning in keys
    )
    return f'<ul class="keys">{items}</ul>' if items else ""


def _sample(kind: str) -> str:
    """The mark itself, as small as a letter."""
    first, *_ = kind.split()
    if first == "curve":
        mark = svg.line((0, 6), (24, 6), kind)
    elif first in ("cell", "box", "variant") or kind == "mark m2":
        mark = svg.box((6, 1), (10, 10), kind)
    else:
        mark = svg.dot((11, 6), 2.5 if first == "point" else 5, kind)
    return f'<svg viewBox="0 0 24 12" aria-hidden="true">{mark}</svg>'


def _groups(examined: cases.Examined) -> str:
    note = (
        "Groups overlap. Size: largest |Δ| of a variant; r per position: over every "
        "base of every window; AP: average precision for base |Δ| of at least 0.2 and "
        "0.5; position within 1: where base |Δ| ≥ 0.2, how often both models' largest "
        "changes lie within a base; gains and losses: largest of either. A dash: not "
        "defined. Groups of one variant are left out."
    )
    return (
        f'<p class="note">{html.escape(note)}</p>'
        f"<h3>By kind, strand and region</h3>{_agreement(examined.summary.groups)}"
        "<h3>By distance to the nearest annotated site</h3>"
        f"{_agreement(by_distance(examined.cases))}"
    )


def _agreement(groups: Groups) -> str:
    if not groups:
        return '<p class="none">no variants</p>'
    rows = [
        (
            name,
            *(agreement.cell(column, values[column]) for column in agreement.COLUMNS),
        )
        for name, values in groups.items()
    ]
    return table(("variants", *agreement.COLUMNS.values()), rows)


def _misses(found: cases.Cases) -> str:
    if not len(found):
        return '<p class="none">no variants</p>'
    note = (
        f"The variants of largest error, the largest difference of the two Δ at any "
        f"base, of {len(found):,}. Values below {tracks.SMALLEST} are not drawn; from "
        f"{tracks.HEADED} on they have a head. Places count from 1 on the plus strand; "
        "tracks run as the gene is transcribed."
    )
    shown = "".join(
        f'<article class="miss"><h3>{number}. {html.escape(miss.title)}</h3>'
        f'<p class="note">{html.escape(miss.note)}</p>{miss.drawing}</article>'
        for number, miss in enumerate(tracks.worst(found), 1)
    )
    return (
        f'<p class="note">{html.escape(note)}</p>{_keys(tracks.KEYS)}'
        f'<div class="grid">{shown}</div>'
    )
