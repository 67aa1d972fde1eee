"""Picture of an explanation: the bases that a site depends on, as letters.

Both sequences are read from left to right as they are transcribed, one below the other.
"""

import math
import pathlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib import axes, figure, markers, patches

from twinsplice.effect import contributions
from twinsplice.genome import coordinates, genes, transcripts
from twinsplice.report import consequence_words as words
from twinsplice.report import drawing, explanation_columns, headings, logos
from twinsplice.report import genome_panels as panels
from twinsplice.scoring.one_variant import explanations

TALLEST = {contributions.Scale.LOG_ODDS: 6.0, contributions.Scale.PROBABILITY: 1.0}
"""Greatest height of the panels; taller letters are cut."""
LOWEST = {contributions.Scale.LOG_ODDS: 1.0, contributions.Scale.PROBABILITY: 0.02}
"""Least height of the panels: what is next to nothing does not fill them."""
_UNITS = {
    contributions.Scale.LOG_ODDS: "log2 odds",
    contributions.Scale.PROBABILITY: "probability",
}
_LOGO, _LETTERS, _LANE, _AXIS, _GAP = 0.8, 0.17, 0.36, 0.4, 0.16
_HEIGHTS = (_LOGO, _LETTERS, _LOGO, _LETTERS, _LANE)
_EXON = "#e6ebf1"
_ZERO: Any = {"color": drawing.SOFT, "linewidth": 0.8}
_NICE = (1, 1.5, 2, 3, 4, 5, 6, 8, 10)
_LINE, _POINT = 0.22, 0.68
"""Where, in a gene's panel, the gene and what points at the site are."""
_NARROW_ROW, _LABEL = 26, 10
"""Most columns of a row on a phone; bases between labels of positions, at least."""

IsExonic = Callable[[tuple[int, int]], bool]
"""Whether a place lies in an exon: a position, and a number among inserted bases."""


def write(
    explanation: explanations.Explanation,
    scale: contributions.Scale,
    path: pathlib.Path,
    transcript: transcripts.Transcript | None = None,
    *,
    narrow: bool = False,
) -> None:
    """Draw an explanation.

    Args:
        explanation: The explanation.
        scale: In what contributions are measured.
        path: The picture; its ending gives the format, .png, .svg or .pdf.
        transcript: Transcript whose exons are shown; the gene's if not given.
        narrow: Draw fewer bases a row.

    Raises:
        InputError: The place cannot be written to.
    """
    panels.save(drawn(explanation, scale, transcript, narrow=narrow), path)


@drawing.styled()
def drawn(
    explanation: explanations.Explanation,
    scale: contributions.Scale,
    transcript: transcripts.Transcript | None = None,
    *,
    narrow: bool = False,
) -> figure.Figure:
    """Return the picture of an explanation; see `write`."""
    most = _NARROW_ROW if narrow else explanation_columns.MOST
    rows = explanation_columns.rows(explanation, scale, most)
    limit = _limit(rows, scale)
    text = _text(explanation, scale)
    colours = [drawing.INK, drawing.SOFT, drawing.INK]
    across = panels.NARROW if narrow else panels.WIDTH
    text, colours = headings.wrapped(text, colours, across)
    top = 0.5 + 0.19 * (len(text) - 1) + headings.KEY
    sheet, stacks = _sheet(rows, top, across)
    headings.write(sheet, text, colours)
    lane = _lane_of(explanation, transcript)
    exonic = _exonic(lane)
    for row, (*sequences, model) in zip(rows, stacks, strict=True):
        for number, name in enumerate(("reference", "alternate")):
            logo, letters = sequences[2 * number : 2 * number + 2]
            side = row.sides[number]
            logos.draw(logo, side.letters, side.heights.tolist(), limit)
            logo.plot([-0.5, len(row.places) - 0.5], [0, 0], **_ZERO)
            _label(logo, name, limit, scale)
            _letters(letters, side)
        _model(model, row, lane, exonic)
        _mark_site(model, row, explanation)
        for panel in sequences:
            _shade(panel, row, explanation, exonic)
    widest = max(len(row.places) for row in rows)
    for panel in sheet.axes:
        panel.set_xlim(-0.5, widest - 0.5)
    profile = explanation.profile
    strand = "plus" if profile.strand is coordinates.Strand.PLUS else "minus"
    stacks[-1][-1].set_xlabel(
        f"position on {profile.contig} (bp), 5' to 3' of the {strand} strand",
        fontsize=8 if narrow else 8.5,
        labelpad=2,
    )
    _key(sheet, headings.key_place(stacks[0][0]))
    return sheet


