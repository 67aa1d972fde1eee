"""Queries to a predictor and its predictions: arrays, one row a query.

A query is one variant in one view of the sequence: a gene, a strand, a construct.
"""

import dataclasses
import enum
from typing import Any

import numpy as np
from jaxtyping import Bool, Float32, Float64, Int64

from twinsplice.effect import alignment, deltas, known_references, windows
from twinsplice.genome import dna, sequence_views

Integers = Int64[np.ndarray, " rows"]


class Masking(enum.Enum):
    """The treatment of gains at annotated sites and of losses elsewhere."""

    NONE = enum.auto()
    """They count."""
    DISREGARDED = enum.auto()
    """They count as 0 in the search for the largest change of their kind."""
    ZEROED = enum.auto()
    """The difference is 0 there for both kinds, as in CI-SpliceAI's program."""


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class AnnotatedSites:
    """Annotated sites within windows; one row a site.

    Attributes:
        query: The query whose window it lies in, ascending.
        site: Its class, see `deltas.Site`.
        column: Its column in the window.
    """

    query: Int64[np.ndarray, " sites"]
    site: Int64[np.ndarray, " sites"]
    column: Int64[np.ndarray, " sites"]

    def marked(self, rows: Integers, width: int) -> Bool[np.ndarray, "rows 2 width"]:
        """Return a mask of the annotated sites of some queries, by class.

        Args:
            rows: The queries.
            width: Columns of their windows.
        """
        marked = np.zeros((len(rows), len(deltas.Site), width), dtype=bool)
        marked[self.of(rows)] = True
        return marked

    def of(
        self, rows: Integers
    ) -> tuple[
        Int64[np.ndarray, " listed"],
        Int64[np.ndarray, " listed"],
        Int64[np.ndarray, " listed"],
    ]:
        """Return the sites of some queries: index in `rows`, class and column.

        Args:
            rows: The queries.
        """
        first = np.searchsorted(self.query, rows, side="left")
        count = np.searchsorted(self.query, rows, side="right") - first
        row = np.repeat(np.arange(len(rows)), count)
        place = np.arange(len(row)) - (np.cumsum(count) - count)[row] + first[row]
        return row, self.site[place], self.column[place]

    def take(self, rows: Integers, queries: int) -> "AnnotatedSites":
        """Return the sites of some queries, which are numbered anew.

        Args:
            rows: The queries, ascending.
            queries: Number of all queries.
        """
        number = np.full(queries, -1)
        number[rows] = np.arange(len(rows))
        kept = number[self.query] >= 0
        return AnnotatedSites(
            query=number[self.query[kept]],
            site=self.site[kept],
            column=self.column[kept],
        )


def no_sites() -> AnnotatedSites:
    """Return an empty set of annotated sites."""
    none = np.zeros(0, dtype=np.int64)
    return AnnotatedSites(query=none, site=none, column=none)


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Queries:
    """A batch of queries to a predictor.

    Attributes:
        views: The distinct sequence views.
        view: For each query, the number of its view.
        windows: The searched windows, and the changes made in them.
        alignment: The alignment of alternate to reference profiles.
        masking: The treatment of annotated sites.
        sites: The annotated sites, where masking needs them.
        exon_sites: Those of the exon that each query concerns.
        known: What is known of the references, for models that can be told.
    """

    views: tuple[sequence_views.SequenceView, ...]
    view: Integers
    windows: windows.Windows
    alignment: alignment.Alignment
    masking: Masking = Masking.NONE
    sites: AnnotatedSites = dataclasses.field(default_factory=no_sites)
    exon_sites: AnnotatedSites = dataclasses.field(default_factory=no_sites)
    known: known_references.KnownReferences | None = None

    def __len__(self) -> int:
        return len(self.view)

    def take(self, rows: Integers) -> "Queries":
        """Return some queries, of the same views.

        Args:
            rows: The queries, ascending.
        """
        return dataclasses.replace(
            self,
            view=self.view[rows],
            windows=self.windows.take(rows),
            alignment=self.alignment.take(rows),
            sites=self.sites.take(rows, len(self)),
            exon_sites=self.exon_sites.take(rows, len(self)),
            known=None if self.known is None else self.known.take(rows),
        )

    @property
    def minus(self) -> Bool[np.ndarray, " rows"]:
        """Which queries are read from the minus strand."""
        strands = np.array([view.minus for view in self.views], dtype=bool)
        minus: Bool[np.ndarray, " rows"] = strands[self.view]
        return minus

    @property
    def told(self) -> Bool[np.ndarray, " rows"]:
        """Of which queries something is known of the reference."""
        if self.known is None:
            return np.zeros(len(self), dtype=bool)
        told: Bool[np.ndarray, " rows"] = self.known.origin != known_references.UNKNOWN
        return told

    @property
    def unchanged(self) -> Bool[np.ndarray, " rows"]:
        """Which queries replace bases by the same bases."""
        change = self.windows.change
        ref, alt = change.ref, change.alt
        same: Bool[np.ndarray, " rows"] = ref.length == alt.length
        single = same & (ref.length == 1)
        # Single substitutions, nearly all there are, are compared together.
        same[single] = ref.codes[ref.first[single]] == alt.codes[alt.first[single]]
        for row in np.flatnonzero(same & ~single).tolist():
            same[row] = np.array_equal(ref.row(row), alt.row(row))
        return same

    def first_bases(self) -> Float32[np.ndarray, "rows 8"]:
        """Return the first replaced and first new base as read, one-hot."""
        change, minus = self.windows.change, self.minus
        pair = [side.as_read(minus, 1)[:, 0] for side in (change.ref, change.alt)]
        encoded = [dna.one_hot(codes).T for codes in pair]
        return np.concatenate(encoded, axis=1)

    def distinct(
        self,
    ) -> tuple[Int64[np.ndarray, " groups"], Int64[np.ndarray, " rows"]]:
        """Group queries that are the same to a network.

        Returns:
            The first row of each group, and for each query the number of its group.
        """
        window, change = self.windows, self.windows.change
        nothing = np.full(len(self), known_references.UNKNOWN)
        key = np.stack(
            [
                nothing if self.known is None else self.known.origin,
                self.view,
                change.start,
                change.ref.length,
                _numbered(change.alt.codes, change.alt.first, change.alt.length),
                window.start,
                window.end,
                window.alt_width,
            ],
            axis=1,
        )
        packed = np.ascontiguousarray(key).view(np.dtype((np.void, key.strides[0])))
        _, first, group = np.unique(packed, return_index=True, return_inverse=True)
        return first.astype(np.int64), group.reshape(-1).astype(np.int64)


