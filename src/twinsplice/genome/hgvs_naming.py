"""From alleles on the genome to names.

An allele that can lie at several places is named at the last one in the direction of
the transcript (the 3' rule), applied to the genome: what fits the last base of an exon
or the first of an intron is named in the intron. A copy of the bases before it is a
duplication, not an insertion.
"""

import dataclasses

from twinsplice.genome import coordinates, hgvs, transcripts, variants
from twinsplice.genome.hgvs_projection import Fetch

_STEP = 64
"""Bases fetched at a time while an allele is shifted (bp)."""


def on_transcript(
    variant: variants.Variant, transcript: transcripts.Transcript, fetch: Fetch
) -> hgvs.Name | None:
    """Return the name of an allele on a transcript.

    Args:
        variant: An allele whose REF is what the reference has.
        transcript: A transcript on the same contig.
        fetch: Reads bases of the contig.

    Returns:
        The name; None where the allele changes nothing or reaches beyond the
        transcript.
    """
    minus = transcript.minus
    span = transcript.span
    # From the other end on: where the genome repeats, this one may lie beyond.
    core = _shifted(variants.trim(variant), fetch, minus=not minus)
    room = core.start - span.start if minus else span.end - core.end
    # New bases that are no copy need a base of the transcript on either side.
    for spare in (0, 1):
        moved = _shifted(core, fetch, minus=minus, room=room - spare)
        kind, first, last = _kind(moved, fetch, minus=minus)
        if span.start <= first and last < span.end:
            break
    else:
        return None
    if not (moved.ref or moved.alt):
        return None
    axis = hgvs.Axis.TRANSCRIPT if transcript.coding is None else hgvs.Axis.CODING
    ends = [transcript.position(base) for base in (first, last)]
    start, end = ends[::-1] if minus else ends
    return _name(transcript.name, axis, (start, end), kind, _read(moved, minus=minus))


def on_genome(
    variant: variants.Variant, accession: str, fetch: Fetch
) -> hgvs.Name | None:
    """Return the name of an allele on its chromosome.

    Args:
        variant: An allele whose REF is what the reference has.
        accession: What the chromosome is called in the name.
        fetch: Reads bases of the contig.

    Returns:
        The name; None where the allele changes nothing, or is inserted before the
        first base.
    """
    moved = _shifted(variants.trim(variant), fetch, minus=False)
    if not (moved.ref or moved.alt):
        return None
    kind, first, last = _kind(moved, fetch, minus=False)
    if first < 0:
        return None
    ends = transcripts.Position(first + 1), transcripts.Position(last + 1)
    is_m = coordinates.canonical_contig(variant.contig) == "MT"
    axis = hgvs.Axis.MITOCHONDRION if is_m else hgvs.Axis.GENOME
    return _name(accession, axis, ends, kind, moved)


def _name(
    reference: str,
    axis: hgvs.Axis,
    ends: tuple[transcripts.Position, transcripts.Position],
    kind: hgvs.EditKind,
    read: variants.Variant,
) -> hgvs.Name:
    substituted = kind is hgvs.EditKind.SUBSTITUTION
    stated = {
        hgvs.EditKind.SUBSTITUTION,
        hgvs.EditKind.INSERTION,
        hgvs.EditKind.REPLACEMENT,
    }
    return hgvs.Name(
        reference=reference,
        axis=axis,
        start=ends[0],
        end=ends[1],
        kind=kind,
        old=read.ref if substituted else "",
        new=read.alt if kind in stated else "",
    )


def _read(variant: variants.Variant, *, minus: bool) -> variants.Variant:
    """An allele's bases along the strand that is read."""
    ref, alt = (
        hgvs.complement(bases, minus=minus) for bases in (variant.ref, variant.alt)
    )
    return dataclasses.replace(variant, ref=ref, alt=alt)


def _kind(
    moved: variants.Variant, fetch: Fetch, *, minus: bool
) -> tuple[hgvs.EditKind, int, int]:
    """What an allele does, and the first and last base its name is of."""
    start, end, width = moved.start, moved.end, len(moved.alt)
    if moved.ref and not moved.alt:
        return hgvs.EditKind.DELETION, start, end - 1
    if not moved.ref:
        # The bases before it, in the direction that is read.
        before = (start, start + width) if minus else (start - width, start)
        if before[0] >= 0 and fetch(*before) == moved.alt:
            return hgvs.EditKind.DUPLICATION, before[0], before[1] - 1
        return hgvs.EditKind.INSERTION, start - 1, start
    if len(moved.ref) == width == 1:
        return hgvs.EditKind.SUBSTITUTION, start, start
    inverted = hgvs.complement(moved.ref, minus=True) == moved.alt
    kind = hgvs.EditKind.INVERSION if inverted else hgvs.EditKind.REPLACEMENT
    return kind, start, end - 1


def _shifted(
    variant: variants.Variant, fetch: Fetch, *, minus: bool, room: int | None = None
) -> variants.Variant:
    """Move an insertion or deletion as far 3' as it can lie, at most by `room`."""
    if bool(variant.ref) == bool(variant.alt):
        return variant
    moved = variant.ref or variant.alt
    steps = _steps(variant, moved[::-1] if minus else moved, fetch, minus=minus)
    steps = steps if room is None else max(min(steps, room), 0)
    turn = steps % len(moved)
    if minus:
        turn, steps = len(moved) - turn, -steps
    turned = moved[turn:] + moved[:turn]
    return dataclasses.replace(
        variant,
        start=variant.start + steps,
        ref=turned if variant.ref else "",
        alt=turned if variant.alt else "",
    )


def _steps(variant: variants.Variant, moved: str, fetch: Fetch, *, minus: bool) -> int:
    """How many bases an insertion or deletion can move; a base passed comes behind."""
    steps = 0
    while True:
        if minus:
            edge = variant.start - steps
            passed = fetch(max(edge - _STEP, 0), edge)[::-1]
        else:
            edge = variant.end + steps
            passed = fetch(edge, edge + _STEP)
        for base in passed:
            if base != moved[steps % len(moved)]:
                return steps
            steps += 1
        if len(passed) < _STEP:
            return steps
