"""The SpliceAI family's network: pre-norm residual blocks of dilated convolutions.

SpliceAI, CI-SpliceAI, OpenSpliceAI and Pangolin differ in depth, activation, the
epsilon of their batch norms and the classes of their heads; all four are covered.

Source: Jaganathan et al. 2019, doi:10.1016/j.cell.2018.12.015, figure S1.
"""

import dataclasses
import functools

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from twinsplice.engine import pointwise, stages

BLOCKS_PER_SKIP = 4
_KERNELS = (11,) * 8 + (21,) * 4 + (41,) * 4
_DILATIONS = (1,) * 4 + (4,) * 4 + (10,) * 4 + (25,) * 4


def schedule(blocks: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the kernels and the dilations of the family's first blocks."""
    return _KERNELS[:blocks], _DILATIONS[:blocks]


@dataclasses.dataclass(frozen=True, kw_only=True)
class DilatedConfig:
    """The architecture of one member of the family.

    Attributes:
        blocks: Residual blocks: 4, 8, 12 or 16, for 80 to 10,000 bases of context.
        channels: Width of the trunk.
        slope: Slope of the activation below zero; 0 is ReLU.
        epsilon: Added to the variance by batch norm.
        classes: Classes of the softmax head.
        kept: Classes that are the network's tracks, in order.
    """

    blocks: int = 16
    channels: int = 32
    slope: float = 0.0
    epsilon: float = 1e-5
    classes: int = 3
    kept: tuple[int, ...] = (1, 2)

    def __post_init__(self) -> None:
        if self.blocks not in (4, 8, 12, 16):
            raise ValueError(f"blocks must be 4, 8, 12 or 16; got {self.blocks}")

    @property
    def context(self) -> int:
        """Bases read to each side of an output."""
        return sum(
            dilation * (kernel - 1)
            for kernel, dilation in zip(
                _KERNELS[: self.blocks], _DILATIONS[: self.blocks], strict=True
            )
        )


class ResidualBlock(nn.Module):
    """Norm, activation and convolution, twice, added to the input."""

    def __init__(self, config: DilatedConfig, kernel: int, dilation: int) -> None:
        super().__init__()
        width = config.channels
        self.slope = config.slope
        self.crop = dilation * (kernel - 1)
        self.norm1 = nn.BatchNorm1d(width, eps=config.epsilon)
        self.conv1 = nn.Conv1d(width, width, kernel, dilation=dilation)
        self.norm2 = nn.BatchNorm1d(width, eps=config.epsilon)
        self.conv2 = nn.Conv1d(width, width, kernel, dilation=dilation)

    def forward(
        self, x: Float[Tensor, "batch channel length"]
    ) -> Float[Tensor, "batch channel shorter"]:
        """Return the block's output over the positions it can see in full."""
        y: Tensor = self.conv1(F.leaky_relu(self.norm1(x), self.slope))
        y = self.conv2(F.leaky_relu(self.norm2(y), self.slope))
        return x[:, :, self.crop : x.shape[2] - self.crop] + y


class DilatedNetwork(nn.Module):
    """One member of the family, as a module and as stages of the engine."""

    def __init__(self, config: DilatedConfig) -> None:
        super().__init__()
        width = config.channels
        self.config = config
        self.stem = nn.Conv1d(4, width, 1)
        self.blocks = nn.ModuleList(
            ResidualBlock(config, kernel, dilation)
            for kernel, dilation in zip(
                _KERNELS[: config.blocks], _DILATIONS[: config.blocks], strict=True
            )
        )
        self.skips = nn.ModuleList(
            nn.Conv1d(width, width, 1)
            for _ in range(1 + config.blocks // BLOCKS_PER_SKIP)
        )
        self.head = nn.Conv1d(width, config.classes, 1)

    def forward(
        self, x: Float[Tensor, "batch 4 length"]
    ) -> Float[Tensor, "batch tracks outputs"]:
        """Return the tracks over all positions but `context` at either end.

        This is the full pass, layer by layer; `network` computes the same.
        """
        outputs = x.shape[2] - 2 * self.config.context
        h = self.stem(x)
        skip = self.skips[0](_centre(h, outputs))
        for i, block in enumerate(self.blocks, start=1):
            h = block(h)
            if i % BLOCKS_PER_SKIP == 0:
                skip = skip + self.skips[i // BLOCKS_PER_SKIP](_centre(h, outputs))
        return torch.softmax(self.head(skip), dim=1)[:, list(self.config.kept)]

    def network(self) -> stages.Network:
        """Return the stages for the incremental engine, inner batch norms folded."""
        listed: list[stages.Stage] = []

        def add(stage: stages.Stage) -> int:
            listed.append(stage)
            return len(listed)

        h = add(stages.Pointwise((stages.INPUT,), pointwise.Linear(self.stem)))
        skip = add(stages.Pointwise((h,), pointwise.Linear(self.skips[0])))
        for i, block in enumerate(self.blocks, start=1):
            assert isinstance(block, ResidualBlock)
            normed = functools.partial(
                pointwise.scaled, *affine(block.norm1), block.slope
            )
            act = functools.partial(pointwise.activated, block.slope)
            u = add(stages.Pointwise((h,), normed, into=True))
            c = add(_folded(u, block.conv1, block.norm2))
            v = add(stages.Pointwise((c,), act, into=True))
            y = add(_folded(v, block.conv2, None))
            h = add(stages.Residual(h, y))
            if i % BLOCKS_PER_SKIP == 0:
                layer = pointwise.Linear(self.skips[i // BLOCKS_PER_SKIP])
                add_skip = functools.partial(pointwise.add_linear, layer)
                skip = add(stages.Pointwise((skip, h), add_skip))
        head = functools.partial(
            _softmax, pointwise.Linear(self.head), self.config.kept
        )
        add(stages.Pointwise((skip,), head))
        return stages.Network(listed)


def _centre(x: Tensor, width: int) -> Tensor:
    crop = (x.shape[2] - width) // 2
    return x[:, :, crop : crop + width]


def affine(norm: nn.BatchNorm1d) -> tuple[Tensor, Tensor]:
    """Return the scale and offset of a batch norm in evaluation."""
    assert norm.running_mean is not None
    assert norm.running_var is not None
    scale = norm.weight.detach() / torch.sqrt(norm.running_var + norm.eps)
    return scale, norm.bias.detach() - norm.running_mean * scale


def _folded(
    source: int, layer: nn.Conv1d, norm: nn.BatchNorm1d | None
) -> stages.Convolution:
    """The stage of a convolution and the batch norm after it."""
    return stages.convolution(source, *fold(layer, norm), layer.dilation[0])


def fold(
    layer: nn.Conv1d, norm: nn.BatchNorm1d | None
) -> tuple[Float[Tensor, "outputs inputs kernel"], Float[Tensor, " outputs"]]:
    """Return weight and bias of a convolution, the batch norm after it folded in."""
    assert layer.bias is not None
    weight, bias = layer.weight.detach(), layer.bias.detach()
    if norm is not None:
        scale, offset = affine(norm)
        weight, bias = weight * scale[:, None, None], bias * scale + offset
    return weight, bias


def _softmax(linear: pointwise.Linear, kept: tuple[int, ...], skip: Tensor) -> Tensor:
    return torch.softmax(linear(skip), dim=-1)[..., list(kept)]
