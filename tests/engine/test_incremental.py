"""The engine: whatever a network is made of, a cone equals the full pass."""

import functools

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from jaxtyping import Float
from torch import Tensor

from support import networks as plain_networks
from twinsplice.engine import incremental, stages

# Start at most 20, REF 6, new bases 10 and right margin 8, of what `edits` draws.
OUTPUTS = 20 + 6 + 10 + 8
shapes = st.builds(
    plain_networks.Shape,
    blocks=st.lists(
        st.tuples(st.sampled_from([1, 3, 5]), st.sampled_from([1, 2, 4])),
        min_size=1,
        max_size=4,
    ).map(tuple),
    width=st.sampled_from([1, 3, 8]),
    seed=st.integers(0, 9),
)


@functools.cache
def networks(
    shape: plain_networks.Shape,
) -> tuple[plain_networks.GatedNetwork, stages.Network]:
    module = plain_networks.GatedNetwork(shape)
    return module, module.network()


def bases(length: int, seed: int) -> Float[Tensor, "length 4"]:
    """Random one-hot bases, one in five of them unknown."""
    generator = torch.Generator().manual_seed(seed)
    codes = torch.randint(0, 5, (length,), generator=generator)
    return torch.eye(5, 4, dtype=torch.float64)[codes]


def full(
    module: plain_networks.GatedNetwork, x: Float[Tensor, "length 4"]
) -> Float[Tensor, "outputs tracks"]:
    found: Tensor = module(x.T[None])[0].T
    return found


@st.composite
def edits(draw: st.DrawFn) -> tuple[int, int, int, int, int, int]:
    """Stretch, start (among the outputs), REF length, ALT length, spare, seed."""
    start = draw(st.integers(12, 20))
    return (
        draw(st.integers(0, 1)),
        start,
        draw(st.integers(0, 6)),
        draw(st.integers(0, 6)),
        draw(st.integers(0, 3)),
        draw(st.integers(0, 99)),
    )


@given(
    shape=shapes,
    rows=st.lists(edits(), min_size=1, max_size=5),
    left=st.integers(0, 12),
    right=st.integers(0, 8),
)
@settings(max_examples=60, deadline=None)
def test_cones_equal_full_passes_over_the_edited_sequence(
    shape: plain_networks.Shape,
    rows: list[tuple[int, int, int, int, int, int]],
    left: int,
    right: int,
) -> None:
    module, network = networks(shape)
    context = network.context
    stretches = torch.stack([bases(OUTPUTS + 2 * context, seed) for seed in (0, 1)])
    ref = incremental.reference(network, stretches)
    new = max(alt + spare + 1 for _, _, _, alt, spare, _ in rows)
    parts, wanted = [], []
    for stretch, at, ref_length, alt_length, _, seed in rows:
        start, x = at + context, stretches[stretch]
        alt = bases(alt_length, seed)
        edited = torch.cat([x[:start], alt, x[start + ref_length :]])
        parts.append(edited[start : start + new])
        profile = full(module, edited)
        wanted.append(profile[at - left : at + new + right])

    found = incremental.alternate(
        ref,
        incremental.EditBatch(
            tile=torch.tensor([row[0] for row in rows]),
            start=torch.tensor([row[1] + context for row in rows]),
            shift=torch.tensor([row[2] - row[3] for row in rows]),
            bases=torch.stack(parts),
            left=left,
            right=right,
        ),
    )

    torch.testing.assert_close(found, torch.stack(wanted), rtol=0, atol=1e-12)


@given(shape=shapes, seed=st.integers(0, 99))
@settings(max_examples=30, deadline=None)
def test_reference_passes_equal_the_module(
    shape: plain_networks.Shape, seed: int
) -> None:
    module, network = networks(shape)
    x = bases(OUTPUTS + 2 * network.context, seed)
    for keep in (True, False):
        ref = incremental.reference(network, x[None], keep=keep)
        torch.testing.assert_close(ref.profile[0], full(module, x), rtol=0, atol=1e-12)
        assert bool(ref.values) == keep


