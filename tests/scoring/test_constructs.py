"""Pairs of sequences as queries: against both sequences written out."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from support import models as toys
from support import reference_rules
from twinsplice import errors
from twinsplice.effect import deltas
from twinsplice.genome import coordinates, dna, variants
from twinsplice.scoring import constructs

MODEL = toys.model([toys.member(1), toys.member(2)])
PREDICTOR = MODEL.predictor(toys.ON_CPU)
PREDICT = reference_rules.plain(MODEL)
Pair = tuple[str, str]


@st.composite
def pairs(draw: st.DrawFn) -> Pair:
    """A sequence, and the same with one stretch replaced by another."""
    ref = draw(st.text("ACGT", min_size=1, max_size=90))
    start = draw(st.integers(0, len(ref)))
    end = draw(st.integers(start, min(start + 8, len(ref))))
    alt = ref[:start] + draw(st.text("ACGT", max_size=8)) + ref[end:]
    assume(alt)
    return ref, alt


def _profile(sequence: str) -> reference_rules.Rows:
    ends = "N" * MODEL.context
    return PREDICT(ends + sequence + ends)


def _core(ref: str, alt: str) -> tuple[int, str, str]:
    return reference_rules.normal_form(ref, 0, ref, alt)


@given(pair=pairs())
def test_a_change_is_trimmed_left_most_and_makes_the_alternate(pair: Pair) -> None:
    ref, alt = pair
    core = constructs.change("construct", ref, alt)
    assert ref[: core.start] + core.alt + ref[core.end :] == alt
    if ref != alt:
        assert (core.start, core.ref, core.alt) == _core(ref, alt)


@settings(max_examples=40)
@given(pair=pairs())
def test_delta_is_that_of_both_sequences_written_out(pair: Pair) -> None:
    ref, alt = pair
    found = constructs.delta(PREDICTOR, ref, alt)
    assert found.shape == (len(ref), 2)
    start, gone, new = _core(ref, alt)
    place = reference_rules.place_ours(start, len(gone), len(new))
    before, after = _profile(ref), reference_rules.put(_profile(alt), len(ref), place)
    expected = np.array(after) - np.array(before)
    np.testing.assert_allclose(found[:, 0], expected[deltas.Site.DONOR], atol=1e-5)
    np.testing.assert_allclose(found[:, 1], expected[deltas.Site.ACCEPTOR], atol=1e-5)


@given(sequence=st.text("ACGTN", min_size=1, max_size=60))
def test_equal_sequences_differ_by_exactly_nothing(sequence: str) -> None:
    for alt in (sequence, sequence.lower()):
        found = constructs.delta(PREDICTOR, sequence, alt)
        assert found.shape == (len(sequence), 2)
        assert not found.any()


@pytest.mark.parametrize("pair", [("", "A"), ("A", ""), ("", "")])
def test_delta_needs_two_sequences(pair: Pair) -> None:
    with pytest.raises(errors.InputError, match="sequences must have bases"):
        constructs.delta(PREDICTOR, *pair)


def test_delta_needs_donors_told_from_acceptors() -> None:
    undivided = toys.undivided_model(2).predictor(toys.ON_CPU)
    with pytest.raises(errors.InputError, match="a model that tells them apart"):
        constructs.delta(undivided, "ACGT", "ACTT")


@settings(max_examples=25)
@given(
    some=st.lists(pairs(), min_size=1, max_size=5),
    reach=st.integers(1, 40),
    twice=st.booleans(),
)
def test_queries_are_windows_cut_at_both_ends(
    some: list[Pair], reach: int, *, twice: bool
) -> None:
    some = [pair for pair in some if pair[0] != pair[1]]
    if twice:
        some = some + some
    sequences = [ref for ref, _ in some]
    cores = [constructs.change("", ref, alt) for ref, alt in some]
    reaches = np.full(len(some), reach, dtype=np.int64)
    asked = constructs.build(sequences, cores, reaches)
    assert len(asked) == len(some)
    assert len(set(asked.views)) == len(asked.views) == len(set(sequences))
    found = PREDICTOR.predict(asked)
    for row, (ref, alt) in enumerate(some):
        view = asked.views[asked.view[row]]
        assert view.strand is coordinates.Strand.PLUS
        assert dna.decode(view.codes(-3, len(ref) + 3)) == f"NNN{ref}NNN"
        start, gone, new = _core(ref, alt)
        anchor = start if gone and new else start - 1
        low, high = max(anchor - reach, 0), min(anchor + reach + 1, len(ref))
        window = int(asked.windows.start[row]), int(asked.windows.end[row])
        assert window == (low, high)
        place = reference_rules.place_ours(start, len(gone), len(new))
        whole = reference_rules.put(_profile(alt), len(ref), place)
        before = [track[low:high] for track in _profile(ref)]
        after = [track[low:high] for track in whole]
        for i, kind in enumerate(found.kinds):
            change = reference_rules.changes(before, after, kind)
            sizes = reference_rules.Sizes(change, change)
            assert sizes.agree(found.size[row, i], found.column[row, i])


@pytest.mark.parametrize(
    ("ref", "alt", "reason"),
    [
        ("", "A", constructs.NO_SEQUENCES),
        ("A", "", constructs.NO_SEQUENCES),
        ("ACGT", "ACGT", variants.SkipReason.NO_ALT.value),
        ("ACGT", "ACRT", variants.SkipReason.NON_ACGT.value),
        ("ANGT", "ACGT", variants.SkipReason.NON_ACGT.value),
        # What does not change may hold anything.
        ("NNACGT", "NNACTT", None),
        ("A" + "C" * 20 + "G", "AG", None),
        ("A" + "C" * 21 + "G", "AG", variants.SkipReason.TOO_LONG.value),
        ("AG", "A" + "C" * 5_000 + "G", None),
        ("AG", "A" + "C" * 5_001 + "G", variants.SkipReason.TOO_LONG.value),
    ],
)
def test_pairs_without_a_score_have_their_reason(
    ref: str, alt: str, reason: str | None
) -> None:
    core = constructs.change("", ref, alt) if ref and alt else None
    assert constructs.refusal(ref, alt, core, reach=10) == reason


def test_a_pair_whose_change_is_unknown_has_no_sequences() -> None:
    assert constructs.refusal("A", "C", None, reach=10) == constructs.NO_SEQUENCES


@given(
    start=st.integers(0, 30),
    length=st.integers(1, 30),
    at=st.integers(0, 59),
    reach=st.integers(1, 60),
)
def test_an_exons_ends_are_its_sites_where_they_are_searched(
    start: int, length: int, at: int, reach: int
) -> None:
    ref = "C" * 60
    core = constructs.change("c", ref, ref[:at] + "A" + ref[at + 1 :])
    end = start + length
    built = constructs.build(
        [ref] * 3, [core] * 3, np.array([reach] * 3), [None, (start, end), None]
    )
    sites = built.exon_sites
    first = int(built.windows.start[1])
    found = zip(sites.query, sites.site, sites.column + first, strict=True)
    expected = [(1, deltas.Site.ACCEPTOR, start), (1, deltas.Site.DONOR, end - 1)]
    assert list(found) == [each for each in expected if abs(each[2] - at) <= reach]
    assert not len(constructs.build([ref], [core], np.array([9])).exon_sites.query)
