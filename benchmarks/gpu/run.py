"""Run the whole of it on a GPU: are its numbers the CPU's, and how fast is it?

    python -m benchmarks.gpu.run --output gpu.json [--device cuda] [--minutes 9]

One process, parts in order of worth, nothing carried along but the package: sequence
and genes are random. Each part is written as soon as it is done, and one that fails is
a line in the record, so that a machine lent for some minutes is never held for nothing.
What does not fit --minutes any more is left out, and said. Whether all of it runs is
tried by `--scale 0.005 --device cpu`. Run from the repository's root.
"""

import argparse
import collections
import contextlib
import dataclasses
import json
import pathlib
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import polars as pl
import torch
from benchmarks.gpu import workload
from torch import profiler

import twinsplice
from twinsplice import api
from twinsplice.base_models import loading

PAIRED, EXACT = "twinsplice", ("cispliceai", "spliceai")
TOLERANCE = 1e-4
"""Largest difference of a score between devices."""
_SEED, _KINDS = 7, 12


@dataclasses.dataclass(frozen=True, slots=True)
class Run:
    """What all parts share.

    Attributes:
        device: Where networks run.
        folder: Where files are written, and thrown away.
        genome: The genome.
        scale: Share of the usual numbers of variants, bases and steps.
        until: When no further part is begun (s, of the monotonic clock).
    """

    device: str
    folder: pathlib.Path
    genome: workload.Genome
    scale: float
    until: float

    def many(self, usual: int) -> int:
        """Return a number of this run's size."""
        return max(8, int(usual * self.scale))


def environment(run: Run) -> dict[str, Any]:
    """Say what it ran on."""
    there = torch.cuda.is_available() and run.device.startswith("cuda")
    return {
        "device": torch.cuda.get_device_name(run.device) if there else "cpu",
        "processor": platform.processor() or platform.machine(),
        "torch": torch.__version__,
        "cuda": torch.version.cuda,
        "twinsplice": twinsplice.__version__,
        "python": platform.python_version(),
        "models": _models(),
    }


def parity(run: Run) -> dict[str, Any]:
    """Compare scores on both devices, by each model that is at hand."""
    some = workload.clustered(run.genome.bases, run.many(120), _SEED)
    texts = [f"{workload.CONTIG}-{p + 1}-{r}-{a}" for p, r, a in some]
    texts += [f"{workload.CONTIG}-{p + 1}-{r}-{r}{a}T" for p, r, a in some[::4]]
    found = {}
    for name in _models():
        tables = [_scored(run, name, device, texts) for device in ("cpu", run.device)]
        found[name] = _difference(*tables)
    worst = max(found.values(), default=0.0)
    return {"differences": found, "tolerance": TOLERANCE, "holds": worst <= TOLERANCE}


def rates(run: Run) -> dict[str, Any]:
    """Measure variants a second of whole runs on an open scorer, by workload."""
    found: dict[str, Any] = {}
    for name in _models():
        usual = 40_000 if name == PAIRED else 3_000
        for distance in (50, 500):
            with _scorer(run, name, run.device, distance) as scorer:
                near = workload.clustered(run.genome.bases, run.many(usual), _SEED)
                apart = workload.isolated(
                    run.genome.bases, run.many(usual // 10), _SEED
                )
                for kind, variants in (("clustered", near), ("isolated", apart)):
                    found[f"{name}, {kind}, {distance}"] = _rate(run, scorer, variants)
    return found


def kinds(run: Run) -> dict[str, Any]:
    """Tell where the time of scoring goes, by operation."""
    found = {}
    for name in _models()[:2]:
        variants = workload.clustered(run.genome.bases, run.many(2_000), _SEED)
        with _scorer(run, name, run.device, 50) as scorer:
            _rate(run, scorer, variants[:16])
            with profiler.profile() as watched:
                _rate(run, scorer, variants)
        found[name] = _operations(watched)
    return found


def scanning(run: Run) -> dict[str, Any]:
    """Measure all substitutions of a stretch."""
    length = run.many(5_000)
    region = f"{workload.CONTIG}:{workload.EDGE + 1}-{workload.EDGE + length}"
    with _scorer(run, PAIRED, run.device, 50) as scorer:
        seconds, _ = _timed(lambda: scorer.scan(region))
    return {
        "bases": length,
        "seconds": seconds,
        "variants_per_second": 3 * length / seconds,
    }


def preparing(run: Run) -> dict[str, Any]:
    """Measure a map of whole genes, by the command."""
    bed = run.folder / "some.bed"
    bases = run.many(2_000_000)
    bed.write_text(f"{workload.CONTIG}\t0\t{bases}\n", encoding="ascii")
    model = _models()[-1]
    if model == PAIRED:
        return {"left out": "no base model is installed"}
    words = ("--regions", bed, "--model", model, "-o", run.folder / "map.parquet")
    seconds = _command(run, "prepare", *words)
    return {"model": model, "bases": 2 * bases, "seconds": seconds}


def training(run: Run) -> dict[str, Any]:
    """Measure targets of variants, and steps of training on them, by the commands."""
    vcf, store = run.folder / "some.vcf", run.folder / "some.zarr"
    variants = workload.clustered(run.genome.bases, run.many(1_000), _SEED)
    workload.write_vcf(vcf, variants, (workload.CONTIG, workload.OTHER))
    labelling = _command(run, "targets", vcf, "-o", store)
    steps = run.many(300)
    words = (
        "-t",
        store,
        "--windows",
        "0",
        "--steps",
        steps,
        "-o",
        run.folder / "trained",
    )
    learning = _command(run, "train", *words, common=False)
    return {
        "variants": 2 * len(variants),
        "labelling_s": labelling,
        "steps": steps,
        "s": learning,
    }


def marked(run: Run) -> dict[str, Any]:
    """Run the tests that are for GPUs."""
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-m",
            "gpu",
            "-p",
            "no:cacheprovider",
            "tests/test_gpu.py",
        ],
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
    parser.add_argument("--parts", nargs="*", choices=[*PARTS], default=[*PARTS])
    given = parser.parse_args()
    until = time.monotonic() + 60 * given.minutes
    record: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as passing:
        folder = pathlib.Path(passing)
        length = max(400_000, int(8_000_000 * given.scale))
        random = workload.genome(folder, length, _SEED)
        run = Run(given.device, folder, random, given.scale, until)
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


