"""Consequences in words."""

from collections.abc import Iterator

from twinsplice.effect import deltas, protein_effects, splice_events
from twinsplice.scoring import consequences


def lines(member: consequences.TranscriptConsequences) -> Iterator[str]:
    """Yield what happens to a transcript, a line for each event.

    Args:
        member: The transcript and its events.
    """
    if not member.consequences:
        largest = member.largest
        site = "donor" if deltas.Site.DONOR in largest.kind.sites else "acceptor"
        verb = "gained" if largest.kind.gain else "lost"
        if largest.size < member.threshold:
            yield (
                f"no change of splicing of {member.threshold:g} or more is predicted "
                f"(largest: {site} {verb}, {largest.size:.2f})"
            )
        else:
            yield (
                f"{site} {verb}, {largest.size:.2f}, from which no event of this "
                "transcript follows"
            )
    for each in member.consequences:
        yield f"{event(each.event, member.exons)}; {protein(each.protein)}"


def event(of: splice_events.Event, exons: int) -> str:
    """Return an event in words.

    Args:
        of: The event.
        exons: Number of the transcript's exons.
    """
    size, bases = f"({of.size:.2f})", f"{abs(of.bases):,} bases"
    if of.kind is splice_events.Kind.EXON_SKIPPED:
        if of.last > of.exon:
            named = f"exons {of.exon} to {of.last} of {exons} are skipped"
        else:
            named = f"exon {of.exon} of {exons} is skipped"
        return f"{named}, {bases} {size}"
    if of.kind is splice_events.Kind.INTRON_RETAINED:
        return f"intron {of.exon} of {exons - 1} is retained, {bases} {size}"
    if of.kind is splice_events.Kind.PSEUDO_EXON:
        return (
            f"a pseudo-exon of {bases} between exons {of.exon} and {of.exon + 1} "
            f"of {exons} {size}"
        )
    at_start = of.site is deltas.Site.ACCEPTOR
    bases = "base" if abs(of.bases) == 1 else bases
    what = f"its {'first' if at_start else 'last'} {bases}"
    if of.kind is splice_events.Kind.EXON_SHORTENED:
        words = f"exon {of.exon} of {exons} loses {what}"
    else:
        side = "start" if at_start else "end"
        more = f"{abs(of.bases):,} base{'s' * (of.bases > 1)}"
        words = f"exon {of.exon} of {exons} is extended by {more} at its {side}"
    partly = ", beside the annotated site" if of.partial else ""
    site = "acceptor" if at_start else "donor"
    return f"{words}, by a cryptic {site}{partly} {size}"


_OUTCOMES = {
    protein_effects.Outcome.NOT_CODING: "not translated",
    protein_effects.Outcome.UNCHANGED: "the protein stays the same",
    protein_effects.Outcome.START_LOST: "the start codon is lost",
    protein_effects.Outcome.UNKNOWN: "what becomes of the protein is not known",
}


def protein(of: protein_effects.ProteinEffect) -> str:
    """Return what becomes of a protein in words."""
    if of.outcome in _OUTCOMES:
        return _OUTCOMES[of.outcome]
    in_frame = of.outcome is protein_effects.Outcome.IN_FRAME
    if of.premature:
        decay = "likely" if of.nmd else "unlikely"
        end = f"premature stop at codon {of.stop:,}: nonsense-mediated decay {decay}"
    elif of.stop is None:
        end = "no stop codon"
    elif not in_frame:
        end = f"stop at codon {of.stop:,}, beyond the annotated one"
    else:
        verb = "gained" if of.amino_acids > 0 else "lost"
        count = abs(of.amino_acids)
        end = f"{count:,} amino acid{'s' * (count != 1)} {verb}"
    return f"frame {'kept' if in_frame else 'lost'}, {end}"
