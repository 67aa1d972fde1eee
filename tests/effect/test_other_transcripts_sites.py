"""What the sites of a gene's other transcripts change of the rule."""

import pytest

from support import naive_rule
from twinsplice.effect import deltas, splice_events, splice_rule

KIND = splice_events.Kind


def other(
    exon: tuple[int, int], probability: float, site: deltas.Site = deltas.Site.DONOR
) -> splice_events.OtherSite:
    return splice_events.OtherSite(site=site, exon=exon, probability=probability)


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        # Nine bases before the lost donor, as in WT1: the exon is that short then.
        ([other((300, 381), 0.9)], [(KIND.EXON_SHORTENED, -9, True, 0.8)]),
        ([other((300, 399), 0.7)], [(KIND.EXON_EXTENDED, 9, True, 0.7)]),
        # The strongest counts.
        (
            [other((300, 381), 0.7), other((300, 399), 0.75)],
            [(KIND.EXON_EXTENDED, 9, True, 0.75)],
        ),
        # One that is weak leaves some of the loss, one that is too weak all of it.
        (
            [other((300, 381), 0.3)],
            [
                (KIND.EXON_SKIPPED, -90, False, 0.5),
                (KIND.EXON_SHORTENED, -9, True, 0.3),
            ],
        ),
        ([other((300, 381), 0.19)], [(KIND.EXON_SKIPPED, -90, False, 0.8)]),
        # A donor of another exon, an acceptor, and the transcript's own replace none.
        ([other((420, 450), 0.9)], [(KIND.EXON_SKIPPED, -90, False, 0.8)]),
        (
            [other((310, 390), 0.9, deltas.Site.ACCEPTOR)],
            [(KIND.EXON_SKIPPED, -90, False, 0.8)],
        ),
        ([other((310, 390), 0.9)], [(KIND.EXON_SKIPPED, -90, False, 0.8)]),
    ],
)
def test_a_site_of_another_transcript_replaces_a_lost_one(
    others: list[splice_events.OtherSite], expected: list[tuple[object, ...]]
) -> None:
    told = [naive_rule.change(("DL", 0.8, 389))]
    made = splice_rule.events(naive_rule.EXONS, told, 0.2, others)
    assert [
        (event.kind, event.bases, event.annotated, round(event.size, 6))
        for event in made
    ] == expected
    # Without a loss there is nothing to replace.
    assert not splice_rule.events(naive_rule.EXONS, [], 0.2, others)


def test_a_gained_site_of_another_transcript_is_one_event() -> None:
    """BRCA1 c.212+3A>G: the donor 22 bases before is gained, and another's own."""
    others = [other((300, 368), 0.7)]
    exons = naive_rule.EXONS
    for gain, size in ((0.4, 0.7), (0.9, 0.7)):
        told = [
            naive_rule.change(("DL", 0.8, 389)),
            naive_rule.change(("DG", gain, 367)),
        ]
        (made,) = splice_rule.events(exons, told, 0.2, others)
        assert (made.kind, made.bases) == (KIND.EXON_SHORTENED, -22)
        assert made.annotated
        assert made.size == size
    # Beside its own donor, which stays, it is told to be another's, too.
    (beside,) = splice_rule.events(
        exons, [naive_rule.change(("DG", 0.5, 367))], 0.2, others
    )
    assert beside.annotated
    assert beside.partial
    assert beside.size == 0.5
