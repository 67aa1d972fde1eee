"""What a score means: sensitivity, specificity and likelihood ratios on labels.

    python -m benchmarks.truth.interpretation MFASS.tsv.gz VEXSEQ.tsv.gz -r GENOME.fa
    python -m benchmarks.truth.interpretation --table

The first scores the labelled variants with `twinsplice evaluate`, which is not done
again where its scores are there, and writes interpretation.json. The second writes the
tables and the picture of docs/interpretation.md from that, and what is of the present
default weights in this folder's README. Thresholds that correspond to those of
SpliceAI are found on the labels of all chromosomes but 2, and tried on 2. Run from the
repository's root.
"""

import argparse
import dataclasses
import json
import pathlib
import shlex
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
from benchmarks import pages
from benchmarks.truth import interpretation_page, run, table

from twinsplice.evaluation import benchmark_metrics, benchmark_scores
from twinsplice.stats import likelihood
from twinsplice.training import environment

CHECKED_ON = ("chr2",)
"""Chromosomes whose labels no threshold here was found on."""
CLINGEN = {"PP3": 0.2, "BP4": 0.1}
"""SpliceAI's thresholds of Walker et al. 2023: from 0.2 on, and up to 0.1."""
DRAWS = 2_000
_COMMON = ("--allow-trained", "--threads", "1", "--quiet")
_INCLUSION = benchmark_scores.INCLUSION


@dataclasses.dataclass(frozen=True, slots=True)
class Column:
    """Where the scores of a model are: a table, and its name there."""

    table: str
    model: str


OWN = {
    "twinsplice": Column("genome", "twinsplice"),
    "twinsplice, map": Column("genome.map", "twinsplice"),
    "twinsplice, live": Column("genome.live", "twinsplice"),
    "twinsplice, map, EXON_INCLUSION": Column("genome.map", "twinsplice" + _INCLUSION),
}
"""Ours in the genome, by the names of the page's tables."""
COLUMNS = OWN | {
    "cispliceai": Column("genome.cispliceai", "cispliceai"),
    "spliceai": Column("genome.spliceai", "spliceai"),
}
"""All models in the genome. Some need sequence that is not at hand for all variants."""
PUBLISHED = {
    interpretation_page.PUBLISHED: "spliceai",
    "pangolin, published": "pangolin",
}
"""Scores that the table of MFASS has itself, and their columns."""
VEXSEQ = {name: Column("vexseq", name) for name in interpretation_page.THREE}
CONSTRUCTS = {"twinsplice": Column("constructs", "twinsplice")}
BOTH = CONSTRUCTS | {"cispliceai": Column("constructs.cispliceai", "cispliceai")}
"""Chromosome 2 alone: CI-SpliceAI is slow."""
MEASURES = ("auroc", "ap", "pearson")
_RANKING = benchmark_metrics.Resampling(500)


def commands(
    mfass: pathlib.Path, vexseq: pathlib.Path, reference: pathlib.Path
) -> dict[str, tuple[str, ...]]:
    """Return the arguments of `twinsplice evaluate` by the name of its scores."""
    of_mfass = ("--labels", str(mfass), "--format", "mfass")
    native = (*of_mfass, "-r", str(reference), "-a", "grch38", *_COMMON)
    of_vexseq = ("--labels", str(vexseq), "--format", "vexseq", "--sequences")
    beside = ("--compare-with", "cispliceai", "--compare-with", "spliceai")
    return {
        "genome": ("twinsplice", *native, "--map", "none"),
        "genome.map": ("twinsplice", *native, "--map", "auto"),
        "genome.live": ("twinsplice", *native, "--map", "live"),
        "genome.cispliceai": ("cispliceai", *native),
        "genome.spliceai": ("spliceai", *native),
        "constructs": (
            *("twinsplice", *of_mfass, "--sequences"),
            *(*_contigs(run.TEST), *_COMMON),
        ),
        "constructs.cispliceai": (
            *("cispliceai", *of_mfass, "--sequences", *_contigs(run.UNSEEN), *_COMMON),
        ),
        "vexseq": ("twinsplice", *of_vexseq, *_contigs("1357"), *beside, *_COMMON),
    }


def _contigs(names: Iterable[str]) -> list[str]:
    return [word for name in names for word in ("--contigs", name)]


