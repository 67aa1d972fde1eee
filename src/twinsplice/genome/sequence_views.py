"""The part of a sequence that a network sees, and the strand it reads.

Genes, contigs and constructs are read through a `SequenceView`. Bases outside it are
unknown; this rule is implemented here only.
"""

import dataclasses
from collections.abc import Callable

import numpy as np
from jaxtyping import UInt8

from twinsplice.genome import coordinates, dna

Fetch = Callable[[int, int], UInt8[np.ndarray, " width"]]
"""From an interval (0-based, half-open, plus strand) to the codes of its bases."""


@dataclasses.dataclass(frozen=True, slots=True)
class SequenceView:
    """The bases that a network sees, and the strand it reads; the rest is N.

    Views are equal where all but `fetch` is: one contig has one `fetch`.

    Attributes:
        contig: Name of the sequence that positions count along.
        strand: The strand that is read.
        start: First visible base; None without a bound.
        end: The base after the last visible one; None without a bound.
        fetch: Reads bases of the contig; called within the bounds only.
    """

    contig: str
    strand: coordinates.Strand
    start: int | None
    end: int | None
    fetch: Fetch = dataclasses.field(compare=False, repr=False)

    @property
    def minus(self) -> bool:
        """Whether the minus strand is read."""
        return self.strand is coordinates.Strand.MINUS

    def codes(self, start: int, end: int) -> UInt8[np.ndarray, " width"]:
        """Return bases along the plus strand, unknown outside the view."""
        first = start if self.start is None else min(max(start, self.start), end)
        last = end if self.end is None else max(min(end, self.end), first)
        if (first, last) == (start, end):
            return self.fetch(start, end)
        codes = np.full(end - start, dna.UNKNOWN, dtype=np.uint8)
        if first < last:
            codes[first - start : last - start] = self.fetch(first, last)
        return codes

    def as_read(self, start: int, end: int) -> UInt8[np.ndarray, " width"]:
        """Return bases along the strand that is read.

        Positions on the minus strand run backwards: `x` is base `-x - 1` there.

        Args:
            start: First base, in that direction.
            end: The base after the last.
        """
        if self.minus:
            return dna.reverse_complement(self.codes(-end, -start))
        return self.codes(start, end)


def of_sequence(
    name: str,
    codes: UInt8[np.ndarray, " length"],
    strand: coordinates.Strand = coordinates.Strand.PLUS,
) -> SequenceView:
    """Return the view of a whole sequence, such as a construct.

    Args:
        name: Its name, unique among the sequences scored together.
        codes: Its bases.
        strand: The strand that is read.
    """
    return SequenceView(
        name, strand, 0, len(codes), lambda start, end: codes[start:end]
    )


def edited(
    view: SequenceView, start: int, end: int, new: UInt8[np.ndarray, " new"]
) -> SequenceView:
    """Return the view of a sequence some of whose bases are replaced.

    Positions before `start` stay the same; those behind move by the change of length.

    Args:
        view: The view of the sequence.
        start: First replaced base (0-based, plus strand).
        end: The base after the last replaced one.
        new: The bases in their place, along the plus strand.
    """
    after = start + len(new)
    grown = after - end

    def fetch(first: int, last: int) -> UInt8[np.ndarray, " width"]:
        return np.concatenate(
            [
                view.codes(min(first, start), min(last, start)),
                new[max(first - start, 0) : max(last - start, 0)],
                view.codes(max(first, after) - grown, max(last, after) - grown),
            ]
        )

    return SequenceView(f"{view.contig}, edited", view.strand, None, None, fetch)
