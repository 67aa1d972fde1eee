"""Encoders, blocks and heads of the write-up's models.

An encoder is implemented twice, as a pass over `[batch, channel, length]` and as
stages of the incremental engine. Convolutions do not pad: each removes half its
width from either end, and residual inputs are cropped alike.
"""

import abc
import dataclasses
import functools

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from twinsplice import errors
from twinsplice.engine import stages
from twinsplice.models import siamese

DILATIONS = (1, 2, 4, 8, 8, 4)
"""Bases between the taps of gated blocks, repeated in turn."""


@dataclasses.dataclass(frozen=True)
class Shape:
    """The size of an encoder.

    Attributes:
        hidden_dim: Channels of every layer, and of the encoding.
        n_layers: Layers or blocks.
        kernel_size: Taps of every convolution, odd.
    """

    hidden_dim: int
    n_layers: int
    kernel_size: int

    def __post_init__(self) -> None:
        smallest = min(self.hidden_dim, self.n_layers, self.kernel_size)
        if smallest < 1 or self.kernel_size % 2 == 0:
            raise errors.InputError(
                "an encoder has channels, layers and a kernel of odd size",
                got=str(dataclasses.asdict(self)),
                remedy="use whole numbers from 1, and a kernel_size of 1, 3, 5 ...",
            )


class Encoder(nn.Module, abc.ABC):
    """A network from bases to encodings.

    Attributes:
        shape: Its size.
        context: Bases that an encoding reads to each side of its position.
    """

    context: int

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape

    @abc.abstractmethod
    def forward(
        self, sequence: Float[Tensor, "batch 4 length"]
    ) -> Float[Tensor, "batch channel inner"]:
        """Return the encodings of all positions but `context` at either end."""

    @abc.abstractmethod
    def network(self) -> stages.Network:
        """Return the encoder as stages, with a copy of its present weights."""


class PlainEncoder(Encoder):
    """A stack of convolutions, each followed by an activation."""

    def __init__(self, shape: Shape) -> None:
        super().__init__(shape)
        width, kernel = shape.hidden_dim, shape.kernel_size
        inputs = [4] + [width] * (shape.n_layers - 1)
        self.convs = nn.ModuleList(nn.Conv1d(n, width, kernel) for n in inputs)
        self.context = shape.n_layers * (kernel // 2)

    def forward(
        self, sequence: Float[Tensor, "batch 4 length"]
    ) -> Float[Tensor, "batch channel inner"]:
        """Return the encodings of all positions but `context` at either end."""
        h = sequence
        for conv in self.convs:
            h = F.gelu(conv(h))
        return h

    def network(self) -> stages.Network:
        """Return the encoder as stages, with a copy of its present weights."""
        listed: list[stages.Stage] = []
        h = stages.INPUT
        for conv in self.convs:
            y = _add(listed, _convolution(h, conv))
            h = _add(listed, stages.Pointwise((y,), F.gelu))
        return stages.Network(listed, dtype=_dtype(self))


class GatedBlock(nn.Module):
    """A residual block: norm, a dilated convolution and a gate.

    Half of the convolution's channels are values, half their gates:
    `x + value * sigmoid(gate)`.

    Source: gates as in Dauphin et al. 2017, arXiv:1612.08083.
    """

    def __init__(self, width: int, kernel: int, dilation: int) -> None:
        super().__init__()
        self.crop = dilation * (kernel // 2)
        self.norm = nn.LayerNorm(width)
        self.conv = nn.Conv1d(width, 2 * width, kernel, dilation=dilation)

    def forward(
        self, x: Float[Tensor, "batch channel length"]
    ) -> Float[Tensor, "batch channel shorter"]:
        """Return the block's output over the positions it can see in full."""
        normed = self.norm(x.transpose(1, 2)).transpose(1, 2)
        change = F.glu(self.conv(normed), dim=1)
        return x[:, :, self.crop : x.shape[2] - self.crop] + change

    def append(self, listed: list[stages.Stage], source: int) -> int:
        """Append the block's stages.

        Args:
            listed: The stages so far.
            source: The value that the block reads.

        Returns:
            The value that is its output.
        """
        norm = functools.partial(
            F.layer_norm,
            normalized_shape=self.norm.normalized_shape,
            weight=self.norm.weight.detach().clone(),
            bias=self.norm.bias.detach().clone(),
            eps=self.norm.eps,
        )
        normed = _add(listed, stages.Pointwise((source,), norm))
        change = _add(listed, _convolution(normed, self.conv))
        return _add(listed, stages.Pointwise((source, change), _add_gated))


class GatedEncoder(Encoder):
    """A convolution of the bases, followed by gated blocks of varying dilation."""

    def __init__(self, shape: Shape) -> None:
        super().__init__(shape)
        width, kernel = shape.hidden_dim, shape.kernel_size
        dilations = [DILATIONS[i % len(DILATIONS)] for i in range(shape.n_layers)]
        self.stem = nn.Conv1d(4, width, kernel)
        self.blocks = nn.ModuleList(
            GatedBlock(width, kernel, dilation) for dilation in dilations
        )
        self.context = (1 + sum(dilations)) * (kernel // 2)

    def forward(
        self, sequence: Float[Tensor, "batch 4 length"]
    ) -> Float[Tensor, "batch channel inner"]:
        """Return the encodings of all positions but `context` at either end."""
        h: Tensor = self.stem(sequence)
        for block in self.blocks:
            h = block(h)
        return h

    def network(self) -> stages.Network:
        """Return the encoder as stages, with a copy of its present weights."""
        listed: list[stages.Stage] = []
        h = _add(listed, _convolution(stages.INPUT, self.stem))
        for block in self.blocks:
            assert isinstance(block, GatedBlock)
            h = block.append(listed, h)
        return stages.Network(listed, dtype=_dtype(self))


class EncoderModel(siamese.SiameseModel, abc.ABC):
    """A paired model around one of these encoders."""

    encoder: Encoder

    @property
    def settings(self) -> dict[str, int]:
        """Arguments of the constructor."""
        return dataclasses.asdict(self.encoder.shape)

    def encode(
        self, sequence: Float[Tensor, "batch 4 length"]
    ) -> Float[Tensor, "batch tracks inner"]:
        """Return the encodings of all positions but `context` at either end."""
        encodings: Tensor = self.encoder(sequence)
        return encodings

    def network(self) -> stages.Network:
        """Return the encoder's stages, for the incremental engine."""
        return self.encoder.network()


def head(inputs: int, outputs: int) -> nn.Sequential:
    """Return an MLP of one hidden layer, with biases; channels come last."""
    return nn.Sequential(
        nn.Linear(inputs, inputs), nn.GELU(), nn.Linear(inputs, outputs)
    )


def _add(listed: list[stages.Stage], stage: stages.Stage) -> int:
    listed.append(stage)
    return len(listed)


def _convolution(source: int, conv: nn.Module) -> stages.Convolution:
    assert isinstance(conv, nn.Conv1d)
    assert conv.bias is not None
    # Cloned, since later training changes the module's tensors in place.
    weight, bias = conv.weight.detach().clone(), conv.bias.detach().clone()
    return stages.convolution(source, weight, bias, conv.dilation[0])


def _dtype(module: nn.Module) -> torch.dtype:
    return next(module.parameters()).dtype


def _add_gated(
    h: Float[Tensor, "batch position channel"],
    change: Float[Tensor, "batch position twice"],
) -> Float[Tensor, "batch position channel"]:
    return h + F.glu(change, dim=-1)
