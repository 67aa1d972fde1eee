"""A variant, its changes and its consequences in words."""

from collections.abc import Iterator, Sequence

from twinsplice.effect import deltas, protein_effects, results, splice_events
from twinsplice.genome import coordinates, transcripts
from twinsplice.scoring.one_variant import (
    changed_sites,
    consequences,
    explanations,
    variant_profiles,
)

NOTED = 0.05
"""Least change that has a line."""
_MANE = {
    transcripts.Mane.SELECT: " (MANE Select)",
    transcripts.Mane.PLUS_CLINICAL: " (MANE Plus Clinical)",
}
_SOURCES = {
    results.Reference.OWN: "reference: the model's own",
    results.Reference.MAP: "reference: the base model's, from a map",
    results.Reference.LIVE: "reference: the base model's, computed here",
}


def title(profile: variant_profiles.VariantProfile) -> str:
    """Return a variant's name, with its gene."""
    ref, alt = (_short(allele) for allele in (profile.ref, profile.alt))
    where = f"{profile.contig}:{profile.position + 1:,} {ref}>{alt}"
    name = "outside genes" if profile.gene is None else profile.gene.name
    strand = "plus" if profile.strand is coordinates.Strand.PLUS else "minus"
    return f"{where}, {name} ({strand} strand)"


def subtitle(profile: variant_profiles.VariantProfile) -> str:
    """Return the model, where its reference is from, and what was searched."""
    words = [profile.model]
    if profile.reference is not None:
        words.append(_SOURCES[profile.reference])
    if profile.distance is not None:
        words.append(f"within {profile.distance:,} bp")
    return "; ".join(words)


def noted(
    profile: variant_profiles.VariantProfile,
) -> list[variant_profiles.Change]:
    """Return the changes that have a line and an arrow, the largest first."""
    changes = [change for change in profile.changes if change.size >= NOTED]
    return sorted(changes, key=lambda change: -change.size)


def changes(profile: variant_profiles.VariantProfile) -> list[str]:
    """Return a line for each change that has one, or one that says there is none."""
    words = [_change(change, profile) for change in noted(profile)]
    return words or [f"no change of {NOTED} or more"]


def _change(
    change: variant_profiles.Change, profile: variant_profiles.VariantProfile
) -> str:
    """Return a change in words, with its interval and place."""
    size = f"{site(change.kind)} {turn(change.kind)}: {change.size:.2f}"
    if change.low is not None and change.high is not None:
        size += f" ({change.low:.2f} to {change.high:.2f})"
    offset = change.position - profile.position
    return f"{size} at {change.position + 1:,} ({offset:+,} bp)"


def site(kind: deltas.Kind) -> str:
    """Return which site a kind of change is of."""
    return "donor" if deltas.Site.DONOR in kind.sites else "acceptor"


def turn(kind: deltas.Kind) -> str:
    """Return what becomes of that site."""
    return "gained" if kind.gain else "lost"


def explained(explanation: explanations.Explanation) -> str:
    """Return the variant and the change that an explanation is of."""
    change = explanation.change
    return (
        f"{title(explanation.profile)}, {site(change.kind)} at "
        f"{change.position + 1:,} {turn(change.kind)} ({change.size:.2f})"
    )


def _short(allele: str) -> str:
    """Return an allele, shortened if it is long."""
    return allele if len(allele) <= 12 else f"{allele[:9]}...({len(allele)})"


def told(of: consequences.Told, *, everything: bool = False) -> str:
    """Return what is told of one variant of many, as a text to print.

    Args:
        of: The variant.
        everything: As for `text`.
    """
    if of.genes:
        return text(of.genes, everything=everything)
    record = of.answer.record
    written = f"{record.contig}:{record.position + 1:,} {record.ref}>{of.answer.alt}"
    reason = (of.reason or "").replace("_", " ")
    note = f" ({record.note})" if record.note else ""
    return f"{record.name or written}\n  no score: {reason}{note}\n"


