"""Write the tables of learning from laboratory truth out of results.json."""

import json
import pathlib
from collections.abc import Iterator, Mapping
from typing import Any

NAME = "truth"
RESULTS = pathlib.Path("benchmarks/truth/results.json")
OWN = pathlib.Path("benchmarks/truth/README.md")
MEASURES = {"auroc": "AUROC", "ap": "AP", "pearson": "Pearson"}
TITLES = {
    "validated": "Validated, the write-up's single pass",
    "paired-cnn": "Paired, the write-up's gated CNN, tau 0.9",
    "paired": "Paired, ours, 8 blocks",
    "paired-validated": "Paired, ours, validated targets",
    "paired-validated-both": "Paired, ours, validated targets of both assays",
    "paired-measured": "Paired, ours, then fitted to measured changes",
    "default": "default weights of 0.1.0",
    "twinsplice": "default weights of 0.1.0",
    "default-measured": "those of 0.1.0, then fitted to measured changes",
    "cispliceai": "CI-SpliceAI, the base model",
}
_TWO = "ref + alt"
INPUTS = {
    "validated": ("alt + change", "validated", 1),
    "paired-validated": (_TWO, "validated", 2),
    "paired-validated-both": (_TWO, "validated", 2),
    "paired-measured": (_TWO, "both", 2),
    "default-measured": (_TWO, "both", 2),
}
_PAIRED = (_TWO, "base", 2)
_TARGETS = {
    "base": "base Δ",
    "validated": "base Δ if altered, else 0",
    "both": "base Δ, and size of ΔPSI",
}


ASSAYS = dict.fromkeys(("vexseq", "transfer"), "Vex-seq")
"""Assays other than MFASS, by the evaluation."""


def texts() -> dict[pathlib.Path, str]:
    """Return the tables of the page."""
    return {OWN: tables(json.loads(RESULTS.read_text(encoding="utf-8")))}


def tables(results: Mapping[str, Any]) -> str:
    """Return the write-up's own table, and those of laboratory truth."""
    truth = (_truth(results, name) for name in results["truth"])
    return "\n\n".join((_seed(results), *truth))


def _seed(results: Mapping[str, Any]) -> str:
    """Input, target, passes, correlation and speed, as the write-up has them."""
    models = results["models"]
    slowest = max(figures["seconds_per_variant"] for figures in models.values())
    base, validated = (
        results["quality"][target_name] for target_name in ("base", "validated")
    )
    lines = [
        f"Against targets, n = {next(iter(models.values()))['variants']:,} variants of "
        f"chromosomes {', '.join(results['split']['test'])}, of which targets of 0.2 "
        f"or more have {base['positives']:,} (base Δ) and {validated['positives']:,} "
        "(validated):",
        "",
        "| model | input | target | r of the target with ΔPSI | passes | r, base Δ "
        "| r, validated Δ | variants in the time of one of the slowest |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, figures in models.items():
        inputs, target, passes = INPUTS.get(name, _PAIRED)
        lines.append(
            f"| {TITLES[name]} | {inputs} | {_TARGETS[target]} "
            f"| {_quality(results, target)} | {passes} "
            f"| {figures['r_base']:.3f} | {figures['r_validated']:.3f} "
            f"| {slowest / figures['seconds_per_variant']:.1f} |"
        )
    commit = results["environment"]["git"]
    lines += [
        "",
        "`python -m benchmarks.truth.run MFASS.tsv.gz VEXSEQ.tsv.gz` "
        f"(commit {commit})",
    ]
    return "\n".join(lines)


def _quality(results: Mapping[str, Any], target: str) -> str:
    """Return r of a target's size with that of the measured change."""
    quality = results["quality"]
    r = f"{quality.get(target, quality['base'])['r']:.3f}"
    return r if target in quality else f"{r}, and 1"


def _truth(results: Mapping[str, Any], evaluation: str) -> str:
    """AUROC, AP and Pearson of every model, and the first one's less each other's."""
    result = results["truth"][evaluation]
    counts = result["counts"]
    names = {name: TITLES[pathlib.PurePath(name).name] for name in result["models"]}
    first = next(iter(names))
    contigs = result["contigs"]
    where = f"chromosome{'s'[: len(contigs) > 1]} {', '.join(contigs)}"
    command = next(
        words for words in results["commands"] if words.endswith(f"/{evaluation}.json")
    )
    commit = result.get("git", "not recorded")
    lines = [
        f"Against {ASSAYS.get(evaluation, 'MFASS')}, {where}, no label of which was "
        f"learned from: n = {counts['variants']:,} variants of "
        f"{counts['groups']:,} exons, {counts['positives']:,} positives; "
        "95 % intervals over exons.",
        "",
        f"| model | {' | '.join(MEASURES.values())} |",
        "|---|---|---|---|",
        *(_line(names[name], figures) for name, figures in result["models"].items()),
        "",
        f"| {names[first]}, less | {' | '.join(MEASURES.values())} |",
        "|---|---|---|---|",
        *(
            _line(names[name], figures)
            for name, figures in result["differences"].items()
        ),
        "",
        f"`{command}` (commit {commit})",
    ]
    return "\n".join(lines)


def _line(title: str, figures: Mapping[str, Any]) -> str:
    return f"| {title} | {' | '.join(_cells(figures))} |"


def _cells(figures: Mapping[str, Any]) -> Iterator[str]:
    for name in MEASURES:
        interval = figures[name]
        yield f"{interval['value']:.3f} ({interval['low']:.3f}, {interval['high']:.3f})"
