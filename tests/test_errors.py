"""`errors`: said in one line that is safe to print."""

import pickle
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinsplice import errors


@given(st.text())
def test_what_is_printed_moves_no_cursor_and_is_unambiguous(text: str) -> None:
    shown = errors.printable(text)
    assert shown.isprintable()
    assert (shown == text) == text.isprintable()
    kept = errors.printable(text, keep="\n\t")
    assert set(kept) & set(string.whitespace) <= {" ", "\n", "\t"}
    assert kept.count("\n") == text.count("\n")


def test_control_characters_and_foreign_bytes_are_escaped() -> None:
    assert errors.printable("\x1b[2Jx\r\x9b\u202e") == r"\x1b[2Jx\r\x9b\u202e"
    assert errors.printable(b"a\xff".decode("utf-8", "surrogateescape")) == r"a\xff"


def test_an_error_keeps_its_parts_and_prints_safely() -> None:
    error = errors.InputError("a rule", got="\x1b[31mred", remedy="mend it")
    assert error.got == "\x1b[31mred"
    assert str(error) == r"a rule; got \x1b[31mred; mend it"


@pytest.mark.parametrize("kind", [errors.InputError, errors.WeightsError])
def test_a_refusal_passes_from_one_process_to_another(
    kind: type[errors.TwinSpliceError],
) -> None:
    refusal = kind("a rule", got="a \x1b", remedy="mend it")
    again = pickle.loads(pickle.dumps(refusal))
    assert type(again) is kind
    assert str(again) == str(refusal)
    assert (again.rule, again.got, again.remedy) == ("a rule", "a \x1b", "mend it")
