"""Training: what is refused, and that an interrupted run ends as an unbroken one."""

import dataclasses
import json
import pathlib
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
import torch

from support import stores
from twinsplice import errors
from twinsplice.commands import train
from twinsplice.io import target_store
from twinsplice.models import paired
from twinsplice.predictors import checkpoints
from twinsplice.settings import train as train_settings
from twinsplice.training import datasets, splits


def config(folder: pathlib.Path, **changes: object) -> train_settings.Config:
    """Settings of a run of seconds."""
    given: dict[str, Any] = {
        "targets": (folder / "profiles.zarr", folder / "pairs.zarr"),
        "output": folder / "run",
        "blocks": 4,
        "steps": 6,
        "evaluate_every": 2,
        "windows": 2,
        "variants": 3,
        "accelerator": "cpu",
        "ema": 0.5,
    }
    return train_settings.Config(**(given | changes))


@pytest.fixture
def folder(tmp_path: pathlib.Path) -> pathlib.Path:
    """A folder with a store of windows and one of variants."""
    stores.make_profiles(tmp_path / "profiles.zarr", ["1", "2"])
    stores.make_pairs(tmp_path / "pairs.zarr", ["3", "2"])
    return tmp_path


def test_a_run_leaves_its_settings_figures_and_weights(folder: pathlib.Path) -> None:
    summary = train.run(config(folder))
    run = folder / "run"
    assert json.loads((run / "config.json").read_text())["blocks"] == 4
    assert json.loads((run / "environment.json").read_text())["torch"]
    rows = (run / "metrics.csv").read_text().splitlines()
    assert [row.partition(",")[0] for row in rows] == ["step", "2", "4", "6"]
    trained = checkpoints.load(run)
    assert isinstance(trained.model, paired.PairedDeltaPredictor)
    assert trained.card["base_model"] == "toy"
    assert trained.card["splits"]["test"] == ["5", "7", "9", "20"]
    assert trained.card["metrics"]["validation"]["r"] == summary.metrics["r"]
    assert json.loads((run / "weights.json").read_text()) == trained.card
    used = [source["used"] for source in trained.card["data"]]
    assert used == [{"train": 8, "validation": 8}, {"train": 12, "validation": 12}]


def test_laws_hold_after_training_to_the_last_bit(folder: pathlib.Path) -> None:
    train.run(config(folder, learning_rate=0.05, steps=10))
    model = checkpoints.load(folder / "run").model
    codes = torch.randint(0, 4, (2, 90), generator=torch.Generator().manual_seed(0))
    ref, alt = torch.eye(4)[codes].transpose(1, 2)[:, None].unbind(0)
    assert not model(ref, ref.clone()).any()
    assert torch.equal(model(ref, alt), -model(alt, ref))


