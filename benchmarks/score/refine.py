"""Measure `score --refine` against scoring everything by the base model.

    python -m benchmarks.score.refine --reference GRCh37.chr20.fa --map chr20.parquet

Run from the repository's root. An exome-like VCF is drawn: exons of the annotation's
genes with 50 bases on either side, and one random substitution in 100 bases. The base
model scores all of it; then the default weights score it, and the base model what they
find large, in one pass; both in this process, one after the other. Written are the
share refined, both rates and their ratio, and the base changes that are missed: those
of some size that were not refined. A refined score that is not the base model's own is
a failure. Fewer variants (`--max-variants`) are those of whole genes drawn at random,
as dense as before; `--map` is `score --map` of the default weights.
"""

import argparse
import dataclasses
import datetime as dt
import json
import pathlib
import platform
import random
import statistics
import time
from collections.abc import Sequence

import numpy as np
import polars as pl
import torch
from benchmarks.score import run

import twinsplice
from twinsplice import api
from twinsplice.genome import genes
from twinsplice.io import fasta
from twinsplice.io.annotation import annotations

RESULTS = pathlib.Path("benchmarks/score/refine.json")
FLANK, SPACING, SEED = 50, 100, 20
SIZES = (0.1, 0.2)
TOLERANCE = 1e-5
BAR = 4.0
"""Least ratio of the two rates."""
_EDGE = 6_000  # bases that must be there on either side of a variant (bp)
_WARM = 4
Variant = tuple[str, int, str, str]


def drawn(
    reference: fasta.Reference, members: Sequence[genes.Gene], seed: int, most: int
) -> list[Variant]:
    """Return random substitutions in and beside exons, sorted.

    Args:
        reference: The genome.
        members: The genes; those on contigs of the genome are used.
        seed: Random seed.
        most: Largest number of variants; genes are left out to keep to it.
    """
    draw = random.Random(seed)
    found: dict[tuple[str, int], Variant] = {}
    shuffled = list(members)
    draw.shuffle(shuffled)
    for gene in shuffled:
        contig = reference.resolve(gene.span.contig)
        if contig is None:
            continue
        bases = {
            position
            for start, end in genes.exons(gene)
            for position in range(start - FLANK, end + FLANK)
            if gene.span.start <= position < gene.span.end
            and _EDGE <= position < reference.contigs[contig] - _EDGE
        }
        count = len(bases) // SPACING
        for position in draw.sample(sorted(bases), count):
            ref = reference.sequence(contig, position, position + 1).upper()
            if ref in "ACGT" and len(found) < most:
                alt = draw.choice([base for base in "ACGT" if base != ref])
                found[contig, position] = (contig, position + 1, ref, alt)
        if len(found) >= most:
            break
    return [found[key] for key in sorted(found)]


