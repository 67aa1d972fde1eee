"""Slices of contigs, and contigs that are whole."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinsplice.io import fasta_slices

_SLICES = st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9)), max_size=5)


@given(parts=_SLICES, whole=st.booleans(), length=st.integers(1, 20))
def test_stretches_are_the_bases_of_any_record(
    parts: list[tuple[int, int]],
    whole: bool,  # noqa: FBT001
    length: int,
) -> None:
    records = {f"1:{start + 1}-{start + size}": size for start, size in parts}
    records |= {"1": length} if whole else {}
    if not records:
        return
    slices = fasta_slices.Slices(records | {"HLA:7-9": 8})
    stored = {at for start, size in parts for at in range(start, start + size)}
    stored |= set(range(length)) if whole else set()
    starts, ends = slices.stretches("1")
    joined = zip(starts.tolist(), ends.tolist(), strict=True)
    assert [at for stretch in joined for at in range(*stretch)] == sorted(stored)
    assert slices.contigs == {"1": max(stored) + 1, "HLA:7-9": 8}
    assert slices.sliced("1") == bool(parts)
    assert not slices.sliced("HLA:7-9")


def test_a_whole_contig_is_one_piece() -> None:
    slices = fasta_slices.Slices({"1": 8, "2": 5})
    assert slices.pieces("2") == (fasta_slices.Piece("2", 0, 5),)
    assert [part.tolist() for part in slices.stretches("2")] == [[0], [5]]
    with pytest.raises(KeyError):
        slices.stretches("3")


def test_contigs_stand_in_the_order_of_the_file() -> None:
    slices = fasta_slices.Slices({"2:6-8": 3, "1": 9, "2:1-2": 2})
    assert list(slices.contigs.items()) == [("2", 8), ("1", 9)]
    assert [piece.start for piece in slices.pieces("2")] == [0, 5]
    starts, _ = slices.stretches("2")
    assert starts.dtype == np.int64
