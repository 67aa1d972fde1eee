"""Stores of targets made up, to learn from, and what kills a run that does."""

import pathlib
from collections.abc import Callable

import numpy as np

from twinsplice.genome import regions
from twinsplice.io import target_store
from twinsplice.settings import targets as targets_settings

CONTEXT, WINDOW, REACH = 200, 60, 10
FACTS = {
    "twinsplice": "0",
    "base_model": "toy",
    "base_model_sha256": "0" * 64,
    "reference_sha256": None,
    "input_sha256": None,
    "settings": {"context": CONTEXT},
    "chunk": 8,
}


def make_profiles(
    path: pathlib.Path, contigs: list[str], **metadata: object
) -> pathlib.Path:
    """A store of windows whose labels follow from the sequence: AG and GT."""
    rows, rng = 16, np.random.default_rng(1)
    codes = rng.integers(0, 4, (rows, WINDOW + 2 * CONTEXT), dtype=np.uint8)
    profile = _profile(codes[:, CONTEXT - 1 : CONTEXT + WINDOW + 1])
    store = target_store.create(
        path,
        {
            "codes": target_store.Column((codes.shape[1],), "uint8"),
            "profile": target_store.Column((2, WINDOW), "float16"),
        },
        FACTS | {"kind": "profiles", "rows": rows, "contigs": contigs} | metadata,
        {"contig": (np.arange(rows) % len(contigs)).astype(np.int16)},
    )
    _fill(store, {"codes": codes, "profile": profile.astype(np.float16)})
    return path


def make_pairs(
    path: pathlib.Path, contigs: list[str], seed: int = 2, /, **metadata: object
) -> pathlib.Path:
    """A store of substitutions and short insertions and deletions."""
    rows, rng = 24, np.random.default_rng(seed)
    width, slack = 2 * REACH + 1, targets_settings.LONGEST
    wide = width + 2 * (CONTEXT + slack)
    codes = rng.integers(0, 4, (rows, wide), dtype=np.uint8)
    arrays: dict[str, np.ndarray] = {
        "codes": codes,
        "delta": rng.uniform(-0.4, 0.4, (rows, 2, width)).astype(np.float32),
        "profile": rng.uniform(0, 0.4, (rows, 2, width)).astype(np.float32),
        "delta_variance": np.full((rows, 2, width), 0.01, dtype=np.float32),
    }
    store = target_store.create(
        path,
        {
            "codes": target_store.Column((wide,), "uint8"),
            "delta": target_store.Column((2, width), "float32"),
            "delta_variance": target_store.Column((2, width), "float32"),
            "profile": target_store.Column((2, width), "float32"),
        },
        FACTS
        | {"kind": "pairs", "rows": rows, "contigs": contigs}
        | {"genes": ["a", "b", "c"], "regions": list(regions.NAMES)}
        | metadata,
        {
            "contig": (np.arange(rows) % len(contigs)).astype(np.int16),
            "position": np.arange(rows, dtype=np.int64) * 100 + 7,
            "start": np.full(rows, REACH, dtype=np.int16),
            "ref_length": (1 + np.arange(rows) % 3).astype(np.int16),
            "alt_length": (1 + np.arange(rows) // 3 % 3).astype(np.int16),
            "alt": rng.integers(0, 4, (rows, slack), dtype=np.uint8),
            "mirrored": (np.arange(rows) % 2).astype(np.uint8),
            "gene": (np.arange(rows) % 3).astype(np.int32),
            "region": (np.arange(rows) % len(regions.NAMES)).astype(np.uint8),
            "distance": (np.arange(rows) * 9).astype(np.int32),
        },
    )
    _fill(store, arrays)
    return path


def _profile(codes: np.ndarray) -> np.ndarray:
    """Probability 0.9 of an acceptor behind AG and of a donor before GT."""
    before, here, after = codes[:, :-2], codes[:, 1:-1], codes[:, 2:]
    acceptor, donor = (before == 0) & (here == 2), (here == 2) & (after == 3)
    return np.stack([acceptor * 0.9, donor * 0.9 * ~acceptor], axis=1)


def _fill(store: target_store.Store, arrays: dict[str, np.ndarray]) -> None:
    for chunk in store.pending():
        span = store.span(chunk)
        store.write(chunk, {name: values[span] for name, values in arrays.items()})


class Killed(Exception):  # noqa: N818
    """Stands for a kill."""


def killer(after: int) -> Callable[[int, float | None], None]:
    """Return what kills a run after so many steps."""
    told = 0

    def advance(steps: int, fraction: float | None) -> None:
        nonlocal told
        del fraction
        told += steps
        if told >= after:
            raise Killed

    return advance
