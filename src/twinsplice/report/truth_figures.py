"""The figures of an evaluation on labelled variants, every model in each."""

import dataclasses
import math
from collections.abc import Callable, Mapping

import numpy as np
from jaxtyping import Bool, Float64

from twinsplice.evaluation import agreement_statistics as statistics
from twinsplice.evaluation import benchmark_cases, benchmark_metrics
from twinsplice.genome import regions
from twinsplice.report import figures, svg
from twinsplice.report import truth as cells
from twinsplice.settings import evaluate as evaluate_settings

Draw = Callable[
    [svg.Frame, Float64[np.ndarray, " rows"], Bool[np.ndarray, " rows"]],
    list[svg.Point],
]


def every(examined: benchmark_cases.Examined) -> list[figures.Figure]:
    """Return all figures that the table has something for, in the order to be read."""
    found = examined.cases
    drawn = [precision_recall(examined), roc(examined), calibration(examined.summary)]
    if found.known.measured.any():
        drawn.append(scatter(examined))
    if (found.distance != regions.NO_SITE).any():
        drawn += [by_distance(examined, "auroc"), by_distance(examined, "ap")]
    return drawn


def counted(known: benchmark_metrics.Truth) -> str:
    """Return how many variants have a class, and how many are altered."""
    decided, altered = int(known.decided.sum()), int(known.altered.sum())
    return f"n = {decided:,} variants with a class, {altered:,} of them altered."


def precision_recall(examined: benchmark_cases.Examined) -> figures.Figure:
    """Return precision over recall of every model."""
    known = examined.cases.known
    share = float(known.altered[known.decided].mean()) if known.decided.any() else 0.0
    frame = svg.frame("recall (share of altered)", "precision (share of found)")
    blank = figures.Figure(
        title="Precision and recall of altered variants",
        note="Variants ranked by score. Steps without interpolation, whose area is the "
        "average precision (AP). Dashed: the share of altered variants, which ranking "
        "by chance gives.",
    )
    return _curves(
        examined,
        "ap",
        blank,
        frame,
        figures.level(frame, share, "guide"),
        _steps,
    )


def _steps(
    frame: svg.Frame,
    size: Float64[np.ndarray, " rows"],
    altered: Bool[np.ndarray, " rows"],
) -> list[svg.Point]:
    return [*figures.steps(frame, statistics.precision_recall(size, altered))]


def roc(examined: benchmark_cases.Examined) -> figures.Figure:
    """Return the receiver operating characteristic of every model."""
    frame = svg.frame("false positives (share of not altered)", "share of altered")
    blank = figures.Figure(
        title="Receiver operating characteristic",
        note="Variants ranked by score; variants of one score enter together. The area "
        "is AUROC. Dashed: ranking by chance.",
    )
    return _curves(
        examined,
        "auroc",
        blank,
        frame,
        figures.diagonal(frame),
        _slopes,
    )


def _slopes(
    frame: svg.Frame,
    size: Float64[np.ndarray, " rows"],
    altered: Bool[np.ndarray, " rows"],
) -> list[svg.Point]:
    curve = statistics.roc(size, altered)
    points = zip(curve.false.tolist(), curve.true.tolist(), strict=True)
    return [(frame.x(false), frame.y(true)) for false, true in points]


def _curves(
    examined: benchmark_cases.Examined,
    measure: str,
    blank: figures.Figure,
    frame: svg.Frame,
    guide: str,
    draw: Draw,
) -> figures.Figure:
    """Return a curve of every model, and the measure that is its area.

    Args:
        examined: The evaluation.
        measure: auroc or ap.
        blank: What is said of the figure.
        frame: Where it is drawn.
        guide: What chance gives, as SVG.
        draw: Returns the places of a curve's points.
    """
    found, models = examined.cases, examined.summary.models
    known = found.known.at(found.known.decided)
    both = known.altered.any() and not known.altered.all()
    drawn, keys, rows = [guide], [], []
    for number, (name, scores) in enumerate(found.scores.items(), 1):
        kind = f"curve s{figures.series(number)}"
        area = cells.estimate(models[name][measure])
        drawn.append(
            svg.path(draw(frame, scores[0][found.known.decided], known.altered), kind)
        )
        keys.append((kind, f"{name}: {cells.MEASURES[measure]} {area}"))
        rows.append((name, f"{len(known.altered):,}", f"{known.altered.sum():,}", area))
    whole = svg.axes(frame) + "".join(drawn)
    return dataclasses.replace(
        blank,
        note=f"{blank.note} {counted(found.known)}",
        keys=tuple(keys) if both else (),
        drawing=svg.drawing(whole, frame.height, blank.title) if both else "",
        absent="not both of altered and unaltered variants",
        columns=("model", "n", "altered", cells.MEASURES[measure]),
        rows=tuple(rows),
    )


