"""Times, rates and ratios of the programs, out of their runs."""

import statistics
from collections.abc import Mapping, Sequence
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
    told, whole, steady = {}, {}, {}
    for key, parts in runs.items():
        (large,) = set(parts) - {"first"}
        first = [run.seconds for turn in parts["first"] for run in turn]
        start, count = statistics.median(first), records[large]
        # Seconds a record, by turn and run.
        whole[key] = [[run.seconds / count for run in turn] for turn in parts[large]]
        steady[key] = [
            [(run.seconds - start) / (count - 1) for run in turn]
            for turn in parts[large]
        ]
        told[key] = {
            "title": programs.title(key),
            "records": count,
            "first_score_s": first,
            "seconds": [[run.seconds for run in turn] for turn in parts[large]],
            "peak_mebibytes": max(r.peak_mebibytes for t in parts[large] for r in t),
        }
    pairs = programs.pairs(runs)
    return {
        "programs": told,
        "ratios": {
            f"{one} / {other}": {
                "whole": ratio(whole[one], whole[other]),
                "steady": ratio(steady[one], steady[other]),
            }
            for one, other in pairs
        },
    }


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
