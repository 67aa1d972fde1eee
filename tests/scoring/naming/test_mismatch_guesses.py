"""`mismatch_guesses`: what is wrong where REF is not the reference's."""

import dataclasses

import pytest

from support import transcripts as toys
from twinsplice.genome import hgvs, transcript_sets, transcripts, variants
from twinsplice.scoring.naming import mismatch_guesses

SEQUENCE = "ACGTTGCAACCGTAGGTACCATTTTCAGGACTTGACCAGTNN"
HERE = toys.transcript((4, 14), (28, 38), coding=(6, 35), name="NM_1.2")


def _fetch(start: int, end: int) -> str:
    return SEQUENCE[max(start, 0) : max(end, 0)]


def _variant(start: int, ref: str, alt: str) -> variants.Variant:
    return variants.Variant("1", start, ref, alt)


@pytest.mark.parametrize(
    ("variant", "text"),
    [
        (_variant(6, "A", "T"), "the reference has C at 1:7, not A"),
        (_variant(39, "TAA", "T"), "does not hold all of 1:40"),
        (_variant(50, "A", "T"), "does not hold all of 1:51"),
        (_variant(0, "T" * 20, "T"), "(20 bases) at 1:1, not TTTTTTTTTTTT... (20"),
    ],
)
def test_the_reference_is_quoted(variant: variants.Variant, text: str) -> None:
    assert text in mismatch_guesses.difference(variant, _fetch)


@pytest.mark.parametrize(
    ("variant", "guess"),
    [
        (_variant(6, "G", "A"), "REF fits the other strand"),
        (_variant(14, "CC", "T"), "REF fits the other strand"),
        (_variant(6, "T", "C"), "ALT fits: are REF and ALT swapped?"),
        (_variant(6, "A", "G"), "was POS counted from 0?"),
        (_variant(12, "G", "C"), "REF fits one base before"),
        (_variant(12, "C", "G"), ""),
        # The base before a deletion fits anyway.
        (_variant(12, "TCA", "T"), ""),
    ],
)
def test_places_are_guessed_at(variant: variants.Variant, guess: str) -> None:
    assert guess in "; ".join(mismatch_guesses.of_place(variant, _fetch))
    if not guess:
        assert not list(mismatch_guesses.of_place(variant, _fetch))


def _name(base: int, old: str, new: str = "T") -> hgvs.Name:
    position = transcripts.Position(base)
    return hgvs.Name(
        reference="NM_1.2",
        axis=hgvs.Axis.CODING,
        start=position,
        end=position,
        kind=hgvs.EditKind.SUBSTITUTION,
        old=old,
        new=new,
    )


def test_names_are_guessed_at() -> None:
    # c.1 is C (base 6), c.2 and c.3 are A; on the other transcript c.1 is base 5, G.
    other = dataclasses.replace(HERE, name="NM_2.1", coding=(5, 34))
    table = transcript_sets.of([HERE, other])

    def guesses(name: hgvs.Name) -> str:
        return "; ".join(mismatch_guesses.of_name(name, "1", HERE, table, _fetch))

    assert guesses(_name(1, "G")) == (
        "the bases fit the other strand; the bases fit one place before (-1); "
        "the name fits NM_2.1"
    )
    assert "one place further (2)" in guesses(_name(1, "A"))
    assert guesses(_name(99, "A")) == ""
    deleted = dataclasses.replace(_name(1, ""), kind=hgvs.EditKind.DELETION, new="")
    assert guesses(deleted) == "the name fits NM_2.1"


def test_a_place_of_another_build_is_found_by_a_transcript() -> None:
    there = toys.transcript((104, 114), (128, 138), coding=(106, 135), name="NM_1.1")
    sets = transcript_sets.of([HERE]), transcript_sets.of([there])
    found = mismatch_guesses.of_build(_variant(106, "C", "T"), _fetch, *sets)
    assert found == (6, "NM_1.2")
    assert mismatch_guesses.of_build(_variant(106, "A", "T"), _fetch, *sets) is None
    assert mismatch_guesses.of_build(_variant(206, "C", "T"), _fetch, *sets) is None


def test_reasons_and_guesses_are_joined() -> None:
    assert mismatch_guesses.joined("a", iter(["b", "c"])) == "a; b; c"


def test_swapped_bases_of_a_name_are_told() -> None:
    table = transcript_sets.of([HERE])
    guesses = list(
        mismatch_guesses.of_name(_name(1, "T", "C"), "1", HERE, table, _fetch)
    )
    actual = _fetch(6, 7)
    assert actual == "C"
    mended = f"did you mean {_name(1, 'C', 'T')}?"
    assert f"the bases are swapped: {mended}" in guesses
    assert not any(
        "swapped" in guess
        for guess in mismatch_guesses.of_name(
            _name(1, "T", "A"), "1", HERE, table, _fetch
        )
    )


@pytest.mark.parametrize("strand", ["+", "-"])
def test_the_minus_strand_is_told_in_the_names_own_bases(strand: str) -> None:
    on = toys.transcript((4, 14), strand=strand, name="NM_3.1")
    words = mismatch_guesses.on_transcript(_variant(6, "A", "T"), on, _fetch)
    assert words.startswith("the reference has C at 1:7, not A")
    assert ("along NM_3.1, minus strand: G, not T" in words) == (strand == "-")
