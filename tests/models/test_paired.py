"""The paired predictor: its laws hold by construction, whatever its weights."""

import functools

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from jaxtyping import Bool, Float
from torch import Tensor

from support import networks
from twinsplice.models import anchoring, architecture, dilated, inheritance, paired

SMALL = architecture.PairedConfig(
    kernels=(3, 3, 3, 3, 5),
    dilations=(1, 1, 2, 2, 3),
    channels=4,
    hidden=6,
    latents=3,
)
seeds = st.integers(0, 999)


@functools.cache
def trained(gate_every: int = 1) -> paired.PairedDeltaPredictor:
    """A predictor whose every parameter is random, as after training."""
    torch.manual_seed(0)
    config = architecture.PairedConfig(**(vars(SMALL) | {"gate_every": gate_every}))
    made = paired.PairedDeltaPredictor(config).double()
    networks.shuffled(made, seed=1)
    with torch.no_grad():
        made.correction.mul_(20)
        made.latent.weight.mul_(5)
    return made


@given(seed=seeds, length=st.integers(1, 60))
def test_there_is_a_delta_of_donor_and_acceptor_at_every_position(
    seed: int, length: int
) -> None:
    ref, alt = (networks.bases(length, seed + i, batch=2) for i in (0, 1))
    assert trained()(ref, alt).shape == (2, length, 2)


@given(seed=seeds)
def test_equal_sequences_differ_by_exactly_nothing(seed: int) -> None:
    ref = networks.bases(50, seed, batch=2)
    assert not trained()(ref, ref.clone()).any()


@given(seed=seeds)
def test_swapping_the_sequences_negates_delta_exactly(seed: int) -> None:
    ref, alt = (networks.bases(50, seed + i, batch=2) for i in (0, 1))
    assert torch.equal(trained()(ref, alt), -trained()(alt, ref))


@given(seed=seeds)
def test_delta_stays_within_what_probabilities_allow(seed: int) -> None:
    model = trained()
    ref, alt = (networks.bases(50, seed + i, batch=2) for i in (0, 1))
    encoded = [model.encode(model._pad(x)) for x in (ref, alt)]
    p_ref, p_alt = (model.references(x, x) for x in encoded)
    delta = model(ref, alt).transpose(1, 2).flip(1)
    slack = 1e-12
    assert bool((delta >= -p_ref - slack).all())
    assert bool((delta <= 1 - p_ref + slack).all())
    assert bool((delta <= p_alt + slack).all())


def told(
    seed: int, batch: int = 2, length: int = 50
) -> tuple[Float[Tensor, "batch 2 length"], Bool[Tensor, "batch 2 length"]]:
    """Reference probabilities, sure ones among them, and a mask of what is known."""
    source = np.random.default_rng(seed)
    weight = source.gamma(0.1, size=(batch, 3, length)) + 1e-6
    probability = weight / weight.sum(axis=1, keepdims=True)
    known = source.random((batch, 2, length)) < source.random()
    return torch.from_numpy(probability[:, :2]), torch.from_numpy(known)


@given(seed=seeds)
def test_anchored_equal_sequences_differ_by_exactly_nothing(seed: int) -> None:
    ref = networks.bases(50, seed, batch=2)
    reference, known = told(seed)
    assert not trained()(ref, ref.clone(), reference).any()
    assert not trained()(ref, ref.clone(), reference, known).any()


@given(seed=seeds)
def test_anchored_swap_with_its_own_alternate_negates_delta(seed: int) -> None:
    ref, alt = (networks.bases(50, seed + i, batch=2) for i in (0, 1))
    reference, _ = told(seed)
    there = trained()(ref, alt, reference)
    alternate = (reference + there.transpose(1, 2).flip(1)).clamp(0, 1)
    back = trained()(alt, ref, alternate)
    torch.testing.assert_close(there, -back, rtol=0, atol=1e-6)


