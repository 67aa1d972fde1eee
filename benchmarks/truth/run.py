"""Learn from laboratory truth: the write-up's Validated Delta, and a fine-tuned Paired.

    python -m benchmarks.truth.run MFASS.tsv.gz VEXSEQ.tsv.gz [--work work/truth]
    python -m benchmarks.truth.run --table

Base deltas of the sequences that MFASS tested are the targets, for one run those of
Vex-seq, too. Chromosomes of the test fold are learned from by none of the models,
neither their sequences nor what was measured on them (the default weights have seen
base deltas of some, so chromosome 2, which they have not, is also told apart).
Everything that is there is not done again. Run from the repository's root.
"""

import argparse
import dataclasses
import json
import pathlib
import shlex
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from benchmarks import pages
from benchmarks.truth import table

from twinsplice.predictors import checkpoints
from twinsplice.settings import train as train_settings
from twinsplice.stats import agreement, metrics
from twinsplice.training import (
    batches,
    datasets,
    environment,
    inference,
    splits,
)

TEST = ("2", "4", "8", "12", "16")
VALIDATION = ("22",)
UNSEEN = ("2",)
"""Chromosomes that the default weights were not trained on either."""
ASSAYS = ("mfass", "vexseq")
"""Formats of the tables of labels, in the order that they are given."""
KINDS: tuple[train_settings.Target, ...] = ("base", "validated")
_TWINSPLICE = str(pathlib.Path(sys.executable).with_name("twinsplice"))
_COMMON = (
    *(
        "--windows",
        "0",
        "--variants",
        "16",
        "--warmup-fraction",
        "0.1",
        "--ema",
        "0.99",
    ),
    *("--evaluate-every", "100", "--site-fraction", "0.5"),
    *("--precision", "bf16-mixed", "--threads", "1", "--accelerator", "cpu"),
)
_FRESH = ("--learning-rate", "1e-3")
_LONG = ("--steps", "2000", *_FRESH)
"""From random weights 400 steps were not enough for either model of the write-up."""
_OURS = (
    *("--init-from", "cispliceai", "--blocks", "8", "--delta-weight", "50"),
    *("--steps", "400", *_FRESH),
)
_VALIDATED = (*_OURS, "--target", "validated", "--profile-weight", "0")
_GENTLE = (
    *("--learning-rate", "2e-4", "--measured-weight", "4", "--delta-weight", "20"),
    *("--steps", "400"),
)
RUNS: dict[str, tuple[str, ...]] = {
    "validated": ("--architecture", "validated", "--target", "validated", *_LONG),
    "paired-cnn": ("--architecture", "cnn", "--strategy", "quantile", *_LONG),
    "paired": _OURS,
    "paired-validated": _VALIDATED,
    "paired-validated-both": _VALIDATED,
    "paired-measured": ("--init-weights", "{work}/paired", *_GENTLE),
    "default-measured": ("--init-weights", checkpoints.SHIPPED, *_GENTLE),
}
"""Options of each run, in the order that they need each other."""
BOTH = ("paired-validated-both",)
"""Runs that learn from both assays."""


@dataclasses.dataclass(frozen=True, slots=True)
class Trial:
    """Models held against an assay: the first one, and the others beside it."""

    assay: str
    contigs: tuple[str, ...]
    models: tuple[str, ...]
    words: tuple[str, ...] = ()


# The default weights know base deltas, no labels, of some chromosomes.
_TRAINED = ("--allow-trained",)
_PUBLIC = (checkpoints.SHIPPED, "cispliceai")
_OF_MFASS = ("paired", "validated", "paired-validated", "paired-cnn")
TRIALS = {
    "test": Trial("mfass", TEST, ("paired-measured", *_OF_MFASS, *_PUBLIC), _TRAINED),
    "unseen": Trial("mfass", UNSEEN, ("default-measured", *_PUBLIC)),
    "both": Trial("mfass", TEST, (*BOTH, "paired-validated"), _TRAINED),
    "vexseq": Trial("vexseq", ("2", "4", "8"), (*BOTH, *_OF_MFASS, *_PUBLIC), _TRAINED),
    # All but 6, whose labels in MFASS the first one has learned from.
    "transfer": Trial(
        "vexseq", tuple("1234578"), ("default-measured", *_PUBLIC), _TRAINED
    ),
}
"""What is evaluated, by the name of its result."""


