"""Tables of what runs cost, out of what was measured and what is assumed."""

import json
import pathlib
import statistics
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

NAME = "costs"
RESULTS = pathlib.Path("benchmarks/scale/costs.json")
GUIDE = pathlib.Path("docs/guides/scale.md")

KINDS_A_BASE = 11
"""Variants of a base: 3 substitutions, 4 insertions of one, deletions of 1 to 4."""
GPU_RATES = {"twinsplice": 50_000, "cispliceai": 2_000}
"""Variants a second that are aimed at on an H100; no GPU was at hand."""
TITLES = {"twinsplice": "default weights", "cispliceai": "CI-SpliceAI, exact"}
COHORT, SITES, IN_GENES = 100_000, 900_000_000, 0.6
"""Genomes; their distinct alleles, and the share of these in genes: assumed."""
REFINED = 0.01
"""Share of alleles that --refine asks again: assumed."""
CORES, GPUS = (1, 64, 1_000), (1, 8)
_HOUR = 3_600


def texts() -> dict[pathlib.Path, str]:
    """Return the tables, by page."""
    return {GUIDE: table(json.loads(RESULTS.read_text(encoding="utf-8")))}


def table(found: Mapping[str, Any]) -> str:
    """Return all tables as Markdown.

    Args:
        found: What `benchmarks.scale.costs` has measured.
    """
    parts = (_laws(found), _genes(found), _cohort(found))
    return "\n\n".join("\n".join(part) for part in parts)


def _laws(found: Mapping[str, Any]) -> Iterator[str]:
    yield "| what changes | ms of a core a variant | times the first |"
    yield "|---|---|---|"
    numbers = found["numbers"]
    first = next(iter(numbers.values()))
    for count, times in numbers.items():
        title = f"default weights, clustered, a run of {int(count):,}"
        yield _law(title, times, first)
    models = found["models"]
    for name, title in TITLES.items():
        first = models[f"{name}, clustered, 50"]
        for key, times in models.items():
            own, kind, distance = key.split(", ")
            if own == name:
                yield _law(f"{title}, {kind}, {distance} bases", times, first)
        scan = found["scan"][name]["seconds"]
        yield _law(f"{title}, a scan with short indels", scan, first)


def _law(title: str, times: Sequence[float], first: Sequence[float]) -> str:
    ratios = [one / other for one, other in zip(times, first, strict=True)]
    low, high = min(ratios), max(ratios)
    middle = statistics.median(ratios)
    return (
        f"| {title} | {1e3 * statistics.median(times):.2f} "
        f"| {middle:.2f} ({low:.2f} to {high:.2f}) |"
    )


def _genes(found: Mapping[str, Any]) -> Iterator[str]:
    genes, bases = found["genes"]["genes"], found["genes"]["bases"]
    count = bases * KINDS_A_BASE
    heads = [*(f"{n:,} core{'s' * (n > 1)}" for n in CORES)]
    heads += [f"{n} GPU{'s' * (n > 1)} (not measured)" for n in GPUS]
    yield (
        f"All substitutions, insertions of one base and deletions of one to four in "
        f"the {genes:,} genes of the package's GRCh38 table: {bases / 1e6:,.0f} Mb, "
        f"{count / 1e9:,.1f} billion variants."
    )
    yield ""
    yield f"| | {' | '.join(heads)} |"
    yield f"|---|{'---|' * len(heads)}"
    for name, title in TITLES.items():
        spent = count * statistics.median(found["scan"][name]["seconds"])
        cells = [_time(spent / n) for n in CORES]
        cells += [_time(count / GPU_RATES[name] / n) for n in GPUS]
        yield f"| {title} | {' | '.join(cells)} |"


def _cohort(found: Mapping[str, Any]) -> Iterator[str]:
    inside = SITES * IN_GENES
    # As dense as every fifth base or so.
    spent = inside * statistics.median(found["models"]["twinsplice, clustered, 50"])
    worker = found["worker"]
    yield f"| {COHORT:,} genomes | |"
    yield "|---|---|"
    yield f"| distinct alleles (assumed) | {SITES / 1e6:,.0f} million |"
    yield f"| of these in genes (assumed) | {inside / 1e6:,.0f} million |"
    yield f"| default weights, one core | {_time(spent)} |"
    yield f"| 1,000 cores | {_time(spent / 1_000)} |"
    exact = found["models"]["cispliceai, isolated, 50"]
    refined = inside * REFINED * statistics.median(exact) / 1_000
    title = f"{REFINED:.0%} of them refined by CI-SpliceAI, isolated, 1,000 cores"
    yield f"| {title} | {_time(refined)} |"
    gpu = inside / GPU_RATES["twinsplice"]
    yield f"| one GPU at the rate that is aimed at (not measured) | {_time(gpu)} |"
    yield f"| memory of a worker of one thread | {worker['peak_gibibytes']:.1f} GiB |"
    shards, out = (SITES * worker[f"{k}_bytes"] / 1e9 for k in ("shard", "output"))
    yield f"| all shards, until they are merged | {shards:,.0f} GB |"
    yield f"| scored sites, .vcf.gz without genotypes | {out:,.0f} GB |"


def _time(seconds: float) -> str:
    """Return a time in the unit that suits it, to two digits."""
    units = (("years", 8_766 * _HOUR), ("days", 24 * _HOUR), ("hours", _HOUR))
    for name, unit in units:
        if seconds >= 2 * unit:
            return f"{float(f'{seconds / unit:.2g}'):,.0f} {name}"
    return f"{float(f'{seconds / 60:.2g}'):,.0f} minutes"
