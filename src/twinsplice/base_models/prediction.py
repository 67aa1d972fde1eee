"""From queries to predictions: networks run, profiles compared, changes summarised.

All predictors come this way; they differ in how two profiles are compared.
"""

import dataclasses
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import torch
from jaxtyping import Bool, Float, Int64
from torch import Tensor

from twinsplice import progress
from twinsplice.effect import deltas, queries
from twinsplice.engine import profiling
from twinsplice.models import largest


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Comparison:
    """What is predicted of some queries, on the reference's bases, plus strand.

    Attributes:
        ref: Site probabilities of the reference.
        alt: Site probabilities of the alternate.
        delta: Their difference.
        low: Lower quantile of the difference, of models that have quantiles.
        high: Its upper quantile.
    """

    ref: Float[Tensor, "rows tracks width"]
    alt: Float[Tensor, "rows tracks width"]
    delta: Float[Tensor, "rows tracks width"]
    low: Float[Tensor, "rows tracks width"] | None = None
    high: Float[Tensor, "rows tracks width"] | None = None

    def take(self, rows: Int64[Tensor, " taken"]) -> "Comparison":
        """Return some rows, any of them more than once."""
        return Comparison(
            ref=self.ref[rows],
            alt=self.alt[rows],
            delta=self.delta[rows],
            low=None if self.low is None else self.low[rows],
            high=None if self.high is None else self.high[rows],
        )


Compare = Callable[[profiling.ProfileBatch], Comparison]
"""From a batch, whose rows are those of the queries, to its comparison."""


@torch.inference_mode()
def predict(
    ensemble: profiling.Ensemble,
    asked: queries.Queries,
    compare: Compare,
    kinds: tuple[deltas.Kind, ...],
    advance: progress.Advance = progress.silent,
    *,
    profiles: bool = False,
) -> queries.Predictions:
    """Return the predictions for queries, in their order.

    Args:
        ensemble: The networks.
        asked: The queries; networks see each sort of them once.
        compare: Makes a comparison of a batch of profiles.
        kinds: The kinds of change wanted.
        advance: Called with the queries done since the last call and the fraction of
            the work that is done.
        profiles: Return whole profiles, too; all windows must be equally wide.
    """
    firsts, sort = asked.distinct()
    members = _Members(sort, len(firsts))
    answer = _Answer(len(asked), kinds)
    work = 0.0

    def step(sorts: float) -> None:
        nonlocal work
        work += sorts
        advance(0, min(work / len(firsts), 1.0))

    for some in _portions(ensemble, asked, firsts):
        own = asked.windows.take(some)
        batches = profiling.run(ensemble, asked.views, asked.view[some], own, step)
        for batch in batches:
            within = dataclasses.replace(batch, rows=some[batch.rows])
            rows, which = members.of(sort[within.rows])
            compared = compare(within)
            if len(rows) > len(within.rows):
                compared = compared.take(torch.from_numpy(which).to(batch.ref.device))
            else:
                rows = within.rows
            answer.enter(rows, compared, asked, profiles=profiles)
            advance(len(rows), min(work / len(firsts), 1.0))
    return answer.predictions()


def _portions(
    ensemble: profiling.Ensemble,
    asked: queries.Queries,
    firsts: Int64[np.ndarray, " sorts"],
) -> Iterator[Int64[np.ndarray, " some"]]:
    """Yield as many queries at once as a quarter of the memory has room for."""
    if not len(firsts):
        return
    # Neighbours stay together: `firsts` come in the order of a sorted key.
    firsts = np.sort(firsts)
    widest = int((asked.windows.width + asked.windows.alt_width)[firsts].max())
    # Profiles, aligned and compared, and the indices by which they are cut out.
    bytes_each = 4 * (4 * ensemble.tracks + 4) * widest
    size = max(ensemble.memory // (4 * bytes_each), 1)
    for first in range(0, len(firsts), size):
        yield firsts[first : first + size]


class _Members:
    """The queries of each sort."""

    def __init__(self, sort: Int64[np.ndarray, " rows"], sorts: int) -> None:
        self._order = np.argsort(sort, kind="stable")
        self._count = np.bincount(sort, minlength=sorts)
        self._first = np.cumsum(self._count) - self._count

    def of(
        self, sorts: Int64[np.ndarray, " some"]
    ) -> tuple[Int64[np.ndarray, " rows"], Int64[np.ndarray, " rows"]]:
        """Return all queries of some sorts, and which of `sorts` each is of."""
        count = self._count[sorts]
        which = np.repeat(np.arange(len(sorts)), count)
        ahead = np.cumsum(count) - count
        place = np.arange(len(which)) - ahead[which]
        return self._order[self._first[sorts][which] + place], which


class _Answer:
    """Predictions that are filled in as they come."""

    def __init__(self, rows: int, kinds: Sequence[deltas.Kind]) -> None:
        shape = rows, len(kinds)
        self._kinds = tuple(kinds)
        self._numbers = {
            name: np.zeros(shape) for name in ("size", "ref", "alt", "low", "high")
        }
        self._column = np.zeros(shape, dtype=np.int64)
        self._has_quantiles = False
        self._profiles: dict[str, np.ndarray] = {}

    def enter(
        self,
        rows: Int64[np.ndarray, " some"],
        compared: Comparison,
        asked: queries.Queries,
        *,
        profiles: bool,
    ) -> None:
        """Fill in the changes of some queries."""
        annotated = _annotated(asked, rows, compared.delta)
        found = largest.largest(compared.delta, self._kinds, asked.masking, annotated)
        values = {
            "size": found.size,
            "ref": found.at(compared.ref),
            "alt": found.at(compared.alt),
        }
        if compared.low is not None and compared.high is not None:
            self._has_quantiles = True
            values["low"] = found.at(compared.low)
            values["high"] = found.at(compared.high)
        for name, value in values.items():
            self._numbers[name][rows] = value.cpu().numpy()
        self._column[rows] = found.column.cpu().numpy()
        if profiles:
            for name in ("ref", "alt"):
                profile = getattr(compared, name).float().cpu().numpy()
                shape = len(self._column), *profile.shape[1:]
                whole = self._profiles.setdefault(
                    name, np.zeros(shape, dtype=np.float32)
                )
                whole[rows] = profile

    def predictions(self) -> queries.Predictions:
        """Return what was filled in."""
        numbers = self._numbers
        return queries.Predictions(
            kinds=self._kinds,
            size=numbers["size"],
            column=self._column,
            ref=numbers["ref"],
            alt=numbers["alt"],
            low=numbers["low"] if self._has_quantiles else None,
            high=numbers["high"] if self._has_quantiles else None,
            ref_profile=self._profiles.get("ref"),
            alt_profile=self._profiles.get("alt"),
        )


def _annotated(
    asked: queries.Queries, rows: Int64[np.ndarray, " some"], delta: Tensor
) -> Bool[Tensor, "rows 2 width"] | None:
    """Where annotated sites are, if anything is masked."""
    if asked.masking is queries.Masking.NONE:
        return None
    marked = asked.sites.marked(rows, delta.shape[2])
    return torch.from_numpy(marked).to(delta.device)