def calibration(summary: evaluate_settings.Truth) -> figures.Figure:
    """Return the share of altered variants in bins of each model's score."""
    title = "Calibration: share of altered variants in bins of the score"
    counts = summary.counts
    decided = counts["positives"] + counts["negatives"]
    note = (
        "Ten bins of equal width. Bars: 95 % interval of the share (Wilson), as if "
        "variants were independent. Dashed: the score as the chance of being altered; "
        f"ECE: mean distance from it. n = {decided:,} variants with a class, "
        f"{counts['positives']:,} of them altered."
    )
    frame = svg.frame("score (mean of bin)", "share of altered variants")
    drawn, keys, rows = [figures.diagonal(frame)], [], []
    for number, (name, of_model) in enumerate(summary.models.items(), 1):
        curve = of_model["calibration"]
        error = cells.number(curve["error"])
        keys.append((f"mark m{figures.series(number)}", f"{name}: ECE {error}"))
        bins = zip(curve["predicted"], curve["observed"], curve["count"], strict=True)
        for mean, share, count in bins:
            ends = statistics.wilson(round(share * count), count)
            at = frame.x(mean)
            drawn.append(figures.bar(frame, at, ends, number))
            said = f"{name}: {share:.1%} of {count:,} variants"
            drawn.append(figures.mark((at, frame.y(share)), number, said))
            numbers = (f"{value:.3f}" for value in (mean, share, *ends))
            rows.append((name, f"{count:,}", *numbers))
    return figures.Figure(
        title=title,
        note=note,
        keys=tuple(keys) if rows else (),
        drawing=svg.drawing(svg.axes(frame) + "".join(drawn), frame.height, title)
        if rows
        else "",
        columns=("model", "n", "score", "altered", "from", "to"),
        rows=tuple(rows),
    )


def scatter(examined: benchmark_cases.Examined) -> figures.Figure:
    """Return the first model's score over what was measured, with density."""
    found = examined.cases
    model = next(iter(found.scores))
    measured = found.known.measured
    x, y = np.abs(found.known.value[measured]), found.scores[model][0][measured]
    title = f"Score of {model} over the change that was measured"
    figure = examined.summary.models[model]
    note = (
        f"{figures.crowd_note()} Pearson {cells.estimate(figure['pearson'])}, "
        f"Spearman {cells.estimate(figure['spearman'])}. "
        f"n = {len(x):,} variants with a value."
    )
    frame = svg.frame("measured |change| (fraction)", "score", height=358)
    names = (name for name, has in zip(found.names, measured, strict=True) if has)
    said = [
        f"{name}: measured {value:.3f}, score {score:.3f}"
        for name, value, score in zip(names, x, y, strict=True)
    ]
    drawn, keys = figures.crowd(frame, x, y, said)
    return figures.Figure(
        title=title,
        note=note,
        keys=keys,
        drawing=svg.drawing(svg.axes(frame) + drawn, frame.height, title),
    )


def by_distance(examined: benchmark_cases.Examined, measure: str) -> figures.Figure:
    """Return a measure of every model by distance to the tested exon's nearer end.

    Args:
        examined: The evaluation.
        measure: auroc or ap.
    """
    called = cells.MEASURES[measure]
    title = f"{called} by distance to the exon's nearer end"
    known = examined.cases.known
    place = statistics.distance_bins(examined.cases.distance)
    parts = {
        label: rows
        for number, label in enumerate(statistics.distance_labels())
        if _has_both(known, rows := (place == number) & known.decided)
    }
    chance = "ranking by chance" if measure == "auroc" else "the share of altered ones"
    note = (
        "Distance: bases to the exon's first or last base, 0 where a variant touches "
        "it. Bars: 95 % interval from draws of whole groups. Dashed: "
        f"{chance}. Bins without both classes are left out. {counted(known)}"
    )
    frame = svg.frame(
        "distance (bp)",
        called,
        x_ends=(0.0, float(max(len(parts), 1))),
        x_ticks=[svg.Tick(i + 0.5, label) for i, label in enumerate(parts)],
        slanted=True,
    )
    drawn, rows = _by_bins(examined, measure, parts, frame)
    names = enumerate(examined.cases.scores, 1)
    keys = tuple((f"mark m{figures.series(number)}", name) for number, name in names)
    return figures.Figure(
        title=title,
        note=note,
        keys=keys if parts else (),
        drawing=svg.drawing(svg.axes(frame) + drawn, frame.height, title)
        if parts
        else "",
        absent="no distance with both altered and unaltered variants",
        columns=("distance", "model", "n", "altered", called),
        rows=rows,
    )


def _has_both(known: benchmark_metrics.Truth, rows: Bool[np.ndarray, " rows"]) -> bool:
    altered = known.altered[rows]
    return bool(altered.any() and not altered.all())


def _by_bins(
    examined: benchmark_cases.Examined,
    measure: str,
    parts: Mapping[str, Bool[np.ndarray, " rows"]],
    frame: svg.Frame,
) -> tuple[str, tuple[tuple[str, ...], ...]]:
    """Return the marks of each bin and model, and their numbers."""
    found = examined.cases
    drawn, rows = [], []
    for place, (label, chosen) in enumerate(parts.items()):
        known = found.known.at(chosen)
        n, altered = len(known.altered), int(known.altered.sum())
        level = frame.y(0.5 if measure == "auroc" else altered / n)
        drawn.append(
            svg.line((frame.x(place), level), (frame.x(place + 1), level), "guide")
        )
        for number, (name, scores) in enumerate(found.scores.items(), 1):
            part = scores[:, chosen]
            made = benchmark_metrics.estimate(measure, [part], known, examined.draws)
            at = frame.x(place + number / (len(found.scores) + 1))
            said = f"{name}, {label} bp: {made.value:.3f} of {n:,} variants"
            if not math.isnan(made.low):
                drawn.append(figures.bar(frame, at, (made.low, made.high), number))
            drawn.append(figures.mark((at, frame.y(made.value)), number, said))
            ends = f"({cells.number(made.low)}, {cells.number(made.high)})"
            words = f"{made.value:.3f} {ends}"
            rows.append((f"{label} bp", name, f"{n:,}", f"{altered:,}", words))
    return "".join(drawn), tuple(rows)
