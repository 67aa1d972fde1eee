"""Tables: what is written is what is read, and nothing half-done stays."""

import gzip
import math
import pathlib
import tempfile

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinsplice import errors
from twinsplice.io import tables

SCHEMA = {"gene": str, "position": int, "score": float, "masked": bool}

_row = st.fixed_dictionaries(
    {
        "gene": st.none() | st.text("ABC1-", min_size=1),
        "position": st.none() | st.integers(0, 1 << 40),
        "score": st.none() | st.floats(0, 1),
        "masked": st.none() | st.booleans(),
    }
)


Rows = list[dict[str, object]]


@pytest.mark.parametrize("name", ["t.tsv", "t.tsv.gz", "t.parquet"])
@pytest.mark.parametrize("as_arrays", [False, True])
@given(batches=st.lists(st.lists(_row, max_size=4), max_size=3))
def test_rows_come_back(name: str, *, as_arrays: bool, batches: list[Rows]) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        # Parts of two rows, so that Parquet has parts to join.
        patch.setattr(tables, "_PART_ROWS", 2)
        path = pathlib.Path(folder) / name
        with tables.open_table(path, SCHEMA) as table:
            for batch in batches:
                table.write(_columns(batch, as_arrays=as_arrays))
        found = _read(path).to_dicts()
        assert [each.name for each in pathlib.Path(folder).iterdir()] == [name]
    expected = [row for batch in batches for row in batch]
    assert len(found) == len(expected)
    for got, row in zip(found, expected, strict=True):
        score = row["score"]
        near = None if score is None else pytest.approx(score, rel=1e-5, abs=0)
        assert got == row | {"score": near}


def _columns(rows: Rows, *, as_arrays: bool) -> dict[str, list[object] | np.ndarray]:
    """Rows column by column; numbers as arrays of floats, where NaN is missing."""
    columns: dict[str, list[object] | np.ndarray] = {
        name: [row[name] for row in rows] for name in SCHEMA
    }
    if as_arrays:
        for name in ("position", "score"):
            columns[name] = np.array(columns[name], dtype=np.float64)
    return columns


def _read(path: pathlib.Path) -> pl.DataFrame:
    if path.name.endswith(".parquet"):
        return pl.read_parquet(path)
    content = path.read_bytes()
    lines = gzip.decompress(content) if path.name.endswith(".gz") else content
    cells = [line.split("\t") for line in lines.decode().splitlines()]
    assert cells[0] == list(SCHEMA)
    columns = [[cell or None for cell in column] for column in zip(*cells, strict=True)]
    frame = pl.DataFrame(
        {str(head): rest for head, *rest in columns},
        schema=dict.fromkeys(SCHEMA, pl.String),
    )
    return frame.with_columns(
        pl.col("position").cast(pl.Int64),
        pl.col("score").cast(pl.Float64),
        pl.col("masked") == "True",
    )


def test_missing_is_an_empty_cell(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "t.tsv"
    with tables.open_table(path, SCHEMA) as table:
        table.write({"gene": ["a\tb\n", None], "score": [math.nan, 1 / 3]})
        table.write({"position": np.array([math.nan, 7.0]), "masked": [False, None]})
    rows = path.read_text().split("\n")[1:]
    assert rows == ["a b\t\t\t", "\t\t0.333333\t", "\t\t\tFalse", "\t7\t\t", ""]


def test_not_a_number_is_null_in_parquet(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "t.parquet"
    with tables.open_table(path, SCHEMA) as table:
        table.write({"score": [math.nan], "position": np.array([math.nan])})
        table.write({"score": np.array([0.5]), "position": np.array([7.0])})
    frame = pl.read_parquet(path)
    assert frame.schema == pl.Schema(
        {
            "gene": pl.String,
            "position": pl.Int64,
            "score": pl.Float64,
            "masked": pl.Boolean,
        }
    )
    assert frame["score"].to_list() == [None, 0.5]
    assert frame["position"].to_list() == [None, 7]
    assert frame["gene"].to_list() == [None, None]


@pytest.mark.parametrize("name", ["t.tsv", "t.parquet"])
def test_a_table_without_rows_has_its_columns(
    tmp_path: pathlib.Path, name: str
) -> None:
    with tables.open_table(tmp_path / name, SCHEMA):
        pass
    found = _read(tmp_path / name)
    assert found.columns == list(SCHEMA)
    assert len(found) == 0


@pytest.mark.parametrize("name", ["t.tsv", "t.parquet"])
def test_text_that_is_no_utf_8_is_spelled_out(
    tmp_path: pathlib.Path, name: str
) -> None:
    with tables.open_table(tmp_path / name, SCHEMA) as table:
        table.write({"gene": ["a\udcffb"]})
    assert _read(tmp_path / name)["gene"].to_list() == ["a\\xffb"]


@pytest.mark.parametrize("name", ["t.tsv", "t.tsv.gz", "t.parquet"])
def test_an_error_leaves_nothing(tmp_path: pathlib.Path, name: str) -> None:
    def interrupted() -> None:
        with tables.open_table(tmp_path / name, SCHEMA) as table:
            table.write({"gene": ["a"]})
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_ending_is_refused(tmp_path: pathlib.Path) -> None:
    with (
        pytest.raises(errors.InputError, match=r"\.tsv"),
        tables.open_table(tmp_path / "t.xlsx", SCHEMA),
    ):
        pytest.fail("opened")


def test_long_alleles_fill_a_part_before_many_rows_do(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Memory is bounded by bytes."""
    monkeypatch.setattr(tables, "_PART_ROWS", 50)
    parts: list[int] = []
    flush = tables._Parquet._flush

    def counted(table: tables._Parquet) -> None:
        parts.append(sum(frame.height for frame in table._frames))
        flush(table)

    monkeypatch.setattr(tables._Parquet, "_flush", counted)
    path = tmp_path / "out.parquet"
    with tables.open_table(path, {"ref": str}) as table:
        for _ in range(12):
            table.write({"ref": ["A" * 10_000]})
    assert parts == [5, 5, 2]
    assert pl.read_parquet(path).height == 12
