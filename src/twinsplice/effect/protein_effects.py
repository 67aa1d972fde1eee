"""What a change of a transcript's exons does to its protein.

A stop codon more than 50 bases before the last junction of exons is expected to lead to
nonsense-mediated decay (Nagy and Maquat 1998, doi:10.1016/S0968-0004(98)01208-0).
"""

import dataclasses
import enum
import itertools
from collections.abc import Callable

from twinsplice.effect import splice_events
from twinsplice.genome import translation

NMD_DISTANCE = 50
"""Bases from a stop codon to the last junction, beyond which decay is expected."""

Fetch = Callable[[int, int], str]
"""From an interval along the transcript's strand to its bases, upper case."""


class Outcome(enum.StrEnum):
    """What becomes of the protein."""

    NOT_CODING = "not_coding"
    UNCHANGED = "unchanged"
    IN_FRAME = "in_frame"
    FRAMESHIFT = "frameshift"
    START_LOST = "start_lost"
    UNKNOWN = "unknown"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """The variant itself, along the transcript's strand.

    Attributes:
        start: First replaced base.
        end: The base after its last.
        bases: What stands there instead.
    """

    start: int
    end: int
    bases: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ProteinEffect:
    """What becomes of a protein.

    Attributes:
        outcome: What it is.
        amino_acids: Amino acids more, or (negative) fewer, where the own stop is used.
        kept: Amino acids from the start on that stay the same.
        stop: Number of the first stop codon, from 1; None where there is none.
        premature: Whether that is not the own stop codon and comes before its place.
        nmd: Whether nonsense-mediated decay is expected.
    """

    outcome: Outcome
    amino_acids: int = 0
    kept: int = 0
    stop: int | None = None
    premature: bool = False
    nmd: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class _Spliced:
    """A spliced transcript.

    Attributes:
        sequence: Its bases.
        bounds: Where each exon begins in it, and its length.
        exons: The exons along the strand.
        edit: What is changed in it.
    """

    sequence: str
    bounds: tuple[int, ...]
    exons: splice_events.Exons
    edit: Edit | None

    def place(self, position: int) -> int | None:
        """Return where a base along the strand lies in it."""
        for number, (start, end) in enumerate(self.exons):
            if start <= position < end:
                place = self.bounds[number] + position - start
                edit = self.edit
                if edit is not None and start <= edit.start and edit.end <= position:
                    place += _grown(edit)
                return place
        return None


def effect(
    members: splice_events.Exons,
    event: splice_events.Event | None,
    coding: tuple[int, int] | None,
    fetch: Fetch,
    edit: Edit | None = None,
) -> ProteinEffect:
    """Return what an event, and the variant behind it, do to a protein.

    Args:
        members: The transcript's exons along its strand.
        event: The event; none for the variant alone.
        coding: First base of the start codon and the base after the stop codon, along
            the strand; none where nothing is translated.
        fetch: The reference's bases.
        edit: The variant; what lies across an exon's edge is left out.
    """
    if coding is None:
        return ProteinEffect(outcome=Outcome.NOT_CODING)
    before = _spliced(members, fetch, None)
    changed = members if event is None else splice_events.applied(members, event)
    after = _spliced(changed, fetch, edit)
    start, own_start = after.place(coding[0]), before.place(coding[0])
    if own_start is None:
        return ProteinEffect(outcome=Outcome.UNKNOWN)
    if (
        start is None
        or after.sequence[start : start + 3]
        != (before.sequence[own_start : own_start + 3])
    ):
        return ProteinEffect(outcome=Outcome.START_LOST)
    own = translation.translate(before.sequence[own_start:])
    made = translation.translate(after.sequence[start:])
    if translation.UNKNOWN in own + made:
        # Bases that the reference does not have, such as those between slices.
        return ProteinEffect(outcome=Outcome.UNKNOWN)
    return _compared(own, made, after, start, after.place(coding[1] - 1))


def counted(
    members: splice_events.Exons, event: splice_events.Event, edit: Edit
) -> splice_events.Event:
    """Return an event with the bases that the RNA gains or loses, by the variant, too.

    Args:
        members: The transcript's exons along its strand.
        event: The event as the rule has it: bases of the reference.
        edit: The variant; what lies across an exon's edge is left out.
    """
    kept = set(members)
    new = [exon for exon in splice_events.applied(members, event) if exon not in kept]
    own = sum(_grown(edit) for exon in new if _holds(exon, edit))
    bases, kind = event.bases + own, event.kind
    if event.site is not None and bases:
        kinds = splice_events.Kind
        kind = kinds.EXON_EXTENDED if bases > 0 else kinds.EXON_SHORTENED
    return dataclasses.replace(event, bases=bases, own=own, kind=kind)


def _grown(edit: Edit) -> int:
    """Return how many bases an edit adds."""
    return len(edit.bases) - (edit.end - edit.start)


def _holds(exon: tuple[int, int], edit: Edit) -> bool:
    """Whether an edit lies within an exon."""
    return exon[0] <= edit.start and edit.end <= exon[1]


def _compared(
    own: str, made: str, after: _Spliced, start: int, stop_place: int | None
) -> ProteinEffect:
    """Return how a new protein differs from the own one.

    Args:
        own: The own protein, its stop included.
        made: The new one.
        after: The new transcript.
        start: Where its start codon is.
        stop_place: Where the last base of the own stop codon is, if it is there.
    """
    ends = made.endswith(translation.STOP)
    end = start + 3 * len(made)
    uses_own_stop = ends and stop_place is not None and end == stop_place + 1
    pairs = zip(own, made, strict=False)
    kept = sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], pairs))
    in_frame = stop_place is not None and (stop_place + 1 - start) % 3 == 0
    if uses_own_stop and made == own:
        return ProteinEffect(
            outcome=Outcome.UNCHANGED, kept=len(own) - 1, stop=len(made)
        )
    is_before = stop_place is None or end <= stop_place
    premature = ends and not uses_own_stop and is_before
    junction = after.bounds[-2] if len(after.bounds) > 2 else 0
    return ProteinEffect(
        outcome=Outcome.IN_FRAME if in_frame else Outcome.FRAMESHIFT,
        amino_acids=len(made) - len(own) if uses_own_stop else 0,
        kept=kept - (kept == len(own)),
        stop=len(made) if ends else None,
        premature=premature,
        nmd=premature and junction - end > NMD_DISTANCE,
    )


def _spliced(members: splice_events.Exons, fetch: Fetch, edit: Edit | None) -> _Spliced:
    pieces = [_edited(fetch(start, end), start, end, edit) for start, end in members]
    bounds = itertools.accumulate((len(piece) for piece in pieces), initial=0)
    return _Spliced("".join(pieces), tuple(bounds), members, edit)


def _edited(bases: str, start: int, end: int, edit: Edit | None) -> str:
    """Return an exon's bases with the variant, if that lies within it."""
    if edit is None or not _holds((start, end), edit):
        return bases
    return bases[: edit.start - start] + edit.bases + bases[edit.end - start :]
