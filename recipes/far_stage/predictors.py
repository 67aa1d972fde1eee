"""Near weights given a far stage, and the weight file that comes of it."""

import dataclasses
import pathlib
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

import twinsplice
from twinsplice import errors
from twinsplice.models import comparison, far_stage, paired
from twinsplice.predictors import checkpoints

_OUTDATED = ("format", "model", "metrics", "calibration", "refine")
"""What a card has that holds of the near weights alone."""


def with_far(
    near: checkpoints.Trained, config: far_stage.FarConfig
) -> paired.PairedDeltaPredictor:
    """Return a predictor of near weights, its far stage one that corrects nothing.

    Raises:
        InputError: The weights are not of a paired predictor.
    """
    inner = comparison.paired_within(near.model)
    if inner is None or inner is not near.model:
        raise errors.InputError(
            "only a paired predictor can have a far stage",
            got=str(near.card["model"]["architecture"]),
            remedy="name weights of twinsplice train --architecture paired as --near",
        )
    made = paired.PairedDeltaPredictor(dataclasses.replace(inner.config, far=config))
    own = {
        name: value
        for name, value in inner.state_dict().items()
        if not name.startswith(("far.", "adjust."))
    }
    made.load_state_dict(made.state_dict() | own)
    return made


@torch.no_grad()
def absorb(
    model: paired.PairedDeltaPredictor, scale: Float[Tensor, " width"]
) -> paired.PairedDeltaPredictor:
    """Let a correction read skip channels as they are instead of times `scale`."""
    assert model.adjust is not None
    model.adjust.hidden.weight[:, : len(scale)].mul_(scale)
    return model.eval().requires_grad_(requires_grad=False)


def save(
    path: pathlib.Path,
    model: paired.PairedDeltaPredictor,
    near: checkpoints.Trained,
    record: dict[str, Any],
) -> None:
    """Write a predictor, with the card of its near weights and of its far stage.

    Args:
        path: The weight file.
        model: The predictor.
        near: Its near weights.
        record: How the far stage was made.
    """
    card = {name: value for name, value in near.card.items() if name not in _OUTDATED}
    card["twinsplice"] = twinsplice.__version__
    card["metrics"] = {"validation": record["delta"]["metrics"]}
    card["far_stage"] = {"near_sha256": near.sha256, **record}
    checkpoints.save(path, model, card)