def write(path: pathlib.Path, variants: Sequence[Variant]) -> pathlib.Path:
    """Write variants as a list, which `score` reads."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = ("-".join(map(str, variant)) + "\n" for variant in variants)
    path.write_text("".join(lines), encoding="ascii")
    return path


@dataclasses.dataclass(frozen=True, kw_only=True)
class Measured:
    """The runs of one way to score.

    Attributes:
        seconds: Wall time of each run, without loading models and genes.
        cpu_seconds: CPU time of each, which other programs disturb less.
        table: What was written.
    """

    seconds: list[float]
    cpu_seconds: list[float]
    table: pl.DataFrame


def measure(
    scorers: Sequence[api.Scorer], source: pathlib.Path, turns: int
) -> list[Measured]:
    """Score a list in several ways, in turns, after some variants to warm up."""
    lines = source.read_text(encoding="ascii").splitlines()
    seconds: list[list[float]] = [[] for _ in scorers]
    cpu_seconds: list[list[float]] = [[] for _ in scorers]
    outputs = [source.with_suffix(f".{i}.parquet") for i in range(len(scorers))]
    for scorer in scorers:
        scorer.score(lines[:_WARM])
    for _ in range(turns):
        for way, scorer in enumerate(scorers):
            began = time.process_time()
            seconds[way].append(scorer.score_vcf(source, outputs[way]).elapsed)
            cpu_seconds[way].append(time.process_time() - began)
            names = " + ".join(model.name for model in scorer.models)
            print(f"{names}: {seconds[way][-1]:.1f} s", flush=True)
    return [
        Measured(seconds=own, cpu_seconds=cpu, table=pl.read_parquet(output))
        for own, cpu, output in zip(seconds, cpu_seconds, outputs, strict=True)
    ]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Figures:
    """What two ways to score come to.

    Attributes:
        variants: Number of variants.
        scores: Scores of the base model, one for each allele and gene.
        refined: Scores that were refined.
        share_refined: Their share.
        rate_base_alone: Variants a second of the base model alone.
        rate_refined: Variants a second with refinement.
        ratio: How many times as fast refinement is.
        cpu_ratio: The same by CPU time.
        seconds_base_alone: Wall time of each run of the base model alone.
        seconds_refined: Wall time of each run with refinement.
        cpu_seconds_base_alone: CPU time of each run of the base model alone.
        cpu_seconds_refined: CPU time of each run with refinement.
        missed: For each of `SIZES`, base changes of at least that size: how many, and
            how many of them were not refined.
        largest_difference: Of a refined score from the base model's own.
    """

    variants: int
    scores: int
    refined: int
    share_refined: float
    rate_base_alone: float
    rate_refined: float
    ratio: float
    cpu_ratio: float
    seconds_base_alone: list[float]
    seconds_refined: list[float]
    cpu_seconds_base_alone: list[float]
    cpu_seconds_refined: list[float]
    missed: list[dict[str, float]]
    largest_difference: float


def compared(alone: Measured, refined: Measured, key: str, variants: int) -> Figures:
    """Return the figures of both ways to score."""
    base = alone.table["max_delta"].to_numpy()
    ours = refined.table["max_delta"].to_numpy()
    exact = refined.table[f"{key}_max_delta"].to_numpy()
    scored, is_refined = ~np.isnan(base), ~np.isnan(exact)
    rates = [variants / statistics.median(x.seconds) for x in (alone, refined)]
    off = np.abs(exact - base)[is_refined]
    return Figures(
        variants=variants,
        scores=int(scored.sum()),
        refined=int(is_refined.sum()),
        share_refined=float(is_refined.sum() / (~np.isnan(ours)).sum()),
        rate_base_alone=rates[0],
        rate_refined=rates[1],
        ratio=rates[1] / rates[0],
        cpu_ratio=statistics.median(alone.cpu_seconds)
        / statistics.median(refined.cpu_seconds),
        seconds_base_alone=alone.seconds,
        seconds_refined=refined.seconds,
        cpu_seconds_base_alone=alone.cpu_seconds,
        cpu_seconds_refined=refined.cpu_seconds,
        missed=[_missed(base, is_refined, size) for size in SIZES],
        largest_difference=float(off.max(initial=0.0)),
    )


def _missed(base: np.ndarray, is_refined: np.ndarray, size: float) -> dict[str, float]:
    """Return how many base changes of at least a size were not refined."""
    reaching = base >= size
    missed = int((reaching & ~is_refined).sum())
    count = int(reaching.sum())
    share = missed / count if count else 0.0
    return {"base_at_least": size, "n": count, "missed": missed, "share": share}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--reference", type=pathlib.Path, required=True)
    parser.add_argument("--annotation", default="grch37")
    parser.add_argument("--max-variants", type=int, default=10**9)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--model", default="twinsplice")
    parser.add_argument("--refine", default="cispliceai")
    parser.add_argument("--refine-threshold", type=float)
    parser.add_argument("--map", default="auto")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--turns", type=int, default=1)
    parser.add_argument("--output", type=pathlib.Path, default=RESULTS)
    return parser.parse_args()


def main() -> None:
    """Read the command line, measure, and write the results."""
    options = _options()
    members = annotations.load(options.annotation).index.genes
    with fasta.Reference.open(options.reference) as reference:
        variants = drawn(reference, members, options.seed, options.max_variants)
    source = write(run.WORK / "refine.txt", variants)
    model, base = (
        twinsplice.load_model(name, device=options.device, threads=options.threads)
        for name in (options.model, options.refine)
    )
    files = {"reference": options.reference, "annotation": options.annotation}
    with (
        twinsplice.Scorer(base, **files) as alone,
        twinsplice.Scorer(
            model,
            refine=base,
            refine_threshold=options.refine_threshold,
            map=options.map,
            **files,
        ) as both,
    ):
        measured = measure([alone, both], source, options.turns)
        threshold, key = both.threshold, both.keys[-1]
    figures = compared(measured[0], measured[1], key, len(variants))
    record = dataclasses.asdict(figures) | {
        "model": model.name,
        "refine": base.name,
        "threshold": threshold,
        "map": pathlib.PurePath(options.map).name,
        "reference": options.reference.name,
        "annotation": options.annotation,
        "seed": options.seed,
        "device": str(model.predictor.ensemble.device),
        "threads": torch.get_num_threads(),
        "processor": platform.processor() or platform.machine(),
        "torch": torch.__version__,
        "date": dt.datetime.now(tz=dt.UTC).date().isoformat(),
        "commit": run.commit(),
    }
    text = json.dumps(record, indent=2, sort_keys=True)
    options.output.write_text(text + "\n", encoding="utf-8")
    print(text)
    if figures.largest_difference > TOLERANCE:
        raise SystemExit("a refined score is not the base model's own")
    if figures.ratio < BAR:
        print(f"less than {BAR:g} times the rate of scoring all by the base model")


if __name__ == "__main__":
    main()
