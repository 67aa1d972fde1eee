"""What is known of the reference within windows: a base model's own probabilities.

Only positions that matter are listed; everywhere else in a window that is covered at
all, the log odds of a site are known to be no more than a ceiling.
"""

import dataclasses

import numpy as np
from jaxtyping import Float32, Int64

Integers = Int64[np.ndarray, " rows"]
UNKNOWN = -1
"""Origin of a window of which nothing is known."""


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class KnownReferences:
    """Log odds of acceptor and donor against neither within windows.

    Attributes:
        origin: For each query, the number of what its reference was read from; the
            same for windows of one gene, `UNKNOWN` where nothing is known.
        ceiling: Log odds that positions not listed in its window do not exceed.
        query: The query whose window a listed position lies in, ascending.
        column: Its column in the window.
        log_odds: Its log odds; -inf where a track does not exceed the ceiling.
    """

    origin: Integers
    ceiling: Float32[np.ndarray, " rows"]
    query: Int64[np.ndarray, " listed"]
    column: Int64[np.ndarray, " listed"]
    log_odds: Float32[np.ndarray, "listed 2"]

    def take(self, rows: Integers) -> "KnownReferences":
        """Return what is known of some queries, ascending, which are numbered anew."""
        number = np.full(len(self.origin), -1)
        number[rows] = np.arange(len(rows))
        kept = number[self.query] >= 0
        return KnownReferences(
            origin=self.origin[rows],
            ceiling=self.ceiling[rows],
            query=number[self.query[kept]],
            column=self.column[kept],
            log_odds=self.log_odds[kept],
        )

    def bounds(
        self, rows: Integers, width: int
    ) -> tuple[
        Float32[np.ndarray, "rows 2 width"], Float32[np.ndarray, "rows 2 width"]
    ]:
        """Return the lower and upper bounds of log odds within some windows.

        Args:
            rows: The queries.
            width: Columns of their windows.
        """
        shape = len(rows), 2, width
        low = np.full(shape, -np.inf, dtype=np.float32)
        high = np.full(shape, np.inf, dtype=np.float32)
        told, ceiling = self.origin[rows] != UNKNOWN, self.ceiling[rows]
        high[told] = ceiling[told, None, None]
        first = np.searchsorted(self.query, rows, side="left")
        count = np.searchsorted(self.query, rows, side="right") - first
        row = np.repeat(np.arange(len(rows)), count)
        place = np.arange(len(row)) - (np.cumsum(count) - count)[row] + first[row]
        listed, column = self.log_odds[place], self.column[place]
        low[row, :, column] = listed
        absent = np.isneginf(listed)
        high[row, :, column] = np.where(absent, ceiling[row][:, None], listed)
        return low, high
