"""Position-wise steps that networks of the engine are made of.

Tensors are channels last, `[..., channel]`, as `stages.Pointwise` has them.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class Linear:
    """A convolution of one tap; weights trained later are not in it."""

    def __init__(self, layer: nn.Module) -> None:
        """Take the weights of a layer.

        Args:
            layer: A convolution of one tap, in one dimension or two.
        """
        assert isinstance(layer, nn.Conv1d | nn.Conv2d)
        self.weight = layer.weight.detach().flatten(1).contiguous()
        self.bias = None if layer.bias is None else layer.bias.detach()

    def __call__(self, x: Tensor) -> Tensor:
        """Return the layer's output."""
        return F.linear(x, self.weight, self.bias)


def add_linear(linear: Linear, total: Tensor, x: Tensor) -> Tensor:
    """Add a layer's output to a total."""
    return total + linear(x)


def scaled(
    scale: Tensor, offset: Tensor, slope: float, x: Tensor, out: Tensor | None = None
) -> Tensor:
    """Scale and shift each channel, then activate.

    Args:
        scale: Factor of each channel.
        offset: What is added to each.
        slope: Of the activation below 0.
        x: What is scaled.
        out: Where to; a new tensor without.
    """
    found = torch.addcmul(offset, x, scale, out=out)
    return F.leaky_relu_(found, slope) if slope else found.relu_()


def activated(slope: float, x: Tensor, out: Tensor | None = None) -> Tensor:
    """Activate, in place unless told where to.

    Args:
        slope: Of the activation below 0.
        x: What is activated.
        out: Where to.
    """
    if not slope:
        return torch.clamp_min(x, 0, out=x if out is None else out)
    return F.leaky_relu_(x if out is None else out.copy_(x), slope)
