"""The record of a benchmark: JSON without NaN."""

import dataclasses
import json
import math
import pathlib

from support import examples
from twinsplice.evaluation import benchmark_record
from twinsplice.settings import evaluate as evaluate_settings


def test_what_is_not_defined_is_null(tmp_path: pathlib.Path) -> None:
    config = evaluate_settings.Config(
        pathlib.Path("run"),
        labels=pathlib.Path("x.tsv"),
        sequences=True,
        output=tmp_path / "out.json",
    )
    evaluation = examples.benchmark(examples.make_labelled(30))
    models = {"model": evaluation.summary.models["model"] | {"more": [math.nan, 1.5]}}
    summary = dataclasses.replace(evaluation.summary, models=models)
    changed = dataclasses.replace(evaluation, summary=summary)
    benchmark_record.write(config, changed, "twinsplice evaluate run")

    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    text = (tmp_path / "out.json").read_text(encoding="utf-8")
    record = json.loads(text, parse_constant=refuse)
    assert record["models"]["model"]["more"] == [None, 1.5]
    assert record["command"] == "twinsplice evaluate run"
    assert record["settings"]["labels"] == "x.tsv"
    assert list(record)[:4] == ["twinsplice", "git", "command", "labels_sha256"]


def test_the_table_and_how_it_was_scored_are_named() -> None:
    config = evaluate_settings.Config(
        pathlib.Path("run"), labels=pathlib.Path("a/x.tsv"), sequences=True, distance=5
    )
    words = "x.tsv as plain, in its own sequences, 5 bases each side searched"
    assert benchmark_record.about(config) == words
