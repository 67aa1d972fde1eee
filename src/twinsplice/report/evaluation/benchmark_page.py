"""The benchmark report on labelled variants: one self-contained page of HTML."""

import dataclasses
import math
import pathlib
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from twinsplice.evaluation import benchmark_cases
from twinsplice.evaluation import benchmark_statistics as statistics
from twinsplice.report import pages
from twinsplice.report.evaluation import benchmark_figures, benchmark_table

Value = TypeVar("Value")
_TILES = ("auroc", "ap", "pearson")


def page(
    evaluation: benchmark_cases.Evaluation,
    numbers: statistics.Statistics,
    command: str,
    date: str | None = None,
) -> str:
    """Return the page of an evaluation.

    Args:
        evaluation: The evaluation.
        numbers: Its statistics.
        command: The command that made it.
        date: Date of the page; now if not given.
    """
    names = short(list(evaluation.summary.models))
    renamed, renamed_numbers = (
        _renamed(evaluation, names),
        _numbers_renamed(numbers, names),
    )
    first = next(iter(renamed.summary.models))
    return pages.rendered(
        "benchmark.html",
        {
            "title": f"Laboratory labels: {first}",
            "tiles": _tiles(renamed),
            "metadata": _metadata(renamed),
            "date": date or pages.now(),
            "command": command,
            "counted": benchmark_figures.counted(numbers),
            "models": benchmark_table.models(renamed.summary),
            "differences": benchmark_table.differences(renamed.summary),
            "drawn": benchmark_figures.every(renamed, renamed_numbers),
            "thresholds": benchmark_table.thresholds(renamed.summary),
            "miss_columns": (
                *("variant", "place", "group", "value", "class"),
                *renamed.cases.scores,
            ),
            "misses": {
                f"Altered, and scored lowest by {first}": _misses(
                    renamed.cases, numbers.missed
                ),
                f"Not altered, and scored highest by {first}": _misses(
                    renamed.cases, numbers.false_alarms
                ),
            },
        },
    )


def _renamed(
    evaluation: benchmark_cases.Evaluation, names: Mapping[str, str]
) -> benchmark_cases.Evaluation:
    """Return an evaluation with short names of models; metadata keep the long ones."""
    summary, cases = evaluation.summary, evaluation.cases
    return dataclasses.replace(
        evaluation,
        summary=dataclasses.replace(
            summary,
            models=_by_name(summary.models, names),
            differences=_by_name(summary.differences, names),
        ),
        cases=dataclasses.replace(cases, scores=_by_name(cases.scores, names)),
    )


def _numbers_renamed(
    numbers: statistics.Statistics, names: Mapping[str, str]
) -> statistics.Statistics:
    return dataclasses.replace(
        numbers,
        precision_recall=_by_name(numbers.precision_recall, names),
        roc=_by_name(numbers.roc, names),
        calibration=_by_name(numbers.calibration, names),
        by_distance={
            measure: tuple(
                dataclasses.replace(bin_, estimates=_by_name(bin_.estimates, names))
                for bin_ in bins
            )
            for measure, bins in numbers.by_distance.items()
        },
    )


def _by_name(values: Mapping[str, Value], names: Mapping[str, str]) -> dict[str, Value]:
    return {names[name]: value for name, value in values.items()}


def short(names: Sequence[str]) -> dict[str, str]:
    """Return the shortest trailing parts of paths that are unique."""
    parts = {name: pathlib.PurePath(name).parts for name in names}
    for count in range(1, max(map(len, parts.values())) + 1):
        tails = {name: "/".join(path[-count:]) for name, path in parts.items()}
        if len(set(tails.values())) == len(parts):
            return tails
    return {name: name for name in names}


def _tiles(evaluation: benchmark_cases.Evaluation) -> list[tuple[str, str]]:
    counts = evaluation.summary.counts
    figures = next(iter(evaluation.summary.models.values()))
    tiles = [
        (f"{counts['variants']:,}", "variants"),
        (f"{counts['positives']:,}", "altered"),
    ]
    for name in _TILES:
        value, _, interval = benchmark_table.estimate(figures[name]).partition(" ")
        words = benchmark_table.MEASURES[name]
        if name == "pearson":
            words += " of |change|"
        tiles.append((value, f"{words} {interval}".rstrip()))
    return tiles


def _metadata(evaluation: benchmark_cases.Evaluation) -> dict[str, str]:
    """Return the settings, the numbers of variants, and the excluded ones by reason."""
    summary = evaluation.summary
    metadata = {**evaluation.metadata, "Variants": benchmark_table.counted(summary)}
    for why, counts in benchmark_table.missing(summary).items():
        metadata[why[0].upper() + why[1:]] = "; ".join(benchmark_table.reasons(counts))
    return metadata


def _misses(cases: benchmark_cases.Cases, rows: Iterable[int]) -> list[tuple[str, ...]]:
    labels = cases.labels
    return [
        (
            cases.names[row],
            cases.places[row] or "-",
            str(labels.groups[row]),
            _signed(float(labels.value[row])),
            "altered" if labels.altered[row] else "not altered",
            *(f"{scores[0][row]:.3f}" for scores in cases.scores.values()),
        )
        for row in rows
    ]


def _signed(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:+.3f}".replace("-", "\N{MINUS SIGN}")
