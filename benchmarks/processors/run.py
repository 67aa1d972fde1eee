"""Measure how far the digits of `twinsplice score` depend on the processor.

    python -m benchmarks.processors.run LIST REFERENCE [--annotation grch37]
        [--models twinsplice spliceai pangolin=FOLDER] [--settings "all of AVX2"]

Run from the repository's root. PyTorch and its libraries choose their instructions by
the processor, and can be told to take those of an older one. What tables print is
compared with what they print of this processor's own. What is found goes into
results.json and the page of promises.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import polars as pl
from benchmarks import pages

RESULTS = pathlib.Path(__file__).with_name("results.json")
PAGE = pathlib.Path("docs/reliability.md")
_ATEN, _ONEDNN, _MKL = "ATEN_CPU_CAPABILITY", "ONEDNN_MAX_CPU_ISA", "MKL_CBWR"
SETTINGS: dict[str, dict[str, str]] = {
    "the same, again": {},
    "two threads": {"OMP_NUM_THREADS": "2"},
    "PyTorch's own kernels without AVX": {_ATEN: "default"},
    "PyTorch's own kernels of AVX2": {_ATEN: "avx2"},
    "oneDNN of SSE 4.1": {_ONEDNN: "SSE41"},
    "oneDNN of AVX2": {_ONEDNN: "AVX2"},
    "oneDNN of AVX-512": {_ONEDNN: "AVX512_CORE"},
    "MKL of SSE 2": {_MKL: "COMPATIBLE"},
    "MKL of AVX2": {_MKL: "AVX2"},
    "all of AVX2": {_ATEN: "avx2", _ONEDNN: "AVX2", _MKL: "AVX2"},
    "all without AVX": {_ATEN: "default", _ONEDNN: "SSE41", _MKL: "COMPATIBLE"},
}
_PLACES = ("DP_", "POS_")


def main() -> None:
    """Read the command line, measure, keep what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("variants", type=pathlib.Path)
    parser.add_argument("reference", type=pathlib.Path)
    parser.add_argument("--annotation", default="grch37")
    parser.add_argument("--models", nargs="+", default=["twinsplice"])
    parser.add_argument("--settings", nargs="+", choices=SETTINGS, default=[*SETTINGS])
    options = parser.parse_args()
    kept = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    for named in options.models:
        model, _, folder = named.partition("=")
        words = [str(options.variants), "-r", str(options.reference)]
        words += ["-a", options.annotation, "--model", model]
        words += ["--weights", folder] if folder else []
        words += ["--map", "none"] if model == "twinsplice" else []
        own = scored(words, {})
        kept[model] = {"rows": len(own), "settings": {}}
        for name in options.settings:
            found = differences(own, scored(words, SETTINGS[name]))
            kept[model]["settings"][name] = found
            print(f"{model}, {name}: {found}", flush=True)
            text = json.dumps(kept, indent=2)
            RESULTS.write_text(text + "\n", encoding="utf-8")
            pages.write("processors", {PAGE: table(kept)})


def scored(words: list[str], setting: dict[str, str]) -> pl.DataFrame:
    """Return the table of a run in an environment."""
    threads = setting.get("OMP_NUM_THREADS", "1")
    environment = os.environ | {"OMP_NUM_THREADS": "1"} | setting
    with tempfile.TemporaryDirectory() as folder:
        output = pathlib.Path(folder) / "out.tsv"
        command = [sys.executable, "-m", "twinsplice.cli", "score", *words]
        command += ["-o", str(output), "--threads", threads, "--quiet"]
        subprocess.run(command, env=environment, check=True)
        return pl.read_csv(output, separator="\t", infer_schema=False)


def differences(one: pl.DataFrame, other: pl.DataFrame) -> dict[str, float]:
    """Return how far two tables differ.

    Args:
        one: A table, as text.
        other: One of the same rows.
    """
    cells = changed = moved = 0
    largest = 0.0
    for name in one.columns:
        mine, theirs = one[name], other[name]
        if name.startswith(_PLACES):
            moved += int(mine.ne_missing(theirs).sum())
            continue
        numbers = [each.cast(pl.Float64, strict=False) for each in (mine, theirs)]
        if numbers[0].null_count() == len(one) or name == "pos":
            assert mine.equals(theirs), f"{name} differs"
            continue
        apart = (numbers[0] - numbers[1]).abs().drop_nulls()
        assert numbers[0].is_null().equals(numbers[1].is_null())
        cells += len(apart)
        changed += int((apart > 0).sum())
        largest = max(largest, float(apart.max() or 0))  # type: ignore[arg-type]
    return {
        "cells": cells,
        "changed": changed,
        "largest": round(largest, 6),
        "moved": moved,
    }


def table(kept: dict[str, dict[str, dict[str, dict[str, float]]]]) -> str:
    """Return what was found as a Markdown table."""
    lines = [
        "| model | instructions | cells that differ, of | largest difference "
        "| positions that differ |",
        "|---|---|---|---|---|",
    ]
    for model, found in kept.items():
        for name, each in found["settings"].items():
            lines.append(
                f"| `{model}` | {name} | {each['changed']} of {each['cells']:,} "
                f"| {each['largest']:g} | {each['moved']} |"
            )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
