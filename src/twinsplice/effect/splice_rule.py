"""The rule by which gained and lost sites make events of a transcript.

It reads the largest gain and loss of an acceptor and of a donor, and asks which pair of
sites they leave for each exon. It goes by the published rules for SpliceAI's scores
(Canson et al. 2023, doi:10.1093/bioinformatics/btad179): sites next to each other act
together, and the kind of event follows from where they lie.
"""

from collections.abc import Iterator, Sequence

from twinsplice.effect import deltas, splice_events

LONGEST_EXTENSION = 500
"""Farthest gained site in an intron that extends its exon (bp)."""
SHORTEST_EXON, LONGEST_EXON = 25, 500
"""Bounds of a new exon (bp): shorter and longer ones are rarely recognised."""


def events(
    members: splice_events.Exons,
    changes: Sequence[splice_events.SiteChange],
    threshold: float = splice_events.THRESHOLD,
    others: Sequence[splice_events.OtherSite] = (),
) -> list[splice_events.Event]:
    """Return what changes of sites do to a transcript, the largest first.

    Args:
        members: Its exons.
        changes: The changes; at most one of each kind.
        threshold: Size from which a change counts, and a site of another transcript.
        others: Sites of the gene's other transcripts, which may replace lost ones.
    """
    rule = _Rule(members, changes, threshold, others)
    made = list(rule.events())
    return sorted(made, key=lambda event: -event.size)


