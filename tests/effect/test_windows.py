"""`windows`: where an effect is looked for."""

from hypothesis import given
from hypothesis import strategies as st

from twinsplice.effect import windows
from twinsplice.genome import variants

alleles = st.text("ACGT", max_size=30)


@given(
    start=st.integers(0, 1_000),
    ref=alleles,
    alt=alleles,
    before=st.integers(0, 1),
    origin=st.integers(0, 1_000),
    reach=st.integers(1, 60),
)
def test_a_window_reaches_as_far_on_each_side(
    start: int, ref: str, alt: str, before: int, origin: int, reach: int
) -> None:
    variant = variants.Variant("1", start, ref, alt)
    window = windows.around(variant, centre=start - before, origin=origin, reach=reach)
    assert window.width == 2 * reach + 1
    assert window.start + reach == start - before == window.end - 1 - reach
    assert window.origin == origin


@given(
    start=st.integers(100, 1_000), ref=alleles, alt=alleles, reach=st.integers(1, 60)
)
def test_the_alternate_profile_holds_all_it_must(
    start: int, ref: str, alt: str, reach: int
) -> None:
    variant = variants.Variant("1", start, ref, alt)
    window = windows.around(variant, centre=start, origin=start, reach=reach)
    # Count the bases of the changed sequence that are new, or kept and in the window.
    kept = [
        base
        for base in range(window.start, window.end)
        if not variant.start <= base < variant.end
    ]
    assert window.alt_width == len(alt) + len(kept)
