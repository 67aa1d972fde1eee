"""Variants of an evaluation: what they are called."""

import numpy as np
import pytest

from twinsplice.evaluation import agreement_cases
from twinsplice.training import batches

# A C G T are 0 to 3; the window's first base is at 100.
PLUS = np.array([0, 1, 2, 3, 0, 1, 2, 3, 0], dtype=np.uint8)


def pairs(
    codes: np.ndarray,
    start: int,
    ref_length: int,
    alt: list[int],
    *,
    on_minus_strand: bool,
) -> batches.Pairs:
    """One variant of a window of five bases, with two more to either side."""
    padded = np.full((1, 40), 4, dtype=np.uint8)
    padded[0, : len(alt)] = alt
    nothing = np.zeros((1, 2, 5), dtype=np.float32)
    return batches.Pairs(
        codes=codes[None],
        start=np.array([start], dtype=np.int64),
        ref_length=np.array([ref_length], dtype=np.int64),
        alt_length=np.array([len(alt)], dtype=np.int64),
        alt=padded,
        on_minus_strand=np.array([on_minus_strand], dtype=np.uint8),
        delta=nothing,
        profile=nothing,
        context=1,
        slack=1,
        chance=np.ones(1),
    )


# Window bases G T A C G at places 100 to 104.
@pytest.mark.parametrize(
    ("start", "ref_length", "alt", "name"),
    [
        (2, 1, [2], "7:103 A>G"),
        (2, 0, [2, 2], "7:102 T>TGG"),
        (1, 2, [], "7:101 GTA>G"),
        (1, 2, [1], "7:102 TA>C"),
    ],
)
def test_names_are_those_of_either_strand(
    start: int, ref_length: int, alt: list[int], name: str
) -> None:
    position = 100 + start
    forth = pairs(PLUS, start, ref_length, alt, on_minus_strand=False)
    assert agreement_cases.describe(forth, 0, "7", position) == name
    back = pairs(
        3 - PLUS[::-1],
        5 - start - ref_length,
        ref_length,
        [3 - code for code in reversed(alt)],
        on_minus_strand=True,
    )
    assert agreement_cases.describe(back, 0, "7", position) == name
