"""Artificial sequences for a base model to label: mutated and recombined.

All functions take codes (see `genome.dna`) and a random generator, so that results
are reproducible.
"""

from collections.abc import Sequence

import numpy as np
from jaxtyping import UInt8

from twinsplice.genome import dna

LOWEST_RATE, HIGHEST_RATE = 0.003, 0.15
"""Bounds of the share of bases substituted."""


def rate(rng: np.random.Generator) -> float:
    """Draw the share of bases to substitute, log-uniformly."""
    low, high = np.log(LOWEST_RATE), np.log(HIGHEST_RATE)
    return float(np.exp(rng.uniform(low, high)))


def mutate(
    codes: UInt8[np.ndarray, " length"], share: float, rng: np.random.Generator
) -> UInt8[np.ndarray, " length"]:
    """Substitute a share of the known bases, each by one of the three others.

    Args:
        codes: The sequence; unknown bases stay unknown.
        share: Probability that a base is substituted.
        rng: Random generator.
    """
    substituted = (rng.random(len(codes)) < share) & (codes != dna.UNKNOWN)
    mutated = codes.copy()
    shift = rng.integers(1, 4, size=int(substituted.sum()), dtype=np.uint8)
    mutated[substituted] = (codes[substituted] + shift) % 4
    return mutated


def recombine(
    pieces: Sequence[UInt8[np.ndarray, " _"]], length: int, rng: np.random.Generator
) -> UInt8[np.ndarray, " length"]:
    """Join pieces of different genes, in random order, into one sequence.

    Args:
        pieces: Stretches in the direction of transcription, none of them empty;
            they are repeated until the length is reached.
        length: Bases of the result.
        rng: Random generator.

    Raises:
        ValueError: There are no pieces, or all are empty.
    """
    if not any(len(piece) for piece in pieces):
        raise ValueError("a sequence needs pieces to be joined from; got none")
    joined = np.empty(length, dtype=np.uint8)
    filled = 0
    while filled < length:
        for i in rng.permutation(len(pieces)):
            piece = pieces[i][: length - filled]
            joined[filled : filled + len(piece)] = piece
            filled += len(piece)
    return joined