@pytest.mark.slow
def test_two_processes_take_the_steps_of_one(folder: pathlib.Path) -> None:
    # Three variants are two for one process and one for the other, and weigh unalike.
    changes = {"variants": 3, "windows": 3, "delta_floor": 0.05, "learning_rate": 0.01}
    one = config(folder, **changes)
    train.run(one)
    same = (*changes, "blocks", "steps", "evaluate_every", "ema", "accelerator")
    words = [f"--{name.replace('_', '-')}={getattr(one, name)}" for name in same]
    words += [f"--targets={path}" for path in one.targets]
    command = [sys.executable, "-m", "twinsplice.cli", "train", *words]
    done = subprocess.run(
        [*command, "--devices=2", "--threads=1", f"--output={folder / 'two'}"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("kept step") == 1
    rows = [(folder / name / "metrics.csv").read_text() for name in ("run", "two")]
    single, shared = (row.splitlines() for row in rows)
    assert [row.partition(",")[0] for row in shared] == ["step", "2", "4", "6"]
    for row, other in zip(single[1:], shared[1:], strict=True):
        values, others = (np.array(each.split(","), float) for each in (row, other))
        np.testing.assert_allclose(others, values, rtol=1e-3, atol=1e-5)
    expected, found = (
        checkpoints.load(folder / name).model.state_dict() for name in ("run", "two")
    )
    # A step is 0.01; where a gradient is next to nothing its rounding decides.
    for name, weights in expected.items():
        torch.testing.assert_close(found[name], weights, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("after", [2, 4])
def test_a_killed_run_resumed_ends_in_the_same_weights(
    folder: pathlib.Path, after: int
) -> None:
    whole = config(folder, output=folder / "whole")
    train.run(whole)
    broken = config(folder, output=folder / "broken")
    with pytest.raises(stores.Killed):
        train.run(broken, stores.killer(after))
    train.run(dataclasses.replace(broken, resume=True))
    found, wanted = (
        checkpoints.load(folder / name).model for name in ("broken", "whole")
    )
    for name, value in wanted.state_dict().items():
        assert torch.equal(found.state_dict()[name], value)
    texts = [
        (folder / name / "metrics.csv").read_text() for name in ("broken", "whole")
    ]
    assert texts[0] == texts[1]


@pytest.mark.parametrize("architecture", ["pooled", "v2", "cnn", "validated"])
def test_the_write_ups_models_train_on_pairs(
    folder: pathlib.Path, architecture: train_settings.Architecture
) -> None:
    settings = config(folder, architecture=architecture, windows=0, steps=2)
    train.run(settings)
    assert (
        checkpoints.load(folder / "run").card["model"]["architecture"] == architecture
    )


@pytest.mark.parametrize("strategy", ["quantile", "scaled", "temperature", "multitask"])
def test_the_write_ups_strategies_train(
    folder: pathlib.Path, strategy: train_settings.Strategy
) -> None:
    settings = config(folder, architecture="cnn", strategy=strategy, windows=0, steps=2)
    train.run(settings)
    card = checkpoints.load(folder / "run").card
    assert card["model"]["settings"]["strategy"] == strategy


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"validation": ("2", "20")}, "a chromosome is in one fold only"),
        ({"validation": ("8",)}, "the validation fold"),
        ({"test": ("1", "3")}, "the train fold"),
        ({"blocks": 12}, "keep the model's context"),
        ({"windows": 0, "variants": 0}, "windows or variants"),
        ({"architecture": "cnn"}, "paired only"),
        ({"init_from": "cispliceai", "channels": 16}, "32 channels wide"),
        ({"architecture": "cnn", "delta_trust": 0.1}, "--delta-trust needs"),
        ({"weight_interpolation": 0.5}, "--weight-interpolation needs --init-w"),
        ({"weight_interpolation": 1.0}, "0 or more and less than 1"),
        ({"targets": (pathlib.Path("nowhere.zarr"),)}, "a store that"),
    ],
)
def test_settings_that_cannot_work_are_refused_before_any_work(
    folder: pathlib.Path, changes: dict[str, Any], rule: str
) -> None:
    with pytest.raises(errors.InputError, match=rule):
        train.run(config(folder, **changes))
    assert not (folder / "run").exists()


@pytest.mark.parametrize("fact", ["base_model", "base_model_sha256", "twinsplice"])
def test_targets_of_another_origin_are_refused(folder: pathlib.Path, fact: str) -> None:
    stores.make_pairs(folder / "other.zarr", ["3", "2"], **{fact: "another"})
    targets = (folder / "profiles.zarr", folder / "other.zarr")
    with pytest.raises(errors.InputError, match="one base model and version"):
        train.run(config(folder, targets=targets))


def test_targets_that_are_no_numbers_are_refused(folder: pathlib.Path) -> None:
    store = target_store.open_store(folder / "pairs.zarr")
    delta = store.read("delta", store.span(0))
    delta[0, 0, 0] = np.nan
    store.write(0, {"delta": delta})
    with pytest.raises(errors.InputError, match="must be numbers"):
        train.run(config(folder))


def test_a_folder_with_a_run_is_not_written_over(folder: pathlib.Path) -> None:
    train.run(config(folder, steps=2))
    with pytest.raises(errors.InputError, match="a folder of its own"):
        train.run(config(folder, steps=2))


