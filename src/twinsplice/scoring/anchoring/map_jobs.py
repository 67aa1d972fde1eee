"""The work on a reference map: its genes, what they cost, and how far it is."""

import dataclasses
import time
from collections.abc import Callable

from twinsplice import progress
from twinsplice.io import reference_map
from twinsplice.scoring.anchoring import map_parts, map_plan
from twinsplice.settings import prepare as prepare_settings

Announce = Callable[[prepare_settings.Cost], object]
"""Called with the cost before the work, and once more when its time was measured."""


def silent(cost: prepare_settings.Cost) -> None:
    """Say nothing."""
    del cost


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Job:
    """A map to make.

    Attributes:
        mapper: What makes it.
        selection: The genes of the whole map.
        places: Those of this run: of its shard, or all.
        shard: The shard to make, if it is one.
    """

    mapper: map_parts.Mapper
    selection: map_plan.Selection
    places: tuple[map_plan.Place, ...]
    shard: reference_map.Shard | None

    @property
    def positions(self) -> int:
        """Positions to compute, flanks included."""
        return sum(map(self.mapper.positions, self.places))

    def cost(self, seconds: float | None = None) -> prepare_settings.Cost:
        """Return what the work takes.

        Args:
            seconds: Time left, if known (s).
        """
        networks = self.mapper.ensemble.networks
        flop = sum(network.flops_per_position for network in networks)
        return prepare_settings.Cost(
            genes=len(self.places),
            bases=sum(place.length for place in self.places),
            tflop=self.positions * flop / 1e12,
            seconds=seconds,
        )


class Work:
    """The work of a job, and how far it is.

    Attributes:
        computed: Bases computed so far; parts that were kept do not count.
        seconds: Time of that (s).
    """

    def __init__(
        self, job: Job, advance: progress.Advance, announce: Announce = silent
    ) -> None:
        """Begin a job.

        Args:
            job: The job.
            advance: Called with the bases computed since the last call and the
                fraction of the job that is done.
            announce: Called with the cost once its time was measured.
        """
        self.computed, self.seconds = 0, 0.0
        self._job = job
        self._advance, self._announce = advance, announce
        self._flank = job.mapper.ensemble.networks[0].flank_positions
        self._total, self._done = max(job.positions, 1), 0

    def part(self, part: map_parts.Part) -> reference_map.ReferenceMap:
        """Return a part, made now unless it is kept."""
        kept = part.kept()
        if kept is not None:
            self._done += sum(map(self._job.mapper.positions, part.places))
            self._advance(0, self._done / self._total)
            return kept
        first, before, began = not self.computed, self._done, time.monotonic()
        self._advance(0, self._done / self._total)
        made = part.make(self._job.mapper, self._tile)
        self.seconds += time.monotonic() - began
        if first and self._done < self._total:
            each = self.seconds / (self._done - before)
            self._announce(self._job.cost(each * (self._total - self._done)))
        return made

    def _tile(self, bases: int) -> None:
        self.computed += bases
        self._done += bases + self._flank
        self._advance(bases, self._done / self._total)