@given(shape=shapes, seed=st.integers(0, 99))
@settings(max_examples=30, deadline=None)
def test_an_edit_that_changes_nothing_changes_nothing(
    shape: plain_networks.Shape, seed: int
) -> None:
    _, network = networks(shape)
    x = bases(OUTPUTS + 2 * network.context, seed)
    start = network.context + 10
    ref = incremental.reference(network, x[None])
    found = incremental.alternate(ref, one_edit(x[start : start + 3], start, reach=5))
    torch.testing.assert_close(found[0], ref.profile[0, 5:18], rtol=0, atol=1e-13)


@pytest.mark.parametrize("reach", [0, 2, 9])
def test_the_cost_of_a_cone_is_what_its_convolutions_do(
    reach: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    shape = plain_networks.Shape(blocks=((3, 1), (5, 2), (3, 4)), width=3, seed=0)
    _, network = networks(shape)
    x = bases(OUTPUTS + 2 * network.context, 0)
    ref = incremental.reference(network, x[None])
    done, convolve = [0], incremental._convolve

    def counting(stage: stages.Convolution, values: Tensor) -> Tensor:
        result = convolve(stage, values)
        done[0] += 2 * stage.weight.numel() * result.shape[1]
        return result

    monkeypatch.setattr(incremental, "_convolve", counting)
    start = network.context + OUTPUTS // 2
    incremental.alternate(ref, one_edit(bases(1, 1), start, reach=reach))
    assert network.flops_of_cone(reach) == done[0]


def one_edit(
    new: Float[Tensor, "new 4"], start: int, reach: int
) -> incremental.EditBatch:
    return incremental.EditBatch(
        tile=torch.tensor([0]),
        start=torch.tensor([start]),
        shift=torch.tensor([0]),
        bases=new[None],
        left=reach,
        right=reach,
    )


def test_radius_and_context_are_the_receptive_field() -> None:
    shape = plain_networks.Shape(blocks=((3, 2), (5, 4)), width=3, seed=0)
    _, network = networks(shape)
    assert network.context == 1 + 2 + 8
    assert network.radius[-1] == network.context
    assert network.margin[-1] == 0


def test_an_edit_beyond_the_reference_is_refused() -> None:
    _, network = networks(plain_networks.Shape(blocks=((3, 1),), width=3, seed=0))
    x = bases(OUTPUTS + 2 * network.context, 0)
    ref = incremental.reference(network, x[None])
    inside = network.context + OUTPUTS - 6
    incremental.alternate(ref, one_edit(bases(1, 0), inside, reach=5))
    with pytest.raises(IndexError, match=f"has 0 to {OUTPUTS}"):
        incremental.alternate(ref, one_edit(bases(1, 0), inside + 1, reach=5))
    with pytest.raises(IndexError, match=f"has 0 to {OUTPUTS}"):
        incremental.alternate(ref, one_edit(bases(1, 0), network.context, reach=5))


def test_a_stretch_without_outputs_is_refused() -> None:
    _, network = networks(plain_networks.Shape(blocks=((3, 1),), width=3, seed=0))
    with pytest.raises(ValueError, match="longer than twice the context"):
        incremental.reference(network, bases(2 * network.context, 0)[None])


def test_a_residual_whose_change_others_read_is_refused() -> None:
    kernel, bias = torch.zeros(4, 4, 3), torch.zeros(4)
    convolution = stages.convolution(stages.INPUT, kernel, bias)
    residual = stages.Residual(stages.INPUT, 1)
    stages.Network([convolution, residual])
    later = stages.Pointwise((1, 2), torch.add)
    with pytest.raises(ValueError, match="nothing else reads; got value 1"):
        stages.Network([convolution, residual, later])
    with pytest.raises(ValueError, match="nothing else reads; got value 0"):
        stages.Network([stages.Residual(stages.INPUT, 0)])
