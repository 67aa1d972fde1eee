"""Reference and alternate profiles of many variants at once.

`planning` assigns variants to shared reference passes; this module runs the passes and,
in batches, the cones on them. Profiles stay on the device: the caller reduces them to a
few numbers before anything is copied back.
"""

import dataclasses
import functools
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import torch
from jaxtyping import Float, Float32, Int64
from torch import Tensor

from twinsplice.effect import windows
from twinsplice.engine import (
    batching,
    crew,
    encoding,
    incremental,
    intervals,
    planning,
    stages,
)
from twinsplice.genome import sequence_views


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
    most = batching.most_threads(ensemble.networks, ensemble.memory)
    with crew.hired(ensemble.device, most) as hired:
        plan = batching.Plan(
            networks=ensemble.networks,
            device=ensemble.device,
            memory=ensemble.memory // hired.size,
            threads=hired.size,
            views=views,
            window=window,
            cones=planning.cones(views, view, window),
        )
        step = crew.one_at_a_time(advance)
        sparse, dense = batching.batches(plan)

        def work(batch: batching.Tiles) -> list[ProfileBatch]:
            return list(_profiles(ensemble, plan, batch, step, crew.Crew(1)))

        for profiles in hired.map(work, sparse):
            yield from profiles
        for batch in dense:
            yield from _profiles(ensemble, plan, batch, step, hired)


def _profiles(
    ensemble: Ensemble,
    plan: batching.Plan,
    batch: batching.Tiles,
    advance: Callable[[float], object],
    threads: crew.Crew,
) -> Iterator[ProfileBatch]:
    """Run all members over a batch of tiles and the cones on them."""
    outputs = max(tile.outputs for tile in batch)
    spare = ensemble.context
    codes = np.stack(
        [
            plan.views[tile.view].as_read(
                tile.first - spare, tile.first + outputs + spare
            )
            for tile in batch
        ]
    )
    device, tracks = ensemble.device, ensemble.tracks
    sequence = encoding.one_hot(torch.from_numpy(codes).to(device))
    groups = batching.groups(plan, batch, codes, threads.size)
    edits = [edits for group in groups for edits in group.edits]
    ref = torch.zeros(len(batch), outputs, tracks, device=device)
    alts = [
        torch.zeros(len(some.start), some.outputs, tracks, device=device)
        for some in edits
    ]
    for member, number, profile in _outputs(ensemble, sequence, edits, threads):
        rows = ensemble.rows[member]
        if number is None:
            _add(ref, profile, rows)
        else:
            _add(alts[number], profile, rows)
            advance(len(profile) / len(ensemble.networks))
    divisors = torch.from_numpy(ensemble.divisors).to(device)
    ref /= divisors
    sums = iter(alts)
    for group in groups:
        alt = torch.cat([next(sums) for _ in group.edits]) / divisors
        yield from _cut(plan, group, ref, alt)


def _outputs(
    ensemble: Ensemble,
    sequence: Float[Tensor, "batch length bases"],
    edits: Sequence[incremental.EditBatch],
    threads: crew.Crew,
) -> Iterator[tuple[int, int | None, Tensor]]:
    """Yield each member's outputs on the reference (None), then on each edit batch."""
    states = [
        crew.Later(functools.partial(incremental.reference, network, sequence))
        for network in ensemble.networks
    ]
    order = list(_order(len(states), len(edits), ahead=threads.size > 1))

    def output(step: tuple[int, int | None]) -> Tensor:
        member, number = step
        if number is None:
            return states[member].make().profile
        return incremental.alternate(states[member].get(), edits[number])

    for (member, number), profile in zip(
        order, threads.map(output, order), strict=True
    ):
        yield member, number, profile
        if number == len(edits) - 1:
            states[member].drop()


def _order(
    members: int, edits: int, *, ahead: bool
) -> Iterator[tuple[int, int | None]]:
    """Yield each member's reference pass (None), then its edit batches.

    With `ahead` the next member's reference pass comes before this one's edits, so that
    no thread waits for it.
    """
    for member in range(members):
        if not (ahead and member):
            yield member, None
        if ahead and member + 1 < members:
            yield member + 1, None
        for number in range(edits):
            yield member, number


def _add(total: Tensor, profile: Tensor, rows: tuple[int, ...]) -> None:
    """Add one member's outputs to the tracks they belong to."""
    if rows == tuple(range(total.shape[2])):
        total += profile
    else:
        total[:, :, list(rows)] += profile


def _cut(
    plan: batching.Plan,
    group: batching.ConeGroup,
    ref: Float[Tensor, "batch outputs tracks"],
    alt: Float[Tensor, "rows positions tracks"],
) -> Iterator[ProfileBatch]:
    """Yield queries' profiles on the plus strand, cut from the computed outputs."""
    window = plan.window
    rows, minus = group.rows, plan.cones.minus[group.rows]
    width, alt_width = window.width[rows], window.alt_width[rows]
    before = window.change.start[rows] - window.start[rows]
    after = alt_width - before - window.change.alt.length[rows]
    begin = np.where(minus, -window.end[rows], window.start[rows]) - group.first
    alt_begin = group.left - np.where(minus, after, before)
    for common_width in np.unique(width).tolist():
        some = np.flatnonzero(width == common_width)
        yield ProfileBatch(
            rows=rows[some],
            ref=intervals.taken(
                ref, group.tile[some], begin[some], width[some], minus[some]
            ),
            alt=intervals.taken(
                alt, some, alt_begin[some], alt_width[some], minus[some]
            ),
        )
