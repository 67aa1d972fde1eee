"""`variants`: kinds, trimming, and one form for every way to write a variant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinsplice.genome import variants

# Few letters, so that repeats and shiftable indels are common.
references = st.text("AC", min_size=1, max_size=24)
alleles = st.text("AC", max_size=5)


@st.composite
def written(draw: st.DrawFn) -> tuple[str, variants.Variant]:
    """A reference, and a variant of it in some form."""
    reference = draw(references)
    start = draw(st.integers(0, len(reference)))
    end = draw(st.integers(start, min(len(reference), start + 5)))
    alt = draw(alleles)
    return reference, variants.Variant("1", start, reference[start:end], alt)


def _applied(reference: str, variant: variants.Variant) -> str:
    assert reference[variant.start : variant.end] == variant.ref
    return reference[: variant.start] + variant.alt + reference[variant.end :]


def _normalised(reference: str, variant: variants.Variant) -> variants.Variant:
    return variants.normalise(
        variant, lambda position: reference[max(position - 1, 0) : position]
    )


@given(written())
def test_trimming_and_normalising_keep_the_changed_sequence(
    case: tuple[str, variants.Variant],
) -> None:
    reference, variant = case
    changed = _applied(reference, variant)
    assert _applied(reference, variants.trim(variant)) == changed
    assert _applied(reference, _normalised(reference, variant)) == changed


@given(written())
def test_a_trimmed_variant_shares_no_end(case: tuple[str, variants.Variant]) -> None:
    core = variants.trim(case[1])
    if core.ref and core.alt:
        assert core.ref[0] != core.alt[0]
        assert core.ref[-1] != core.alt[-1]
    assert variants.trim(core) == core


@given(written(), st.integers(0, 8), st.integers(0, 8))
def test_flanks_do_not_change_the_normal_form(
    case: tuple[str, variants.Variant], before: int, after: int
) -> None:
    reference, variant = case
    low = max(variant.start - before, 0)
    left = reference[low : variant.start]
    right = reference[variant.end : variant.end + after]
    longer = variants.Variant(
        "1", low, left + variant.ref + right, left + variant.alt + right
    )
    assert longer.kind == variant.kind
    # What changes nothing lies nowhere.
    if variant.kind is not variants.Kind.NONE:
        assert _normalised(reference, longer) == _normalised(reference, variant)


@given(written())
def test_normalising_twice_is_normalising_once(
    case: tuple[str, variants.Variant],
) -> None:
    reference, variant = case
    once = _normalised(reference, variant)
    assert _normalised(reference, once) == once


@given(references, st.data())
def test_all_places_of_one_indel_have_one_form(
    reference: str, data: st.DataObject
) -> None:
    width = data.draw(st.integers(1, len(reference)))
    forms: dict[str, set[variants.Variant]] = {}
    for start in range(len(reference) - width + 1):
        gone = variants.Variant("1", start, reference[start : start + width], "")
        same = forms.setdefault(_applied(reference, gone), set())
        same.add(_normalised(reference, gone))
    inserted = data.draw(st.text("AC", min_size=1, max_size=4))
    for start in range(len(reference) + 1):
        for turn in range(len(inserted)):
            turned = inserted[turn:] + inserted[:turn]
            new = variants.Variant("1", start, "", turned)
            same = forms.setdefault(_applied(reference, new), set())
            same.add(_normalised(reference, new))
    assert {len(same) for same in forms.values()} == {1}


def test_shifting_stops_at_the_contig_start_and_at_unknown_bases() -> None:
    gone = variants.Variant("1", 4, "A", "")
    assert _normalised("AAAAA", gone).start == 0
    assert _normalised("ANAAA", gone).start == 2


@pytest.mark.parametrize(
    ("ref", "alt", "kind"),
    [
        ("A", "C", variants.Kind.SNV),
        ("CAG", "CTG", variants.Kind.SNV),
        ("A", "AC", variants.Kind.INSERTION),
        ("AC", "A", variants.Kind.DELETION),
        ("CA", "CAA", variants.Kind.INSERTION),
        ("AC", "GT", variants.Kind.MNV),
        ("ACA", "GCT", variants.Kind.MNV),
        ("AC", "G", variants.Kind.DELINS),
        ("A", "GT", variants.Kind.DELINS),
        ("A", "A", variants.Kind.NONE),
        ("", "", variants.Kind.NONE),
    ],
)
def test_the_kind_is_of_what_differs(ref: str, alt: str, kind: variants.Kind) -> None:
    assert variants.Variant("1", 9, ref, alt).kind is kind


@given(written())
def test_swapping_the_alleles_swaps_insertion_and_deletion(
    case: tuple[str, variants.Variant],
) -> None:
    variant = case[1]
    swapped = variants.Variant("1", variant.start, variant.alt, variant.ref)
    opposite = {
        variants.Kind.INSERTION: variants.Kind.DELETION,
        variants.Kind.DELETION: variants.Kind.INSERTION,
    }
    assert swapped.kind is opposite.get(variant.kind, variant.kind)
