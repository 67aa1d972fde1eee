"""`labelled.read`: the cells of a table, whatever its separator and its quotes."""

import pathlib

import pytest

from twinsplice import errors
from twinsplice.io.labels import labelled


def _rows(folder: pathlib.Path, content: bytes) -> list[tuple[int, dict[str, str]]]:
    path = folder / "x.csv"
    path.write_bytes(content)
    return [(row.number, dict(row.cells)) for row in labelled.read(path)]


@pytest.mark.parametrize(
    ("content", "cells"),
    [
        (b"a,b\n1,2\n", {"a": "1", "b": "2"}),
        (b"a\tb\r\n1\t2,3\r\n", {"a": "1", "b": "2,3"}),
        (b"\xef\xbb\xbfA ,B_b\n1,\n", {"a": "1", "bb": ""}),
        (b'"a",b\n"x,y","say ""z"""\n', {"a": "x,y", "b": 'say "z"'}),
        (b'a,b\n1,x"y"\n', {"a": "1", "b": 'x"y"'}),
        (b"a,b\n#1, 2\n", {"a": "#1", "b": " 2"}),
        # The csv module's limit is 131,072 letters.
        (b"a,b\n1," + b"C" * 200_000 + b"\n", {"a": "1", "b": "C" * 200_000}),
    ],
)
def test_cells_are_named_by_their_columns(
    tmp_path: pathlib.Path, content: bytes, cells: dict[str, str]
) -> None:
    assert _rows(tmp_path, content) == [(2, cells)]


def test_blank_rows_are_passed_over_and_numbers_are_those_of_lines(
    tmp_path: pathlib.Path,
) -> None:
    rows = _rows(tmp_path, b"a,b\n1,2\n\n,\n3,4\n")
    assert rows == [(2, {"a": "1", "b": "2"}), (5, {"a": "3", "b": "4"})]
    assert _rows(tmp_path, b"") == _rows(tmp_path, b"a,b\n") == []


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a,b,c\n1,2,3\n1,2\n", "must have 3 cells; got fewer of them in line 3"),
        (b"a,b\n1,2,2\n", "must have 2 cells; got more of them in line 2"),
        (b'a,b\n"1,2\n3,4\n', "its quotation marks in pairs"),
        (b'a,b\n3,4\n1,"2\n', "its quotation marks in pairs"),
        (b'a,b\n"1\n1",2\n', "must stand on one line"),
    ],
)
def test_a_row_of_another_length_is_refused(
    tmp_path: pathlib.Path, content: bytes, message: str
) -> None:
    with pytest.raises(errors.InputError, match=message):
        _rows(tmp_path, content)


def test_a_missing_column_is_named_with_those_there_are(tmp_path: pathlib.Path) -> None:
    (tmp_path / "x.csv").write_text("a,b\n1,2\n")
    with pytest.raises(errors.InputError, match=r"column c or d; got a, b in .*x\.csv"):
        list(labelled.read(tmp_path / "x.csv", ("a",), ("c", "d")))


@pytest.mark.parametrize("cell", ["1e300", "1e16", "-1e300", "inf", "1e999"])
def test_a_number_beyond_any_place_is_none(tmp_path: pathlib.Path, cell: str) -> None:
    path = tmp_path / "x.csv"
    path.write_text(f"a,b\n{cell},2\n")
    (row,) = labelled.read(path)
    with pytest.raises(errors.InputError, match=r"a must be a (whole )?number"):
        row.whole("a")
