"""Write the READMEs' tables of agreement with the base model from results.json.

    python -m benchmarks.accuracy.table [RESULTS]

RESULTS is what `twinsplice evaluate ... --output` has written; it is copied here
first. Run from the repository's root.
"""

import json
import math
import pathlib
import re
import shutil
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks import pages

from twinsplice.report import agreement_table

NAME = "accuracy"
RESULTS = pathlib.Path("benchmarks/accuracy/results.json")
OWN = pathlib.Path("benchmarks/accuracy/README.md")


def texts() -> dict[pathlib.Path, str]:
    """Return the table, and a line of it for the first page."""
    results = json.loads(RESULTS.read_text(encoding="utf-8"))
    every = tuple(results["groups"])
    return {
        pages.FRONT: line(results),
        OWN: table(results, every, tuple(agreement_table.COLUMNS)),
    }


def line(results: Mapping[str, Any]) -> str:
    """Return the first page's sentence on the results.

    Args:
        results: What `twinsplice evaluate` wrote.
    """
    kinds = (
        f"{results['groups'][name]['r']:.3f} for {name} (n = "
        f"{results['groups'][name]['variants']:,.0f})"
        for name in ("SNVs", "indels")
    )
    deep = results["groups"]["SNVs, deep intronic"]["r"]
    return (
        "On variants of a chromosome never learned from, the largest change correlates "
        f"with that of CI-SpliceAI's five networks by r = {' and '.join(kinds)}; deep "
        f"in introns, where changes are small, by {deep:.2f}."
    )


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
    """Copy the results, if given, and write the tables."""
    if len(sys.argv) > 1:
        shutil.copyfile(sys.argv[1], RESULTS)
    pages.write(NAME, texts())


if __name__ == "__main__":
    main()
