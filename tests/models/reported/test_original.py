"""The write-up's models: their outputs, their reach, and the laws they break."""

import json

import pytest
import torch
from hypothesis import given, settings

from support import networks
from twinsplice import models
from twinsplice.models.reported import blocks, original

Original = (
    original.DeltaPredictor
    | original.DeltaPredictorV2
    | original.SimpleCNNDeltaPredictor
)
KINDS: tuple[type[Original], ...] = (
    original.DeltaPredictor,
    original.DeltaPredictorV2,
    original.SimpleCNNDeltaPredictor,
)
POSITIONAL: tuple[type[Original], ...] = KINDS[1:]
PLAIN: tuple[type[Original], ...] = KINDS[:2]


def small(kind: type[Original], hidden_dim: int = 3) -> Original:
    torch.manual_seed(0)
    made = kind(hidden_dim, n_layers=3, kernel_size=3).double()
    networks.shuffled(made, seed=1)
    return made


@pytest.mark.parametrize("kind", POSITIONAL)
@pytest.mark.parametrize("length", [1, 50])
def test_every_position_has_a_delta_of_donor_and_acceptor(
    kind: type[Original], length: int
) -> None:
    ref, alt = (networks.bases(length, seed, batch=2) for seed in (0, 1))
    assert small(kind)(ref, alt).shape == (2, length, 2)


def test_the_first_model_has_one_delta_a_pair() -> None:
    ref, alt = (networks.bases(50, seed, batch=2) for seed in (0, 1))
    assert small(original.DeltaPredictor)(ref, alt).shape == (2, 2)


def test_the_first_model_reads_the_mean_of_the_encodings_only() -> None:
    model = small(original.DeltaPredictor)
    ref, alt = (model.encode(networks.bases(50, seed, batch=2)) for seed in (0, 1))
    order = torch.randperm(ref.shape[2], generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(
        model.compare(ref, alt), model.compare(ref[:, :, order], alt)
    )


@pytest.mark.parametrize("kind", POSITIONAL)
def test_the_head_reads_alternate_less_reference(kind: type[Original]) -> None:
    model = small(kind, hidden_dim=2)
    model.head = torch.nn.Sequential()
    ref, alt = (model.encode(networks.bases(50, seed, batch=2)) for seed in (0, 1))
    assert torch.equal(model.compare(ref, alt), (alt - ref).transpose(1, 2))


def test_the_first_model_s_head_reads_the_difference_of_means() -> None:
    model = small(original.DeltaPredictor, hidden_dim=2)
    model.head = torch.nn.Sequential()
    ref, alt = (model.encode(networks.bases(50, seed, batch=2)) for seed in (0, 1))
    torch.testing.assert_close(model.compare(ref, alt), (alt - ref).mean(dim=2))


@pytest.mark.parametrize("kind", KINDS)
def test_forward_compares_encodings_of_sequences_between_unknown_bases(
    kind: type[Original],
) -> None:
    model, context = small(kind), small(kind).context
    ref, alt = (networks.bases(50, seed, batch=2) for seed in (0, 1))
    ref[:, :, :context] = alt[:, :, :context] = 0
    ref[:, :, -context:] = alt[:, :, -context:] = 0
    inner = slice(context, -context)
    torch.testing.assert_close(
        model(ref[:, :, inner], alt[:, :, inner]),
        model.compare(model.encode(ref), model.encode(alt)),
    )


@pytest.mark.parametrize("kind", KINDS)
def test_no_change_has_a_delta_all_the_same(kind: type[Original]) -> None:
    """The law that these models break, whatever the sequence: the heads' biases."""
    model = small(kind)
    ref, other = (networks.bases(50, seed, batch=2) for seed in (0, 1))
    delta = model(ref, ref)
    assert bool((delta.abs() > 1e-3).all())
    torch.testing.assert_close(delta, model(other, other))


@pytest.mark.parametrize("kind", KINDS)
def test_swapping_the_sequences_does_not_negate_delta(kind: type[Original]) -> None:
    """The other law that these models break."""
    model = small(kind)
    ref, alt = (networks.bases(50, seed, batch=2) for seed in (0, 1))
    assert bool(((model(ref, alt) + model(alt, ref)).abs() > 1e-3).all())


@pytest.mark.parametrize("kind", POSITIONAL)
def test_beyond_a_variant_s_reach_delta_is_that_of_no_change(
    kind: type[Original],
) -> None:
    model = small(kind)
    ref = networks.bases(100, seed=0)
    alt, at = networks.substituted(ref, 50), 50
    differs = (model(ref, alt) != model(ref, ref)).any(dim=2)[0]
    seen = differs.nonzero()[:, 0]
    assert seen.min() == at - model.context
    assert seen.max() == at + model.context


def test_the_default_receptive_field_is_393_bases() -> None:
    torch.manual_seed(0)
    model = original.SimpleCNNDeltaPredictor().double()
    ref = networks.bases(500, seed=0)
    with torch.no_grad():
        none, one = model(ref, ref), model(ref, networks.substituted(ref, 250))
    seen = (none != one).any(dim=2)[0].nonzero()[:, 0]
    assert int(seen.max() - seen.min()) + 1 == 393
    assert 2 * model.context + 1 == 393


@pytest.mark.parametrize("kind", PLAIN)
def test_the_plain_models_see_85_bases_by_default(kind: type[Original]) -> None:
    assert 2 * kind().context + 1 == 85


@pytest.mark.parametrize("kind", KINDS)
def test_every_parameter_learns(kind: type[Original]) -> None:
    torch.manual_seed(0)
    model = kind(hidden_dim=3, n_layers=3, kernel_size=3).double()
    ref, alt = (networks.bases(50, seed, batch=4) for seed in (0, 1))
    model(ref, alt).square().sum().backward()
    assert networks.unmoved(model) == []


@given(edit=networks.edits)
@settings(max_examples=15)
@pytest.mark.parametrize("kind", KINDS)
def test_the_engine_s_encodings_are_the_plain_ones(
    kind: type[Original], edit: networks.Edit
) -> None:
    model = small(kind)
    networks.check_cone(model.encode, model.network(), edit)


@pytest.mark.parametrize("edit", [networks.SNV, networks.DELETION, networks.INSERTION])
def test_the_engine_s_encodings_are_the_plain_ones_at_full_size(
    edit: networks.Edit,
) -> None:
    torch.manual_seed(0)
    model = original.SimpleCNNDeltaPredictor().double()
    networks.check_cone(model.encode, model.network(), edit)


@pytest.mark.parametrize("kind", KINDS)
def test_name_settings_and_weights_make_the_model_again(kind: type[Original]) -> None:
    model = small(kind)
    said = json.dumps({"name": kind.__name__, "settings": model.settings})
    read = json.loads(said)
    again = getattr(models, read["name"])(**read["settings"]).double()
    again.load_state_dict(model.state_dict())
    ref, alt = (networks.bases(50, seed) for seed in (0, 1))
    assert type(again) is kind
    assert again.settings == {"hidden_dim": 3, "n_layers": 3, "kernel_size": 3}
    torch.testing.assert_close(again(ref, alt), model(ref, alt), rtol=0, atol=0)


def test_dilations_go_on_in_turn_in_deeper_models() -> None:
    model = original.SimpleCNNDeltaPredictor(n_layers=7, kernel_size=3)
    assert model.context == 1 + sum(blocks.DILATIONS) + blocks.DILATIONS[0]
