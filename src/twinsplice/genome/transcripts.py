"""Transcripts: exons, coding sequence, and positions as HGVS counts them.

A position counts exon bases: from the A of the start codon (`c.`), before it with `-`,
after the stop codon with `*`; or from the first base (`n.`). A base of an intron counts
from the nearer exon's last base with `+`, or first base with `-`; the middle base of an
odd intron belongs to the exon before it.

Source: HGVS nomenclature 21.0, hgvs-nomenclature.org, "Numbering".
"""

import dataclasses
import enum
import functools
from collections.abc import Iterator

import numpy as np
from jaxtyping import Int64

from twinsplice.genome import coordinates

SHORTEST_INTRON = 10
"""Shorter gaps between exons are differences of genome and transcript (bp)."""


class Mane(enum.StrEnum):
    """Whether a transcript is in MANE, the set that RefSeq and Ensembl agree on."""

    SELECT = "select"
    PLUS_CLINICAL = "plus_clinical"
    NONE = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Position:
    """A base as HGVS counts it.

    Attributes:
        base: Number of an exon's base, from 1; negative before the start codon.
        offset: Bases into the intron after (positive) or before that base.
        after_stop: Count from the stop codon, as in `*5`; of `n.`, from the last base.
    """

    base: int
    offset: int = 0
    after_stop: bool = False

    def __str__(self) -> str:
        offset = f"{self.offset:+d}" if self.offset else ""
        return f"{'*' if self.after_stop else ''}{self.base}{offset}"


