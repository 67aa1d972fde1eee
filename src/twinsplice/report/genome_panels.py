"""Panels along a stretch of genome: one above the other, with genes and bases below.

Positions on x are counted from 1.
"""

import dataclasses
import pathlib
from collections.abc import Sequence

import numpy as np
from matplotlib import axes, figure, markers, patches, ticker

from twinsplice.genome import coordinates, dna, genes, transcripts, translation
from twinsplice.io import drafts
from twinsplice.report import drawing

LETTERED = 72
"""Most bases whose letters are written."""
WIDTH, LEFT, RIGHT, BELOW = 5.0, 0.86, 0.46, 0.5
"""Width of a picture, and the space beside and below its panels (inches).

Text of 8.5 pt is 9 pixels high where a phone shows a picture of this width. Right of
the panels a position has room that ends there, as `248,956,420`.
"""
NARROW, NARROW_LETTERED = 3.9, 35
"""Width of a picture for a phone, where bases have letters to read, and how many."""
SEQUENCE, LANE = 0.2, 0.24
"""Heights of the letters and of a gene (inches)."""
GAIN, LOSS = drawing.SERIES[0], drawing.SERIES[1]
_GAP = 0.1
_DPI = 200
_DATES = {".svg": "Date", ".pdf": "CreationDate"}


def stacked(
    interval: coordinates.Interval,
    heights: Sequence[float],
    *,
    top: float,
    width: float = WIDTH,
) -> tuple[figure.Figure, list[axes.Axes]]:
    """Return a picture with panels one above the other.

    Args:
        interval: What they show.
        heights: Height of each (inches), from the top.
        top: Space above them (inches).
        width: Width of the picture (inches).
    """
    height = top + sum(heights) + _GAP * (len(heights) - 1) + BELOW
    sheet = figure.Figure(figsize=(width, height))
    panels = []
    for panel_height in heights:
        top += panel_height
        panel = sheet.add_axes(
            (
                LEFT / width,
                1 - top / height,
                (width - LEFT - RIGHT) / width,
                panel_height / height,
            ),
            xlim=(interval.start + 0.5, interval.end + 0.5),
        )
        panels.append(bare(panel))
        top += _GAP
    positions(panels[-1], interval.contig)
    return sheet, panels


def bare(panel: axes.Axes) -> axes.Axes:
    """Return a panel without ticks, grid and frame."""
    panel.tick_params(axis="both", length=0, labelbottom=False)
    panel.grid(visible=False)
    panel.spines[["bottom", "left"]].set_visible(False)
    return panel


def inner(panel: axes.Axes) -> float:
    """Return the width of a panel (inches)."""
    sheet = panel.get_figure(root=True)
    assert sheet is not None
    return float(panel.get_position().width * sheet.get_figwidth())


def quantity(panel: axes.Axes, words: str) -> None:
    """Say what a panel's height is."""
    panel.set_ylabel(words, fontsize=8.4, color=drawing.SOFT)
    panel.yaxis.set_label_coords(-0.35 / inner(panel), 0.5)


def signed(panel: axes.Axes) -> None:
    """Label a height of gains upwards and losses downwards, 1 at most."""
    panel.set_yticks([-1, 0, 1], ["-1", "0", "+1"], fontsize=8.5)


def letters(panel: axes.Axes, start: int, sequence: str) -> None:
    """Write bases.

    Args:
        panel: Where.
        start: Position of the first (0-based).
        sequence: The bases.
    """
    size = min(9.0, 90 * inner(panel) / len(sequence))
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


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """A gene or transcript to draw.

    Attributes:
        name: Its label.
        minus: Whether it is read from the minus strand.
        exons: First base and the base after the last of each exon (0-based).
        coding: First coding base and the base after the last, if known.
        amino_acids: Positions (0-based) and letters of amino acids to write.
    """

    name: str
    minus: bool
    exons: Sequence[tuple[int, int]]
    coding: tuple[int, int] | None = None
    amino_acids: Sequence[tuple[int, str]] = ()


def of_gene(gene: genes.Gene) -> Lane:
    """Return the lane of a gene of an annotation, whose transcripts are merged."""
    minus = gene.strand is coordinates.Strand.MINUS
    return Lane(name=gene.name, minus=minus, exons=genes.exons(gene))


