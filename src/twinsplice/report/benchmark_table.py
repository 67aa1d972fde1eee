"""The tables of an evaluation on labelled variants: as cells, and as Markdown."""

import dataclasses
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from twinsplice.settings import evaluate as evaluate_settings

MEASURES = {
    "auroc": "AUROC",
    "ap": "AP",
    "pearson": "Pearson",
    "spearman": "Spearman",
    "pearson_signed": "Pearson, signed",
    "spearman_signed": "Spearman, signed",
}
"""Measures in the order of columns, and what they are called."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Figures as people read them.

    Attributes:
        columns: What stands over each column.
        rows: The rows; the first cell of each names it.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def text(summary: evaluate_settings.Truth) -> str:
    """Return the models' rows, their differences, and what has no score."""
    whole = models(summary)
    columns, rows = list(whole.columns), [list(row) for row in whole.rows]
    for each, figures in zip(rows, summary.models.values(), strict=True):
        each[-1:-1] = [_threshold(at) for at in figures["thresholds"].values()]
    thresholds_of = next(iter(summary.models.values()))["thresholds"]
    columns[-1:-1] = [f"precision {each}" for each in thresholds_of]
    lines = [f"{summary.about}: {counted(summary)}", "", *_markdown(columns, rows)]
    if summary.differences:
        less = differences(summary)
        lines += ["", *_markdown(less.columns, less.rows)]
    lines += [""]
    for why, counts in missing(summary).items():
        lines += [f"{why}: {each}" for each in reasons(counts)]
    return "\n".join(lines).rstrip("\n") + "\n"


def counted(summary: evaluate_settings.Truth) -> str:
    """Return how many variants of which chromosomes there are, and of each class."""
    counts = {name: f"{count:,}" for name, count in summary.counts.items()}
    return (
        f"{counts['variants']} variants ({summary.split}) in "
        f"{counts['groups']} groups: "
        f"{counts['positives']} altered, {counts['negatives']} not, "
        f"{counts['measured']} measured"
    )


def models(summary: evaluate_settings.Truth) -> Table:
    """Return each model's measures with their intervals, and its ECE."""
    rows = []
    for name, figures in summary.models.items():
        cells = (estimate(figures[each]) for each in MEASURES)
        rows.append((name, *cells, number(figures["calibration"]["error"])))
    return Table(columns=("model", *MEASURES.values(), "ECE"), rows=tuple(rows))


def differences(summary: evaluate_settings.Truth) -> Table:
    """Return the first model's measures less each other's, with intervals."""
    first = next(iter(summary.models))
    rows = (
        (name, *(estimate(figures[each]) for each in MEASURES))
        for name, figures in summary.differences.items()
    )
    return Table(columns=(f"{first} less", *MEASURES.values()), rows=tuple(rows))


def thresholds(summary: evaluate_settings.Truth) -> Table:
    """Return the thresholds of each model: from which score, and what comes of it."""
    shown = ("score", "precision", "recall")
    rows = (
        (name, precision, *(number(figures[each]) for each in shown))
        for name, of_model in summary.models.items()
        for precision, figures in of_model["thresholds"].items()
    )
    columns = ("model", "precision asked", "score from", "precision", "recall")
    return Table(columns=columns, rows=tuple(rows))


def missing(summary: evaluate_settings.Truth) -> dict[str, Mapping[str, int]]:
    """Return what took no part: under a heading, counts by reason."""
    every = {"not labelled": summary.unlabelled, "not asked": summary.left_out}
    for name, figures in summary.models.items():
        every[f"no score by {name}"] = figures["skipped"]
    return {why: counts for why, counts in every.items() if counts}


def reasons(counts: Mapping[str, int]) -> list[str]:
    """Return each reason in words, with its count."""
    return [
        f"{reason.replace('_', ' ')}: {count:,}"
        for reason, count in sorted(counts.items())
    ]


def estimate(measure: Mapping[str, float]) -> str:
    """Return a measure and its interval; a dash where it is not defined."""
    if math.isnan(measure["value"]):
        return "-"
    low, high = number(measure["low"]), number(measure["high"])
    return f"{measure['value']:.3f} ({low}, {high})"


def number(value: float) -> str:
    """Return a number to three places; a dash where it is not defined."""
    return "-" if math.isnan(value) else f"{value:.3f}"


def _markdown(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield _row(columns)
    yield "|---" * len(columns) + "|"
    yield from map(_row, rows)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _threshold(threshold: Mapping[str, Any]) -> str:
    if math.isnan(threshold["score"]):
        return "-"
    return f"from {threshold['score']:.3f}: recall {threshold['recall']:.3f}"
