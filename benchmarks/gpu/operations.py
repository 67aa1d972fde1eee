"""Where the time goes: a profiler's record by operation and by kind, host and GPU."""

import collections
from collections.abc import Iterable, Iterator
from typing import Any

from torch import profiler

KINDS = (
    ("copies", ("memcpy", "memset", "copy_", "_to_copy")),
    ("convolutions", ("conv", "gemm", "cutlass", "wgrad", "fprop", "mm", "xmma")),
    ("gathers", ("index", "gather", "scatter", "take", "cat", "unfold")),
    ("sums and largest", ("reduce", "sum", "max", "argmax", "sort", "softmax")),
    ("waiting", ("synchronize",)),
    ("launching", ("launch",)),
)
"""Kinds of work, by what the names of operations hold; the first that fits counts."""
_LISTED = 12


def of(watched: profiler.profile) -> dict[str, Any]:
    """Return the seconds by kind, and of the longest operations, of host and GPU."""
    events = list(watched.key_averages())
    host = [(event.key, event.self_cpu_time_total / 1e6) for event in events]
    device = [
        (event.key, getattr(event, "self_device_time_total", 0.0) / 1e6)
        for event in events
        # Those of the host stand for the kernels that they start: once is enough.
        if "CPU" not in str(getattr(event, "device_type", "CPU"))
    ]
    return {
        name: {"kinds": by_kind(times), "longest": _longest(times)}
        for name, times in (("host", host), ("device", device))
        if any(seconds for _, seconds in times)
    }


def by_kind(times: Iterable[tuple[str, float]]) -> dict[str, float]:
    """Add up seconds by kind; what fits none is `other`."""
    spent: collections.defaultdict[str, float] = collections.defaultdict(float)
    for name, seconds in times:
        spent[kind(name)] += seconds
    return {name: round(seconds, 4) for name, seconds in spent.items()}


def kind(name: str) -> str:
    """Return the kind of an operation."""
    lower = name.lower()
    return next(_fitting(lower), "other")


def _fitting(name: str) -> Iterator[str]:
    for own, parts in KINDS:
        if any(part in name for part in parts):
            yield own


def _longest(times: Iterable[tuple[str, float]]) -> dict[str, float]:
    ordered = sorted(times, key=lambda each: -each[1])[:_LISTED]
    return {name[:80]: round(seconds, 4) for name, seconds in ordered}
