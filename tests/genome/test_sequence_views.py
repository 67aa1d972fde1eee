"""Views of sequences: bases out of sight are unknown, whichever way they are read."""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support import models as toys
from twinsplice.genome import coordinates, dna, sequence_views
from twinsplice.io import fasta

SEQUENCE = "".join(np.random.default_rng(2).choice(list("ACGTNacgt"), 200))
COMPLEMENT = str.maketrans("ACGT", "TGCA")


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Iterator[fasta.Reference]:
    path = tmp_path_factory.mktemp("genome") / "x.fa"
    with fasta.Reference.open(toys.write_fasta(path, {"1": SEQUENCE})) as opened:
        yield opened


def _expected(start: int, end: int, low: int, high: int) -> str:
    return "".join(
        SEQUENCE[i].upper() if low <= i < high and 0 <= i < len(SEQUENCE) else "N"
        for i in range(start, end)
    )


@given(
    bounds=st.none() | st.tuples(st.integers(-50, 250), st.integers(0, 120)),
    strand=st.sampled_from(coordinates.Strand),
    start=st.integers(-60, 260),
    width=st.integers(0, 150),
)
def test_bases_out_of_sight_are_unknown(
    reference: fasta.Reference,
    bounds: tuple[int, int] | None,
    strand: coordinates.Strand,
    start: int,
    width: int,
) -> None:
    low, high = (-60, 500) if bounds is None else (bounds[0], sum(bounds))
    first_seen, end_seen = (None, None) if bounds is None else (low, high)

    def fetch(first: int, last: int) -> np.ndarray:
        assert first == last or low <= first <= last <= high
        return reference.codes("1", first, last)

    view = sequence_views.SequenceView("1", strand, first_seen, end_seen, fetch)
    end = start + width
    expected = _expected(start, end, low, high)
    assert dna.decode(view.codes(start, end)) == expected
    if strand is coordinates.Strand.MINUS:
        as_read = dna.decode(view.as_read(-end, -start))
        assert as_read == expected[::-1].translate(COMPLEMENT)
    else:
        assert dna.decode(view.as_read(start, end)) == expected


@given(length=st.integers(1, 50), start=st.integers(-9, 60), width=st.integers(0, 60))
def test_a_construct_ends_where_its_bases_do(
    length: int, start: int, width: int
) -> None:
    text = SEQUENCE[:length]
    view = sequence_views.of_sequence("construct", dna.encode(text))
    found = dna.decode(view.codes(start, start + width))
    assert found == _expected(start, start + width, 0, length)


def test_views_are_told_apart_by_what_is_seen_not_by_how_it_is_fetched() -> None:
    codes = dna.encode("ACGT")
    views = {
        sequence_views.of_sequence("a", codes),
        sequence_views.of_sequence("a", codes.copy()),
        sequence_views.of_sequence("b", codes),
        sequence_views.of_sequence("a", codes[:3]),
        sequence_views.of_sequence("a", codes, coordinates.Strand.MINUS),
    }
    assert len(views) == 4


@given(data=st.data(), strand=st.sampled_from(coordinates.Strand))
def test_an_edited_view_reads_the_edited_text(
    data: st.DataObject, strand: coordinates.Strand
) -> None:
    text = data.draw(st.text("ACGT", min_size=1, max_size=12))
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    new = data.draw(st.text("ACGT", max_size=5))
    view = sequence_views.of_sequence("x", dna.encode(text), strand)
    edited = sequence_views.edited(view, start, end, dna.encode(new))
    expected = "N" * 5 + text[:start] + new + text[end:] + "N" * 5
    low = data.draw(st.integers(-5, len(expected) - 5))
    high = data.draw(st.integers(low, len(expected) - 5))
    assert dna.decode(edited.codes(low, high)) == expected[low + 5 : high + 5]
    assert edited.minus == view.minus
