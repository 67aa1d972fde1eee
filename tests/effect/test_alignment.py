"""`alignment`: every base of alternate profiles lands where the rules say."""

import dataclasses
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from jaxtyping import Float

from support import reference_rules, replacements
from twinsplice.effect import alignment, rules, windows
from twinsplice.genome import variants

ALL_RULES = [rules.TWINSPLICE, rules.SPLICEAI, rules.CISPLICEAI]
REFERENCE = "ACACCACAAACCACCCACAACAACCCACACAACACACCA"
Profile = Float[np.ndarray, "2 width"]

reaches = st.integers(1, 12)
# Few letters, so that repeats and shared ends are common; longer than the window too.
alleles = st.text("AC", max_size=30)


def _normalised(variant: variants.Variant) -> variants.Variant:
    return variants.normalise(variant, lambda at: REFERENCE[max(at - 1, 0) : at])


@st.composite
def written(draw: st.DrawFn, longest: int = 14) -> variants.Variant:
    """A variant of the reference in some form, REF and ALT not empty."""
    start = draw(st.integers(0, len(REFERENCE) - 1))
    end = draw(st.integers(start + 1, min(start + longest, len(REFERENCE))))
    alt = draw(st.text("AC", min_size=1, max_size=longest))
    return variants.Variant("1", start, REFERENCE[start:end], alt)


def _windows(
    rows: Sequence[variants.Variant], conventions: rules.Rules, reach: int
) -> windows.Windows:
    """Windows of the variants that the rules do not refuse."""
    every = replacements.of_variants(rows)
    live = np.flatnonzero(conventions.refuse(every, reach) == rules.SCORED)
    assume(len(live))
    normal = replacements.of_variants([_normalised(rows[row]) for row in live.tolist()])
    return conventions.place(every.take(live), normal, reach)


def _profile(width: int, seed: int = 0) -> Profile:
    return np.random.default_rng(seed).random((2, width))


def _aligned(profile: Profile, own: windows.Windows, row: int = 0) -> Profile:
    """A profile on the reference's bases, by our rule."""
    lie = alignment.onto_reference(own)
    moved = reference_rules.read(profile.tolist(), int(own.width[row]), lie, row)
    return np.array(moved)


