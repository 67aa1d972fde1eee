"""Results of alleles in genes: scores, or the reasons why there are none."""

import collections
import dataclasses
import enum
import itertools
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from jaxtyping import Bool, Float64, Int64

from twinsplice.effect import queries
from twinsplice.genome import variants

Integers = Int64[np.ndarray, " rows"]
Key = tuple[int, str, str, bool, int]
"""What makes a row the same for several models; see `keys`."""


class Reference(enum.IntEnum):
    """Where the reference probabilities of a prediction are from."""

    OWN = 0
    MAP = 1
    LIVE = 2


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Results:
    """The results of a chunk of records, one row for each allele and gene, in order.

    Attributes:
        record: Number of the record in its chunk, ascending.
        alt: The alternate allele as written; `.` where the record has none.
        gene: Name of the gene; the strand's sign outside genes; empty where a reason
            holds for the whole allele.
        gene_id: The annotation's identifier of the gene, likewise.
        minus: Whether the minus strand was read.
        reason: Why there is no score; none for a score.
        scored: Row of `predictions`; -1 where there is no score.
        origin: POS (0-based), for each prediction.
        start: The window's first base, for each prediction.
        predictions: The predictions of the scored rows.
        reference: Where the reference of each prediction is from, see `Reference`;
            none for models that are not told any.
    """

    record: Integers
    alt: list[str]
    gene: list[str]
    gene_id: list[str]
    minus: Bool[np.ndarray, " rows"]
    reason: list[variants.SkipReason | None]
    scored: Integers
    origin: Int64[np.ndarray, " scored"]
    start: Int64[np.ndarray, " scored"]
    predictions: queries.Predictions
    reference: Int64[np.ndarray, " scored"] | None = None

    def __len__(self) -> int:
        return len(self.record)

    def take(self, rows: Integers) -> "Results":
        """Return some rows, with the predictions as they are."""
        numbers = rows.tolist()
        return dataclasses.replace(
            self,
            record=self.record[rows],
            alt=[self.alt[row] for row in numbers],
            gene=[self.gene[row] for row in numbers],
            gene_id=[self.gene_id[row] for row in numbers],
            minus=self.minus[rows],
            reason=[self.reason[row] for row in numbers],
            scored=self.scored[rows],
        )

    @property
    def largest(self) -> Float64[np.ndarray, " rows"]:
        """The largest size of any kind of each row; NaN without a score."""
        largest = np.full(len(self), np.nan)
        is_scored = self.scored >= 0
        sizes = self.predictions.size.max(axis=1, initial=-np.inf)
        largest[is_scored] = sizes[self.scored[is_scored]]
        return largest

    @property
    def inclusion(self) -> Float64[np.ndarray, " rows"]:
        """The exon-inclusion score of each row; NaN without a score or an exon."""
        inclusion = np.full(len(self), np.nan)
        is_scored = self.scored >= 0
        if self.predictions.inclusion is not None:
            inclusion[is_scored] = self.predictions.inclusion[self.scored[is_scored]]
        return inclusion

    @property
    def highest(self) -> Float64[np.ndarray, " rows"]:
        """The largest upper end of any kind's interval of each row.

        Without intervals it is the largest size; NaN without a score.
        """
        highest = self.largest
        high = self.predictions.high
        if high is not None:
            is_scored = self.scored >= 0
            ends = np.fmax.reduce(high, axis=1)[self.scored[is_scored]]
            highest[is_scored] = np.fmax(highest[is_scored], ends)
        return highest

    @property
    def keys(self) -> list[Key]:
        """The key of each row; see `keys`."""
        return keys(self.record.tolist(), self.alt, self.gene, self.minus.tolist())

    @property
    def position(self) -> Int64[np.ndarray, "scored kinds"]:
        """Contig position of each prediction's changes (0-based, plus strand)."""
        position: Int64[np.ndarray, "scored kinds"] = (
            self.start[:, None] + self.predictions.column
        )
        return position

    @property
    def offset(self) -> Int64[np.ndarray, "scored kinds"]:
        """Offset of each prediction's changes from POS (bp, plus strand)."""
        offset: Int64[np.ndarray, "scored kinds"] = self.position - self.origin[:, None]
        return offset

    def by_record(self, records: int) -> Iterator[range]:
        """Yield the rows of each record.

        Args:
            records: Number of records.
        """
        bounds = np.searchsorted(self.record, np.arange(records + 1)).tolist()
        for first, end in itertools.pairwise(bounds):
            yield range(first, end)


def keys(
    record: Iterable[int],
    alt: Iterable[str],
    gene: Iterable[str],
    minus: Iterable[bool],
) -> list[Key]:
    """Return the keys of rows: a record, an allele, a gene and its strand.

    Rows of one allele and gene, such as a gene that is listed twice, are counted.
    """
    seen: collections.Counter[tuple[int, str, str, bool]] = collections.Counter()
    found = []
    for row in zip(record, alt, gene, minus, strict=True):
        found.append((*row, seen[row]))
        seen[row] += 1
    return found


def joined(chunks: "Sequence[Results]") -> list[Integers]:
    """Return rows of several models' results that are of the same allele and gene.

    Rows of an allele come in the order of the first model, then those that only later
    ones have.

    Args:
        chunks: The results of the same records, by model; the first has every allele.

    Returns:
        For each model, the number of its row in each joined row; -1 where it has none.
    """
    keys_of = [chunk.keys for chunk in chunks]
    every = dict.fromkeys(itertools.chain.from_iterable(keys_of))
    place: dict[tuple[int, str], int] = {}
    for record, alt, *_ in every:
        place.setdefault((record, alt), len(place))
    ordered = sorted(every, key=lambda key: place[key[:2]])
    rows = [{key: row for row, key in enumerate(own)} for own in keys_of]
    return [
        np.array([own.get(key, -1) for key in ordered], dtype=np.int64) for own in rows
    ]
