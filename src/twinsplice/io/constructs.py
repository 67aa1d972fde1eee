"""Tables of sequence pairs without coordinates, such as an assay's constructs."""

import contextlib
import dataclasses
import pathlib
from collections.abc import Iterator

import polars as pl

from twinsplice import errors
from twinsplice.io import parquet_files

ENDINGS = (".parquet", ".tsv", ".tsv.gz")
_NEEDED = ("name", "ref", "alt")
_UNREADABLE = (pl.exceptions.PolarsError, pl.exceptions.PanicException)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Construct:
    """A sequence and its changed version, in the direction of transcription.

    Attributes:
        name: Its name.
        contig: Its chromosome, or another key that assigns it to a part of a split.
        ref: The sequence, upper case.
        alt: The changed sequence, upper case.
    """

    name: str
    contig: str
    ref: str
    alt: str


def is_table(path: pathlib.Path) -> bool:
    """Return whether a file name is that of a table."""
    return path.name.endswith(ENDINGS)


def read(path: pathlib.Path) -> list[Construct]:
    """Read a Parquet or TSV table with columns name, ref, alt and optionally contig.

    Without contig a construct's name is used.

    Raises:
        InputError: The file cannot be read, lacks a column, or has an empty cell.
    """
    with _sound(path):
        return _constructs(path)


def _constructs(path: pathlib.Path) -> list[Construct]:
    frame = _frame(path)
    missing = [name for name in _NEEDED if name not in frame.columns]
    if missing:
        raise _unsound(path, f"no column {', '.join(missing)}")
    if "contig" not in frame.columns:
        frame = frame.with_columns(contig="name")
    frame = frame.select(pl.col(*_NEEDED, "contig").cast(pl.String))
    empty = frame.select(pl.any_horizontal(pl.all().fill_null("") == "").arg_true())
    if len(empty):
        raise _unsound(path, f"an empty cell in row {int(empty.item(0, 0)) + 1}")
    return [
        Construct(name=name, contig=contig, ref=ref.upper(), alt=alt.upper())
        for name, ref, alt, contig in frame.iter_rows()
    ]


def _frame(path: pathlib.Path) -> pl.DataFrame:
    if path.name.endswith(".parquet"):
        content = path.read_bytes()
        parquet_files.require_sound(content, str(path))
        return pl.read_parquet(content)
    return pl.read_csv(path.read_bytes(), separator="\t", infer_schema=False)


@contextlib.contextmanager
def _sound(path: pathlib.Path) -> Iterator[None]:
    try:
        yield
    except (OSError, *_UNREADABLE) as error:
        reason = " ".join(str(error).split())[:80]
        raise _unsound(path, f"what cannot be read ({reason})") from error


def _unsound(path: pathlib.Path, fault: str) -> errors.InputError:
    return errors.InputError(
        "a table of sequences must have columns name, ref and alt, and no empty cells",
        got=f"{fault} in {path}",
        remedy="mend the table",
    )
