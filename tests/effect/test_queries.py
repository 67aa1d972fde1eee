"""`queries`: which are the same, which sites lie in them, and what they read."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jaxtyping import Bool

from support import replacements
from twinsplice.effect import alignment, deltas, queries, windows
from twinsplice.genome import alleles, coordinates, dna, sequence_views, variants

CODES = np.random.default_rng(3).integers(0, 4, 300).astype(np.uint8)
VIEWS = tuple(
    sequence_views.of_sequence("1", CODES, strand) for strand in coordinates.Strand
)
bases = st.text("ACGT", max_size=3)


@dataclasses.dataclass(frozen=True)
class Case:
    """One query in plain values; two are the same where these are."""

    view: int
    variant: variants.Variant
    start: int
    end: int
    alt_width: int


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A query of few enough values that many are the same, or nearly."""
    return Case(
        view=draw(st.integers(0, 1)),
        variant=variants.Variant("1", draw(st.integers(100, 101)), "AC", draw(bases)),
        start=draw(st.integers(90, 91)),
        end=draw(st.integers(110, 111)),
        alt_width=draw(st.integers(20, 21)),
    )


def _queries(
    rows: list[Case], sites: queries.AnnotatedSites | None = None
) -> queries.Queries:
    own = windows.join(
        [
            replacements.window(each.start, each.end, each.variant, each.alt_width)
            for each in rows
        ]
    )
    return queries.Queries(
        views=VIEWS,
        view=replacements.integers([each.view for each in rows]),
        windows=own,
        alignment=alignment.onto_reference(own),
        sites=queries.no_sites() if sites is None else sites,
    )


@given(rows=st.lists(cases(), max_size=8), data=st.data())
def test_some_queries_keep_what_is_theirs(
    rows: list[Case], data: st.DataObject
) -> None:
    drawn = data.draw(st.lists(st.integers(0, 7), max_size=8))
    query = sorted(number for number in drawn if number < len(rows))
    sites = queries.AnnotatedSites(
        query=replacements.integers(query),
        site=replacements.integers([0] * len(query)),
        column=replacements.integers(range(len(query))),
    )
    every = _queries(rows, sites) if rows else None
    if every is None:
        return
    chosen = sorted(data.draw(st.sets(st.integers(0, len(rows) - 1))))
    some = every.take(replacements.integers(chosen))
    assert some.view.tolist() == [rows[row].view for row in chosen]
    assert some.windows.start.tolist() == [rows[row].start for row in chosen]
    assert len(some.alignment.head) == len(some) == len(chosen)
    numbers = replacements.integers(range(len(chosen)))
    np.testing.assert_array_equal(
        some.sites.marked(numbers, 21),
        every.sites.marked(replacements.integers(chosen), 21),
    )


# Queries that networks cannot tell apart.


@given(rows=st.lists(cases(), max_size=12))
def test_distinct_queries_are_those_that_differ_in_what_networks_see(
    rows: list[Case],
) -> None:
    firsts, sort = _queries(rows).distinct()
    assert len(sort) == len(rows)
    for one in range(len(rows)):
        for other in range(len(rows)):
            assert (sort[one] == sort[other]) == (rows[one] == rows[other])
    # The first of each sort stands for all of it.
    assert firsts.tolist() == [sort.tolist().index(i) for i in range(len(firsts))]


@given(rows=st.lists(st.text("ACGT", max_size=12), min_size=1, max_size=8))
def test_alternate_alleles_are_told_apart_whatever_their_length(
    rows: list[str],
) -> None:
    asked = [Case(0, variants.Variant("1", 100, "A", alt), 90, 111, 21) for alt in rows]
    _, sort = _queries(asked).distinct()
    for one in range(len(rows)):
        for other in range(len(rows)):
            assert (sort[one] == sort[other]) == (rows[one] == rows[other])


