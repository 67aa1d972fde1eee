"""An evaluation on labelled variants as one page of HTML that needs nothing else."""

import dataclasses
import math
import pathlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from twinsplice.evaluation import benchmark_cases
from twinsplice.report import pages, truth, truth_figures

MISSES = 6
"""Variants of either class that are shown as worst misses."""
_TILES = ("auroc", "ap", "pearson")


def page(examined: benchmark_cases.Examined, command: str, date: str) -> str:
    """Return the page of an evaluation.

    Args:
        examined: The evaluation.
        command: What was typed to make it.
        date: When it was made.
    """
    told = renamed(examined)
    title = f"Laboratory truth: {next(iter(told.summary.models))}"
    return pages.page(
        title,
        _tiles(told) + pages.facts(_facts(told), command, date),
        pages.section("Models", _models(told))
        + pages.section("Figures", pages.grid(truth_figures.every(told)))
        + pages.section("Thresholds", _thresholds(told))
        + pages.section("Worst misses", _misses(told.cases)),
    )


def renamed(examined: benchmark_cases.Examined) -> benchmark_cases.Examined:
    """Return an evaluation whose models go by names as short as tells them apart.

    The facts keep the whole ones.
    """
    summary, found = examined.summary, examined.cases
    names = short(list(summary.models))

    def again(told: Mapping[str, Any]) -> dict[str, Any]:
        return {names[name]: value for name, value in told.items()}

    return dataclasses.replace(
        examined,
        summary=dataclasses.replace(
            summary,
            models=again(summary.models),
            differences=again(summary.differences),
        ),
        cases=dataclasses.replace(found, scores=again(found.scores)),
    )


def short(names: Sequence[str]) -> dict[str, str]:
    """Return the last parts of paths, as few as tell them all apart."""
    parts = {name: pathlib.PurePath(name).parts for name in names}
    for kept in range(1, max(map(len, parts.values())) + 1):
        tails = {name: "/".join(each[-kept:]) for name, each in parts.items()}
        if len(set(tails.values())) == len(parts):
            return tails
    return {name: name for name in names}


def misses(found: benchmark_cases.Cases, *, altered: bool) -> list[int]:
    """Return the variants of one class that the first model gets most wrong.

    Args:
        found: The variants.
        altered: Whether to look for altered ones of lowest score, or for others of
            highest score; of equal scores the change that was measured decides.
    """
    known = found.known
    size = next(iter(found.scores.values()))[0]
    error = -size if altered else size
    value = np.nan_to_num(np.abs(known.value))
    order = np.lexsort((-value if altered else value, -error))
    chosen = known.decided & (known.altered == altered)
    return [int(row) for row in order if chosen[row]][:MISSES]


def _tiles(examined: benchmark_cases.Examined) -> str:
    counts = examined.summary.counts
    figures = next(iter(examined.summary.models.values()))
    shown = [
        (f"{counts['variants']:,}", "variants"),
        (f"{counts['positives']:,}", "altered"),
    ]
    for name in _TILES:
        said = truth.estimate(figures[name])
        value, _, interval = said.partition(" ")
        words = truth.MEASURES[name]
        if name == "pearson":
            words += " of |change|"
        shown.append((value, f"{words} {interval}".rstrip()))
    return pages.tiles(shown)


def _facts(examined: benchmark_cases.Examined) -> dict[str, str]:
    """What was done, how many variants there are, and which took no part."""
    known = {**examined.facts, "Variants": truth.counted(examined.summary)}
    for said, counts in truth.missing(examined.summary).items():
        known[said[0].upper() + said[1:]] = "; ".join(truth.reasons(counts))
    return known


def _models(examined: benchmark_cases.Examined) -> str:
    note = (
        "All models on the same variants. In brackets: 95 % intervals. AUROC, AP and "
        "ECE: altered or not; correlations: |change| with the score, signed: the "
        "change with the score, below 0 where the largest change is a loss. A dash: "
        f"not defined. {truth_figures.counted(examined.cases.known)}"
    )
    made = pages.note(note) + _table(truth.models(examined.summary))
    if examined.summary.differences:
        made += pages.heading("Differences")
        made += _table(truth.differences(examined.summary))
    return made


def _thresholds(examined: benchmark_cases.Examined) -> str:
    note = (
        "The threshold of highest recall whose precision, on these very variants, is "
        "at least the one asked. A dash: there is none."
    )
    return pages.note(note) + _table(truth.thresholds(examined.summary))


def _table(made: truth.Table) -> str:
    return pages.table(made.columns, made.rows)


def _misses(found: benchmark_cases.Cases) -> str:
    model = next(iter(found.scores))
    parts = (
        (f"Altered, and scored lowest by {model}", True),
        (f"Not altered, and scored highest by {model}", False),
    )
    note = "Places count from 1 on the plus strand. Value: the change measured."
    made = [pages.note(note)]
    for title, altered in parts:
        rows = misses(found, altered=altered)
        made.append(pages.heading(title))
        made.append(_missed(found, rows) if rows else pages.absent("no variants"))
    return "".join(made)


def _missed(found: benchmark_cases.Cases, rows: Iterable[int]) -> str:
    known = found.known
    columns = ("variant", "place", "group", "value", "class", *found.scores)
    return pages.table(
        columns,
        (
            (
                found.names[row],
                found.places[row] or "-",
                str(known.groups[row]),
                _signed(float(known.value[row])),
                "altered" if known.altered[row] else "not altered",
                *(f"{scores[0][row]:.3f}" for scores in found.scores.values()),
            )
            for row in rows
        ),
    )


def _signed(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:+.3f}".replace("-", "\N{MINUS SIGN}")
