"""How near the engine comes to the machine's own peak.

    python -m benchmarks.engine.run [--model spliceai] [--device cpu]

Measured in one process, in turns, on random sequence: a large matrix product (the
peak that is possible here), the plain module's pass, the engine's reference pass,
and its cones. FLOPs are counted from the stages (two a multiplication), so a rate
is work that was needed over time, whatever else was done. Run from the repository's
root; `make bench-engine` does it.
"""

import argparse
import json
import pathlib
import statistics
import time
from collections.abc import Callable
from typing import Any

import torch

from twinsplice.base_models import loading
from twinsplice.engine import devices, incremental, stages

RESULTS = pathlib.Path("benchmarks/engine/results.json")
OUTPUTS, REACH, CONES, TURNS = 5_000, 50, 16, 9


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


def measure(name: str, device: torch.device) -> dict[str, Any]:
    """Return the rate of each piece of work, in turns, and its share of the peak."""
    module = loading.load(name).members[0].network().to(device)
    network = module.network()
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
    channels_first = x.transpose(1, 2).contiguous()
    full = full_flops(network, OUTPUTS)
    work: dict[str, tuple[Callable[[], object], int]] = {
        "matrix product": (lambda: square @ square, 2 * size**3),
        "plain pass": (lambda: module(channels_first), full),
        "reference pass": (lambda: incremental.reference(network, x), full),
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
    rates = {
        part: flops / statistics.median(times[part][1:]) / 1e9
        for part, (_, flops) in work.items()
    }
    peak = rates["matrix product"]
    return {
        "model": name,
        "device": str(device),
        "threads": torch.get_num_threads(),
        "torch": torch.__version__,
        "gflop_per_cone": cone_flops(network, REACH) / 1e9,
        "gflop_per_isolated_pass": full_flops(network, 2 * REACH + 1) / 1e9,
        "gflops": rates,
        "share_of_peak": {part: rate / peak for part, rate in rates.items()},
    }


def main() -> None:
    """Read the command line, measure, and write results.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="spliceai")
    parser.add_argument("--device", default="auto")
    options = parser.parse_args()
    results = measure(options.model, devices.choose(options.device))
    RESULTS.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    print("| work | share of the machine's matrix-product rate |\n|---|---|")
    for part, share in results["share_of_peak"].items():
        print(f"| {part} | {share:.0%} |")


if __name__ == "__main__":
    main()
