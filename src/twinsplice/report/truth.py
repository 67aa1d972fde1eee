"""The tables of an evaluation on labelled variants, as Markdown."""

import math
from collections.abc import Mapping
from typing import Any

from twinsplice.workflow import evaluate_config

MEASURES = {
    "auroc": "AUROC",
    "ap": "AP",
    "pearson": "Pearson",
    "spearman": "Spearman",
    "pearson_signed": "Pearson, signed",
    "spearman_signed": "Spearman, signed",
}
"""Measures in the order of columns, and what they are called."""


def text(found: evaluate_config.Truth) -> str:
    """Return the models' rows, their differences, and what has no score."""
    thresholds = next(iter(found.models.values()))["thresholds"]
    columns = [*MEASURES.values(), *(f"precision {each}" for each in thresholds), "ECE"]
    lines = [_about(found), "", *_header("model", columns)]
    for name, figures in found.models.items():
        cells = [_estimate(figures[each]) for each in MEASURES]
        cells += [_threshold(each) for each in figures["thresholds"].values()]
        cells.append(_number(figures["calibration"]["error"]))
        lines.append(_row(name, cells))
    if found.differences:
        first = next(iter(found.models))
        lines += ["", *_header(f"{first} less", list(MEASURES.values()))]
        for name, figures in found.differences.items():
            lines.append(_row(name, [_estimate(figures[each]) for each in MEASURES]))
    lines += ["", *_missing(found)]
    return "\n".join(lines).rstrip("\n") + "\n"


def _about(found: evaluate_config.Truth) -> str:
    counts = {name: f"{count:,}" for name, count in found.counts.items()}
    where = f"chr {', '.join(found.contigs)}" if found.contigs else "all chromosomes"
    return (
        f"{found.about}: {counts['variants']} variants ({where}) in "
        f"{counts['groups']} groups: "
        f"{counts['positives']} altered, {counts['negatives']} not, "
        f"{counts['measured']} measured"
    )


def _missing(found: evaluate_config.Truth) -> list[str]:
    """Return a line for each reason, the same words for all that has one."""
    lines = [
        *_reasons("not labelled", found.unlabelled),
        *_reasons("not asked", found.left_out),
    ]
    for name, figures in found.models.items():
        lines += _reasons(f"no score by {name}", figures["skipped"])
    return lines


def _reasons(said: str, counts: Mapping[str, int]) -> list[str]:
    return [
        f"{said}: {reason.replace('_', ' ')}: {count:,}"
        for reason, count in sorted(counts.items())
    ]


def _header(first: str, columns: list[str]) -> list[str]:
    return [_row(first, columns), "|---" * (len(columns) + 1) + "|"]


def _row(name: str, cells: list[str]) -> str:
    return f"| {' | '.join([name, *cells])} |"


def _estimate(found: Mapping[str, float]) -> str:
    if math.isnan(found["value"]):
        return "-"
    return f"{found['value']:.3f} ({_number(found['low'])}, {_number(found['high'])})"


def _threshold(found: Mapping[str, Any]) -> str:
    if math.isnan(found["score"]):
        return "-"
    return f"from {found['score']:.3f}: recall {found['recall']:.3f}"


def _number(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.3f}"
