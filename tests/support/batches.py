"""Random variants and windows to learn from, in memory."""

import numpy as np

from twinsplice.training import batches

REACH, CONTEXT, SLACK = 6, 9, 8
WIDTH = 2 * REACH + 1


def pairs(rows: int, seed: int, *, longest: int = 5) -> batches.Pairs:
    """Random variants about the middle of random sequence."""
    rng = np.random.default_rng(seed)
    wide = WIDTH + 2 * (CONTEXT + SLACK)
    return batches.Pairs(
        codes=rng.integers(0, 5, (rows, wide), dtype=np.uint8),
        start=rng.integers(REACH - 2, REACH + 3, rows),
        ref_length=rng.integers(0, longest, rows),
        alt_length=rng.integers(0, longest, rows),
        alt=rng.integers(0, 4, (rows, longest), dtype=np.uint8),
        on_minus_strand=rng.integers(0, 2, rows, dtype=np.uint8),
        delta=rng.uniform(-1, 1, (rows, 2, WIDTH)).astype(np.float32),
        profile=rng.uniform(0, 1, (rows, 2, WIDTH)).astype(np.float32),
        context=CONTEXT,
        slack=SLACK,
        chance=np.full(rows, 1 / rows),
    )


def profiles(rows: int, seed: int) -> batches.Profiles:
    """Random windows."""
    rng = np.random.default_rng(seed)
    return batches.Profiles(
        codes=rng.integers(0, 5, (rows, 20 + 2 * CONTEXT), dtype=np.uint8),
        profile=rng.uniform(0, 1, (rows, 2, 20)).astype(np.float16),
        context=CONTEXT,
        chance=batches.chances(rng.random(rows), 0.5, 0.7),
    )
