"""Refusals: what may have been meant is a variant that can be asked for."""

import time

import pytest

from twinsplice import errors
from twinsplice.web import refusals


@pytest.mark.parametrize(
    ("words", "variant", "expected"),
    [
        (
            "did you mean BRCA1 or BRAT1?",
            "BRAC1:c.4185+1G>A",
            ["BRCA1:c.4185+1G>A", "BRAT1:c.4185+1G>A"],
        ),
        ("did you mean BRCA1?", "BRAC1  c.5A>G", ["BRCA1 c.5A>G"]),
        ("did you mean BRCA1:c.5A>G?", "BRCA1:5A>G", ["BRCA1:c.5A>G"]),
        (
            "did you mean 4185+1 or 4186-1?",
            "BRCA1:c.4186+1G>A",
            ["BRCA1:c.4185+1G>A", "BRCA1:c.4186-1G>A"],
        ),
        ("did you mean *5+1?", "NM_1.1:c.*7+1G>A", ["NM_1.1:c.*5+1G>A"]),
        ("did you mean 88_89?", "NM_1.1:c.88-89del", ["NM_1.1:c.88_89del"]),
        ("did you mean 4185+1?", "BRCA1:c.4186+1_4186+2del", []),
        (
            "REF fits 17:5, the same place of NM_1.1: is the variant on GRCh38?",
            "chr17-9-C-T",
            ["17-5-C-T"],
        ),
        (
            "the reference is GRCh37: the place is 17:5 there, by NM_1.1",
            "NC_000017.11:g.9C>T",
            ["17-5-C-T"],
        ),
        ("the place is 17:5 there", "NC_000017.11:g.9del", []),
        # As it was meant, however it was typed.
        ("did you mean 9-1?", "BRCA1:c.8\u22121G>A", ["BRCA1:c.9-1G>A"]),
        ("did you mean BRCA1?", '"BRAC1,c.5del"', ["BRCA1:c.5del"]),
        ("did you mean 9+1?", "A:NM_1:exon2:c.8+1G>A.", ["NM_1(A):c.9+1G>A"]),
        ("nothing is guessed", "x", []),
    ],
)
def test_guesses_are_variants(words: str, variant: str, expected: list[str]) -> None:
    assert refusals.guesses(words, variant) == expected
    said = refusals.RefusedError(
        422, words, "why", meant=expected, elsewhere=["GRCh38"]
    ).said
    assert (said.guesses, said.elsewhere) == (expected, ["GRCh38"])


def test_an_error_is_said_in_the_words_of_the_page() -> None:
    error = errors.InputError("rule", got="/x/y.fa", remedy="give --map none")
    said = refusals.of_error(error, "why").said
    assert said.error == "rule; got a file; ask who runs this server"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("got a\tb: c; d", "got a b: c; d"),
        (f"got {'A' * 80}: x", f"got {'A' * 80}: x"),
        (f"({'A' * 5_000}); x", f"({'A' * 79}... (5,001 letters)); x"),
    ],
)
def test_long_words_are_cut(said: str, shown: str) -> None:
    assert refusals.shortened(said) == shown


def test_a_long_allele_costs_no_time() -> None:
    began = time.perf_counter()
    assert refusals.guesses("x", "A" * 100_000) == []
    assert time.perf_counter() - began < 1
