"""A gated dilated residual block, as a module and as stages of the engine.

Tensors are images of height one, channels last in memory: the fastest layout on CPUs
for the base model's narrow convolutions.
"""

import functools
from collections.abc import Callable

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from twinsplice.engine import pointwise, stages


class GatedBlock(nn.Module):
    """A residual block: scale, activation, two convolutions, and a gate on the sum.

    Tensors are images of height one, `[batch, channel, 1, length]`.
    """

    def __init__(
        self, width: int, kernel: int, dilation: int, *, gated: bool = True
    ) -> None:
        """Initialise a block as the identity.

        Args:
            width: Channels.
            kernel: Taps of both convolutions.
            dilation: Bases between taps.
            gated: Whether it has a gate.
        """
        super().__init__()
        self.scale = nn.Parameter(torch.ones(width))
        self.offset = nn.Parameter(torch.zeros(width))
        self.conv1 = nn.Conv2d(width, width, (1, kernel), dilation=(1, dilation))
        self.conv2 = nn.Conv2d(width, width, (1, kernel), dilation=(1, dilation))
        self.gate = nn.Conv2d(width, width, 1) if gated else None
        # Zero weights make the block, and a gate, the identity.
        clear(self.conv2)
        if self.gate is not None:
            clear(self.gate)

    def forward(
        self, x: Float[Tensor, "batch channel 1 length"]
    ) -> Float[Tensor, "batch channel 1 shorter"]:
        """Return the block's output over the positions it can see in full."""
        shape = (1, -1, 1, 1)
        u = F.relu(torch.addcmul(self.offset.view(shape), x, self.scale.view(shape)))
        y: Tensor = self.conv2(F.relu(self.conv1(u)))
        if self.gate is not None:
            y = torch.addcmul(y, y, torch.tanh(self.gate(y)))
        return centre(x, y.shape[3]) + y

    def append(self, add: Callable[[stages.Stage], int], source: int) -> int:
        """Append the block's stages.

        Args:
            add: Appends a stage and returns the value that is its output.
            source: The value that the block reads.

        Returns:
            The value that is its output.
        """
        scale, offset = self.scale.detach(), self.offset.detach()
        scaled = functools.partial(pointwise.scaled, scale, offset, 0.0)
        u = add(stages.Pointwise((source,), scaled, into=True))
        c = add(_convolution(u, self.conv1))
        act = functools.partial(pointwise.activated, 0.0)
        v = add(stages.Pointwise((c,), act, into=True))
        y = add(_convolution(v, self.conv2))
        if self.gate is None:
            return add(stages.Residual(source, y))
        gate = functools.partial(_add_gated, pointwise.Linear(self.gate))
        return add(stages.Pointwise((source, y), gate))


def clear(layer: nn.Module) -> None:
    """Set all weights of a layer to 0."""
    for parameter in layer.parameters():
        nn.init.zeros_(parameter)


def centre(
    x: Float[Tensor, "batch channel 1 length"], width: int
) -> Float[Tensor, "batch channel 1 inner"]:
    """Return the central positions of an image."""
    crop = (x.shape[3] - width) // 2
    return x[:, :, :, crop : crop + width]


def _convolution(source: int, layer: nn.Conv2d) -> stages.Convolution:
    assert layer.bias is not None
    weight = layer.weight.detach()[:, :, 0]
    return stages.convolution(source, weight, layer.bias, layer.dilation[1])


def _add_gated(gate: pointwise.Linear, h: Tensor, y: Tensor) -> Tensor:
    return h + torch.addcmul(y, y, torch.tanh_(gate(y)))
