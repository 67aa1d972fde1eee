"""Track plots of the largest errors: values at each base around a variant."""

import dataclasses

import numpy as np
from jaxtyping import Float
from matplotlib import axes, lines, patches, ticker

from twinsplice.effect import deltas
from twinsplice.evaluation import agreement_cases
from twinsplice.evaluation import agreement_statistics as statistics
from twinsplice.genome import regions
from twinsplice.report import drawing

SMALLEST, HEADED = 0.005, 0.05
"""Smallest values that are drawn, and that are drawn with a head."""
_PANELS = (
    ("reference: the base model's probability", 0.0, 44),
    ("Δ of the base model", -1.0, 72),
    ("Δ of the model", -1.0, 72),
)
"""Title, lowest value and height (pt) of each panel."""
_LEFT, _RIGHT, _TITLE, _BELOW, _KEYS = 34, 8, 22, 40, 18


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """A variant with a large error.

    Attributes:
        title: Name of the variant.
        note: Its error and location.
        drawing: SVG.
    """

    title: str
    note: str
    drawing: str


@drawing.styled()
def worst(cases: agreement_cases.Cases, numbers: statistics.Statistics) -> list[Miss]:
    """Return the variants of largest error, the largest first.

    Args:
        cases: The variants.
        numbers: Statistics with the rows of largest error.
    """
    return [_miss(cases, row, numbers) for row in numbers.misses]


def _miss(
    cases: agreement_cases.Cases, row: int, numbers: statistics.Statistics
) -> Miss:
    strand = "minus" if cases.on_minus_strand[row] else "plus"
    distance = int(cases.distance[row])
    location = "no annotated site"
    if distance != regions.NO_SITE:
        location = f"{distance:,} bp from the nearest site"
    return Miss(
        title=cases.names[row],
        note=f"{cases.genes[row]}, {strand} strand, {cases.region[row]}, {location}. "
        f"Error {numbers.error[row]:.3f}; largest |Δ|: base model "
        f"{numbers.target_size[row]:.3f}, model {numbers.size[row]:.3f}.",
        drawing=tracks(cases, row),
    )


def tracks(cases: agreement_cases.Cases, row: int) -> str:
    """Draw three tracks of a variant: reference profile, base Δ, the model's Δ."""
    width = cases.target.shape[2]
    start, ref_length = int(cases.start[row]), int(cases.ref_length[row])
    heights = [panel_height for *_, panel_height in _PANELS]
    total_height = _KEYS + sum(heights) + _TITLE * len(heights) + _BELOW
    canvas = drawing.canvas(total_height)
    top = float(_KEYS)
    values = (cases.profile[row], cases.target[row], cases.predicted[row])
    for (title, lowest, height), delta in zip(_PANELS, values, strict=True):
        top += _TITLE + height
        plane = canvas.add_axes(
            (
                _LEFT / drawing.WIDTH,
                1 - top / total_height,
                (drawing.WIDTH - _LEFT - _RIGHT) / drawing.WIDTH,
                height / total_height,
            ),
            xlim=(-start - 0.5, width - start - 0.5),
            ylim=(lowest, 1),
            yticks=sorted({lowest, 0, 1}),
        )
        plane.set_title(title, loc="left", fontsize=11.5, color=drawing.SOFT, pad=4)
        plane.tick_params(axis="both", length=0, labelbottom=False)
        plane.spines[["left", "bottom"]].set_visible(False)
        plane.axhline(0, color=drawing.SOFT, linewidth=1, zorder=1.6)
        _variant(plane, ref_length, width)
        _stems(plane, np.asarray(delta, dtype=np.float64), start)
    plane.tick_params(axis="x", length=3, labelbottom=True)
    plane.xaxis.set_major_locator(ticker.MaxNLocator(7, integer=True))
    plane.set_xlabel("bases from the variant, as transcribed")
    canvas.legend(
        [_head_key(1), _head_key(2), patches.Patch(color=drawing.SPOT)],
        ["acceptor", "donor", "variant"],
        loc="upper left",
        ncols=3,
        columnspacing=1.5,
        bbox_to_anchor=(0.015, 1 - 2 / total_height),
    )
    title = f"Tracks about {cases.names[row]}"
    return drawing.svg(canvas, f"tracks-{row}", title)


def _variant(plane: axes.Axes, ref_length: int, width: int) -> None:
    """Mark the replaced bases; an insertion is a line before the base it precedes."""
    wide = max(ref_length, width / 160)
    left = -0.5 if ref_length else -0.5 - wide / 2
    plane.axvspan(
        left,
        left + wide,
        facecolor=drawing.SPOT,
        alpha=0.75,
        linewidth=0,
        zorder=0.5,
        gid="variant",
    )


def _stems(plane: axes.Axes, values: Float[np.ndarray, "2 width"], start: int) -> None:
    # Donors are shifted by a third of a base, so that they do not hide acceptors.
    for site, number, shift in (
        (deltas.Site.ACCEPTOR, 1, 0),
        (deltas.Site.DONOR, 2, 1 / 3),
    ):
        columns = np.flatnonzero(np.abs(values[site]) >= SMALLEST)
        places, heights = columns - start + shift, values[site, columns]
        style = drawing.mark(number) | {"markersize": 5}
        if len(columns):
            plane.vlines(
                places, 0, heights, colors=style["color"], linewidth=1.6, gid="stem"
            )
        headed = np.abs(heights) >= HEADED
        if headed.any():
            plane.plot(
                places[headed],
                heights[headed],
                clip_on=False,
                gid=f"mark series-{number}",
                **style,
            )


def _head_key(number: int) -> lines.Line2D:
    return lines.Line2D([], [], **(drawing.mark(number) | {"markersize": 5}))
