"""`errors`: said in one line that is safe to print."""

import string

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