def _limit(
    rows: Sequence[explanation_columns.Row], scale: contributions.Scale
) -> float:
    """Return the height of panels on each side of 0, a number that is short."""
    every = [side.heights for row in rows for side in row.sides]
    tallest = float(np.nanmax(np.abs(np.concatenate([*every, [0.0]]))))
    bounded = min(max(tallest, LOWEST[scale]), TALLEST[scale])
    step = 10.0 ** math.floor(math.log10(bounded))
    nice = next(each for each in _NICE if each * step >= bounded * (1 - 1e-9))
    return round(nice * step, 6)


def _text(
    explanation: explanations.Explanation, scale: contributions.Scale
) -> list[str]:
    """Return what stands above the panels."""
    change, (ref, alt) = explanation.change, explanation.tracks
    site, turn = (f(change.kind) for f in (words.site, words.turn))
    after = "none, as it is deleted,"
    if alt[1].site is not None:
        after = f"{alt[1].probability:.2f}"
    return [
        words.title(explanation.profile),
        words.subtitle(explanation.profile),
        f"{site} at {change.position + 1:,}, {turn}: {change.size:.2f} (probability "
        f"{ref[1].probability:.2f} in the reference, {after} in the alternate)",
        f"height: {_UNITS[scale]} of that {site} with the base, less the mean without;",
        f"upwards where the base is for the {site}, downwards where it is against it",
    ]


def _sheet(
    rows: Sequence[explanation_columns.Row], top: float, width: float
) -> tuple[figure.Figure, list[list[axes.Axes]]]:
    """Return an empty picture, and the panels of each row: see `_HEIGHTS`."""
    row_height = sum(_HEIGHTS) + _GAP + _AXIS
    height = top + row_height * len(rows) + panels.BELOW - _AXIS
    sheet = figure.Figure(figsize=(width, height))
    stacks = []
    for number in range(len(rows)):
        down = top + row_height * number
        stack = []
        for order, panel_height in enumerate(_HEIGHTS):
            down += panel_height
            stack.append(_panel(sheet, down, panel_height))
            down += _GAP if order == 1 else 0
        stacks.append(stack)
    return sheet, stacks


def _panel(sheet: figure.Figure, bottom: float, height: float) -> axes.Axes:
    """Add a panel whose lower edge is so far from the top (inches)."""
    wide, whole = sheet.get_size_inches()
    panel = sheet.add_axes(
        (
            panels.LEFT / wide,
            1 - bottom / whole,
            (wide - panels.LEFT - panels.RIGHT) / wide,
            height / whole,
        )
    )
    return panels.bare(panel)


def _label(
    panel: axes.Axes, name: str, limit: float, scale: contributions.Scale
) -> None:
    """Label a logo and its heights."""
    places = [-limit, 0, limit]
    panel.set_yticks(places, [f"{place:+g}" if place else "0" for place in places])
    panel.tick_params(axis="y", labelsize=8.4)
    panel.set_ylabel(f"{name}\n{_UNITS[scale]}", fontsize=8.4, color=drawing.SOFT)
    panel.yaxis.set_label_coords(-0.32 / panels.inner(panel), 0.5)


def _letters(panel: axes.Axes, side: explanation_columns.Side) -> None:
    """Write the bases of a sequence below its logo."""
    for place, letter in enumerate(side.letters):
        panel.text(
            place,
            0.5,
            letter,
            ha="center",
            va="center",
            fontsize=8.4,
            color=drawing.INK,
            family="DejaVu Sans Mono",
        )
    panel.set_ylim(0, 1)
    panel.set_yticks([])


def _lane_of(
    explanation: explanations.Explanation, transcript: transcripts.Transcript | None
) -> panels.Lane | None:
    """Return the transcript or the gene that is shown; none outside genes."""
    if transcript is not None:
        return panels.of_transcript(transcript)
    gene: genes.Gene | None = explanation.profile.gene
    return None if gene is None else panels.of_gene(gene)


