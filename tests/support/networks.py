"""Networks written twice: as an ordinary module, and as the engine's stages.

The module's pass is the second implementation that the engine is held against.
The shapes are those of a paired encoder: convolution, layer norm, GELU, gate and
residual, which no SpliceAI-class network has.
"""

import dataclasses

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from twinsplice.engine import stages


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
