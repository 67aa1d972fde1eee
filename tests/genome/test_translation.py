"""The genetic code."""

import collections
import itertools

import pytest

from twinsplice.genome import translation

# How many codons each amino acid has (NCBI, translation table 1).
CODONS = {
    **dict.fromkeys("LSR", 6),
    **dict.fromkeys("VPTAG", 4),
    **dict.fromkeys("I*", 3),
    **dict.fromkeys("FYHQNKDEC", 2),
    **dict.fromkeys("MW", 1),
}


def test_each_amino_acid_has_its_number_of_codons() -> None:
    codons = map("".join, itertools.product("ACGT", repeat=3))
    counts = collections.Counter(translation.translate(codon) for codon in codons)
    assert counts == CODONS


@pytest.mark.parametrize(
    ("sequence", "protein"),
    [
        # The first residues of human beta-globin, and its last three with the stop.
        ("ATGGTGCATCTGACTCCTGAGGAGAAGTCT", "MVHLTPEEKS"),
        ("AAGTATCACTAAGCT", "KYH*"),
        ("TGATAGTAA", "*"),
        ("ATGNNNTTTA", "MXF"),
        ("AT", ""),
    ],
)
def test_it_ends_with_the_first_stop(sequence: str, protein: str) -> None:
    assert translation.translate(sequence) == protein
