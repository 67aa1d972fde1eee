"""The figures of an evaluation: from variants to drawings with their numbers."""

import itertools
from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from twinsplice.evaluation import agreement_cases
from twinsplice.evaluation import agreement_statistics as statistics
from twinsplice.report import figures, svg
from twinsplice.stats import agreement as validation
from twinsplice.stats import metrics


def every(examined: agreement_cases.Examined) -> list[figures.Figure]:
    """Return all figures, in the order to be read."""
    found = examined.cases
    return [
        scatter(found),
        precision_recall(found),
        calibration(found.scores, calibrated=examined.calibrated),
        coverage(found.scores, examined.level),
        error_by_distance(found),
    ]


def counted(truth: Float[np.ndarray, " rows"]) -> str:
    """Return how many variants there are, and how many count as positive."""
    large, huge = (
        int((truth >= least).sum())
        for least in (validation.DELTA_MODERATE, validation.DELTA_STRONG)
    )
    return (
        f"n = {len(truth):,} variants; the base model's is at least "
        f"{validation.DELTA_MODERATE} in {large:,}, at least {validation.DELTA_STRONG} in {huge:,}."
    )


def scatter(found: agreement_cases.Cases) -> figures.Figure:
    """Return the model's largest |Δ| over the base model's, with density."""
    x, y = (statistics.largest(each) for each in (found.wanted, found.found))
    title = "Largest |Δ| of each variant: model over base model"
    note = f"{figures.crowd_note()} Dashed: equal. {counted(x)}"
    if (beyond := int(((x > 1) | (y > 1)).sum())) > 0:
        note += f" {beyond:,} lie beyond 1 and are drawn at the edge."
    if not len(x):
        return figures.Figure(title=title, note=note)
    frame = svg.frame("base model, largest |Δ|", "model, largest |Δ|", height=358)
    said = [
        f"{name}: base {base:.3f}, model {model:.3f}"
        for name, base, model in zip(found.names, x, y, strict=True)
    ]
    drawn, keys = figures.crowd(frame, x, y, said, figures.diagonal(frame))
    return figures.Figure(
        title=title,
        note=note,
        keys=keys,
        drawing=svg.drawing(svg.axes(frame) + drawn, frame.height, title),
    )


def precision_recall(found: agreement_cases.Cases) -> figures.Figure:
    """Return precision over recall for both sizes that count as positive."""
    size, truth = (statistics.largest(each) for each in (found.found, found.wanted))
    title = "Precision and recall of large changes"
    note = (
        "Variants ranked by the model's largest |Δ|; positive if the base model's is "
        "at least the size named. Steps without interpolation, whose area is the "
        "average precision (AP). Dotted: the share of positives, which ranking by "
        f"chance gives. {counted(truth)}"
    )
    frame = svg.frame("recall (share of positives)", "precision (share of found)")
    drawn, keys, rows = [], [], []
    for number, least in enumerate(
        (validation.DELTA_MODERATE, validation.DELTA_STRONG), 1
    ):
        positive = truth >= least
        count = int(positive.sum())
        curve = statistics.precision_recall(size, positive)
        if not count:
            rows.append((f"≥ {least}", "0", "-"))
            continue
        share, ap = count / len(truth), metrics.average_precision(size, positive)
        drawn.append(figures.level(frame, share, f"chance s{number}"))
        drawn.append(svg.path(figures.steps(frame, curve), f"curve s{number}"))
        keys.append((f"curve s{number}", f"base |Δ| ≥ {least}: AP {ap:.3f}"))
        rows.append((f"≥ {least}", f"{count:,}", f"{ap:.3f}"))
    return figures.Figure(
        title=title,
        note=note,
        keys=tuple(keys),
        drawing=svg.drawing(svg.axes(frame) + "".join(drawn), frame.height, title)
        if drawn
        else "",
        absent="no positives" if len(truth) else "no variants",
        columns=("base |Δ|", "positives", "AP"),
        rows=tuple(rows),
    )


def calibration(scores: agreement_cases.Scores, *, calibrated: bool) -> figures.Figure:
    """Return the base model's mean score in bins of the predicted one."""
    title = "Calibration: base model's score in bins of the predicted one"
    note = (
        "Each variant's largest of the four scores, and the base model's score of that "
        "same kind of change, in ten bins of the predicted size. Marks: means; bars: "
        f"quartiles. Dashed: equal. {counted(scores.truth)}"
    )
    series = [("as the model gives it", scores.raw)]
    if calibrated:
        series.append(("calibrated", scores.size))
    frame = svg.frame("predicted score (mean of bin)", "base model's score")
    drawn, rows = [], []
    for number, (name, size) in enumerate(series, 1):
        for mean, spread in statistics.calibration(size, scores.truth):
            at = frame.x(mean)
            said = f"{name}, {spread.label}: {spread.count:,} variants"
            drawn.append(figures.bar(frame, at, (spread.low, spread.high), number))
            drawn.append(figures.mark((at, frame.y(spread.mean)), number, said))
            values = (mean, spread.mean, spread.low, spread.high)
            numbers = (f"{value:.3f}" for value in values)
            rows.append((name, spread.label, f"{spread.count:,}", *numbers))
    return figures.Figure(
        title=title,
        note=note,
        keys=tuple((f"mark m{i}", name) for i, (name, _) in enumerate(series, 1))
        if drawn
        else (),
        drawing=svg.drawing(
            svg.axes(frame) + figures.diagonal(frame) + "".join(drawn),
            frame.height,
            title,
        )
        if drawn
        else "",
        columns=("scores", "bin", "n", "predicted", "base", "quartile 1", "quartile 3"),
        rows=tuple(rows),
    )


