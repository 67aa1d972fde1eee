"""Picture of a variant: profiles before and after it, and what changes."""

import pathlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Float
from matplotlib import axes, figure, lines, patches

from twinsplice.effect import deltas
from twinsplice.genome import coordinates, transcripts
from twinsplice.report import consequence_words, drawing, headings
from twinsplice.report import genome_panels as panels
from twinsplice.scoring.one_variant import variant_profiles

SMALLEST = 0.01
"""Least probability that is drawn."""
BESIDE, MARGIN = 30, 10
"""Bases drawn beside the variant at least, and beyond what changes."""
_NARROW_BESIDE, _NARROW_MARGIN = 15, 5
_PANEL, _CHANGES = 0.85, 1.25
_LIMIT, _LINE = 1.1, 0.27
"""Height of the changes' panel on each side of 0, and of a line of words in it."""
_SITES = ((deltas.Site.ACCEPTOR, "acceptor"), (deltas.Site.DONOR, "donor"))


def write(
    profile: variant_profiles.VariantProfile,
    path: pathlib.Path,
    transcript: transcripts.Transcript | None = None,
    effects: Sequence[str] = (),
    *,
    narrow: bool = False,
) -> None:
    """Draw a variant.

    Args:
        profile: Its profiles.
        path: The picture; its ending gives the format, .png, .svg or .pdf.
        transcript: Transcript to draw; the gene if not given.
        effects: Lines on what it does to the transcript.
        narrow: Draw fewer bases, with letters that can be read on a phone.

    Raises:
        InputError: The place cannot be written to.
    """
    panels.save(drawn(profile, transcript, effects, narrow=narrow), path)


@drawing.styled()
def drawn(
    profile: variant_profiles.VariantProfile,
    transcript: transcripts.Transcript | None = None,
    effects: Sequence[str] = (),
    *,
    narrow: bool = False,
) -> figure.Figure:
    """Return the picture of a variant; see `write`."""
    beside = (_NARROW_BESIDE, _NARROW_MARGIN) if narrow else (BESIDE, MARGIN)
    profile = _shown(profile, *beside)
    width = profile.ref_profile.shape[1]
    interval = coordinates.Interval(
        profile.contig, profile.start, profile.start + width
    )
    lettered = width <= (panels.NARROW_LETTERED if narrow else panels.LETTERED)
    text = [
        consequence_words.title(profile),
        consequence_words.subtitle(profile),
        *consequence_words.changes(profile),
        *effects,
    ]
    colours = [drawing.INK, drawing.SOFT, *[drawing.INK] * len(text)]
    across = panels.NARROW if narrow else panels.WIDTH
    text, colours = headings.wrapped(text, colours, across)
    sheet, (ref, alt, delta, *below) = panels.stacked(
        interval,
        [
            _PANEL,
            _PANEL,
            _CHANGES,
            *([panels.SEQUENCE] if lettered else []),
            panels.LANE,
        ],
        top=0.45 + 0.19 * (len(text) - 1) + headings.KEY,
        width=across,
    )
    headings.write(sheet, text, colours)
    for panel, name, values in (
        (ref, "reference", profile.ref_profile),
        (alt, "alternate", profile.alt_profile),
    ):
        _stems(panel, values, profile.start)
        panel.set_ylim(0, 1.05)
        panel.set_yticks([0, 0.5, 1], ["0", "0.5", "1"], fontsize=8.5)
        panels.quantity(panel, f"probability\nof a site,\n{name}")
    _delta(delta, profile)
    for panel in (ref, alt, delta, *below):
        _mark_variant(panel, profile)
    if lettered:
        panels.letters(below[0], profile.start, profile.sequence)
    panels.lanes(below[-1], _lanes(profile, transcript, lettered=lettered), interval)
    _key(sheet, headings.key_place(ref))
    return sheet


def _shown(
    profile: variant_profiles.VariantProfile, beside: int, margin: int
) -> variant_profiles.VariantProfile:
    """Return what is drawn: the part about the variant that has all that changes."""
    difference = np.abs(profile.alt_profile - profile.ref_profile).max(axis=0)
    columns = np.flatnonzero(difference >= consequence_words.NOTED) + profile.start
    places = [change.position for change in consequence_words.noted(profile)]
    moved = [*places, *columns.tolist()] or [profile.position]
    return profile.within(
        min(profile.position - beside, min(moved) - margin),
        max(profile.end + beside, max(moved) + 1 + margin),
    )


