"""`changed_sites`: the own sites of a transcript that a variant changes."""

import numpy as np
import pytest

from twinsplice.effect import deltas, protein_effects
from twinsplice.genome import coordinates, transcripts
from twinsplice.scoring.one_variant import changed_sites, variant_profiles

DONOR, ACCEPTOR = deltas.Site.DONOR, deltas.Site.ACCEPTOR
LENGTH = 60
# Exons as they are read.
EXONS = [(5, 15), (25, 35), (45, 55)]


def _transcript(*, minus: bool) -> transcripts.Transcript:
    exons = EXONS
    if minus:
        exons = [(LENGTH - end, LENGTH - start) for start, end in reversed(EXONS)]
    return transcripts.Transcript(
        name="NM_1.1",
        gene="G",
        contig="1",
        strand=coordinates.Strand.MINUS if minus else coordinates.Strand.PLUS,
        starts=np.array([start for start, _ in exons]),
        ends=np.array([end for _, end in exons]),
    )


def _profile(start: int, end: int, alt: str) -> variant_profiles.VariantProfile:
    """A variant whose profiles have the number of each base, and half of it."""
    numbers = np.arange(LENGTH, dtype=np.float32)
    return variant_profiles.VariantProfile(
        contig="1",
        position=start,
        ref="A" * (end - start),
        alt=alt,
        gene=None,
        strand=coordinates.Strand.PLUS,
        start=0,
        sequence="A" * LENGTH,
        ref_profile=np.stack([numbers, numbers]),
        alt_profile=np.stack([numbers, numbers]) / 2,
        changes=(),
        model="toy",
    )


@pytest.mark.parametrize("minus", [False, True])
@pytest.mark.parametrize(
    ("start", "end", "alt", "told"),
    [
        (14, 15, "C", []),
        (15, 16, "C", [(DONOR, 1, 14)]),
        (16, 17, "C", [(DONOR, 1, 14)]),
        (17, 18, "C", []),
        (22, 23, "C", []),
        (23, 24, "C", [(ACCEPTOR, 2, 25)]),
        (25, 25, "C", []),
        (24, 24, "C", [(ACCEPTOR, 2, 25)]),
        (15, 15, "C", []),
        (24, 36, "", [(ACCEPTOR, 2, 25), (DONOR, 2, 34)]),
        # What begins or ends a transcript is no site.
        (3, 5, "", []),
        (55, 57, "", []),
    ],
)
def test_either_intronic_base_of_a_site_counts(
    start: int,
    end: int,
    alt: str,
    told: list[tuple[deltas.Site, int, int]],
    *,
    minus: bool,
) -> None:
    if minus:
        start, end = LENGTH - end, LENGTH - start
    profile = _profile(start, end, alt)
    edit = changed_sites.edit(changed_sites.normal(profile), minus=minus)
    found = list(changed_sites.of(profile, _transcript(minus=minus), edit))
    places = [LENGTH - 1 - place if minus else place for _, _, place in told]
    assert [(each.site, each.exon) for each in found] == [each[:2] for each in told]
    assert [each.before for each in found] == places
    assert [each.after * 2 for each in found] == places


def test_an_edit_reads_along_its_strand_and_without_what_is_shared() -> None:
    profile = _profile(10, 13, "AACA")
    edit = changed_sites.edit(changed_sites.normal(profile), minus=True)
    # One base C is inserted before the last A.
    assert edit == protein_effects.Edit(start=-12, end=-12, bases="G")
