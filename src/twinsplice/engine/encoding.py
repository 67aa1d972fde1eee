"""One-hot bases as tensors: the one twin of `genome.dna.one_hot`."""

import torch
from jaxtyping import Float, Shaped
from torch import Tensor


def one_hot(
    codes: Shaped[Tensor, "batch length"],
) -> Float[Tensor, "batch length 4"]:
    """Return columns A C G T of each base, zeros where it is unknown.

    Args:
        codes: Codes of bases, see `genome.dna`, of any whole-number type.
    """
    table = torch.eye(5, 4, device=codes.device)
    return table[codes.long()]


def one_hot_tracks(
    codes: Shaped[Tensor, "batch length"],
) -> Float[Tensor, "batch 4 length"]:
    """Return rows A C G T over the bases, as networks that train read them."""
    return one_hot(codes).transpose(1, 2)
