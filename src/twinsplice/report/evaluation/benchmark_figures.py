"""Figures of a benchmark, all models in each, drawn from finished statistics."""

import dataclasses
import itertools
import math
from collections.abc import Mapping

import numpy as np
from matplotlib import artist, axes

from twinsplice.evaluation import benchmark_cases
from twinsplice.evaluation import benchmark_statistics as statistics
from twinsplice.report import drawing
from twinsplice.report.evaluation import benchmark_table as cells
from twinsplice.report.evaluation import density, figures
from twinsplice.settings import evaluate as evaluate_settings
from twinsplice.stats import curves

_FEW = 2
"""Largest number of models for which a figure shows counts by bin."""


@drawing.styled()
def every(
    evaluation: benchmark_cases.Evaluation, numbers: statistics.Statistics
) -> list[figures.Figure]:
    """Return all figures that have data, in the order of the page.

    Args:
        evaluation: The evaluation.
        numbers: Its statistics; models have the same names.
    """
    summary = evaluation.summary
    listed = [
        precision_recall(summary, numbers),
        roc(summary, numbers),
        calibration(summary, numbers),
    ]
    if numbers.measured.any():
        listed.append(scatter(evaluation, numbers))
    listed += [by_distance(numbers, measure) for measure in numbers.by_distance]
    return listed


def counted(numbers: statistics.Statistics) -> str:
    """Return the numbers of classified and of altered variants, in words."""
    return (
        f"n = {numbers.decided:,} variants with a class, {numbers.altered:,} of them "
        "altered."
    )


def precision_recall(
    summary: evaluate_settings.Truth, numbers: statistics.Statistics
) -> figures.Figure:
    """Draw precision over recall of every model."""
    blank = figures.Figure(
        title="Precision and recall of altered variants",
        note="Variants ranked by score. Steps without interpolation, whose area is the "
        "average precision (AP). Dashed: the share of altered variants, which ranking "
        f"by chance gives. {counted(numbers)}",
    )
    keys = _areas(summary, "ap")
    plane = drawing.plane(
        "recall (share of altered)",
        "precision (share of called ones)",
        keys=[*keys.values()],
    )
    drawing.guide(plane, numbers.altered / max(numbers.decided, 1))
    steps = {
        name: curves.Curve(x=np.append(0, curve.x), y=np.append(curve.y[:1], curve.y))
        for name, curve in numbers.precision_recall.items()
    }
    return _curves(blank, plane, steps, keys, numbers, "ap")


def roc(
    summary: evaluate_settings.Truth, numbers: statistics.Statistics
) -> figures.Figure:
    """Draw the receiver operating characteristic of every model."""
    blank = figures.Figure(
        title="Receiver operating characteristic",
        note="Variants ranked by score; variants of one score enter together. The area "
        f"is AUROC. Dashed: ranking by chance. {counted(numbers)}",
    )
    keys = _areas(summary, "auroc")
    plane = drawing.plane(
        "false positives (share of not altered)",
        "share of altered",
        keys=[*keys.values()],
    )
    drawing.guide(plane)
    return _curves(blank, plane, numbers.roc, keys, numbers, "auroc")


def _areas(summary: evaluate_settings.Truth, measure: str) -> dict[str, str]:
    """Return legend entries: each model with the area under its curve."""
    return {
        name: f"{name}: {cells.MEASURES[measure]} {cells.estimate(figures_of[measure])}"
        for name, figures_of in summary.models.items()
    }


