"""What numbers mean, in a sentence."""

import pytest

from twinsplice.web import schemas
from twinsplice.web.words import sentences


def _scores(kind: str, size: float, relative: int) -> schemas.GeneScores:
    change = schemas.Change.model_validate(
        {
            "kind": kind,
            "title": sentences.TITLES[kind],
            "size": size,
            "low": None,
            "high": None,
            "position": 5,
            "relative": relative,
            "ref": 0.9,
            "alt": 0.9 - size,
            "masked": False,
        }
    )
    return schemas.GeneScores(
        gene="A", gene_id="A", strand="+", max_delta=size, changes=[change]
    )


@pytest.mark.parametrize(
    ("kind", "size", "relative", "words"),
    [
        ("DL", 0.9, 1, "A donor is predicted to be lost 1 base after the variant"),
        ("AG", 0.3, -2, "An acceptor may be gained 2 bases before the variant"),
        ("AL", 0.15, 0, "An acceptor is hardly lost at the variant"),
        ("SL", 0.5, 1_234, "A splice site is predicted to be lost 1,234 bases after"),
        ("DG", 0.05, 3, "No change of splicing is predicted (largest: 0.05)"),
    ],
)
def test_the_largest_change_is_told(
    kind: str, size: float, relative: int, words: str
) -> None:
    said = sentences.of_gene(_scores(kind, size, relative), None)
    assert said.startswith(words)
    assert said.endswith(".")


def test_what_a_laboratory_would_find_is_told_where_it_is_known() -> None:
    said = sentences.of_gene(_scores("DL", 0.9, 1), 0.725)
    assert "has a probability of 0.7" in said
