"""Encoders and their blocks: what they see, and that their stages compute the same.

The functions without `test_` serve the tests of the models as well.
"""

import dataclasses
import functools
from collections.abc import Callable

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from jaxtyping import Float
from torch import Tensor, nn

from twinsplice import errors
from twinsplice.engine import incremental, stages
from twinsplice.models.reported import blocks

SMALL = blocks.Shape(hidden_dim=3, n_layers=3, kernel_size=3)
DEFAULT = blocks.Shape(hidden_dim=64, n_layers=6, kernel_size=15)
OUTPUTS = 40
ENCODERS = (blocks.PlainEncoder, blocks.GatedEncoder)


def bases(length: int, seed: int, batch: int = 1) -> Float[Tensor, "batch 4 length"]:
    """Random one-hot bases, one in five of them unknown."""
    generator = torch.Generator().manual_seed(seed)
    codes = torch.randint(0, 5, (batch, length), generator=generator)
    return torch.eye(5, 4, dtype=torch.float64)[codes].transpose(1, 2)


def substituted(
    sequence: Float[Tensor, "batch 4 length"], position: int
) -> Float[Tensor, "batch 4 length"]:
    """The sequences with another base, known in all, at one position."""
    known = sequence[:, :, position].argmax(dim=1)
    other = sequence.clone()
    other[:, :, position] = F.one_hot((known + 1) % 4, 4).to(sequence)
    return other


def shuffled(module: nn.Module, seed: int) -> None:
    """Give every parameter random values, so that no layer is an identity."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in module.parameters():
            noise = torch.randn(parameter.shape, generator=generator)
            parameter.add_(0.2 * noise.to(parameter))


def unmoved(module: nn.Module) -> list[str]:
    """The parameters whose gradients are missing, zero or not finite."""
    return [
        name
        for name, parameter in module.named_parameters()
        if parameter.grad is None
        or not bool(parameter.grad.isfinite().all())
        or not bool(parameter.grad.any())
    ]


@dataclasses.dataclass(frozen=True)
class Edit:
    """A replacement, at a base counted from the first output."""

    at: int
    ref_length: int
    alt_length: int
    seed: int


SNV = Edit(at=17, ref_length=1, alt_length=1, seed=3)
DELETION = Edit(at=14, ref_length=5, alt_length=1, seed=4)
INSERTION = Edit(at=15, ref_length=0, alt_length=6, seed=5)
edits = st.builds(
    Edit,
    at=st.integers(12, 20),
    ref_length=st.integers(0, 6),
    alt_length=st.integers(0, 6),
    seed=st.integers(0, 99),
)


def check_cone(
    encode: Callable[[Tensor], Tensor], network: stages.Network, edit: Edit
) -> None:
    """Hold the engine's encodings against full passes over both sequences."""
    context, left, right = network.context, 12, 8
    start, new = edit.at + context, edit.alt_length + 1
    x = bases(OUTPUTS + 2 * context, edit.seed)
    inserted = bases(edit.alt_length, edit.seed + 1)
    beyond = x[:, :, start + edit.ref_length :]
    edited = torch.cat([x[:, :, :start], inserted, beyond], dim=2)
    with torch.no_grad():
        ref_wanted, alt_wanted = encode(x), encode(edited)
    ref = incremental.reference(network, x.transpose(1, 2))
    asked = incremental.Edits(
        stretch=torch.tensor([0]),
        start=torch.tensor([start]),
        shift=torch.tensor([edit.ref_length - edit.alt_length]),
        bases=edited[:, :, start : start + new].transpose(1, 2),
        left=left,
        right=right,
    )
    alt = incremental.alternate(ref, asked).transpose(1, 2)
    alt_wanted = alt_wanted[:, :, edit.at - left : edit.at + new + right]
    torch.testing.assert_close(
        ref.profile.transpose(1, 2), ref_wanted, rtol=0, atol=1e-12
    )
    torch.testing.assert_close(alt, alt_wanted, rtol=0, atol=1e-12)


@functools.cache
def encoder(kind: type[blocks.Encoder], shape: blocks.Shape) -> blocks.Encoder:
    torch.manual_seed(0)
    made = kind(shape).double()
    shuffled(made, seed=1)
    return made


@given(
    kind=st.sampled_from(ENCODERS),
    shape=st.builds(
        blocks.Shape,
        hidden_dim=st.sampled_from([1, 3, 8]),
        n_layers=st.integers(1, 4),
        kernel_size=st.sampled_from([1, 3, 5]),
    ),
    edit=edits,
)
@settings(max_examples=60)
def test_cones_equal_full_passes_over_the_edited_sequence(
    kind: type[blocks.Encoder], shape: blocks.Shape, edit: Edit
) -> None:
    made = encoder(kind, shape)
    check_cone(made, made.network(), edit)


@pytest.mark.parametrize("kind", ENCODERS)
@pytest.mark.parametrize("shape", [SMALL, DEFAULT])
def test_context_is_what_the_pass_takes_and_the_stages_say(
    kind: type[blocks.Encoder], shape: blocks.Shape
) -> None:
    made = encoder(kind, shape)
    encodings = made(bases(2 * made.context + 5, seed=0, batch=2))
    assert encodings.shape == (2, shape.hidden_dim, 5)
    assert made.network().context == made.context


@pytest.mark.parametrize("kind", ENCODERS)
def test_an_encoding_sees_its_context_and_no_further(
    kind: type[blocks.Encoder],
) -> None:
    made = encoder(kind, SMALL)
    x = bases(6 * made.context, seed=2)
    at = x.shape[2] // 2
    with torch.no_grad():
        change = (made(x) - made(substituted(x, at))).abs()
    differs = (change > 1e-12).any(dim=1)[0]
    seen = differs.nonzero()[:, 0] + made.context
    assert seen.min() == at - made.context
    assert seen.max() == at + made.context


@pytest.mark.parametrize("kind", ENCODERS)
def test_every_parameter_learns(kind: type[blocks.Encoder]) -> None:
    made = kind(SMALL).double()
    made(bases(50, seed=0, batch=4)).square().sum().backward()
    assert unmoved(made) == []


@pytest.mark.parametrize("kind", ENCODERS)
def test_stages_keep_the_weights_they_were_made_of(kind: type[blocks.Encoder]) -> None:
    made = kind(SMALL).double()
    network, x = made.network(), bases(50, seed=0)
    with torch.no_grad():
        before = made(x)
        for parameter in made.parameters():
            parameter.add_(1)
    found = incremental.reference(network, x.transpose(1, 2)).profile
    torch.testing.assert_close(found.transpose(1, 2), before, rtol=0, atol=1e-12)


def test_a_block_adds_its_values_as_far_as_the_gate_lets_them() -> None:
    block = blocks.GatedBlock(width=2, kernel=3, dilation=2).double()
    x = bases(9, seed=0)[:, :2]
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
