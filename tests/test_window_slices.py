"""Exon windows as slices of the genome: each base where it was."""

import pathlib

import numpy as np
import pytest
from tools import slices, window_slices

from twinsplice.genome import coordinates, dna
from twinsplice.io import fasta

FLANK = 40
GENOME = "".join(np.random.default_rng(2).choice(list("ACGT"), 600))


def _window(start: int, end: int, strand: str, first: int, last: int) -> str:
    """A record of a transcript's exon, N outside the transcript."""
    transcript = GENOME[start:end]
    if strand == "-":
        transcript = dna.decode(dna.reverse_complement(dna.encode(transcript)))
    around = "N" * FLANK + transcript + "N" * FLANK
    bases = around[first : last + 1 + 2 * FLANK]
    return f">chr7:{start}-{end}({strand}) exon={first}-{last}\n{bases}\n"


@pytest.mark.parametrize("strand", ["+", "-"])
@pytest.mark.parametrize(("first", "last"), [(100, 119), (0, 9), (185, 199)])
def test_every_base_is_where_it_was(
    tmp_path: pathlib.Path, strand: str, first: int, last: int
) -> None:
    path = tmp_path / "windows.fa"
    path.write_text(_window(150, 350, strand, first, last))
    (piece,) = window_slices.windows(path)
    place = piece.interval
    low, high = first - FLANK, last + 1 + FLANK
    low, high = max(low, 0), min(high, 200)
    expected = (350 - high, 350 - low) if strand == "-" else (150 + low, 150 + high)
    assert (place.contig, place.start, place.end) == ("7", *expected)
    assert piece.sequence == GENOME[place.start : place.end]


def test_what_overlaps_is_one_slice_that_a_reference_reads(
    tmp_path: pathlib.Path,
) -> None:
    path = tmp_path / "windows.fa"
    spans = [("+", 20, 60), ("-", 70, 90), ("+", 30, 40)]
    path.write_text("".join(_window(100, 300, *each) for each in spans))
    other = slices.Stretch(coordinates.Interval("7", 400, 600), GENOME[400:600])
    joined = window_slices.joined([other, *window_slices.windows(path)])
    # 100-200 and 165-265 overlap; what is nested in one adds nothing.
    assert [piece.name for piece in joined] == ["7:101-270", "7:401-600"]
    for piece in joined:
        assert piece.sequence == GENOME[piece.interval.start : piece.interval.end]
    places = [piece.interval for piece in joined]
    out = tmp_path / "slices.fa"
    out.write_text(slices.fasta(joined))
    with fasta.Reference.open(out) as reference:
        for place in places:
            codes = reference.codes("7", place.start, place.end)
            assert dna.decode(codes) == GENOME[place.start : place.end]
