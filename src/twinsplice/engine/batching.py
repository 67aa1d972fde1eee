"""Batches of tiles and cones that fit the memory, a CPU's caches and its threads."""

import dataclasses
from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Int64, UInt8

from twinsplice.effect import windows
from twinsplice.engine import encoding, incremental, planning, stages
from twinsplice.genome import sequence_views

_CPU_POSITIONS = 80_000
"""Positions in a batch of cones on a CPU; batches beyond its caches are slower."""
_CPU_TILES = 80_000
"""Positions in a batch of reference passes on a CPU; more tiles give larger batches of
cones.

It also limits a single tile, which dense variants would else extend without bound.
"""
_LEAST_OUTPUTS = 20_000
"""Outputs of a tile that a thread must be able to hold."""
_DENSE = 24
"""Cones a thread from which threads share a tile, in place of having one each."""


Tiles = Sequence[planning.ReferenceTile]
"""A batch of tiles."""


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Plan:
    """What all threads of a run read.

    Attributes:
        networks: Networks with the same context.
        device: Their device.
        memory: Bytes that one thread's batch of reference passes and cones may take.
        threads: Number of threads.
        views: The sequence views.
        window: For each query, its window and the change made in it.
        cones: For each query, its cone.
    """

    networks: Sequence[stages.Network]
    device: torch.device
    memory: int
    threads: int
    views: Sequence[sequence_views.SequenceView]
    window: windows.Windows
    cones: planning.Cones

    @property
    def context(self) -> int:
        """Bases read to each side of an output."""
        return self.networks[0].context


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class ConeGroup:
    """Cones of one shape on a batch of tiles.

    Attributes:
        rows: Numbers of the queries.
        tile: Their tiles within the batch.
        first: First output of each cone's tile.
        left: Outputs before the new bases.
        edits: The cones as edits of the engine, one batch for each pass.
    """

    rows: Int64[np.ndarray, " rows"]
    tile: Int64[np.ndarray, " rows"]
    first: Int64[np.ndarray, " rows"]
    left: int
    edits: list[incremental.EditBatch]


def most_threads(networks: Sequence[stages.Network], memory: int) -> int:
    """Return the threads of which each can hold a tile of some length.

    With less memory a thread, neighbours would no longer share reference passes.

    Args:
        networks: Networks with the same context.
        memory: Bytes that all batches may take.
    """
    per_position = max(network.bytes_per_position for network in networks)
    tile = 2 * networks[0].context + _LEAST_OUTPUTS
    return max(memory // (2 * per_position * tile), 1)


def batches(plan: Plan) -> tuple[list[Tiles], list[Tiles]]:
    """Return batches of tiles: those for one thread each, and those to be shared.

    Threads share a batch by its members and cones, of which there must be many.

    Args:
        plan: The plan of the run.
    """
    limit, context = _positions(plan), 2 * plan.context
    tiles = list(
        planning.tiles(
            plan.cones.view,
            plan.cones.first,
            plan.cones.end,
            plan.networks[0].flank_positions,
            max(limit - context, 1),
        )
    )
    if plan.threads == 1:
        return list(planning.batches(iter(tiles), context, limit)), []
    dense: list[Tiles]
    dense = [[tile] for tile in tiles if len(tile.rows) >= _DENSE * plan.threads]
    others = [tile for tile in tiles if len(tile.rows) < _DENSE * plan.threads]
    # Every thread has as many batches as the others, of about the same length.
    each = -(-sum(context + tile.outputs for tile in others) // plan.threads)
    length = -(-each // max(-(-each // limit), 1))
    found: list[Tiles] = list(planning.batches(iter(others), context, length))
    shared = len(found) // plan.threads * plan.threads
    return found[:shared], [*found[shared:], *dense]


def _positions(plan: Plan) -> int:
    """Positions whose reference passes fit half the memory, and a CPU's caches."""
    per_position = max(network.bytes_per_position for network in plan.networks)
    positions = max(plan.memory // (2 * per_position), 1)
    on_cpu = plan.device.type == "cpu"
    return min(positions, _CPU_TILES) if on_cpu else positions


def groups(
    plan: Plan,
    batch: Tiles,
    codes: UInt8[np.ndarray, "batch length"],
    threads: int,
) -> list[ConeGroup]:
    """Group cones by shape, in edit batches of which each thread has as many.

    Args:
        plan: The plan of the run.
        batch: Tiles whose cones they are.
        codes: Bases of each tile.
        threads: Threads that share the batch.
    """
    rows = np.concatenate([tile.rows for tile in batch])
    counts = [len(tile.rows) for tile in batch]
    tile = np.repeat(np.arange(len(batch)), counts)
    first = np.repeat(np.array([tile.first for tile in batch]), counts)
    found = []
    for shape, members in planning.by_shape(plan.cones, rows):
        rounds = -(-len(members) // (_batch_size(plan, shape) * threads))
        size = -(-len(members) // (rounds * threads))
        edits = [
            _edits(plan, codes, (rows[part], tile[part], first[part]))
            for part in np.split(members, range(size, len(members), size))
        ]
        found.append(
            ConeGroup(
                rows=rows[members],
                tile=tile[members],
                first=first[members],
                left=shape[0],
                edits=edits,
            )
        )
    return found


def _batch_size(plan: Plan, shape: tuple[int, int, int]) -> int:
    """Cones whose widest values fit an eighth of the memory, and a CPU's caches."""
    network = plan.networks[0]
    reaches = zip(network.radius, network.margin, strict=True)
    widest = sum(shape) + 2 * max(min(radius, margin) for radius, margin in reaches)
    positions = plan.memory // (8 * 4 * max(network.channels))
    if plan.device.type == "cpu":
        positions = min(positions, _CPU_POSITIONS)
    return max(positions // widest, 1)


def _edits(
    plan: Plan,
    codes: UInt8[np.ndarray, "batch length"],
    members: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> incremental.EditBatch:
    """Return cones of one shape as edits; `members` are rows, tiles, tiles' starts."""
    rows, tile, first = members
    cones = plan.cones
    start = cones.start[rows] - first + plan.context
    shift, new = cones.shift[rows], int(cones.new[rows[0]])
    alleles = plan.window.change.alt.take(rows)
    place = np.arange(new)
    # Beyond the allele, up to the shape's width, bases are the reference's.
    # Within a long one the index may begin before the tile, and is not used.
    after = codes[tile[:, None], np.maximum((start + shift)[:, None] + place, 0)]
    inside = place < alleles.length[:, None]
    bases = np.where(inside, alleles.as_read(cones.minus[rows], new), after)
    device = plan.device
    return incremental.EditBatch(
        tile=torch.from_numpy(tile).to(device),
        start=torch.from_numpy(start).to(device),
        shift=torch.from_numpy(shift).to(device),
        bases=encoding.one_hot(torch.from_numpy(bases).to(device)),
        left=int(cones.left[rows[0]]),
        right=int(cones.right[rows[0]]),
    )
