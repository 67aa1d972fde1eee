"""Figures as inline SVG: scales, frames, marks. Colours come from the page's CSS.

Lengths are in units of the figure's own box, `WIDTH` wide, which the page scales.
"""

import dataclasses
import html
import math
from collections.abc import Sequence

Number = int | float
Point = tuple[Number, Number]

WIDTH = 360
"""Width of a figure: that of a phone, so that text is read there as it is."""


@dataclasses.dataclass(frozen=True, slots=True)
class Scale:
    """A straight line from values to places.

    Attributes:
        low: Value at `first`.
        high: Value at `last`.
        first: Place of the low end.
        last: Place of the high end.
    """

    low: Number
    high: Number
    first: Number
    last: Number

    def __call__(self, value: Number) -> float:
        """Return the place of a value; one beyond an end is drawn at that end."""
        share = (value - self.low) / (self.high - self.low)
        return self.first + (self.last - self.first) * min(max(share, 0.0), 1.0)


@dataclasses.dataclass(frozen=True, slots=True)
class Tick:
    """A mark of an axis: where, and what stands there."""

    value: float
    label: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Two axes and what they are called.

    Attributes:
        x: Scale across.
        y: Scale upwards.
        x_title: What x shows, with its unit.
        y_title: What y shows, with its unit.
        x_ticks: Marks of x.
        y_ticks: Marks of y.
        height: Of the whole figure.
        slanted: Whether words below x are too long to lie flat.
    """

    x: Scale
    y: Scale
    x_title: str
    y_title: str
    x_ticks: Sequence[Tick]
    y_ticks: Sequence[Tick]
    height: Number
    slanted: bool = False


def frame(  # noqa: PLR0913
    x_title: str,
    y_title: str,
    *,
    x_ends: Point = (0.0, 1.0),
    y_ends: Point = (0.0, 1.0),
    x_ticks: Sequence[Tick] | None = None,
    height: Number = 330,
    slanted: bool = False,
) -> Frame:
    """Return axes with room for their words, from 0 to 1 if not told otherwise."""
    below = 82 if slanted else 44
    return Frame(
        x=Scale(*x_ends, 46, WIDTH - 12),
        y=Scale(*y_ends, height - below, 12),
        x_title=x_title,
        y_title=y_title,
        x_ticks=ticks(*x_ends) if x_ticks is None else x_ticks,
        y_ticks=ticks(*y_ends),
        height=height,
        slanted=slanted,
    )


def ticks(low: Number, high: Number, most: int = 6) -> list[Tick]:
    """Return round values from one end to the other, at most so many."""
    step = _round_up((high - low) / (most - 1))
    places = max(0, -math.floor(math.log10(step) + 1e-9))
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    values = [round(number * step, 12) for number in range(first, last + 1)]
    return [Tick(value, number(value, places)) for value in values]


def ceiling(value: Number) -> float:
    """Return a round number from `value` up, at most 1; 1 if there is no value."""
    if math.isnan(value) or value <= 0:
        return 1.0
    scale = 10.0 ** math.floor(math.log10(value))
    steps = (1, 1.5, 2, 3, 4, 5, 6, 8, 10)
    return min(1.0, next(s * scale for s in steps if s * scale >= value - 1e-12))


def number(value: Number, places: int = 3) -> str:
    """Return a number with a true minus sign."""
    return f"{value:.{places}f}".replace("-", "\N{MINUS SIGN}")


def drawing(inner: str, height: Number, title: str, width: Number = WIDTH) -> str:
    """Return a figure; `title` is what those hear who cannot see it."""
    label = html.escape(title)
    return (
        f'<svg viewBox="0 0 {width:g} {height:g}" role="img" aria-label="{label}">'
        f"{inner}</svg>"
    )


def axes(frame: Frame) -> str:
    """Return grid lines, ticks and the titles of both axes."""
    x, y = frame.x, frame.y
    made = []
    for tick in frame.y_ticks:
        at = y(tick.value)
        made.append(line((x.first, at), (x.last, at), "grid"))
        made.append(text((x.first - 5, at + 4), tick.label, "tick end"))
    for tick in frame.x_ticks:
        at = x(tick.value)
        made.append(line((at, y.first), (at, y.first + 4), "axis"))
        made.append(_below((at, y.first), tick.label, slanted=frame.slanted))
    made.append(line((x.first, y.first), (x.last, y.first), "axis"))
    made.append(line((x.first, y.first), (x.first, y.last), "axis"))
    middle = (x.first + x.last) / 2
    made.append(text((middle, frame.height - 8), frame.x_title, "name mid"))
    made.append(_turned((12, (y.first + y.last) / 2), -90, frame.y_title, "name mid"))
    return "".join(made)


def line(start: Point, end: Point, kind: str) -> str:
    """Return a straight line."""
    (x1, y1), (x2, y2) = start, end
    return (
        f'<line class="{kind}" x1="{_short(x1)}" y1="{_short(y1)}" '
        f'x2="{_short(x2)}" y2="{_short(y2)}"/>'
    )


def path(points: Sequence[Point], kind: str) -> str:
    """Return straight lines from point to point; nothing without points."""
    if not points:
        return ""
    words = "L".join(f"{_short(x)} {_short(y)}" for x, y in points)
    return f'<path class="{kind}" d="M{words}"/>'


def box(corner: Point, size: Point, kind: str, said: str = "") -> str:
    """Return a rectangle from its upper left corner; `said` is shown by a pointer."""
    (x, y), (width, height) = corner, size
    return (
        f'<rect class="{kind}" x="{_short(x)}" y="{_short(y)}" '
        f'width="{_short(width)}" height="{_short(height)}"{_titled("rect", said)}'
    )


def dot(at: Point, radius: Number, kind: str, said: str = "") -> str:
    """Return a disc; `said` is shown by a pointer."""
    return (
        f'<circle class="{kind}" cx="{_short(at[0])}" cy="{_short(at[1])}" '
        f'r="{_short(radius)}"{_titled("circle", said)}'
    )


def text(at: Point, words: str, kind: str) -> str:
    """Return words, escaped."""
    return (
        f'<text class="{kind}" x="{_short(at[0])}" y="{_short(at[1])}">'
        f"{html.escape(words)}</text>"
    )


def _below(at: Point, words: str, *, slanted: bool) -> str:
    x, y = at
    if slanted:
        return _turned((x + 4, y + 13), -45, words, "tick end")
    return text((x, y + 17), words, "tick mid")


def _turned(at: Point, degrees: Number, words: str, kind: str) -> str:
    x, y = _short(at[0]), _short(at[1])
    return (
        f'<text class="{kind}" x="{x}" y="{y}" '
        f'transform="rotate({degrees:g} {x} {y})">{html.escape(words)}</text>'
    )


def _titled(tag: str, said: str) -> str:
    return f"><title>{html.escape(said)}</title></{tag}>" if said else "/>"


def _short(value: Number) -> str:
    """A place to a tenth of a unit, which is finer than is seen."""
    return f"{value:.1f}".removesuffix(".0")


def _round_up(value: Number) -> float:
    """The next of 1, 2, 5 times a power of ten."""
    scale = 10.0 ** math.floor(math.log10(value))
    return next(s * scale for s in (1, 2, 5, 10) if s * scale >= value - 1e-12)
