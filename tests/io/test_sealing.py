"""`sealing`: a file is as it was sealed, or is seen not to be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinsplice.io import sealing

CONTENT = b"before" + sealing.BLANK.encode() + b"after"
SEALED = sealing.seal(CONTENT)


def test_a_sealed_file_is_whole() -> None:
    assert sealing.is_whole(SEALED)
    assert len(SEALED) == len(CONTENT)
    assert not sealing.is_whole(CONTENT)
    assert not sealing.is_whole(b"")


@given(st.integers(0, len(SEALED) - 1), st.integers(0, 7))
def test_no_bit_can_change(byte: int, bit: int) -> None:
    changed = bytearray(SEALED)
    changed[byte] ^= 1 << bit
    assert not sealing.is_whole(bytes(changed))


@given(st.integers(0, len(SEALED) - 1), st.binary(min_size=1, max_size=9))
def test_no_byte_can_be_lost_or_added(length: int, more: bytes) -> None:
    assert not sealing.is_whole(SEALED[:length])
    assert not sealing.is_whole(SEALED + more)
    assert not sealing.is_whole(more + SEALED)


@pytest.mark.parametrize("content", [b"none", CONTENT * 2])
def test_a_file_has_one_seal(content: bytes) -> None:
    with pytest.raises(ValueError, match="one blank seal"):
        sealing.seal(content)
