"""What gained and lost sites do to a transcript: exons skipped, cut, extended, added.

The rule reads the largest gain and loss of an acceptor and of a donor, and asks which
pair of sites they leave for each exon. It goes by the published rules for SpliceAI's
scores (Canson et al. 2023, doi:10.1093/bioinformatics/btad179): sites next to each
other act together, and the kind of event follows from where they lie.

Positions here count along the transcript's strand (see `sequence_views.SequenceView`):
an acceptor is the first base of an exon, a donor its last.
"""

import dataclasses
import enum
from collections.abc import Iterator, Sequence

from twinsplice.effect import deltas
from twinsplice.genome import transcripts

THRESHOLD, PARTNER = 0.2, 0.05
"""Size from which a change counts, and from which one does that has a partner."""
DISTANCE = 500
"""Bases searched on each side of a variant, if not told otherwise."""
LONGEST_EXTENSION = 500
"""Farthest gained site in an intron that extends its exon (bp)."""
SHORTEST_EXON, LONGEST_EXON = 25, 500
"""Bounds of a new exon (bp): shorter and longer ones are rarely recognised."""


class Kind(enum.StrEnum):
    """A kind of event."""

    EXON_SKIPPED = "exon_skipped"
    EXON_SHORTENED = "exon_shortened"
    EXON_EXTENDED = "exon_extended"
    INTRON_RETAINED = "intron_retained"
    PSEUDO_EXON = "pseudo_exon"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class SiteChange:
    """A gained or lost site.

    Attributes:
        site: Acceptor or donor.
        gain: Whether it is gained.
        size: Size of the change, 0 to 1.
        position: The exon's base at the site, along the transcript's strand.
    """

    site: deltas.Site
    gain: bool
    size: float
    position: int


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What happens to a transcript.

    Attributes:
        kind: The kind.
        exon: Number of the first exon concerned, from 1; of an intron or a new exon,
            that of the exon before it.
        last: Number of the last exon concerned.
        bases: Bases that the transcript gains; negative if it loses them.
        site: Acceptor or donor that moves, of an exon that is cut or extended.
        start: First base of what is added or lost, along the transcript's strand.
        end: The base after its last.
        size: Size of the change that it rests on, the largest one.
        partial: Whether the annotated site hardly loses, so that both may be used.
    """

    kind: Kind
    exon: int
    last: int
    bases: int
    site: deltas.Site | None = None
    start: int
    end: int
    size: float
    partial: bool = False


Exons = Sequence[tuple[int, int]]
"""First base and the base after the last of each exon, along the strand, ascending."""


def exons(transcript: transcripts.Transcript) -> list[tuple[int, int]]:
    """Return a transcript's exons along its strand."""
    pairs = zip(transcript.starts.tolist(), transcript.ends.tolist(), strict=True)
    if not transcript.minus:
        return list(pairs)
    return [(-end, -start) for start, end in reversed(list(pairs))]


def events(
    members: Exons, changes: Sequence[SiteChange], threshold: float = THRESHOLD
) -> list[Event]:
    """Return what changes of sites do to a transcript, the largest first.

    Args:
        members: Its exons.
        changes: The changes; at most one of each kind.
        threshold: Size from which a change counts.
    """
    rule = _Rule(members, changes, threshold)
    made = list(rule.events())
    return sorted(made, key=lambda event: -event.size)


