"""`loading`: what a card says of a model's chromosomes."""

import pathlib
from typing import Any

import pytest

from support import trained_models
from twinsplice import errors
from twinsplice.predictors import checkpoints, loading


def _saved(folder: pathlib.Path, card: dict[str, Any]) -> str:
    path = folder / "x.safetensors"
    checkpoints.save(path, trained_models.MODELS["pooled"], card)
    return str(path)


def test_a_card_tells_what_a_model_has_learned_from(tmp_path: pathlib.Path) -> None:
    splits = {"train": ["1", "3"], "test": ["20"]}
    name = _saved(tmp_path, {"splits": splits, "base_model": "toy"})
    assert loading.folds(name) == splits
    assert loading.learned(name) == "toy on chr 1, 3"
    assert loading.folds(_saved(tmp_path, {})) == {}
    assert loading.learned(_saved(tmp_path, {})) == ""


@pytest.mark.parametrize(
    "splits", [5, "train", ["train"], {"train": 5}, {"train": "12"}, {"train": [1]}]
)
def test_a_card_of_other_folds_is_refused(
    tmp_path: pathlib.Path, splits: object
) -> None:
    name = _saved(tmp_path, {"splits": splits})
    for read in (loading.folds, loading.learned):
        with pytest.raises(errors.WeightsError, match="chromosomes of each fold"):
            read(name)