def test_where_the_new_bases_are_kept_does_not_matter() -> None:
    own = replacements.window(90, 111, variants.Variant("1", 100, "A", "GT"), 22)
    twice = windows.join([own, own])
    codes = dna.encode("CGTGT")
    alt = alleles.Alleles(codes, np.array([1, 3]), np.array([2, 2]))
    change = dataclasses.replace(twice.change, alt=alt)
    asked = queries.Queries(
        views=VIEWS,
        view=np.array([0, 0]),
        windows=dataclasses.replace(twice, change=change),
        alignment=alignment.onto_reference(twice),
    )
    firsts, sort = asked.distinct()
    assert (firsts.tolist(), sort.tolist()) == ([0], [0, 0])


# Annotated sites.


@given(
    drawn=st.lists(
        st.tuples(st.integers(0, 5), st.integers(0, 1), st.integers(0, 8)), max_size=20
    ),
    rows=st.lists(st.integers(0, 5), max_size=8),
)
def test_annotated_bases_are_marked(
    drawn: list[tuple[int, int, int]], rows: list[int]
) -> None:
    numbers = np.array(sorted(drawn), dtype=np.int64).reshape(-1, 3).T
    sites = queries.AnnotatedSites(query=numbers[0], site=numbers[1], column=numbers[2])
    marked = sites.marked(replacements.integers(rows), 9)
    expected: Bool[np.ndarray, "rows 2 width"]
    expected = np.array(
        [
            [[(row, site, column) in drawn for column in range(9)] for site in (0, 1)]
            for row in rows
        ],
        dtype=bool,
    ).reshape(-1, len(deltas.Site), 9)
    np.testing.assert_array_equal(marked, expected)


def test_no_sites_mark_nothing() -> None:
    assert not queries.no_sites().marked(np.array([0, 3]), 5).any()


# What queries read.


@given(
    rows=st.lists(st.tuples(st.integers(0, 1), bases, bases), min_size=1, max_size=8)
)
def test_first_bases_are_those_in_the_direction_of_reading(
    rows: list[tuple[int, str, str]],
) -> None:
    asked = _queries(
        [
            Case(view, variants.Variant("1", 100, ref, alt), 90, 111, 21)
            for view, ref, alt in rows
        ]
    )
    assert asked.minus.tolist() == [VIEWS[view].minus for view, _, _ in rows]
    assert asked.unchanged.tolist() == [ref == alt for _, ref, alt in rows]
    for found, (view, ref, alt) in zip(asked.first_bases(), rows, strict=True):
        expected = []
        for text in (ref, alt):
            codes = dna.encode(text)
            read = dna.reverse_complement(codes) if VIEWS[view].minus else codes
            letter = dna.decode(read)[:1]
            expected += [float(base == letter) for base in "ACGT"]
        assert found.tolist() == expected


# Predictions.


def _predictions(rows: int, seed: int, *, intervals: bool) -> queries.Predictions:
    source = np.random.default_rng(seed)
    size, ref, alt, low, high = source.random((5, rows, 4))
    return queries.Predictions(
        kinds=deltas.SITE_KINDS,
        size=size,
        column=source.integers(0, 9, (rows, 4)),
        ref=ref,
        alt=alt,
        low=low if intervals else None,
        high=high if intervals else None,
    )


@pytest.mark.parametrize("intervals", [False, True])
@pytest.mark.parametrize("counts", [(3,), (2, 3), (1, 0, 4)])
def test_joined_predictions_come_one_after_the_other(
    counts: tuple[int, ...], *, intervals: bool
) -> None:
    parts = [
        _predictions(rows, seed, intervals=intervals)
        for seed, rows in enumerate(counts)
    ]
    joined = queries.join(parts)
    assert len(joined) == sum(counts)
    assert joined.kinds == deltas.SITE_KINDS
    for name in ("size", "column", "ref", "alt", "low", "high"):
        values = [getattr(part, name) for part in parts]
        if name in {"low", "high"} and not intervals:
            assert getattr(joined, name) is None
        else:
            np.testing.assert_array_equal(getattr(joined, name), np.concatenate(values))
