"""An evaluation as one page of HTML that needs nothing else, not even a network."""

import html
import math
import pathlib
from collections.abc import Mapping

from twinsplice.evaluation import agreement_cases
from twinsplice.evaluation import agreement_statistics as statistics
from twinsplice.report import agreement, evaluation_figures, pages, tracks
from twinsplice.stats import agreement as validation

Groups = Mapping[str, Mapping[str, float]]
_TILES = {
    "variants": "variants",
    "r": "r of largest |Δ|",
    "spearman": "Spearman of largest |Δ|",
    "ap_0.2": "AP, base |Δ| ≥ 0.2",
    "ap_0.5": "AP, base |Δ| ≥ 0.5",
    "position": "position within 1 base",
}


def page(examined: agreement_cases.Examined, command: str, date: str) -> str:
    """Return the page of an evaluation.

    Args:
        examined: The evaluation.
        command: What was typed to make it.
        date: When it was made.
    """
    name = pathlib.PurePath(examined.facts.get("Model", "a model")).name
    title = f"Evaluation of {name}"
    count = evaluation_figures.counted(statistics.largest(examined.cases.wanted))
    known = {**examined.facts, "Variants": f"{count} Size: largest |Δ|."}
    return pages.page(
        title,
        _tiles(examined.summary.groups) + pages.facts(known, command, date),
        pages.section("Figures", pages.grid(evaluation_figures.every(examined)))
        + pages.section("Groups of variants", _groups(examined))
        + pages.section("Worst misses", _misses(examined.cases)),
    )


def by_distance(found: agreement_cases.Cases) -> dict[str, dict[str, float]]:
    """Return the figures of `evaluate` by distance, of bins with two variants."""
    place = statistics.distance_bins(found.distance)
    groups = {}
    for number, label in enumerate(statistics.distance_labels()):
        rows = place == number
        if rows.sum() > 1:
            both = found.found[rows], found.wanted[rows]
            named = label if label == "no site" else f"{label} bp"
            groups[named] = validation.of_group(*both)
    return groups


def _tiles(groups: Groups) -> str:
    whole = groups.get("all", {})
    return pages.tiles(
        (agreement.cell(name, whole[name]), meaning)
        for name, meaning in _TILES.items()
        if name in whole
    )


def _groups(examined: agreement_cases.Examined) -> str:
    note = (
        "Groups overlap. Size: largest |Δ| of a variant; r per position: over every "
        "base of every window; AP: average precision for base |Δ| of at least 0.2 and "
        "0.5; position within 1: where base |Δ| ≥ 0.2, how often both models' largest "
        "changes lie within a base; gains and losses: largest of either. A dash: not "
        "defined. Groups of one variant are left out."
    )
    return (
        f"{pages.note(note)}"
        f"<h3>By kind, strand and region</h3>{_agreement(examined.summary.groups)}"
        "<h3>By distance to the nearest annotated site</h3>"
        f"{_agreement(by_distance(examined.cases))}"
    )


def _agreement(groups: Groups) -> str:
    if not groups:
        return pages.absent("no variants")
    columns = agreement.COLUMNS
    rows = [
        (
            name,
            *(agreement.cell(each, values.get(each, math.nan)) for each in columns),
        )
        for name, values in groups.items()
    ]
    return pages.table(("variants", *columns.values()), rows)


def _misses(found: agreement_cases.Cases) -> str:
    if not len(found):
        return pages.absent("no variants")
    note = (
        f"The variants of largest error, the largest difference of the two Δ at any "
        f"base, of {len(found):,}. Values below {tracks.SMALLEST} are not drawn; from "
        f"{tracks.HEADED} on they have a head. Places count from 1 on the plus strand; "
        "tracks run as the gene is transcribed."
    )
    shown = "".join(
        f'<article class="miss"><h3>{number}. {html.escape(miss.title)}</h3>'
        f"{pages.note(miss.note)}{miss.drawing}</article>"
        for number, miss in enumerate(tracks.worst(found), 1)
    )
    return f'{pages.note(note)}{pages.keys(tracks.KEYS)}<div class="grid">{shown}</div>'