def _curves(
    blank: figures.Figure,
    plane: axes.Axes,
    curve_of: Mapping[str, curves.Curve],
    keys: Mapping[str, str],
    numbers: statistics.Statistics,
    measure: str,
) -> figures.Figure:
    """Return a figure with a curve of every model, and its area in the table.

    Args:
        blank: The figure without its drawing.
        plane: The axes.
        curve_of: Each model's curve; none without both classes.
        keys: Legend entry of each model.
        numbers: Statistics, for the numbers of variants.
        measure: auroc or ap.
    """
    marks: dict[str, artist.Artist] = {}
    for number, (name, curve) in enumerate(curve_of.items(), 1):
        (marks[keys[name]],) = plane.plot(
            curve.x,
            curve.y,
            drawstyle="steps-pre" if measure == "ap" else "default",
            gid=f"curve series-{number}",
            **drawing.series(number),
        )
    drawing.legend(plane, marks)
    measure_title = cells.MEASURES[measure]
    counts = (f"{numbers.decided:,}", f"{numbers.altered:,}")
    areas = {
        name: words.removeprefix(f"{name}: {measure_title} ")
        for name, words in keys.items()
    }
    return dataclasses.replace(
        blank,
        drawing=drawing.svg(plane, f"curve-{measure}", blank.title) if curve_of else "",
        absent="not both of altered and unaltered variants",
        columns=("model", "n", "altered", measure_title),
        rows=tuple((name, *counts, area) for name, area in areas.items()),
    )


def calibration(
    summary: evaluate_settings.Truth, numbers: statistics.Statistics
) -> figures.Figure:
    """Draw the share of altered variants in bins of each model's score."""
    title = "Calibration: share of altered variants in bins of the score"
    note = (
        "Ten bins of equal width. Bars: 95 % interval of the share (Wilson), as if "
        "variants were independent. Dashed: the score as the chance of being altered; "
        f"ECE: mean distance from it. {counted(numbers)}"
    )
    keys = {
        name: f"{name}: ECE {cells.number(of_model['calibration']['error'])}"
        for name, of_model in summary.models.items()
    }
    few = len(keys) <= _FEW
    plane = drawing.plane(
        "score (mean of bin)",
        "share of altered variants",
        keys=[*keys.values()],
        above=drawing.COUNTS * few,
    )
    drawing.guide(plane)
    marks: dict[str, artist.Artist] = {}
    rows = []
    for number, (name, bins) in enumerate(numbers.calibration.items(), 1):
        style = drawing.mark(number)
        scores = [bin_.score for bin_ in bins]
        plane.vlines(
            scores,
            [bin_.low for bin_ in bins],
            [bin_.high for bin_ in bins],
            colors=style["color"],
            linewidth=1.5,
        )
        (marks[keys[name]],) = plane.plot(
            scores,
            [bin_.altered for bin_ in bins],
            clip_on=False,
            gid=f"mark series-{number}",
            **style,
        )
        if number == 1 and few:
            drawing.counts(plane, scores, [bin_.count for bin_ in bins])
        for bin_ in bins:
            values = (bin_.score, bin_.altered, bin_.low, bin_.high)
            rows.append((name, f"{bin_.count:,}", *(f"{v:.3f}" for v in values)))
    drawing.legend(plane, marks)
    if few:
        note += f" Above: n of each bin of {next(iter(keys))}."
    return figures.Figure(
        title=title,
        note=note,
        drawing=drawing.svg(plane, "calibration", title) if rows else "",
        columns=("model", "n", "score", "altered", "from", "to"),
        rows=tuple(rows),
    )


def scatter(
    evaluation: benchmark_cases.Evaluation, numbers: statistics.Statistics
) -> figures.Figure:
    """Draw the first model's score over the measured change, with density."""
    cases = evaluation.cases
    model = next(iter(cases.scores))
    names = itertools.compress(cases.names, numbers.measured)
    value = np.abs(cases.labels.value[numbers.measured])
    score = cases.scores[model][0][numbers.measured]
    figures_of = evaluation.summary.models[model]
    title = f"Score of {model} over the change that was measured"
    note = (
        f"{density.note(numbers.density)} "
        f"Pearson {cells.estimate(figures_of['pearson'])}, "
        f"Spearman {cells.estimate(figures_of['spearman'])}. "
        f"n = {len(value):,} variants with a value."
    )
    keys = density.keys(numbers.density)
    plane = drawing.plane(
        "measured |change| (fraction)", "score", keys=[*keys], plot_height=302
    )
    plane.grid(visible=False)
    hints = [
        f"{name}: measured {x:.3f}, score {y:.3f}"
        for name, x, y in zip(names, value, score, strict=True)
    ]
    groups = density.draw(plane, numbers.density, hints)
    drawing.legend(plane, keys)
    return figures.Figure(
        title=title, note=note, drawing=drawing.svg(plane, "scatter", title, groups)
    )


