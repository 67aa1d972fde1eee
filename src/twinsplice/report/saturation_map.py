"""Picture of a scan: what every substitution of a place does."""

import pathlib

import numpy as np
from jaxtyping import Float64, Int64
from matplotlib import axes, colors, figure, markers, patches, ticker

from twinsplice.genome import coordinates, genes
from twinsplice.io import drafts
from twinsplice.report import drawing
from twinsplice.scoring import scans

GAIN, LOSS, UNKNOWN = drawing.SERIES[0], drawing.SERIES[1], "#e6e8eb"
COLUMNS = 1_200
"""Most columns; of more bases several share one, which shows the largest change."""
LETTERED = 120
"""Most bases whose letters are written."""
_WIDTH, _LEFT, _RIGHT = 7.6, 0.62, 0.3
_DPI = 160
# Heights of the panels and the space above each (inches), top to bottom.
_TOP, _PROFILE, _MAP, _GENES, _SEQUENCE, _BELOW = 0.72, 1.1, 1.0, 0.42, 0.2, 0.5
_GAP = 0.1
_COLOURS = colors.LinearSegmentedColormap.from_list("change", [LOSS, "#ffffff", GAIN])


def write(scan: scans.Scan, path: pathlib.Path) -> None:
    """Draw a scan.

    Args:
        scan: The scan.
        path: The picture; its ending gives the format, .png, .svg or .pdf.

    Raises:
        InputError: The place cannot be written to.
    """
    with drawing.styled(), drafts.publishing(path) as draft:
        sheet = drawn(scan)
        sheet.savefig(
            draft, dpi=_DPI, facecolor=drawing.PAGE, metadata=_undated(path.suffix)
        )


def _undated(suffix: str) -> dict[str, None] | None:
    """Return metadata that leaves out the date, where a format has one."""
    dates = {".svg": "Date", ".pdf": "CreationDate"}
    return {dates[suffix.lower()]: None} if suffix.lower() in dates else None


def drawn(scan: scans.Scan) -> figure.Figure:
    """Return the picture of a scan."""
    lettered = scan.effects.width <= LETTERED
    heights = [_PROFILE, _MAP, *([_SEQUENCE] if lettered else []), _GENES]
    height = _TOP + sum(heights) + _GAP * (len(heights) - 1) + _BELOW
    sheet = figure.Figure(figsize=(_WIDTH, height))
    top = _TOP
    panels = []
    for panel_height in heights:
        top += panel_height
        panels.append(
            sheet.add_axes(
                (
                    _LEFT / _WIDTH,
                    1 - top / height,
                    (_WIDTH - _LEFT - _RIGHT) / _WIDTH,
                    panel_height / height,
                ),
                # Positions are of bases, counted from 1.
                xlim=(
                    scan.effects.start + 0.5,
                    scan.effects.start + scan.effects.width + 0.5,
                ),
            )
        )
        top += _GAP
    for panel in panels:
        panel.tick_params(axis="both", length=0, labelbottom=False)
        panel.grid(visible=False)
    _profile(panels[0], scan)
    _heat(panels[1], scan)
    if lettered:
        _letters(panels[2], scan)
    _genes(panels[-1], scan)
    _positions(panels[-1], scan)
    _titles(sheet, scan, height)
    return sheet


def _titles(sheet: figure.Figure, scan: scans.Scan, height: float) -> None:
    left = _LEFT / _WIDTH
    interval = scan.place.interval
    where = f"{interval.contig}:{interval.start + 1:,}-{interval.end:,}"
    title = where if scan.place.gene is None else f"{scan.place.title}, {where}"
    sheet.text(left, 1 - 0.1 / height, title, fontsize=12, va="top", color=drawing.INK)
    sheet.text(
        left,
        1 - 0.36 / height,
        f"largest change by each substitution, {scan.model}",
        fontsize=9.5,
        va="top",
        color=drawing.SOFT,
    )
    bar = sheet.add_axes(
        (1 - 1.75 / _WIDTH, 1 - 0.3 / height, 1.2 / _WIDTH, 0.11 / height)
    )
    bar.imshow(np.linspace(-1, 1, 101)[None], aspect="auto", cmap=_COLOURS)
    bar.set_axis_off()
    for place, words, align in ((0, "loss 1", "right"), (1, "1 gain", "left")):
        bar.annotate(
            words,
            (place, 0.5),
            (5 * (2 * place - 1), 0),
            xycoords="axes fraction",
            textcoords="offset points",
            ha=align,
            va="center",
            fontsize=8.5,
            color=drawing.SOFT,
        )
    bar.annotate(
        "0",
        (0.5, 0),
        (0, -2),
        xycoords="axes fraction",
        textcoords="offset points",
        ha="center",
        va="top",
        fontsize=8.5,
        color=drawing.SOFT,
    )


