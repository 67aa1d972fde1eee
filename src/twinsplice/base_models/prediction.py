"""From queries to predictions: profiles, their comparison, the largest changes.

This is common to all predictors; they differ in how two profiles are compared.
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
    """Predicted profiles of some queries, on the reference's bases, plus strand.

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
        """Return some rows, with repeats."""
        return Comparison(
            ref=self.ref[rows],
            alt=self.alt[rows],
            delta=self.delta[rows],
            low=None if self.low is None else self.low[rows],
            high=None if self.high is None else self.high[rows],
        )

    def where(self, rows: Bool[Tensor, " rows"], other: "Comparison") -> "Comparison":
        """Return this comparison in some rows, and another one in the others."""
        chosen = rows[:, None, None]

        def either(one: Tensor | None, two: Tensor | None) -> Tensor | None:
            if one is None or two is None:
                return None
            return torch.where(chosen, one, two)

        return Comparison(
            ref=torch.where(chosen, self.ref, other.ref),
            alt=torch.where(chosen, self.alt, other.alt),
            delta=torch.where(chosen, self.delta, other.delta),
            low=either(self.low, other.low),
            high=either(self.high, other.high),
        )


Compare = Callable[[profiling.ProfileBatch], Comparison]
"""Compares a batch of profiles, whose rows are numbers of queries."""
Prepare = Callable[[Int64[np.ndarray, " chunk"]], Compare]
"""Returns what compares the profiles of some queries, whose numbers it is given."""


@torch.inference_mode()
def predict(
    ensemble: profiling.Ensemble,
    query_batch: queries.Queries,
    prepare: Prepare,
    kinds: tuple[deltas.Kind, ...],
    advance: progress.Advance = progress.silent,
    *,
    profiles: bool = False,
) -> queries.Predictions:
    """Return the predictions for queries, in their order.

    Args:
        ensemble: The networks.
        query_batch: The queries; equal ones are computed once.
        prepare: Returns what compares the batches of a chunk of queries.
        kinds: The kinds of change to report.
        advance: Called with the queries done since the last call and the fraction of
            the work that is done.
        profiles: Also return whole profiles; all windows must be equally wide.
    """
    representatives, group = query_batch.distinct()
    members = _Members(group, len(representatives))
    collected = _Predictions(len(query_batch), kinds)
    work = 0.0

    def step(groups: float) -> None:
        nonlocal work
        work += groups
        advance(0, min(work / len(representatives), 1.0))

    for chunk in _portions(ensemble, query_batch, representatives):
        window = query_batch.windows.take(chunk)
        compare = prepare(chunk)
        batches = profiling.run(
            ensemble, query_batch.views, query_batch.view[chunk], window, step
        )
        for batch in batches:
            renumbered = dataclasses.replace(batch, rows=chunk[batch.rows])
            rows, member = members.of(group[renumbered.rows])
            comparison = compare(renumbered)
            if len(rows) > len(renumbered.rows):
                comparison = comparison.take(
                    torch.from_numpy(member).to(batch.ref.device)
                )
            else:
                rows = renumbered.rows
            collected.enter(rows, comparison, query_batch, profiles=profiles)
            advance(len(rows), min(work / len(representatives), 1.0))
    return collected.predictions()


