"""How fast targets are made and models trained, against the machine's own peak.

    python -m benchmarks.training.run [--reference FASTA] [--precision bf16-mixed]

Measured in one process, in turns: matrix products in both precisions (the peak that
is possible here); dense labelling against the bare engine on the same sequence; a
training step on variants and one on windows; and the time to make their batches,
which happens beside the step before. FLOPs are counted from the stages, two a
multiplication, three passes a training step. Run from the repository's root;
`make bench-training` does it.
"""

import argparse
import functools
import json
import pathlib
import statistics
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
from benchmarks.engine import run as engine

from twinsplice.base_models import loading
from twinsplice.engine import devices, incremental, stages
from twinsplice.genome import sequence_views
from twinsplice.models import paired
from twinsplice.settings import train as train_settings
from twinsplice.targets import profiles, sequences
from twinsplice.training import batches, objectives, runs

RESULTS = pathlib.Path("benchmarks/training/results.json")
WINDOWS, VARIANTS, WINDOW, REACH, TURNS = 12, 16, 2_000, 50, 5
BASES = 96_000
"""Bases of the sequence that is labelled: one chunk of a store."""


def labelling(name: str, device: torch.device) -> dict[str, float]:
    """Return the rate of making dense targets, as a share of the bare engine's."""
    model = loading.load(name)
    networks = model.ensemble(devices.Placement(device=device, memory=2**31)).networks
    flank = model.context
    rng = np.random.default_rng(0)
    codes = rng.integers(0, 4, BASES + 2 * flank, dtype=np.uint8)
    source = sequences.SourceSequence(
        name="random",
        contig="1",
        view=sequence_views.of_sequence("random", codes),
        sites=np.zeros(0, dtype=np.int64),
    )
    plan = profiles.Plan(
        source=np.zeros(BASES // WINDOW, dtype=np.int64),
        start=flank + np.arange(BASES // WINDOW) * WINDOW,
        how=np.zeros(BASES // WINDOW, dtype=np.int64),
    )
    computer = profiles.TargetComputer(
        networks=networks, device=device, window=WINDOW, context=1_000, seed=0
    )
    sequence = torch.eye(5, 4, device=device)[torch.from_numpy(codes).long()][None]

    def bare() -> None:
        for network in networks:
            incremental.reference(network, sequence, keep=False)

    def targets() -> None:
        profiles.label(computer, [source], plan, slice(0, plan.rows))

    times = in_turns({"engine": bare, "targets": targets}, device)
    return {
        "bases_per_second": BASES / times["targets"],
        "share_of_engine": times["engine"] / times["targets"],
    }


def training(precision: str, device: torch.device, peak: float) -> dict[str, Any]:
    """Return rates of training steps, and the time that their batches take."""
    model = paired.PairedDeltaPredictor().to(device)
    config = train_settings.Config(
        targets=(pathlib.Path("none"),), output=pathlib.Path("none")
    )
    objective = objectives.Objective(model, runs.terms(config, model))
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-4)
    network = model.network()
    sources = {"variants": _pairs(model.context), "windows": _windows(model.context)}
    flops = {
        "variants": 2 * VARIANTS * passes(network, 2 * REACH + 1),
        "windows": WINDOWS * passes(network, WINDOW),
    }
    counts = {"variants": VARIANTS, "windows": WINDOWS}
    rates: dict[str, Any] = {}
    for kind, mixture in sources.items():
        batch = runs.tensors(mixture.step(0))
        ready = {
            source: {name: value.to(device) for name, value in arrays.items()}
            for source, arrays in batch.items()
        }
        step = functools.partial(_step, objective, optimiser, ready, precision)
        make = functools.partial(mixture.step, 1)
        times = in_turns({"step": step, "batch": make}, device)
        rates[kind] = {
            "per_second": counts[kind] / times["step"],
            "share_of_peak": flops[kind] / times["step"] / 1e9 / peak,
            "batch_share_of_step": times["batch"] / times["step"],
        }
    return rates


def passes(network: stages.Network, outputs: int) -> int:
    """Operations of a forward and a backward pass: about three forward ones."""
    return 3 * engine.full_flops(network, outputs)


def in_turns(
    work: Mapping[str, Callable[[], object]], device: torch.device
) -> dict[str, float]:
    """Return the median time of each piece of work (s)."""
    times: dict[str, list[float]] = {name: [] for name in work}
    for _ in range(TURNS + 1):
        for name, call in work.items():
            times[name].append(engine.seconds(call, device))
    return {name: statistics.median(samples[1:]) for name, samples in times.items()}


def peaks(device: torch.device) -> dict[str, float]:
    """Return GFLOP/s of matrix products in single precision and bfloat16."""
    size = 2_048 if device.type == "cpu" else 8_192
    squares = {
        "32-true": torch.randn(size, size, device=device),
        "bf16-mixed": torch.randn(size, size, device=device).bfloat16(),
    }
    work = {
        name: functools.partial(torch.matmul, square, square)
        for name, square in squares.items()
    }
    times = in_turns(work, device)
    return {name: 2 * size**3 / seconds / 1e9 for name, seconds in times.items()}


def _step(
    objective: objectives.Objective,
    optimiser: torch.optim.Optimizer,
    batch: Any,  # noqa: ANN401
    precision: str,
) -> None:
    optimiser.zero_grad(set_to_none=True)
    place = next(objective.parameters()).device.type
    with torch.autocast(place, torch.bfloat16, enabled=precision == "bf16-mixed"):
        loss = objective(batch)["loss"]
    loss.backward()
    optimiser.step()


def _windows(context: int) -> batches.Mixture:
    rng = np.random.default_rng(1)
    rows = 64
    source = batches.Profiles(
        codes=rng.integers(0, 4, (rows, WINDOW + 2 * context), dtype=np.uint8),
        profile=rng.random((rows, 2, WINDOW), dtype=np.float32) * 0.01,
        context=context,
        chance=np.full(rows, 1 / rows),
    )
    return _mixture(profiles=(source,), context=context)


def _pairs(context: int) -> batches.Mixture:
    rng = np.random.default_rng(2)
    rows, width, slack = 64, 2 * REACH + 1, 40
    wide = width + 2 * (context + slack)
    source = batches.Pairs(
        codes=rng.integers(0, 4, (rows, wide), dtype=np.uint8),
        start=np.full(rows, REACH),
        ref_length=np.ones(rows, dtype=np.int64),
        alt_length=np.ones(rows, dtype=np.int64),
        alt=rng.integers(0, 4, (rows, slack), dtype=np.uint8),
        on_minus_strand=np.zeros(rows, dtype=np.uint8),
        delta=rng.random((rows, 2, width), dtype=np.float32) * 0.01,
        profile=rng.random((rows, 2, width), dtype=np.float32) * 0.01,
        context=context,
        slack=slack,
        chance=np.full(rows, 1 / rows),
    )
    return _mixture(pairs=(source,), context=context)


def _mixture(
    *,
    context: int,
    profiles: tuple[batches.Profiles, ...] = (),
    pairs: tuple[batches.Pairs, ...] = (),
) -> batches.Mixture:
    return batches.Mixture(
        profiles=profiles,
        pairs=pairs,
        windows=WINDOWS,
        variants=VARIANTS,
        context=context,
        seed=1,
    )


def main() -> None:
    """Read the command line, measure, and write results.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="cispliceai")
    parser.add_argument("--device", default="auto")
    options = parser.parse_args()
    device = devices.choose(options.device)
    peak = peaks(device)
    results: dict[str, Any] = {
        "device": str(device),
        "threads": torch.get_num_threads(),
        "torch": torch.__version__,
        "bfloat16_over_float32": peak["bf16-mixed"] / peak["32-true"],
        "labelling": labelling(options.model, device),
        "training": {
            precision: training(precision, device, peak[precision])
            for precision in peak
        },
    }
    RESULTS.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(results, indent=2))


if __name__ == "__main__":
    main()