def test_a_run_is_resumed_with_its_own_settings_only(folder: pathlib.Path) -> None:
    train.run(config(folder, steps=2))
    with pytest.raises(errors.InputError, match="other values of steps"):
        train.run(config(folder, steps=4, resume=True))


@pytest.mark.parametrize("name", ["config.json", "checkpoint.pt"])
@pytest.mark.parametrize("damage", ["cut", "emptied", "flipped", "text", "deep"])
def test_a_damaged_run_is_not_resumed(
    folder: pathlib.Path, name: str, damage: str
) -> None:
    with pytest.raises(stores.Killed):
        train.run(config(folder), stores.killer(2))
    path = folder / "run" / name
    whole = path.read_bytes()
    middle = len(whole) // 2
    path.write_bytes(
        {
            "cut": whole[:middle],
            "emptied": b"",
            "flipped": whole[:middle]
            + bytes([whole[middle] ^ 128])
            + whole[middle + 1 :],
            "text": b"hello",
            "deep": b"[" * 100_000,
        }[damage]
    )
    with pytest.raises(errors.InputError, match=r"which is damaged|other values"):
        train.run(config(folder, resume=True))
    path.write_bytes(whole)
    assert train.run(config(folder, resume=True)).steps == 4


def test_a_state_without_a_seal_is_resumed(folder: pathlib.Path) -> None:
    """Runs of earlier versions have none."""
    with pytest.raises(stores.Killed):
        train.run(config(folder), stores.killer(2))
    path = folder / "run" / "checkpoint.pt"
    path.write_bytes(path.read_bytes().rpartition(b"twinsplice-sealed")[0])
    assert train.run(config(folder, resume=True)).steps == 4


def test_a_run_goes_on_that_is_older_than_a_setting(folder: pathlib.Path) -> None:
    with pytest.raises(stores.Killed):
        train.run(config(folder), stores.killer(2))
    path = folder / "run" / "config.json"
    began = json.loads(path.read_text())
    del began["delta_trust"]
    path.write_text(json.dumps(began))
    assert train.run(config(folder, resume=True)).steps == 4


def test_a_run_goes_on_with_the_rows_it_was_begun_with_only(
    folder: pathlib.Path,
) -> None:
    with pytest.raises(stores.Killed):
        train.run(config(folder), stores.killer(2))
    (folder / "pairs.zarr").rename(folder / "old.zarr")
    stores.make_pairs(folder / "pairs.zarr", ["2", "3", "4"])
    with pytest.raises(errors.InputError, match="other values of data"):
        train.run(config(folder, resume=True))


def test_gates_can_be_left_out(folder: pathlib.Path) -> None:
    train.run(config(folder, steps=2, gate_every=0))
    assert checkpoints.load(folder / "run").card["model"]["settings"]["gate_every"] == 0


def test_width_and_latents_can_be_chosen(folder: pathlib.Path) -> None:
    train.run(config(folder, steps=2, channels=8, latents=2))
    shape = checkpoints.load(folder / "run").card["model"]["settings"]
    assert (shape["channels"], shape["latents"]) == (8, 2)


def test_the_spread_of_members_is_read_where_it_weighs(folder: pathlib.Path) -> None:
    split = splits.holding_out(("20",), ("2",))
    path = folder / "pairs.zarr"
    plain = datasets.load([path], split, 0.5).pairs[0]
    found = datasets.load([path], split, 0.5, spread=True).pairs[0]
    rows = np.arange(2, dtype=np.int64)
    assert "delta_variance" not in plain.batch(rows, 8)
    assert (found.batch(rows, 8)["delta_variance"] > 0).all()
    train.run(config(folder, steps=2, delta_trust=0.1))


def test_training_goes_on_from_other_weights(folder: pathlib.Path) -> None:
    train.run(config(folder, steps=2))
    again = config(
        folder, init_weights=folder / "run", output=folder / "more", windows=0, steps=2
    )
    train.run(again)
    assert checkpoints.load(folder / "more").card["start"].endswith("run")
