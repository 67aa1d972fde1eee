"""Measure the work outside the networks, from VCF line to VCF line.

    python -m benchmarks.score.overhead [--reference GRCh37.chr20.fa]

Run from the repository's root, through `make bench-overhead`. A predictor whose network
costs next to nothing, one linear step a base, scores VCFs of two sizes on one core; the
time that one more variant takes is what reading, gene look-up, the check of REF,
planning, cutting out profiles, summarising, formatting and writing take together. What
is found goes into overhead.json.
"""

import argparse
import json
import pathlib
import platform
import statistics
import time

import torch
from benchmarks.score import run, workloads

from twinsplice import api
from twinsplice.base_models import contract, loading
from twinsplice.effect import deltas
from twinsplice.engine import pointwise, profiling, stages
from twinsplice.io.vcf import vcf
from twinsplice.scoring.runs import kept_answers

RESULTS = pathlib.Path("benchmarks/score/overhead.json")
FEWER, MORE, TURNS = 4_000, 20_000, 5
MEMORY = 2_000_000_000
WORKLOADS = {"clustered": workloads.clustered, "scattered": workloads.scattered}
LIMIT = 80.0
"""Microseconds a variant that the work outside the networks may take."""


def predictor() -> contract.Predictor:
    """Return a predictor of two tracks whose network is one linear step a base."""
    layer = torch.nn.Conv1d(4, 2, 1)
    stage = stages.Pointwise((stages.INPUT,), pointwise.Linear(layer))
    return contract.EnsemblePredictor(
        name="free",
        info="Free",
        title="a network that costs nothing",
        kinds=deltas.SITE_KINDS,
        sha256="0" * 64,
        ensemble=profiling.Ensemble(
            networks=(stages.Network([stage]),),
            rows=((0, 1),),
            tracks=2,
            device=torch.device("cpu"),
            memory=MEMORY,
        ),
    )


def seconds(scorer: api.Scorer, source: pathlib.Path) -> float:
    """Return the CPU time of one run from VCF to VCF."""
    began = time.process_time()
    with vcf.read(source) as records:
        output = source.with_suffix(".scored.vcf")
        keeping = kept_answers.Keeping(output=output)
        scorer.score_source(records, output, keeping=keeping)
    return time.process_time() - began


def measure(scorer: api.Scorer, sizes: tuple[pathlib.Path, pathlib.Path]) -> float:
    """Return the time that one more variant takes (µs), the median of some turns."""
    marginal = []
    for _ in range(TURNS):
        fewer, more = (seconds(scorer, path) for path in sizes)
        marginal.append((more - fewer) / (MORE - FEWER) * 1e6)
    return statistics.median(marginal)


def main() -> None:
    """Read the command line, measure, and write overhead.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reference", type=pathlib.Path)
    options = parser.parse_args()
    torch.set_num_threads(1)
    reference = run.prepare_reference(options.reference)
    genes = workloads.read_genes(
        loading.official_file("spliceai", "annotations/grch37.txt")
    )
    contig = workloads.read_contig(reference)
    model = api.Model(predictor())
    times = {}
    with api.Scorer(model, reference=reference, annotation="grch37") as scorer:
        for name, make in WORKLOADS.items():
            paths = []
            for size in (FEWER, MORE):
                path = run.WORK / f"overhead.{name}.{size}.vcf"
                path.parent.mkdir(parents=True, exist_ok=True)
                workloads.write(path, make(genes, contig, size))
                paths.append(path)
            times[name] = measure(scorer, (paths[0], paths[1]))
            print(f"{name}: {times[name]:.1f} µs a variant (at most {LIMIT:.0f})")
    record = {
        "microseconds_per_variant": times,
        "limit": LIMIT,
        "variants": [FEWER, MORE],
        "turns": TURNS,
        "cores": 1,
        "processor": platform.processor() or platform.machine(),
        "torch": torch.__version__,
        "commit": run.commit(),
    }
    text = json.dumps(record, indent=2, sort_keys=True)
    RESULTS.write_text(text + "\n", encoding="utf-8")
    if max(times.values()) > LIMIT:
        raise SystemExit(f"more than {LIMIT:.0f} µs a variant outside the networks")


if __name__ == "__main__":
    main()
