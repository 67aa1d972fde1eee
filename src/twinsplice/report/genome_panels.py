"""Panels along a stretch of genome: one above the other, with genes and bases below.

Positions on x are counted from 1.
"""

import pathlib
from collections.abc import Sequence

import numpy as np
from matplotlib import axes, figure, markers, patches, ticker

from twinsplice.genome import coordinates, genes
from twinsplice.io import drafts
from twinsplice.report import drawing

LETTERED = 120
"""Most bases whose letters are written."""
WIDTH, LEFT, RIGHT, BELOW = 7.6, 0.62, 0.3, 0.5
"""Width of a picture, and the space beside and below its panels (inches)."""
SEQUENCE, LANE = 0.2, 0.24
"""Heights of the letters and of a gene (inches)."""
GAIN, LOSS = drawing.SERIES[0], drawing.SERIES[1]
_GAP = 0.1
_DPI = 160
_DATES = {".svg": "Date", ".pdf": "CreationDate"}


def stacked(
    interval: coordinates.Interval, heights: Sequence[float], *, top: float
) -> tuple[figure.Figure, list[axes.Axes]]:
    """Return a picture with panels one above the other.

    Args:
        interval: What they show.
        heights: Height of each (inches), from the top.
        top: Space above them (inches).
    """
    height = top + sum(heights) + _GAP * (len(heights) - 1) + BELOW
    sheet = figure.Figure(figsize=(WIDTH, height))
    panels = []
    for panel_height in heights:
        top += panel_height
        panel = sheet.add_axes(
            (
                LEFT / WIDTH,
                1 - top / height,
                (WIDTH - LEFT - RIGHT) / WIDTH,
                panel_height / height,
            ),
            xlim=(interval.start + 0.5, interval.end + 0.5),
        )
        panel.tick_params(axis="both", length=0, labelbottom=False)
        panel.grid(visible=False)
        panel.spines[["bottom", "left"]].set_visible(False)
        panels.append(panel)
        top += _GAP
    positions(panels[-1], interval.contig)
    return sheet, panels


def heading(
    sheet: figure.Figure, lines: Sequence[str], colours: Sequence[str] = ()
) -> None:
    """Write a title and further lines above the panels.

    Args:
        sheet: The picture.
        lines: The lines, the title first.
        colours: Colours of the lines; those not given are soft.
    """
    height = sheet.get_figheight()
    for number, line in enumerate(lines):
        down = 0.1 if number == 0 else 0.18 + 0.19 * number
        colour = colours[number] if number < len(colours) else drawing.SOFT
        sheet.text(
            LEFT / WIDTH,
            1 - down / height,
            line,
            fontsize=9 if number else 12,
            va="top",
            color=colour if number else drawing.INK,
        )


def letters(panel: axes.Axes, start: int, sequence: str) -> None:
    """Write bases.

    Args:
        panel: Where.
        start: Position of the first (0-based).
        sequence: The bases.
    """
    size = min(9.0, 90 * (WIDTH - LEFT - RIGHT) / len(sequence))
    for number, letter in enumerate(sequence, 1):
        panel.text(
            start + number,
            0.5,
            letter,
            ha="center",
            va="center",
            fontsize=size,
            color=drawing.INK,
            family="DejaVu Sans Mono",
        )
    panel.set_ylim(0, 1)
    panel.set_yticks([])


def lanes(
    panel: axes.Axes, members: Sequence[genes.Gene], interval: coordinates.Interval
) -> None:
    """Draw genes, one a lane: exons as boxes, arrows as transcribed.

    Args:
        panel: Where.
        members: The genes.
        interval: What is shown.
    """
    for lane, gene in enumerate(members):
        middle = lane + 0.5
        low = max(gene.span.start, interval.start) + 0.5
        high = min(gene.span.end, interval.end) + 0.5
        panel.plot([low, high], [middle, middle], color=drawing.SOFT, linewidth=1)
        forward = gene.strand is coordinates.Strand.PLUS
        step = (high - low) / 12
        panel.plot(
            np.linspace(low + step, high - step, 11),
            np.full(11, middle),
            linestyle="none",
            marker=markers.CARETRIGHT if forward else markers.CARETLEFT,
            markersize=4,
            color=drawing.SOFT,
        )
        for start, end in genes.exons(gene):
            left, right = max(start, interval.start), min(end, interval.end)
            if left < right:
                box = patches.Rectangle(
                    (left + 0.5, lane + 0.15),
                    right - left,
                    0.7,
                    color=drawing.INK,
                    linewidth=0,
                    zorder=3,
                )
                panel.add_patch(box)
    panel.set_ylim(max(len(members), 1), 0)
    names = [gene.name for gene in members]
    panel.set_yticks(np.arange(len(names)) + 0.5, names, fontsize=8.5)


def positions(panel: axes.Axes, contig: str) -> None:
    """Draw the axis of positions below a panel."""
    panel.spines["bottom"].set_visible(True)
    panel.tick_params(axis="x", length=3, labelbottom=True, labelsize=8.5)
    panel.xaxis.set_major_locator(ticker.MaxNLocator(5, integer=True))
    panel.xaxis.set_major_formatter(ticker.StrMethodFormatter("{x:,.0f}"))
    panel.set_xlabel(f"position on {contig} (bp)", fontsize=9, labelpad=2)


def save(sheet: figure.Figure, path: pathlib.Path) -> None:
    """Write a picture; equal ones make equal bytes.

    Args:
        sheet: The picture.
        path: Where to; its ending gives the format, .png, .svg or .pdf.

    Raises:
        InputError: The place cannot be written to.
    """
    date = _DATES.get(path.suffix.lower())
    with drawing.styled(), drafts.publishing(path) as draft:
        sheet.savefig(
            draft,
            dpi=_DPI,
            facecolor=drawing.PAGE,
            metadata=None if date is None else {date: None},
        )
