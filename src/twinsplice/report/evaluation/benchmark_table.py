"""Tables of an evaluation on labelled variants, as cells and as Markdown."""

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
"""Titles of the measures, in the order of columns."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of formatted figures.

    Attributes:
        columns: Headings of the columns.
        rows: The rows; the first cell of each is its name.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def text(summary: evaluate_settings.Truth) -> str:
    """Return the tables of models and of differences, and counts without a score."""
    table = models(summary)
    columns, rows = list(table.columns), [list(row) for row in table.rows]
    for row, figures in zip(rows, summary.models.values(), strict=True):
        row[-1:-1] = [_threshold(at) for at in figures["thresholds"].values()]
    thresholds_of = next(iter(summary.models.values()))["thresholds"]
    columns[-1:-1] = [f"precision {precision}" for precision in thresholds_of]
    lines = [f"{summary.about}: {counted(summary)}", "", *_markdown(columns, rows)]
    if summary.differences:
        contrasts = differences(summary)
        lines += ["", *_markdown(contrasts.columns, contrasts.rows)]
    rows_of_ratios = likelihoods(summary)
    if rows_of_ratios.rows:
        lines += ["", *_markdown(rows_of_ratios.columns, rows_of_ratios.rows)]
    lines += ["", *(f"{name} has learned {of}" for name, of in summary.learned.items())]
    for why, counts in missing(summary).items():
        lines += [f"{why}: {reason}" for reason in reasons(counts)]
    return "\n".join(lines).rstrip("\n") + "\n"


def counted(summary: evaluate_settings.Truth) -> str:
    """Return the numbers of variants, groups and classes, in words."""
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
        cells = (estimate(figures[measure]) for measure in MEASURES)
        rows.append((name, *cells, number(figures["calibration"]["error"])))
    return Table(columns=("model", *MEASURES.values(), "ECE"), rows=tuple(rows))


def differences(summary: evaluate_settings.Truth) -> Table:
    """Return the first model's measures minus each other model's, with intervals."""
    first = next(iter(summary.models))
    rows = (
        (name, *(estimate(figures[measure]) for measure in MEASURES))
        for name, figures in summary.differences.items()
    )
    return Table(columns=(f"{first} less", *MEASURES.values()), rows=tuple(rows))


def thresholds(summary: evaluate_settings.Truth) -> Table:
    """Return each model's score thresholds with their precision and recall."""
    fields = ("score", "precision", "recall")
    rows = (
        (name, precision, *(number(figures[field]) for field in fields))
        for name, of_model in summary.models.items()
        for precision, figures in of_model["thresholds"].items()
    )
    columns = ("model", "precision asked", "score from", "precision", "recall")
    return Table(columns=columns, rows=tuple(rows))


def likelihoods(summary: evaluate_settings.Truth) -> Table:
    """Return each model's accuracy at thresholds, if it was asked for."""
    rows = (
        (
            f"{name} >= {at['threshold']:g}",
            f"{at['called_altered']:,}",
            f"{at['called_others']:,}",
            *(estimate(at[rate]) for rate in ("sensitivity", "specificity")),
            *(ratio(at[side]) for side in ("positive", "negative")),
        )
        for name, of_model in summary.models.items()
        for at in of_model.get("likelihoods", ())
    )
    columns = ("called altered", "altered", "others", "sensitivity", "specificity")
    return Table(columns=(*columns, "LR+", "LR-"), rows=tuple(rows))


def ratio(measure: Mapping[str, float]) -> str:
    """Return a likelihood ratio and its interval as text, to two digits or more."""
    value, low, high = (
        f"{measure[name]:#.2g}".rstrip(".") if measure[name] < 100 else "> 100"
        for name in ("value", "low", "high")
    )
    return f"{value} ({low}, {high})"


def missing(summary: evaluate_settings.Truth) -> dict[str, Mapping[str, int]]:
    """Return the excluded variants: for each heading, counts by reason."""
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
    """Return a measure and its interval as text; a dash where undefined."""
    if math.isnan(measure["value"]):
        return "-"
    low, high = number(measure["low"]), number(measure["high"])
    return f"{measure['value']:.3f} ({low}, {high})"


def number(value: float) -> str:
    """Return a number to three places; a dash where undefined."""
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
