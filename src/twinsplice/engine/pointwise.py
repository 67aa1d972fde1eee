"""Position-wise functions of networks in the engine.

Tensors are channels last, `[..., channel]`, as `stages.Pointwise` has them.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class Linear:
    """A convolution of one tap, with the weights at the time of its construction."""

    def __init__(self, layer: nn.Module) -> None:
        """Copy the weights of a layer.

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
        offset: Added to each channel.
        slope: Slope of the activation below 0.
        x: The values.
        out: Tensor for the result; a new one if not given.
    """
    shifted = torch.addcmul(offset, x, scale, out=out)
    return F.leaky_relu_(shifted, slope) if slope else shifted.relu_()


def activated(slope: float, x: Tensor, out: Tensor | None = None) -> Tensor:
    """Apply the activation, in place unless `out` is given.

    Args:
        slope: Slope of the activation below 0.
        x: The values.
        out: Tensor for the result.
    """
    if not slope:
        return torch.clamp_min(x, 0, out=x if out is None else out)
    return F.leaky_relu_(x if out is None else out.copy_(x), slope)
