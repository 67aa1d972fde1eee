"""Names of shards: a number and a count, or refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinsplice import errors
from twinsplice.settings import shards


@given(st.integers(1, 999_999), st.integers(0, 999_998))
def test_a_shard_is_one_of_as_many(number: int, more: int) -> None:
    of = min(number + more, 999_999)
    assert shards.part(f"{number}/{of}") == (number, of)
    assert shards.part(None) is None


@pytest.mark.parametrize(
    "text", ["", "1", "0/2", "3/2", "1/0", "1/2/3", " 1/2", "1/2\n", "01/2", "٣/٤"]
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(errors.InputError, match="a number and a count"):
        shards.part(text)
