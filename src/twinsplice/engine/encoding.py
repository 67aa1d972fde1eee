"""One-hot encoding as tensors, the same as `genome.dna.one_hot`."""

import torch
from jaxtyping import Float, Shaped
from torch import Tensor


def one_hot(
    codes: Shaped[Tensor, "batch length"],
) -> Float[Tensor, "batch length 4"]:
    """Return one-hot bases, columns A C G T; unknown bases are zeros.

    Args:
        codes: Codes of bases, see `genome.dna`, of any integer type.
    """
    table = torch.eye(5, 4, device=codes.device)
    return table[codes.long()]


def one_hot_tracks(
    codes: Shaped[Tensor, "batch length"],
) -> Float[Tensor, "batch 4 length"]:
    """Return one-hot bases, rows A C G T: the input of trained networks."""
    return one_hot(codes).transpose(1, 2)
