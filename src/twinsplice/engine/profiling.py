"""Reference and alternate profiles of many variants at once.

`planning` decides which variants share a reference pass; here the passes are run, and
in batches the cones on them. Coordinates are those of an area's contig, plus strand;
profiles are too, whichever strand was read.
"""

import dataclasses
import itertools
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import torch
from jaxtyping import Float32, UInt8

from twinsplice.engine import encoding, incremental, planning, stages
from twinsplice.genome import coordinates, dna

_CPU_POSITIONS = 40_000
"""Positions in a batch of cones on a CPU; more than its caches hold is slower."""
_CPU_STRETCHES = 80_000
"""Positions in a batch of reference passes, likewise; cones want company, too.

One stretch keeps to it as well: else dense variants would take all the memory there is.
"""


@dataclasses.dataclass(frozen=True, eq=False, slots=True)
class Profiles:
    """What the networks say of one query, plus strand.

    Attributes:
        ref: Reference profile from `window_start`.
        alt: Alternate profile from the same base, in the changed sequence's bases.
    """

    ref: Float32[np.ndarray, "tracks width"]
    alt: Float32[np.ndarray, "tracks alt_width"]


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Ensemble:
    """Networks whose mean is wanted, on one device.

    Attributes:
        networks: Members with the same context.
        rows: For each member, the rows of the profile its tracks belong to.
        tracks: Rows of a profile.
        device: Where they are.
        memory: Bytes that a batch of reference passes and cones may take.
    """

    networks: tuple[stages.Network, ...]
    rows: tuple[tuple[int, ...], ...]
    tracks: int
    device: torch.device
    memory: int

    @property
    def context(self) -> int:
        """Bases read to each side of an output."""
        return self.networks[0].context

    @property
    def divisors(self) -> Float32[np.ndarray, " tracks"]:
        """How many members each row is the mean of."""
        return np.bincount(
            np.concatenate([np.asarray(rows) for rows in self.rows]),
            minlength=self.tracks,
        ).astype(np.float32)


def _silent(done: float) -> None:
    del done


def run(
    ensemble: Ensemble,
    areas: Sequence[planning.Area],
    queries: Sequence[planning.Query],
    advance: Callable[[float], None] = _silent,
) -> list[Profiles]:
    """Return the profiles of every query, in order.

    Args:
        ensemble: Networks to average.
        areas: What the queries' `area` counts.
        queries: Any number, in any order.
        advance: Called with the number of queries done since the last call.
    """
    found: list[Profiles | None] = [None] * len(queries)
    network, limit = ensemble.networks[0], _positions(ensemble)
    context = 2 * ensemble.context
    stretches = planning.plan(
        areas, queries, network.flank_positions, max(limit - context, 1)
    )
    for batch in planning.batches(stretches, context, limit):
        for index, profiles in _profile(ensemble, areas, queries, batch, advance):
            found[index] = profiles
    return [profiles for profiles in found if profiles is not None]