class _Rule:
    """The rule on one transcript."""

    def __init__(
        self, members: Exons, changes: Sequence[SiteChange], threshold: float
    ) -> None:
        self._exons = members
        self._least = threshold
        self._acceptors = {start: number for number, (start, _) in enumerate(members)}
        self._donors = {end - 1: number for number, (_, end) in enumerate(members)}
        self._changes = {(change.site, change.gain): change for change in changes}

    def events(self) -> Iterator[Event]:
        """Yield the events."""
        new = self._pseudo_exon()
        if new is not None:
            yield new
        moved = set()
        for site in deltas.Site:
            event = None if new is not None else self._moved(site)
            if event is not None:
                moved.add(event.exon)
                yield event
        yield from self._lost(moved)

    # Gains.

    def _gain(self, site: deltas.Site, least: float) -> SiteChange | None:
        """Return the gain of a site that the transcript does not have, if it counts."""
        change = self._changes.get((site, True))
        own = self._acceptors if site is deltas.Site.ACCEPTOR else self._donors
        if change is None or change.size < least or change.position in own:
            return None
        return change

    def _pseudo_exon(self) -> Event | None:
        """Return the new exon that a gained acceptor and donor make in one intron."""
        least = min(self._least, PARTNER)
        acceptor = self._gain(deltas.Site.ACCEPTOR, least)
        donor = self._gain(deltas.Site.DONOR, least)
        if acceptor is None or donor is None:
            return None
        size = max(acceptor.size, donor.size)
        width = donor.position + 1 - acceptor.position
        intron = self._intron(acceptor.position)
        fits = SHORTEST_EXON <= width <= LONGEST_EXON and size >= self._least
        if intron is None or intron != self._intron(donor.position) or not fits:
            return None
        return Event(
            kind=Kind.PSEUDO_EXON,
            exon=intron + 1,
            last=intron + 1,
            bases=width,
            start=acceptor.position,
            end=donor.position + 1,
            size=size,
        )

    def _moved(self, site: deltas.Site) -> Event | None:
        """Return the exon that a gained site cuts or extends."""
        gain = self._gain(site, self._least)
        if gain is None:
            return None
        at_start = site is deltas.Site.ACCEPTOR
        number = self._exon(gain.position)
        extends = number is None
        if number is None:
            intron = self._intron(gain.position)
            if intron is None:
                return None
            number = intron + at_start
        start, end = self._exons[number]
        own = start if at_start else end - 1
        if at_start:
            first, stop = sorted((gain.position, own))
        else:
            first, stop = sorted((gain.position + 1, own + 1))
        width = stop - first
        if extends and width > LONGEST_EXTENSION:
            return None
        if not self._has_partner(number, site):
            return None
        loss = self._changes.get((site, False))
        replaced = loss is not None and loss.position == own
        return Event(
            kind=Kind.EXON_EXTENDED if extends else Kind.EXON_SHORTENED,
            exon=number + 1,
            last=number + 1,
            bases=width if extends else -width,
            site=site,
            start=first,
            end=stop,
            size=gain.size,
            partial=not (replaced and loss is not None and loss.size >= self._least),
        )

    def _has_partner(self, number: int, site: deltas.Site) -> bool:
        """Whether the exon's annotated edge is a splice site, not an end."""
        last = len(self._exons) - 1
        return number > 0 if site is deltas.Site.ACCEPTOR else number < last

    # Losses.

    def _lost(self, moved: set[int]) -> Iterator[Event]:
        """Yield what lost sites do that no gained site replaces."""
        acceptor = self._loss(deltas.Site.ACCEPTOR, self._acceptors, moved)
        donor = self._loss(deltas.Site.DONOR, self._donors, moved)
        if acceptor is not None and donor is not None:
            if acceptor[0] == donor[0] + 1:
                yield self._retained(donor[0], max(acceptor[1], donor[1]))
                return
            if acceptor[0] < donor[0]:
                yield from self._without(
                    acceptor[0], donor[0], max(acceptor[1], donor[1])
                )
                return
        numbers: dict[int, float] = {}
        for lost in (acceptor, donor):
            if lost is not None:
                numbers[lost[0]] = max(lost[1], numbers.get(lost[0], 0.0))
        for number, size in numbers.items():
            yield from self._without(number, number, size)

    def _loss(
        self, site: deltas.Site, own: dict[int, int], moved: set[int]
    ) -> tuple[int, float] | None:
        """Return the exon whose annotated site is lost, and the loss's size."""
        change = self._changes.get((site, False))
        if change is None or change.size < self._least:
            return None
        number = own.get(change.position)
        # An exon whose site has moved keeps its place.
        if number is None or number + 1 in moved or not self._has_partner(number, site):
            return None
        return number, change.size

    def _without(self, first: int, last: int, size: float) -> Iterator[Event]:
        """Yield exons skipped; the first and last exons cannot be."""
        if first == 0:
            yield self._retained(0, size)
            return
        if last == len(self._exons) - 1:
            yield self._retained(last - 1, size)
            return
        lost = self._exons[first : last + 1]
        yield Event(
            kind=Kind.EXON_SKIPPED,
            exon=first + 1,
            last=last + 1,
            bases=-sum(end - start for start, end in lost),
            start=lost[0][0],
            end=lost[-1][1],
            size=size,
        )

    def _retained(self, number: int, size: float) -> Event:
        """Return the intron after an exon retained."""
        start, end = self._exons[number][1], self._exons[number + 1][0]
        return Event(
            kind=Kind.INTRON_RETAINED,
            exon=number + 1,
            last=number + 1,
            bases=end - start,
            start=start,
            end=end,
            size=size,
        )

    # Places.

    def _exon(self, position: int) -> int | None:
        """Return the exon that holds a base."""
        for number, (start, end) in enumerate(self._exons):
            if start <= position < end:
                return number
        return None

    def _intron(self, position: int) -> int | None:
        """Return the exon before the intron that holds a base."""
        for number in range(len(self._exons) - 1):
            if self._exons[number][1] <= position < self._exons[number + 1][0]:
                return number
        return None


def applied(members: Exons, event: Event) -> list[tuple[int, int]]:
    """Return a transcript's exons after an event, along its strand.

    Args:
        members: The exons before.
        event: The event.
    """
    before = list(members)
    number = event.exon - 1
    match event.kind:
        case Kind.EXON_SKIPPED:
            return before[:number] + before[event.last :]
        case Kind.INTRON_RETAINED:
            joined = (before[number][0], before[number + 1][1])
            return [*before[:number], joined, *before[number + 2 :]]
        case Kind.PSEUDO_EXON:
            new = (event.start, event.end)
            return [*before[: number + 1], new, *before[number + 1 :]]
        case Kind.EXON_SHORTENED | Kind.EXON_EXTENDED:
            start, end = before[number]
            at_start = event.site is deltas.Site.ACCEPTOR
            if at_start:
                start -= event.bases
            else:
                end += event.bases
            return [*before[:number], (start, end), *before[number + 1 :]]
