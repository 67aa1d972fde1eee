"""Networks written twice, and what the engine's encodings are held against.

An ordinary module's pass is the second implementation that the engine is held against.
The shapes are those of a paired encoder: convolution, layer norm, GELU, gate and
residual, which no SpliceAI-class network has.
"""

import dataclasses
from collections.abc import Callable

import torch
import torch.nn.functional as F
from hypothesis import strategies as st
from jaxtyping import Float
from torch import Tensor, nn

from twinsplice.engine import incremental, stages
from twinsplice.models import dilated


@dataclasses.dataclass(frozen=True)
class Shape:
    """What a random network looks like: one (kernel, dilation) a block."""

    blocks: tuple[tuple[int, int], ...]
    width: int
    seed: int


class GatedNetwork(nn.Module):
    """Pre-norm gated dilated residual blocks between two convolutions."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        torch.manual_seed(shape.seed)
        self.stem = nn.Conv1d(4, shape.width, 3)
        self.norms = nn.ModuleList(nn.LayerNorm(shape.width) for _ in shape.blocks)
        self.convs = nn.ModuleList(
            nn.Conv1d(shape.width, 2 * shape.width, kernel, dilation=dilation)
            for kernel, dilation in shape.blocks
        )
        self.head = nn.Conv1d(2 * shape.width, 2, 1)
        self.double().eval().requires_grad_(requires_grad=False)

    def forward(
        self, x: Float[Tensor, "batch 4 length"]
    ) -> Float[Tensor, "batch tracks outputs"]:
        """Return the tracks, layer by layer, where the network sees in full."""
        stem = h = self.stem(x)
        for norm, conv in zip(self.norms, self.convs, strict=True):
            normed = F.gelu(norm(h.transpose(1, 2)).transpose(1, 2))
            value, gate = conv(normed).chunk(2, dim=1)
            h = _centre(h, value.shape[2]) + value * torch.sigmoid(gate)
        both = torch.cat([h, _centre(stem, h.shape[2])], dim=1)
        return torch.sigmoid(self.head(both))

    def network(self) -> stages.Network:
        """Return the same as stages."""
        listed: list[stages.Stage] = []

        def add(stage: stages.Stage) -> int:
            listed.append(stage)
            return len(listed)

        def convolve(source: int, layer: nn.Module) -> int:
            assert isinstance(layer, nn.Conv1d)
            assert layer.bias is not None
            return add(
                stages.convolution(source, layer.weight, layer.bias, layer.dilation[0])
            )

        stem = h = convolve(stages.INPUT, self.stem)
        for norm, conv in zip(self.norms, self.convs, strict=True):
            normed = add(stages.Pointwise((h,), nn.Sequential(norm, nn.GELU())))
            y = convolve(normed, conv)
            h = add(stages.Pointwise((h, y), _gate))
        both = add(stages.Pointwise((h, stem), _concatenate))
        last = convolve(both, self.head)
        add(stages.Pointwise((last,), torch.sigmoid))
        return stages.Network(listed, dtype=torch.float64)


def _centre(x: Tensor, width: int) -> Tensor:
    crop = (x.shape[2] - width) // 2
    return x[:, :, crop : crop + width]


def _gate(h: Tensor, y: Tensor) -> Tensor:
    value, gate = y.chunk(2, dim=-1)
    return h + value * torch.sigmoid(gate)


def _concatenate(h: Tensor, stem: Tensor) -> Tensor:
    return torch.cat([h, stem], dim=-1)


def random_network(config: dilated.DilatedConfig, seed: int) -> dilated.DilatedNetwork:
    """Weights and norm statistics such that no layer is an identity."""
    torch.manual_seed(seed)
    network = dilated.DilatedNetwork(config)
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm1d):
            assert module.running_mean is not None
            assert module.running_var is not None
            module.running_mean.normal_()
            module.running_var.uniform_(0.5, 2)
            torch.nn.init.normal_(module.weight)
            torch.nn.init.normal_(module.bias)
    return network.eval().requires_grad_(requires_grad=False)


# What encoders are held against: random bases, edits of them, full passes.

OUTPUTS = 40


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
    asked = incremental.EditBatch(
        tile=torch.tensor([0]),
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
