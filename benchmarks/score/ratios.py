"""Times, rates and ratios of the programs, out of their runs."""

import statistics
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from benchmarks.score import programs

Turns = Sequence[Sequence[programs.Run]]
"""The runs of a program on a VCF, by turn."""


def summarise(
    runs: Mapping[str, Mapping[str, Turns]], records: Mapping[str, int]
) -> dict[str, Any]:
    """Return times, memory and ratios of one workload.

    Args:
        runs: For each program the runs on the VCF of one variant, `first`, and on the
            other.
        records: Records of each VCF.
    """
    told: dict[str, Any] = {}
    costs: dict[str, dict[str, list[list[float]]]] = {name: {} for name in _COSTS}
    for key, parts in runs.items():
        (large,) = set(parts) - {"first"}
        count = records[large]
        for name, cost in _COSTS.items():
            costs[name][key] = cost(parts["first"], parts[large], count)
        told[key] = {
            "title": programs.title(key),
            "records": count,
            "first_score_s": [run.seconds for turn in parts["first"] for run in turn],
            "seconds": [[run.seconds for run in turn] for turn in parts[large]],
            "processor_s": [[run.processor for run in turn] for turn in parts[large]],
            "peak_mebibytes": max(r.peak_mebibytes for t in parts[large] for r in t),
        }
    return {
        "programs": told,
        "ratios": {
            f"{one} / {other}": {
                name: ratio(own[one], own[other]) for name, own in costs.items()
            }
            for one, other in programs.pairs(runs)
        },
    }


def _each(turns: Turns, cost: Callable[[programs.Run], float]) -> list[list[float]]:
    return [[cost(run) for run in turn] for turn in turns]


def whole(_: Turns, large: Turns, count: int) -> list[list[float]]:
    """Return the seconds a record of whole runs, by turn and run."""
    return _each(large, lambda run: run.seconds / count)


def steady(first: Turns, large: Turns, count: int) -> list[list[float]]:
    """Return the same without the start, which is what one record takes."""
    start = statistics.median(run.seconds for turn in first for run in turn)
    return _each(large, lambda run: (run.seconds - start) / (count - 1))


def processor(first: Turns, large: Turns, count: int) -> list[list[float]]:
    """Return seconds of processors a record, without the start."""
    start = statistics.median(run.processor for turn in first for run in turn)
    return _each(large, lambda run: (run.processor - start) / (count - 1))


_COSTS = {"whole": whole, "steady": steady, "processor": processor}
"""Costs of a record by which programs are compared."""


def ratio(
    theirs: Sequence[Sequence[float]], ours: Sequence[Sequence[float]]
) -> dict[str, float]:
    """Return the median and range of theirs / ours, of all runs of a turn."""
    ratios = [
        one / other
        for turn, own in zip(theirs, ours, strict=True)
        for one in turn
        for other in own
    ]
    return {
        "median": statistics.median(ratios),
        "lowest": min(ratios),
        "highest": max(ratios),
    }
