"""Letters as tall as numbers: a logo along a sequence."""

from collections.abc import Sequence
from typing import Any

from matplotlib import axes, font_manager, patches, textpath, transforms

from twinsplice.report import drawing

COLOURS = {"A": "#00795a", "C": "#0072b2", "G": "#d18b00", "T": "#c2432b"}
"""Okabe and Ito's green, blue, orange and vermilion; letters tell them apart, too."""
_WIDE = 0.94
_FONT: Any = font_manager.FontProperties(family="DejaVu Sans", weight="bold")
_CUT = 0.12
"""Part of a letter that is cut off where it is taller than the panel."""


def draw(
    panel: axes.Axes, letters: Sequence[str], heights: Sequence[float], limit: float
) -> None:
    """Draw letters from a line at 0, upwards or downwards.

    A letter that is taller than the panel has a gap near its end, and its number.

    Args:
        panel: Where; the letters stand at 0, 1, 2 and so on.
        letters: The letters; those without a colour are grey.
        heights: Their heights, negative downwards; NaN for none.
        limit: Height of the panel on each side of 0.
    """
    panel.set_xlim(-0.5, len(letters) - 0.5)
    panel.set_ylim(-limit, limit)
    for place, (letter, height) in enumerate(zip(letters, heights, strict=True)):
        # Neither NaN nor what would be thinner than a hair.
        if not abs(height) >= limit / 200:
            continue
        shown = max(min(height, limit), -limit)
        colour = COLOURS.get(letter, drawing.SOFT)
        _letter(panel, letter, (place, shown), colour)
        if shown != height:
            _cut(panel, place, height, limit)


def _letter(
    panel: axes.Axes, letter: str, place: tuple[int, float], colour: str
) -> None:
    """Draw a letter upright between 0 and its height, at the middle of its place."""
    x, height = place
    path = textpath.TextPath((0, 0), letter, size=1, prop=_FONT)
    box = path.get_extents()
    scale = transforms.Affine2D().translate(-box.x0, -box.y0)
    scale.scale(_WIDE / box.width, abs(height) / box.height)
    scale.translate(x - _WIDE / 2, min(height, 0))
    panel.add_patch(
        patches.PathPatch(scale.transform_path(path), color=colour, linewidth=0)
    )


def _cut(panel: axes.Axes, place: int, height: float, limit: float) -> None:
    """Show that a letter goes on beyond the panel, and how far."""
    sign = 1 if height > 0 else -1
    middle = sign * limit * (1 - _CUT)
    panel.plot(
        [place - 0.5, place + 0.5],
        [middle - 0.03 * limit, middle + 0.03 * limit],
        color=drawing.PAGE,
        linewidth=1.5,
        solid_capstyle="butt",
    )
    panel.annotate(
        f"{abs(height):.2g}" if limit <= 1 else f"{abs(height):.0f}",
        (place, sign * limit),
        (0, sign * 1.5),
        textcoords="offset points",
        ha="center",
        va="bottom" if sign > 0 else "top",
        # Upright numbers of neighbours would overlap.
        rotation=90,
        fontsize=8.4,
        color=drawing.SOFT,
    )
