"""Events of splicing: exons skipped, cut, extended or added, and introns retained.

Positions here count along the transcript's strand (see `sequence_views.SequenceView`):
an acceptor is the first base of an exon, a donor its last.
"""

import dataclasses
import enum
from collections.abc import Sequence

from twinsplice.effect import deltas
from twinsplice.genome import transcripts

THRESHOLD, PARTNER, DEEP_PARTNER = 0.2, 0.05, 0.02
"""Size from which a change counts, and from which one does that has a partner; that far
from exons that the partner cannot extend one."""
DISTANCE = 500
"""Bases searched on each side of a variant, if not told otherwise."""


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
class OtherSite:
    """A site of another transcript of the gene, which is there after the change.

    Attributes:
        site: Acceptor or donor.
        exon: First base of its exon there, and the base after the last.
        probability: Its probability after the change.
    """

    site: deltas.Site
    exon: tuple[int, int]
    probability: float

    @property
    def position(self) -> int:
        """The exon's base at the site."""
        return self.exon[0] if self.site is deltas.Site.ACCEPTOR else self.exon[1] - 1


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What happens to a transcript.

    Attributes:
        kind: The kind.
        exon: Number of the first exon concerned, from 1; of an intron or a new exon,
            that of the exon before it.
        last: Number of the last exon concerned.
        bases: Bases that the transcript gains; negative if it loses them. They are the
            reference's, and those that the variant inserts or deletes in what is new.
        own: How many of these the variant inserts; negative if it deletes them.
        site: Acceptor or donor that moves, of an exon that is cut or extended.
        start: First base of what is added or lost, along the transcript's strand.
        end: The base after its last.
        size: Size of the change that it rests on, the largest one.
        partial: Whether the annotated site hardly loses, so that both may be used.
        acceptor: The acceptor that is used anew, if one is.
        donor: The donor that is.
        annotated: Whether that is a site of another transcript, not a cryptic one.
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
    acceptor: int | None = None
    donor: int | None = None
    annotated: bool = False
    own: int = 0


def new_site(event: Event) -> tuple[deltas.Site | None, int | None]:
    """Return the site that an exon which is cut or extended has now."""
    at_start = event.site is deltas.Site.ACCEPTOR
    return event.site, event.acceptor if at_start else event.donor


Exons = Sequence[tuple[int, int]]
"""First base and the base after the last of each exon, along the strand, ascending."""


def exons(transcript: transcripts.Transcript) -> list[tuple[int, int]]:
    """Return a transcript's exons along its strand."""
    pairs = zip(transcript.starts.tolist(), transcript.ends.tolist(), strict=True)
    if not transcript.minus:
        return list(pairs)
    return [(-end, -start) for start, end in reversed(list(pairs))]


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
            moved = event.bases - event.own
            if at_start:
                start -= moved
            else:
                end += moved
            return [*before[:number], (start, end), *before[number + 1 :]]
