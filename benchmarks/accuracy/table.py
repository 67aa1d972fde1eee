"""Write the READMEs' tables of agreement with the base model from results.json.

    python -m benchmarks.accuracy.table

The results are what `twinsplice evaluate ... --output` has written: plain, and with
`--anchored map`, `--anchored live` and `--anchored map --refined`. Run from the
repository's root.
"""

import json
import math
import pathlib
import re
from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks import pages

from twinsplice.report.evaluation import agreement_table

NAME = "accuracy"
FOLDER = pathlib.Path("benchmarks/accuracy")
MODES = {
    "plain": "results.json",
    "told a map": "results.map.json",
    "told live": "results.live.json",
    "told a map, refined": "results.refined.json",
}
"""What the model knows of the reference, and the file of its results."""
OWN = pathlib.Path("benchmarks/accuracy/README.md")


def texts() -> dict[pathlib.Path, str]:
    """Return the tables, and a line of them for the first page."""
    results = {
        mode: json.loads((FOLDER / name).read_text(encoding="utf-8"))
        for mode, name in MODES.items()
    }
    plain, told = results["plain"], results["told a map"]
    parts = [
        summary(results, ("SNVs", "indels"), tuple(agreement_table.COLUMNS)),
        "## Plain",
        _whole(plain),
        "## Told the base model's reference, as a map has it",
        _whole(told),
    ]
    return {pages.FRONT: line(plain, told), OWN: "\n\n".join(parts)}


def _whole(results: Mapping[str, Any]) -> str:
    """Return the table of all groups and figures."""
    groups = results["groups"]
    return table(results, tuple(groups), agreement_table.columns_of(groups))


def line(plain: Mapping[str, Any], told: Mapping[str, Any]) -> str:
    """Return the first page's sentence on the results.

    Args:
        plain: What `twinsplice evaluate` wrote.
        told: The same of the model that is told a map.
    """
    kinds = ("SNVs", "indels")
    r = [[of["groups"][name]["r"] for name in kinds] for of in (told, plain)]
    n = [plain["groups"][name]["variants"] for name in kinds]
    deep = [of["groups"]["SNVs, deep intronic"]["r"] for of in (told, plain)]
    return (
        "On variants of a chromosome never learned from, the largest change correlates "
        f"with that of CI-SpliceAI's five networks by r = {r[0][0]:.3f} for SNVs "
        f"(n = {n[0]:,.0f}) and {r[0][1]:.3f} for indels (n = {n[1]:,.0f}) where "
        f"the model is told their reference by a map, by {r[1][0]:.3f} and "
        f"{r[1][1]:.3f} without one; deep in introns, where changes are small, by "
        f"{deep[0]:.2f} and {deep[1]:.2f}."
    )


def summary(
    results: Mapping[str, Mapping[str, Any]],
    groups: Sequence[str],
    columns: Sequence[str],
) -> str:
    """Return the table of figures of some groups, side by side for all modes."""
    names = [agreement_table.COLUMNS[column] for column in columns]
    lines = [f"| | | {' | '.join(names)} |", "|---" * (len(names) + 2) + "|"]
    for group in groups:
        for mode, of_mode in results.items():
            figures = of_mode["groups"][group]
            cells = [
                agreement_table.cell(column, figures.get(column, math.nan))
                for column in columns
            ]
            lines.append(f"| {group} | {mode} | {' | '.join(cells)} |")
    return "\n".join(lines)


def table(
    results: Mapping[str, Any], groups: Sequence[str], columns: Sequence[str]
) -> str:
    """Return the table of figures of some groups, with its source.

    Args:
        results: What `twinsplice evaluate` wrote.
        groups: Rows.
        columns: Figures.
    """
    names = [agreement_table.COLUMNS[column] for column in columns]
    lines = [f"| | {' | '.join(names)} |", "|---" * (len(names) + 1) + "|"]
    for group in groups:
        figures = results["groups"][group]
        cells = [
            agreement_table.cell(column, figures.get(column, math.nan))
            for column in columns
        ]
        lines.append(f"| {group} | {' | '.join(cells)} |")
    overall = results["groups"]["all"]
    value, low, high = results["strand_gap"]
    command = re.sub(r"\S*/(?=[^/\s]+\.(zarr|json))", "", results["command"])
    lines += [
        "",
        f"Chromosome {', '.join(results['contigs'])}, not learned from. Intervals of "
        f"90 % hold {overall['coverage']:.1%} of all scores and "
        f"{overall['coverage_largest']:.1%} of each variant's largest. r of SNVs is "
        f"{value:+.3f} higher on the plus strand (95 % over genes: {low:+.3f} to "
        f"{high:+.3f}).",
        "",
        f"`{command}` (commit {results['commit']})",
    ]
    return "\n".join(lines)


def main() -> None:
    """Write the tables."""
    pages.write(NAME, texts())


if __name__ == "__main__":
    main()
