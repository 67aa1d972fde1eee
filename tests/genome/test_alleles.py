"""`alleles`: many short sequences in one array are the sequences one by one."""

from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from twinsplice.genome import alleles, dna

sequences = st.text("ACGTN", max_size=7)
several = st.lists(sequences, max_size=8)


def _texts(some: alleles.Alleles) -> list[str]:
    assert len(some) == len(some.first) == len(some.length)
    return [dna.decode(some.row(row)) for row in range(len(some))]


def _integers(values: Sequence[int]) -> np.ndarray:
    return np.array(values, dtype=np.int64)


@given(texts=several)
def test_rows_are_what_was_put_in(texts: list[str]) -> None:
    assert _texts(alleles.of_texts(texts)) == texts
    assert _texts(alleles.of_texts([text.lower() for text in texts])) == texts
    assert _texts(alleles.of_codes([dna.encode(text) for text in texts])) == texts


@given(texts=several, data=st.data())
def test_rows_are_taken_in_any_order_and_more_than_once(
    texts: list[str], data: st.DataObject
) -> None:
    some = alleles.of_texts(texts)
    rows = st.integers(0, max(len(texts) - 1, 0))
    chosen = data.draw(st.lists(rows, max_size=6 if texts else 0))
    assert _texts(some.take(_integers(chosen))) == [texts[row] for row in chosen]
    cut = slice(1, len(texts) - 1)
    assert _texts(some.take(cut)) == texts[cut]


@given(
    rows=st.lists(st.tuples(sequences, st.booleans()), max_size=8),
    width=st.integers(0, 9),
)
def test_bases_are_read_along_either_strand(
    rows: list[tuple[str, bool]], width: int
) -> None:
    minus = np.array([turned for _, turned in rows], dtype=bool)
    read = alleles.of_texts([text for text, _ in rows]).as_read(minus, width)
    assert read.shape == (len(rows), width)
    for found, (text, turned) in zip(read, rows, strict=True):
        codes = dna.encode(text)
        whole = dna.decode(dna.reverse_complement(codes) if turned else codes)
        assert dna.decode(found) == whole[:width].ljust(width, "N")


@given(parts=st.lists(several, max_size=4))
def test_joined_rows_come_one_after_the_other(parts: list[list[str]]) -> None:
    joined = alleles.join([alleles.of_texts(texts) for texts in parts])
    assert _texts(joined) == [text for texts in parts for text in texts]


@given(rows=st.lists(st.tuples(sequences, st.none() | sequences), max_size=8))
def test_chosen_rows_take_the_places_of_others(
    rows: list[tuple[str, str | None]],
) -> None:
    second = np.array([other is not None for _, other in rows], dtype=bool)
    one = alleles.of_texts([text for text, _ in rows])
    others = alleles.of_texts([other for _, other in rows if other is not None])
    chosen = alleles.choose(second, one, others)
    assert _texts(chosen) == [text if other is None else other for text, other in rows]
    # What was chosen from is as it was.
    assert _texts(one) == [text for text, _ in rows]


@given(lengths=st.lists(st.integers(0, 9), max_size=6))
def test_unknown_alleles_are_unknown_at_every_base(lengths: list[int]) -> None:
    some = alleles.unknown(_integers(lengths))
    assert _texts(some) == ["N" * length for length in lengths]
