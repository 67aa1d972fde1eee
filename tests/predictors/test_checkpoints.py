"""Weight files: what is written is read back, and what is damaged is refused."""

import json
import pathlib

import numpy as np
import pytest
import safetensors.torch
import torch

from twinsplice import errors, models
from twinsplice.models import architecture, siamese
from twinsplice.predictors import checkpoints

SHAPE = architecture.PairedConfig(
    kernels=(3, 5), dilations=(1, 2), channels=4, hidden=3
)
KINDS = ["paired", "pooled", "v2", "cnn", "validated", "quantile", "multitask"]


def make(kind: str) -> siamese.SiameseModel:
    """A small model of each kind."""
    torch.manual_seed(0)
    if kind == "paired":
        return models.PairedDeltaPredictor(SHAPE)
    if kind in checkpoints.ORIGINAL:
        return checkpoints.ORIGINAL[kind](hidden_dim=4, n_layers=2, kernel_size=3)
    inner = models.SimpleCNNDeltaPredictor(hidden_dim=4, n_layers=2, kernel_size=3)
    return models.create_calibrated_predictor(base_predictor=inner, strategy=kind)


@pytest.mark.parametrize("kind", KINDS)
def test_a_model_is_read_back_as_it_was(tmp_path: pathlib.Path, kind: str) -> None:
    model = make(kind)
    file = tmp_path / checkpoints.NAME
    checkpoints.save(file, model, {"base_model": "toy"})
    for path in (file, tmp_path):
        found = checkpoints.load(path)
        assert type(found.model) is type(model)
        assert found.card["base_model"] == "toy"
        assert found.model.context == model.context
        assert not found.model.training
        for name, value in model.state_dict().items():
            assert torch.equal(found.model.state_dict()[name], value)
    beside = json.loads(file.with_suffix(".json").read_text())
    assert beside == found.card
    assert len(found.sha256) == 64


def damaged(folder: pathlib.Path, how: str) -> pathlib.Path:
    """A file that is no model of ours, or no longer one."""
    file = folder / checkpoints.NAME
    checkpoints.save(file, make("paired"), {})
    tensors = safetensors.torch.load_file(file)
    card = json.loads(file.with_suffix(".json").read_text())
    if how == "missing":
        return folder / "nothing.safetensors"
    if how == "cut":
        file.write_bytes(file.read_bytes()[:-100])
    elif how == "text":
        file.write_text("not weights")
    elif how == "card":
        safetensors.torch.save_file(tensors, file)
    elif how == "format":
        text = json.dumps(card | {"format": 99})
        safetensors.torch.save_file(tensors, file, {"card": text})
    elif how == "architecture":
        text = json.dumps(card | {"model": {"architecture": "x", "settings": {}}})
        safetensors.torch.save_file(tensors, file, {"card": text})
    elif how == "tensors":
        del tensors["stem.weight"]
        safetensors.torch.save_file(tensors, file, {"card": json.dumps(card)})
    return file


@pytest.mark.parametrize(
    "how", ["missing", "cut", "text", "card", "format", "architecture", "tensors"]
)
def test_what_is_no_model_is_refused_in_one_line(
    tmp_path: pathlib.Path, how: str
) -> None:
    with pytest.raises(errors.WeightsError, match="a trained model must be") as caught:
        checkpoints.load(damaged(tmp_path, how))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        *(("channels", 1 << 40), ("channels", 10**30), ("hidden", 1 << 33)),
        *(("channels", 1e300), ("kernels", [3] * 100_000), ("latents", 200_000)),
        *(("kernels", [3, 999_999]), ("dilations", [1, 999_999]), ("dilations", [])),
        *(("channels", -4), ("channels", "4"), ("channels", None), ("nothing", 1)),
        ("kernels", 3),
    ],
)
def test_a_card_that_asks_for_any_size_is_refused_at_once(
    tmp_path: pathlib.Path, setting: str, value: object
) -> None:
    """Before any memory is taken for it."""
    model = make("paired")
    file = tmp_path / checkpoints.NAME
    checkpoints.save(file, model, {})
    card = json.loads(file.with_suffix(".json").read_text())
    card["model"]["settings"][setting] = value
    tensors = safetensors.torch.load_file(file)
    safetensors.torch.save_file(tensors, file, {"card": json.dumps(card)})
    with pytest.raises(errors.WeightsError, match="a trained model must be"):
        checkpoints.load(file)


@pytest.mark.parametrize("model", [[], 3, {}, None, "deep", "deeper"])
def test_a_card_of_any_form_is_refused(tmp_path: pathlib.Path, model: object) -> None:
    file = tmp_path / checkpoints.NAME
    checkpoints.save(file, make("quantile"), {})
    card = json.loads(file.with_suffix(".json").read_text())
    if model == "deep":
        for _ in range(40):
            card["model"] = {**card["model"], "inner": card["model"]}
        text = json.dumps(card)
    elif model == "deeper":
        text = '{"format": 1, "model": ' + "[" * 100_000 + "]" * 100_000 + "}"
    else:
        text = json.dumps(card | {"model": model})
    safetensors.torch.save_file(safetensors.torch.load_file(file), file, {"card": text})
    with pytest.raises(errors.WeightsError, match="a trained model must be"):
        checkpoints.load(file)


def test_no_bit_of_a_weight_file_changes_without_being_noticed(
    tmp_path: pathlib.Path,
) -> None:
    """Neither of the tensors nor of the card; without a seal it is not known."""
    file, rng = tmp_path / checkpoints.NAME, np.random.default_rng(4)
    checkpoints.save(file, make("paired"), {"calibration": {"plain": [0.25, 0.5]}})
    whole = file.read_bytes()
    mark = whole.index(b"twinsplice-sealed")
    places = [at for at in rng.integers(len(whole), size=40) if not 0 <= at - mark < 25]
    for at in places:
        changed = bytes([whole[at] ^ (1 << int(rng.integers(8)))])
        file.write_bytes(whole[:at] + changed + whole[at + 1 :])
        with pytest.raises(errors.WeightsError, match="other bytes than were written"):
            checkpoints.load(file)
    file.write_bytes(whole.replace(b"twinsplice-sealed", b"twinsplice-unknown"[:17]))
    assert checkpoints.load(file).card["calibration"] == {"plain": [0.25, 0.5]}