def main() -> None:
    """Make the targets, train, evaluate, write results.json and the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("labels", type=pathlib.Path, nargs="*", help="MFASS, Vex-seq")
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("work/truth"))
    parser.add_argument("--table", action="store_true", help="only write the READMEs")
    options = parser.parse_args()
    if not options.table:
        if len(options.labels) != len(ASSAYS):
            parser.error("the labels of MFASS and of Vex-seq are needed")
        labels = dict(zip(ASSAYS, options.labels, strict=True))
        commands = _made(labels, options.work)
        results = {
            "commands": commands,
            "split": {"test": TEST, "validation": VALIDATION, "unseen": UNSEEN},
            "environment": environment.describe(),
            "quality": _quality(options.work),
            "models": _judged(options.work),
            "truth": {
                name: json.loads((options.work / f"{name}.json").read_text())
                for name in TRIALS
            },
        }
        # Where the tables lie here is nobody's business.
        text = json.dumps(results, indent=1)
        for name, path in labels.items():
            text = text.replace(str(path), f"{name.upper()}.tsv.gz")
        table.RESULTS.write_text(text + "\n", encoding="utf-8")
    pages.write(table.NAME, table.texts())


def _made(labels: Mapping[str, pathlib.Path], work: pathlib.Path) -> list[str]:
    """Run what is lacking; return all commands, also of what was there."""
    work.mkdir(parents=True, exist_ok=True)
    options = ("--reach", "169", "--context", "600", "--precision", "bfloat16")
    commands = [
        _command("targets", path, "--format", name, *options, o=_store(work, name))
        for name, path in labels.items()
    ]
    split_flags = [*_each("--test", TEST), *_each("--validation", VALIDATION)]
    for name, words in RUNS.items():
        options_of = [word.format(work=work) for word in words]
        stores = [_store(work, model) for model in ASSAYS[: 1 + (name in BOTH)]]
        flags = [*_each("-t", stores), *split_flags, *_COMMON, *options_of]
        commands.append(_command("train", *flags, o=work / name))
    for name, trial in TRIALS.items():
        first, *others = [
            str(work / model) if model in RUNS else model for model in trial.models
        ]
        commands.append(
            _command(
                *("evaluate", first, "--labels", labels[trial.assay]),
                *("--format", trial.assay, "--sequences"),
                *_each("--contigs", trial.contigs),
                *_each("--compare-with", others),
                *trial.words,
                o=work / f"{name}.json",
            )
        )
    for command in commands:
        _run(command)
    return [shlex.join(["twinsplice", *command[1:]]) for command in commands]


def _store(work: pathlib.Path, assay: str) -> pathlib.Path:
    return work / f"{assay}.zarr"


def _command(*words: object, o: pathlib.Path) -> list[str]:
    return [_TWINSPLICE, *map(str, words), "-o", str(o)]


def _each(flag: str, values: Sequence[object]) -> list[str]:
    return [word for value in values for word in (flag, str(value))]


def _run(command: Sequence[str]) -> None:
    out = pathlib.Path(command[-1])
    if command[1] == "evaluate" and out.exists():
        return
    if command[1] == "train" and out.exists():
        if (out / checkpoints.NAME).exists():
            return
        command = [*command, "--resume"]
    print(shlex.join(command), flush=True)
    subprocess.run(command, check=True)


def _targets(work: pathlib.Path, target: train_settings.Target) -> batches.Pairs:
    """Return the variants of the test chromosomes with targets of a kind."""
    split = splits.holding_out(("5", "7", "9", "20"), TEST)
    data = datasets.load([_store(work, "mfass")], split, 0.5, target)
    return data.validation_pairs[0]


def _quality(work: pathlib.Path) -> dict[str, dict[str, float]]:
    """Return each target's positives, and r of its size with that of the change."""
    figures: dict[str, dict[str, float]] = {}
    for target in KINDS:
        pairs = _targets(work, target)
        assert pairs.value is not None
        has_value = ~np.isnan(pairs.value)
        size = np.abs(pairs.delta).max(axis=(1, 2)).astype(float)
        measured = np.abs(pairs.value[has_value]).astype(float)
        figures[target] = {
            "positives": int(np.count_nonzero(size >= agreement.DELTA_MODERATE)),
            "r": metrics.pearson(size[has_value], measured),
        }
    return figures


def _judged(work: pathlib.Path) -> dict[str, Any]:
    """Return r with base deltas and with validated ones, and what a variant costs."""
    return {
        name: _of_model(
            work, name, checkpoints.shipped() if name == "default" else work / name
        )
        for name in (*RUNS, "default")
    }


def _of_model(work: pathlib.Path, name: str, path: pathlib.Path) -> dict[str, Any]:
    """Judge a model, or read what was found of the same weights before."""
    trained = checkpoints.load(path)
    path_of_results = work / f"{name}.judged.json"
    if path_of_results.exists():
        saved: dict[str, Any] = json.loads(path_of_results.read_text())
        if saved["sha256"] == trained.sha256:
            return saved
    pairs = {target: _targets(work, target) for target in KINDS}
    torch.set_num_threads(1)
    began = time.process_time()
    delta, _ = inference.deltas(trained.model, pairs["base"])
    seconds = time.process_time() - began
    size = np.abs(delta).max(axis=(1, 2)).astype(float)
    figures = {
        "sha256": trained.sha256,
        "variants": len(size),
        "context": trained.model.context,
        "seconds_per_variant": seconds / len(size),
    } | {
        f"r_{target}": metrics.pearson(
            size, np.abs(target_pairs.delta).max(axis=(1, 2)).astype(float)
        )
        for target, target_pairs in pairs.items()
    }
    path_of_results.write_text(json.dumps(figures))
    return figures


if __name__ == "__main__":
    main()
