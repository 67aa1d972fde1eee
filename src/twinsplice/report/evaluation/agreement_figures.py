"""Figures of an agreement with a base model, drawn from finished statistics."""

import itertools
import math
from collections.abc import Sequence

import numpy as np
from matplotlib import artist, patches

from twinsplice.evaluation import agreement_cases
from twinsplice.evaluation import agreement_statistics as statistics
from twinsplice.report import drawing
from twinsplice.report.evaluation import calibration_figures, density, figures
from twinsplice.stats import agreement, binning


@drawing.styled()
def every(
    evaluation: agreement_cases.Evaluation, numbers: statistics.Statistics
) -> list[figures.Figure]:
    """Return all figures, in the order of the page.

    Args:
        evaluation: The evaluation.
        numbers: Its statistics.
    """
    return [
        scatter(evaluation.cases, numbers),
        precision_recall(numbers),
        calibration_figures.calibration(numbers),
        calibration_figures.coverage(numbers),
        *(
            [calibration_figures.probability(evaluation.probability, numbers)]
            if evaluation.probability
            else []
        ),
        error_by_distance(numbers),
    ]


def scatter(
    cases: agreement_cases.Cases, numbers: statistics.Statistics
) -> figures.Figure:
    """Draw the model's largest |Δ| over the base model's, with density."""
    title = "Largest |Δ| of each variant: model over base model"
    counts = calibration_figures.counted(numbers)
    note = f"{density.note(numbers.density)} Dashed: equal. {counts}"
    if numbers.beyond:
        note += f" {numbers.beyond:,} lie beyond 1 and are drawn at the edge."
    if not len(cases):
        return figures.Figure(title=title, note=note)
    keys = density.keys(numbers.density)
    plane = drawing.plane(
        "base model, largest |Δ|", "model, largest |Δ|", keys=[*keys], plot_height=302
    )
    plane.grid(visible=False)
    sizes = zip(cases.names, numbers.target_size, numbers.size, strict=True)
    hints = density.draw(
        plane,
        numbers.density,
        [f"{name}: base {base:.3f}, model {model:.3f}" for name, base, model in sizes],
    )
    drawing.guide(plane)
    drawing.legend(plane, keys)
    return figures.Figure(
        title=title, note=note, drawing=drawing.svg(plane, "scatter", title, hints)
    )


def precision_recall(numbers: statistics.Statistics) -> figures.Figure:
    """Draw precision over recall for both thresholds of a positive."""
    title = "Precision and recall of large changes"
    note = (
        "Variants ranked by the model's largest |Δ|; positive if the base model's is "
        "at least the size named. Steps without interpolation, whose area is the "
        "average precision (AP). Dotted: the share of positives, which ranking by "
        f"chance gives. {calibration_figures.counted(numbers)}"
    )
    ranked = [ranking for ranking in numbers.rankings if ranking.positives]
    names = {
        ranking.least: f"base |Δ| ≥ {ranking.least}: AP {ranking.average_precision:.3f}"
        for ranking in ranked
    }
    plane = drawing.plane(
        "recall (share of positives)",
        "precision (share of called ones)",
        keys=[*names.values()],
    )
    keys: dict[str, artist.Artist] = {}
    for number, ranking in enumerate(numbers.rankings, 1):
        if not ranking.positives:
            continue
        style = drawing.series(number)
        (line,) = plane.step(
            np.append(0, ranking.curve.x),
            np.append(ranking.curve.y[:1], ranking.curve.y),
            where="pre",
            gid=f"curve series-{number}",
            **style,
        )
        plane.axhline(
            ranking.share, color=style["color"], linewidth=1, dashes=(2, 4), zorder=1.5
        )
        keys[names[ranking.least]] = line
    drawing.legend(plane, keys)
    return figures.Figure(
        title=title,
        note=note,
        drawing=drawing.svg(plane, "precision-recall", title) if ranked else "",
        absent="no positives" if len(numbers.size) else "no variants",
        columns=("base |Δ|", "positives", "AP"),
        rows=tuple(
            (
                f"≥ {ranking.least}",
                f"{ranking.positives:,}",
                number_or_dash(ranking.average_precision),
            )
            for ranking in numbers.rankings
        ),
    )