def of_transcript(
    transcript: transcripts.Transcript, start: int = 0, sequence: str = ""
) -> Lane:
    """Return the lane of a transcript.

    Args:
        transcript: The transcript.
        start: First base whose letter is known (0-based).
        sequence: Bases from there, whose amino acids are written.
    """
    pairs = zip(transcript.starts.tolist(), transcript.ends.tolist(), strict=True)
    return Lane(
        name=transcript.gene,
        minus=transcript.minus,
        exons=list(pairs),
        coding=transcript.coding,
        amino_acids=_amino_acids(transcript, start, sequence),
    )


def _amino_acids(
    transcript: transcripts.Transcript, start: int, sequence: str
) -> list[tuple[int, str]]:
    """Return the middle base and the letter of each codon within one exon."""
    found = []
    if transcript.coding is None:
        return []
    for first in range(start, start + len(sequence) - 2):
        base = first + 2 if transcript.minus else first
        place = transcript.position(base)
        ends = first, first + 2
        if place.offset or place.after_stop or place.base < 1 or place.base % 3 != 1:
            continue
        if transcript.exon(ends[0]) is None or transcript.exon(
            ends[0]
        ) != transcript.exon(ends[1]):
            continue
        codon = dna.encode(sequence[first - start : first - start + 3])
        if transcript.minus:
            codon = dna.reverse_complement(codon)
        found.append((first + 1, translation.translate(dna.decode(codon))))
    return found


def lanes(
    panel: axes.Axes, members: Sequence[Lane], interval: coordinates.Interval
) -> None:
    """Draw genes, one a lane: exons as boxes, what is not coding thinner.

    Args:
        panel: Where; arrows point as genes are transcribed.
        members: The genes.
        interval: What is shown.
    """
    for number, lane in enumerate(members):
        _intron_line(panel, number, lane, interval)
        for start, end in lane.exons:
            coding = (start, end) if lane.coding is None else lane.coding
            within = max(start, coding[0]), min(end, coding[1])
            _box(panel, number, (start, end), interval, height=0.4)
            _box(panel, number, within, interval, height=0.76)
        for base, letter in lane.amino_acids:
            panel.text(
                base + 1,
                number + 0.52,
                letter,
                ha="center",
                va="center",
                fontsize=8.4,
                color=drawing.PAGE,
                zorder=4,
            )
    panel.set_ylim(max(len(members), 1), 0)
    names = [lane.name for lane in members]
    panel.set_yticks(np.arange(len(names)) + 0.5, names, fontsize=8.5)


def _intron_line(
    panel: axes.Axes, number: int, lane: Lane, interval: coordinates.Interval
) -> None:
    low = max(lane.exons[0][0], interval.start) + 0.5
    high = min(lane.exons[-1][1], interval.end) + 0.5
    if low >= high:
        return
    panel.plot([low, high], [number + 0.5] * 2, color=drawing.SOFT, linewidth=1)
    step = (high - low) / 12
    panel.plot(
        np.linspace(low + step, high - step, 11),
        np.full(11, number + 0.5),
        linestyle="none",
        marker=markers.CARETLEFT if lane.minus else markers.CARETRIGHT,
        markersize=4,
        color=drawing.SOFT,
    )


def _box(
    panel: axes.Axes,
    number: int,
    bases: tuple[int, int],
    interval: coordinates.Interval,
    *,
    height: float,
) -> None:
    left, right = max(bases[0], interval.start), min(bases[1], interval.end)
    if left < right:
        box = patches.Rectangle(
            (left + 0.5, number + 0.5 - height / 2),
            right - left,
            height,
            color=drawing.INK,
            linewidth=0,
            zorder=3,
        )
        panel.add_patch(box)


def positions(panel: axes.Axes, contig: str) -> None:
    """Draw the axis of positions below a panel."""
    panel.spines["bottom"].set_visible(True)
    panel.tick_params(axis="x", length=3, labelbottom=True, labelsize=8.5)
    panel.xaxis.set_major_locator(
        ticker.MaxNLocator(max(2, int(inner(panel) / 1.2)), integer=True)
    )
    panel.xaxis.set_major_formatter(ticker.StrMethodFormatter("{x:,.0f}"))
    direction = "5' to 3' of the plus strand"
    words = f"position on {contig} (bp), {direction}"
    size = 8.5 if inner(panel) > NARROW - LEFT else 8
    panel.set_xlabel(words, fontsize=size, labelpad=2)


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
