"""Results of alleles in genes: scores, or the reasons why there are none."""

import dataclasses
import itertools
from collections.abc import Iterator

import numpy as np
from jaxtyping import Bool, Int64

from twinsplice.effect import queries
from twinsplice.genome import variants

Integers = Int64[np.ndarray, " rows"]


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

    def __len__(self) -> int:
        return len(self.record)

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