def number_or_dash(value: float, places: int = 3) -> str:
    """Return a number, or a dash where it is not defined."""
    return "-" if math.isnan(value) else f"{value:.{places}f}"


def error_by_distance(numbers: statistics.Statistics) -> figures.Figure:
    """Draw the quartiles of errors in bins of distance to the nearest site."""
    title = "Error by distance to the nearest annotated site"
    note = (
        "Error: the largest difference of the two Δ at any base, of acceptor or donor. "
        "Boxes: quartiles; lines across: medians; n: all variants of each bin. The "
        "axis begins at 0 and ends above the largest quartile. "
        f"{calibration_figures.counted(numbers)}"
    )
    names = (
        "all variants",
        f"base |Δ| ≥ {agreement.DELTA_MIN}: {numbers.notable:,} variants",
    )
    everyone, _ = numbers.error_by_distance
    used = [number for number, spread in enumerate(everyone) if spread.count]
    if not used:
        return figures.Figure(title=title, note=note)
    series = dict(zip(names, numbers.error_by_distance, strict=True))
    rows = [
        _distance_row(name, spreads[number])
        for number, (name, spreads) in itertools.product(used, series.items())
    ]
    return figures.Figure(
        title=title,
        note=note,
        drawing=_boxes(title, used, [*series.values()], names),
        columns=("distance", "variants", "n", "quartile 1", "median", "quartile 3"),
        rows=tuple(rows),
    )


def _distance_row(name: str, spread: binning.Spread) -> tuple[str, ...]:
    values = (spread.lower, spread.median, spread.upper)
    cells = (number_or_dash(value, 4) for value in values)
    return (f"{spread.label} bp", name, f"{spread.count:,}", *cells)


def _boxes(
    title: str,
    used: Sequence[int],
    series: Sequence[Sequence[binning.Spread]],
    names: Sequence[str],
) -> str:
    """Draw a box for each used bin of each series."""
    plane = drawing.plane(
        "distance (bp)",
        "error (probability)",
        keys=names,
        above=drawing.COUNTS,
        below=82,
    )
    highest = 0.0
    keys: dict[str, artist.Artist] = {}
    for number, (name, spreads) in enumerate(zip(names, series, strict=True), 1):
        colour = drawing.SERIES[number - 1]
        occupied = [(place, spreads[bin_]) for place, bin_ in enumerate(used)]
        occupied = [(place, spread) for place, spread in occupied if spread.count]
        keys[name] = patches.Patch(facecolor=(colour, 0.3), edgecolor=colour)
        if not occupied:
            continue
        highest = max([highest, *(spread.upper for _, spread in occupied)])
        plane.bxp(
            [
                {
                    "q1": spread.lower,
                    "med": spread.median,
                    "q3": spread.upper,
                    "whislo": spread.lower,
                    "whishi": spread.upper,
                }
                for _, spread in occupied
            ],
            positions=[place + 0.3 * number + 0.05 for place, _ in occupied],
            widths=0.26,
            patch_artist=True,
            showcaps=False,
            showfliers=False,
            boxprops={
                "facecolor": (colour, 0.3),
                "edgecolor": colour,
                "gid": f"box series-{number}",
            },
            medianprops={"color": colour, "linewidth": 2.5},
            whiskerprops={"linewidth": 0},
        )
    middles = [place + 0.5 for place in range(len(used))]
    plane.set_xticks(
        middles,
        [series[0][bin_].label for bin_ in used],
        rotation=45,
        ha="right",
        rotation_mode="anchor",
    )
    plane.set(xlim=(0, len(used)), ylim=(0, highest * 1.05 or 1))
    drawing.counts(plane, middles, [series[0][bin_].count for bin_ in used])
    drawing.legend(plane, keys)
    return drawing.svg(plane, "error-by-distance", title)
