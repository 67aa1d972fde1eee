"""Dense targets: the base model's profile over whole genes or constructs.

Windows lie side by side along each sequence, so neighbours share one tiled pass of
the base model. Mutated copies and recombined sequence are labelled the same way.
"""

import dataclasses
import itertools
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import torch
from jaxtyping import Float32, UInt8

from twinsplice.engine import encoding, incremental, stages
from twinsplice.io import target_store as stores
from twinsplice.targets import augmentation, sequences

CHUNK = 48
"""Windows in a chunk: some 100 kb of sequence, which keeps flanks a small share."""
_PIECES = 64
"""Pieces of a recombined sequence."""
_SHORTEST_ARM, _LONGEST_ARM = 60, 600
"""Bounds of the bases of a recombined piece on either side of its site."""

NATIVE, MUTATED, RECOMBINED = 0, 1, 2
"""Origins of the sequence of a window."""


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Plan:
    """The windows to label, in the order of rows.

    Attributes:
        source: Index of each row's sequence; -1 for recombined rows.
        start: First labelled base of each row in its sequence.
        how: Origin of each row: `NATIVE`, `MUTATED` or `RECOMBINED`.
    """

    source: np.ndarray
    start: np.ndarray
    how: np.ndarray

    @property
    def rows(self) -> int:
        """Number of windows."""
        return len(self.source)


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class TargetComputer:
    """Networks and settings that windows are labelled with.

    Attributes:
        networks: The base model's members.
        device: Device of the networks.
        window: Bases labelled in a window.
        context: Bases kept beyond either end.
        seed: Random seed.
    """

    networks: tuple[stages.Network, ...]
    device: torch.device
    window: int
    context: int
    seed: int


def plan(
    sources: Sequence[sequences.SourceSequence],
    *,
    window: int,
    margin: int,
    mutate: int,
    recombine: float,
) -> Plan:
    """Return the rows of a store: windows, mutated copies, then recombined windows.

    Row `i` of the `n` native windows has its mutated copies at `i + n`, `i + 2n`...
    """
    native = np.array(list(sequences.windows(sources, window, margin)), dtype=np.int64)
    native = native.reshape(-1, 2)
    n = len(native)
    joined = round(recombine * n)
    return Plan(
        source=np.concatenate([np.tile(native[:, 0], 1 + mutate), np.full(joined, -1)]),
        start=np.concatenate(
            [np.tile(native[:, 1], 1 + mutate), np.arange(joined) * window]
        ),
        how=np.repeat([NATIVE, MUTATED, RECOMBINED], [n, n * mutate, joined]),
    )


def columns(window: int, context: int) -> dict[str, stores.Column]:
    """Return the columns of a dense store."""
    return {
        "codes": stores.Column((window + 2 * context,), "uint8"),
        "profile": stores.Column((2, window), "float16"),
        "profile_variance": stores.Column((2, window), "float16"),
    }


def label(
    computer: TargetComputer,
    sources: Sequence[sequences.SourceSequence],
    rows: Plan,
    span: slice,
) -> Mapping[str, np.ndarray]:
    """Label the windows of a chunk; return its arrays by column.

    Args:
        computer: Networks and settings.
        sources: Sequences that the plan's `source` indexes.
        rows: The plan.
        span: Rows of the chunk; random sequences depend on where it begins.
    """
    arrays: dict[str, list[np.ndarray]] = {name: [] for name in columns(1, 1)}
    for first, end in _runs(rows, computer.window, span):
        flank = max(computer.networks[0].context, computer.context)
        codes = _sequence(computer, sources, rows, slice(first, end), flank)
        mean, variance = profile(computer, codes, flank)
        count, window = end - first, computer.window
        wide = window + 2 * computer.context
        cut = codes[flank - computer.context :]
        for i in range(count):
            arrays["codes"].append(cut[i * window : i * window + wide])
        for name, values in (("profile", mean), ("profile_variance", variance)):
            arrays[name].extend(np.split(values, count, axis=1))
    return {
        name: np.stack(values).astype(columns(1, 1)[name].dtype)
        for name, values in arrays.items()
    }


def profile(
    computer: TargetComputer, codes: UInt8[np.ndarray, " length"], flank: int
) -> tuple[Float32[np.ndarray, "2 inner"], Float32[np.ndarray, "2 inner"]]:
    """Return mean and variance of the members' profiles, without `flank` bases."""
    spare = flank - computer.networks[0].context
    codes = codes[spare : len(codes) - spare]
    sequence = encoding.one_hot(torch.from_numpy(codes).to(computer.device)[None])
    profiles = torch.stack(
        [
            incremental.reference(network, sequence, keep=False).profile[0]
            for network in computer.networks
        ]
    )
    mean = profiles.mean(dim=0).T.cpu().numpy()
    variance = profiles.var(dim=0, unbiased=False).T.cpu().numpy()
    return np.ascontiguousarray(mean), np.ascontiguousarray(variance)


def _runs(rows: Plan, window: int, span: slice) -> Iterator[tuple[int, int]]:
    """Yield first and end of runs of rows that are adjacent on one sequence."""
    first = span.start
    for row, after in itertools.pairwise(range(span.start, span.stop + 1)):
        adjacent = (
            after < span.stop
            and rows.source[after] == rows.source[row]
            and rows.how[after] == rows.how[row]
            and rows.start[after] == rows.start[row] + window
        )
        if not adjacent:
            yield first, after
            first = after


def _sequence(
    computer: TargetComputer,
    sources: Sequence[sequences.SourceSequence],
    rows: Plan,
    run: slice,
    flank: int,
) -> UInt8[np.ndarray, " length"]:
    """Codes of a run of windows and `flank` bases beyond either end."""
    rng = np.random.default_rng([computer.seed, run.start])
    length = (run.stop - run.start) * computer.window
    how = rows.how[run.start]
    if how == RECOMBINED:
        pieces = [_piece(sources, rng) for _ in range(_PIECES)]
        return augmentation.recombine(pieces, length + 2 * flank, rng)
    start = int(rows.start[run.start])
    sequence = sources[int(rows.source[run.start])]
    codes = sequence.codes(start - flank, start + length + flank)
    if how == MUTATED:
        return augmentation.mutate(codes, augmentation.rate(rng), rng)
    return codes


def _piece(
    sources: Sequence[sequences.SourceSequence], rng: np.random.Generator
) -> UInt8[np.ndarray, " length"]:
    """Codes of a piece around a random site of a random gene."""
    sequence = sources[int(rng.integers(len(sources)))]
    random_base = int(rng.integers(sequence.length))
    site = int(rng.choice(sequence.sites)) if len(sequence.sites) else random_base
    left, right = rng.integers(_SHORTEST_ARM, _LONGEST_ARM, size=2)
    start, end = max(site - int(left), 0), min(site + int(right), sequence.length)
    return sequence.codes(start, end)
