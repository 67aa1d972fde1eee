"""Scatter plots of many variants: shaded squares where dense, points elsewhere."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib import artist, axes, collections, lines, patches

from twinsplice.report import drawing
from twinsplice.stats import binning

SPARSE = 3
"""Largest number of points of a square that are drawn one by one."""
LEVELS = (4, 10, 30, 100, 300, 1000)
"""Smallest number of points of each shade of a square: half decades."""
_POINT: dict[str, Any] = {"color": drawing.INK, "alpha": 0.55}


def note(density: binning.Density) -> str:
    """Return a description of the plot, in words."""
    return (
        f"A square of 1/{len(density.count)} a side that holds more than {SPARSE} "
        "variants is shaded by their number (steps of half a decade); others show each "
        "variant as a point."
    )


def keys(density: binning.Density) -> dict[str, artist.Artist]:
    """Return the legend of the marks that occur."""
    count = density.count
    marks: dict[str, artist.Artist] = {}
    if ((count > 0) & (count <= SPARSE)).any():
        dot = lines.Line2D([], [], marker="o", markersize=3, linestyle="none", **_POINT)
        marks["1 variant"] = dot
    ends = (*LEVELS[1:], None)
    for level, (fewest, end) in enumerate(zip(LEVELS, ends, strict=True)):
        words = f"{fewest:,} or more" if end is None else f"{fewest}-{end - 1}"
        if (_level(count) == level).any():
            marks[words] = patches.Patch(color=drawing.SHADES[level])
    return marks


def draw(
    plane: axes.Axes, density: binning.Density, hints: Sequence[str]
) -> dict[str, list[str]]:
    """Draw the plot; return the tooltips of its squares and of its points.

    Args:
        plane: Axes from 0 to 1.
        density: The points and the counts of squares.
        hints: Tooltip of each point.
    """
    bins = len(density.count)
    level = _level(density.count)
    squares = np.argwhere(level >= 0)
    corners = squares[:, None, :] + np.array([[0, 0], [1, 0], [1, 1], [0, 1]])
    plane.add_collection(
        collections.PolyCollection(
            list(corners / bins),
            facecolors=[drawing.SHADES[level[tuple(square)]] for square in squares],
            linewidths=0,
            zorder=1,
            gid="squares",
        )
    )
    single = np.flatnonzero(level[tuple(density.square)] < 0)
    plane.scatter(
        density.x[single],
        density.y[single],
        s=10,
        linewidths=0,
        zorder=2,
        clip_on=False,
        gid="points",
        **_POINT,
    )
    counts = density.count[tuple(squares.T)].tolist()
    return {
        "squares": [f"{count:,} variants" for count in counts],
        "points": [hints[row] for row in single.tolist()],
    }


def _level(count: np.ndarray) -> np.ndarray:
    """Return the shade of each square; -1 if its points are drawn one by one."""
    level: np.ndarray = np.searchsorted(LEVELS, count, side="right") - 1
    return level
