"""Picture of a scan: what every substitution of a place does."""

import pathlib

import numpy as np
from jaxtyping import Float64, Int64
from matplotlib import axes, colors, figure, patches

from twinsplice.report import drawing, headings
from twinsplice.report import genome_panels as panels
from twinsplice.scoring.runs import scans

COLUMNS = 1_200
"""Most columns; of more bases several share one, which shows the largest change."""
_MOST_GENES = 3
_GREYED = 120
"""Most bases of which the reference's own is grey."""
_TOP, _PROFILE, _MAP = 0.72, 1.1, 1.0
_OWN_LETTER = "#e6e8eb"
_COLOURS = colors.LinearSegmentedColormap.from_list(
    "change", [panels.LOSS, "#ffffff", panels.GAIN]
)


def write(scan: scans.Scan, path: pathlib.Path, *, narrow: bool = False) -> None:
    """Draw a scan.

    Args:
        scan: The scan.
        path: The picture; its ending gives the format, .png, .svg or .pdf.
        narrow: Draw the letters of fewer bases, to be read on a phone.

    Raises:
        InputError: The place cannot be written to.
    """
    panels.save(drawn(scan, narrow=narrow), path)


@drawing.styled()
def drawn(scan: scans.Scan, *, narrow: bool = False) -> figure.Figure:
    """Return the picture of a scan; see `write`."""
    most = panels.NARROW_LETTERED if narrow else panels.LETTERED
    lettered = scan.effects.width <= most
    lettered_bases = scan.sequence if lettered else ""
    members = [
        panels.of_transcript(transcript, scan.effects.start, lettered_bases)
        for transcript in scan.preferred[:_MOST_GENES]
    ] or [panels.of_gene(gene) for gene in scan.genes[:_MOST_GENES]]
    text = _text(scan)
    across = panels.NARROW if narrow else panels.WIDTH
    text, _ = headings.wrapped(text, [drawing.INK], across)
    above = 0.4 + 0.19 * (len(text) - 1)
    sheet, (profile, heat, *below) = panels.stacked(
        scan.place.interval,
        [
            _PROFILE,
            _MAP,
            *([panels.SEQUENCE] if lettered else []),
            panels.LANE * max(len(members), 1),
        ],
        top=_TOP + above,
        width=across,
    )
    _profile(profile, scan)
    _heat(heat, scan)
    if lettered:
        panels.letters(below[0], scan.effects.start, scan.sequence)
    panels.lanes(below[-1], members, scan.place.interval)
    headings.write(sheet, text)
    _key(sheet, above, own=scan.effects.width <= _GREYED)
    return sheet


def _text(scan: scans.Scan) -> list[str]:
    """Return what stands above the panels."""
    interval = scan.place.interval
    where = f"{interval.contig}:{interval.start + 1:,}-{interval.end:,}"
    title = where if scan.place.gene is None else f"{scan.place.title}, {where}"
    return [title, f"largest change by each substitution, {scan.model}"]


def _key(sheet: figure.Figure, above: float, *, own: bool) -> None:
    """Draw the key of colours at the right, that of the own base if told.

    Args:
        sheet: The picture.
        above: How far from the top (inches).
        own: Whether the own base has a colour.
    """
    width, height = sheet.get_size_inches()
    left = 1 - (1.65 + panels.RIGHT) / width
    down = 1 - (0.3 + above) / height
    bar = sheet.add_axes((left, down, 1.2 / width, 0.11 / height))
    bar.imshow(np.linspace(-1, 1, 101)[None], aspect="auto", cmap=_COLOURS)
    bar.set_axis_off()
    for words, place, offset, align in (
        ("loss 1", (0, 0.5), (-5, 0), ("right", "center")),
        ("1 gain", (1, 0.5), (5, 0), ("left", "center")),
        ("0", (0.5, 0), (0, -2), ("center", "top")),
    ):
        bar.annotate(
            words,
            place,
            offset,
            xycoords="axes fraction",
            textcoords="offset points",
            ha=align[0],
            va=align[1],
            fontsize=8.5,
            color=drawing.SOFT,
        )
    if own:
        sheet.legend(
            [patches.Patch(color=_OWN_LETTER)],
            ["base of the reference"],
            loc="upper right",
            fontsize=8.5,
            handlelength=1,
            bbox_to_anchor=(1 - panels.RIGHT / width, 1 - (0.5 + above) / height),
        )


def _profile(panel: axes.Axes, scan: scans.Scan) -> None:
    """Draw the largest gain upwards and the largest loss downwards at each base."""
    gain, loss = np.nan_to_num(scan.effects.every)
    bounds = _bounds(scan.effects.width)
    edges = scan.effects.start + bounds + 0.5
    for values, colour, sign in ((gain, panels.GAIN, 1), (loss, panels.LOSS, -1)):
        heights = np.maximum.reduceat(values, bounds[:-1])
        panel.stairs(sign * heights, edges, fill=True, color=colour, linewidth=0)
    panel.axhline(0, color=drawing.SOFT, linewidth=0.8)
    panel.set_ylim(-1, 1)
    panels.signed(panel)
    panels.quantity(panel, "largest change\nof a probability:\ngain +, loss -")


def _heat(panel: axes.Axes, scan: scans.Scan) -> None:
    """Draw the signed larger of gain and loss, a row for each alternate."""
    gain, loss = scan.effects.substitutions
    signed = np.where(np.nan_to_num(gain) >= np.nan_to_num(loss), gain, -loss)
    bounds = _bounds(scan.effects.width)
    cells = np.stack([_extreme(row, bounds) for row in signed])
    # Among many bases the grey of each one's own letter would hide the colours.
    many = scan.effects.width > _GREYED
    panel.pcolormesh(
        scan.effects.start + bounds + 0.5,
        np.arange(5),
        np.ma.masked_invalid(cells),
        cmap=_COLOURS.with_extremes(bad=drawing.PAGE if many else _OWN_LETTER),
        vmin=-1,
        vmax=1,
        rasterized=True,
    )
    panel.set_ylim(4, 0)
    panel.set_yticks([0.5, 1.5, 2.5, 3.5], list("ACGT"), fontsize=8.5)
    panels.quantity(panel, "base that is\nchanged to")


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
