"""What is minimised: which targets weigh how much."""

import dataclasses

import numpy as np
import pytest
import torch

from support import batches as random_batches
from twinsplice.models import architecture, paired
from twinsplice.training import batches, losses, objectives, runs


def _loss(pairs: batches.Pairs, trust: float) -> float:
    torch.manual_seed(0)
    model = paired.PairedDeltaPredictor(
        architecture.PairedConfig(kernels=(3,), dilations=(1,))
    )
    terms = objectives.Terms(
        delta=losses.mse,
        delta_weight=1.0,
        delta_floor=0.0,
        delta_trust=trust,
        profile_weight=0.0,
        quantile_weight=0.0,
    )
    rows = np.arange(len(pairs.codes), dtype=np.int64)
    batch = runs.tensors({"pairs": pairs.batch(rows, model.context)})
    return float(objectives.Objective(model, terms)(batch)["delta"].detach())


def test_a_target_weighs_by_how_far_members_agree_on_it() -> None:
    pairs = random_batches.pairs(4, 1)
    nothing = np.zeros(pairs.delta.shape, dtype=np.float32)
    agreed = dataclasses.replace(pairs, variance=nothing)
    assert _loss(agreed, 0.1) == pytest.approx(_loss(pairs, 0.0))
    evenly = dataclasses.replace(pairs, variance=nothing + np.float32(0.01))
    assert _loss(evenly, 0.1) == pytest.approx(_loss(pairs, 0.0))
    doubted = dataclasses.replace(pairs, variance=nothing.copy())
    assert doubted.variance is not None
    doubted.variance[1:] = 1e9
    first = dataclasses.replace(pairs.at(slice(1)), variance=nothing[:1])
    assert _loss(doubted, 0.1) == pytest.approx(_loss(first, 0.1), rel=1e-4)