@dataclasses.dataclass(frozen=True, slots=True)
class Missing:
    """The reason why a transcript has no such position.

    Attributes:
        reason: In plain words.
    """

    reason: str


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Transcript:
    """A transcript, as it lies on the genome.

    Attributes:
        name: Accession with its version.
        gene: The gene's symbol.
        gene_id: The gene's identifier; empty if not known.
        contig: Contig as its source names it.
        strand: The transcribed strand.
        starts: First base of each exon (0-based), ascending on the plus strand.
        ends: The base after its last.
        coding: First base of the start codon to the last of the stop codon, on the
            plus strand (0-based, half-open); None if nothing is translated.
        mane: Its part in MANE.
        partner: Accession of the same transcript in the other MANE source, if known.
        flagged: The source says that the genome has or lacks bases inside an exon.
    """

    name: str
    gene: str
    gene_id: str = ""
    contig: str
    strand: coordinates.Strand
    starts: Int64[np.ndarray, " exons"]
    ends: Int64[np.ndarray, " exons"]
    coding: tuple[int, int] | None = None
    mane: Mane = Mane.NONE
    partner: str = ""
    flagged: bool = False

    @property
    def minus(self) -> bool:
        """Whether it is read from the minus strand."""
        return self.strand is coordinates.Strand.MINUS

    @property
    def span(self) -> coordinates.Interval:
        """Its transcribed bases, introns included."""
        return coordinates.Interval(
            self.contig, int(self.starts[0]), int(self.ends[-1])
        )

    @functools.cached_property
    def _exons(self) -> tuple[list[int], list[int], list[int]]:
        """Starts and ends of exons as read, and the exon bases before each."""
        starts, ends = self.starts, self.ends
        if self.minus:
            starts, ends = -ends[::-1], -starts[::-1]
        before = np.cumsum(ends - starts) - (ends - starts)
        return starts.tolist(), ends.tolist(), before.tolist()

    @property
    def length(self) -> int:
        """Number of its bases, introns left out."""
        starts, ends, before = self._exons
        return before[-1] + ends[-1] - starts[-1]

    @functools.cached_property
    def inexact(self) -> bool:
        """Whether official numbers may differ from those counted on the genome.

        They do past a place where the genome has or lacks bases inside an exon. An
        alignment shows that as an intron too short to be one, or as a coding sequence
        that is not of whole codons.
        """
        introns = self.starts[1:] - self.ends[:-1]
        partial = self.coded is not None and (self.coded[1] - self.coded[0]) % 3 != 0
        return self.flagged or partial or bool((introns < SHORTEST_INTRON).any())

    @functools.cached_property
    def coded(self) -> tuple[int, int] | None:
        """Exon bases before the start codon, and up to the end of the stop codon."""
        if self.coding is None:
            return None
        first, last = self.coding[0], self.coding[1] - 1
        if self.minus:
            first, last = last, first
        return self._place(first)[0], self._place(last)[0] + 1

    def position(self, base: int) -> Position:
        """Return how HGVS counts a base (0-based, plus strand).

        Bases before the first exon and after the last are counted on as if the exon
        went on.
        """
        place, offset = self._place(base)
        if self.coded is None:
            if place >= self.length:
                return Position(place - self.length + 1, after_stop=True)
            return Position(place + (place >= 0), offset)
        first, end = self.coded
        if place >= end:
            return Position(place - end + 1, offset, after_stop=True)
        return Position(place - first + (place >= first), offset)

    def base(self, position: Position, *, coding: bool = True) -> int | Missing:
        """Return the base (0-based, plus strand) at a position.

        Args:
            position: The position; beyond either end the last exon is counted on.
            coding: Count as `c.` does; else as `n.` does.
        """
        place = self._counted(position, coding=coding)
        if isinstance(place, Missing):
            return place
        starts, _, before = self._exons
        exon = int(np.searchsorted(before, place, side="right")) - 1
        exon = max(exon, 0)
        base = starts[exon] + place - before[exon]
        if position.offset:
            missing = self._unfit(exon, base, position, coding=coding)
            if missing is not None:
                return missing
            base += position.offset
        return -base - 1 if self.minus else base

    def exon(self, base: int) -> int | None:
        """Return the number of the exon that holds a base, from 1, if one does."""
        read = self._read(base)
        starts, ends, _ = self._exons
        exon = int(np.searchsorted(starts, read, side="right")) - 1
        return exon + 1 if exon >= 0 and read < ends[exon] else None

    def _read(self, base: int) -> int:
        """A base along the strand that is read; see `sequence_views`."""
        return -base - 1 if self.minus else base

    def _place(self, base: int) -> tuple[int, int]:
        """Exon bases before the nearest exon's base, and the offset from that base."""
        read = self._read(base)
        starts, ends, before = self._exons
        exon = int(np.searchsorted(starts, read, side="right")) - 1
        if exon < 0 or read < ends[exon] or exon == len(starts) - 1:
            exon = max(exon, 0)
            return before[exon] + read - starts[exon], 0
        after, ahead = read - ends[exon] + 1, starts[exon + 1] - read
        if after <= ahead:
            return before[exon + 1] - 1, after
        return before[exon + 1], -ahead

    def _counted(self, position: Position, *, coding: bool) -> int | Missing:
        """Exon bases before the exon base that a position names."""
        first, end = (0, self.length) if not coding else self.coded or (0, 0)
        if coding and self.coded is None:
            return Missing(f"{self.name} is not translated: it has n. positions only")
        if position.base == 0:
            return Missing("there is no position 0: -1 is followed by 1")
        if position.after_stop:
            return end + position.base - 1
        if position.base < 0:
            return first + position.base
        if position.base > end - first:
            what = "coding sequence" if coding else "sequence"
            return Missing(
                f"the {what} of {self.name} has {end - first:,} bases, "
                f"so there is no {position.base}"
            )
        return first + position.base - 1

    def _unfit(
        self, exon: int, base: int, position: Position, *, coding: bool
    ) -> Missing | None:
        """The reason why an offset does not fit an exon's edge, if it does not."""
        starts, ends, _ = self._exons
        after = position.offset > 0
        edge = ends[exon] - 1 if after else starts[exon]
        side = "last" if after else "first"
        named = dataclasses.replace(position, offset=0)
        other = exon + 1 if after else exon - 1
        if not 0 <= other < len(starts):
            return Missing(f"no intron lies there: {named} is in the {side} exon")
        if base != edge:
            near = map(str, self._edges(exon, base, position, coding=coding))
            guesses = " or ".join(near)
            if 0 < position.base < -position.offset:
                # A dash for the `_` of a range.
                guesses = f"{position.base}_{-position.offset}"
            return Missing(
                f"{named} is not the {side} base of an exon of {self.name}: "
                f"did you mean {guesses}?"
            )
        intron = starts[other] - ends[exon] if after else starts[exon] - ends[other]
        if abs(position.offset) > intron:
            return Missing(f"the intron at {named} has {intron:,} bases only")
        return None

    def _edges(
        self, exon: int, base: int, position: Position, *, coding: bool
    ) -> Iterator[Position]:
        """Yield the positions nearest to one whose offset is on no exon's edge.

        The first has the same offset from the nearest edge of that side; the second,
        where the base is an edge of the other side, lies in the intron there.
        """
        starts, ends, before = self._exons
        after = position.offset > 0
        counted = before[exon] + base - starts[exon]
        # Exon bases before the last base, or the first, beside each intron.
        edges = [before[number] - after for number in range(1, len(starts))]
        nearest = min(range(len(edges)), key=lambda each: abs(edges[each] - counted))
        edge = ends[nearest] - 1 if after else starts[nearest + 1]
        beside = Position(before[nearest + 1] + (not after))
        if coding:
            beside = self.position(self._read(edge))
        yield dataclasses.replace(beside, offset=position.offset)
        other = exon > 0 if after else exon < len(starts) - 1
        if other and base == (starts[exon] if after else ends[exon] - 1):
            yield dataclasses.replace(position, offset=-position.offset)