class _Rule:
    """The rule on one transcript."""

    def __init__(
        self,
        members: splice_events.Exons,
        changes: Sequence[splice_events.SiteChange],
        threshold: float,
        others: Sequence[splice_events.OtherSite],
    ) -> None:
        self._exons = members
        self._least = threshold
        self._acceptors = {start: number for number, (start, _) in enumerate(members)}
        self._donors = {end - 1: number for number, (_, end) in enumerate(members)}
        self._changes = {(change.site, change.gain): change for change in changes}
        self._others = [site for site in others if site.probability >= threshold]

    def events(self) -> Iterator[splice_events.Event]:
        """Yield the events."""
        new = self._pseudo_exon()
        if new is not None:
            yield new
        replaced: dict[deltas.Site, tuple[int, float]] = {}
        for site in deltas.Site:
            event = None if new is not None else self._gained(site)
            if event is not None:
                replaced[site] = event.exon, event.size
                yield event
            event, strength = self._taken(site)
            if event is not None:
                yield event
                if site not in replaced or strength > replaced[site][1]:
                    replaced[site] = event.exon, strength
        yield from self._lost(replaced)

    # Gains.

    def _gain(self, site: deltas.Site, least: float) -> splice_events.SiteChange | None:
        """Return the gain of a site that the transcript does not have, if it counts."""
        change = self._changes.get((site, True))
        if change is None or change.size < least:
            return None
        return None if change.position in self._own(site) else change

    def _pseudo_exon(self) -> splice_events.Event | None:
        """Return the new exon that a gained acceptor and donor make in one intron."""
        least = min(self._least, splice_events.PARTNER)
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
        return splice_events.Event(
            kind=splice_events.Kind.PSEUDO_EXON,
            exon=intron + 1,
            last=intron + 1,
            bases=width,
            start=acceptor.position,
            end=donor.position + 1,
            size=size,
            acceptor=acceptor.position,
            donor=donor.position,
        )

    def _gained(self, site: deltas.Site) -> splice_events.Event | None:
        """Return the exon that a gained site cuts or extends."""
        gain = self._gain(site, self._least)
        if gain is None:
            return None
        number = self._exon(gain.position)
        if number is None:
            intron = self._intron(gain.position)
            if intron is None:
                return None
            number = intron + (site is deltas.Site.ACCEPTOR)
        return self._moved(site, number, gain.position, gain.size)

    def _taken(self, site: deltas.Site) -> tuple[splice_events.Event | None, float]:
        """Return the exon whose lost site another transcript's replaces, the strongest.

        That site's exon overlaps this one. It counts at most as much as is lost.
        """
        lost = self._annotated_loss(site)
        if lost is None:
            return None, 0.0
        number, size = lost
        start, end = self._exons[number]
        near = [
            other
            for other in self._others
            if other.site is site
            and other.exon[0] < end
            and start < other.exon[1]
            and other.position not in self._own(site)
        ]
        if not near:
            return None, 0.0
        best = max(near, key=lambda other: other.probability)
        size = min(size, best.probability)
        event = self._moved(site, number, best.position, size, annotated=True)
        return event, best.probability

    def _moved(
        self,
        site: deltas.Site,
        number: int,
        position: int,
        size: float,
        *,
        annotated: bool = False,
    ) -> splice_events.Event | None:
        """Return the event of an exon that a site at another place cuts or extends."""
        at_start = site is deltas.Site.ACCEPTOR
        start, end = self._exons[number]
        own = start if at_start else end - 1
        first, stop = sorted((position, own))
        if not at_start:
            first, stop = first + 1, stop + 1
        extends, width = not start <= position < end, stop - first
        if extends and width > LONGEST_EXTENSION:
            return None
        if not self._has_partner(number, site):
            return None
        lost = self._annotated_loss(site)
        return splice_events.Event(
            kind=splice_events.Kind.EXON_EXTENDED
            if extends
            else splice_events.Kind.EXON_SHORTENED,
            exon=number + 1,
            last=number + 1,
            bases=width if extends else -width,
            site=site,
            start=first,
            end=stop,
            size=size,
            partial=lost is None or lost[0] != number,
            acceptor=position if at_start else None,
            donor=None if at_start else position,
            annotated=annotated,
        )

    def _has_partner(self, number: int, site: deltas.Site) -> bool:
        """Whether the exon's annotated edge is a splice site, not an end."""
        last = len(self._exons) - 1
        return number > 0 if site is deltas.Site.ACCEPTOR else number < last

    # Losses.

    def _lost(
        self, replaced: dict[deltas.Site, tuple[int, float]]
    ) -> Iterator[splice_events.Event]:
        """Yield what lost sites do, as far as no other site replaces them.

        Args:
            replaced: For each kind of site the number, from 1, of the exon that has
                another one, and how strong that is.
        """
        acceptor, donor = (self._loss(site, replaced) for site in deltas.Site)
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
        self, site: deltas.Site, replaced: dict[deltas.Site, tuple[int, float]]
    ) -> tuple[int, float] | None:
        """Return the exon whose annotated site is lost, and by how much for good."""
        lost = self._annotated_loss(site)
        if lost is None or site not in replaced:
            return lost
        number, size = lost
        exon, strength = replaced[site]
        if exon != number + 1:
            return lost
        return (number, size - strength) if size - strength >= self._least else None

    def _annotated_loss(self, site: deltas.Site) -> tuple[int, float] | None:
        """Return the exon whose annotated site is lost, and the loss's size."""
        change = self._changes.get((site, False))
        if change is None or change.size < self._least:
            return None
        number = self._own(site).get(change.position)
        if number is None or not self._has_partner(number, site):
            return None
        return number, change.size

    def _own(self, site: deltas.Site) -> dict[int, int]:
        """Return the transcript's sites of a kind, with the number of their exons."""
        return self._acceptors if site is deltas.Site.ACCEPTOR else self._donors

    def _without(
        self, first: int, last: int, size: float
    ) -> Iterator[splice_events.Event]:
        """Yield exons skipped; the first and last exons cannot be."""
        if first == 0:
            yield self._retained(0, size)
            return
        if last == len(self._exons) - 1:
            yield self._retained(last - 1, size)
            return
        lost = self._exons[first : last + 1]
        yield splice_events.Event(
            kind=splice_events.Kind.EXON_SKIPPED,
            exon=first + 1,
            last=last + 1,
            bases=-sum(end - start for start, end in lost),
            start=lost[0][0],
            end=lost[-1][1],
            size=size,
        )

    def _retained(self, number: int, size: float) -> splice_events.Event:
        """Return the intron after an exon retained."""
        start, end = self._exons[number][1], self._exons[number + 1][0]
        return splice_events.Event(
            kind=splice_events.Kind.INTRON_RETAINED,
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