def by_distance(numbers: statistics.Statistics, measure: str) -> figures.Figure:
    """Draw a measure of every model by distance to the tested exon's nearer end.

    Args:
        numbers: The statistics.
        measure: auroc or ap.
    """
    measure_title = cells.MEASURES[measure]
    title = f"{measure_title} by distance to the exon's nearer end"
    chance = "ranking by chance" if measure == "auroc" else "the share of altered ones"
    note = (
        "Distance: bases to the exon's first or last base, 0 where a variant touches "
        "it. Bars: 95 % interval from draws of whole groups; n: variants of each bin. "
        f"Dashed: {chance}. Bins without both classes are left out. {counted(numbers)}"
    )
    bins = numbers.by_distance[measure]
    return figures.Figure(
        title=title,
        note=note,
        drawing=_by_bins(title, measure, bins) if bins else "",
        absent="no distance with both altered and unaltered variants",
        columns=("distance", "model", "n", "altered", measure_title),
        rows=tuple(
            (
                f"{bin_.label} bp",
                name,
                f"{bin_.count:,}",
                f"{bin_.altered:,}",
                cells.estimate(dataclasses.asdict(estimate)),
            )
            for bin_ in bins
            for name, estimate in bin_.estimates.items()
        ),
    )


def _by_bins(title: str, measure: str, bins: tuple[statistics.DistanceBin, ...]) -> str:
    """Draw a mark and an interval for each bin and model."""
    names = [*bins[0].estimates]
    plane = drawing.plane(
        "distance (bp)",
        cells.MEASURES[measure],
        keys=names,
        above=drawing.COUNTS,
        below=82,
    )
    marks: dict[str, artist.Artist] = {}
    for number, name in enumerate(names, 1):
        estimates = [bin_.estimates[name] for bin_ in bins]
        style = drawing.mark(number)
        shift = number / (len(names) + 1)
        places = [place + shift for place in range(len(bins))]
        # An interval may be undefined where a bin holds few groups.
        plane.vlines(
            [
                x
                for x, e in zip(places, estimates, strict=True)
                if not math.isnan(e.low)
            ],
            [e.low for e in estimates if not math.isnan(e.low)],
            [e.high for e in estimates if not math.isnan(e.low)],
            colors=style["color"],
            linewidth=1.5,
        )
        (marks[name],) = plane.plot(
            places,
            [estimate.value for estimate in estimates],
            clip_on=False,
            gid=f"mark series-{number}",
            **style,
        )
    chance = [0.5 if measure == "auroc" else bin_.altered / bin_.count for bin_ in bins]
    plane.hlines(
        chance,
        range(len(bins)),
        range(1, len(bins) + 1),
        colors=drawing.SOFT,
        linewidth=1,
        linestyles=(0, (5, 4)),
        zorder=1.5,
    )
    middles = [place + 0.5 for place in range(len(bins))]
    plane.set_xticks(
        middles,
        [bin_.label for bin_ in bins],
        rotation=45,
        ha="right",
        rotation_mode="anchor",
    )
    plane.set_xlim(0, len(bins))
    drawing.counts(plane, middles, [bin_.count for bin_ in bins])
    drawing.legend(plane, marks)
    return drawing.svg(plane, f"by-distance-{measure}", title)
