"""Sequence that nature does not offer, for a base model to label.

All functions work on codes (see `genome.dna`) and a generator of their own, so
that what they make is repeatable.
"""

from collections.abc import Sequence

import numpy as np
from jaxtyping import UInt8

from twinsplice.genome import dna

LOWEST_RATE, HIGHEST_RATE = 0.003, 0.15
"""Bounds of the share of bases that `mutate` changes."""


def rate(rng: np.random.Generator) -> float:
    """Draw a share of bases to change; small shares are as likely as large ones."""
    low, high = np.log(LOWEST_RATE), np.log(HIGHEST_RATE)
    return float(np.exp(rng.uniform(low, high)))


def mutate(
    codes: UInt8[np.ndarray, " length"], share: float, rng: np.random.Generator
) -> UInt8[np.ndarray, " length"]:
    """Replace a share of the known bases, each by one of the three others.

    Args:
        codes: The sequence; unknown bases stay unknown.
        share: Probability of each base to be replaced.
        rng: Where chance comes from.
    """
    hit = (rng.random(len(codes)) < share) & (codes != dna.UNKNOWN)
    made = codes.copy()
    shift = rng.integers(1, 4, size=int(hit.sum()), dtype=np.uint8)
    made[hit] = (codes[hit] + shift) % 4
    return made


def recombine(
    pieces: Sequence[UInt8[np.ndarray, " _"]], length: int, rng: np.random.Generator
) -> UInt8[np.ndarray, " length"]:
    """Join pieces of different genes, in random order, to a sequence.

    Args:
        pieces: Stretches in the direction of transcription, none of them empty;
            they are used again and again until the length is reached.
        length: Bases wanted.
        rng: Where chance comes from.

    Raises:
        ValueError: There is nothing to join.
    """
    if not any(len(piece) for piece in pieces):
        raise ValueError("a sequence needs pieces to be joined from; got none")
    made = np.empty(length, dtype=np.uint8)
    filled = 0
    while filled < length:
        for i in rng.permutation(len(pieces)):
            piece = pieces[i][: length - filled]
            made[filled : filled + len(piece)] = piece
            filled += len(piece)
    return made