def _lanes(
    profile: variant_profiles.VariantProfile,
    transcript: transcripts.Transcript | None,
    *,
    lettered: bool,
) -> list[panels.Lane]:
    if transcript is not None:
        bases = profile.sequence if lettered else ""
        return [panels.of_transcript(transcript, profile.start, bases)]
    return [] if profile.gene is None else [panels.of_gene(profile.gene)]


def _stems(panel: axes.Axes, values: Float[np.ndarray, "2 width"], start: int) -> None:
    for number, (site, _) in enumerate(_SITES, 1):
        columns = np.flatnonzero(np.abs(values[site]) >= SMALLEST)
        style = drawing.mark(number) | {"markersize": 5}
        heights = values[site, columns]
        panel.vlines(
            start + columns + 1, 0, heights, colors=style["color"], linewidth=1.6
        )
        tall = np.abs(heights) >= consequence_words.NOTED
        panel.plot(start + columns[tall] + 1, heights[tall], clip_on=False, **style)
    panel.axhline(0, color=drawing.SOFT, linewidth=0.8)


def _delta(panel: axes.Axes, profile: variant_profiles.VariantProfile) -> None:
    """Draw the difference at each base, and an arrow for each large change.

    The words beside arrows are at different heights, lest they meet.
    """
    _stems(panel, profile.alt_profile - profile.ref_profile, profile.start)
    noted = consequence_words.noted(profile)
    sizes = [each.size if each.kind.gain else -each.size for each in noted]
    for change, size, height in zip(noted, sizes, _apart(sizes), strict=True):
        site = deltas.Site.DONOR in change.kind.sites
        panel.annotate(
            "",
            (change.position + 1, size),
            (change.position + 1, 0),
            arrowprops={
                "arrowstyle": "-|>",
                "color": drawing.SERIES[int(site)],
                "linewidth": 2,
                "shrinkA": 0,
                "shrinkB": 0,
            },
        )
        right = change.position - profile.start < profile.ref_profile.shape[1] / 2
        panel.annotate(
            f"{consequence_words.site(change.kind)} "
            f"{consequence_words.turn(change.kind)} {change.size:.2f}",
            (change.position + 1, height),
            (8 if right else -8, 0),
            textcoords="offset points",
            ha="left" if right else "right",
            va="center",
            fontsize=8.5,
            color=drawing.INK,
        )
    panel.set_ylim(-_LIMIT, _LIMIT)
    panels.signed(panel)
    panels.quantity(panel, "change of the\nprobability:\ngain +, loss -")


def _apart(heights: Sequence[float]) -> list[float]:
    """Return heights of words near those wanted, a line apart, within the panel."""
    placed: list[float] = []
    for wanted in heights:
        tried = sorted(
            (
                wanted + sign * step * _LINE / 4
                for step in range(40)
                for sign in (1, -1)
            ),
            key=lambda height: abs(height - wanted),
        )
        placed.append(
            next(
                height
                for height in tried
                if abs(height) <= _LIMIT - _LINE / 2
                and all(abs(height - other) >= _LINE for other in placed)
            )
        )
    return placed


def _mark_variant(panel: axes.Axes, profile: variant_profiles.VariantProfile) -> None:
    """Mark the bases of the reference allele."""
    left = profile.position + 0.5
    panel.axvspan(
        left,
        left + len(profile.ref),
        facecolor=drawing.SPOT,
        alpha=0.6,
        linewidth=0,
        zorder=0.5,
    )


def _key(sheet: figure.Figure, place: Mapping[str, Any]) -> None:
    """Draw the key of marks."""
    handles = [
        lines.Line2D([], [], **(drawing.mark(number) | {"markersize": 5}))
        for number in (1, 2)
    ]
    sheet.legend(
        [*handles, patches.Patch(color=drawing.SPOT)],
        [*(name for _, name in _SITES), "variant"],
        fontsize=8.5,
        handlelength=1,
        **place,
    )
