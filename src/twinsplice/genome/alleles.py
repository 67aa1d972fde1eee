"""Many short sequences in one array: the alleles of a batch of variants."""

import dataclasses
from collections.abc import Sequence

import numpy as np
from jaxtyping import Bool, Int64, UInt8

from twinsplice.genome import dna


@dataclasses.dataclass(frozen=True, eq=False, slots=True)
class Alleles:
    """Sequences stored end to end in one array, one row each; a length may be 0.

    Attributes:
        codes: Codes of bases, see `dna`; some may belong to no row.
        first: Where each row begins.
        length: How many bases it has.
    """

    codes: UInt8[np.ndarray, " bases"]
    first: Int64[np.ndarray, " rows"]
    length: Int64[np.ndarray, " rows"]

    def __len__(self) -> int:
        return len(self.first)

    def row(self, index: int) -> UInt8[np.ndarray, " length"]:
        """Return the bases of one row."""
        first = int(self.first[index])
        return self.codes[first : first + int(self.length[index])]

    def take(self, rows: Int64[np.ndarray, " taken"] | slice) -> "Alleles":
        """Return some rows; the bases are shared, not copied."""
        return Alleles(self.codes, self.first[rows], self.length[rows])

    def as_read(
        self, minus: Bool[np.ndarray, " rows"], width: int
    ) -> UInt8[np.ndarray, "rows {width}"]:
        """Return the first bases of each row along the strand that is read.

        Args:
            minus: Rows that are read from the minus strand.
            width: Bases to return of each row; shorter alleles are padded with unknown
                bases.
        """
        place = np.arange(width, dtype=np.int64)
        inside = place < self.length[:, None]
        backwards = self.length[:, None] - 1 - place
        index = self.first[:, None] + np.where(minus[:, None], backwards, place)
        codes = np.full(index.shape, dna.UNKNOWN, dtype=np.uint8)
        codes[inside] = self.codes[index[inside]]
        complemented = minus[:, None] & (codes != dna.UNKNOWN)
        return np.where(complemented, 3 - codes, codes).astype(np.uint8)


def of_texts(texts: Sequence[str]) -> Alleles:
    """Return the alleles of sequences of letters; case does not matter."""
    length = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    return Alleles(dna.encode("".join(texts)), np.cumsum(length) - length, length)


def of_codes(rows: Sequence[UInt8[np.ndarray, " _"]]) -> Alleles:
    """Return the alleles of sequences of codes."""
    length = np.array([len(row) for row in rows], dtype=np.int64)
    codes = np.concatenate([np.zeros(0, dtype=np.uint8), *rows])
    return Alleles(codes, np.cumsum(length) - length, length)


def choose(
    replaced: Bool[np.ndarray, " rows"], kept: Alleles, replacing: Alleles
) -> Alleles:
    """Return alleles with some rows replaced, in order.

    Args:
        replaced: The rows to replace, as many as `replacing` has.
        kept: All rows; bases of the replaced ones are not used.
        replacing: The new alleles of the replaced rows.
    """
    first, length = kept.first.copy(), kept.length.copy()
    first[replaced] = replacing.first + len(kept.codes)
    length[replaced] = replacing.length
    return Alleles(np.concatenate([kept.codes, replacing.codes]), first, length)


def unknown(length: Int64[np.ndarray, " rows"]) -> Alleles:
    """Return alleles of unknown bases.

    Args:
        length: Number of bases of each row.
    """
    codes = np.full(int(length.max(initial=0)), dna.UNKNOWN, dtype=np.uint8)
    return Alleles(codes, np.zeros(len(length), dtype=np.int64), length)


def join(parts: Sequence[Alleles]) -> Alleles:
    """Concatenate the rows of several batches of alleles."""
    starts = np.cumsum([0, *(len(part.codes) for part in parts)])
    return Alleles(
        np.concatenate([np.zeros(0, dtype=np.uint8), *(part.codes for part in parts)]),
        np.concatenate(
            [np.zeros(0, dtype=np.int64)]
            + [part.first + at for part, at in zip(parts, starts[:-1], strict=True)]
        ),
        np.concatenate([np.zeros(0, dtype=np.int64), *(part.length for part in parts)]),
    )
