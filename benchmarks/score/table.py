"""Tables and the README's line out of results.json: ratios, no absolute times."""

import json
import pathlib
from collections.abc import Iterator
from typing import Any

from benchmarks import pages

NAME = "bench"
RESULTS = pathlib.Path("benchmarks/score/results.json")
MEMORY = pathlib.Path("benchmarks/score/memory.json")
OWN = pathlib.Path("benchmarks/score/README.md")

_HEAD = (
    "| variants | times faster, start-up removed | times faster, whole run "
    "| peak memory, ours / official | largest score difference |",
    "|---|---|---|---|---|",
)
_DEFAULT_HEAD = (
    "| default weights, variants | times faster, start-up removed | times faster, "
    "whole run | peak memory |",
    "|---|---|---|---|",
)
_MODELS = {
    "default": "default weights",
    "spliceai": "SpliceAI's networks",
}
_WORDS = {
    "clustered": "clustered, 10 a kilobase",
    "isolated": "isolated, one in 50 kb",
}


def table(results: dict[str, Any], memory: dict[str, Any]) -> str:
    """Return the results as a Markdown table and one line on how they were made.

    Args:
        results: What `benchmarks.score.run` wrote.
        memory: What `benchmarks.score.memory` wrote; empty where it has not run.
    """
    parts = [*_HEAD, *_rows(results), ""]
    if all(
        "ratio_default_whole" in workload for workload in results["workloads"].values()
    ):
        parts += [*_DEFAULT_HEAD, *_default_rows(results), ""]
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
            model: f"{results['workloads'][name][key]['median']:,.0f}"
            for model, key in (("same", "ratio_whole"), ("own", "ratio_default_whole"))
        }
        for name in ("clustered", "isolated")
    )
    return (
        "On the same two CPU cores as the official SpliceAI program, whole runs of its "
        f"networks are {clustered['same']} times faster on clustered variants and "
        f"{isolated['same']} times on isolated ones, with the same scores; with the "
        f"default weights {clustered['own']} and {isolated['own']} times."
    )


def read(path: pathlib.Path) -> dict[str, Any]:
    """Return the content of a file of results; empty if there is none."""
    if not path.exists():
        return {}
    results: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return results


def _rows(results: dict[str, Any]) -> Iterator[str]:
    for name, workload in results["workloads"].items():
        steady, whole_run = workload["ratio_marginal"], workload["ratio_whole"]
        memory = workload["peak_mebibytes"]
        difference = workload["agreement"]["largest_difference"]
        yield (
            f"| {_WORDS[name]} ({workload['records']}) | {_spread(steady)} "
            f"| {_spread(whole_run)} | {memory['ours'] / 1024:.1f} / "
            f"{memory['official'] / 1024:.1f} GiB | {difference:.2f} |"
        )


def _default_rows(results: dict[str, Any]) -> Iterator[str]:
    for name, workload in results["workloads"].items():
        steady, whole_run = (
            workload["ratio_default_marginal"],
            workload["ratio_default_whole"],
        )
        memory = workload["peak_mebibytes"]["default"] / 1024
        yield (
            f"| {_WORDS[name]} ({workload['records_many']:,}) | {_spread(steady)} "
            f"| {_spread(whole_run)} | {memory:.1f} GiB |"
        )


def _notes(results: dict[str, Any], memory: dict[str, Any]) -> Iterator[str]:
    machine = results["machine"]
    yield (
        f"Median of {results['repeats']} alternating runs (lowest to highest) on "
        f"{machine['cores']} cores of {machine['cpu']}, {results['date'][:10]}; "
        "commands and versions in `benchmarks/score/results.json`."
    )
    for model, entry in memory.items():
        yield ""
        yield (
            f"{entry['records']:,} clustered variants in one run, {_MODELS[model]}: "
            f"peak memory {entry['peak_mebibytes'] / 1024:.1f} GiB."
        )


def _spread(ratio: dict[str, float]) -> str:
    digits = 0 if ratio["median"] >= 100 else 1
    median, lowest, highest = (
        f"{ratio[name]:,.{digits}f}" for name in ("median", "lowest", "highest")
    )
    return f"{median} ({lowest} to {highest})"
