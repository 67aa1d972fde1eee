"""What a predictor is asked, and what it answers: arrays, one row a query.

A query is one variant in one view of the sequence: a gene, a strand, a construct.
"""

import dataclasses
import enum
from typing import Any

import numpy as np
from jaxtyping import Bool, Float32, Float64, Int64

from twinsplice.effect import alignment, deltas, windows
from twinsplice.genome import dna, sequence_views

Integers = Int64[np.ndarray, " rows"]


class Masking(enum.Enum):
    """What becomes of gains at annotated sites and of losses elsewhere."""

    NONE = enum.auto()
    """They count."""
    DISREGARDED = enum.auto()
    """They are no change when the largest of their kind is looked for."""
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
        """Return where the annotated sites of some queries are, by class.

        Args:
            rows: The queries.
            width: Columns of their windows.
        """
        marked = np.zeros((len(rows), len(deltas.Site), width), dtype=bool)
        first = np.searchsorted(self.query, rows, side="left")
        count = np.searchsorted(self.query, rows, side="right") - first
        row = np.repeat(np.arange(len(rows)), count)
        place = np.arange(len(row)) - (np.cumsum(count) - count)[row] + first[row]
        marked[row, self.site[place], self.column[place]] = True
        return marked


def no_sites() -> AnnotatedSites:
    """Return no annotated sites at all."""
    none = np.zeros(0, dtype=np.int64)
    return AnnotatedSites(query=none, site=none, column=none)


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Queries:
    """What a predictor is asked.

    Attributes:
        views: What may be seen; no two are equal.
        view: For each query, the number of its view.
        windows: Where it is looked at, and what changes there.
        alignment: How its two profiles lie on each other.
        masking: What is done about annotated sites.
        sites: The annotated sites, where masking needs them.
    """

    views: tuple[sequence_views.SequenceView, ...]
    view: Integers
    windows: windows.Windows
    alignment: alignment.Alignment
    masking: Masking = Masking.NONE
    sites: AnnotatedSites = dataclasses.field(default_factory=no_sites)

    def __len__(self) -> int:
        return len(self.view)

    @property
    def minus(self) -> Bool[np.ndarray, " rows"]:
        """Which queries are read from the minus strand."""
        strands = np.array([view.minus for view in self.views], dtype=bool)
        minus: Bool[np.ndarray, " rows"] = strands[self.view]
        return minus

    @property
    def unchanged(self) -> Bool[np.ndarray, " rows"]:
        """Which queries put the very bases there that were there before."""
        change = self.windows.change
        same: Bool[np.ndarray, " rows"] = change.ref.length == change.alt.length
        for row in np.flatnonzero(same).tolist():
            same[row] = np.array_equal(change.ref.row(row), change.alt.row(row))
        return same

    def first_bases(self) -> Float32[np.ndarray, "rows 8"]:
        """Return the first replaced base and the first new one, as read, one-hot."""
        change, minus = self.windows.change, self.minus
        pair = [side.as_read(minus, 1)[:, 0] for side in (change.ref, change.alt)]
        encoded = [dna.one_hot(codes).T for codes in pair]
        return np.concatenate(encoded, axis=1)

    def distinct(
        self,
    ) -> tuple[Int64[np.ndarray, " sorts"], Int64[np.ndarray, " rows"]]:
        """Find queries that networks cannot tell apart.

        Returns:
            Rows of the first of each sort, and for each query the sort it is.
        """
        of, change = self.windows, self.windows.change
        key = np.stack(
            [
                self.view,
                change.start,
                change.ref.length,
                _numbered(change.alt.codes, change.alt.first, change.alt.length),
                of.start,
                of.end,
                of.alt_width,
            ],
            axis=1,
        )
        packed = np.ascontiguousarray(key).view(np.dtype((np.void, key.strides[0])))
        _, first, sort = np.unique(packed, return_index=True, return_inverse=True)
        return first.astype(np.int64), sort.reshape(-1).astype(np.int64)


def _numbered(codes: np.ndarray, first: Integers, length: Integers) -> Integers:
    """A number for each allele, equal where its bases are: a code where it has one."""
    numbers = np.full(len(first), -1, dtype=np.int64)
    single = length == 1
    numbers[single] = codes[first[single]]
    known: dict[bytes, int] = {}
    for row in np.flatnonzero(length > 1).tolist():
        bases = codes[first[row] : first[row] + length[row]].tobytes()
        numbers[row] = known.setdefault(bases, dna.UNKNOWN + 1 + len(known))
    return numbers


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Predictions:
    """The largest change of each kind within each query's window.

    Attributes:
        kinds: The kinds, in the order of columns.
        size: Change of site probability in the kind's direction.
        column: Column of the window where it is.
        ref: Probability in the reference there.
        alt: Probability in the alternate there.
        low: Lower end of the size's interval, of predictors that have them.
        high: Its upper end.
        ref_profile: Site probabilities of the reference, where they were asked for.
        alt_profile: Those of the alternate, on the reference's bases.
    """

    kinds: tuple[deltas.Kind, ...]
    size: Float64[np.ndarray, "rows kinds"]
    column: Int64[np.ndarray, "rows kinds"]
    ref: Float64[np.ndarray, "rows kinds"]
    alt: Float64[np.ndarray, "rows kinds"]
    low: Float64[np.ndarray, "rows kinds"] | None = None
    high: Float64[np.ndarray, "rows kinds"] | None = None
    ref_profile: Float32[np.ndarray, "rows tracks width"] | None = None
    alt_profile: Float32[np.ndarray, "rows tracks width"] | None = None

    def __len__(self) -> int:
        return len(self.size)


def join(parts: "list[Predictions]") -> Predictions:
    """Return the rows of several predictions, one after the other.

    Args:
        parts: At least one, all of one predictor.
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
