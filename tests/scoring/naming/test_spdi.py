"""`spdi`: whether a place counts from 0 or from 1 is told by its bases."""

import pytest

from twinsplice.io.vcf import vcf
from twinsplice.scoring.naming import spdi

BASES = "ACGTTAC"


def _fetch(start: int, end: int) -> str:
    return BASES[max(start, 0) : end]


@pytest.mark.parametrize(
    ("name", "position", "note"),
    [
        # Counted from 0 the bases 0 to 6 are A, C, G, T, T, A, C.
        ("NC_000017.11:1:C:T", 1, "counted from 0"),
        ("NC_000017.11:2:GTT:G", 2, "counted from 0"),
        ("NC_000017.11:2:C:T", 1, "counted from 1"),
        ("NC_000017.11:4:G:A", 3, ""),
        ("chr17:1:C:T", 0, ""),
        ("NC_000017.11-1-C-T", 0, ""),
    ],
)
def test_the_count_is_taken_that_fits(name: str, position: int, note: str) -> None:
    (record,) = vcf.ListSource([name], "here")
    settled = spdi.settled(record, _fetch)
    assert settled.position == position
    assert settled.text.split("\t")[1] == str(position + 1)
    assert settled.note.startswith(note)
    assert bool(settled.note) == bool(note)


def test_bases_that_fit_either_way_are_refused() -> None:
    (record,) = vcf.ListSource(["NC_000017.11:4:T:A"], "here")
    settled = spdi.settled(record, _fetch)
    assert settled.refusal == "unreadable_name"
    assert "fits NC_000017.11:5 as well as NC_000017.11:4" in settled.note
