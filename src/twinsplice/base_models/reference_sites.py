"""A base model's reference profile over a whole view, reduced to likely sites.

Each view is computed alone, in tiles of equal length that depend on nothing but the
view, so that its numbers are the same in whatever order and company it is computed.
"""

import itertools
import math
from collections.abc import Iterator, Sequence

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from twinsplice.engine import crew, encoding, incremental, profiling, stages
from twinsplice.genome import sequence_views
from twinsplice.io import map_rows

_CPU_OUTPUTS, _GPU_OUTPUTS = 1 << 17, 1 << 19
"""Outputs of the longest tile: flanks cost little, and a CPU's caches still serve."""
_LEAST_OUTPUTS = 1_000
_SLACK = 0.01
"""Log odds below the floor that are still copied from the device: it is rounded on."""


def tile_outputs(ensemble: profiling.Ensemble) -> int:
    """Return the outputs of the longest tile that fits the memory."""
    most = _CPU_OUTPUTS if ensemble.device.type == "cpu" else _GPU_OUTPUTS
    fits = _fitting(ensemble) - 2 * ensemble.context
    return max(min(most, fits), _LEAST_OUTPUTS)


def tiles(length: int, longest: int) -> int:
    """Return the number of tiles of a view.

    Args:
        length: Its bases.
        longest: Outputs of the longest tile.
    """
    return -(-length // longest)


def compute(
    ensemble: profiling.Ensemble,
    view: sequence_views.SequenceView,
    longest: int,
    floor: float,
) -> Iterator[tuple[int, map_rows.Sites]]:
    """Yield the bases and the sites of each tile, in the direction of reading.

    Args:
        ensemble: Networks of an acceptor's and a donor's track.
        view: The bases, with both bounds.
        longest: Outputs of the longest tile.
        floor: Lowest probability of a site.

    Yields:
        Number of bases, and sites in plus-strand positions, ascending within a tile.
    """
    assert view.start is not None
    assert view.end is not None
    yield from _tiles_between(ensemble, view, (view.start, view.end), longest, floor)


def within(
    ensemble: profiling.Ensemble,
    view: sequence_views.SequenceView,
    interval: tuple[int, int],
    floor: float,
) -> map_rows.Sites:
    """Return the sites of an interval of a view.

    Args:
        ensemble: Networks of an acceptor's and a donor's track.
        view: The bases that the networks see.
        interval: First base and the base after the last (0-based, plus strand).
        floor: Lowest probability of a site.
    """
    longest = tile_outputs(ensemble)
    tiles_of_interval = [
        sites for _, sites in _tiles_between(ensemble, view, interval, longest, floor)
    ]
    if view.minus:
        tiles_of_interval.reverse()
    return map_rows.Sites(
        np.concatenate([sites.position for sites in tiles_of_interval]),
        np.concatenate([sites.log_odds for sites in tiles_of_interval]),
    )


def _tiles_between(
    ensemble: profiling.Ensemble,
    view: sequence_views.SequenceView,
    interval: tuple[int, int],
    longest: int,
    floor: float,
) -> Iterator[tuple[int, map_rows.Sites]]:
    start, stop = interval
    first = -stop if view.minus else start
    length, context = stop - start, ensemble.context
    count = tiles(length, longest)
    edges = [first + length * i // count for i in range(count + 1)]
    lowest = math.log(floor / (1 - floor)) - _SLACK
    tile_edges = list(itertools.pairwise(edges))
    # Threads take a member's pass over a tile each.
    passes = [(network, tile) for tile in tile_edges for network in ensemble.networks]
    at_once = max(_fitting(ensemble) // (-(-length // count) + 2 * context), 1)

    def profile(one: tuple[stages.Network, tuple[int, int]]) -> Tensor:
        network, (begin, end) = one
        codes = view.as_read(begin - context, end + context)
        sequence = encoding.one_hot(torch.from_numpy(codes).to(ensemble.device)[None])
        return incremental.reference(network, sequence, keep=False).profile[0]

    with crew.hired(ensemble.device) as hired:
        profiles = hired.map(profile, passes, at_once)
        for begin, end in tile_edges:
            of_members = list(itertools.islice(profiles, len(ensemble.networks)))
            log_odds = _log_odds(ensemble, of_members)
            kept = (log_odds >= lowest).any(dim=1).nonzero()[:, 0]
            position = begin + kept.cpu().numpy()
            values = log_odds[kept].cpu().numpy()
            if view.minus:
                position, values = -position[::-1] - 1, values[::-1]
            position, values = map(np.ascontiguousarray, (position, values))
            yield end - begin, map_rows.Sites(position, values)


@torch.inference_mode()
def _log_odds(
    ensemble: profiling.Ensemble, profiles: Sequence[Float[Tensor, "outputs _"]]
) -> Float[Tensor, "outputs 2"]:
    """Log odds of acceptor and donor against neither, of the members' mean."""
    total = profiles[0].new_zeros(len(profiles[0]), ensemble.tracks)
    for profile, rows in zip(profiles, ensemble.rows, strict=True):
        total[:, list(rows)] += profile
    total /= torch.from_numpy(ensemble.divisors).to(ensemble.device)
    neither = (1 - total.sum(dim=1, keepdim=True)).clamp(min=1e-12)
    return total.log() - neither.log()


def _fitting(ensemble: profiling.Ensemble) -> int:
    """Positions whose passes, of one member, fit the memory."""
    # Convolutions may need a copy of what they read and of what they write.
    per_position = 2 * max(_peak_bytes(network) for network in ensemble.networks)
    return ensemble.memory // per_position


def _peak_bytes(network: stages.Network) -> int:
    """Memory of the values that a pass holds at once for one position."""
    held, peak = {stages.INPUT}, 0
    for i, unneeded in enumerate(network.last_use):
        held.add(i + 1)
        peak = max(peak, sum(network.channels[value] for value in held))
        held -= set(unneeded)
    return 4 * peak
