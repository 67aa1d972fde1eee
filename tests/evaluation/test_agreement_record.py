"""The record of an agreement: its figures, and what they came from."""

import json
import pathlib

from support import examples
from twinsplice.evaluation import agreement_record
from twinsplice.io import provenance
from twinsplice.settings import evaluate as evaluate_settings


def test_the_record_holds_figures_command_and_checksum(tmp_path: pathlib.Path) -> None:
    evaluation = examples.evaluation(examples.make_cases(20))
    path = tmp_path / "out.json"
    config = evaluate_settings.Config(
        pathlib.Path("run"), targets=(pathlib.Path("x.zarr"),), output=path
    )
    agreement_record.write(config, evaluation, "twinsplice evaluate run")
    record = json.loads(path.read_text(encoding="utf-8"))
    assert record["groups"] == evaluation.summary.groups
    assert record["sha256"] == evaluation.sha256
    assert record["command"] == "twinsplice evaluate run"
    assert record["commit"] == provenance.commit()
    assert (record["model"], record["targets"]) == ("run", ["x.zarr"])
    assert [each.name for each in tmp_path.iterdir()] == ["out.json"]


def test_without_an_output_nothing_is_written(tmp_path: pathlib.Path) -> None:
    evaluation = examples.evaluation(examples.make_cases(2))
    config = evaluate_settings.Config(tmp_path, targets=(tmp_path,))
    agreement_record.write(config, evaluation, None)
    assert not list(tmp_path.iterdir())
