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
"""Pieces that one recombined sequence is joined from."""
_SHORTEST_ARM, _LONGEST_ARM = 60, 600
"""Bases that a recombined piece has to either side of its site."""

NATIVE, MUTATED, RECOMBINED = 0, 1, 2
"""How the sequence of a window came about."""


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Plan:
    """Which windows are labelled, in the order of rows.

    Attributes:
        source: For each row, its sequence; of recombined rows, -1.
        start: For each row, its first labelled base in the sequence.
        how: For each row, `NATIVE`, `MUTATED` or `RECOMBINED`.
    """

    source: np.ndarray
    start: np.ndarray
    how: np.ndarray

    @property
    def rows(self) -> int:
        """Number of windows."""
        return len(self.source)


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Labeller:
    """What labels windows.

    Attributes:
        networks: The base model's members.
        device: Where they are.
        window: Bases labelled in a window.
        context: Bases kept beyond either end.
        seed: Where chance begins.
    """

    networks: tuple[stages.Network, ...]
    device: torch.device
    window: int
    context: int
    seed: int


def plan(
    found: Sequence[sequences.SourceSequence],
    *,
    window: int,
    margin: int,
    mutate: int,
    recombine: float,
) -> Plan:
    """Return the rows of a store: every window, its copies, then recombined ones.

    Row `i` of the `n` native windows has its mutated copies at `i + n`, `i + 2n`...
    """
    native = np.array(list(sequences.windows(found, window, margin)), dtype=np.int64)
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
    """Return the arrays of a dense store."""
    return {
        "codes": stores.Column((window + 2 * context,), "uint8"),
        "profile": stores.Column((2, window), "float16"),
        "profile_variance": stores.Column((2, window), "float16"),
    }


def label(
    labeller: Labeller,
    found: Sequence[sequences.SourceSequence],
    rows: Plan,
    span: slice,
) -> Mapping[str, np.ndarray]:
    """Return the arrays of a chunk.

    Args:
        labeller: What labels.
        found: What the plan's `source` counts.
        rows: The plan.
        span: Rows of the chunk; chance depends on where it begins.
    """
    made: dict[str, list[np.ndarray]] = {name: [] for name in columns(1, 1)}
    for first, end in _runs(rows, labeller.window, span):
        flank = max(labeller.networks[0].context, labeller.context)
        codes = _sequence(labeller, found, rows, slice(first, end), flank)
        mean, variance = profile(labeller, codes, flank)
        count, window = end - first, labeller.window
        wide = window + 2 * labeller.context
        cut = codes[flank - labeller.context :]
        for i in range(count):
            made["codes"].append(cut[i * window : i * window + wide])
        for name, values in (("profile", mean), ("profile_variance", variance)):
            made[name].extend(np.split(values, count, axis=1))
    return {
        name: np.stack(values).astype(columns(1, 1)[name].dtype)
        for name, values in made.items()
    }


def profile(
    labeller: Labeller, codes: UInt8[np.ndarray, " length"], flank: int
) -> tuple[Float32[np.ndarray, "2 inner"], Float32[np.ndarray, "2 inner"]]:
    """Return mean and variance of the members' profiles of all but `flank` bases."""
    spare = flank - labeller.networks[0].context
    codes = codes[spare : len(codes) - spare]
    sequence = encoding.one_hot(torch.from_numpy(codes).to(labeller.device)[None])
    found = torch.stack(
        [
            incremental.reference(network, sequence, keep=False).profile[0]
            for network in labeller.networks
        ]
    )
    mean = found.mean(dim=0).T.cpu().numpy()
    variance = found.var(dim=0, unbiased=False).T.cpu().numpy()
    return np.ascontiguousarray(mean), np.ascontiguousarray(variance)


def _runs(rows: Plan, window: int, span: slice) -> Iterator[tuple[int, int]]:
    """Yield rows, first to end, that lie side by side on one sequence."""
    first = span.start
    for row, after in itertools.pairwise(range(span.start, span.stop + 1)):
        beside = (
            after < span.stop
            and rows.source[after] == rows.source[row]
            and rows.how[after] == rows.how[row]
            and rows.start[after] == rows.start[row] + window
        )
        if not beside:
            yield first, after
            first = after


def _sequence(
    labeller: Labeller,
    found: Sequence[sequences.SourceSequence],
    rows: Plan,
    run: slice,
    flank: int,
) -> UInt8[np.ndarray, " length"]:
    """Codes of a run of windows and `flank` bases beyond either end."""
    rng = np.random.default_rng([labeller.seed, run.start])
    length = (run.stop - run.start) * labeller.window
    how = rows.how[run.start]
    if how == RECOMBINED:
        pieces = [_piece(found, rng) for _ in range(_PIECES)]
        return augmentation.recombine(pieces, length + 2 * flank, rng)
    start = int(rows.start[run.start])
    sequence = found[int(rows.source[run.start])]
    codes = sequence.codes(start - flank, start + length + flank)
    if how == MUTATED:
        return augmentation.mutate(codes, augmentation.rate(rng), rng)
    return codes


def _piece(
    found: Sequence[sequences.SourceSequence], rng: np.random.Generator
) -> UInt8[np.ndarray, " length"]:
    """A stretch about a site of some gene."""
    sequence = found[int(rng.integers(len(found)))]
    anywhere = int(rng.integers(sequence.length))
    site = int(rng.choice(sequence.sites)) if len(sequence.sites) else anywhere
    left, right = rng.integers(_SHORTEST_ARM, _LONGEST_ARM, size=2)
    start, end = max(site - int(left), 0), min(site + int(right), sequence.length)
    return sequence.codes(start, end)