def _models() -> list[str]:
    """Return the models whose weights are at hand, ours first."""
    return [PAIRED, *(name for name in EXACT if loading.is_installed(name))]


@contextlib.contextmanager
def _scorer(run: Run, name: str, device: str, distance: int) -> Iterator[api.Scorer]:
    model = twinsplice.load_model(name, device=device)
    made = api.Scorer(
        model,
        reference=run.genome.reference,
        annotation=run.genome.annotation,
        distance=distance,
        map="none",
        transcripts="grch38",
        force=True,
    )
    with made as scorer:
        yield scorer


def _scored(run: Run, name: str, device: str, texts: list[str]) -> pl.DataFrame:
    with _scorer(run, name, device, 50) as scorer:
        return scorer.score(texts)


def _difference(one: pl.DataFrame, other: pl.DataFrame) -> float:
    numbers = [column for column in one.columns if column.startswith("DS_")]
    left, right = (t.select(numbers).to_numpy().astype(float) for t in (one, other))
    if not (np.isnan(left) == np.isnan(right)).all():
        return float("inf")
    return float(np.nanmax(np.abs(left - right), initial=0.0))


def _rate(run: Run, scorer: api.Scorer, variants: list[tuple[int, str, str]]) -> Any:  # noqa: ANN401
    vcf, out = run.folder / "in.vcf", run.folder / "out.tsv"
    workload.write_vcf(vcf, variants[:8])
    scorer.score_vcf(vcf, out)
    workload.write_vcf(vcf, variants)
    seconds, summary = _timed(lambda: scorer.score_vcf(vcf, out))
    return {
        "variants": len(variants),
        "scored": summary.scored,
        "per_s": len(variants) / seconds,
    }


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    found = work()
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return time.perf_counter() - began, found


def _operations(watched: profiler.profile) -> dict[str, float]:
    """Return the seconds of the operations that took longest, on their device."""
    spent: collections.defaultdict[str, float] = collections.defaultdict(float)
    for event in watched.key_averages():
        on_device = getattr(event, "self_device_time_total", 0.0)
        spent[event.key] += (on_device or event.self_cpu_time_total) / 1e6
    longest = sorted(spent.items(), key=lambda each: -each[1])[:_KINDS]
    return {name: round(seconds, 4) for name, seconds in longest}


def _command(run: Run, name: str, *words: object, common: bool = True) -> float:
    """Run a command on the genome and return its seconds."""
    inputs = ("-r", run.genome.reference, "-a", run.genome.annotation, "--force")
    on = ("--device", run.device) if common else ("--accelerator", "auto")
    whole = [name, *words, *(inputs if common else ()), *on, "--quiet"]
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "twinsplice.cli", *(str(word) for word in whole)],
        capture_output=True,
        text=True,
        timeout=max(30.0, run.until - time.monotonic()),
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-600:])
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
