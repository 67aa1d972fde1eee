"""`whole_numbers`: digits however many."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from twinsplice.genome import whole_numbers


@given(st.integers(0, 10**20), st.integers(0, 30))
def test_numbers_are_themselves_or_beyond(number: int, zeros: int) -> None:
    for text in (f"{number}", f"{number:,}"):
        found = whole_numbers.parse("0" * zeros + text)
        assert found == min(number, whole_numbers.BEYOND)
        assert np.int64(found) + 1 == found + 1


def test_thousands_of_digits_are_read() -> None:
    assert whole_numbers.parse("9" * 5_000) == whole_numbers.BEYOND
    assert whole_numbers.parse("0" * 5_000 + "7") == 7
    assert whole_numbers.parse("") == 0