def text(
    every: Sequence[consequences.VariantConsequences], *, everything: bool = False
) -> str:
    """Return what a variant does to transcripts, as a text to print.

    Args:
        every: The variant in each of its genes.
        everything: Tell of all transcripts, not only of the preferred ones.
    """
    made = []
    for each in every:
        made += [title(each.profile), subtitle(each.profile), *changes(each.profile)]
        members = each.members if everything else preferred(each.members)
        for member in members:
            made += [f"  {name(member)}", *(f"    {line}" for line in lines(member))]
        if not each.members:
            made.append("  no transcript of the table lies here")
        elif len(members) < len(each.members):
            more = len(each.members) - len(members)
            made.append(f"  and {more} more transcript{'s' * (more > 1)}")
    return "".join(f"{line}\n" for line in made)


def brief(of: consequences.VariantConsequences) -> list[str]:
    """Return short lines on the first transcript, if there is one with an event."""
    if not of.members or not of.members[0].consequences:
        return []
    return [
        f"{name(of.members[0])}:",
        *(part for line in lines(of.members[0]) for part in line.split("; ")),
    ]


def preferred(
    members: Sequence[consequences.TranscriptConsequences],
) -> Sequence[consequences.TranscriptConsequences]:
    """Return the transcripts of MANE; the first one, if there are none."""
    mane = [member for member in members if member.transcript.mane]
    return mane or members[:1]


def name(member: consequences.TranscriptConsequences) -> str:
    """Return a transcript's name, with its part in MANE."""
    part = _MANE.get(member.transcript.mane, "")
    return f"{member.transcript.name}{part}, {member.transcript.gene}"


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
        yield from (_changed(each, member) for each in member.changed)
    for each in member.consequences:
        yield f"{event(each.event, member.exons)}; {protein(each.protein)}"


def _changed(
    of: changed_sites.ChangedSite, member: consequences.TranscriptConsequences
) -> str:
    """Return that a variant changes a site from which no event follows."""
    site = "donor" if of.site is deltas.Site.DONOR else "acceptor"
    words = (
        f"yet it changes the {site} of exon {of.exon} of {member.exons} itself, to "
        f"which the model gives {of.before:.2f} before and {of.after:.2f} after"
    )
    unseen = ": it does not see this site, so that its score says nothing of it"
    return words + unseen * (of.before < member.threshold)


def event(of: splice_events.Event, exons: int) -> str:
    """Return an event in words.

    Args:
        of: The event.
        exons: Number of the transcript's exons.
    """
    size = f"({of.size:.2f})"
    count = abs(of.bases)
    bases = f"{count:,} base{'s' * (count != 1)}{_parts(of)}"
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
    partly = ", beside the annotated site" if of.partial else ""
    site = "acceptor" if of.site is deltas.Site.ACCEPTOR else "donor"
    by = f"the {site} of another transcript" if of.annotated else f"a cryptic {site}"
    return f"exon {of.exon} of {exons} {_moved(of, bases)}, by {by}{partly} {size}"


def _moved(of: splice_events.Event, bases: str) -> str:
    """Return what becomes of an exon whose site moves."""
    at_start = of.site is deltas.Site.ACCEPTOR
    side = "start" if at_start else "end"
    if of.bases == 0:
        return f"has another {side} and the same length{_parts(of)}"
    if of.kind is splice_events.Kind.EXON_SHORTENED:
        one = "base" if of.bases == -1 and not of.own else bases
        return f"loses its {'first' if at_start else 'last'} {one}"
    return f"is extended by {bases} at its {side}"


def _parts(of: splice_events.Event) -> str:
    """Return how bases of the reference and of the variant make those of an event."""
    if not of.own:
        return ""
    reference, turn = of.bases - of.own, "inserted" if of.own > 0 else "deleted"
    first, second = f"{abs(reference):,}", f"{abs(of.own):,} {turn}"
    if (reference > 0) == (of.own > 0):
        return f" ({first} and {second})"
    if abs(reference) < abs(of.own):
        first, second = second, first
    return f" ({first} less {second})"


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
    elif of.amino_acids == 0:
        end = "the same number of amino acids"
    else:
        verb = "gained" if of.amino_acids > 0 else "lost"
        count = abs(of.amino_acids)
        end = f"{count:,} amino acid{'s' * (count != 1)} {verb}"
    return f"frame {'kept' if in_frame else 'lost'}, {end}"
