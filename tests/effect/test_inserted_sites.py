"""New sites among inserted bases, held to splicing the changed sequence by hand."""

import pytest

from twinsplice.effect import (
    deltas,
    inserted_sites,
    protein_effects,
    splice_events,
    splice_rule,
)

EXONS = [(0, 30), (100, 160), (300, 330)]
ACCEPTOR, DONOR = deltas.Site
# No GT, GC or AG but those that a case brings.
GENOME = "".join("CTTA"[at % 4] for at in range(400))


def fetch(start: int, end: int) -> str:
    return GENOME[start:end]


def events(*told: tuple[deltas.Site, int]) -> list[splice_events.Event]:
    gains = [
        splice_events.SiteChange(site=site, gain=True, size=0.9, position=position)
        for site, position in told
    ]
    return splice_rule.events(EXONS, gains)


@pytest.mark.parametrize("minus", [False, True])
@pytest.mark.parametrize(
    ("at", "bases", "inside"),
    [
        # In the exon, and in the intron behind it: GT begins at once or later.
        (140, "GTAAGT", 0),
        (140, "CCGTAAGT", 2),
        (170, "CCCGTGAGT", 3),
        # The likest counts.
        (140, "GTCCCCAGTAAGT", 7),
    ],
)
def test_a_donor_parts_inserted_bases(
    at: int, bases: str, inside: int, *, minus: bool
) -> None:
    # On the minus strand inserted bases count at the base behind, as it is read.
    (event,) = events((DONOR, at if minus and inside else at - 1))
    edit = protein_effects.Edit(start=at, end=at, bases=bases)
    moved, part = inserted_sites.placed(event, edit, fetch, minus=minus)
    assert part.bases == bases[:inside]
    counted = protein_effects.counted(EXONS, moved, part)
    exon = len(GENOME[100:at] + bases[:inside])
    assert counted.bases == exon - 60
    assert moved.end - moved.start == abs(moved.bases)
    assert splice_events.applied(EXONS, counted)[1] == (100, at)


@pytest.mark.parametrize("minus", [False, True])
@pytest.mark.parametrize(
    ("at", "bases", "outside"),
    [(120, "CCAGCC", 4), (80, "CCAGCCAC", 4), (120, "AGCC", 2), (120, "CCCAG", 5)],
)
def test_an_acceptor_parts_inserted_bases(
    at: int, bases: str, outside: int, *, minus: bool
) -> None:
    behind = minus or outside == len(bases)
    (event,) = events((ACCEPTOR, at if behind else at - 1))
    edit = protein_effects.Edit(start=at, end=at, bases=bases)
    moved, part = inserted_sites.placed(event, edit, fetch, minus=minus)
    assert part.bases == bases[outside:]
    counted = protein_effects.counted(EXONS, moved, part)
    assert counted.bases == len(bases[outside:] + GENOME[at:160]) - 60
    assert moved.end - moved.start == abs(moved.bases)
    assert splice_events.applied(EXONS, counted)[1] == (at, 160)


def test_other_sites_and_variants_stay_as_they_are() -> None:
    insertion = protein_effects.Edit(start=140, end=140, bases="GTAAGT")
    deletion = protein_effects.Edit(start=140, end=144, bases="")
    untold = protein_effects.Edit(start=140, end=140, bases="CCCC")
    (event,) = events((DONOR, 139))
    (other,) = events((DONOR, 138))
    for each, edit in ((other, insertion), (event, deletion), (event, untold)):
        same = inserted_sites.placed(each, edit, fetch, minus=False)
        assert same == (each, edit)
