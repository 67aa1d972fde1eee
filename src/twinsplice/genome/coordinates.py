"""Intervals, strands and the names of contigs. 0-based and half-open throughout."""

import dataclasses
import enum


class Strand(enum.StrEnum):
    """Which strand of the reference is transcribed."""

    PLUS = "+"
    MINUS = "-"


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class Interval:
    """Bases `start` to `end` (0-based, half-open) of one contig."""

    contig: str
    start: int
    end: int

    @property
    def width(self) -> int:
        """Number of bases (bp)."""
        return self.end - self.start

    def __contains__(self, position: int) -> bool:
        return self.start <= position < self.end


def canonical_contig(name: str) -> str:
    """Return one spelling for all the names of a contig.

    `chr20`, `20` and `NC_000020.10` are `20`; `chrM`, `M`, `MT` and
    `NC_012920.1` are `MT`. Any other name is returned as it is, less `chr`.
    """
    raise NotImplementedError
