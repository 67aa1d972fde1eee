"""Worst misses: small drawings of what stands at each base about a variant."""

import dataclasses
from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from twinsplice.effect import deltas
from twinsplice.evaluation import agreement_cases
from twinsplice.evaluation import agreement_statistics as statistics
from twinsplice.genome import regions
from twinsplice.report import svg

MOST = 10
"""Variants that are shown."""
SMALLEST, HEADED = 0.005, 0.05
"""Sizes from which on a value is drawn, and from which on it gets a head."""
KEYS = (
    ("mark m1", "acceptor"),
    ("mark m2", "donor"),
    ("variant", "variant"),
)
"""For each mark its CSS class and its meaning."""
_LEFT, _RIGHT = 34, svg.WIDTH - 8
_GAP = 30


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """One variant that a model gets wrong.

    Attributes:
        title: Which it is.
        note: By how much, and where it lies.
        drawing: SVG.
    """

    title: str
    note: str
    drawing: str


def worst(found: agreement_cases.Cases, most: int = MOST) -> list[Miss]:
    """Return the variants of largest error, the largest first."""
    error = statistics.errors(found.found, found.wanted)
    return [
        _miss(found, row, float(error[row])) for row in statistics.worst(error, most)
    ]


def _miss(found: agreement_cases.Cases, row: int, error: float) -> Miss:
    base, model = (
        float(np.abs(each[row]).max()) for each in (found.wanted, found.found)
    )
    strand = "minus" if found.mirrored[row] else "plus"
    away = int(found.distance[row])
    near = "no annotated site"
    if away != regions.NO_SITE:
        near = f"{away:,} bp from the nearest site"
    return Miss(
        title=found.names[row],
        note=f"{found.genes[row]}, {strand} strand, {found.region[row]}, {near}. "
        f"Error {error:.3f}; largest |Δ|: base model {base:.3f}, model {model:.3f}.",
        drawing=drawing(found, row),
    )


def drawing(found: agreement_cases.Cases, row: int) -> str:
    """Return three tracks of a variant: reference profile, base Δ, the model's Δ."""
    width = found.wanted.shape[2]
    start = int(found.start[row])
    x = svg.Scale(-start - 0.5, width - start - 0.5, _LEFT, _RIGHT)
    panels = (
        ("reference: the base model's probability", found.profile[row], 0.0, 44),
        ("Δ of the base model", found.wanted[row], -1.0, 72),
        ("Δ of the model", found.found[row], -1.0, 72),
    )
    top, made = 0.0, []
    for name, values, lowest, height in panels:
        y = svg.Scale(lowest, 1.0, top + 18 + height, top + 18)
        made.append(svg.text((_LEFT, top + 12), name, "tick"))
        made.append(_variant(x, y, int(found.ref_length[row])))
        made += _levels(x, y)
        made += _stems(x, y, np.asarray(values, dtype=np.float64), start)
        top += height + _GAP
    made += _ruler(x, top - _GAP + 18)
    title = f"Tracks about {found.names[row]}"
    return svg.drawing("".join(made), top + 32, title)


def _variant(x: svg.Scale, y: svg.Scale, ref_length: int) -> str:
    """The replaced bases; an insertion is a line before the base it precedes."""
    left, right = x(-0.5), x(ref_length - 0.5)
    wide = max(right - left, 2.0)
    middle = (left + right) / 2
    return svg.box((middle - wide / 2, y.last), (wide, y.first - y.last), "variant")


def _levels(x: svg.Scale, y: svg.Scale) -> list[str]:
    made = []
    for level in sorted({y.low, 0.0, 1.0}):
        kind = "axis" if level == 0 else "grid"
        made.append(svg.line((x.first, y(level)), (x.last, y(level)), kind))
        words = svg.number(level, 0)
        made.append(svg.text((x.first - 5, y(level) + 4), words, "tick end"))
    return made


def _stems(
    x: svg.Scale, y: svg.Scale, values: Float[np.ndarray, "2 width"], start: int
) -> list[str]:
    made = []
    # Donors a third of a base to the right, so that neither hides the other.
    for site, number, shift in (
        (deltas.Site.ACCEPTOR, 1, 0),
        (deltas.Site.DONOR, 2, 1),
    ):
        for column in np.flatnonzero(np.abs(values[site]) >= SMALLEST):
            value = float(values[site, column])
            at = x(float(column) - start + shift / 3), y(value)
            made.append(svg.line((at[0], y(0)), at, f"stem s{number}"))
            if abs(value) >= HEADED:
                made.append(_head(at, number, f"{site.name.lower()} {value:.3f}"))
    return made


def _head(at: tuple[float, float], number: int, said: str) -> str:
    if number == 1:
        return svg.dot(at, 2.6, "mark m1", said)
    return svg.box((at[0] - 2.3, at[1] - 2.3), (4.6, 4.6), "mark m2", said)


def _ruler(x: svg.Scale, y: float) -> list[str]:
    made = []
    for tick in _ticks(x.low, x.high):
        at = x(tick.value)
        made.append(svg.line((at, y), (at, y + 4), "axis"))
        made.append(svg.text((at, y + 17), tick.label, "tick mid"))
    words = "bases from the variant, as transcribed"
    made.append(svg.text(((x.first + x.last) / 2, y + 34), words, "name mid"))
    return made


def _ticks(low: float, high: float) -> Sequence[svg.Tick]:
    # Whole bases only: a window of few has a tick at 0 alone.
    found = svg.ticks(low, high, 7)
    return [tick for tick in found if tick.value.is_integer()]
