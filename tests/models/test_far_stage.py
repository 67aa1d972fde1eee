"""The far stage: bins are the same wherever the sequence is cut, and the laws hold."""

import functools

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from jaxtyping import Bool, Float
from torch import Tensor

from support import networks, trained_models
from twinsplice.models import anchoring, architecture, far_stage, paired

REACH = trained_models.FAR.reach
BIN = far_stage.BIN
LENGTH = 50
seeds = st.integers(0, 999)


@functools.cache
def model() -> paired.PairedDeltaPredictor:
    return trained_models.paired_model(3, trained_models.FAR).double()


def stage() -> far_stage.FarStage:
    found = model().far
    assert found is not None
    return found


@given(seed=seeds, before=st.integers(0, 3), after=st.integers(0, 3))
@torch.no_grad()
def test_bins_do_not_depend_on_where_the_sequence_is_cut(
    seed: int, before: int, after: int
) -> None:
    x = networks.bases((2 + before + after) * BIN + 2 * REACH, seed)
    some = x[:, :, before * BIN : x.shape[2] - after * BIN]
    torch.testing.assert_close(
        stage()(some), stage()(x)[:, before : before + 2], rtol=0, atol=1e-12
    )


@given(seed=seeds)
@torch.no_grad()
def test_bins_read_their_reach_and_no_further(seed: int) -> None:
    x = networks.bases(BIN + 2 * (REACH + BIN), seed)
    inner = x[:, :, BIN : x.shape[2] - BIN]
    outside = x.clone()
    outside[:, :, :BIN] = 0
    outside[:, :, x.shape[2] - BIN :] = 0
    torch.testing.assert_close(
        stage()(outside)[:, 1:2], stage()(inner), rtol=0, atol=1e-12
    )


@given(seed=seeds)
@torch.no_grad()
def test_the_laws_hold_with_surroundings(seed: int) -> None:
    ref, alt = (networks.bases(LENGTH, seed + i, batch=2) for i in (0, 1))
    wide = networks.bases(LENGTH + 2 * REACH, seed + 2, batch=2)
    delta = model()(ref, alt, wide=wide)
    assert torch.equal(delta, -model()(alt, ref, wide=wide))
    assert not model()(ref, ref, wide=wide).any()
    assert (delta - model()(ref, alt)).abs().max() > 1e-4


@given(seed=seeds)
@torch.no_grad()
def test_what_is_known_is_not_corrected(seed: int) -> None:
    own = model()
    ref, alt = (own.encode(networks.bases(80, seed + i, batch=2)) for i in (0, 1))
    length = ref.shape[2]
    around = own.surroundings(networks.bases(length + 2 * REACH, seed + 2, batch=2))
    reference, known = told(seed, length)
    for anchor in (anchoring.known(reference), anchoring.above(reference, 0.5)):
        found = own.log_odds(ref, alt, anchor, around)
        for one, other in zip(found, own.log_odds(ref, alt, anchor), strict=True):
            assert torch.equal(one, other)
    partly = anchoring.known(reference, known)
    corrected = own.log_odds(ref, alt, partly, around)[0]
    assert (corrected - own.log_odds(ref, alt, partly)[0])[~known].abs().max() > 1e-4
    torch.testing.assert_close(
        own.log_odds(ref, alt, partly, around)[0][known],
        own.log_odds(ref, alt, partly)[0][known],
        rtol=0,
        atol=0,
    )


def told(
    seed: int, length: int
) -> tuple[Float[Tensor, "2 2 length"], Bool[Tensor, "2 2 length"]]:
    source = np.random.default_rng(seed)
    probability = source.dirichlet([0.1, 0.1, 1], (2, length))[..., :2]
    known = source.random((2, 2, length)) < 0.5
    return torch.from_numpy(probability.transpose(0, 2, 1).copy()), torch.from_numpy(
        known
    )


@given(seed=seeds)
def test_every_weight_of_the_stage_is_learned_from(seed: int) -> None:
    own = trained_models.paired_model(4, trained_models.FAR).double().train()
    own.requires_grad_(requires_grad=True)
    ref, alt = (networks.bases(LENGTH, seed + i, batch=4) for i in (0, 1))
    wide = networks.bases(LENGTH + 2 * REACH, seed + 2, batch=4)
    own(ref, alt, wide=wide).square().sum().backward()
    assert own.far is not None
    assert own.adjust is not None
    assert not networks.unmoved(own.far)
    assert not networks.unmoved(own.adjust)


def test_a_stage_begins_by_correcting_nothing() -> None:
    own = paired.PairedDeltaPredictor(
        architecture.PairedConfig(
            kernels=(3,),
            dilations=(1,),
            channels=4,
            hidden=6,
            latents=1,
            far=trained_models.FAR,
        )
    )
    ref, alt = (networks.bases(LENGTH, i).float() for i in (0, 1))
    wide = networks.bases(LENGTH + 2 * REACH, 2).float()
    assert torch.equal(own(ref, alt, wide=wide), own(ref, alt))


@pytest.mark.parametrize("stage_config", [None, trained_models.FAR])
def test_a_shape_survives_as_json(stage_config: far_stage.FarConfig | None) -> None:
    config = architecture.PairedConfig(
        kernels=(3,), dilations=(1,), channels=4, far=stage_config
    )
    made = paired.PairedDeltaPredictor(config)
    assert architecture.config_of(made.settings) == config