def main() -> None:
    """Score, find the figures, and write them with the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("labels", type=pathlib.Path, nargs="*", help="MFASS, Vex-seq")
    parser.add_argument("-r", "--reference", type=pathlib.Path)
    parser.add_argument(
        "--work", type=pathlib.Path, default=pathlib.Path("work/truth_interpret")
    )
    parser.add_argument("--table", action="store_true", help="only write the page")
    options = parser.parse_args()
    if not options.table:
        if len(options.labels) != 2 or options.reference is None:
            parser.error("the labels of MFASS and Vex-seq and --reference are needed")
        mfass, vexseq = options.labels
        asked = commands(mfass, vexseq, options.reference)
        _score(asked, options.work)
        found = {
            "commands": {name: _shown(words) for name, words in asked.items()},
            "git": environment.describe()["git"],
            **figures(options.work, mfass),
        }
        text = json.dumps(found, indent=1, allow_nan=True)
        interpretation_page.RESULTS.write_text(text + "\n", encoding="utf-8")
    results = json.loads(interpretation_page.RESULTS.read_text(encoding="utf-8"))
    interpretation_page.draw(results)
    for name, text in interpretation_page.tables(results).items():
        pages.write(name, {interpretation_page.PAGE: text})
    pages.write("default", {table.OWN: interpretation_page.rankings(results)})


def _score(asked: Mapping[str, Sequence[str]], work: pathlib.Path) -> None:
    """Run what is lacking."""
    work.mkdir(parents=True, exist_ok=True)
    for name, words in asked.items():
        outputs = ("--scores", f"{work}/{name}.tsv", "-o", f"{work}/{name}.json")
        command = [sys.executable, "-m", "twinsplice.cli", "evaluate"]
        if not (work / f"{name}.json").exists():
            subprocess.run([*command, *words, *outputs], check=True)


def _shown(words: Sequence[str]) -> str:
    """Return a command without the folders of this machine."""
    names = [pathlib.PurePath(word).name if "/" in word else word for word in words]
    return shlex.join(["twinsplice", "evaluate", *names])


def figures(work: pathlib.Path, mfass: pathlib.Path) -> dict[str, Any]:
    """Return the figures of both assays.

    Args:
        work: Folder of the scores.
        mfass: Table of MFASS, for the scores that were published with it.
    """
    own, every = (
        _with_published(_scores(work, each), mfass) for each in (OWN, COLUMNS)
    )
    vexseq, constructs = (_scores(work, each) for each in (VEXSEQ, CONSTRUCTS))
    of_own, of_every = [*OWN, *PUBLISHED], [*COLUMNS, *PUBLISHED]
    checked = pl.col("contig").is_in(CHECKED_ON)
    return {
        "mfass": _figures(own, of_own),
        "mfass, all models": _figures(every, of_every),
        "mfass, found on": _figures(own.filter(~checked), of_own),
        "mfass, tried on": _figures(own.filter(checked), of_own),
        "vexseq": _figures(vexseq, [*VEXSEQ]),
        "rankings": {
            "mfass": _rankings(own, of_own),
            "mfass, all models": _rankings(every, of_every),
            "mfass, chr 2": _rankings(own.filter(checked), of_own),
            "constructs": _rankings(constructs, list(CONSTRUCTS)),
            "constructs, chr 2": _rankings(_scores(work, BOTH), list(BOTH)),
            "vexseq": _rankings(vexseq, list(VEXSEQ)),
        },
        "equivalents": {
            name: _equivalents(own if name in own.columns else every, name)
            for name in of_every
        },
    }


def _scores(work: pathlib.Path, columns: Mapping[str, Column]) -> pl.DataFrame:
    """Return the variants that all models score, one column of scores a model."""
    every: pl.DataFrame | None = None
    for name, column in columns.items():
        path = work / f"{column.table}.tsv"
        frame = pl.read_csv(path, separator="\t", infer_schema=False)
        frame = frame.filter(pl.col("model") == column.model).select(
            "name",
            "contig",
            "group",
            (pl.col("altered") == "True").alias("altered"),
            pl.col("value").cast(pl.Float64),
            pl.col("score").cast(pl.Float64).alias(name),
        )
        known = ["name", "contig", "group", "altered", "value"]
        every = frame if every is None else every.join(frame, on=known)
    assert every is not None
    return every.drop_nulls()


def _with_published(frame: pl.DataFrame, mfass: pathlib.Path) -> pl.DataFrame:
    """Return variants with published scores; NaN where there is none."""
    table = pl.read_csv(mfass, separator="\t", infer_schema=False).select(
        pl.col("id").alias("name"),
        *(
            pl.col(column).cast(pl.Float64, strict=False).alias(name)
            for name, column in PUBLISHED.items()
        ),
    )
    return frame.join(table, on="name", how="left").fill_null(np.nan)


def _figures(frame: pl.DataFrame, models: Sequence[str]) -> dict[str, Any]:
    """Return accuracy at thresholds and ratios of bins of each model."""
    found: dict[str, Any] = {
        "variants": len(frame),
        "altered": int(frame["altered"].sum()),
        "groups": frame["group"].n_unique(),
        "contigs": sorted(frame["contig"].unique().to_list()),
        "models": {},
    }
    for name in models:
        # What one published score lacks the others keep.
        scored = frame.filter(pl.col(name).is_not_nan())
        known = _known(scored)
        score = scored[name].to_numpy()
        found["models"][name] = {
            "variants": len(scored),
            "altered": int(scored["altered"].sum()),
            "accuracies": [
                dataclasses.asdict(each) for each in likelihood.accuracies(score, known)
            ],
            "bins": [
                dataclasses.asdict(each) for each in likelihood.bins(score, known)
            ],
        }
    return found


def _plain(found: Sequence[likelihood.Accuracy | likelihood.Bin]) -> list[Any]:
    return [dataclasses.asdict(each) for each in found]


def _rankings(frame: pl.DataFrame, models: Sequence[str]) -> dict[str, Any]:
    """Return how well each model ranks variants, and how much better than others."""
    labels = benchmark_metrics.Labels(
        altered=frame["altered"].to_numpy(),
        decided=np.ones(len(frame), dtype=bool),
        value=frame["value"].to_numpy(),
        groups=frame["group"].to_numpy().astype(np.str_),
    )
    sizes = {name: np.array([frame[name].to_numpy()] * 2) for name in models}
    pairs = [
        (name, other)
        for name in models
        for other in ("cispliceai", "spliceai", *PUBLISHED)
        if other in sizes and name in ("twinsplice", interpretation_page.DEFAULT)
    ]
    return {
        "variants": len(frame),
        "altered": int(labels.altered.sum()),
        "groups": frame["group"].n_unique(),
        "contigs": sorted(frame["contig"].unique().to_list()),
        "models": {name: _measured([sizes[name]], labels) for name in models},
        "differences": [
            [name, other, _measured([sizes[name], sizes[other]], labels)]
            for name, other in pairs
        ],
    }


def _measured(
    scores: Sequence[benchmark_metrics.Scores], labels: benchmark_metrics.Labels
) -> dict[str, Any]:
    return {
        measure: dataclasses.asdict(
            benchmark_metrics.estimate(measure, scores, labels, _RANKING)
        )
        for measure in MEASURES
    }


def _equivalents(frame: pl.DataFrame, name: str) -> dict[str, Any]:
    """Return a model's thresholds of the ratios that SpliceAI has at ClinGen's.

    They are found on some chromosomes; what their ratios are on the others is there,
    too.
    """
    is_other = pl.col("contig").is_in(CHECKED_ON)
    found_on, tried_on = frame.filter(~is_other), frame.filter(is_other)
    known, others = _known(found_on), _known(tried_on)
    found: dict[str, Any] = {
        "variants": len(found_on),
        "altered": int(found_on["altered"].sum()),
    }
    for code, threshold in CLINGEN.items():
        at = likelihood.equivalent(
            found_on[name].to_numpy(),
            found_on[interpretation_page.PUBLISHED].to_numpy(),
            threshold,
            known,
            is_upper=code == "PP3",
        )
        tried = likelihood.accuracies(tried_on[name].to_numpy(), others, [at.value])
        ratio = tried[0].positive if code == "PP3" else tried[0].negative
        found[code] = {"at": dataclasses.asdict(at), "tried": dataclasses.asdict(ratio)}
    return found


def _known(frame: pl.DataFrame) -> likelihood.Sample:
    return likelihood.sample(
        frame["altered"].to_numpy(), frame["group"].to_numpy().astype(np.str_), DRAWS
    )


if __name__ == "__main__":
    main()
