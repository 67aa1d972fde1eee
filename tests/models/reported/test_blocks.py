"""Encoders and their blocks: what they see, and that their stages compute the same."""

import functools

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from support import networks
from twinsplice import errors
from twinsplice.engine import incremental
from twinsplice.models.reported import blocks

SMALL = blocks.Shape(hidden_dim=3, n_layers=3, kernel_size=3)
DEFAULT = blocks.Shape(hidden_dim=64, n_layers=6, kernel_size=15)
ENCODERS = (blocks.PlainEncoder, blocks.GatedEncoder)


@functools.cache
def encoder(kind: type[blocks.Encoder], shape: blocks.Shape) -> blocks.Encoder:
    torch.manual_seed(0)
    made = kind(shape).double()
    networks.shuffled(made, seed=1)
    return made


@given(
    kind=st.sampled_from(ENCODERS),
    shape=st.builds(
        blocks.Shape,
        hidden_dim=st.sampled_from([1, 3, 8]),
        n_layers=st.integers(1, 4),
        kernel_size=st.sampled_from([1, 3, 5]),
    ),
    edit=networks.edits,
)
@settings(max_examples=60)
def test_cones_equal_full_passes_over_the_edited_sequence(
    kind: type[blocks.Encoder], shape: blocks.Shape, edit: networks.Edit
) -> None:
    made = encoder(kind, shape)
    networks.check_cone(made, made.network(), edit)


@pytest.mark.parametrize("kind", ENCODERS)
@pytest.mark.parametrize("shape", [SMALL, DEFAULT])
def test_context_is_what_the_pass_takes_and_the_stages_say(
    kind: type[blocks.Encoder], shape: blocks.Shape
) -> None:
    made = encoder(kind, shape)
    encodings = made(networks.bases(2 * made.context + 5, seed=0, batch=2))
    assert encodings.shape == (2, shape.hidden_dim, 5)
    assert made.network().context == made.context


@pytest.mark.parametrize("kind", ENCODERS)
def test_an_encoding_sees_its_context_and_no_further(
    kind: type[blocks.Encoder],
) -> None:
    made = encoder(kind, SMALL)
    x = networks.bases(6 * made.context, seed=2)
    at = x.shape[2] // 2
    with torch.no_grad():
        change = (made(x) - made(networks.substituted(x, at))).abs()
    differs = (change > 1e-12).any(dim=1)[0]
    seen = differs.nonzero()[:, 0] + made.context
    assert seen.min() == at - made.context
    assert seen.max() == at + made.context


@pytest.mark.parametrize("kind", ENCODERS)
def test_every_parameter_learns(kind: type[blocks.Encoder]) -> None:
    made = kind(SMALL).double()
    made(networks.bases(50, seed=0, batch=4)).square().sum().backward()
    assert networks.unmoved(made) == []


@pytest.mark.parametrize("kind", ENCODERS)
def test_stages_keep_the_weights_they_were_made_of(kind: type[blocks.Encoder]) -> None:
    made = kind(SMALL).double()
    network, x = made.network(), networks.bases(50, seed=0)
    with torch.no_grad():
        before = made(x)
        for parameter in made.parameters():
            parameter.add_(1)
    found = incremental.reference(network, x.transpose(1, 2)).profile
    torch.testing.assert_close(found.transpose(1, 2), before, rtol=0, atol=1e-12)


def test_a_block_adds_its_values_as_far_as_the_gate_lets_them() -> None:
    block = blocks.GatedBlock(width=2, kernel=3, dilation=2).double()
    x = networks.bases(9, seed=0)[:, :2]
    assert block.conv.bias is not None
    with torch.no_grad():
        block.conv.weight.zero_()
        block.conv.bias.copy_(torch.tensor([3.0, 5.0, -100.0, 100.0]))
        found = block(x)
    offset = torch.tensor([0.0, 5.0], dtype=torch.float64)[:, None]
    torch.testing.assert_close(found, x[:, :, 2:-2] + offset)


def test_a_block_s_norm_leaves_scale_and_offset_out() -> None:
    block = blocks.GatedBlock(width=4, kernel=3, dilation=1).double()
    x = torch.randn(1, 4, 9, dtype=torch.float64, generator=generator(0))
    scaled = 50 * x + 7
    with torch.no_grad():
        change = block(x) - x[:, :, 1:-1]
        of_scaled = block(scaled) - scaled[:, :, 1:-1]
    torch.testing.assert_close(of_scaled, change, rtol=0, atol=1e-3)


def generator(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize(
    ("width", "layers", "kernel"), [(0, 1, 3), (4, 0, 3), (4, 1, 4)]
)
def test_a_shape_no_encoder_has_is_refused(
    width: int, layers: int, kernel: int
) -> None:
    with pytest.raises(errors.InputError, match="a kernel of odd size"):
        blocks.Shape(width, layers, kernel)
