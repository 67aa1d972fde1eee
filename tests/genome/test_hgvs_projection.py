"""`hgvs_projection`: what a name means on the genome, and why it may mean nothing."""

import dataclasses

import pytest

from support import transcripts as toys
from twinsplice.genome import hgvs, hgvs_projection, transcripts, variants
from twinsplice.genome.hgvs import EditKind
from twinsplice.genome.transcripts import Position

# Exons 4-14 and 28-38, coded from 6 to 35, and from 33 down to 5.
SEQUENCE = "ACGTTGCAACCGTAGGTACCATTTTCAGGACTTGACCAGT"
PLUS = toys.transcript((4, 14), (28, 38), coding=(6, 35))
MINUS = toys.transcript((4, 14), (28, 38), strand="-", coding=(5, 34))


def _fetch(start: int, end: int) -> str:
    return SEQUENCE[max(start, 0) : max(end, 0)]


def _name(
    kind: EditKind,
    start: Position,
    end: Position | None = None,
    old: str = "",
    new: str = "",
    axis: hgvs.Axis = hgvs.Axis.CODING,
) -> hgvs.Name:
    return hgvs.Name(
        reference="NM_1.1",
        axis=axis,
        start=start,
        end=end or start,
        kind=kind,
        old=old,
        new=new,
    )


def _placed(
    name: hgvs.Name, on: transcripts.Transcript | None = PLUS
) -> hgvs_projection.Placed:
    placed = hgvs_projection.place(name, "1", on, _fetch)
    assert isinstance(placed, hgvs_projection.Placed)
    return placed


def _reason(name: hgvs.Name, on: transcripts.Transcript | None = PLUS) -> str:
    missing = hgvs_projection.place(name, "1", on, _fetch)
    assert isinstance(missing, transcripts.Missing)
    return missing.reason


@pytest.mark.parametrize(
    ("name", "plus", "minus"),
    [
        (
            _name(EditKind.SUBSTITUTION, Position(8, 1), old="G", new="A"),
            (14, "G", "A"),
            None,
        ),
        (_name(EditKind.DELETION, Position(9, -4)), (20, "AT", "A"), None),
        (_name(EditKind.DUPLICATION, Position(9, -4)), (20, "A", "AT"), None),
        (_name(EditKind.DELETION, Position(6, 7)), None, (20, "AT", "A")),
        (
            _name(EditKind.INVERSION, Position(2), Position(3)),
            (7, "AA", "TT"),
            (31, "TT", "AA"),
        ),
        (
            _name(EditKind.INSERTION, Position(2), Position(3), new="GT"),
            (7, "A", "AGT"),
            (31, "T", "TAC"),
        ),
        (
            _name(EditKind.REPLACEMENT, Position(2), Position(3), new="G"),
            (7, "AA", "G"),
            (31, "TT", "C"),
        ),
        (_name(EditKind.IDENTITY, Position(1)), (6, "C", "C"), (33, "G", "G")),
    ],
)
def test_names_become_alleles_of_a_vcf(
    name: hgvs.Name,
    plus: tuple[int, str, str] | None,
    minus: tuple[int, str, str] | None,
) -> None:
    for on, expected in ((PLUS, plus), (MINUS, minus)):
        if expected is not None:
            placed = _placed(name, on)
            assert placed.variant == variants.Variant("1", *expected)
            assert placed.agrees
            assert placed.notes == ()


def test_bases_of_a_chromosome_are_counted_from_one() -> None:
    name = _name(EditKind.DELETION, Position(1), axis=hgvs.Axis.GENOME)
    # There is no base before the first: the one after stands in.
    assert _placed(name, None).variant == variants.Variant("1", 0, "AC", "C")
    beyond = _name(EditKind.DELETION, Position(41), axis=hgvs.Axis.GENOME)
    assert "does not hold" in _reason(beyond, None)
    within = _name(EditKind.DELETION, Position(5, 1), axis=hgvs.Axis.GENOME)
    assert "no position 5+1" in _reason(within, None)


