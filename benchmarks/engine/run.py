"""How near the engine comes to the machine's own peak, and where the time goes.

    python -m benchmarks.engine.run [--models spliceai twinsplice] [--device cpu]

Measured in one process, in turns, on random sequence: a large matrix product (the
peak that is possible here, in single precision and in bfloat16), the plain module's
pass, the engine's reference pass, and its cones, of the first of the networks. FLOPs
are counted from the stages (two a multiplication), so a rate is work that was needed
over time, whatever else was done: products of spectra do less. Then whole runs on one
thread are watched, and their time is told by kind (`shares`). Run from the repository's
root; `make bench-engine` does it.
"""

import argparse
import dataclasses
import json
import math
import pathlib
import platform
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from typing import Any

import torch
from benchmarks import pages
from benchmarks.engine import shares
from benchmarks.gpu import measuring, workload

from twinsplice.engine import devices, incremental, stages

RESULTS = pathlib.Path("benchmarks/engine/results.json")
PAGE = pathlib.Path("benchmarks/engine/README.md")
OUTPUTS, REACH, CONES, TURNS = 5_000, 50, 16, 9
BASES = 2_000_000
"""Bases of the random genome that whole runs are on."""
PEAK = "matrix product"


def full_flops(network: stages.Network, outputs: int) -> int:
    """Operations of all convolutions in a pass without padding."""
    return sum(
        2 * stage.weight.numel() * (outputs + 2 * network.margin[i + 1])
        for i, stage in enumerate(network.stages)
        if isinstance(stage, stages.Convolution)
    )


def cone_flops(network: stages.Network, reach: int) -> int:
    """Operations of all convolutions for one substituted base."""
    return sum(
        2
        * stage.weight.numel()
        * (1 + 2 * min(network.radius[i + 1], network.margin[i + 1] + reach))
        for i, stage in enumerate(network.stages)
        if isinstance(stage, stages.Convolution)
    )


def seconds(work: Callable[[], object], device: torch.device) -> float:
    """Time one call."""
    began = time.perf_counter()
    work()
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    return time.perf_counter() - began


def rates(network: stages.Network, device: torch.device) -> dict[str, float]:
    """Return the rate of each piece of work, in turns (GFLOP/s)."""
    torch.manual_seed(0)
    length = OUTPUTS + 2 * network.context
    x = torch.eye(4, device=device)[torch.randint(0, 4, (1, length), device=device)]
    ref = incremental.reference(network, x)
    edits = incremental.EditBatch(
        tile=torch.zeros(CONES, dtype=torch.long, device=device),
        start=network.context + torch.arange(CONES, device=device) * 200 + REACH,
        shift=torch.zeros(CONES, dtype=torch.long, device=device),
        bases=torch.eye(4, device=device)[torch.randint(0, 4, (CONES, 1))],
        left=REACH,
        right=REACH,
    )
    size = 2_048 if device.type == "cpu" else 8_192
    square = torch.randn(size, size, device=device)
    short = square.bfloat16()
    work: dict[str, tuple[Callable[[], object], int]] = {
        PEAK: (lambda: square @ square, 2 * size**3),
        "matrix product, bfloat16": (lambda: short @ short, 2 * size**3),
        "reference pass": (
            lambda: incremental.reference(network, x),
            full_flops(network, OUTPUTS),
        ),
        "cones": (
            lambda: incremental.alternate(ref, edits),
            CONES * cone_flops(network, REACH),
        ),
    }
    times: dict[str, list[float]] = {part: [] for part in work}
    with torch.inference_mode():
        for _ in range(TURNS + 1):
            for part, (call, _) in work.items():
                times[part].append(seconds(call, device))
    return {
        part: flops / statistics.median(times[part][1:]) / 1e9
        for part, (_, flops) in work.items()
    }


def measure(run: measuring.Run, names: list[str]) -> dict[str, Any]:
    """Return the rates of the models' first networks, and the shares of whole runs."""
    device = torch.device(run.device)
    torch.set_num_threads(1)
    found: dict[str, Any] = {}
    for name in names:
        with measuring.opened(run, name, run.device, REACH) as scorer:
            network = scorer.model.predictor.ensemble.networks[0]
            found[name] = rates(network, device)
    return {
        "device": run.device,
        "machine": platform.machine(),
        "threads": 1,
        "torch": torch.__version__,
        "gflops": found,
        "shares": [dataclasses.asdict(each) for each in shares.all_of(run, names)],
    }


def table(results: Mapping[str, Any]) -> str:
    """Return the results as tables."""
    gflops = results["gflops"]
    columns = list(next(iter(gflops.values())))
    lines = [f"| GFLOP/s | {' | '.join(columns)} |", "|---" * (1 + len(columns)) + "|"]
    for name, of in gflops.items():
        cells = (f"{of[each]:.0f} ({of[each] / of[PEAK]:.0%})" for each in columns)
        lines.append(f"| `{name}` | {' | '.join(cells)} |")
    watched = shares.table(shares.Shares(**each) for each in results["shares"])
    return "\n".join([*lines, "", watched])


def main() -> None:
    """Read the command line, measure, and write results.json and the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", nargs="*")
    parser.add_argument("--device", default="auto")
    parser.add_argument(
        "--weights", type=pathlib.Path, default=pathlib.Path("../shared/weights")
    )
    given = parser.parse_args()
    device = str(devices.choose(given.device))
    with tempfile.TemporaryDirectory() as passing:
        folder = pathlib.Path(passing)
        random = workload.genome(folder, BASES, 1)
        run = measuring.Run(device, folder, random, 1.0, given.weights, math.inf)
        results = measure(run, given.models or run.models)
    RESULTS.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    pages.write("engine", {PAGE: table(results)})
    print(table(results))


if __name__ == "__main__":
    main()
