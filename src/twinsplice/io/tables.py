"""Tables of results: TSV, gzipped TSV or Parquet, written a batch at a time.

Memory stays constant however long a table grows. A value that is None or NaN is
an empty cell in TSV and null in Parquet.
"""

import abc
import contextlib
import gzip
import io
import math
import pathlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import IO, cast

import numpy as np
import polars as pl

from twinsplice import errors
from twinsplice.io import drafts

ENDINGS = (".tsv", ".tsv.gz", ".parquet")

Columns = Mapping[str, Sequence[object] | np.ndarray]
Schema = Mapping[str, type]

_BUFFER = 1 << 18
_PART_ROWS = 100_000
_ROW_BYTES = 1_000
_DTYPES: dict[type, pl.datatypes.DataTypeClass] = {
    str: pl.String,
    int: pl.Int64,
    float: pl.Float64,
    bool: pl.Boolean,
}


class Table(abc.ABC):
    """An open table."""

    @abc.abstractmethod
    def write(self, columns: Columns) -> None:
        """Append rows, given by column.

        Args:
            columns: The values of each column of the schema; omitted columns are
                missing in these rows. Integers may be given as floats with NaN.
        """


def is_table(path: pathlib.Path) -> bool:
    """Return whether a file name is that of a table rather than a VCF."""
    return path.name.endswith(ENDINGS)


@contextlib.contextmanager
def open_table(
    path: pathlib.Path, schema: Schema, metadata: Mapping[str, str] | None = None
) -> Iterator[Table]:
    """Open a table for writing within a block; an error in the block discards it.

    Args:
        path: The output; its ending selects the format.
        schema: Columns in order, each `str`, `int`, `float` or `bool`.
        metadata: What describes the table: the key-value metadata of a Parquet file;
            text has nowhere to put it.

    Raises:
        InputError: The name has no known ending or the place cannot be written to.
    """
    if not is_table(path):
        raise errors.InputError(
            f"a table's name must end in {', '.join(ENDINGS)}",
            got=str(path),
            remedy="rename the output",
        )
    with drafts.publishing(path) as draft:
        if path.name.endswith(".parquet"):
            with _writable():
                parquet = _Parquet(draft, schema, dict(metadata or {}))
                yield parquet
                parquet.finish()
        else:
            with _text(draft) as handle:
                yield _Tsv(handle, schema)


@contextlib.contextmanager
def _writable() -> Iterator[None]:
    try:
        yield
    except pl.exceptions.PolarsError as error:
        # Polars raises this when a disk is full.
        raise OSError(" ".join(str(error).split())) from error


@contextlib.contextmanager
def _text(draft: pathlib.Path) -> Iterator[io.TextIOBase]:
    with contextlib.ExitStack() as opened:
        raw = opened.enter_context(draft.open("wb", buffering=_BUFFER))
        if draft.name.endswith(".gz"):
            # Without name and time, equal tables give equal bytes.
            packed = gzip.GzipFile("", "wb", compresslevel=6, fileobj=raw, mtime=0)
            raw = cast("io.BufferedWriter", opened.enter_context(packed))
        yield opened.enter_context(io.TextIOWrapper(raw, "utf-8", newline=""))


def text(frame: pl.DataFrame) -> str:
    """Return a data frame as the text of a TSV file.

    Args:
        frame: Columns of the types that `open_table` knows.
    """
    handle = io.StringIO()
    kinds = {dtype(): kind for kind, dtype in _DTYPES.items()}
    schema = {name: kinds[dtype] for name, dtype in frame.schema.items()}
    table = _Tsv(handle, schema)
    if schema:
        table.write(frame.to_dict(as_series=False))
    return handle.getvalue()


class _Tsv(Table):
    """Rows as tab-separated text under one header line."""

    def __init__(self, handle: io.TextIOBase, schema: Schema) -> None:
        self._handle = handle
        self._cells: dict[str, Callable[[object], str]] = {
            name: _CELLS.get(kind, _cell) for name, kind in schema.items()
        }
        handle.write("\t".join(schema) + "\n")

    def write(self, columns: Columns) -> None:
        rows = len(next(iter(columns.values())))
        empty = [""] * rows
        cells = [
            list(map(as_text, _values(columns[name]))) if name in columns else empty
            for name, as_text in self._cells.items()
        ]
        lines = map("\t".join, zip(*cells, strict=True))
        self._handle.writelines(f"{line}\n" for line in lines)


