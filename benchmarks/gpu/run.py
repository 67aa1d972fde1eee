"""Run the whole of it on a GPU: are its numbers the CPU's, and how fast is it?

    python -m benchmarks.gpu.run --output gpu.json [--device cuda] [--minutes 9]

One process, parts in order of worth, nothing carried along but the package: sequence
and genes are random. Each part is written as soon as it is done, and one that fails is
a line in the record, so that a machine lent for some minutes is never held for nothing.
What does not fit --minutes any more is left out, and said. Whether all of it runs is
tried by `--scale 0.005 --device cpu`. Run from the repository's root.
"""

import argparse
import json
import os
import pathlib
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

import torch
from benchmarks.gpu import measuring, operations, workload
from benchmarks.gpu.measuring import Run
from torch import profiler

import twinsplice

_SEED = 7
_TESTS = ("-p", "no:cacheprovider", "tests/test_gpu.py")


def environment(run: Run) -> dict[str, Any]:
    """Say what it ran on."""
    there = torch.cuda.is_available() and run.device.startswith("cuda")
    return {
        "device": torch.cuda.get_device_name(run.device) if there else "cpu",
        "memory_GiB": torch.cuda.mem_get_info(run.device)[1] / 2**30 if there else None,
        "cudnn": torch.backends.cudnn.version(),  # type: ignore[no-untyped-call]
        "cores": os.cpu_count(),
        "processor": platform.processor() or platform.machine(),
        "torch": torch.__version__,
        "cuda": torch.version.cuda,
        "twinsplice": twinsplice.__version__,
        "python": platform.python_version(),
        "models": run.models,
    }


def parity(run: Run) -> dict[str, Any]:
    """Compare scores on both devices, by each model that is at hand."""
    some = workload.clustered(run.genome.bases, run.many(120), _SEED)
    texts = [f"{workload.CONTIG}-{p + 1}-{r}-{a}" for p, r, a in some]
    texts += [f"{workload.CONTIG}-{p + 1}-{r}-{r}{a}T" for p, r, a in some[::4]]

    def differences(name: str) -> dict[str, Any]:
        tables = [
            measuring.scored(run, name, device, texts) for device in ("cpu", run.device)
        ]
        return {"largest": measuring.difference(*tables), "rows": len(tables[0])}

    found = measuring.each(run.models, differences)
    holds = [each.get("largest", 1.0) <= measuring.TOLERANCE for each in found.values()]
    # Exact scores need products of 24 bits, whatever a library prefers.
    exact = not (
        torch.backends.cuda.matmul.allow_tf32 or torch.backends.cudnn.allow_tf32
    )
    return {
        "differences": found,
        "tolerance": measuring.TOLERANCE,
        "holds": all(holds),
        "tf32_off": exact,
    }


def rates(run: Run) -> dict[str, Any]:
    """Measure variants a second of whole runs on an open scorer, by workload."""
    cases = [
        (name, kind, distance, measuring.MEMORY[0])
        for name in run.models
        for distance in (50, 500)
        for kind in ("clustered", "isolated")
    ]
    cases += [(name, "clustered", 50, measuring.MEMORY[1]) for name in run.models]

    def measured(case: str) -> dict[str, Any]:
        name, kind, distance, memory = dict(zip(titles, cases, strict=True))[case]
        make = workload.clustered if kind == "clustered" else workload.isolated
        usual = 40_000 if name == measuring.PAIRED else 3_000
        count = usual if kind == "clustered" else usual // 10
        variants = make(run.genome.bases, run.many(count), _SEED)
        with measuring.opened(run, name, run.device, distance, memory) as scorer:
            return measuring.rate(run, scorer, variants)

    titles = [f"{n}, {kind}, {d}, {memory:g} GB" for n, kind, d, memory in cases]
    return measuring.each(titles, measured, run.until)


def kinds(run: Run) -> dict[str, Any]:
    """Tell where the time of scoring goes, by operation and kind."""

    def watched(name: str) -> dict[str, Any]:
        variants = workload.clustered(run.genome.bases, run.many(2_000), _SEED)
        with measuring.opened(run, name, run.device, 50) as scorer:
            measuring.rate(run, scorer, variants[:16])
            with profiler.profile() as record:
                rate = measuring.rate(run, scorer, variants)
        return {"run": rate, **operations.of(record)}

    return measuring.each(run.models[:2], watched)


