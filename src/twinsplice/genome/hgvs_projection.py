"""From names to alleles on the genome.

The alleles are as a VCF has them: plus strand, trimmed, left-aligned, and with the base
before where one of them would be empty.
"""

import dataclasses
from collections.abc import Callable

from twinsplice.genome import hgvs, transcripts, variants

Fetch = Callable[[int, int], str]
"""Returns bases (0-based, half-open, plus strand), upper case; N where not known."""
LONGEST = 1_000_000
"""Most bases of an interval that is written out (bp)."""
_NOT_HELD = "the reference does not hold the bases named"


@dataclasses.dataclass(frozen=True, slots=True)
class Placed:
    """An allele on the genome.

    Attributes:
        variant: The allele. Where the name states other bases than the reference has,
            REF is what it states.
        agrees: Whether it states what the reference has, or nothing.
        notes: Remarks, in plain words.
    """

    variant: variants.Variant
    agrees: bool
    notes: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class _Span:
    """The bases that a name is of, on the plus strand (0-based, half-open)."""

    start: int
    end: int
    notes: tuple[str, ...] = ()


def place(
    name: hgvs.Name,
    contig: str,
    transcript: transcripts.Transcript | None,
    fetch: Fetch,
) -> Placed | transcripts.Missing:
    """Return the allele that a name means.

    Args:
        name: The name.
        contig: Contig of the result.
        transcript: What its positions count on; None for bases of the contig.
        fetch: Reads bases of the contig.
    """
    span = _span(name, transcript)
    if isinstance(span, transcripts.Missing):
        return span
    minus = transcript is not None and transcript.minus
    if name.kind is hgvs.EditKind.REPEAT:
        return _repeated(name, contig, span, fetch, minus=minus)
    actual = fetch(span.start, span.end)
    stated = hgvs.complement(name.old, minus=minus)
    if not stated and (len(actual) != span.end - span.start or "N" in actual):
        return transcripts.Missing(_NOT_HELD)
    if stated and len(stated) != span.end - span.start:
        return transcripts.Missing(
            f"the name states {len(stated):,} bases at positions of "
            f"{span.end - span.start:,}{_range_meant(name)}"
        )
    old = stated or actual
    new = _new(name, old, hgvs.complement(name.new, minus=minus))
    variant = variants.Variant(contig, span.start, old, new)
    if old == actual and name.kind is not hgvs.EditKind.IDENTITY:
        variant = anchored(variants.normalise(variant, _before(fetch)), fetch)
    elif not variant.ref or not variant.alt:
        variant = anchored(variant, fetch)
    if not stated and "N" in variant.ref:
        return transcripts.Missing(_NOT_HELD)
    return Placed(variant, old == actual, span.notes)


def _repeated(
    name: hgvs.Name, contig: str, span: _Span, fetch: Fetch, *, minus: bool
) -> Placed | transcripts.Missing:
    """Return the allele that makes a repeat of the reference as long as is said.

    The name has the repeat's first position, or its first and its last.
    """
    unit, new = (hgvs.complement(bases, minus=minus) for bases in (name.old, name.new))
    size, start, end, before = len(unit), span.start, span.end, 0
    if name.start == name.end:
        origin = end if minus else start
        right, left = (_units(origin, unit, fetch, step) for step in (1, -1))
        if minus:
            start, end, before = origin - left * size, origin, right
        else:
            start, end, before = origin, origin + right * size, left
    count = (end - start) // size
    if not count or fetch(start, end) != unit * count:
        return transcripts.Missing(f"the reference has no repeats of {name.old} there")
    if before:
        return transcripts.Missing(
            f"{name.old} is repeated before {name.start} as well: "
            "name the first position of the repeat, or its first and last"
        )
    variant = variants.Variant(contig, start, unit * count, new)
    if variant.ref != new:
        variant = anchored(variants.normalise(variant, _before(fetch)), fetch)
    noted = f"the reference has {name.old}[{count}]"
    return Placed(variant, agrees=True, notes=(*span.notes, noted))


def _units(start: int, unit: str, fetch: Fetch, step: int) -> int:
    """Count a unit's repeats from a base on, to the right (1) or to the left (-1)."""
    count, size = 0, len(unit)
    while count * size < LONGEST:
        low = start + step * count * size - size * (step < 0)
        if low < 0 or fetch(low, low + size) != unit:
            break
        count += 1
    return count