def _profile(panel: axes.Axes, scan: scans.Scan) -> None:
    """Draw the largest gain upwards and the largest loss downwards at each base."""
    gain, loss = np.nan_to_num(scan.effects.every)
    bounds = _bounds(scan.effects.width)
    edges = scan.effects.start + bounds + 0.5
    for values, colour, sign in ((gain, GAIN, 1), (loss, LOSS, -1)):
        heights = np.maximum.reduceat(values, bounds[:-1])
        panel.stairs(sign * heights, edges, fill=True, color=colour, linewidth=0)
    panel.axhline(0, color=drawing.SOFT, linewidth=0.8)
    panel.set_ylim(-1, 1)
    panel.set_yticks([-1, 0, 1], ["loss 1", "0", "gain 1"], fontsize=8.5)
    panel.spines[["bottom", "left"]].set_visible(False)


def _heat(panel: axes.Axes, scan: scans.Scan) -> None:
    """Draw the signed larger of gain and loss, a row for each alternate."""
    gain, loss = scan.effects.substitutions
    signed = np.where(np.nan_to_num(gain) >= np.nan_to_num(loss), gain, -loss)
    bounds = _bounds(scan.effects.width)
    cells = np.stack([_extreme(row, bounds) for row in signed])
    # Among many bases the grey of each one's own letter would hide the colours.
    absent = UNKNOWN if scan.effects.width <= LETTERED else drawing.PAGE
    panel.pcolormesh(
        scan.effects.start + bounds + 0.5,
        np.arange(5),
        np.ma.masked_invalid(cells),
        cmap=_COLOURS.with_extremes(bad=absent),
        vmin=-1,
        vmax=1,
        rasterized=True,
    )
    panel.set_ylim(4, 0)
    panel.set_yticks([0.5, 1.5, 2.5, 3.5], list("ACGT"), fontsize=8.5)
    panel.set_ylabel("changed to", fontsize=8.5, color=drawing.SOFT)
    panel.spines[["bottom", "left"]].set_visible(False)


def _letters(panel: axes.Axes, scan: scans.Scan) -> None:
    size = min(9.0, 72 * (_WIDTH - _LEFT - _RIGHT) / scan.effects.width * 1.25)
    for number, letter in enumerate(scan.sequence):
        panel.text(
            scan.effects.start + number + 1,
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
    panel.spines[["bottom", "left"]].set_visible(False)


def _genes(panel: axes.Axes, scan: scans.Scan) -> None:
    """Draw at most two genes: exons as boxes, arrows as transcribed."""
    interval = scan.place.interval
    names = []
    lanes = list(scan.genes[:2])
    for lane, gene in enumerate(lanes):
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
        for start, end in _exons(gene, interval):
            box = patches.Rectangle(
                (start + 0.5, lane + 0.15), end - start, 0.7, color=drawing.INK, lw=0
            )
            panel.add_patch(box)
        names.append(gene.name)
    panel.set_ylim(max(len(lanes), 1), 0)
    panel.set_yticks(np.arange(len(lanes)) + 0.5, names, fontsize=8.5)
    panel.spines["left"].set_visible(False)


def _exons(gene: genes.Gene, interval: coordinates.Interval) -> list[tuple[int, int]]:
    return [
        (max(start, interval.start), min(end, interval.end))
        for start, end in genes.exons(gene)
        if start < interval.end and end > interval.start
    ]


def _positions(panel: axes.Axes, scan: scans.Scan) -> None:
    panel.tick_params(axis="x", length=3, labelbottom=True, labelsize=8.5)
    panel.xaxis.set_major_locator(ticker.MaxNLocator(5, integer=True))
    panel.xaxis.set_major_formatter(ticker.StrMethodFormatter("{x:,.0f}"))
    panel.set_xlabel(
        f"position on {scan.place.interval.contig} (bp)", fontsize=9, labelpad=2
    )


def _bounds(width: int) -> Int64[np.ndarray, " bounds"]:
    """Return where columns begin, and where the last one ends."""
    return np.unique(np.linspace(0, width, min(width, COLUMNS) + 1).astype(np.int64))


def _extreme(
    values: Float64[np.ndarray, " width"], bounds: Int64[np.ndarray, " bounds"]
) -> Float64[np.ndarray, " columns"]:
    """Return the value of largest size of each column; NaN where there is none."""
    high = np.fmax.reduceat(values, bounds[:-1])
    low = np.fmin.reduceat(values, bounds[:-1])
    extreme: Float64[np.ndarray, " columns"] = np.where(high >= -low, high, low)
    return extreme
