"""`transcript_choice`: which transcript a name counts on, and what is said of it."""

import pytest

from support import models
from support import transcripts as toys
from twinsplice.genome import genes, hgvs, transcript_sets, transcripts
from twinsplice.scoring.naming import transcript_choice

SELECT = transcripts.Mane.SELECT
TABLE = transcript_sets.of(
    [
        toys.transcript((0, 30), name="NM_5.2", gene="ONE", coding=(0, 30)),
        toys.transcript((0, 30), name="NM_5.5", gene="ONE", coding=(0, 30)),
        toys.transcript(
            (0, 10), (20, 30), name="NM_6.1", gene="ONE", mane=SELECT, partner="ENST7.3"
        ),
        toys.transcript((100, 130), name="NM_8.1", gene="TWO"),
    ]
)
INDEX = genes.GeneIndex([models.gene("UNO", 0, 30, left=[9], right=[20])])


def _name(reference: str, symbol: str = "") -> hgvs.Name:
    one = transcripts.Position(1)
    return hgvs.Name(
        reference=reference,
        symbol=symbol,
        axis=hgvs.Axis.CODING,
        start=one,
        end=one,
        kind=hgvs.EditKind.DELETION,
    )


@pytest.mark.parametrize(
    ("reference", "symbol", "chosen", "note"),
    [
        ("NM_5.2", "", "NM_5.2", ""),
        ("NM_5.2", "one", "NM_5.2", ""),
        ("NM_5.2", "TWO", "NM_5.2", "is of ONE, not TWO"),
        ("NM_5", "", "NM_5.5", "NM_5 is NM_5.5"),
        ("NM_5.1", "", "NM_5.2", "counted on NM_5.2"),
        ("NM_5.4", "", "NM_5.5", "counted on NM_5.5"),
        ("ENST7.3", "", "NM_6.1", "ENST7.3 is NM_6.1"),
        ("ENST7.1", "", "NM_6.1", "ENST7.1 is not among"),
        ("ONE", "", "NM_6.1", "(MANE Select)"),
        ("UNO", "", "NM_6.1", "UNO is ONE today"),
        ("TWO", "", "NM_8.1", "its only one, for it has none in MANE"),
    ],
)
def test_names_choose_a_transcript_and_say_so(
    reference: str, symbol: str, chosen: str, note: str
) -> None:
    choice = transcript_choice.choose(_name(reference, symbol), TABLE, INDEX)
    assert isinstance(choice, transcript_choice.Choice)
    assert choice.transcript.name == chosen
    assert note in "; ".join(choice.notes)
    assert bool(note) == bool(choice.notes)


@pytest.mark.parametrize(
    ("reference", "reason"),
    [
        ("NM_9.1", "names count on NM_"),
        ("ENST9.1", "as --transcripts"),
        ("XM_9.1", "RefSeq's own file"),
        ("TWOO", "did you mean TWO"),
        ("ZZZZ", "no gene or transcript is called ZZZZ"),
    ],
)
def test_what_is_not_there_gets_advice(reference: str, reason: str) -> None:
    missing = transcript_choice.choose(_name(reference), TABLE, INDEX)
    assert isinstance(missing, transcripts.Missing)
    assert reason in missing.reason


@pytest.mark.parametrize(
    ("own", "asked", "since"),
    [("ELP1", "IKBKAP", "today"), ("IKBKAP", "ELP1", "here")],
)
def test_former_symbols_are_known(own: str, asked: str, since: str) -> None:
    table = transcript_sets.of([toys.transcript((0, 30), name="NM_5.2", gene=own)])
    none = genes.GeneIndex([])
    choice = transcript_choice.choose(_name(asked), table, none)
    assert isinstance(choice, transcript_choice.Choice)
    assert choice.notes[0] == f"{asked} is {own} {since}"
    beside = transcript_choice.choose(_name("NM_5.2", asked), table, none)
    assert isinstance(beside, transcript_choice.Choice)
    assert beside.notes == (f"{asked} is {own} {since}",)
