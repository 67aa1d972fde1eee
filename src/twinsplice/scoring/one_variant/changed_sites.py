"""Annotated sites that a variant changes itself: their two intronic bases, GT or AG."""

import dataclasses
from collections.abc import Iterator

from twinsplice.effect import deltas, protein_effects, splice_events
from twinsplice.genome import dna, transcripts, variants
from twinsplice.scoring.one_variant import variant_profiles


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ChangedSite:
    """A transcript's site of which a variant changes an intronic base.

    Attributes:
        site: Which it is.
        exon: The number of its exon.
        before: Probability in the reference.
        after: Probability after the change; 0 where the site is deleted.
    """

    site: deltas.Site
    exon: int
    before: float
    after: float


def of(
    profile: variant_profiles.VariantProfile,
    transcript: transcripts.Transcript,
    edit: protein_effects.Edit,
) -> Iterator[ChangedSite]:
    """Yield the sites that a variant changes, within its profile.

    Args:
        profile: The variant.
        transcript: The transcript.
        edit: The variant, along the transcript's strand.
    """
    exons = splice_events.exons(transcript)
    for number, (start, end) in enumerate(exons, 1):
        for site, base, first, inner in (
            (deltas.Site.ACCEPTOR, start, start - 2, number > 1),
            (deltas.Site.DONOR, end - 1, end, number < len(exons)),
        ):
            if inner and _touches(edit, first, first + 2):
                column = (-base - 1 if transcript.minus else base) - profile.start
                if 0 <= column < profile.ref_profile.shape[1]:
                    yield ChangedSite(
                        site=site,
                        exon=number,
                        before=float(profile.ref_profile[site, column]),
                        after=float(profile.alt_profile[site, column]),
                    )


def _touches(edit: protein_effects.Edit, first: int, end: int) -> bool:
    """Return whether bases are replaced between two, or inserted between them."""
    return edit.start < end and first < edit.end


def normal(profile: variant_profiles.VariantProfile) -> variants.Variant:
    """Return the variant without the bases that both alleles share."""
    ref, alt, start = profile.ref.upper(), profile.alt.upper(), profile.position
    while ref and alt and ref[-1] == alt[-1]:
        ref, alt = ref[:-1], alt[:-1]
    while ref and alt and ref[0] == alt[0]:
        ref, alt, start = ref[1:], alt[1:], start + 1
    return variants.Variant(profile.contig, start, ref, alt)


def edit(variant: variants.Variant, *, minus: bool) -> protein_effects.Edit:
    """Return a variant as it is read along a strand."""
    start, end, bases = variant.start, variant.start + len(variant.ref), variant.alt
    if minus:
        start, end = -end, -start
        bases = dna.decode(dna.reverse_complement(dna.encode(bases)))
    return protein_effects.Edit(start=start, end=end, bases=bases)
