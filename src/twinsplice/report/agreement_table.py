"""The table of an evaluation, as Markdown."""

import math

from twinsplice.settings import evaluate as evaluate_settings

COLUMNS = {
    "variants": "n",
    "positives": "abs Δ >= 0.2",
    "r": "r of max abs Δ",
    "r_position": "r per position",
    "r_notable": "r, abs Δ >= 0.1",
    "spearman": "Spearman",
    "ap_0.2": "AP at 0.2",
    "ap_0.5": "AP at 0.5",
    "position": "position within 1",
    "r_gain": "r, gains",
    "r_loss": "r, losses",
    "coverage": "intervals hold, all four scores",
    "coverage_largest": "intervals hold, largest score",
}
"""Titles of the figures, in the order of columns."""
_COUNTS = ("variants", "positives")


def text(summary: evaluate_settings.Summary) -> str:
    """Return a table of the groups of variants, and the gap between strands."""
    lines = [
        "| chr " + ", ".join(summary.contigs) + " | " + " | ".join(COLUMNS.values()),
        "|---" * (len(COLUMNS) + 1),
    ]
    for name, figures in summary.groups.items():
        cells = [cell(column, figures.get(column, math.nan)) for column in COLUMNS]
        lines.append(f"| {name} | " + " | ".join(cells))
    table = "".join(f"{line} |\n" for line in lines)
    value, low, high = summary.strand_gap
    if math.isnan(value):
        return table
    return (
        f"{table}\nr of SNVs, plus strand less minus: {value:+.3f} "
        f"(95 % over genes: {low:+.3f} to {high:+.3f})\n"
    )


def cell(column: str, value: float) -> str:
    """Return a column's figure as text, `-` where undefined."""
    if math.isnan(value):
        return "-"
    return f"{value:,.0f}" if column in _COUNTS else f"{value:.3f}"
