"""`constructs`: tables of sequences, whole or refused."""

import gzip
import pathlib

import polars as pl
import pytest

from twinsplice import errors
from twinsplice.io import constructs

ROWS = {"name": ["a", "1"], "ref": ["acgT", "AC"], "alt": ["ACG", "GT"]}


def _write(path: pathlib.Path, frame: pl.DataFrame) -> pathlib.Path:
    if path.name.endswith(".parquet"):
        frame.write_parquet(path)
    else:
        text = frame.write_csv(separator="\t").encode()
        path.write_bytes(gzip.compress(text) if path.name.endswith(".gz") else text)
    return path


@pytest.mark.parametrize("name", ["x.tsv", "x.tsv.gz", "x.parquet"])
@pytest.mark.parametrize("contigs", [None, ["chr1", "7"]])
def test_forms_hold_the_same(
    tmp_path: pathlib.Path, name: str, contigs: list[str] | None
) -> None:
    frame = pl.DataFrame(ROWS | ({"contig": contigs} if contigs else {}))
    path = _write(tmp_path / name, frame)
    assert constructs.is_table(path)
    assert constructs.read(path) == [
        constructs.Construct(
            name=ROWS["name"][i],
            contig=(contigs or ROWS["name"])[i],
            ref=ROWS["ref"][i].upper(),
            alt=ROWS["alt"][i],
        )
        for i in range(2)
    ]


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (pl.DataFrame(ROWS).drop("alt"), "no column alt"),
        (pl.DataFrame(ROWS).drop("ref", "name"), "no column name, ref"),
        (pl.DataFrame(ROWS | {"ref": ["A", None]}), "an empty cell in row 2"),
        (pl.DataFrame(ROWS | {"name": ["", "b"]}), "an empty cell in row 1"),
    ],
)
@pytest.mark.parametrize("name", ["x.tsv", "x.parquet"])
def test_tables_with_holes_are_refused(
    tmp_path: pathlib.Path, name: str, frame: pl.DataFrame, message: str
) -> None:
    path = _write(tmp_path / name, frame)
    with pytest.raises(errors.InputError, match=f"{message} in .*; mend the table"):
        constructs.read(path)


def test_cells_that_are_no_text_are_refused(tmp_path: pathlib.Path) -> None:
    frame = pl.DataFrame(ROWS | {"ref": [[{"a": 1}], [{"a": 2}]]})
    path = _write(tmp_path / "x.parquet", frame)
    with pytest.raises(errors.InputError, match="cannot be read"):
        constructs.read(path)


@pytest.mark.parametrize("name", ["x.tsv", "x.parquet"])
def test_what_is_no_table_is_refused(tmp_path: pathlib.Path, name: str) -> None:
    path = tmp_path / name
    with pytest.raises(errors.InputError, match="cannot be read"):
        constructs.read(path)
    path.write_bytes(b"\xff\xfe\x00rubbish")
    with pytest.raises(errors.InputError, match=r"cannot be read|no column"):
        constructs.read(path)
