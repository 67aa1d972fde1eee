"""Genes and bases along a stretch of genome."""

import numpy as np
import pytest
from matplotlib import patches

from twinsplice.genome import coordinates, dna, transcripts
from twinsplice.report import genome_panels

# Two exons of 10 and 12 bases; the coding sequence is 3 + 12 bases long, and its
# second codon lies on both exons.
STARTS, ENDS, CODING = [10, 30], [20, 42], (15, 40)
LENGTH = 60
GENOME = "".join(np.random.default_rng(4).choice(list("ACGT"), LENGTH))


def transcript(*, minus: bool) -> transcripts.Transcript:
    starts, ends, coding = STARTS, ENDS, CODING
    if minus:
        starts = [LENGTH - end for end in reversed(ENDS)]
        ends = [LENGTH - start for start in reversed(STARTS)]
        coding = LENGTH - CODING[1], LENGTH - CODING[0]
    return transcripts.Transcript(
        name="NM_1.1",
        gene="G",
        contig="1",
        strand=coordinates.Strand("-" if minus else "+"),
        starts=np.array(starts),
        ends=np.array(ends),
        coding=coding,
    )


def plus_letters() -> list[tuple[int, str]]:
    """By hand: codons of bases 15 to 17, then 31 to 33, 34 to 36 and 37 to 39."""
    code = {GENOME[at : at + 3]: at for at in (15, 31, 34, 37)}
    return [(at + 1, _amino_acid(codon)) for codon, at in code.items()]


def _amino_acid(codon: str) -> str:
    bases = "TCAG"
    first, second, third = (bases.index(base) for base in codon)
    table = "FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG"
    return table[16 * first + 4 * second + third]


def test_amino_acids_stand_at_the_middle_of_their_codons() -> None:
    lane = genome_panels.of_transcript(transcript(minus=False), 0, GENOME)
    assert list(lane.amino_acids) == plus_letters()


def test_a_transcript_mirrored_to_the_other_strand_has_the_same_letters() -> None:
    mirrored = dna.decode(dna.reverse_complement(dna.encode(GENOME)))
    lane = genome_panels.of_transcript(transcript(minus=True), 0, mirrored)
    expected = [(LENGTH - 1 - at, letter) for at, letter in plus_letters()]
    assert sorted(lane.amino_acids) == sorted(expected)


@pytest.mark.parametrize("minus", [False, True])
def test_what_is_not_coding_is_thinner(minus: bool) -> None:  # noqa: FBT001
    interval = coordinates.Interval("1", 0, LENGTH)
    _, (panel,) = genome_panels.stacked(interval, [0.3], top=0.1)
    member = transcript(minus=minus)
    genome_panels.lanes(panel, [genome_panels.of_transcript(member)], interval)
    boxes = [box for box in panel.patches if isinstance(box, patches.Rectangle)]
    # Positions on the axis count from 1; a box begins half a base before its first.
    thick = {
        base
        for box in boxes
        if box.get_height() > 0.5
        for base in range(
            round(box.get_x() - 0.5), round(box.get_x() - 0.5 + box.get_width())
        )
    }
    assert member.coding is not None
    exonic = {
        base
        for start, end in zip(member.starts, member.ends, strict=True)
        for base in range(start, end)
    }
    coding = set(range(*member.coding))
    assert thick == exonic & coding