def _exonic(lane: panels.Lane | None) -> IsExonic:
    """Return what tells exons; inserted bases are where both their neighbours are."""
    exons = [] if lane is None else lane.exons

    def exonic(place: tuple[int, int]) -> bool:
        first, inserted = place
        last = first + 1 if inserted else first
        return any(start <= first and last < end for start, end in exons)

    return exonic


def _model(
    panel: axes.Axes,
    row: explanation_columns.Row,
    lane: panels.Lane | None,
    exonic: IsExonic,
) -> None:
    """Draw the gene, which is always read to the right, and label positions."""
    panel.set_ylim(0, 1)
    panel.set_yticks([])
    if lane is not None:
        inside = [
            lane.exons[0][0] <= position < lane.exons[-1][1]
            for position, _ in row.places
        ]
        for first, end in _runs(inside):
            panel.plot([first - 0.5, end - 0.5], [_LINE] * 2, color=drawing.SOFT, lw=1)
            panel.plot(
                np.arange(first + 3, end, 6),
                np.full(len(range(first + 3, end, 6)), _LINE),
                linestyle="none",
                marker=markers.CARETRIGHT,
                markersize=4,
                color=drawing.SOFT,
            )
        for first, end in _runs([exonic(place) for place in row.places]):
            panel.add_patch(
                patches.Rectangle(
                    (first - 0.5, _LINE - 0.18),
                    end - first,
                    0.36,
                    color=drawing.INK,
                    linewidth=0,
                    zorder=3,
                )
            )
        panel.set_yticks([_LINE], [lane.name], fontsize=8.5)
    _positions(panel, row)


def _positions(panel: axes.Axes, row: explanation_columns.Row) -> None:
    """Label the positions that are multiples of ten."""
    labelled = {
        place: f"{position + 1:,}"
        for place, (position, inserted) in enumerate(row.places)
        if not inserted and (position + 1) % _LABEL == 0
    }
    panel.set_xticks(list(labelled), list(labelled.values()))
    panel.tick_params(axis="x", length=3, labelbottom=True, labelsize=8.4)


def _mark_site(
    panel: axes.Axes,
    row: explanation_columns.Row,
    explanation: explanations.Explanation,
) -> None:
    """Point at the site from between the sequences and the gene."""
    for place in _site_columns(row, explanation):
        panel.plot(
            [place], [_POINT], marker="^", markersize=6, color=drawing.INK, zorder=4
        )
        left = place > 0.7 * len(row.places)
        panel.annotate(
            words.site(explanation.change.kind),
            (place, _POINT),
            (-7 if left else 7, 0),
            textcoords="offset points",
            ha="right" if left else "left",
            va="center",
            fontsize=8.4,
            color=drawing.INK,
        )


def _site_columns(
    row: explanation_columns.Row, explanation: explanations.Explanation
) -> list[int]:
    """Return the columns of the site in the sequence in which it is stronger."""
    _, track = explanation.tracks[explanation.change.kind.gain]
    if track.site is None:
        return []
    site = int(track.position[track.site]), int(track.inserted[track.site])
    return [place for place, at in enumerate(row.places) if at == site]


def _shade(
    panel: axes.Axes,
    row: explanation_columns.Row,
    explanation: explanations.Explanation,
    exonic: IsExonic,
) -> None:
    """Shade exons, and the bases that the variant replaces or inserts."""
    exons = [exonic(place) for place in row.places]
    changed = [explanation.is_changed(*place) for place in row.places]
    for flags, colour, alpha, order in (
        (exons, _EXON, 1.0, 0.2),
        (changed, drawing.SPOT, 0.6, 0.4),
    ):
        for first, end in _runs(flags):
            panel.axvspan(
                first - 0.5,
                end - 0.5,
                facecolor=colour,
                alpha=alpha,
                linewidth=0,
                zorder=order,
            )


def _runs(flags: Sequence[bool]) -> list[tuple[int, int]]:
    """Return the first index and the one after the last of each run of true flags."""
    edges = np.flatnonzero(np.diff([0, *map(int, flags), 0]))
    pairs = edges.reshape(-1, 2).tolist()
    return [(first, end) for first, end in pairs]


def _key(sheet: figure.Figure, place: Mapping[str, Any]) -> None:
    """Draw the key of shades."""
    sheet.legend(
        [patches.Patch(color=drawing.SPOT, alpha=0.6), patches.Patch(color=_EXON)],
        ["variant", "exon"],
        fontsize=8.5,
        handlelength=1,
        **place,
    )
