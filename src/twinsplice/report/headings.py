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


_MARGIN = 0.15
"""How far from the left text above the panels begins (inches)."""
_LETTER = 0.0079
"""Width of a letter of 1 pt (inches)."""


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
            _MARGIN / width,
            1 - down / height,
            line,
            fontsize=9 if number else _title(width),
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
    room = (width - 2 * _MARGIN) / _LETTER
    coloured = itertools.zip_longest(lines, colours[: len(lines)], fillvalue="")
    parts = [
        (part, colour or drawing.SOFT)
        for number, (line, colour) in enumerate(coloured)
        for part in textwrap.wrap(line, int(room / (9 if number else _title(width))))
    ]
    return [part for part, _ in parts], [colour for _, colour in parts]


def key_place(panel: axes.Axes) -> dict[str, Any]:
    """Return where a key is: in a row above the first panel."""
    sheet = panel.get_figure(root=True)
    assert sheet is not None
    width, height = sheet.get_size_inches()
    above = panel.get_position().y1 + 0.06 / height
    anchor = _MARGIN / width, above
    more = {"columnspacing": 1, "borderaxespad": 0}
    return {"loc": "lower left", "ncols": 3, "bbox_to_anchor": anchor, **more}


def _title(width: float) -> float:
    """Return the size of a title (pt)."""
    return 11.5 if width == panels.WIDTH else 10.0
