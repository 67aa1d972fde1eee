"""`deltas`: the kinds of change that records report."""

from twinsplice.effect import deltas

UNDIVIDED = deltas.site_agnostic_kinds(range(3))


def test_kinds_come_in_the_order_of_the_records() -> None:
    labels = [kind.label for kind in deltas.SITE_KINDS]
    assert labels == ["AG", "AL", "DG", "DL"]
    assert [kind.label for kind in UNDIVIDED] == ["SG", "SL"]


def test_a_kind_is_searched_in_the_row_of_its_own_site() -> None:
    for kind in deltas.SITE_KINDS:
        (site,) = kind.sites
        assert kind.rows == (site,)
        assert kind.label == site.name[0] + ("G" if kind.gain else "L")


def test_tracks_that_tell_no_acceptor_from_a_donor_count_every_site() -> None:
    for kind in UNDIVIDED:
        assert kind.rows == (0, 1, 2)
        assert kind.sites == set(deltas.Site)
    assert [kind.gain for kind in UNDIVIDED] == [True, False]