def _numbered(codes: np.ndarray, first: Integers, length: Integers) -> Integers:
    """A number for each allele, equal for equal bases: the code of a single base."""
    numbers = np.full(len(first), -1, dtype=np.int64)
    single = length == 1
    numbers[single] = codes[first[single]]
    numbers_of_bases: dict[bytes, int] = {}
    for row in np.flatnonzero(length > 1).tolist():
        bases = codes[first[row] : first[row] + length[row]].tobytes()
        numbers[row] = numbers_of_bases.setdefault(
            bases, dna.UNKNOWN + 1 + len(numbers_of_bases)
        )
    return numbers


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Predictions:
    """The largest change of each kind within each query's window.

    Attributes:
        kinds: The kinds, in the order of columns.
        size: Change of site probability in the kind's direction.
        column: Column of the window with this change.
        ref: Reference probability at that column.
        alt: Alternate probability at that column.
        low: Lower end of the size's interval, of predictors with intervals.
        high: Upper end of that interval.
        probability: Probability that the base model's largest size is large, of
            predictors calibrated for it; see `stats.calibrators.Exceedance`.
        exon_loss: Largest loss at the sites of the exon that a query concerns, 0 to 1;
            NaN where none of them lies in the window.
        altered: Probability that a laboratory finds splicing altered, of predictors
            calibrated for it; see `stats.calibrators.Alteration`.
        ref_profile: Site probabilities of the reference, where requested.
        alt_profile: Those of the alternate, on the reference's bases.
    """

    kinds: tuple[deltas.Kind, ...]
    size: Float64[np.ndarray, "rows kinds"]
    column: Int64[np.ndarray, "rows kinds"]
    ref: Float64[np.ndarray, "rows kinds"]
    alt: Float64[np.ndarray, "rows kinds"]
    low: Float64[np.ndarray, "rows kinds"] | None = None
    high: Float64[np.ndarray, "rows kinds"] | None = None
    probability: Float64[np.ndarray, " rows"] | None = None
    exon_loss: Float64[np.ndarray, " rows"] | None = None
    altered: Float64[np.ndarray, " rows"] | None = None
    ref_profile: Float32[np.ndarray, "rows tracks width"] | None = None
    alt_profile: Float32[np.ndarray, "rows tracks width"] | None = None

    def __len__(self) -> int:
        return len(self.size)

    @property
    def inclusion(self) -> Float64[np.ndarray, " rows"] | None:
        """The exon-inclusion score: mean of the largest size and the exon's loss."""
        if self.exon_loss is None:
            return None
        largest = self.size.max(axis=1, initial=0)
        inclusion: Float64[np.ndarray, " rows"] = (largest + self.exon_loss) / 2
        return inclusion


def join(parts: "list[Predictions]") -> Predictions:
    """Concatenate the rows of several predictions.

    Args:
        parts: At least one batch, all of the same predictor.
    """
    first = parts[0]
    if len(parts) == 1:
        return first
    joined: dict[str, Any] = {}
    for field in dataclasses.fields(Predictions):
        values = [getattr(part, field.name) for part in parts]
        if isinstance(values[0], np.ndarray):
            joined[field.name] = np.concatenate(values)
    return dataclasses.replace(first, **joined)
