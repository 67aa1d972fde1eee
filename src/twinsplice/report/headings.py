"""What stands above the panels of a picture: title, further lines and the key."""

import itertools
import textwrap
from collections.abc import Sequence
from typing import Any

from matplotlib import axes, figure

from twinsplice.report import drawing
from twinsplice.report import genome_panels as panels

KEY = 0.25
"""Height of a key that has a row of its own (inches)."""


def margin(width: float) -> float:
    """Return how far from the left text above the panels begins (inches)."""
    return panels.LEFT if width > panels.NARROW else 0.15


def write(
    sheet: figure.Figure, lines: Sequence[str], colours: Sequence[str] = ()
) -> None:
    """Write a title and further lines above the panels.

    Args:
        sheet: The picture.
        lines: The lines, the title first.
        colours: Colours of the lines; those not given are soft.
    """
    width, height = sheet.get_size_inches()
    for number, line in enumerate(lines):
        down = 0.1 if number == 0 else 0.18 + 0.19 * number
        colour = colours[number] if number < len(colours) else drawing.SOFT
        sheet.text(
            margin(width) / width,
            1 - down / height,
            line,
            fontsize=9 if number else (12 if width == panels.WIDTH else 10),
            va="top",
            color=colour if number else drawing.INK,
        )


def wrapped(
    lines: Sequence[str], colours: Sequence[str], width: float
) -> tuple[list[str], list[str]]:
    """Return lines of text that fit above the panels, the title first.

    Args:
        lines: The lines.
        colours: Colours of the lines, as for `write`.
        width: Width of the picture (inches).

    Returns:
        The parts of lines, and their colours.
    """
    most = int((width - margin(width)) / 0.078)
    coloured = itertools.zip_longest(lines, colours[: len(lines)], fillvalue="")
    parts = [
        (part, colour or drawing.SOFT)
        for number, (line, colour) in enumerate(coloured)
        for part in textwrap.wrap(line, most if number else int(most * 0.92))
    ]
    return [part for part, _ in parts], [colour for _, colour in parts]


def key_place(panel: axes.Axes, *, narrow: bool) -> dict[str, Any]:
    """Return where a key is: at the top right, or in a row above the first panel."""
    sheet = panel.get_figure(root=True)
    assert sheet is not None
    width, height = sheet.get_size_inches()
    if not narrow:
        right, top = 1 - panels.RIGHT / width, 1 - 0.1 / height
        return {"loc": "upper right", "ncols": 1, "bbox_to_anchor": (right, top)}
    above = panel.get_position().y1 + 0.06 / height
    anchor = margin(width) / width, above
    more = {"columnspacing": 1, "borderaxespad": 0}
    return {"loc": "lower left", "ncols": 3, "bbox_to_anchor": anchor, **more}
