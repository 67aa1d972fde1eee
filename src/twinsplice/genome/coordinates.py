"""Intervals, strands and the names of contigs. 0-based and half-open throughout."""

import dataclasses
import enum
import functools
import re

# RefSeq accessions of the human chromosomes, of any assembly; 23 is X and 24 is Y.
_ACCESSION = re.compile(r"NC_0000(0[1-9]|1[0-9]|2[0-4])(?:\.\d+)?")
_MITOCHONDRION = re.compile(r"(?:M|MT|NC_012920(?:\.\d+)?)", re.IGNORECASE)
_PREFIX = re.compile(r"chr(?=.)", re.IGNORECASE)


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


@functools.lru_cache(maxsize=65536)
def canonical_contig(name: str) -> str:
    """Return the canonical name of a contig, the same for all its spellings.

    `chr20`, `20` and `NC_000020.10` are `20`; `chrM`, `M`, `MT` and
    `NC_012920.1` are `MT`. Any other name is returned as it is, less `chr`.
    """
    bare = _PREFIX.sub("", name, count=1) if _PREFIX.match(name) else name
    if _MITOCHONDRION.fullmatch(bare):
        return "MT"
    if accession := _ACCESSION.fullmatch(bare):
        number = int(accession[1])
        return {23: "X", 24: "Y"}.get(number, str(number))
    return bare.upper() if bare in {"x", "y"} else bare
