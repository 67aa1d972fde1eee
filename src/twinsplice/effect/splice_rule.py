"""The rule by which gained and lost sites make events of a transcript.

It reads which sites are gained and lost, and asks which pair of sites they leave for
each exon. It goes by the published rules for SpliceAI's scores (Canson et al. 2023,
doi:10.1093/bioinformatics/btad179): sites next to each other act together, and the kind
of event follows from where they lie. Those rules read the largest change of each kind;
here every change counts that reaches the threshold.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence

from twinsplice.effect import deltas, skipped_exons, splice_events

LONGEST_EXTENSION = 250
"""Farthest gained site in an intron that extends its exon (bp)."""
SHORTEST_EXON, LONGEST_EXON = 25, 500
"""Bounds of a new exon (bp): shorter and longer ones are rarely recognised."""

_Edge = tuple[deltas.Site, int]
"""A site of a transcript: its kind, and the number of its exon."""


def events(
    members: splice_events.Exons,
    changes: Sequence[splice_events.SiteChange],
    threshold: float = splice_events.THRESHOLD,
    others: Sequence[splice_events.OtherSite] = (),
) -> list[splice_events.Event]:
    """Return what changes of sites do to a transcript, the largest first.

    Args:
        members: Its exons.
        changes: The changes, any number of each kind.
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
        self._gains = {site: self._new(site, changes) for site in deltas.Site}
        self._losses = dict(self._annotated(changes))
        self._others = [site for site in others if site.probability >= threshold]

    def events(self) -> Iterator[splice_events.Event]:
        """Yield the events."""
        pairs = self._pairs()
        yield from itertools.starmap(self._pseudo_exon, pairs)
        used = set(itertools.chain.from_iterable(pairs))
        # By site and exon, how strong what replaces it is.
        replaced: dict[_Edge, float] = {}
        taken = {
            edge: found
            for edge, size in self._losses.items()
            if (found := self._taken(edge, size)) is not None
        }
        told = {splice_events.new_site(event) for event, _ in taken.values()}
        for gain in itertools.chain(*(self._gains[site] for site in deltas.Site)):
            event = self._gained(gain) if gain.size >= self._least else None
            if event is not None and gain not in used:
                edge = gain.site, event.exon - 1
                replaced[edge] = replaced.get(edge, 0.0) + gain.size
                if splice_events.new_site(event) not in told:
                    yield event
        for edge, (event, strength) in taken.items():
            replaced[edge] = max(strength, replaced.get(edge, 0.0))
            yield event
        yield from self._lost(replaced)

    def _new(
        self, site: deltas.Site, changes: Sequence[splice_events.SiteChange]
    ) -> list[splice_events.SiteChange]:
        """Return the gains of sites that the transcript lacks, the largest first."""
        least = min(self._least, splice_events.DEEP_PARTNER)
        gains = [
            change
            for change in changes
            if change.site is site
            and change.gain
            and change.size >= least
            and change.position not in self._own(site)
        ]
        return sorted(gains, key=lambda gain: -gain.size)

    def _annotated(
        self, changes: Sequence[splice_events.SiteChange]
    ) -> Iterator[tuple[_Edge, float]]:
        """Yield the transcript's own sites that are lost, and by how much."""
        for change in changes:
            if change.gain or change.size < self._least:
                continue
            number = self._own(change.site).get(change.position)
            if number is not None and self._has_partner(number, change.site):
                yield (change.site, number), change.size

    # Gains.

    def _pairs(
        self,
    ) -> list[tuple[splice_events.SiteChange, splice_events.SiteChange]]:
        """Return the acceptors and donors that make new exons, each site once.

        Of a pair in one intron one reaches the threshold. Stronger pairs come first.
        """
        fitting = [
            (acceptor, donor)
            for acceptor in self._gains[deltas.Site.ACCEPTOR]
            for donor in self._gains[deltas.Site.DONOR]
            if self._is_exon(acceptor, donor)
        ]

        def strength(pair: tuple[splice_events.SiteChange, ...]) -> list[float]:
            return sorted(gain.size for gain in pair)[::-1]

        chosen: list[tuple[splice_events.SiteChange, splice_events.SiteChange]] = []
        for pair in sorted(fitting, key=strength, reverse=True):
            if not any(gain in other for other in chosen for gain in pair):
                chosen.append(pair)
        return chosen

    def _is_exon(
        self, acceptor: splice_events.SiteChange, donor: splice_events.SiteChange
    ) -> bool:
        width = donor.position + 1 - acceptor.position
        intron = self._intron(acceptor.position)
        weak, strong = sorted((acceptor, donor), key=lambda gain: gain.size)
        if (
            not SHORTEST_EXON <= width <= LONGEST_EXON
            or strong.size < self._least
            or intron is None
            or intron != self._intron(donor.position)
        ):
            return False
        # What may extend an exon as well needs the stronger partner.
        deep = self._gained(strong) is None
        least = splice_events.DEEP_PARTNER if deep else splice_events.PARTNER
        return weak.size >= min(self._least, least)

    def _pseudo_exon(
        self, acceptor: splice_events.SiteChange, donor: splice_events.SiteChange
    ) -> splice_events.Event:
        """Return the new exon that a gained acceptor and donor make in one intron."""
        intron = self._intron(acceptor.position)
        assert intron is not None
        return splice_events.Event(
            kind=splice_events.Kind.PSEUDO_EXON,
            exon=intron + 1,
            last=intron + 1,
            bases=donor.position + 1 - acceptor.position,
            start=acceptor.position,
            end=donor.position + 1,
            size=max(acceptor.size, donor.size),
            acceptor=acceptor.position,
            donor=donor.position,
        )

    def _gained(self, gain: splice_events.SiteChange) -> splice_events.Event | None:
        """Return the exon that a gained site cuts or extends."""
        number = self._exon(gain.position)
        if number is None:
            intron = self._intron(gain.position)
            if intron is None:
                return None
            number = intron + (gain.site is deltas.Site.ACCEPTOR)
        known = any(
            (other.site, other.position) == (gain.site, gain.position)
            for other in self._others
        )
        return self._moved(gain.site, number, gain.position, gain.size, annotated=known)

    def _taken(
        self, edge: _Edge, size: float
    ) -> tuple[splice_events.Event, float] | None:
        """Return the exon whose lost site another transcript's replaces, the strongest.

        That site's exon overlaps this one. It counts at most as much as is lost.
        """
        site, number = edge
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
            return None
        best = max(near, key=lambda other: other.probability)
        size = min(size, best.probability)
        event = self._moved(site, number, best.position, size, annotated=True)
        return None if event is None else (event, best.probability)

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
            partial=(site, number) not in self._losses,
            acceptor=position if at_start else None,
            donor=None if at_start else position,
            annotated=annotated,
        )

    def _has_partner(self, number: int, site: deltas.Site) -> bool:
        """Whether the exon's annotated edge is a splice site, not an end."""
        last = len(self._exons) - 1
        return number > 0 if site is deltas.Site.ACCEPTOR else number < last

    # Losses.

    def _lost(self, replaced: Mapping[_Edge, float]) -> Iterator[splice_events.Event]:
        """Yield what lost sites do, as far as no other site replaces them.

        Args:
            replaced: By site and exon how strong what replaces it is.
        """
        acceptors, donors = (
            {
                number: size - replaced.get((site, number), 0.0)
                for (site, number), size in self._losses.items()
                if site is kind and self._remains((site, number), size, replaced)
            }
            for kind in deltas.Site
        )
        for number in sorted(donors):
            after = number + 1
            weaker = max(acceptors.get(number, 0.0), donors.get(after, 0.0))
            if min(donors[number], acceptors.get(after, 0.0)) > weaker:
                size = max(donors.pop(number), acceptors.pop(after))
                yield self._retained(number, size)
        lost = skipped_exons.together(acceptors, donors, len(self._exons))
        for first, last, size in lost:
            yield self._without(first, last, size)

    def _remains(
        self, edge: _Edge, size: float, replaced: Mapping[_Edge, float]
    ) -> bool:
        """Whether a site is lost by more than what replaces it makes up for."""
        return edge not in replaced or size - replaced[edge] >= self._least

    def _own(self, site: deltas.Site) -> dict[int, int]:
        """Return the transcript's sites of a kind, with the number of their exons."""
        return self._acceptors if site is deltas.Site.ACCEPTOR else self._donors

    def _without(self, first: int, last: int, size: float) -> splice_events.Event:
        """Return exons as skipped; the first and last exons cannot be."""
        if first == 0:
            return self._retained(0, size)
        if last == len(self._exons) - 1:
            return self._retained(last - 1, size)
        lost = self._exons[first : last + 1]
        return splice_events.Event(
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
