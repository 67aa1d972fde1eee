"""`transcript_tables`: what was written is read again; all else is refused."""

import pathlib

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support import transcripts as toys
from twinsplice import errors
from twinsplice.genome import transcript_sets, transcripts
from twinsplice.io.annotation import transcript_tables

ONE = transcript_sets.of([toys.transcript((1, 5), (9, 12), coding=(2, 11))])


@given(rows=st.lists(toys.some(), max_size=5), checked=st.booleans())
def test_a_table_gives_back_what_it_was_given(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[transcripts.Transcript],
    *,
    checked: bool,
) -> None:
    path = tmp_path_factory.mktemp("tables") / "transcripts.parquet"
    about = {"source": "toys", "licence": "none"}
    table = transcript_sets.of(rows)
    transcript_tables.write(path, table, about, checked=checked)
    before = path.read_bytes()
    again = transcript_tables.read(path)
    assert about.items() <= again.about.items()
    assert len(again.transcripts) == len(rows)
    for number, row in enumerate(rows):
        assert toys.facts(again.transcripts.row(number)) == toys.facts(row)
    transcript_tables.write(path, again.transcripts, about, checked=checked)
    assert path.read_bytes() == before


def test_what_is_no_transcript_table_is_refused(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "transcripts.parquet"
    with pytest.raises(errors.InputError, match="No such file"):
        transcript_tables.read(path)
    pl.DataFrame({"a": [1]}).write_parquet(path)
    with pytest.raises(errors.InputError, match="columns a"):
        transcript_tables.read(path)
    transcript_tables.write(path, ONE, {}, checked=True)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(errors.InputError, match="a transcript table is Parquet"):
        transcript_tables.read(path)


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("exon_ends", [5], "as many starts"),
        ("exon_ends", [1, 12], "ends before it starts"),
        ("gene", None, "empty cells"),
        ("exon_starts", [9, 1], "or before another"),
        ("exon_starts", [-1, 9], "beyond any contig"),
        ("exon_ends", [5, 1 << 62], "beyond any contig"),
        ("coding_start", None, "outside its exons"),
        ("coding_end", 13, "outside its exons"),
        ("coding_end", 2, "outside its exons"),
        ("mane", "perhaps", "perhaps"),
    ],
)
def test_rows_that_cannot_be_are_refused(
    tmp_path: pathlib.Path, column: str, value: object, message: str
) -> None:
    path = tmp_path / "transcripts.parquet"
    transcript_tables.write(path, ONE, {})
    frame = pl.read_parquet(path)
    changed = pl.Series(column, [value], dtype=frame.schema[column])
    frame.with_columns(changed).write_parquet(path)
    with pytest.raises(errors.InputError, match=message):
        transcript_tables.read(path)
