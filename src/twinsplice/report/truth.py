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


def text(found: evaluate_settings.Truth) -> str:
    """Return the models' rows, their differences, and what has no score."""
    whole = models(found)
    columns, rows = list(whole.columns), [list(row) for row in whole.rows]
    for each, figures in zip(rows, found.models.values(), strict=True):
        each[-1:-1] = [_threshold(at) for at in figures["thresholds"].values()]
    wanted = next(iter(found.models.values()))["thresholds"]
    columns[-1:-1] = [f"precision {each}" for each in wanted]
    lines = [f"{found.about}: {counted(found)}", "", *_markdown(columns, rows)]
    if found.differences:
        less = differences(found)
        lines += ["", *_markdown(less.columns, less.rows)]
    lines += [""]
    for said, counts in missing(found).items():
        lines += [f"{said}: {each}" for each in reasons(counts)]
    return "\n".join(lines).rstrip("\n") + "\n"


def counted(found: evaluate_settings.Truth) -> str:
    """Return how many variants of which chromosomes there are, and of each class."""
    counts = {name: f"{count:,}" for name, count in found.counts.items()}
    return (
        f"{counts['variants']} variants ({found.split}) in "
        f"{counts['groups']} groups: "
        f"{counts['positives']} altered, {counts['negatives']} not, "
        f"{counts['measured']} measured"
    )


def models(found: evaluate_settings.Truth) -> Table:
    """Return each model's measures with their intervals, and its ECE."""
    rows = []
    for name, figures in found.models.items():
        cells = (estimate(figures[each]) for each in MEASURES)
        rows.append((name, *cells, number(figures["calibration"]["error"])))
    return Table(columns=("model", *MEASURES.values(), "ECE"), rows=tuple(rows))


def differences(found: evaluate_settings.Truth) -> Table:
    """Return the first model's measures less each other's, with intervals."""
    first = next(iter(found.models))
    rows = (
        (name, *(estimate(figures[each]) for each in MEASURES))
        for name, figures in found.differences.items()
    )
    return Table(columns=(f"{first} less", *MEASURES.values()), rows=tuple(rows))


def thresholds(found: evaluate_settings.Truth) -> Table:
    """Return the thresholds of each model: from which score, and what comes of it."""
    shown = ("score", "precision", "recall")
    rows = (
        (name, wanted, *(number(figures[each]) for each in shown))
        for name, of_model in found.models.items()
        for wanted, figures in of_model["thresholds"].items()
    )
    columns = ("model", "precision asked", "score from", "precision", "recall")
    return Table(columns=columns, rows=tuple(rows))


def missing(found: evaluate_settings.Truth) -> dict[str, Mapping[str, int]]:
    """Return what took no part: under what is said of it, counts by reason."""
    every = {"not labelled": found.unlabelled, "not asked": found.left_out}
    for name, figures in found.models.items():
        every[f"no score by {name}"] = figures["skipped"]
    return {said: counts for said, counts in every.items() if counts}


def reasons(counts: Mapping[str, int]) -> list[str]:
    """Return each reason in words, with its count."""
    return [
        f"{reason.replace('_', ' ')}: {count:,}"
        for reason, count in sorted(counts.items())
    ]


def estimate(found: Mapping[str, float]) -> str:
    """Return a measure and its interval; a dash where it is not defined."""
    if math.isnan(found["value"]):
        return "-"
    return f"{found['value']:.3f} ({number(found['low'])}, {number(found['high'])})"


def number(value: float) -> str:
    """Return a number to three places; a dash where it is not defined."""
    return "-" if math.isnan(value) else f"{value:.3f}"


def _markdown(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield _row(columns)
    yield "|---" * len(columns) + "|"
    yield from map(_row, rows)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _threshold(found: Mapping[str, Any]) -> str:
    if math.isnan(found["score"]):
        return "-"
    return f"from {found['score']:.3f}: recall {found['recall']:.3f}"