def anchored(variant: variants.Variant, fetch: Fetch) -> variants.Variant:
    """Return an allele with the base before it, or at a contig's start after it.

    Only where REF or ALT is empty.
    """
    if variant.ref and variant.alt:
        return variant
    start, end = variant.start, variant.end
    if start:
        base = fetch(start - 1, start)
        return dataclasses.replace(
            variant, start=start - 1, ref=base + variant.ref, alt=base + variant.alt
        )
    base = fetch(end, end + 1)
    return dataclasses.replace(variant, ref=variant.ref + base, alt=variant.alt + base)


def _range_meant(name: hgvs.Name) -> str:
    """A guess at the last position, of a name that states the first and the bases."""
    start, more = name.start, len(name.old) - 1
    last = dataclasses.replace(start, base=start.base + more)
    if start.offset:
        last = dataclasses.replace(start, offset=start.offset + more)
    crosses = min(start.base * last.base, start.offset * last.offset) < 0
    if name.end != start or (start.offset and not last.offset) or crosses:
        return ""
    return f"; did you mean {start}_{last}?"


def _new(name: hgvs.Name, old: str, stated: str) -> str:
    """Bases in place of the old ones, on the plus strand."""
    kinds = hgvs.EditKind
    match name.kind:
        case kinds.DELETION:
            return ""
        case kinds.DUPLICATION:
            return old + old
        case kinds.INVERSION:
            return hgvs.complement(old, minus=True)
        case kinds.IDENTITY:
            return old
        case _:
            return stated


def _span(
    name: hgvs.Name, transcript: transcripts.Transcript | None
) -> _Span | transcripts.Missing:
    """The bases a name is of; of an insertion, none between two."""
    found = [_base(each, name.axis, transcript) for each in (name.start, name.end)]
    ends = [base for base in found if isinstance(base, int)]
    if len(ends) < len(found):
        return next(base for base in found if isinstance(base, transcripts.Missing))
    first, last = ends if transcript is None or not transcript.minus else ends[::-1]
    inserted = name.kind is hgvs.EditKind.INSERTION
    reason = ""
    if last < first:
        reason = f"{name.start} comes after {name.end}"
    elif first < 0:
        reason = "that is before the chromosome's first base"
    elif last - first >= LONGEST:
        reason = f"more than {LONGEST:,} bases are named"
    elif inserted and last != first + 1:
        reason = f"{name.start} and {name.end} are no neighbours, to insert between"
        if transcript is not None and _spans_intron(name, transcript, first, last):
            reason += f": an intron is there; {name.start}_{name.start}+1 is its start"
    if reason:
        return transcripts.Missing(reason)
    notes = () if transcript is None else _notes(name, transcript, first, last)
    return _Span(last if inserted else first, last + (not inserted), notes)


def _base(
    position: transcripts.Position,
    axis: hgvs.Axis,
    transcript: transcripts.Transcript | None,
) -> int | transcripts.Missing:
    if transcript is not None:
        return transcript.base(position, coding=axis is hgvs.Axis.CODING)
    if position.base < 1 or position.offset or position.after_stop:
        return transcripts.Missing(f"a chromosome has no position {position}")
    return position.base - 1


def _notes(
    name: hgvs.Name, transcript: transcripts.Transcript, first: int, last: int
) -> tuple[str, ...]:
    """What a reader must know of how the bases were counted."""
    notes = []
    span = transcript.span
    if first < span.start or last >= span.end:
        notes.append(f"beyond the ends of {transcript.name}: counted as if it went on")
    if transcript.inexact:
        notes.append(
            f"{transcript.name} and the genome differ by bases left out or added in an "
            "exon: official numbers may differ past that place"
        )
    if _spans_intron(name, transcript, first, last):
        notes.append("the bases named include an intron")
    return tuple(notes)


def _spans_intron(
    name: hgvs.Name, transcript: transcripts.Transcript, first: int, last: int
) -> bool:
    """Whether two positions lie in different exons."""
    exons = transcript.exon(first), transcript.exon(last)
    both_exonic = not name.start.offset and not name.end.offset
    return both_exonic and exons[0] != exons[1] and None not in exons


def _before(fetch: Fetch) -> Callable[[int], str]:
    return lambda position: fetch(position - 1, position) if position else ""
