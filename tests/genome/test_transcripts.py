"""`transcripts`: bases of a genome as HGVS counts them, and back."""

import dataclasses
import json
import re

import pytest
from hypothesis import given

from support import transcripts as toys
from twinsplice.genome import transcripts

# Exons 10-20, 30-40 and 51-60; the start codon begins at 15, the stop ends at 54.
PLUS = toys.transcript((10, 20), (30, 40), (51, 60), coding=(15, 54))
MINUS = toys.transcript((10, 20), (30, 40), (51, 60), strand="-", coding=(15, 54))
_TEXT = re.compile(r"(\*?)(-?\d+)([+-]\d+)?")


def _position(text: str) -> transcripts.Position:
    star, base, offset = _TEXT.fullmatch(text).groups()  # type: ignore[union-attr]
    return transcripts.Position(int(base), int(offset or 0), bool(star))


@pytest.mark.parametrize(
    ("base", "plus", "minus"),
    [
        (10, "-5", "*5"),
        (14, "-1", "*1"),
        (15, "1", "18"),
        (19, "5", "14"),
        (20, "5+1", "14-1"),
        (24, "5+5", "14-5"),
        (25, "6-5", "13+5"),
        (29, "6-1", "13+1"),
        (30, "6", "13"),
        (45, "15+6", "3+6"),
        (53, "18", "1"),
        (54, "*1", "-1"),
        (59, "*6", "-6"),
        (60, "*7", "-7"),
        (8, "-7", "*7"),
    ],
)
def test_positions_are_counted_along_the_strand(
    base: int, plus: str, minus: str
) -> None:
    # 45 is the middle base of an odd intron: it belongs to the exon before it.
    for transcript, text in ((PLUS, plus), (MINUS, minus)):
        assert str(transcript.position(base)) == text
        assert transcript.base(_position(text)) == base


@given(toys.some())
def test_positions_are_those_of_a_walk(transcript: transcripts.Transcript) -> None:
    for base, text in toys.labels(transcript).items():
        position = transcript.position(base)
        assert str(position) == text
        assert transcript.base(position, coding=transcript.coding is not None) == base


@given(toys.some())
def test_positions_beyond_the_ends_count_on(
    transcript: transcripts.Transcript,
) -> None:
    span = transcript.span
    for base in (span.start - 3, span.end + 2):
        position = transcript.position(base)
        assert not position.offset
        coding = transcript.coding is not None
        assert transcript.base(position, coding=coding) == base


@given(toys.some())
def test_a_base_is_in_an_exon_where_it_has_no_offset(
    transcript: transcripts.Transcript,
) -> None:
    for base, text in toys.labels(transcript).items():
        number = transcript.exon(base)
        assert (number is None) == bool(re.search(r"\d[+-]", text))
    first = transcript.ends[-1] - 1 if transcript.minus else transcript.starts[0]
    assert transcript.exon(int(first)) == 1
    assert transcript.exon(transcript.span.end) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("0", "no position 0"),
        ("19", "has 18 bases, so there is no 19"),
        ("4+1", "4 is not the last base of an exon of NM_1.1: did you mean 5+1?"),
        ("7-2", "7 is not the first base of an exon of NM_1.1: did you mean 6-2?"),
        ("6+1", "did you mean 5+1 or 6-1?"),
        ("5+11", "the intron at 5 has 10 bases only"),
        ("*6+1", "*6 is in the last exon"),
        ("-5-1", "-5 is in the first exon"),
    ],
)
def test_what_is_not_there_says_why(text: str, reason: str) -> None:
    found = PLUS.base(_position(text))
    assert isinstance(found, transcripts.Missing)
    assert reason in found.reason


def test_a_transcript_without_coding_sequence_has_no_coding_positions() -> None:
    silent = dataclasses.replace(PLUS, coding=None)
    found = silent.base(transcripts.Position(1))
    assert isinstance(found, transcripts.Missing)
    assert "n. positions only" in found.reason
    assert silent.base(transcripts.Position(1), coding=False) == 10


def test_gaps_and_broken_frames_are_inexact() -> None:
    assert not PLUS.inexact
    assert toys.transcript((10, 20), (22, 40)).inexact
    assert toys.transcript((10, 20), (40, 50), coding=(12, 45)).inexact
    assert not toys.transcript((10, 20), (40, 50), coding=(12, 44)).inexact
    assert dataclasses.replace(PLUS, flagged=True).inexact


def _library_json(of: transcripts.Transcript) -> str:
    """A coding transcript as the library ferro-hgvs takes it; bases do not matter."""
    exons, before = [], 0
    spans = list(zip(of.starts.tolist(), of.ends.tolist(), strict=True))
    for number, (start, end) in enumerate(spans[:: -1 if of.minus else 1], 1):
        exons.append(
            {
                "number": number,
                "start": before + 1,
                "end": before + end - start,
                "genomic_start": start + 1,
                "genomic_end": end,
            }
        )
        before += end - start
    assert of.coded is not None
    transcript = {
        "id": of.name,
        "gene_symbol": of.gene,
        "genome_build": "GRCh38",
        "chromosome": "chr1",
        "strand": of.strand.value,
        "genomic_start": of.span.start + 1,
        "genomic_end": of.span.end,
        "cds_start": of.coded[0] + 1,
        "cds_end": of.coded[1],
        "exons": exons,
        "sequence": ("T" if of.minus else "A") * before,
    }
    genome = {"chr1": "A" * (of.span.end + 20)}
    head = {"version": "1.0", "genome_build": "GRCh38", "genomic_sequences": genome}
    return json.dumps({**head, "transcripts": [transcript]})


@given(toys.some())
def test_positions_are_those_of_the_library(
    tmp_path_factory: pytest.TempPathFactory, transcript: transcripts.Transcript
) -> None:
    library = pytest.importorskip("ferro_hgvs", reason="no extra [hgvs]")
    if transcript.coding is None:
        return
    path = tmp_path_factory.mktemp("library") / "transcripts.json"
    path.write_text(_library_json(transcript))
    mapper = library.CoordinateMapper(str(path))
    for base in range(transcript.span.start, transcript.span.end):
        ours = transcript.position(base)
        number, offset, after_stop = mapper.g_to_c(transcript.name, base + 1)
        assert ours == transcripts.Position(number, offset or 0, after_stop)
