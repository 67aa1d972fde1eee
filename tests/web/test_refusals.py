"""Refusals: what may have been meant is a variant that can be asked for."""

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
        ("nothing is guessed", "x", []),
    ],
)
def test_guesses_are_variants(words: str, variant: str, expected: list[str]) -> None:
    assert refusals.guesses(words, variant) == expected
    said = refusals.RefusedError(
        422, words, "why", variant=variant, elsewhere=["GRCh38"]
    ).said
    assert (said.guesses, said.elsewhere) == (expected, ["GRCh38"])


def test_an_error_is_said_in_the_words_of_the_page() -> None:
    error = errors.InputError("rule", got="/x/y.fa", remedy="give --map none")
    said = refusals.of_error(error, "why").said
    assert said.error == "rule; got a file; ask who runs this server"
