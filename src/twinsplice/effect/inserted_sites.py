"""New sites among inserted bases: which of these are the exon's.

A profile lies on the reference's bases, and inserted ones count at the base before them
on the plus strand. Which of these bases the site is, the bases beside it tell.
"""

import dataclasses

from twinsplice.effect import protein_effects, splice_events

_DONOR, _DONORS, _ACCEPTOR = "GTAAGT", ("GT", "GC"), "AG"
_TRACT = 14
"""Bases before an acceptor whose pyrimidines are counted, its AG among them."""


def placed(
    event: splice_events.Event,
    edit: protein_effects.Edit,
    fetch: protein_effects.Fetch,
    *,
    minus: bool,
) -> tuple[splice_events.Event, protein_effects.Edit]:
    """Return an event and the variant with the inserted bases that its exon has.

    Other events and variants stay as they are, and so does a site that no bases tell.

    Args:
        event: The event, as the rule has it.
        edit: The variant.
        fetch: The reference's bases along the strand.
        minus: Whether that is the minus strand.
    """
    if edit.start != edit.end or not edit.bases:
        return event, edit
    counted = edit.start if minus else edit.start - 1
    if event.donor == counted:
        return _donor(event, edit, fetch, minus=minus)
    if event.acceptor == counted:
        return _acceptor(event, edit, fetch, minus=minus)
    beside = event.donor == edit.start - 1 or event.acceptor == edit.start
    # The other base beside the insertion counts itself alone: the exon ends there.
    return event, dataclasses.replace(edit, bases="") if beside else edit


def _donor(
    event: splice_events.Event,
    edit: protein_effects.Edit,
    fetch: protein_effects.Fetch,
    *,
    minus: bool,
) -> tuple[splice_events.Event, protein_effects.Edit]:
    count = len(edit.bases)
    after = edit.bases + fetch(edit.start, edit.start + len(_DONOR) + 1)
    # The base that the place is of counts itself: before what is inserted, or behind.
    kept = [
        number
        for number in (range(1, count + 2) if minus else range(count + 1))
        if after[number : number + 2] in _DONORS
    ]
    if not kept:
        return event, edit

    def likeness(number: int) -> int:
        return sum(map(str.__eq__, after[number:], _DONOR))

    best = max(kept, key=likeness)
    if best > count:
        return event, edit
    inside = dataclasses.replace(edit, bases=edit.bases[:best])
    return (_shorter(event, at_start=False) if minus else event), inside


def _acceptor(
    event: splice_events.Event,
    edit: protein_effects.Edit,
    fetch: protein_effects.Fetch,
    *,
    minus: bool,
) -> tuple[splice_events.Event, protein_effects.Edit]:
    count, left = len(edit.bases), _TRACT + 1
    before = fetch(edit.start - left, edit.start) + edit.bases
    first = [
        number
        for number in (range(count + 1) if minus else range(-1, count))
        if before[: left + number].endswith(_ACCEPTOR)
    ]
    if not first:
        return event, edit

    def pyrimidines(number: int) -> int:
        tract = before[left + number - _TRACT : left + number]
        return tract.count("C") + tract.count("T")

    best = max(first, key=pyrimidines)
    if best < 0:
        return event, edit
    inside = dataclasses.replace(edit, bases=edit.bases[best:])
    return (event if minus else _shorter(event, at_start=True)), inside


def _shorter(event: splice_events.Event, *, at_start: bool) -> splice_events.Event:
    """Return an event whose exon is one base of the reference shorter."""
    cut = event.kind is splice_events.Kind.EXON_SHORTENED
    start, end = event.start, event.end
    if at_start:
        start, end = (start, end + 1) if cut else (start + 1, end)
    else:
        start, end = (start - 1, end) if cut else (start, end - 1)
    return dataclasses.replace(event, bases=event.bases - 1, start=start, end=end)