def test_other_bases_than_the_references_stand_in_ref() -> None:
    wrong = _name(EditKind.DELETION, Position(2), Position(3), old="AG")
    placed = _placed(wrong)
    assert not placed.agrees
    assert placed.variant == variants.Variant("1", 6, "CAG", "C")
    doubled = _placed(dataclasses.replace(wrong, kind=EditKind.DUPLICATION), MINUS)
    assert not doubled.agrees
    assert doubled.variant == variants.Variant("1", 31, "CT", "CTCT")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        (_name(EditKind.DELETION, Position(99)), "no 99"),
        (_name(EditKind.DELETION, Position(3), Position(2)), "3 comes after 2"),
        (_name(EditKind.DELETION, Position(2), Position(3), old="A"), "states 1 bases"),
        (
            _name(EditKind.INSERTION, Position(8), Position(9), new="A"),
            "8 and 9 are no neighbours",
        ),
        (_name(EditKind.DELETION, Position(-9)), "first base"),
    ],
)
def test_what_means_nothing_says_why(name: hgvs.Name, reason: str) -> None:
    assert reason in _reason(name)


def test_what_a_reader_must_know_is_noted() -> None:
    outside = _name(EditKind.SUBSTITUTION, Position(-4), old="G", new="A")
    assert "as if it went on" in _placed(outside).notes[0]
    over = _name(EditKind.DELETION, Position(8), Position(9))
    assert "an intron" in _placed(over).notes[0]
    flagged = dataclasses.replace(PLUS, flagged=True)
    assert "official numbers may differ" in _placed(outside, flagged).notes[1]


def test_too_many_bases_are_refused() -> None:
    most = Position(hgvs_projection.LONGEST + 1)
    name = _name(EditKind.DELETION, Position(1), most, axis=hgvs.Axis.GENOME)
    assert "1,000,000" in _reason(name, None)


# Repeats. TTTT lies at 20-24 of the sequence, GTGTGT on neither strand.


def _repeat(start: Position, end: Position | None, unit: str, count: int) -> hgvs.Name:
    return _name(EditKind.REPEAT, start, end, unit, unit * count, hgvs.Axis.GENOME)


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (2, (20, "ATT", "A")),
        (5, (20, "A", "AT")),
        (4, (21, "TTTT", "TTTT")),
        (0, (20, "ATTTT", "A")),
    ],
)
@pytest.mark.parametrize("end", [None, Position(25)])
def test_a_repeat_is_made_as_long_as_is_said(
    count: int, expected: tuple[int, str, str], end: Position | None
) -> None:
    assert SEQUENCE[20:26] == "ATTTTC"
    placed = _placed(_repeat(Position(22), end, "T", count), None)
    found = placed.variant
    assert (found.start, found.ref, found.alt) == expected
    assert placed.agrees
    assert placed.notes == ("the reference has T[4]",)


def test_a_repeat_of_the_minus_strand_begins_at_its_right_end() -> None:
    """Of TTTT, which reads AAAA, in the intron before the exon that begins at 28."""
    names = [
        _name(EditKind.REPEAT, start, end, "A", "AAA")
        for start, end in (
            (MINUS.position(24), None),
            (MINUS.position(24), MINUS.position(21)),
        )
    ]
    for name in names:
        found = _placed(name, MINUS).variant
        assert (found.start, found.ref, found.alt) == (20, "AT", "A")
    assert "repeated before" in _reason(
        dataclasses.replace(names[0], start=MINUS.position(22), end=MINUS.position(22)),
        MINUS,
    )


@pytest.mark.parametrize(
    ("start", "end", "unit", "reason"),
    [
        (23, None, "T", "repeated before 23 as well"),
        (22, None, "G", "no repeats of G"),
        (22, 26, "T", "no repeats of T"),
        (22, 24, "TT", "no repeats of TT"),
    ],
)
def test_what_is_not_repeated_there_is_refused(
    start: int, end: int | None, unit: str, reason: str
) -> None:
    last = None if end is None else Position(end)
    assert reason in _reason(_repeat(Position(start), last, unit, 3), None)