@given(seed=seeds)
def test_anchored_delta_stays_within_what_probabilities_allow(seed: int) -> None:
    ref, alt = (networks.bases(50, seed + i, batch=2) for i in (0, 1))
    reference, _ = told(seed)
    alternate = reference + trained()(ref, alt, reference).transpose(1, 2).flip(1)
    assert float(alternate.detach().min()) >= -1e-7
    assert float(alternate.detach().sum(dim=1).max()) <= 1 + 1e-7


@given(seed=seeds)
@torch.no_grad()
def test_what_is_not_known_is_the_models_own(seed: int) -> None:
    model = trained()
    ref, alt = (model.encode(networks.bases(80, seed + i, batch=2)) for i in (0, 1))
    reference, known = told(seed, length=ref.shape[2])
    anchor = anchoring.known(reference, known)
    used = model.references(ref, alt, anchor)
    odds = torch.where(known, anchoring.of_probabilities(reference), ref[:, :2])
    torch.testing.assert_close(used, anchoring.probabilities(odds), rtol=0, atol=1e-12)
    both = known.all(dim=1, keepdim=True).expand(-1, 2, -1)
    torch.testing.assert_close(used[both], reference[both], rtol=0, atol=1e-6)
    assert (model.deltas(ref, alt, anchor) - model.deltas(ref, alt)).abs().max() > 1e-3


@torch.no_grad()
def test_the_correction_moves_the_anchored_delta_alone() -> None:
    model = trained()
    ref, alt = (model.encode(networks.bases(80, seed)) for seed in (0, 1))
    own = [anchoring.probabilities(one[:, :2]) for one in (ref, alt)]
    assert torch.equal(model.deltas(ref, alt), own[1] - own[0])
    told_own = model.deltas(ref, alt, anchoring.known(own[0]))
    assert float((told_own - model.deltas(ref, alt)).abs().max()) > 1e-3


@torch.no_grad()
def test_a_base_that_is_gone_loses_all_it_had() -> None:
    model = trained()
    ref, alt = (model.encode(networks.bases(80, seed, batch=2)) for seed in (0, 1))
    alt[:, :2, 7:9] = -torch.inf
    reference, _ = told(0, length=ref.shape[2])
    found = model.deltas(ref, alt, anchoring.known(reference))
    assert bool(found.isfinite().all())
    torch.testing.assert_close(
        found[:, :, 7:9], -reference[:, :, 7:9], atol=1e-6, rtol=0
    )


@given(seed=seeds)
def test_quantiles_do_not_cross_and_turn_with_the_swap(seed: int) -> None:
    model = trained()
    ref, alt = (model.encode(networks.bases(80, seed + i)) for i in (0, 1))
    there, back = model.quantiles(ref, alt), model.quantiles(alt, ref)
    assert bool((there.diff(dim=-1) >= 0).all())
    assert float(there.detach().abs().max()) <= 1
    torch.testing.assert_close(there, -back.flip(-1), rtol=0, atol=1e-12)
    assert torch.equal(there[..., 1], model.deltas(ref, alt))
    assert not model.quantiles(ref, ref.clone()).any()


def test_sites_are_named_in_the_order_of_the_write_up() -> None:
    model = trained()
    ref, alt = (networks.bases(30, seed) for seed in (0, 1))
    before, after = (model.encode(model._pad(x)) for x in (ref, alt))
    tracks = model.deltas(before, after)
    delta = model(ref, alt)
    assert torch.equal(delta[..., 0], tracks[:, 1])
    assert torch.equal(delta[..., 1], tracks[:, 0])


@given(edit=networks.edits, gate_every=st.integers(0, 2))
@settings(max_examples=40)
def test_cones_equal_full_passes_over_the_edited_sequence(
    edit: networks.Edit,
    gate_every: int,
) -> None:
    model = trained(gate_every=gate_every)
    networks.check_cone(model.encode, model.network(), edit)


