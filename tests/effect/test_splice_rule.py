"""The rule from changes of sites to events, on given scores."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support import naive_rule
from twinsplice.effect import deltas, splice_events, splice_rule

KIND = splice_events.Kind


def events(*told: naive_rule.Told, threshold: float = 0.2) -> list[splice_events.Event]:
    return splice_rule.events(
        naive_rule.EXONS, list(map(naive_rule.change, told)), threshold
    )


def summary(*told: naive_rule.Told) -> list[tuple[object, ...]]:
    return [
        (event.kind, event.exon, event.last, event.bases, event.partial)
        for event in events(*told)
    ]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        # A site of an inner exon is lost: it is skipped, whichever site it is.
        ([("DL", 0.9, 389)], (KIND.EXON_SKIPPED, 2, 2, -90, False)),
        ([("AL", 0.3, 300)], (KIND.EXON_SKIPPED, 2, 2, -90, False)),
        ([("AL", 0.9, 300), ("DL", 0.5, 389)], (KIND.EXON_SKIPPED, 2, 2, -90, False)),
        # From one exon's acceptor to another's donor all go.
        (
            [("AL", 0.9, 300), ("DL", 0.5, 1_719)],
            (KIND.EXON_SKIPPED, 2, 3, -210, False),
        ),
        # Both sites of one intron: it stays.
        (
            [("DL", 0.9, 389), ("AL", 0.8, 1_600)],
            (KIND.INTRON_RETAINED, 2, 2, 1_210, False),
        ),
        # The first and last exons cannot be skipped.
        ([("DL", 0.9, 99)], (KIND.INTRON_RETAINED, 1, 1, 200, False)),
        ([("AL", 0.9, 1_800)], (KIND.INTRON_RETAINED, 3, 3, 80, False)),
        # A gained site within an exon, or in the intron beside it.
        ([("DG", 0.7, 339)], (KIND.EXON_SHORTENED, 2, 2, -50, True)),
        ([("DG", 0.7, 339), ("DL", 0.6, 389)], (KIND.EXON_SHORTENED, 2, 2, -50, False)),
        ([("DG", 0.7, 399)], (KIND.EXON_EXTENDED, 2, 2, 10, True)),
        ([("DG", 0.7, 639)], (KIND.EXON_EXTENDED, 2, 2, 250, True)),
        ([("AG", 0.7, 301)], (KIND.EXON_SHORTENED, 2, 2, -1, True)),
        ([("AG", 0.7, 289), ("AL", 0.6, 300)], (KIND.EXON_EXTENDED, 2, 2, 11, False)),
        # Two gained sites in one intron, one of them small.
        (
            [("AG", 0.06, 1_000), ("DG", 0.9, 1_099)],
            (KIND.PSEUDO_EXON, 2, 2, 100, False),
        ),
        # Far from exons a partner may be smaller than near them.
        (
            [("AG", 0.9, 1_000), ("DG", 0.02, 1_099)],
            (KIND.PSEUDO_EXON, 2, 2, 100, False),
        ),
        (
            [("AG", 0.04, 500), ("DG", 0.9, 599)],
            (KIND.EXON_EXTENDED, 2, 2, 210, True),
        ),
        (
            [("AG", 0.06, 500), ("DG", 0.9, 599)],
            (KIND.PSEUDO_EXON, 2, 2, 100, False),
        ),
    ],
)
def test_one_event_follows(
    told: list[naive_rule.Told], expected: tuple[object, ...]
) -> None:
    assert summary(*told) == [expected]


@pytest.mark.parametrize(
    "told",
    [
        [],
        [("DL", 0.19, 389)],
        # Not the transcript's own sites.
        [("DL", 0.9, 340), ("AL", 0.9, 350)],
        # Its own sites, which it has already.
        [("DG", 0.9, 389), ("AG", 0.9, 300)],
        # Farther into the intron than an exon is extended, and outside.
        [("DG", 0.9, 640)],
        [("DG", 0.9, 640), ("AG", 0.019, 541)],
        [("DG", 0.9, 2_100), ("AG", 0.9, -50)],
        # In the first exon an acceptor, in the last one a donor: those are ends.
        [("AG", 0.9, 50), ("DG", 0.9, 1_900)],
        # Both sites of a new exon are small.
        [("AG", 0.1, 1_000), ("DG", 0.1, 1_099)],
    ],
)
def test_nothing_follows(told: list[naive_rule.Told]) -> None:
    assert summary(*told) == []


def test_a_new_exon_has_its_bounds() -> None:
    for width, kinds in ((24, []), (25, [KIND.PSEUDO_EXON]), (500, [KIND.PSEUDO_EXON])):
        made = events(("AG", 0.9, 895), ("DG", 0.9, 894 + width))
        assert [event.kind for event in made] == kinds


def test_a_moved_site_and_another_exons_loss_are_two_events() -> None:
    made = summary(("DG", 0.5, 339), ("AL", 0.9, 1_600))
    assert made == [
        (KIND.EXON_SKIPPED, 3, 3, -120, False),
        (KIND.EXON_SHORTENED, 2, 2, -50, True),
    ]


def test_the_threshold_counts() -> None:
    assert events(("DL", 0.1, 389), threshold=0.1)
    assert not events(("DL", 0.1, 389), threshold=0.11)


SITES = st.sampled_from(
    [
        *itertools.chain(*((start, end - 1) for start, end in naive_rule.EXONS)),
        20,
        330,
        410,
        1_100,
    ]
)
TOLD = st.lists(
    st.tuples(st.sampled_from(["AG", "AL", "DG", "DL"]), st.floats(0, 1), SITES),
    unique_by=lambda told: told[0],
)


@given(TOLD)
def test_exons_after_an_event_have_its_bases_and_stay_in_order(
    told: list[naive_rule.Told],
) -> None:
    for event in events(*told):
        after = splice_events.applied(naive_rule.EXONS, event)
        length = sum(end - start for start, end in after)
        assert (
            length - sum(end - start for start, end in naive_rule.EXONS) == event.bases
        )
        edges = list(itertools.chain(*after))
        assert edges == sorted(edges)
        assert event.size >= 0.2
        assert abs(event.bases) == event.end - event.start or event.last > event.exon


@given(TOLD)
def test_an_exon_is_cut_and_skipped_only_where_more_is_lost_than_gained(
    told: list[naive_rule.Told],
) -> None:
    made = events(*told)
    sized = [event.size for event in made]
    assert sized == sorted(sized, reverse=True)
    sizes = {label: (size, place) for label, size, place in told}
    for skip in made:
        if skip.kind is not KIND.EXON_SKIPPED or skip.last > skip.exon:
            continue
        start, end = naive_rule.EXONS[skip.exon - 1]
        for cut in made:
            if (
                cut.exon != skip.exon
                or cut.site is None
                or cut.kind is KIND.PSEUDO_EXON
            ):
                continue
            letter = "A" if cut.site is deltas.Site.ACCEPTOR else "D"
            loss, place = sizes.get(f"{letter}L", (0.0, None))
            if place == (start if letter == "A" else end - 1) and loss >= 0.2:
                others = {"A": "DL", "D": "AL"}[letter]
                by_other = sizes.get(others, (0.0, None))[0] >= 0.2
                assert by_other or skip.size == pytest.approx(loss - cut.size)


@pytest.mark.parametrize(
    ("told", "kinds"),
    [
        # The gain makes up for the loss, but for less than the threshold.
        ([("DG", 0.32, 394), ("DL", 0.5, 389)], [KIND.EXON_EXTENDED]),
        ([("DG", 0.98, 394), ("DL", 0.58, 389)], [KIND.EXON_EXTENDED]),
        # It does not: the larger one comes first.
        (
            [("DG", 0.32, 394), ("DL", 0.99, 389)],
            [KIND.EXON_SKIPPED, KIND.EXON_EXTENDED],
        ),
        (
            [("AG", 0.6, 310), ("AL", 0.85, 300)],
            [KIND.EXON_SHORTENED, KIND.EXON_SKIPPED],
        ),
        # A donor does not replace an acceptor.
        (
            [("DG", 0.95, 380), ("AL", 0.9, 300)],
            [KIND.EXON_SHORTENED, KIND.EXON_SKIPPED],
        ),
        # Of the first exon it is the intron that is retained.
        (
            [("DG", 0.3, 80), ("DL", 1.0, 99)],
            [KIND.INTRON_RETAINED, KIND.EXON_SHORTENED],
        ),
    ],
)
def test_a_weak_gain_does_not_silence_a_loss(
    told: list[naive_rule.Told], kinds: list[splice_events.Kind]
) -> None:
    made = events(*told)
    assert [event.kind for event in made] == kinds
    sizes = {label: size for label, size, _ in told}
    (loss,) = (sizes[label] for label in ("AL", "DL") if label in sizes)
    for event in made:
        if event.site is None:
            replaced = sizes.get("AG" if "AL" in sizes else "DG", 0.0)
            assert event.size == pytest.approx(loss - replaced)


MANY = st.lists(
    st.tuples(
        st.sampled_from(["AG", "AL", "DG", "DL"]),
        st.floats(0.01, 1),
        SITES | st.sampled_from([470, 1_050, 1_400, 1_450, 1_500, 290, 395, 1_610]),
    ),
    max_size=10,
    unique_by=(lambda told: (told[0], told[2]), lambda told: told[1]),
)


@given(MANY)
def test_many_changes_mean_the_same_to_a_naive_reading(
    told: list[naive_rule.Told],
) -> None:
    made = {
        (event.kind, event.exon, event.last, event.bases, round(event.size, 6))
        for event in events(*told)
    }
    expected = naive_rule.events_of(told)
    assert made == {(*event, round(size, 6)) for *event, size in expected}  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        # Two neighbouring exons whose sites are all lost go together.
        (
            [
                ("AL", 0.9, 300),
                ("DL", 0.5, 389),
                ("AL", 0.4, 1_600),
                ("DL", 0.3, 1_719),
            ],
            [(KIND.EXON_SKIPPED, 2, 3, -210)],
        ),
        # An intron stays where its own sites lose most, beside a weaker loss.
        (
            [("DL", 0.9, 389), ("AL", 0.8, 1_600), ("DL", 0.3, 1_719)],
            [(KIND.INTRON_RETAINED, 2, 2, 1_210), (KIND.EXON_SKIPPED, 3, 3, -120)],
        ),
        # A new exon beside the loss of the next one.
        (
            [
                *[("AG", 0.5, 1_000), ("DG", 0.6, 1_099)],
                *[("AL", 0.7, 1_600), ("DL", 0.3, 1_719), ("DG", 0.4, 339)],
            ],
            [
                (KIND.EXON_SKIPPED, 3, 3, -120),
                (KIND.PSEUDO_EXON, 2, 2, 100),
                (KIND.EXON_SHORTENED, 2, 2, -50),
            ],
        ),
        # Both ends of one exon move.
        (
            [
                *[("AG", 0.8, 310), ("AL", 0.9, 300)],
                *[("DG", 0.7, 399), ("DL", 0.8, 389)],
            ],
            [(KIND.EXON_SHORTENED, 2, 2, -10), (KIND.EXON_EXTENDED, 2, 2, 10)],
        ),
        # Two new sites make up for one loss.
        (
            [("DG", 0.5, 339), ("DG", 0.4, 399), ("DL", 1.0, 389)],
            [(KIND.EXON_SHORTENED, 2, 2, -50), (KIND.EXON_EXTENDED, 2, 2, 10)],
        ),
    ],
)
def test_more_than_the_largest_of_a_kind_counts(
    told: list[naive_rule.Told], expected: list[tuple[object, ...]]
) -> None:
    assert [each[:4] for each in summary(*told)] == expected
