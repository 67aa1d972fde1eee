"""Where the time of scoring goes: by kind of operation, and outside the networks."""

import dataclasses
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from unittest import mock

import torch
from benchmarks.gpu import measuring, operations, workload
from torch import profiler

from twinsplice import api
from twinsplice.base_models import prediction

WORKLOADS: Mapping[str, Callable[..., list[tuple[int, str, str]]]] = {
    "clustered": workload.clustered,
    "isolated": workload.isolated,
}
DISTANCES = 50, 500
_FEW = 4
"""Variants that a run begins with, and has at least."""
SECONDS = 3.0
"""What a run that is watched takes, about."""
GROUPS = {
    "convolutions": ("convolutions",),
    "other arithmetic": ("other", "sums and largest"),
    "moving values": ("copies", "gathers"),
}
"""Columns of the table, and the kinds of operations that each has."""
PYTHON, OUTSIDE = "Python in the engine", "outside the networks"
"""What is left of the networks' time, and of the whole."""


@dataclasses.dataclass(frozen=True, slots=True)
class Shares:
    """A run in one thread.

    Attributes:
        model: Its model.
        workload: Whether variants share reference passes.
        distance: Bases searched on each side.
        variants: Their number.
        per_s: Variants a second.
        gflop_pass: Operations of a variant's part of reference passes, as if alone.
        gflop_cone: Operations of its cones (GFLOP).
        shares: Shares of the time.
    """

    model: str
    workload: str
    distance: int
    variants: int
    per_s: float
    gflop_pass: float
    gflop_cone: float
    shares: dict[str, float]


def measured(run: measuring.Run, name: str, kind: str, distance: int) -> Shares:
    """Watch a model score a workload."""
    with measuring.opened(run, name, run.device, distance) as scorer:
        scored = _scoring(scorer)
        variants = WORKLOADS[kind](run.genome.bases, 40_000, 1)
        few = variants[:_FEW]
        scored(few)
        each = _inside(scored, few)[1] / len(few)
        some = variants[_FEW : _FEW + max(_FEW, int(SECONDS / each))]
        inside, whole = _inside(scored, some)
        with profiler.profile(activities=[profiler.ProfilerActivity.CPU]) as record:
            watched, _ = _inside(scored, some, time.perf_counter)
        networks = scorer.model.predictor.ensemble.networks
        outputs = 2 * distance + 1
        context = networks[0].context
        return Shares(
            model=name,
            workload=kind,
            distance=distance,
            variants=len(some),
            per_s=len(some) / whole,
            gflop_pass=sum(
                network.flops_per_position * (outputs + 2 * context)
                for network in networks
            )
            / 1e9,
            gflop_cone=sum(n.flops_of_cone(distance) for n in networks) / 1e9,
            shares=_parts(record, watched, inside / whole),
        )


def _scoring(scorer: api.Scorer) -> Callable[[list[tuple[int, str, str]]], Any]:
    def scored(variants: list[tuple[int, str, str]]) -> Any:  # noqa: ANN401
        return scorer.score(
            [
                f"{workload.CONTIG}-{at + 1}-{before}-{after}"
                for at, before, after in variants
            ]
        )

    return scored


def _inside(
    work: Callable[..., Any],
    given: object,
    clock: Callable[[], float] = time.process_time,
) -> tuple[float, float]:
    """Return the seconds of a run in its networks and heads, and all of them.

    By default those of the processor: there is one thread, and neighbours do not count.
    """
    spent = 0.0
    predict = prediction.predict

    def timed(*words: Any, **options: Any) -> Any:  # noqa: ANN401
        nonlocal spent
        began = clock()
        found = predict(*words, **options)
        spent += clock() - began
        return found

    with mock.patch.object(prediction, "predict", timed):
        began = clock()
        work(given)
        return spent, clock() - began


def _parts(record: profiler.profile, watched: float, inside: float) -> dict[str, float]:
    """Return shares of the whole.

    Args:
        record: The operations of a run that was watched.
        watched: Seconds of that run in the networks; operations elsewhere are few.
        inside: Share of the networks in a run that was not.
    """
    kinds = operations.by_kind(
        (event.key, event.self_cpu_time_total / 1e6)
        for event in record.key_averages()
        if event.key.startswith("aten::")
    )
    found = {
        group: inside * sum(kinds.get(kind, 0.0) for kind in members) / watched
        for group, members in GROUPS.items()
    }
    return {**found, PYTHON: inside - sum(found.values()), OUTSIDE: 1 - inside}


def all_of(run: measuring.Run, names: Iterable[str]) -> Iterator[Shares]:
    """Yield the runs of models, clustered and isolated, near and far."""
    torch.set_num_threads(1)
    for name in names:
        for kind in WORKLOADS:
            for distance in DISTANCES:
                yield measured(run, name, kind, distance)


def table(found: Iterable[Shares]) -> str:
    """Return the runs as a table."""
    columns = (*GROUPS, PYTHON, OUTSIDE)
    head = "model | variants | distance | GFLOP: pass, cone | " + " | ".join(columns)
    lines = [f"| {head} |", "|---" * (4 + len(columns)) + "|"]
    for each in found:
        shares = " | ".join(f"{each.shares[column]:.0%}" for column in columns)
        cost = f"{each.gflop_pass:.2f}, {each.gflop_cone:.2f}"
        what = f"`{each.model}` | {each.workload} | {each.distance}"
        lines.append(f"| {what} | {cost} | {shares} |")
    return "\n".join(lines)
