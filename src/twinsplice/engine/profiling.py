"""Reference and alternate profiles of many variants at once.

`planning` assigns variants to shared reference passes; this module runs the passes and,
in batches, the cones on them. Profiles stay on the device: the caller reduces them to a
few numbers before anything is copied back.
"""

import dataclasses
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import torch
from jaxtyping import Float, Float32, Int64, UInt8
from torch import Tensor

from twinsplice.effect import windows
from twinsplice.engine import encoding, incremental, planning, stages
from twinsplice.genome import sequence_views

_CPU_POSITIONS = 40_000
"""Positions in a batch of cones on a CPU; batches beyond its caches are slower."""
_CPU_TILES = 80_000
"""Positions in a batch of reference passes on a CPU; more tiles give larger batches of
cones.

It also limits a single tile, which dense variants would else extend without bound.
"""


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Ensemble:
    """Networks whose outputs are averaged, on one device.

    Attributes:
        networks: Members with the same context.
        rows: For each member, the tracks of the profile that its outputs belong to.
        tracks: Tracks of a profile.
        device: Their device.
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
        """Number of members that each track is the mean of."""
        return np.bincount(
            np.concatenate([np.asarray(rows) for rows in self.rows]),
            minlength=self.tracks,
        ).astype(np.float32)


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class ProfileBatch:
    """Profiles of some queries whose windows are equally wide, along the plus strand.

    Attributes:
        rows: Numbers of the queries.
        ref: Their reference profiles, from their windows' first base on.
        alt: Their alternate profiles from the same base on, along the changed
            sequence; values beyond a query's own width are undefined.
    """

    rows: Int64[np.ndarray, " rows"]
    ref: Float[Tensor, "rows tracks width"]
    alt: Float[Tensor, "rows tracks alt_width"]


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class _ConeGroup:
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


def _silent(queries: float) -> None:
    del queries


def run(
    ensemble: Ensemble,
    views: Sequence[sequence_views.SequenceView],
    view: Int64[np.ndarray, " queries"],
    window: windows.Windows,
    advance: Callable[[float], object] = _silent,
) -> Iterator[ProfileBatch]:
    """Yield the profiles of every query once, in the order of computation.

    Args:
        ensemble: Networks to average.
        views: The sequence views.
        view: For each query, the number of its view.
        window: For each query, its window and the change made in it.
        advance: Called with the work done since the last call, in queries.
    """
    cones = planning.cones(views, view, window)
    network, limit = ensemble.networks[0], _positions(ensemble)
    context = 2 * ensemble.context
    tiles = planning.tiles(
        cones.view,
        cones.first,
        cones.end,
        network.flank_positions,
        max(limit - context, 1),
    )
    for batch in planning.batches(tiles, context, limit):
        yield from _profiles(ensemble, views, window, cones, batch, advance)


def _positions(ensemble: Ensemble) -> int:
    """Positions whose reference passes fit half the memory, and a CPU's caches."""
    per_position = max(network.bytes_per_position for network in ensemble.networks)
    positions = max(ensemble.memory // (2 * per_position), 1)
    return min(positions, _CPU_TILES) if ensemble.device.type == "cpu" else positions


def _profiles(
    ensemble: Ensemble,
    views: Sequence[sequence_views.SequenceView],
    window: windows.Windows,
    cones: planning.Cones,
    batch: Sequence[planning.ReferenceTile],
    advance: Callable[[float], object],
) -> Iterator[ProfileBatch]:
    """Run all members over a batch of tiles and the cones on them."""
    outputs = max(tile.outputs for tile in batch)
    spare = ensemble.context
    codes = np.stack(
        [
            views[tile.view].as_read(tile.first - spare, tile.first + outputs + spare)
            for tile in batch
        ]
    )
    device, tracks = ensemble.device, ensemble.tracks
    sequence = encoding.one_hot(torch.from_numpy(codes).to(device))
    groups = _groups(ensemble, window, cones, batch, codes)
    ref = torch.zeros(len(batch), outputs, tracks, device=device)
    alts = [
        [
            torch.zeros(len(edits.start), edits.outputs, tracks, device=device)
            for edits in group.edits
        ]
        for group in groups
    ]
    for network, rows in zip(ensemble.networks, ensemble.rows, strict=True):
        state = incremental.reference(network, sequence)
        _add(ref, state.profile, rows)
        for group, sums in zip(groups, alts, strict=True):
            for edits, total in zip(group.edits, sums, strict=True):
                _add(total, incremental.alternate(state, edits), rows)
                advance(len(total) / len(ensemble.networks))
        del state
    divisors = torch.from_numpy(ensemble.divisors).to(device)
    ref /= divisors
    for group, sums in zip(groups, alts, strict=True):
        alt = torch.cat(sums) / divisors
        yield from _cut(window, cones, group, ref, alt)


def _add(total: Tensor, profile: Tensor, rows: tuple[int, ...]) -> None:
    """Add one member's outputs to the tracks they belong to."""
    if rows == tuple(range(total.shape[2])):
        total += profile
    else:
        total[:, :, list(rows)] += profile


def _groups(
    ensemble: Ensemble,
    window: windows.Windows,
    cones: planning.Cones,
    batch: Sequence[planning.ReferenceTile],
    codes: UInt8[np.ndarray, "batch length"],
) -> list[_ConeGroup]:
    """Group cones by shape, in batches, each cone with its tile."""
    rows = np.concatenate([tile.rows for tile in batch])
    counts = [len(tile.rows) for tile in batch]
    tile = np.repeat(np.arange(len(batch)), counts)
    first = np.repeat(np.array([tile.first for tile in batch]), counts)
    groups = []
    for shape, members in planning.by_shape(cones, rows):
        size = _batch_size(ensemble, shape)
        edits = [
            _edits(
                ensemble, window, cones, codes, (rows[part], tile[part], first[part])
            )
            for part in np.split(members, range(size, len(members), size))
        ]
        groups.append(
            _ConeGroup(
                rows=rows[members],
                tile=tile[members],
                first=first[members],
                left=shape[0],
                edits=edits,
            )
        )
    return groups


def _batch_size(ensemble: Ensemble, shape: tuple[int, int, int]) -> int:
    """Cones whose widest values fit an eighth of the memory, and a CPU's caches."""
    network = ensemble.networks[0]
    reaches = zip(network.radius, network.margin, strict=True)
    widest = sum(shape) + 2 * max(min(radius, margin) for radius, margin in reaches)
    positions = ensemble.memory // (8 * 4 * max(network.channels))
    if ensemble.device.type == "cpu":
        positions = min(positions, _CPU_POSITIONS)
    return max(positions // widest, 1)


def _edits(
    ensemble: Ensemble,
    window: windows.Windows,
    cones: planning.Cones,
    codes: UInt8[np.ndarray, "batch length"],
    members: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> incremental.EditBatch:
    """Return cones of one shape as edits; `members` are rows, tiles, tiles' starts."""
    rows, tile, first = members
    start = cones.start[rows] - first + ensemble.context
    shift, new = cones.shift[rows], int(cones.new[rows[0]])
    alleles = window.change.alt.take(rows)
    place = np.arange(new)
    # Beyond the allele, up to the shape's width, bases are the reference's.
    # Within a long one the index may begin before the tile, and is not used.
    after = codes[tile[:, None], np.maximum((start + shift)[:, None] + place, 0)]
    inside = place < alleles.length[:, None]
    bases = np.where(inside, alleles.as_read(cones.minus[rows], new), after)
    device = ensemble.device
    return incremental.EditBatch(
        tile=torch.from_numpy(tile).to(device),
        start=torch.from_numpy(start).to(device),
        shift=torch.from_numpy(shift).to(device),
        bases=encoding.one_hot(torch.from_numpy(bases).to(device)),
        left=int(cones.left[rows[0]]),
        right=int(cones.right[rows[0]]),
    )


def _cut(
    window: windows.Windows,
    cones: planning.Cones,
    group: _ConeGroup,
    ref: Float[Tensor, "batch outputs tracks"],
    alt: Float[Tensor, "rows positions tracks"],
) -> Iterator[ProfileBatch]:
    """Yield queries' profiles on the plus strand, cut from the computed outputs."""
    rows, minus = group.rows, cones.minus[group.rows]
    width, alt_width = window.width[rows], window.alt_width[rows]
    before = window.change.start[rows] - window.start[rows]
    after = alt_width - before - window.change.alt.length[rows]
    begin = np.where(minus, -window.end[rows], window.start[rows]) - group.first
    alt_begin = group.left - np.where(minus, after, before)
    for common_width in np.unique(width).tolist():
        some = np.flatnonzero(width == common_width)
        yield ProfileBatch(
            rows=rows[some],
            ref=_windows(ref, group.tile[some], begin[some], width[some], minus[some]),
            alt=_windows(alt, some, alt_begin[some], alt_width[some], minus[some]),
        )


def _windows(
    values: Float[Tensor, "batch positions tracks"],
    row: Int64[np.ndarray, " rows"],
    begin: Int64[np.ndarray, " rows"],
    width: Int64[np.ndarray, " rows"],
    minus: np.ndarray,
) -> Float[Tensor, "rows tracks width"]:
    """Return intervals of rows of `values`, reversed for minus strands."""
    length = values.shape[1]
    # A deletion can remove a whole window; its one column is then undefined.
    place = np.arange(max(int(width.max(initial=0)), 1))
    backwards = begin[:, None] + width[:, None] - 1 - place
    index = np.where(minus[:, None], backwards, begin[:, None] + place)
    # Columns beyond a row's own width are not used, but must be valid indices.
    index = row[:, None] * length + np.clip(index, 0, length - 1)
    flat = values.reshape(-1, values.shape[2])
    places = torch.from_numpy(index.reshape(-1)).to(values.device)
    selected = flat.index_select(0, places)
    return selected.view(len(row), len(place), -1).transpose(1, 2)
