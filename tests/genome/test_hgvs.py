"""`hgvs`: names as text."""

import pytest

from twinsplice.genome import hgvs
from twinsplice.genome.hgvs import Axis, EditKind
from twinsplice.genome.transcripts import Position


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            hgvs.Name(
                reference="NM_1.1",
                symbol="ONE",
                axis=Axis.CODING,
                start=Position(5, 1),
                end=Position(5, 1),
                kind=EditKind.SUBSTITUTION,
                old="G",
                new="A",
            ),
            "NM_1.1(ONE):c.5+1G>A",
        ),
        (
            hgvs.Name(
                reference="NC_1.1",
                axis=Axis.GENOME,
                start=Position(5),
                end=Position(6),
                kind=EditKind.INSERTION,
                new="AC",
            ),
            "NC_1.1:g.5_6insAC",
        ),
        (
            hgvs.Name(
                reference="NM_1.1",
                axis=Axis.CODING,
                start=Position(-5, -2),
                end=Position(3, after_stop=True),
                kind=EditKind.DELETION,
                old="ACGT",
            ),
            "NM_1.1:c.-5-2_*3del",
        ),
    ],
)
def test_names_are_written_as_the_nomenclature_has_them(
    name: hgvs.Name, text: str
) -> None:
    assert str(name) == text


def test_bases_are_read_along_either_strand() -> None:
    assert hgvs.complement("AACG", minus=True) == "CGTT"
    assert hgvs.complement("AACG", minus=False) == "AACG"


def test_chromosomes_are_counted_by_two_axes() -> None:
    assert {axis for axis in Axis if axis.is_genomic} == {
        Axis.GENOME,
        Axis.MITOCHONDRION,
    }
