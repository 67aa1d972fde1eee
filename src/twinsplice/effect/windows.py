"""Windows around variants: the reference bases that profiles must cover."""

import dataclasses
from collections.abc import Sequence

import numpy as np
from jaxtyping import Int64

from twinsplice.genome import alleles

Integers = Int64[np.ndarray, " rows"]


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Replacements:
    """Replacements of reference by alternate bases; one row a variant.

    Attributes:
        start: First replaced base of the contig (0-based, plus strand).
        ref: The replaced bases.
        alt: The bases in their place.
    """

    start: Integers
    ref: alleles.Alleles
    alt: alleles.Alleles

    def __len__(self) -> int:
        return len(self.start)

    @property
    def end(self) -> Integers:
        """The base after the last replaced one."""
        end: Integers = self.start + self.ref.length
        return end

    @property
    def anchored(self) -> Int64[np.ndarray, " rows"]:
        """1 where an allele is empty, so that VCF writes the base before; else 0."""
        empty = (self.ref.length == 0) | (self.alt.length == 0)
        anchored: Integers = empty.astype(np.int64)
        return anchored

    def take(self, rows: Integers | slice) -> "Replacements":
        """Return some rows."""
        return Replacements(
            start=self.start[rows], ref=self.ref.take(rows), alt=self.alt.take(rows)
        )


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Windows:
    """The bases searched for effects, and the changes made in them; one row a variant.

    Coordinates are those of a contig (0-based, plus strand). An alternate profile
    begins at the same base as the reference's and runs along the changed sequence.

    Attributes:
        change: The replacements put into the sequences.
        origin: The base that offsets are counted from: the record's POS.
        start: First base of the reference profile.
        end: The base after its last.
        alt_width: Bases of the alternate profile.
    """

    change: Replacements
    origin: Integers
    start: Integers
    end: Integers
    alt_width: Integers

    def __len__(self) -> int:
        return len(self.start)

    @property
    def width(self) -> Integers:
        """Bases of the reference profile."""
        width: Integers = self.end - self.start
        return width

    @property
    def grown(self) -> Integers:
        """Bases by which the alternate sequence is longer."""
        grown: Integers = self.change.alt.length - self.change.ref.length
        return grown

    def take(self, rows: Integers | slice) -> "Windows":
        """Return some rows."""
        return Windows(
            change=self.change.take(rows),
            origin=self.origin[rows],
            start=self.start[rows],
            end=self.end[rows],
            alt_width=self.alt_width[rows],
        )


def around(
    change: Replacements, *, centre: Integers, origin: Integers, reach: int | Integers
) -> Windows:
    """Return windows of `reach` bases each side of `centre`, with all alternate bases.

    Args:
        change: The trimmed variants.
        centre: The middle base: POS of the normalised record.
        origin: POS of the record as written, which offsets are counted from.
        reach: Searched bases each side.
    """
    start, end = centre - reach, centre + reach + 1
    bases_behind = np.maximum(end - change.end, 0)
    return Windows(
        change=change,
        origin=origin,
        start=start,
        end=end,
        alt_width=change.start - start + change.alt.length + bases_behind,
    )


def join(parts: Sequence[Windows]) -> Windows:
    """Concatenate the rows of several batches of windows."""

    def joined(name: str, members: Sequence[object]) -> Integers:
        none = np.zeros(0, dtype=np.int64)
        return np.concatenate([none, *(getattr(part, name) for part in members)])

    changes = [part.change for part in parts]
    return Windows(
        change=Replacements(
            start=joined("start", changes),
            ref=alleles.join([change.ref for change in changes]),
            alt=alleles.join([change.alt for change in changes]),
        ),
        origin=joined("origin", parts),
        start=joined("start", parts),
        end=joined("end", parts),
        alt_width=joined("alt_width", parts),
    )
