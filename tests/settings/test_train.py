"""Settings of `train`: which exclude each other."""

import pathlib
from typing import Any

import pytest

from twinsplice import errors
from twinsplice.settings import train

PATH = pathlib.Path("x")


@pytest.mark.parametrize(
    "settings",
    [
        {"init_from": "cispliceai"},
        {"init_weights": PATH, "weight_interpolation": 0.5},
        {"architecture": "cnn", "strategy": "quantile"},
        {"windows": 0},
    ],
)
def test_what_goes_together_is_taken(settings: dict[str, Any]) -> None:
    assert train.Config(targets=(PATH,), output=PATH, **settings).output == PATH


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"init_from": "x", "architecture": "cnn"}, "--init-from needs --arch"),
        ({"init_from": "x", "channels": 16}, "32 channels wide; got --channels 16"),
        ({"init_from": "x", "init_weights": PATH}, "exclude each other; got x and x"),
        ({"weight_interpolation": 0.5}, "--weight-interpolation needs --init-weights"),
        ({"delta_trust": 0.1, "architecture": "v2"}, "--delta-trust needs --arch"),
        ({"anchored_weight": 1.0, "architecture": "v2"}, "--anchored-weight needs"),
        ({"strategy": "scaled"}, "--strategy is for the write-up's models"),
        ({"targets": ()}, "--targets must name a store; got none"),
        ({"grad_clip": 0.0}, "--grad-clip must be more than 0"),
        ({"warmup_fraction": 1.0}, "--warmup-fraction must be more than 0 and less"),
    ],
)
def test_what_excludes_each_other_is_refused(
    settings: dict[str, Any], message: str
) -> None:
    files: dict[str, Any] = {"targets": (PATH,), "output": PATH}
    with pytest.raises(errors.InputError, match=message):
        train.Config(**files | settings)