@pytest.mark.parametrize(
    ("conventions", "place"),
    [
        (rules.TWINSPLICE, reference_rules.place_ours),
        (rules.SPLICEAI, reference_rules.place_spliceai),
        (rules.CISPLICEAI, reference_rules.place_cispliceai),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
@given(
    rows=st.lists(written() | written(40), min_size=1, max_size=8),
    reach=reaches,
    seed=st.integers(0, 99),
)
def test_bases_land_where_the_rules_say(
    conventions: rules.Rules,
    place: reference_rules.Place,
    rows: list[variants.Variant],
    reach: int,
    seed: int,
) -> None:
    own = _windows(rows, conventions, reach)
    lie = conventions.align(own)
    assert len(lie) == len(own)
    for row in range(len(own)):
        alt = _profile(int(own.alt_width[row]), seed).tolist()
        width = int(own.width[row])
        core = replacements.variant(own.change, row)
        middle = core.start - int(own.start[row])
        put = reference_rules.put(
            alt, width, place(middle, len(core.ref), len(core.alt))
        )
        assert reference_rules.read(alt, width, lie, row) == put


@given(
    rows=st.lists(st.tuples(alleles, alleles), min_size=1, max_size=6),
    reach=reaches,
    seed=st.integers(0, 99),
)
def test_our_alignment_makes_nothing_up(
    rows: list[tuple[str, str]], reach: int, seed: int
) -> None:
    change = replacements.of_variants(
        [variants.trim(variants.Variant("1", 100, ref, alt)) for ref, alt in rows]
    )
    own = windows.around(
        change, centre=change.start - change.anchored, origin=change.start, reach=reach
    )
    for row in range(len(rows)):
        profile = _profile(int(own.alt_width[row]), seed)
        moved = _aligned(profile, own, row)
        assert set(moved.ravel()) <= set(profile.ravel()) | {0.0}
        # Left of a change everything stays where it was.
        pure_insertion = change.ref.length[row] == 0
        left = change.start[row] - own.start[row] - pure_insertion
        np.testing.assert_array_equal(moved[:, :left], profile[:, :left])


@given(variant=written(), reach=reaches, data=st.data())
def test_the_way_a_variant_is_written_does_not_matter(
    variant: variants.Variant, reach: int, data: st.DataObject
) -> None:
    assume(variant.ref != variant.alt)
    low = data.draw(st.integers(0, variant.start))
    high = data.draw(st.integers(variant.end, len(REFERENCE)))
    longer = variants.Variant(
        "1",
        low,
        REFERENCE[low : variant.end] + REFERENCE[variant.end : high],
        REFERENCE[low : variant.start] + variant.alt + REFERENCE[variant.end : high],
    )
    both = [variant, longer]
    own = rules.TWINSPLICE.place(
        replacements.of_variants(both),
        replacements.of_variants([_normalised(each) for each in both]),
        reach,
    )
    for values in (own.start, own.end, own.alt_width):
        assert values[0] == values[1]
    profile = _profile(int(own.alt_width[0]))
    np.testing.assert_array_equal(_aligned(profile, own, 0), _aligned(profile, own, 1))


@given(
    rows=st.lists(st.tuples(st.integers(2, 12), st.booleans()), min_size=1, max_size=6),
    reach=st.integers(2, 20),
    seed=st.integers(0, 99),
)
def test_anchored_simple_indels_are_aligned_as_spliceai_does(
    rows: list[tuple[int, bool]], reach: int, seed: int
) -> None:
    simple = []
    for length, insertion in rows:
        # A base repeated would let the variant shift; these letters do not.
        long = "A" + "C" * (length - 1)
        ref, alt = ("A", long) if insertion else (long, "A")
        # Where a deletion leaves the window SpliceAI's own profile is too short.
        if insertion or length - 1 <= reach:
            simple.append(variants.Variant("1", 50, ref, alt))
    assume(simple)
    change = replacements.of_variants(simple)
    trimmed = replacements.of_variants([variants.trim(each) for each in simple])
    ours = rules.TWINSPLICE.place(change, trimmed, reach)
    theirs = rules.SPLICEAI.place(change, trimmed, reach)
    assert ours.start.tolist() == theirs.start.tolist()
    assert ours.end.tolist() == theirs.end.tolist()
    lies = alignment.onto_reference(ours), alignment.spliceai(theirs)
    for row in range(len(simple)):
        widths = int(ours.alt_width[row]), int(theirs.alt_width[row])
        profile = _profile(max(widths), seed).tolist()
        one, other = (
            reference_rules.read(
                [track[:wide] for track in profile], 2 * reach + 1, lie, row
            )
            for wide, lie in zip(widths, lies, strict=True)
        )
        assert one == other


KNOWN = [
    # Columns of a window of 3 bases each side of base 10; the alternate's bases
    # are numbered 1, 2, 3 ... from the window's first.
    ("A", "C", [1, 2, 3, 4, 5, 6, 7]),
    ("A", "ACC", [1, 2, 3, 6, 7, 8, 9]),
    ("ACC", "A", [1, 2, 3, 4, 0, 0, 5]),
    ("AC", "GT", [1, 2, 3, 4, 5, 6, 7]),
    ("AC", "GTT", [1, 2, 3, 4, 6, 7, 8]),
    ("ACC", "GT", [1, 2, 3, 4, 5, 0, 6]),
    ("ACCCCC", "G", [1, 2, 3, 4, 0, 0, 0]),
]


def test_known_alignments() -> None:
    known = [variants.Variant("1", 10, ref, alt) for ref, alt, _ in KNOWN]
    own = rules.TWINSPLICE.place(
        replacements.of_variants(known),
        replacements.of_variants([variants.trim(each) for each in known]),
        3,
    )
    for row, (_, _, expected) in enumerate(KNOWN):
        profile = np.tile(np.arange(1.0, int(own.alt_width[row]) + 1), (2, 1))
        assert _aligned(profile, own, row)[0].tolist() == expected


@st.composite
def replaced(draw: st.DrawFn) -> tuple[int, int, int, int]:
    """A window's width, and in it a first replaced column and two lengths."""
    width = draw(st.integers(1, 30))
    start = draw(st.integers(0, width))
    ref_length = draw(st.integers(0, width - start))
    return width, start, ref_length, draw(st.integers(0, 12))


Case = tuple[tuple[int, int, int, int], bool]


def _changes(cases: Sequence[Case]) -> alignment.Alignment:
    numbers = np.array([case for case, _ in cases], dtype=np.int64)
    backwards = np.array([each for _, each in cases])
    return alignment.of_changes(numbers[:, 1], numbers[:, 2], numbers[:, 3], backwards)


@given(
    cases=st.lists(st.tuples(replaced(), st.booleans()), min_size=1, max_size=8),
    seed=st.integers(0, 99),
)
def test_changes_lie_as_our_rule_says_in_either_direction(
    cases: list[Case], seed: int
) -> None:
    lie = _changes(cases)
    for row, ((width, start, ref, new), turned) in enumerate(cases):
        alt = _profile(width - ref + new, seed).tolist()
        expected = reference_rules.onto_reference(
            alt, width, start=start, ref=ref, new=new, backwards=turned
        )
        assert reference_rules.read(alt, width, lie, row) == expected


@given(rows=st.lists(written(), min_size=1, max_size=6), reach=reaches)
def test_what_is_trivial_leaves_every_column_where_it_is(
    rows: list[variants.Variant], reach: int
) -> None:
    own = _windows(rows, rules.TWINSPLICE, reach)
    lie = alignment.onto_reference(own)
    same_length = own.change.ref.length == own.change.alt.length
    assert lie.trivial == same_length.all()
    profile = _profile(int(own.width[0])).tolist()
    for row in np.flatnonzero(same_length).tolist():
        taken = lie.take(np.array([row]))
        assert taken.trivial
        assert reference_rules.read(profile, int(own.width[row]), taken, 0) == profile


def test_comparing_by_index_moves_nothing() -> None:
    profile = _profile(9).tolist()
    lie = alignment.by_index(3)
    assert (len(lie), lie.trivial) == (3, True)
    for row in range(3):
        assert reference_rules.read(profile, 9, lie, row) == profile


@given(
    cases=st.lists(st.tuples(replaced(), st.booleans()), min_size=1, max_size=8),
)
def test_columns_are_those_that_are_read(
    cases: list[Case],
) -> None:
    lie = _changes(cases)
    lie = dataclasses.replace(lie, fold=np.full(len(lie), alignment.NO_FOLD))
    for row, ((width, _, ref, new), _) in enumerate(cases):
        numbered = [[float(i + 1) for i in range(width - ref + new)]]
        read = reference_rules.read(numbered, width, lie, row)[0]
        columns = lie.columns(width)[row]
        assert (columns + 1).tolist() == [int(each) for each in read]