def _portions(
    ensemble: profiling.Ensemble,
    query_batch: queries.Queries,
    representatives: Int64[np.ndarray, " groups"],
) -> Iterator[Int64[np.ndarray, " chunk"]]:
    """Yield queries in chunks whose profiles fit a quarter of the memory."""
    if not len(representatives):
        return
    # Sorted, so that neighbouring queries stay together.
    representatives = np.sort(representatives)
    widest = int(
        (query_batch.windows.width + query_batch.windows.alt_width)[
            representatives
        ].max()
    )
    # Profiles, aligned and compared, and the indices that select them.
    bytes_per_row = 4 * (4 * ensemble.tracks + 4) * widest
    size = max(ensemble.memory // (4 * bytes_per_row), 1)
    for first in range(0, len(representatives), size):
        yield representatives[first : first + size]


class _Members:
    """The members of each group of equal queries."""

    def __init__(self, group: Int64[np.ndarray, " rows"], groups: int) -> None:
        self._order = np.argsort(group, kind="stable")
        self._count = np.bincount(group, minlength=groups)
        self._first = np.cumsum(self._count) - self._count

    def of(
        self, groups: Int64[np.ndarray, " chunk"]
    ) -> tuple[Int64[np.ndarray, " rows"], Int64[np.ndarray, " rows"]]:
        """Return the members of some groups, and for each its index in `groups`."""
        count = self._count[groups]
        member = np.repeat(np.arange(len(groups)), count)
        ahead = np.cumsum(count) - count
        offset = np.arange(len(member)) - ahead[member]
        return self._order[self._first[groups][member] + offset], member


class _Predictions:
    """Predictions collected batch by batch."""

    def __init__(self, rows: int, kinds: Sequence[deltas.Kind]) -> None:
        shape = rows, len(kinds)
        self._kinds = tuple(kinds)
        self._numbers = {
            name: np.zeros(shape) for name in ("size", "ref", "alt", "low", "high")
        }
        self._column = np.zeros(shape, dtype=np.int64)
        self._exon_loss = np.full(rows, np.nan)
        self._has_quantiles = False
        self._profiles: dict[str, np.ndarray] = {}

    def enter(
        self,
        rows: Int64[np.ndarray, " chunk"],
        comparison: Comparison,
        query_batch: queries.Queries,
        *,
        profiles: bool,
    ) -> None:
        """Enter the changes of some queries."""
        annotated = _annotated(query_batch, rows, comparison.delta)
        changes = largest.largest(
            comparison.delta, self._kinds, query_batch.masking, annotated
        )
        values = {
            "size": changes.size,
            "ref": changes.at(comparison.ref),
            "alt": changes.at(comparison.alt),
        }
        if comparison.low is not None and comparison.high is not None:
            self._has_quantiles = True
            values["low"] = changes.at(comparison.low)
            values["high"] = changes.at(comparison.high)
        for name, value in values.items():
            self._numbers[name][rows] = value.cpu().numpy()
        self._column[rows] = changes.column.cpu().numpy()
        self._exon_loss[rows] = self._losses(rows, comparison.delta, query_batch)
        if profiles:
            for name in ("ref", "alt"):
                profile = getattr(comparison, name).float().cpu().numpy()
                shape = len(self._column), *profile.shape[1:]
                stored = self._profiles.setdefault(
                    name, np.zeros(shape, dtype=np.float32)
                )
                stored[rows] = profile

    def _losses(
        self,
        rows: Int64[np.ndarray, " chunk"],
        delta: Float[Tensor, "chunk tracks width"],
        query_batch: queries.Queries,
    ) -> Float[np.ndarray, " chunk"]:
        """Return the largest loss at the exon's own sites of some queries."""
        if not len(query_batch.exon_sites.query):
            return np.full(len(rows), np.nan)
        sites = (
            torch.from_numpy(part).to(delta.device)
            for part in query_batch.exon_sites.of(rows)
        )
        losses: Float[np.ndarray, " chunk"] = (
            largest.exon_losses(delta, self._kinds, *sites).cpu().numpy()
        )
        return losses

    def predictions(self) -> queries.Predictions:
        """Return the collected predictions."""
        numbers = self._numbers
        return queries.Predictions(
            kinds=self._kinds,
            size=numbers["size"],
            column=self._column,
            ref=numbers["ref"],
            alt=numbers["alt"],
            low=numbers["low"] if self._has_quantiles else None,
            high=numbers["high"] if self._has_quantiles else None,
            exon_loss=self._exon_loss,
            ref_profile=self._profiles.get("ref"),
            alt_profile=self._profiles.get("alt"),
        )


def _annotated(
    query_batch: queries.Queries, rows: Int64[np.ndarray, " chunk"], delta: Tensor
) -> Bool[Tensor, "rows 2 width"] | None:
    """Return the mask of annotated sites, if anything is masked."""
    if query_batch.masking is queries.Masking.NONE:
        return None
    marked = query_batch.sites.marked(rows, delta.shape[2])
    return torch.from_numpy(marked).to(delta.device)
