"""Types are checked while tests run: of arguments, of results, and between both."""

import dataclasses
from typing import Literal

import jaxtyping
import numpy as np
import pytest
from jaxtyping import Float64

from support import type_checks
from twinsplice.genome import dna

Row = Float64[np.ndarray, " n"]


@type_checks.checked
def added(one: Row, other: Row, *, cut: int = 0) -> Row:
    total: Row = one + other[: len(one)]
    return total[cut:]


@type_checks.checked
def widened(width: int) -> Float64[np.ndarray, "rows {width}"]:
    return np.zeros((2, width + (width > 3)))


@type_checks.checked
def named(kind: Literal["a", "b"], number: int) -> str:
    return f"{kind}{number}" if number else 0  # type: ignore[return-value]


@type_checks.checked
@dataclasses.dataclass(frozen=True)
class Pair:
    """Two rows of one length."""

    one: Row
    other: Row


def test_a_letter_is_one_number_in_arguments_and_results() -> None:
    assert len(added(np.zeros(3), np.zeros(3))) == 3
    with pytest.raises(jaxtyping.TypeCheckError):
        added(np.zeros(3), np.zeros(4))
    with pytest.raises(jaxtyping.TypeCheckError):
        added(np.zeros(3), np.zeros(3), cut=1)
    with pytest.raises(jaxtyping.TypeCheckError):
        added(np.zeros(3, dtype=np.float32), np.zeros(3))
    # Of the next call it may be another.
    assert len(added(np.zeros(5), np.zeros(5))) == 5


def test_a_shape_may_be_an_argument() -> None:
    assert widened(3).shape == (2, 3)
    with pytest.raises(jaxtyping.TypeCheckError):
        widened(4)


def test_types_that_are_no_arrays_are_checked() -> None:
    assert named("a", 1) == "a1"
    for kind, number in (("c", 1), ("a", "1"), ("a", 0)):
        with pytest.raises(jaxtyping.TypeCheckError):
            named(kind, number)


def test_a_dataclass_is_checked_when_it_is_made() -> None:
    assert len(Pair(np.zeros(2), np.zeros(2)).one) == 2
    with pytest.raises(jaxtyping.TypeCheckError):
        Pair(np.zeros(2), np.zeros(3))


def test_the_package_is_checked() -> None:
    with pytest.raises(jaxtyping.TypeCheckError):
        dna.encode(5)  # type: ignore[arg-type]
