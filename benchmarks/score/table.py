"""Tables and the README's line out of results.json: ratios, no absolute times."""

import json
import pathlib
import statistics
from collections.abc import Iterator
from typing import Any

from benchmarks import pages

NAME = "bench"
RESULTS = pathlib.Path("benchmarks/score/results.json")
MEMORY = pathlib.Path("benchmarks/score/memory.json")
OWN = pathlib.Path("benchmarks/score/README.md")

_HEAD = (
    "| variants | theirs | ours | times faster, start-up removed | processor time, "
    "likewise | times faster, whole run | largest score difference |",
    "|---|---|---|---|---|---|---|",
)
_COST_HEAD = (
    "| program | first score after, s | peak memory, GiB |",
    "|---|---|---|",
)
_MODELS = {
    "default": "default weights",
    "spliceai": "SpliceAI's networks",
}
_WORDS = {
    "clustered": "clustered, 10 a kilobase",
    "isolated": "isolated, one in 50 kb",
}
_THEIRS = ("official", "openspliceai", "batched")
SAME, OWN_WEIGHTS = "official / ours", "official / default"
OPEN = "openspliceai / ours-open"


def table(results: dict[str, Any], memory: dict[str, Any]) -> str:
    """Return the results as Markdown tables and a line on how they were made.

    Args:
        results: What `benchmarks.score.run` wrote.
        memory: What `benchmarks.score.memory` wrote; empty where it has not run.
    """
    parts = [*_HEAD, *_rows(results), "", *_COST_HEAD, *_costs(results), ""]
    return "\n".join([*parts, *_notes(results, memory)])


def texts() -> dict[pathlib.Path, str]:
    """Return the table, and a line of it for the first page."""
    results, memory = (read(path) for path in (RESULTS, MEMORY))
    return {pages.FRONT: line(results), OWN: table(results, memory)}


def line(results: dict[str, Any]) -> str:
    """Return the first page's sentence on the results.

    Args:
        results: What `benchmarks.score.run` wrote.
    """
    clustered, isolated = (
        {
            pair: f"{ratios['whole']['median']:,.0f}"
            for pair, ratios in results["workloads"][name]["ratios"].items()
        }
        for name in ("clustered", "isolated")
    )
    text = (
        "On the same two CPU cores as the official SpliceAI program, whole runs of its "
        f"networks are {clustered[SAME]} times faster on clustered variants and "
        f"{isolated[SAME]} times on isolated ones, with the same scores; with the "
        f"default weights {clustered[OWN_WEIGHTS]} and {isolated[OWN_WEIGHTS]} times"
    )
    if OPEN in clustered:
        text += (
            "; OpenSpliceAI's networks run "
            f"{clustered[OPEN]} and {isolated[OPEN]} times as fast as in theirs"
        )
    return f"{text}."


def read(path: pathlib.Path) -> dict[str, Any]:
    """Return the content of a file of results; empty if there is none."""
    if not path.exists():
        return {}
    results: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return results


def _rows(results: dict[str, Any]) -> Iterator[str]:
    for name, workload in results["workloads"].items():
        for pair, ratios in workload["ratios"].items():
            one, other = (workload["programs"][key] for key in pair.split(" / "))
            agreement = workload["agreement"].get(pair)
            difference = (
                "other networks"
                if agreement is None
                else f"{agreement['largest_difference']:.2f}"
            )
            counts = " and ".join(
                f"{count:,}" for count in sorted({one["records"], other["records"]})
            )
            yield (
                f"| {_WORDS[name]} ({counts}) | {one['title']} | {other['title']} "
                f"| {_spread(ratios['steady'])} | {_spread(ratios.get('processor'))} "
                f"| {_spread(ratios['whole'])} "
                f"| {difference} |"
            )


def _costs(results: dict[str, Any]) -> Iterator[str]:
    workloads = results["workloads"].values()
    for key, program in results["workloads"]["clustered"]["programs"].items():
        measured = [
            each["programs"][key] for each in workloads if key in each["programs"]
        ]
        first = [value for each in measured for value in each["first_score_s"]]
        peak = max(each["peak_mebibytes"] for each in measured) / 1024
        own = "" if key in _THEIRS else "ours, "
        yield (f"| {own}{program['title']} | {_seconds(first)} | {peak:.1f} |")


def _seconds(values: list[float]) -> str:
    if not values:
        return "-"
    low, high = min(values), max(values)
    return f"{statistics.median(values):.1f} ({low:.1f} to {high:.1f})"


def _notes(results: dict[str, Any], memory: dict[str, Any]) -> Iterator[str]:
    machine = results["machine"]
    yield (
        f"Median (lowest to highest) of {results['repeats']} of their runs and "
        f"{results['repeats'] * results['runs']} of ours, on "
        f"{machine['cores']} cores of {machine['cpu']}, {results['date'][:10]}; "
        "commands and versions in `benchmarks/score/results.json`."
    )
    for model, entry in memory.items():
        yield ""
        yield (
            f"{entry['records']:,} clustered variants in one run, {_MODELS[model]}: "
            f"peak memory {entry['peak_mebibytes'] / 1024:.1f} GiB."
        )


def _spread(ratio: dict[str, float] | None) -> str:
    if ratio is None:
        # Earlier runs did not tell it.
        return "-"
    digits = 0 if ratio["median"] >= 100 else 1
    median, lowest, highest = (
        f"{ratio[name]:,.{digits}f}" for name in ("median", "lowest", "highest")
    )
    return f"{median} ({lowest} to {highest})"