def coverage(scores: agreement_cases.Scores, level: float | None) -> figures.Figure:
    """Return how often intervals hold the base model's score, by predicted size."""
    title = "Coverage of the intervals"
    if scores.low is None or scores.high is None or level is None:
        note = "This model gives no intervals."
        return figures.Figure(title=title, note=note, absent="no intervals")
    inside = (scores.low <= scores.truth) & (scores.truth <= scores.high)
    note = (
        "Share of variants whose interval holds the base model's score, in ten bins of "
        "the predicted size. Bars: 95 % interval of the share (Wilson). Dashed: the "
        f"{level:.0%} that is promised. {counted(scores.truth)}"
    )
    frame = svg.frame("predicted score (middle of bin)", "share of variants held")
    drawn, rows = [], []
    for share in statistics.shares(scores.size, inside):
        at = frame.x(share.middle)
        drawn.append(figures.bar(frame, at, (share.low, share.high), 1))
        said = f"{share.value:.1%} of {share.count:,} variants"
        drawn.append(figures.mark((at, frame.y(share.value)), 1, said))
        numbers = (f"{value:.3f}" for value in (share.value, share.low, share.high))
        middle = f"{share.middle - 0.05:.1f}-{share.middle + 0.05:.1f}"
        rows.append((middle, f"{share.count:,}", *numbers))
    guide = figures.level(frame, level, "guide")
    return figures.Figure(
        title=title,
        note=note,
        keys=(("mark m1", f"overall {inside.mean():.1%}"),) if drawn else (),
        drawing=svg.drawing(
            svg.axes(frame) + guide + "".join(drawn), frame.height, title
        )
        if drawn
        else "",
        columns=("bin", "n", "held", "from", "to"),
        rows=tuple(rows),
    )


def error_by_distance(found: agreement_cases.Cases) -> figures.Figure:
    """Return the quartiles of errors in bins of distance to the nearest site."""
    title = "Error by distance to the nearest annotated site"
    truth = statistics.largest(found.wanted)
    note = (
        "Error: the largest difference of the two Δ at any base, of acceptor or donor. "
        "Boxes: quartiles; lines across: medians. The axis begins at 0 and ends above "
        f"the largest quartile. {counted(truth)}"
    )
    notable = truth >= validation.DELTA_MIN
    error = statistics.errors(found.found, found.wanted)
    series = [
        ("all variants", statistics.by_distance(error, found.distance)),
        (
            f"base |Δ| ≥ {validation.DELTA_MIN}: {int(notable.sum()):,} variants",
            statistics.by_distance(error[notable], found.distance[notable]),
        ),
    ]
    used = [number for number, all_of in enumerate(series[0][1]) if all_of.count]
    if not used:
        return figures.Figure(title=title, note=note)
    frame = _distance_frame([spreads for _, spreads in series], used)
    drawn, rows = [], []
    pairs = itertools.product(enumerate(used), enumerate(series, 1))
    for (place, number), (which, (name, spreads)) in pairs:
        spread = spreads[number]
        if spread.count:
            drawn.append(_box(frame, place, which, spread))
        values = (spread.low, spread.middle, spread.high)
        numbers = (f"{value:.4f}" if spread.count else "-" for value in values)
        rows.append((f"{spread.label} bp", name, f"{spread.count:,}", *numbers))
    return figures.Figure(
        title=title,
        note=note,
        keys=tuple((f"box s{i}", name) for i, (name, _) in enumerate(series, 1)),
        drawing=svg.drawing(svg.axes(frame) + "".join(drawn), frame.height, title),
        columns=("distance", "variants", "n", "quartile 1", "median", "quartile 3"),
        rows=tuple(rows),
    )


def _distance_frame(
    series: Sequence[Sequence[statistics.Spread]], used: Sequence[int]
) -> svg.Frame:
    highest = max(
        spread.high for spreads in series for spread in spreads if spread.count
    )
    return svg.frame(
        "distance (bp)",
        "error (probability)",
        x_ends=(0.0, float(len(used))),
        y_ends=(0.0, svg.ceiling(highest)),
        x_ticks=[
            svg.Tick(place + 0.5, series[0][number].label)
            for place, number in enumerate(used)
        ],
        slanted=True,
    )


def _box(frame: svg.Frame, place: int, which: int, spread: statistics.Spread) -> str:
    begin = place + (0.12 if which == 1 else 0.52)
    left, right = frame.x(begin), frame.x(begin + 0.36)
    low, middle, high = (
        frame.y(value) for value in (spread.low, spread.middle, spread.high)
    )
    said = f"{spread.label} bp: median {spread.middle:.4f} of {spread.count:,} variants"
    return svg.box(
        (left, high), (right - left, max(low - high, 0.5)), f"box s{which}", said
    ) + svg.line((left, middle), (right, middle), f"median s{which}")
