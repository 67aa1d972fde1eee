"""What chance does to a batch, so that places are not learned by heart."""

import numpy as np
from jaxtyping import Float, UInt8

from twinsplice.genome import dna


def kept(
    shape: tuple[int, ...], dropout: float, rng: np.random.Generator
) -> Float[np.ndarray, "*shape"]:
    """Return factors of channels: 0 for those left out, larger for the others."""
    stays = rng.random(shape, dtype=np.float32) >= dropout
    return (stays / (1 - dropout)).astype(np.float32)


def replaced(
    codes: UInt8[np.ndarray, "batch length"], mean: float, rng: np.random.Generator
) -> UInt8[np.ndarray, "batch length"]:
    """Return codes with known bases replaced, at a rate that is drawn, too."""
    changed = rng.random(codes.shape) < 2 * mean * rng.random()
    other = rng.integers(0, dna.UNKNOWN, codes.shape, dtype=np.uint8)
    return np.where(changed & (codes != dna.UNKNOWN), other, codes)
