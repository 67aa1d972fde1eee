"""What figures of any report are made of: the figure itself, and marks that recur."""

import dataclasses
from collections.abc import Iterable, Sequence

import numpy as np
from jaxtyping import Float

from twinsplice.evaluation import agreement_statistics as statistics
from twinsplice.report import svg

BINS = 40
"""Squares along either axis of a scatter."""
SPARSE = 3
"""Most points of a square that are still drawn one by one."""
LEVELS = (4, 10, 30, 100, 300, 1000)
"""Fewest points of each shade of a square: half decades."""
SERIES = 6
"""Series that the style sheet tells apart; more begin again."""

Keys = tuple[tuple[str, str], ...]
"""For each mark its CSS class and its meaning."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A drawing and what is written about it.

    Attributes:
        title: What is shown.
        note: How it is shown, and of how many variants.
        keys: For each mark its CSS class and its meaning.
        drawing: SVG; empty if there is nothing to show.
        absent: What there is none of, if so.
        columns: Names of the columns of `rows`.
        rows: The numbers that are drawn, as text.
    """

    title: str
    note: str
    keys: Keys = ()
    drawing: str = ""
    absent: str = "no variants"
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def crowd_note() -> str:
    """Return how a crowd is drawn, in words."""
    return (
        f"A square of 1/{BINS} a side that holds more than {SPARSE} variants is shaded "
        "by their number (steps of half a decade); others show each variant as a point."
    )


def crowd(
    frame: svg.Frame,
    x: Float[np.ndarray, " points"],
    y: Float[np.ndarray, " points"],
    said: Sequence[str],
    guide: str = "",
) -> tuple[str, Keys]:
    """Return points of the unit square, shaded where they are dense, and their keys.

    Args:
        frame: Axes from 0 to 1.
        x: First coordinate; what lies beyond is drawn at the edge.
        y: Second coordinate.
        said: What a pointer is told of each point.
        guide: Drawn over the shades, under the points.
    """
    cells = statistics.cells(x, y, BINS)
    drawn = "".join(_square(frame, cell) for cell in cells if _level(cell) >= 0)
    dots = "".join(
        svg.dot((frame.x(x[row]), frame.y(y[row])), 1.8, "point", said[row])
        for cell in cells
        if _level(cell) < 0
        for row in cell.members
    )
    return drawn + guide + dots, _shades(cells)


def _level(cell: statistics.Cell) -> int:
    """The shade of a square; -1 if its points are drawn one by one."""
    return sum(len(cell.members) >= least for least in LEVELS) - 1


def _square(frame: svg.Frame, cell: statistics.Cell) -> str:
    left, right = (frame.x(each / BINS) for each in (cell.column, cell.column + 1))
    top, bottom = (frame.y(each / BINS) for each in (cell.row + 1, cell.row))
    said = f"{len(cell.members):,} variants"
    size = (right - left, bottom - top)
    return svg.box((left, top), size, f"cell d{_level(cell)}", said)


def _shades(cells: Iterable[statistics.Cell]) -> Keys:
    used = {_level(cell) for cell in cells}
    keys = [("point", "1 variant")] if -1 in used else []
    for level, least in enumerate(LEVELS):
        if level in used:
            last = level == len(LEVELS) - 1
            words = f"{least:,} or more" if last else f"{least}-{LEVELS[level + 1] - 1}"
            keys.append((f"cell d{level}", words))
    return tuple(keys)


def diagonal(frame: svg.Frame) -> str:
    """Return the line on which both coordinates are equal."""
    return svg.line((frame.x(0), frame.y(0)), (frame.x(1), frame.y(1)), "guide")


def level(frame: svg.Frame, value: float, kind: str) -> str:
    """Return a line across a frame."""
    at = frame.y(value)
    return svg.line((frame.x.first, at), (frame.x.last, at), kind)


def steps(frame: svg.Frame, curve: statistics.Curve) -> list[tuple[float, float]]:
    """Return the corners of precision over recall, without interpolation."""
    points, before = [], 0.0
    pairs = zip(curve.recall.tolist(), curve.precision.tolist(), strict=True)
    for recall, precision in pairs:
        points += [(frame.x(each), frame.y(precision)) for each in (before, recall)]
        before = recall
    return points


def series(number: int) -> int:
    """Return which of the style sheet's series the n-th one is, from 1."""
    return (number - 1) % SERIES + 1


def bar(frame: svg.Frame, at: float, ends: tuple[float, float], number: int) -> str:
    """Return an upright bar from one value to another, in a series' colour.

    Args:
        frame: Where it is drawn.
        at: Place along x, in units of the figure.
        ends: Both values.
        number: Which series, from 1.
    """
    low, high = (frame.y(each) for each in ends)
    return svg.line((at, low), (at, high), f"bar s{series(number)}")


def mark(at: tuple[float, float], number: int, said: str) -> str:
    """Return a mark: a disc for the first series and every other, else a square."""
    kind = f"mark m{series(number)}"
    if number % 2:
        return svg.dot(at, 4, kind, said)
    return svg.box((at[0] - 3.5, at[1] - 3.5), (7, 7), kind, said)


def sample(kind: str) -> str:
    """Return a mark as small as a letter, for a key."""
    first, *rest = kind.split()
    if first == "curve":
        drawn = svg.line((0, 6), (24, 6), kind)
    elif first in ("cell", "box", "variant") or (
        first == "mark" and int(rest[0].removeprefix("m")) % 2 == 0
    ):
        drawn = svg.box((6, 1), (10, 10), kind)
    else:
        drawn = svg.dot((11, 6), 2.5 if first == "point" else 5, kind)
    return f'<svg viewBox="0 0 24 12" aria-hidden="true">{drawn}</svg>'