def scanning(run: Run) -> dict[str, Any]:
    """Measure all substitutions of a stretch."""
    length = run.many(5_000)
    region = f"{workload.CONTIG}:{workload.EDGE + 1}-{workload.EDGE + length}"
    with measuring.opened(run, measuring.PAIRED, run.device, 50) as scorer:
        seconds, _ = measuring.timed(lambda: scorer.scan(region))
    return {
        "bases": length,
        "seconds": seconds,
        "variants_per_second": 3 * length / seconds,
    }


def preparing(run: Run) -> dict[str, Any]:
    """Measure a map of whole genes, by the command."""
    bed = run.folder / "some.bed"
    # At least where the first gene lies: maps are of whole genes.
    bases = max(2 * workload.EDGE, run.many(2_000_000))
    bed.write_text(f"{workload.CONTIG}\t0\t{bases}\n", encoding="ascii")
    model = next((name for name in measuring.EXACT if name in run.models), None)
    if model is None:
        return {"left out": "no base model is installed"}
    words = ("--regions", bed, "--model", model, "-o", run.folder / "map.parquet")
    seconds, told = measuring.command(run, "prepare", *words)
    return {"model": model, "bases": bases, "seconds": seconds, "told": told}


def training(run: Run) -> dict[str, Any]:
    """Measure targets of variants, and steps of training on them, by the commands."""
    vcf, store = run.folder / "some.vcf", run.folder / "some.zarr"
    variants = workload.clustered(run.genome.bases, run.many(1_000), _SEED)
    workload.write_vcf(vcf, variants, (workload.CONTIG, workload.OTHER))
    labelling, _ = measuring.command(run, "targets", vcf, "-o", store)
    steps = run.many(300)
    learning = {}
    for precision in ("32-true", "bf16-mixed"):
        folder = run.folder / precision
        words = ("-t", store, "--windows", "0", "--steps", steps, "-o", folder)
        more = ("--precision", precision)
        learning[precision], _ = measuring.command(
            run, "train", *words, *more, common=False
        )
    return {
        "variants": 2 * len(variants),
        "labelling_s": labelling,
        "steps": steps,
        "s": learning,
    }


def marked(run: Run) -> dict[str, Any]:
    """Run the tests that are for GPUs."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-m", "gpu", *_TESTS],
        capture_output=True,
        text=True,
        timeout=max(30.0, run.until - time.monotonic()),
        check=False,
    )
    return {
        "code": done.returncode,
        "output": done.stdout[-2_000:] + done.stderr[-500:],
    }


PARTS: dict[str, Callable[[Run], dict[str, Any]]] = {
    "environment": environment,
    "parity": parity,
    "rates": rates,
    "kinds": kinds,
    "scan": scanning,
    "prepare": preparing,
    "tests": marked,
    "training": training,
}


def main() -> None:
    """Read the command line, run the parts and write the record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=pathlib.Path, required=True)
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--minutes", type=float, default=9.0)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument(
        "--weights", type=pathlib.Path, default=pathlib.Path("../shared/weights")
    )
    parser.add_argument("--parts", nargs="*", choices=[*PARTS], default=[*PARTS])
    given = parser.parse_args()
    until = time.monotonic() + 60 * given.minutes
    record: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as passing:
        folder = pathlib.Path(passing)
        length = max(400_000, int(8_000_000 * given.scale))
        random = workload.genome(folder, length, _SEED)
        run = Run(given.device, folder, random, given.scale, given.weights, until)
        for name in given.parts:
            record[name] = _part(PARTS[name], run)
            given.output.write_text(
                json.dumps(record, indent=1) + "\n", encoding="utf-8"
            )
            print(name, json.dumps(record[name])[:300], flush=True)


def _part(part: Callable[[Run], dict[str, Any]], run: Run) -> dict[str, Any]:
    if time.monotonic() > run.until:
        return {"left out": "no time was left"}
    began = time.monotonic()
    on_gpu = run.device.startswith("cuda") and torch.cuda.is_available()
    if on_gpu:
        torch.cuda.reset_peak_memory_stats()
    try:
        found = part(run)
    # Whatever fails on a machine nobody has tried is what was to be found out.
    except Exception as error:  # noqa: BLE001
        found = {"failed": f"{type(error).__name__}: {error}"[:1_000]}
    peak = torch.cuda.max_memory_allocated() / 2**20 if on_gpu else None
    return {**found, "part_s": time.monotonic() - began, "peak_MiB": peak}


if __name__ == "__main__":
    main()