@pytest.mark.parametrize("gate_every", [0, 1, 2])
def test_every_parameter_learns(gate_every: int) -> None:
    model = trained(gate_every=gate_every)
    model.zero_grad()
    ref, alt = (model.encode(networks.bases(90, seed, batch=3)) for seed in (0, 1))
    reference, _ = told(0, batch=3, length=ref.shape[2])
    anchored = model.deltas(ref, alt, anchoring.known(reference))
    losses = [model.quantiles(ref, alt).square(), model.deltas(ref, alt), anchored]
    logits, _ = model.logits(networks.bases(90, seed=2))
    torch.stack([loss.sum() for loss in (*losses, logits)]).sum().backward()  # type: ignore[no-untyped-call]
    assert not networks.unmoved(model)


def test_the_context_is_what_an_output_reads() -> None:
    model = trained()
    sequence = networks.bases(1 + 2 * model.context, seed=3, batch=20)
    sequence = (sequence + 0.25).clamp(max=1)
    sequence.requires_grad_()
    model.encode(sequence).sum().backward()  # type: ignore[no-untyped-call]
    assert sequence.grad is not None
    reached = sequence.grad.abs().sum(dim=(0, 1)) > 0
    assert bool(reached[0])
    assert bool(reached[-1])


@pytest.mark.parametrize(("blocks", "context"), [(4, 40), (8, 200), (12, 1000)])
def test_blocks_of_the_family_have_its_contexts(blocks: int, context: int) -> None:
    assert architecture.of_blocks(blocks).context == context


def base(blocks: int = 8, **metadata: object) -> dilated.DilatedNetwork:
    torch.manual_seed(3)
    config = dilated.DilatedConfig(blocks=blocks, **metadata)  # type: ignore[arg-type]
    made = dilated.DilatedNetwork(config).double().eval()
    networks.shuffled(made, seed=4)
    for module in made.modules():
        if isinstance(module, torch.nn.BatchNorm1d):
            assert module.running_mean is not None
            assert module.running_var is not None
            module.running_mean.uniform_(-1, 1)
            module.running_var.uniform_(0.5, 2)
    return made


@torch.no_grad()
def test_an_encoder_begins_as_a_whole_base_model() -> None:
    network = base(8)
    made = inheritance.from_base(network, architecture.of_blocks(8)).double()
    x = networks.bases(430, seed=5)
    encoded = made.encode(x)
    mine = made.references(encoded, encoded)
    torch.testing.assert_close(mine, network(x), rtol=0, atol=1e-5)


@torch.no_grad()
def test_a_group_that_is_not_whole_has_the_whole_ones_skip() -> None:
    network = base(8)
    made = inheritance.from_base(network, architecture.of_blocks(6))
    for mine, theirs in zip(made.skips, network.skips, strict=True):
        assert isinstance(mine, torch.nn.Conv2d)
        assert isinstance(theirs, torch.nn.Conv1d)
        assert torch.equal(mine.weight[:, :, 0], theirs.weight)


@torch.no_grad()
def test_blocks_beyond_the_base_models_begin_as_the_identity() -> None:
    network = base(4)
    made = inheritance.from_base(network, architecture.of_blocks(8)).double()
    x = networks.bases(430, seed=6)
    wanted = network(x)
    spare = (wanted.shape[2] - (430 - 2 * made.context)) // 2
    inner = wanted[:, :, spare : wanted.shape[2] - spare]
    encoded = made.encode(x)
    mine = made.references(encoded, encoded)
    torch.testing.assert_close(mine, inner, rtol=0, atol=1e-5)


@pytest.mark.parametrize("metadata", [{"channels": 16}, {"slope": 0.1}, {"classes": 4}])
def test_a_base_model_of_another_shape_is_refused(metadata: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="can begin as"):
        inheritance.from_base(base(4, **metadata), architecture.of_blocks(4))


def test_shapes_without_sense_are_refused() -> None:
    with pytest.raises(ValueError, match="a kernel and a dilation"):
        architecture.PairedConfig(kernels=(3,), dilations=(1, 2))
    with pytest.raises(ValueError, match="odd"):
        architecture.PairedConfig(kernels=(4,), dilations=(1,))
