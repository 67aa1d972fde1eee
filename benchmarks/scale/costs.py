"""Measure what a run costs, and by which laws; tell what large runs then cost.

    python -m benchmarks.scale.costs [--scale 1] [--parts numbers] [--table]

Run from the repository's root. A genome of random bases is made up: the time of a
network does not depend on them. One process with one thread, in turns; times are
seconds of a processor, not of the clock, so that other programs matter less. What is
found goes into costs.json, and as tables into the guide.
"""

import argparse
import contextlib
import json
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch
from benchmarks import pages
from benchmarks.gpu import workload
from benchmarks.scale import cost_tables

import twinsplice
from twinsplice import api
from twinsplice.io.annotation import annotations

BASES, SEED = 2_500_000, 7
TURNS = 2
CLUSTERED = (500, 2_000, 8_000)
"""Variants of the runs that tell whether the rate depends on their number."""
MODELS = {"twinsplice": (2_000, 100), "cispliceai": (48, 8)}
"""For each model the variants of a run, clustered and isolated."""
DISTANCES = (50, 500)
PARTS = ("numbers", "models", "scan", "worker", "genes")


def main() -> None:
    """Read the command line; measure, or only write the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--parts", nargs="*", choices=PARTS, default=[*PARTS])
    parser.add_argument("--table", action="store_true")
    given = parser.parse_args()
    if not given.table:
        torch.set_num_threads(1)
        with tempfile.TemporaryDirectory(prefix="twinsplice-costs-") as place:
            found = measured(pathlib.Path(place), given.scale, given.parts)
        # What was not measured again stays.
        kept = cost_tables.RESULTS
        earlier = json.loads(kept.read_text()) if kept.exists() else {}
        text = json.dumps(earlier | found, indent=2) + "\n"
        kept.write_text(text, encoding="utf-8")
    pages.write(cost_tables.NAME, cost_tables.texts())


def measured(
    folder: pathlib.Path, scale: float, parts: Sequence[str]
) -> dict[str, Any]:
    """Return figures.

    Args:
        folder: Where files are written.
        scale: Share of the usual numbers of variants.
        parts: Which figures.
    """
    genome = workload.genome(folder, BASES, SEED)

    def many(usual: int) -> int:
        return max(4, int(usual * scale))

    near = [workload.clustered(genome.bases, many(n), SEED) for n in CLUSTERED]
    works: dict[str, Callable[[], Any]] = {
        "numbers": lambda: _numbers(genome, folder, near),
        "models": lambda: _models(genome, folder, many),
        "scan": lambda: _scan(genome, many),
        "worker": lambda: _worker(genome, folder, many(8_000)),
        "genes": _genes,
    }
    about = {
        "twinsplice": twinsplice.__version__,
        "torch": torch.__version__,
        "processor": _processor(),
    }
    return about | {part: works[part]() for part in parts}


def _numbers(
    genome: workload.Genome,
    folder: pathlib.Path,
    variants: Sequence[list[tuple[int, str, str]]],
) -> dict[str, list[float]]:
    """Seconds a variant of runs of several sizes, in turns."""
    times: dict[str, list[float]] = {f"{len(some)}": [] for some in variants}
    with _scorer(genome, "twinsplice", 50) as scorer:
        _score(scorer, folder, variants[0][:200])
        for _ in range(TURNS):
            for some in variants:
                spent = _score(scorer, folder, some)
                times[f"{len(some)}"].append(spent / len(some))
    return times


def _models(
    genome: workload.Genome, folder: pathlib.Path, many: Callable[[int], int]
) -> dict[str, list[float]]:
    """Seconds a variant by model, workload and distance, in turns."""
    times: dict[str, list[float]] = {}
    for name, (near, apart) in MODELS.items():
        runs = {
            "clustered": workload.clustered(genome.bases, many(near), SEED),
            "isolated": workload.isolated(genome.bases, many(apart), SEED),
        }
        with contextlib.ExitStack() as opened:
            scorers = {
                distance: opened.enter_context(_scorer(genome, name, distance))
                for distance in DISTANCES
            }
            for turn in range(TURNS + 1):
                for distance, scorer in scorers.items():
                    for kind, variants in runs.items():
                        some = variants if turn else variants[:4]
                        spent = _score(scorer, folder, some) / len(some)
                        # The first turn warms up.
                        if turn:
                            key = f"{name}, {kind}, {distance}"
                            times.setdefault(key, []).append(spent)
    return times


def _scan(
    genome: workload.Genome, many: Callable[[int], int]
) -> dict[str, dict[str, Any]]:
    """Seconds a variant of scans: all substitutions, and short indels as well."""
    found = {}
    for name, usual in (("twinsplice", 400), ("cispliceai", 12)):
        bases = many(usual)
        first = workload.EDGE + 20_000
        place = f"{workload.CONTIG}:{first}-{first + bases - 1}"
        with _scorer(genome, name, 50) as scorer:
            scorer.scan(f"{workload.CONTIG}:{first}-{first + 1}")
            times, count = [], 0
            for _ in range(TURNS):
                began = time.process_time()
                scan = scorer.scan(place, deletions=4, insertions=1)
                count = scan.summary.scored
                times.append((time.process_time() - began) / count)
        found[name] = {"bases": bases, "variants": count, "seconds": times}
    return found


def _worker(
    genome: workload.Genome, folder: pathlib.Path, count: int
) -> dict[str, float]:
    """Memory of a worker, and what it leaves on the disk."""
    vcf, shard, out = (folder / name for name in ("w.vcf", "w.shard", "w.vcf.gz"))
    workload.write_vcf(vcf, workload.clustered(genome.bases, count, SEED))
    files = ("-r", genome.reference, "-a", genome.annotation, "--force")
    words = (vcf, *files, "--map", "none", "--threads", "1", "--quiet")
    program = (sys.executable, "-m", "twinsplice.cli")
    for more in (("--shard", "1/1", "-o", shard), ("-o", out)):
        command = [*program, "score", *words, *more]
        subprocess.run([str(word) for word in command], check=True)
    # Of all processes that have ended, the largest.
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**20
    return {
        "variants": count,
        "peak_gibibytes": peak,
        "shard_bytes": shard.stat().st_size / count,
        "output_bytes": out.stat().st_size / count,
    }


def _genes() -> dict[str, int]:
    """Genes of the package's table of GRCh38, and their bases, each strand's own."""
    index = annotations.load("grch38").index
    bases = int((index.end - index.start).sum())
    return {"genes": len(index.genes), "bases": bases}


@contextlib.contextmanager
def _scorer(genome: workload.Genome, name: str, distance: int) -> Iterator[api.Scorer]:
    made = api.Scorer(
        twinsplice.load_model(name, device="cpu", threads=1),
        reference=genome.reference,
        annotation=genome.annotation,
        distance=distance,
        map="none",
        transcripts="grch38",
        force=True,
    )
    with made as scorer:
        yield scorer


def _score(
    scorer: api.Scorer, folder: pathlib.Path, variants: list[tuple[int, str, str]]
) -> float:
    """Return the seconds of a processor that a run takes."""
    vcf = folder / "in.vcf"
    workload.write_vcf(vcf, variants)
    began = time.process_time()
    scorer.score_vcf(vcf, folder / "out.tsv", resume=False)
    return time.process_time() - began


def _processor() -> str:
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return f"{line.partition(':')[2].strip()}, {os.cpu_count()} cores"
    return "unknown"


if __name__ == "__main__":
    main()
