"""`dna`: the laws of the alphabet."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from jaxtyping import UInt8

from twinsplice.genome import dna

letters = st.text("ACGTN", max_size=40)
codes = npst.arrays(np.uint8, st.integers(0, 40), elements=st.integers(0, 4))


@given(letters)
def test_decoding_undoes_encoding(sequence: str) -> None:
    assert dna.decode(dna.encode(sequence)) == sequence


@given(codes)
def test_encoding_undoes_decoding(sequence: UInt8[np.ndarray, " length"]) -> None:
    np.testing.assert_array_equal(dna.encode(dna.decode(sequence)), sequence)


@given(letters)
def test_case_does_not_matter(sequence: str) -> None:
    np.testing.assert_array_equal(dna.encode(sequence.lower()), dna.encode(sequence))


@given(st.text(max_size=20))
def test_any_text_keeps_its_length(sequence: str) -> None:
    found = dna.encode(sequence)
    assert len(found) == len(sequence)
    assert dna.decode(found) == "".join(
        letter if letter in "ACGT" else "N" for letter in map(_upper, sequence)
    )


@given(codes)
def test_two_reversals_are_none(sequence: UInt8[np.ndarray, " length"]) -> None:
    twice = dna.reverse_complement(dna.reverse_complement(sequence))
    np.testing.assert_array_equal(twice, sequence)


@given(letters, letters)
def test_a_joined_molecule_reverses_piece_by_piece(left: str, right: str) -> None:
    joined = dna.reverse_complement(dna.encode(left + right))
    pieces = [dna.reverse_complement(dna.encode(part)) for part in (right, left)]
    np.testing.assert_array_equal(joined, np.concatenate(pieces))


def test_a_known_molecule_reversed() -> None:
    assert dna.decode(dna.reverse_complement(dna.encode("AACGTNG"))) == "CNACGTT"


@given(codes)
def test_one_hot_marks_one_row_or_none(sequence: UInt8[np.ndarray, " length"]) -> None:
    rows = dna.one_hot(sequence)
    assert rows.flags.c_contiguous
    np.testing.assert_array_equal(rows.sum(axis=0), sequence < dna.UNKNOWN)
    np.testing.assert_array_equal(
        rows.argmax(axis=0)[sequence < dna.UNKNOWN], sequence[sequence < dna.UNKNOWN]
    )


@given(codes)
def test_the_complement_turns_one_hot_upside_down(
    sequence: UInt8[np.ndarray, " length"],
) -> None:
    turned = dna.one_hot(dna.reverse_complement(sequence))
    np.testing.assert_array_equal(turned, dna.one_hot(sequence)[::-1, ::-1])


def test_plain_is_acgt_in_either_case() -> None:
    assert dna.is_plain("ACGTacgt")
    assert dna.is_plain("")
    assert not any(dna.is_plain(text) for text in ("ACN", "R", "<DEL>", "*", "é"))


def _upper(letter: str) -> str:
    # str.upper() maps some letters to several, or to ASCII from elsewhere.
    return letter.upper() if letter.isascii() else "N"
