"""The table of an evaluation, as Markdown."""

import math
from collections.abc import Mapping

from twinsplice.evaluation import agreement_cases
from twinsplice.settings import evaluate as evaluate_settings

COLUMNS = {
    "variants": "n",
    "positives": "abs Δ >= 0.2",
    "r": "r of max abs Δ",
    "r_low": "its interval over genes, from",
    "r_high": "to",
    "r_position": "r per position",
    "r_notable": "r, abs Δ >= 0.1",
    "spearman": "Spearman",
    "ap_0.2": "AP at 0.2",
    "ap_0.5": "AP at 0.5",
    "position": "position within 1",
    "r_gain": "r, gains",
    "r_loss": "r, losses",
    "refined": "share refined",
    "missed_0.1": "of abs Δ >= 0.1 not refined",
    "missed_0.2": "of abs Δ >= 0.2 not refined",
    "coverage": "intervals hold, all four scores",
    "coverage_largest": "intervals hold, largest score",
}
"""Titles of the figures, in the order of columns."""
INTERVALS = ("prediction intervals of", "predicted", "n", "held", "median width")
"""Titles of the table of prediction intervals."""
_COUNTS = ("variants", "positives")


def text(evaluation: agreement_cases.Evaluation) -> str:
    """Return the table of the groups of variants, and what follows from it.

    That is the gap between strands, and of models that have them the prediction
    intervals and the probability.
    """
    return _groups(evaluation.summary) + _calibration(evaluation)


def _groups(summary: evaluate_settings.Summary) -> str:
    columns = columns_of(summary.groups)
    titles = " | ".join(COLUMNS[column] for column in columns)
    lines = [
        "| chr " + ", ".join(summary.contigs) + " | " + titles,
        "|---" * (len(columns) + 1),
    ]
    for name, figures in summary.groups.items():
        cells = [cell(column, figures.get(column, math.nan)) for column in columns]
        lines.append(f"| {name} | " + " | ".join(cells))
    table = "".join(f"{line} |\n" for line in lines)
    value, low, high = summary.strand_gap
    if math.isnan(value):
        return table
    return (
        f"{table}\nr of SNVs, plus strand less minus: {value:+.3f} "
        f"(95 % over genes: {low:+.3f} to {high:+.3f})\n"
    )


def columns_of(groups: Mapping[str, Mapping[str, float]]) -> list[str]:
    """Return the columns of which any group has a figure."""
    return [
        column
        for column in COLUMNS
        if any(column in figures for figures in groups.values())
    ]


def _calibration(evaluation: agreement_cases.Evaluation) -> str:
    text = ""
    if rows := interval_rows(evaluation, crossed=False):
        lines = ["| " + " | ".join(INTERVALS), "|---" * len(INTERVALS)]
        lines += ["| " + " | ".join(row) for row in rows]
        text += "\n" + "".join(f"{line} |\n" for line in lines)
    if (known := evaluation.probability) is not None:
        text += (
            f"\nprobability of base |Δ| >= {known.least}: Brier score "
            f"{known.brier:.4f} (share {known.share:.3f}, calibration error "
            f"{known.curve.error:.3f})\n"
        )
    return text


def interval_rows(
    evaluation: agreement_cases.Evaluation, *, crossed: bool = True
) -> list[tuple[str, ...]]:
    """Return the rows of the table of prediction intervals, see `INTERVALS`.

    Args:
        evaluation: The evaluation.
        crossed: Whether to include each group of sites by size.
    """
    return [
        (
            f"{row.scores}, {row.site}",
            row.size,
            f"{row.count:,}",
            f"{row.coverage:.3f}",
            f"{row.width:.3f}",
        )
        for row in evaluation.intervals
        if crossed or "all" in (row.site, row.size)
    ]


def cell(column: str, value: float) -> str:
    """Return a column's figure as text, `-` where undefined."""
    if math.isnan(value):
        return "-"
    return f"{value:,.0f}" if column in _COUNTS else f"{value:.3f}"
