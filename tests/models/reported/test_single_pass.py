"""The single-pass model: what it reads of its input, and what it leaves unread."""

import json

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from support import networks
from twinsplice import models
from twinsplice.models.reported import single_pass


def small() -> single_pass.ValidatedDeltaPredictor:
    torch.manual_seed(0)
    made = single_pass.ValidatedDeltaPredictor(
        hidden_dim=3, n_layers=3, kernel_size=3
    ).double()
    networks.shuffled(made, seed=1)
    return made


@pytest.mark.parametrize("length", [1, 50])
def test_every_position_has_a_delta_of_donor_and_acceptor(length: int) -> None:
    ref, alt = (networks.bases(length, seed, batch=2) for seed in (0, 1))
    assert small()(ref, alt).shape == (2, length, 2)


@given(
    seeds=st.lists(st.integers(0, 99), min_size=1, max_size=4),
    at=st.integers(0, 19),
    later=st.integers(0, 19),
)
def test_the_change_is_the_first_base_that_differs(
    seeds: list[int], at: int, later: int
) -> None:
    ref = torch.cat([networks.bases(20, seed) for seed in seeds])
    alt = networks.substituted(ref, at)
    if later > at:
        alt = networks.substituted(alt, later)
    found = single_pass.first_change(ref, alt)
    wanted = torch.cat([ref[:, :, at], alt[:, :, at]], dim=1)
    torch.testing.assert_close(found, wanted, rtol=0, atol=0)


def test_each_row_has_its_own_change_and_equal_sequences_have_none() -> None:
    ref = networks.bases(20, seed=0, batch=3)
    # Known, for a row without a change must not report its first base.
    ref[:, :, 0] = torch.eye(4, dtype=torch.float64)[2]
    alt = ref.clone()
    alt[1] = networks.substituted(ref, 4)[1]
    alt[2] = networks.substituted(ref, 11)[2]
    found = single_pass.first_change(ref, alt)
    assert not found[0].any()
    for row, at in ((1, 4), (2, 11)):
        wanted = torch.cat([ref[row, :, at], alt[row, :, at]])
        torch.testing.assert_close(found[row], wanted, rtol=0, atol=0)


def test_of_the_reference_only_the_changed_base_is_read() -> None:
    model, at = small(), 25
    ref = networks.bases(50, seed=0)
    alt = networks.substituted(ref, at)
    elsewhere = networks.substituted(ref, 40)
    assert torch.equal(model(ref, alt), model(elsewhere, alt))
    encodings = (model.encode(sequence) for sequence in (ref, elsewhere, alt))
    first, second, of_alt = encodings
    assert not torch.equal(first, second)
    change = single_pass.first_change(ref, alt)
    assert torch.equal(
        model.compare(first, of_alt, change), model.compare(second, of_alt, change)
    )


def test_forward_predict_and_compare_agree() -> None:
    model = small()
    ref = networks.bases(50, seed=0, batch=2)
    alt = networks.substituted(ref, 25)
    change = single_pass.first_change(ref, alt)
    delta = model(ref, alt)
    assert torch.equal(delta, model.predict(alt, change))
    edge = torch.zeros(2, 4, model.context, dtype=torch.float64)
    of_ref, of_alt = (
        model.encode(torch.cat([edge, sequence, edge], dim=2))
        for sequence in (ref, alt)
    )
    torch.testing.assert_close(model.compare(of_ref, of_alt, change), delta)


def test_no_change_given_is_a_change_of_zeros() -> None:
    model = small()
    ref, alt = (model.encode(networks.bases(50, seed, batch=2)) for seed in (0, 1))
    zeros = torch.zeros(2, 8, dtype=torch.float64)
    assert torch.equal(model.compare(ref, alt), model.compare(ref, alt, zeros))


def test_the_change_matters() -> None:
    model = small()
    alt = networks.bases(50, seed=0)
    a_to_g, c_to_g = (torch.zeros(1, 8, dtype=torch.float64) for _ in range(2))
    a_to_g[0, [0, 6]] = c_to_g[0, [1, 6]] = 1
    assert not torch.allclose(model.predict(alt, a_to_g), model.predict(alt, c_to_g))


def test_no_change_has_a_delta_all_the_same() -> None:
    """A law that this model breaks: it reads one sequence, so it cannot keep it."""
    ref = networks.bases(50, seed=0)
    assert bool((small()(ref, ref).abs() > 1e-6).all())


def test_swapping_the_sequences_does_not_negate_delta() -> None:
    """The other law that it breaks."""
    model = small()
    ref = networks.bases(50, seed=0)
    alt = networks.substituted(ref, 25)
    assert not torch.allclose(model(ref, alt), -model(alt, ref), atol=1e-3)


def test_every_parameter_learns() -> None:
    torch.manual_seed(0)
    model = single_pass.ValidatedDeltaPredictor(3, 3, 3).double()
    ref, alt = (networks.bases(50, seed, batch=4) for seed in (0, 1))
    model(ref, alt).square().sum().backward()
    assert networks.unmoved(model) == []


@given(edit=networks.edits)
@settings(max_examples=15)
def test_the_engine_s_encodings_are_the_plain_ones(edit: networks.Edit) -> None:
    model = small()
    networks.check_cone(model.encode, model.network(), edit)


def test_name_settings_and_weights_make_the_model_again() -> None:
    model = small()
    read = json.loads(json.dumps(model.settings))
    again = getattr(models, type(model).__name__)(**read).double()
    again.load_state_dict(model.state_dict())
    ref, alt = (networks.bases(50, seed) for seed in (0, 1))
    assert again.settings == {"hidden_dim": 3, "n_layers": 3, "kernel_size": 3}
    assert torch.equal(again(ref, alt), model(ref, alt))


def test_the_encoder_is_the_gated_one_of_393_bases() -> None:
    assert 2 * single_pass.ValidatedDeltaPredictor().context + 1 == 393
