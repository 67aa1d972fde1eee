"""`alignment`: every base of an alternate profile lands where the rules say."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from jaxtyping import Float

from support import reference_rules
from twinsplice.effect import alignment, rules, windows
from twinsplice.genome import variants

ALL_RULES = [rules.TWINSPLICE, rules.SPLICEAI, rules.CISPLICEAI]
REFERENCE = "ACACCACAAACCACCCACAACAACCCACACAACACACCA"
Place = Callable[[int, int, int], Callable[[int], int]]

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


def _window(
    variant: variants.Variant, conventions: rules.Rules, reach: int
) -> windows.Window:
    return conventions.place(variant, _normalised(variant), reach)


def _profile(width: int, seed: int = 0) -> Float[np.ndarray, "2 width"]:
    return np.random.default_rng(seed).random((2, width))


@pytest.mark.parametrize(
    ("conventions", "place"),
    [
        (rules.TWINSPLICE, reference_rules.place_ours),
        (rules.SPLICEAI, reference_rules.place_spliceai),
        (rules.CISPLICEAI, reference_rules.place_cispliceai),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
@given(variant=written(), reach=reaches, seed=st.integers(0, 99))
def test_bases_land_where_the_rules_say(
    conventions: rules.Rules,
    place: Place,
    variant: variants.Variant,
    reach: int,
    seed: int,
) -> None:
    assume(conventions.refuse(variant, reach) is None)
    window = _window(variant, conventions, reach)
    alt = _profile(window.alt_width, seed)
    put = reference_rules.put(
        alt.tolist(),
        window.width,
        place(
            window.variant.start - window.start,
            len(window.variant.ref),
            len(window.variant.alt),
        ),
    )
    found = conventions.align(alt, window)
    assert found.shape == (2, window.width)
    np.testing.assert_array_equal(found, np.array(put))


@pytest.mark.parametrize("conventions", ALL_RULES, ids=lambda rule: rule.name)
@given(variant=written(longest=40), reach=reaches)
def test_there_is_a_column_for_each_reference_base(
    conventions: rules.Rules, variant: variants.Variant, reach: int
) -> None:
    assume(conventions.refuse(variant, reach) is None)
    window = _window(variant, conventions, reach)
    alt = _profile(window.alt_width)
    before = alt.copy()
    assert conventions.align(alt, window).shape == (2, window.width)
    np.testing.assert_array_equal(alt, before)


@given(ref=alleles, alt=alleles, reach=reaches, seed=st.integers(0, 99))
def test_our_alignment_makes_nothing_up(
    ref: str, alt: str, reach: int, seed: int
) -> None:
    variant = variants.trim(variants.Variant("1", 100, ref, alt))
    centre = variant.start - (not (variant.ref and variant.alt))
    window = windows.around(variant, centre=centre, origin=100, reach=reach)
    profile = _profile(window.alt_width, seed)
    found = alignment.onto_reference(profile, window)
    assert set(found.ravel()) <= set(profile.ravel()) | {0.0}
    # Left of a change everything stays where it was.
    left = variant.start - window.start - (not variant.ref)
    np.testing.assert_array_equal(found[:, :left], profile[:, :left])


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
    one = _window(variant, rules.TWINSPLICE, reach)
    two = _window(longer, rules.TWINSPLICE, reach)
    assert (one.start, one.end, one.alt_width) == (two.start, two.end, two.alt_width)
    profile = _profile(one.alt_width)
    np.testing.assert_array_equal(
        alignment.onto_reference(profile, one), alignment.onto_reference(profile, two)
    )


@given(
    length=st.integers(2, 12),
    reach=st.integers(2, 20),
    seed=st.integers(0, 99),
    insertion=st.booleans(),
)
def test_anchored_simple_indels_are_aligned_as_spliceai_does(
    length: int, reach: int, seed: int, *, insertion: bool
) -> None:
    # A base repeated would let the variant shift; these letters do not.
    long = "A" + "C" * (length - 1)
    ref, alt = ("A", long) if insertion else (long, "A")
    variant = variants.Variant("1", 50, ref, alt)
    # Where a deletion leaves the window SpliceAI's own profile is too short for it.
    assume(insertion or length - 1 <= reach)
    ours = rules.TWINSPLICE.place(variant, variants.trim(variant), reach)
    theirs = rules.SPLICEAI.place(variant, variants.trim(variant), reach)
    assert (ours.start, ours.end) == (theirs.start, theirs.end)
    profile = _profile(max(ours.alt_width, theirs.alt_width), seed)
    np.testing.assert_array_equal(
        alignment.onto_reference(profile[:, : ours.alt_width], ours),
        alignment.spliceai(profile[:, : theirs.alt_width], theirs),
    )


@pytest.mark.parametrize(
    ("ref", "alt", "expected"),
    [
        # Columns of a window of 3 bases each side of base 10; the alternate's bases
        # are numbered 1, 2, 3 ... from the window's first.
        ("A", "C", [1, 2, 3, 4, 5, 6, 7]),
        ("A", "ACC", [1, 2, 3, 6, 7, 8, 9]),
        ("ACC", "A", [1, 2, 3, 4, 0, 0, 5]),
        ("AC", "GT", [1, 2, 3, 4, 5, 6, 7]),
        ("AC", "GTT", [1, 2, 3, 4, 6, 7, 8]),
        ("ACC", "GT", [1, 2, 3, 4, 5, 0, 6]),
        ("ACCCCC", "G", [1, 2, 3, 4, 0, 0, 0]),
    ],
)
def test_known_alignments(ref: str, alt: str, expected: list[int]) -> None:
    variant = variants.Variant("1", 10, ref, alt)
    window = rules.TWINSPLICE.place(variant, variants.trim(variant), 3)
    profile = np.arange(1.0, window.alt_width + 1)[None]
    assert alignment.onto_reference(profile, window)[0].tolist() == expected


@st.composite
def replacements(draw: st.DrawFn) -> tuple[int, int, int, int]:
    """A window's width, and in it a first replaced column and two lengths."""
    width = draw(st.integers(1, 30))
    start = draw(st.integers(0, width))
    ref_length = draw(st.integers(0, width - start))
    return width, start, ref_length, draw(st.integers(0, 12))


@given(case=replacements(), mirrored=st.booleans(), seed=st.integers(0, 99))
def test_columns_are_our_alignment_in_either_direction(
    case: tuple[int, int, int, int], seed: int, *, mirrored: bool
) -> None:
    width, start, ref_length, alt_length = case
    alt = _profile(width - ref_length + alt_length, seed)
    window = windows.Window(
        variant=variants.Variant("1", 100 + start, "A" * ref_length, "C" * alt_length),
        origin=100,
        start=100,
        end=100 + width,
        alt_width=alt.shape[1],
    )
    expected = alignment.onto_reference(alt, window)
    if mirrored:
        start, alt = width - start - ref_length, alt[:, ::-1]
        expected = expected[:, ::-1]
    found = alignment.columns(
        start=start,
        ref_length=ref_length,
        alt_length=alt_length,
        width=width,
        mirrored=mirrored,
    )
    np.testing.assert_array_equal(reference_rules.taken(alt, found), expected)


@pytest.mark.parametrize(("start", "ref_length"), [(-1, 1), (8, 3), (11, 0)])
def test_columns_are_of_what_lies_within_the_window(
    start: int, ref_length: int
) -> None:
    with pytest.raises(ValueError, match="within the window of 10"):
        alignment.columns(
            start=start, ref_length=ref_length, alt_length=1, width=10, mirrored=False
        )
