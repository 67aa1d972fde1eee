"""Settings of `sample`: fractions that sum to 1."""

import pathlib

import pytest

from twinsplice import errors
from twinsplice.settings import sample


def _config(**fractions: float) -> sample.Config:
    return sample.Config(
        reference=pathlib.Path("x.fa"),
        annotation="grch37",
        **fractions,  # type: ignore[arg-type]
    )


def test_fractions_of_regions_and_of_kinds_sum_to_1() -> None:
    assert _config(acceptor=0.5, donor=0.0).acceptor == 0.5
    assert _config(snv=1 / 3, insertion=1 / 3, deletion=1 / 3).snv == 1 / 3


@pytest.mark.parametrize(
    ("fractions", "message"),
    [
        ({"exon": 0.3}, "--acceptor, --donor, .* that sum to 1; got 0.25, 0.25, 0.3"),
        ({"acceptor": 0.6, "donor": -0.1}, "--acceptor, --donor, .* that sum to 1"),
        ({"snv": 0.6}, "--snv, --insertion, --deletion must be .*; change them"),
    ],
)
def test_other_fractions_are_refused(fractions: dict[str, float], message: str) -> None:
    with pytest.raises(errors.InputError, match=message):
        _config(**fractions)