class _Parquet(Table):
    """Rows written as parts, which are joined at the end.

    Polars writes a Parquet file in one call only, but joins files without loading
    them into memory.
    """

    def __init__(
        self, draft: pathlib.Path, schema: Schema, metadata: dict[str, str]
    ) -> None:
        self._draft = draft
        self._metadata = metadata
        self._folder = draft.with_name("parts")
        self._folder.mkdir()
        self._schema = schema
        self._frames: list[pl.DataFrame] = []
        self._buffered = 0
        self._parts: list[pathlib.Path] = []

    def write(self, columns: Columns) -> None:
        frame = as_frame(columns, self._schema)
        self._frames.append(frame)
        # Long alleles count as many rows.
        self._buffered += max(len(frame), int(frame.estimated_size()) // _ROW_BYTES)
        if self._buffered >= _PART_ROWS:
            self._flush()

    def finish(self) -> None:
        """Join the parts into the table."""
        if self._buffered or not self._parts:
            self._flush()
        if len(self._parts) == 1:
            self._parts[0].replace(self._draft)
        else:
            with contextlib.ExitStack() as opened:
                parts: list[IO[bytes]]
                parts = [opened.enter_context(part.open("rb")) for part in self._parts]
                draft = opened.enter_context(self._draft.open("wb"))
                pl.scan_parquet(parts).sink_parquet(draft, metadata=self._metadata)
            for part in self._parts:
                part.unlink()
        self._folder.rmdir()

    def _flush(self) -> None:
        part = self._folder / f"{len(self._parts):06}.parquet"
        frames = self._frames or [as_frame({}, self._schema)]
        # Polars takes names that are UTF-8 only, and those with * for patterns.
        with part.open("wb") as file:
            pl.concat(frames).write_parquet(file, metadata=self._metadata)
        self._parts.append(part)
        self._buffered = 0
        self._frames.clear()


def as_frame(columns: Columns, schema: Schema) -> pl.DataFrame:
    """Return columns as a data frame of a schema; NaN is null.

    Args:
        columns: As for `Table.write`.
        schema: Columns in order, each `str`, `int`, `float` or `bool`.
    """
    rows = len(next(iter(columns.values()))) if columns else 0
    return pl.DataFrame(
        [
            _series(columns.get(name, [None] * rows), kind).alias(name)
            for name, kind in schema.items()
        ]
    )


def _values(column: Sequence[object] | np.ndarray) -> Sequence[object]:
    return column.tolist() if isinstance(column, np.ndarray) else column


def _series(column: Sequence[object] | np.ndarray, kind: type) -> pl.Series:
    """A column in its type; NaN is null."""
    if kind is str:
        return pl.Series(values=[_escaped(value) for value in column], dtype=pl.String)
    series = pl.Series(values=_values(column), strict=False)
    if series.dtype.is_float():
        series = series.fill_nan(None)
    # A whole number beyond 64 bits, such as a mistaken POS, is null.
    return series.cast(_DTYPES[kind], strict=False)


def _escaped(value: object) -> object:
    """Escape bytes that were not UTF-8 in the input, since tables hold UTF-8 only."""
    if isinstance(value, str) and not value.isascii():
        return value.encode("utf-8", "surrogateescape").decode(
            "utf-8", "backslashreplace"
        )
    return value


def number_text(value: object) -> str:
    """Return a number as tables of text have it; empty if it is missing."""
    if value is None or math.isnan(number := cast("float", value)):
        return ""
    return f"{number:.6g}"


def _int_cell(value: object) -> str:
    if value is None or math.isnan(number := cast("float", value)):
        return ""
    return str(int(number))


def _cell(value: object) -> str:
    if value is None:
        return ""
    text = str(value)
    if text.isprintable():
        return text
    # Blanks replace characters that would break the row.
    return " ".join(str(_escaped(text)).split())


_CELLS: dict[type, Callable[[object], str]] = {float: number_text, int: _int_cell}
