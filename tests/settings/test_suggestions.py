"""`suggestions`: what someone may have meant."""

import pytest

from twinsplice.settings import suggestions

NAMES = ("twinsplice", "spliceai", "cispliceai")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("twinsplce", "did you mean twinsplice"),
        ("CISpliceAI", "did you mean cispliceai"),
        ("nothing", "check it"),
        ("", "check it"),
    ],
)
def test_close_names_are_told(name: str, said: str) -> None:
    assert suggestions.remedy(name, NAMES, "check it").startswith(said)


def test_a_name_keeps_its_case_in_print() -> None:
    assert suggestions.remedy("brca", ["BRCA1"], "") == "did you mean BRCA1?"
