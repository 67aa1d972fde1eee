"""Guesses at what is wrong with a variant whose REF is not the reference's."""

import dataclasses
from collections.abc import Iterator

from twinsplice.genome import (
    coordinates,
    hgvs,
    hgvs_projection,
    transcript_sets,
    transcripts,
    variants,
)
from twinsplice.io import hgvs_forms
from twinsplice.io.vcf import vcf

Fetch = hgvs_projection.Fetch
_SHOWN = 12
"""Bases that are shown of an allele."""
_ALTERNATIVES = 3
_TRIED = 60
"""Transcripts of a gene that are tried."""

_NUMBERED = {"23": "X", "24": "Y", "25": "MT", "26": "MT"}
"""Chromosomes by the numbers that some programs give them."""


def of_number(contig: str) -> str | None:
    """Return the chromosome that a number stands for in some programs, if it does."""
    return _NUMBERED.get(coordinates.canonical_contig(contig))


def absence(
    record: vcf.Record, contig: str | None, length: int, *, sliced: bool
) -> str:
    """Say why a reference has no such place, if that can be told.

    Args:
        record: The record of a place.
        contig: The reference's name of its contig; None if there is none.
        length: The contig's length (bp).
        sliced: Whether the contig is there in parts, so that its length tells nothing.
    """
    if contig is None:
        meant = hgvs_forms.with_axis(record.name) or of_number(record.contig)
        guess = f"; did you mean {meant}?" if meant else ""
        return f"the reference has no {record.contig}{guess}"
    if record.position < 0:
        return f"positions of {record.contig} begin at 1"
    if sliced or record.position < length:
        return ""
    return f"{record.contig} ends at {length:,}"


def difference(variant: variants.Variant, fetch: Fetch) -> str:
    """Say what the reference has in place of REF."""
    actual = fetch(variant.start, variant.end)
    place = f"{variant.contig}:{variant.start + 1}"
    if len(actual) < len(variant.ref) or "N" in actual:
        return f"the reference does not hold all of {place}"
    return f"the reference has {_short(actual)} at {place}, not {_short(variant.ref)}"


def on_transcript(
    variant: variants.Variant, on: transcripts.Transcript, fetch: Fetch
) -> str:
    """Say what the reference has, as it reads along a transcript.

    Args:
        variant: The variant, on the plus strand.
        on: The transcript.
        fetch: Reads bases of its contig.
    """
    words = difference(variant, fetch)
    actual = fetch(variant.start, variant.end)
    if not on.minus or len(actual) < len(variant.ref) or "N" in actual:
        return words
    has, stated = (
        _short(hgvs.complement(bases, minus=True)) for bases in (actual, variant.ref)
    )
    return f"{words} (along {on.name}, minus strand: {has}, not {stated})"


def of_place(variant: variants.Variant, fetch: Fetch) -> Iterator[str]:
    """Yield what would make REF the reference's, of a variant given by its place."""
    start, end, ref = variant.start, variant.end, variant.ref
    actual = fetch(start, end)
    if hgvs.complement(ref, minus=True) == actual:
        yield "REF fits the other strand"
    # What begins both alleles fits anyway: it tells nothing of a deletion.
    begun = ref.startswith(variant.alt)
    if not begun and variant.alt == fetch(start, start + len(variant.alt)):
        yield "ALT fits: are REF and ALT swapped?"
    if fetch(start + 1, end + 1) == ref:
        yield "REF fits one base further: was POS counted from 0?"
    if start and fetch(start - 1, end - 1) == ref:
        yield "REF fits one base before"


def of_name(
    name: hgvs.Name,
    contig: str,
    transcript: transcripts.Transcript,
    table: transcript_sets.TranscriptSet,
    fetch: Fetch,
) -> Iterator[str]:
    """Yield what would make a name's bases the reference's, or its positions exist."""

    def fits(guess: hgvs.Name, on: transcripts.Transcript) -> bool:
        placed = hgvs_projection.place(guess, contig, on, fetch)
        return isinstance(placed, hgvs_projection.Placed) and placed.agrees

    if name.old and name.kind is not hgvs.EditKind.REPEAT:
        swapped = dataclasses.replace(name, old=name.new, new=name.old)
        if len(name.old) == len(name.new) and fits(swapped, transcript):
            yield f"the bases are swapped: did you mean {swapped}?"
        other = dataclasses.replace(
            name,
            old=hgvs.complement(name.old, minus=True),
            new=hgvs.complement(name.new, minus=True),
        )
        if fits(other, transcript):
            yield "the bases fit the other strand"
        for step, where in ((1, "further"), (-1, "before")):
            moved = dataclasses.replace(
                name, start=_moved(name.start, step), end=_moved(name.end, step)
            )
            if fits(moved, transcript):
                yield f"the bases fit one place {where} ({moved.start})"
    others = [
        other.name
        for other in table.of_gene(transcript.gene)[:_TRIED]
        if other.name != transcript.name and fits(name, other)
    ]
    if others:
        listed = ", ".join(others[:_ALTERNATIVES])
        more = f" and {len(others) - _ALTERNATIVES} more" * (
            len(others) > _ALTERNATIVES
        )
        yield f"the name fits {listed}{more}"


def of_build(
    variant: variants.Variant,
    fetch: Fetch,
    here: transcript_sets.TranscriptSet,
    there: transcript_sets.TranscriptSet,
) -> tuple[int, str] | None:
    """Return where REF fits if the place is on another build, and by what transcript.

    Args:
        variant: The variant.
        fetch: Reads bases of its contig.
        here: Transcripts of the reference's build.
        there: Transcripts of the other build.

    Returns:
        The base (0-based) and a transcript that has it at the same position; None if
        there is none.
    """
    for row in there.over(variant.contig, variant.start, variant.start + 1)[:1]:
        before = there.row(row)
        stem, _ = transcript_sets.split_version(before.name)
        for after in here.named(before.name) or here.named(stem)[:1]:
            coding = before.coding is not None and after.coding is not None
            base = after.base(before.position(variant.start), coding=coding)
            if not isinstance(base, int) or before.strand is not after.strand:
                continue
            if fetch(base, base + len(variant.ref)) == variant.ref:
                return base, after.name
    return None


def joined(first: str, guesses: Iterator[str]) -> str:
    """Return a reason with the guesses that follow from it."""
    return "; ".join([first, *guesses])


def _moved(position: transcripts.Position, step: int) -> transcripts.Position:
    """The next place, within an intron or from base to base."""
    if position.offset:
        return dataclasses.replace(position, offset=position.offset + step)
    base = position.base + step
    return dataclasses.replace(position, base=base or step)


def _short(bases: str) -> str:
    return (
        bases if len(bases) <= _SHOWN else f"{bases[:_SHOWN]}... ({len(bases)} bases)"
    )
