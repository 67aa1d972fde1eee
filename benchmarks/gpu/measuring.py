"""What the parts of a GPU's record share: runs that are timed, and compared."""

import contextlib
import dataclasses
import math
import pathlib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import polars as pl
import torch
from benchmarks.gpu import workload

import twinsplice
from twinsplice import api
from twinsplice.base_models import loading

PAIRED, EXACT = "twinsplice", ("cispliceai", "spliceai")
FOLDERS = {
    "openspliceai": pathlib.Path("openspliceai-mane/10000nt"),
    "pangolin": pathlib.Path("pangolin"),
}
"""Models whose weights are files, where --weights has them."""
TOLERANCE = 1e-4
"""Largest difference of a score between devices."""
_ENOUGH = 8.0
"""Seconds that a timed run may take."""
MEMORY = 4.0, 40.0
"""--max-memory-gb of timed runs: the default, and more."""


@dataclasses.dataclass(frozen=True, slots=True)
class Run:
    """What all parts share.

    Attributes:
        device: Where networks run.
        folder: Where files are written, and thrown away.
        genome: The genome.
        scale: Share of the usual numbers of variants, bases and steps.
        weights: Folder of weights that no package brings.
        until: When no further part is begun (s, of the monotonic clock).
    """

    device: str
    folder: pathlib.Path
    genome: workload.Genome
    scale: float
    weights: pathlib.Path
    until: float

    def many(self, usual: int) -> int:
        """Return a number of this run's size."""
        return max(4, int(usual * self.scale))

    @property
    def models(self) -> list[str]:
        """The models whose weights are at hand, ours first."""
        there = (name for name in FOLDERS if (self.weights / FOLDERS[name]).is_dir())
        return [PAIRED, *filter(loading.is_installed, EXACT), *there]


def each(
    names: Sequence[str],
    work: Callable[[str], dict[str, Any]],
    until: float = math.inf,
) -> dict[str, dict[str, Any]]:
    """Do work for each name; one that fails or has no time leaves the others be."""
    found: dict[str, dict[str, Any]] = {}
    for name in names:
        if time.monotonic() > until:
            found[name] = {"left out": "no time was left"}
            continue
        try:
            found[name] = work(name)
        except Exception as error:  # noqa: BLE001
            found[name] = {"failed": f"{type(error).__name__}: {error}"[:300]}
    return found


@contextlib.contextmanager
def opened(
    run: Run, name: str, device: str, distance: int, memory: float = MEMORY[0]
) -> Iterator[api.Scorer]:
    """Provide an open scorer of a model on a device."""
    weights = run.weights / FOLDERS[name] if name in FOLDERS else None
    model = twinsplice.load_model(
        name, weights=weights, device=device, max_memory_gb=memory
    )
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


def scored(run: Run, name: str, device: str, texts: list[str]) -> pl.DataFrame:
    """Return the scores of variants, as a table."""
    with opened(run, name, device, 50) as scorer:
        return scorer.score(texts)


def difference(one: pl.DataFrame, other: pl.DataFrame) -> float:
    """Return the largest difference of a score; infinite where one lacks any."""
    numbers = [column for column in one.columns if column.startswith("DS_")]
    if not numbers or len(one) != len(other):
        return float("inf")
    left, right = (t.select(numbers).to_numpy().astype(float) for t in (one, other))
    if not (np.isnan(left) == np.isnan(right)).all():
        return float("inf")
    return float(np.nanmax(np.abs(left - right), initial=0.0))


def rate(
    run: Run, scorer: api.Scorer, variants: list[tuple[int, str, str]]
) -> dict[str, Any]:
    """Time a run; fewer variants than given where these would take too long."""
    vcf, out = run.folder / "in.vcf", run.folder / "out.tsv"
    seconds, few = 0.0, variants[:8]
    for few in (variants[:8], variants[: max(8, len(variants) // 20)]):
        workload.write_vcf(vcf, few)
        seconds, _ = timed(lambda: scorer.score_vcf(vcf, out, resume=False))
    variants = variants[: max(8, int(len(few) * _ENOUGH / seconds))]
    workload.write_vcf(vcf, variants)
    seconds, summary = timed(lambda: scorer.score_vcf(vcf, out, resume=False))
    return {
        "variants": len(variants),
        "scored": summary.scored,
        "per_s": len(variants) / seconds,
    }


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the seconds that work takes, and what it returns."""
    began = time.perf_counter()
    found = work()
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return time.perf_counter() - began, found


def command(
    run: Run, name: str, *words: object, common: bool = True
) -> tuple[float, str]:
    """Run a command on the genome; return its seconds and what it said."""
    inputs = ("-r", run.genome.reference, "-a", run.genome.annotation, "--force")
    on = ("--device", run.device) if common else ("--accelerator", _kind(run))
    whole = [name, *words, *(inputs if common else ()), *on]
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
    return time.perf_counter() - began, done.stderr[-400:]


def _kind(run: Run) -> str:
    return run.device.partition(":")[0]
