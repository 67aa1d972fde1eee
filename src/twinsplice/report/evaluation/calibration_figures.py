"""Figures of how far sizes, intervals and probabilities of a model can be trusted."""

from matplotlib import artist

from twinsplice.evaluation import agreement_statistics as statistics
from twinsplice.evaluation import calibration_statistics
from twinsplice.report import drawing
from twinsplice.report.evaluation import figures
from twinsplice.stats import binning


def counted(numbers: statistics.Statistics) -> str:
    """Return the numbers of variants and of positives, in words."""
    moderate, strong = numbers.rankings
    return (
        f"n = {len(numbers.size):,} variants; the base model's is at least "
        f"{moderate.least} in {moderate.positives:,}, at least {strong.least} in "
        f"{strong.positives:,}."
    )


def calibration(numbers: statistics.Statistics) -> figures.Figure:
    """Draw the base model's mean score in bins of the predicted score."""
    title = "Calibration: base model's score in bins of the predicted one"
    note = (
        "Each variant's largest of the four scores, and the base model's score of that "
        "same kind of change, in ten bins of the predicted size. Marks: means; bars: "
        "quartiles; n: variants of each bin, of the "
        f"{'calibrated' if len(numbers.calibration) > 1 else 'predicted'} scores. "
        f"Dashed: equal. {counted(numbers)}"
    )
    plane = drawing.plane(
        "predicted score (mean of bin)",
        "base model's score",
        keys=[*numbers.calibration],
        above=drawing.COUNTS,
    )
    drawing.guide(plane)
    keys: dict[str, artist.Artist] = {}
    rows = []
    for number, (name, bins) in enumerate(numbers.calibration.items(), 1):
        means = [mean for mean, _ in bins]
        style = drawing.mark(number)
        plane.vlines(
            means,
            [spread.lower for _, spread in bins],
            [spread.upper for _, spread in bins],
            colors=str(style["color"]),
            linewidth=1.5,
        )
        (keys[name],) = plane.plot(
            means,
            [spread.mean for _, spread in bins],
            clip_on=False,
            gid=f"mark series-{number}",
            **style,
        )
        for mean, spread in bins:
            values = (mean, spread.mean, spread.lower, spread.upper)
            cells = (f"{value:.3f}" for value in values)
            rows.append((name, spread.label, f"{spread.count:,}", *cells))
    *_, last = numbers.calibration.values()
    drawing.counts(
        plane, [mean for mean, _ in last], [spread.count for _, spread in last]
    )
    drawing.legend(plane, keys)
    return figures.Figure(
        title=title,
        note=note,
        drawing=drawing.svg(plane, "calibration", title) if rows else "",
        columns=("scores", "bin", "n", "predicted", "base", "quartile 1", "quartile 3"),
        rows=tuple(rows),
    )


def coverage(numbers: statistics.Statistics) -> figures.Figure:
    """Draw the coverage of the base model's score by intervals, by predicted size."""
    title = "Coverage of the prediction intervals"
    intervals = numbers.coverage
    if intervals is None:
        note = "This model gives no intervals."
        return figures.Figure(title=title, note=note, absent="no intervals")
    note = (
        "Share of variants whose interval holds the base model's score, in ten bins of "
        "the predicted size. Bars: 95 % interval of the share (Wilson); n: variants of "
        f"each bin. Dashed: the {intervals.level:.0%} that is promised. "
        f"{counted(numbers)}"
    )
    if not intervals.bins:
        return figures.Figure(title=title, note=note)
    key = f"overall {intervals.overall:.1%}"
    plane = drawing.plane(
        "predicted score (middle of bin)",
        "share of variants held",
        keys=[key],
        above=drawing.COUNTS,
    )
    drawing.guide(plane, intervals.level)
    middles = [share.middle for share in intervals.bins]
    plane.vlines(
        middles,
        [share.low for share in intervals.bins],
        [share.high for share in intervals.bins],
        colors=drawing.SERIES[0],
        linewidth=1.5,
    )
    (mark,) = plane.plot(
        middles,
        [share.value for share in intervals.bins],
        clip_on=False,
        gid="mark series-1",
        **drawing.mark(1),
    )
    drawing.counts(plane, middles, [share.count for share in intervals.bins])
    drawing.legend(plane, {key: mark})
    return figures.Figure(
        title=title,
        note=note,
        drawing=drawing.svg(plane, "coverage", title),
        columns=("bin", "n", "held", "from", "to"),
        rows=tuple(_coverage_row(share) for share in intervals.bins),
    )


def _coverage_row(share: binning.Share) -> tuple[str, ...]:
    cells = (f"{value:.3f}" for value in (share.value, share.low, share.high))
    label = f"{share.middle - 0.05:.1f}-{share.middle + 0.05:.1f}"
    return (label, f"{share.count:,}", *cells)


def probability(
    known: calibration_statistics.Probability, numbers: statistics.Statistics
) -> figures.Figure:
    """Draw how often the base model's largest score is large, by probability."""
    title = f"Probability that base |Δ| is {known.least} or more"
    curve = known.curve
    note = (
        "Share of variants whose largest base score is large, in ten bins of the "
        "probability given; n: variants of each bin. Dashed: equal. Brier score "
        f"{known.brier:.4f}, calibration error {curve.error:.3f}. {counted(numbers)}"
    )
    key = "bins of the probability"
    plane = drawing.plane(
        "probability (mean of bin)",
        "share that is large",
        keys=[key],
        above=drawing.COUNTS,
    )
    drawing.guide(plane)
    (mark,) = plane.plot(
        curve.predicted,
        curve.observed,
        clip_on=False,
        gid="mark series-1",
        **drawing.mark(1),
    )
    counts = curve.count.tolist()
    drawing.counts(plane, curve.predicted.tolist(), counts)
    drawing.legend(plane, {key: mark})
    return figures.Figure(
        title=title,
        note=note,
        drawing=drawing.svg(plane, "probability", title),
        columns=("bin", "n", "probability", "large"),
        rows=tuple(
            (str(number), f"{count:,}", f"{predicted:.3f}", f"{observed:.3f}")
            for number, (count, predicted, observed) in enumerate(
                zip(counts, curve.predicted, curve.observed, strict=True), 1
            )
        ),
    )
