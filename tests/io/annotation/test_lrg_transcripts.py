"""`lrg_transcripts`: what RefSeq calls the transcripts of LRG records."""

import pathlib

import pytest
from tools import build_lrg_transcripts

from twinsplice.io.annotation import lrg_transcripts

SHARED = pathlib.Path(__file__).parents[4] / "shared/data/transcripts"


@pytest.mark.parametrize(
    ("name", "accession"),
    [
        ("LRG_292t1", "NM_007294.3"),
        ("lrg_292T1", "NM_007294.3"),
        ("LRG_292t9", None),
        ("LRG_292", None),
    ],
)
def test_a_transcript_has_an_accession(name: str, accession: str | None) -> None:
    assert lrg_transcripts.is_one(name)
    assert lrg_transcripts.refseq(name) == accession


def test_other_names_are_none() -> None:
    assert not lrg_transcripts.is_one("NM_007294.3")
    assert not lrg_transcripts.is_one("LRG_292p1")


@pytest.mark.skipif(not SHARED.is_dir(), reason="the LRG records are not here")
def test_the_table_is_made_of_the_records() -> None:
    rows = build_lrg_transcripts.rows(SHARED)
    assert len(rows) > 600
    assert all(lrg_transcripts.refseq(name) == own for name, own in rows)
