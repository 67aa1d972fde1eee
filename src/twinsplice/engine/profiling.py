"""Reference and alternate profiles of many variants at once.

`planning` decides which variants share a reference pass; here the passes are run, and
in batches the cones on them. Profiles stay where the networks ran: whoever asked makes
a few numbers of each before anything is copied back.
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
"""Positions in a batch of cones on a CPU; more than its caches hold is slower."""
_CPU_TILES = 80_000
"""Positions in a batch of reference passes, likewise; cones want company, too.

One tile keeps to it as well: else dense variants would take all the memory there is.
"""


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Ensemble:
    """Networks whose mean is wanted, on one device.

    Attributes:
        networks: Members with the same context.
        rows: For each member, the tracks of the profile that its outputs belong to.
        tracks: Tracks of a profile.
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
        """How many members each track is the mean of."""
        return np.bincount(
            np.concatenate([np.asarray(rows) for rows in self.rows]),
            minlength=self.tracks,
        ).astype(np.float32)


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class ProfileBatch:
    """Profiles of some queries whose windows are equally wide, along the plus strand.

    Attributes:
        rows: Which queries.
        ref: Their reference profiles, from their windows' first base on.
        alt: Their alternate profiles from the same base on, in the changed sequence's
            bases; what lies beyond a query's own width means nothing.
    """

    rows: Int64[np.ndarray, " rows"]
    ref: Float[Tensor, "rows tracks width"]
    alt: Float[Tensor, "rows tracks alt_width"]


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class _Cone:
    """Cones of one shape on a batch of tiles: which rows, on which tiles, from where.

    Attributes:
        rows: Numbers of the queries.
        tile: Their tiles within the batch.
        first: First output of each one's tile.
        left: Outputs before the new bases.
        edits: The engine's form of them, as many at a time as run together.
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
    of: windows.Windows,
    advance: Callable[[float], object] = _silent,
) -> Iterator[ProfileBatch]:
    """Yield the profiles of every query once, in the order that is fastest.

    Args:
        ensemble: Networks to average.
        views: What may be seen.
        view: For each query, the number of its view.
        of: Where each is looked at, and what changes there.
        advance: Called with the work done since the last call, in queries; a batch
            may take minutes.
    """
    cones = planning.cones(views, view, of)
    network, limit = ensemble.networks[0], _positions(ensemble)
    context = 2 * ensemble.context
    tiles = planning.tiles(cones, network.flank_positions, max(limit - context, 1))
    for batch in planning.batches(tiles, context, limit):
        yield from _profiles(ensemble, views, of, cones, batch, advance)


def _positions(ensemble: Ensemble) -> int:
    """Positions whose reference passes fit into half the memory, and CPU's caches."""
    per_position = max(network.bytes_per_position for network in ensemble.networks)
    most = max(ensemble.memory // (2 * per_position), 1)
    return min(most, _CPU_TILES) if ensemble.device.type == "cpu" else most


def _profiles(
    ensemble: Ensemble,
    views: Sequence[sequence_views.SequenceView],
    of: windows.Windows,
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
    groups = _groups(ensemble, of, cones, batch, codes)
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
        yield from _cut(of, cones, group, ref, alt)


def _add(total: Tensor, profile: Tensor, rows: tuple[int, ...]) -> None:
    """Add one member's outputs to the tracks they belong to."""
    if rows == tuple(range(total.shape[2])):
        total += profile
    else:
        total[:, :, list(rows)] += profile


def _groups(
    ensemble: Ensemble,
    of: windows.Windows,
    cones: planning.Cones,
    batch: Sequence[planning.ReferenceTile],
    codes: UInt8[np.ndarray, "batch length"],
) -> list[_Cone]:
    """Cones of one shape in batches, each with its tile."""
    rows = np.concatenate([tile.rows for tile in batch])
    counts = [len(tile.rows) for tile in batch]
    tile = np.repeat(np.arange(len(batch)), counts)
    first = np.repeat(np.array([each.first for each in batch]), counts)
    groups = []
    for shape, members in planning.by_shape(cones, rows):
        size = _batch_size(ensemble, shape)
        edits = [
            _edits(ensemble, of, cones, codes, (rows[part], tile[part], first[part]))
            for part in np.split(members, range(size, len(members), size))
        ]
        groups.append(
            _Cone(
                rows=rows[members],
                tile=tile[members],
                first=first[members],
                left=shape[0],
                edits=edits,
            )
        )
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
    of: windows.Windows,
    cones: planning.Cones,
    codes: UInt8[np.ndarray, "batch length"],
    members: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> incremental.EditBatch:
    """The engine's form of cones of one shape: rows, their tiles, the tiles' starts."""
    rows, tile, first = members
    start = cones.start[rows] - first + ensemble.context
    shift, new = cones.shift[rows], int(cones.new[rows[0]])
    alleles = of.change.alt.take(rows)
    place = np.arange(new)
    # Up to the shape's width an allele is followed by the reference's own bases.
    after = codes[tile[:, None], (start + shift)[:, None] + place]
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
    of: windows.Windows,
    cones: planning.Cones,
    group: _Cone,
    ref: Float[Tensor, "batch outputs tracks"],
    alt: Float[Tensor, "rows positions tracks"],
) -> Iterator[ProfileBatch]:
    """Cut queries' profiles out of what was computed, turned to the plus strand."""
    rows, minus = group.rows, cones.minus[group.rows]
    width, alt_width = of.width[rows], of.alt_width[rows]
    before = of.change.start[rows] - of.start[rows]
    after = alt_width - before - of.change.alt.length[rows]
    begin = np.where(minus, -of.end[rows], of.start[rows]) - group.first
    alt_begin = group.left - np.where(minus, after, before)
    for each in np.unique(width).tolist():
        some = np.flatnonzero(width == each)
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
    """Return stretches of rows of `values`, those of minus strands backwards."""
    length = values.shape[1]
    # A deletion can leave nothing of a window; one column then means nothing.
    place = np.arange(max(int(width.max(initial=0)), 1))
    backwards = begin[:, None] + width[:, None] - 1 - place
    index = np.where(minus[:, None], backwards, begin[:, None] + place)
    # What lies beyond a row's own width is never looked at, but must be there.
    index = row[:, None] * length + np.clip(index, 0, length - 1)
    flat = values.reshape(-1, values.shape[2])
    places = torch.from_numpy(index.reshape(-1)).to(values.device)
    taken = flat.index_select(0, places)
    return taken.view(len(row), len(place), -1).transpose(1, 2)