def _positions(ensemble: Ensemble) -> int:
    """Positions whose reference passes fit into half the memory, and CPU's caches."""
    each = max(network.bytes_per_position for network in ensemble.networks)
    most = max(ensemble.memory // (2 * each), 1)
    return min(most, _CPU_STRETCHES) if ensemble.device.type == "cpu" else most


def _profile(
    ensemble: Ensemble,
    areas: Sequence[planning.Area],
    queries: Sequence[planning.Query],
    batch: Sequence[planning.Stretch],
    advance: Callable[[float], None],
) -> Iterator[tuple[int, Profiles]]:
    """Run all members over a batch of stretches and the cones on them."""
    outputs = max(stretch.outputs for stretch in batch)
    codes = np.stack([_codes(ensemble, areas, s, outputs) for s in batch])
    sequence = encoding.one_hot(torch.from_numpy(codes).to(ensemble.device))
    groups = _groups(ensemble, queries, batch, codes)
    ref = np.zeros((len(batch), outputs, ensemble.tracks), dtype=np.float32)
    alts = [
        np.zeros(
            (len(cones), sum(cones[0][1].shape), ensemble.tracks), dtype=np.float32
        )
        for cones, _ in groups
    ]
    for network, rows in zip(ensemble.networks, ensemble.rows, strict=True):
        state = incremental.reference(network, sequence)
        ref[:, :, rows] += state.profile.cpu().numpy()
        for (_, edits), alt in zip(groups, alts, strict=True):
            alt[:, :, rows] += incremental.alternate(state, edits).cpu().numpy()
            advance(len(alt) / len(ensemble.networks))
        del state
    ref /= ensemble.divisors
    for (cones, _), alt in zip(groups, alts, strict=True):
        means = alt / ensemble.divisors
        for (row, cone), profile in zip(cones, means, strict=True):
            first = batch[row].first
            yield cone.index, _cut(queries[cone.index], cone, ref[row], first, profile)


def _codes(
    ensemble: Ensemble,
    areas: Sequence[planning.Area],
    stretch: planning.Stretch,
    outputs: int,
) -> UInt8[np.ndarray, " length"]:
    """Bases of a stretch and its contexts, in the direction of reading."""
    first = stretch.first - ensemble.context
    end = stretch.first + outputs + ensemble.context
    area = areas[stretch.area]
    if area.strand is coordinates.Strand.MINUS:
        return dna.reverse_complement(area.fetch(-end, -first))
    return area.fetch(first, end)


def _groups(
    ensemble: Ensemble,
    queries: Sequence[planning.Query],
    batch: Sequence[planning.Stretch],
    codes: UInt8[np.ndarray, "batch length"],
) -> list[tuple[list[tuple[int, planning.Cone]], incremental.Edits]]:
    """Cones of one shape in batches, each with the row of its stretch."""
    rows = [(row, cone) for row, s in enumerate(batch) for cone in s.cones]
    rows.sort(key=lambda pair: (pair[1].shape, pair[0], pair[1].start))
    groups = []
    for shape, members in itertools.groupby(rows, key=lambda pair: pair[1].shape):
        cones, size = list(members), _batch_size(ensemble, shape)
        for at in range(0, len(cones), size):
            part = cones[at : at + size]
            groups.append((part, _edits(ensemble, queries, batch, codes, part)))
    return groups


def _batch_size(ensemble: Ensemble, shape: tuple[int, int, int]) -> int:
    """Cones whose widest values fit into an eighth of the memory, and a CPU's cache."""
    network = ensemble.networks[0]
    reaches = zip(network.radius, network.margin, strict=True)
    widest = sum(shape) + 2 * max(min(radius, margin) for radius, margin in reaches)
    positions = ensemble.memory // (8 * 4 * max(network.channels))
    if ensemble.device.type == "cpu":
        positions = min(positions, _CPU_POSITIONS)
    return max(positions // widest, 1)


def _edits(
    ensemble: Ensemble,
    queries: Sequence[planning.Query],
    batch: Sequence[planning.Stretch],
    codes: UInt8[np.ndarray, "batch length"],
    cones: Sequence[tuple[int, planning.Cone]],
) -> incremental.Edits:
    """The engine's form of a batch of cones."""
    starts = [cone.start - batch[row].first + ensemble.context for row, cone in cones]
    bases = np.empty((len(cones), cones[0][1].new), dtype=np.uint8)
    for i, ((row, cone), start) in enumerate(zip(cones, starts, strict=True)):
        alt = queries[cone.index].alt
        if cone.reverse:
            alt = dna.reverse_complement(alt)
        after = start + cone.shift + len(alt)
        bases[i, : len(alt)] = alt
        bases[i, len(alt) :] = codes[row, after : after + cone.new - len(alt)]
    device = ensemble.device
    return incremental.Edits(
        stretch=torch.tensor([row for row, _ in cones], device=device),
        start=torch.tensor(starts, device=device),
        shift=torch.tensor([cone.shift for _, cone in cones], device=device),
        bases=encoding.one_hot(torch.from_numpy(bases).to(device)),
        left=cones[0][1].left,
        right=cones[0][1].right,
    )


def _cut(
    query: planning.Query,
    cone: planning.Cone,
    ref: Float32[np.ndarray, "outputs tracks"],
    first: int,
    alt: Float32[np.ndarray, "positions tracks"],
) -> Profiles:
    """Cut a query's two profiles out of what was computed; plus strand."""
    begin = query.window_start
    if cone.reverse:
        begin = -(query.window_start + query.width)
    ref = ref[begin - first : begin - first + query.width]
    before = query.start - query.window_start
    if cone.reverse:
        before = query.alt_width - before - len(query.alt)
    alt = alt[cone.left - before : cone.left - before + query.alt_width]
    if cone.reverse:
        ref, alt = ref[::-1], alt[::-1]
    return Profiles(np.ascontiguousarray(ref.T), np.ascontiguousarray(alt.T))
