"""`transcript_sets`: transcripts found by accession, gene and place."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support import transcripts as toys
from twinsplice.genome import transcript_sets, transcripts

SELECT = transcripts.Mane.SELECT
CLINICAL = transcripts.Mane.PLUS_CLINICAL
ROWS = [
    toys.transcript((0, 50), name="NM_5.1", gene="ONE", coding=(0, 48)),
    toys.transcript((0, 60), name="NM_5.2", gene="ONE", coding=(0, 60)),
    toys.transcript((10, 20), name="NM_7.3", gene="ONE", mane=CLINICAL),
    toys.transcript(
        (10, 20), (30, 40), name="NM_6.10", gene="ONE", mane=SELECT, partner="ENST8.2"
    ),
    toys.transcript((10, 20), name="NM_6.9", gene="C1orf2", strand="-", contig="chrX"),
]
SET = transcript_sets.of(ROWS)


def _names(found: list[transcripts.Transcript]) -> list[str]:
    return [transcript.name for transcript in found]


@given(st.lists(toys.some(), min_size=1, max_size=5))
def test_a_row_is_the_transcript_it_was_made_of(
    rows: list[transcripts.Transcript],
) -> None:
    found = transcript_sets.of(rows)
    assert len(found) == len(rows)
    for number, row in enumerate(rows):
        again = found.row(number)
        assert (again.starts.tolist(), again.ends.tolist()) == (
            row.starts.tolist(),
            row.ends.tolist(),
        )
        assert (again.coding, again.strand, again.span) == (
            row.coding,
            row.strand,
            row.span,
        )


@pytest.mark.parametrize(
    ("accession", "names"),
    [
        ("NM_5.1", ["NM_5.1"]),
        ("NM_5.3", []),
        ("NM_5", ["NM_5.2", "NM_5.1"]),
        # Ten is newer than nine.
        ("NM_6", ["NM_6.10", "NM_6.9"]),
        ("ENST8.2", ["NM_6.10"]),
        ("ENST8", ["NM_6.10"]),
        ("ENST8.1", []),
        ("NM_", []),
    ],
)
def test_accessions_are_found_with_and_without_version(
    accession: str, names: list[str]
) -> None:
    assert _names(SET.named(accession)) == names


def test_a_gene_gives_mane_first_then_the_longest() -> None:
    assert _names(SET.of_gene("ONE")) == ["NM_6.10", "NM_7.3", "NM_5.2", "NM_5.1"]
    assert _names(SET.of_gene("one")) == _names(SET.of_gene("ONE"))
    assert _names(SET.of_gene("c1ORF2")) == _names(SET.of_gene("C1orf2")) == ["NM_6.9"]
    assert SET.of_gene("TWO") == []


@given(st.lists(toys.some(), max_size=8))
def test_preference_is_that_of_a_plain_sort(
    rows: list[transcripts.Transcript],
) -> None:
    found = transcript_sets.of([*ROWS, *rows])
    every = [*ROWS, *rows]

    def key(number: int) -> tuple[int, int, int]:
        row = every[number]
        first, end = row.coding or (0, 0)
        mane = [SELECT, CLINICAL, transcripts.Mane.NONE].index(row.mane)
        return mane, first - end, -int((row.ends - row.starts).sum())

    numbers = list(range(len(every)))
    assert found.preferred(numbers) == sorted(numbers, key=key)


@given(st.integers(0, 70), st.integers(0, 9))
def test_an_interval_finds_what_overlaps_it(start: int, width: int) -> None:
    end = start + width
    first, last = (start, end) if width else (start - 1, end + 1)
    found = {SET.names[row] for row in SET.over("chr1", start, end)}
    assert found == {
        row.name for row in ROWS[:4] if row.span.start < last and first < row.span.end
    }
    assert SET.over("X", 15, 16) == [4]
    assert SET.over("2", start, end) == []


def test_an_empty_set_finds_nothing() -> None:
    empty = transcript_sets.of([])
    assert len(empty) == 0
    assert empty.named("NM_5") == empty.of_gene("ONE") == []
    assert empty.over("1", 1, 2) == []
    assert empty.exon_first.dtype == np.int64
