"""What a far stage says of the places that queries concern.

Bins lie on one grid along each strand, so neighbouring queries share passes, and what
a place is told depends on neither its neighbours nor the order of queries.
"""

import dataclasses

import numpy as np
import torch
from jaxtyping import Float, Int64
from torch import Tensor

from twinsplice.effect import queries
from twinsplice.engine import encoding, planning, profiling
from twinsplice.models import far_stage

_CPU_POSITIONS = 80_000
"""Bases of a batch of passes on a CPU; larger batches leave its caches."""
_BYTES = 512
"""Upper limit of what a pass takes for each base."""


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class QuerySurroundings:
    """Scales and offsets of the bins that some queries read.

    Attributes:
        bins: Those of every bin computed.
        index: For each query of the batch, the row of `bins` that bin 0 of its grid
            would have; only those asked for have one.
    """

    bins: Float[Tensor, "bins hidden2"]
    index: Int64[np.ndarray, " queries"]

    def of(
        self,
        query_batch: queries.Queries,
        rows: Int64[np.ndarray, " rows"],
        width: int,
    ) -> far_stage.Surroundings:
        """Return them at every base of some windows, along the plus strand.

        Args:
            query_batch: The queries.
            rows: Numbers of those to return; those not asked for have values of other
                places, which nothing must make use of.
            width: Columns of their windows.
        """
        place = query_batch.windows.start[rows, None] + np.arange(width)
        read = np.where(query_batch.minus[rows, None], -place - 1, place)
        index = read // far_stage.BIN + self.index[rows, None]
        index = torch.from_numpy(np.clip(index, 0, len(self.bins) - 1))
        return far_stage.Surroundings(self.bins, index.to(self.bins.device))


def surroundings(
    stage: far_stage.FarStage,
    query_batch: queries.Queries,
    rows: Int64[np.ndarray, " rows"],
    ensemble: profiling.Ensemble,
) -> QuerySurroundings:
    """Run a far stage over what some queries concern.

    Args:
        stage: The far stage.
        query_batch: The queries.
        rows: Numbers of those that are needed.
        ensemble: Device and memory limit.
    """
    window, minus = query_batch.windows, query_batch.minus
    start, end = window.start[rows], window.end[rows]
    first = np.where(minus[rows], -end, start) // far_stage.BIN
    last = (np.where(minus[rows], -start, end) - 1) // far_stage.BIN
    flank = 2 * stage.reach // far_stage.BIN
    limit = ensemble.memory // (4 * _BYTES)
    if ensemble.device.type == "cpu":
        limit = min(limit, _CPU_POSITIONS)
    limit = max(limit // far_stage.BIN, 1)
    index = np.zeros(len(query_batch), dtype=np.int64)
    made, count = [], 0
    tiles = planning.tiles(
        query_batch.view[rows], first, last + 1, flank, max(limit - flank, 1)
    )
    for batch in planning.batches(tiles, flank, limit):
        bins = _run(stage, query_batch, batch, ensemble.device)
        for tile, values in zip(batch, bins, strict=True):
            made.append(values[: tile.outputs])
            index[rows[tile.rows]] = count - tile.first
            count += tile.outputs
    return QuerySurroundings(bins=torch.cat(made), index=index)


def _run(
    stage: far_stage.FarStage,
    query_batch: queries.Queries,
    tiles: list[planning.ReferenceTile],
    device: torch.device,
) -> Float[Tensor, "tiles bins hidden2"]:
    """Return the bins of tiles, as many as the longest has."""
    longest = max(tile.outputs for tile in tiles) * far_stage.BIN
    codes = [
        query_batch.views[tile.view].as_read(
            tile.first * far_stage.BIN - stage.reach,
            tile.first * far_stage.BIN + longest + stage.reach,
        )
        for tile in tiles
    ]
    sequence = encoding.one_hot_tracks(torch.from_numpy(np.stack(codes)).to(device))
    bins: Tensor = stage(sequence)
    return bins
