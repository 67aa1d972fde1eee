"""Genes as Parquet: the package's tables, and those of the cache.

One gene a row, in the annotation's order; `start` and `end` are 0-based and
half-open, donors and acceptors sorted lists of positions. The file's metadata name
the source, licence and citation.
"""

import dataclasses
import gzip
import io
import itertools
import pathlib
import zlib
from collections.abc import Iterable, Mapping

import numpy as np
import polars as pl
from jaxtyping import Int64

from twinsplice import errors
from twinsplice.genome import coordinates, genes, whole_numbers

SCHEMA: dict[str, pl.DataType] = {
    **dict.fromkeys(("gene_id", "symbol", "contig", "strand"), pl.String()),
    **dict.fromkeys(("start", "end"), pl.Int64()),
    **dict.fromkeys(("donors", "acceptors"), pl.List(pl.Int64())),
}
_GZIP_MAGIC = b"\x1f\x8b"
_STRANDS = {strand.value: strand for strand in coordinates.Strand}
_UNREADABLE = (
    *(OSError, EOFError, ValueError, LookupError, zlib.error),
    *(pl.exceptions.PolarsError, pl.exceptions.PanicException),
)
# zstd's highest level is slow: for tables that ship with the package.
_SMALLEST, _QUICKEST = 22, 1


def _ascend_within(sites: str) -> pl.Expr:
    """Say whether sites ascend within their gene."""
    of, start = pl.col(sites).list, pl.col("start")
    gaps = of.diff(null_behavior="drop").list.min().fill_null(1)
    first, last = of.first().fill_null(start), of.last().fill_null(start)
    return (gaps > 0) & (start <= first) & (last < pl.col("end"))


_ARE_SOUND = (
    (pl.col("start") >= 0)
    & (pl.col("start") < pl.col("end"))
    & (pl.col("end") < whole_numbers.BEYOND)
    & _ascend_within("donors")
    & _ascend_within("acceptors")
)


@dataclasses.dataclass(frozen=True)
class Table:
    """The genes of a table, and the file's metadata.

    Attributes:
        genes: In the table's order.
        about: The file's metadata, by key.
    """

    genes: list[genes.Gene]
    about: Mapping[str, str]


def read(path: pathlib.Path) -> Table:
    """Read a table that `write` wrote.

    Raises:
        InputError: The file is missing, damaged, or holds something else.
    """
    try:
        content = path.read_bytes()
        if content.startswith(_GZIP_MAGIC):
            content = gzip.decompress(content)
        frame = pl.read_parquet(io.BytesIO(content))
        return Table(_genes(frame), pl.read_parquet_metadata(io.BytesIO(content)))
    except _UNREADABLE as error:
        raise errors.InputError(
            f"a gene table is Parquet with columns {', '.join(SCHEMA)}",
            got=f"{path} ({' '.join(str(error).split())[:80]})",
            remedy="check that this is the file you meant, and that it is whole",
        ) from error


def write(
    path: pathlib.Path,
    table: Iterable[genes.Gene],
    about: Mapping[str, str],
    *,
    checked: bool = False,
) -> None:
    """Write a table; the same genes always make the same bytes.

    Args:
        path: The output.
        table: Genes; the name of a gene without a symbol is its identifier.
        about: The file's metadata.
        checked: Write quickly rather than compactly, and within gzip, whose checksum
            lets `read` detect damage before it parses.
    """
    rows = [
        (
            *(gene.gene_id, gene.name, gene.span.contig, gene.strand.value),
            *(gene.span.start, gene.span.end, gene.donors, gene.acceptors),
        )
        for gene in table
    ]
    content = io.BytesIO()
    pl.DataFrame(rows, schema=SCHEMA, orient="row").write_parquet(
        content,
        compression="zstd",
        compression_level=_QUICKEST if checked else _SMALLEST,
        metadata=dict(about),
    )
    packed = content.getvalue()
    path.write_bytes(gzip.compress(packed, 0, mtime=0) if checked else packed)


def _genes(frame: pl.DataFrame) -> list[genes.Gene]:
    if frame.schema != SCHEMA:
        raise ValueError(f"columns {', '.join(frame.columns)}")
    if any(frame.null_count().row(0)):
        raise ValueError("empty cells")
    if not frame.select(_ARE_SOUND.all()).item():
        raise ValueError("a gene without bases, or sites not ascending within it")
    sites = zip(_pieces(frame["acceptors"]), _pieces(frame["donors"]), strict=True)
    columns = frame.drop("donors", "acceptors").iter_rows()
    return [
        genes.Gene(
            name=symbol,
            gene_id=gene_id,
            span=coordinates.Interval(contig, start, end),
            strand=_STRANDS[strand],
            acceptors=acceptors,
            donors=donors,
        )
        for (gene_id, symbol, contig, strand, start, end), (acceptors, donors) in zip(
            columns, sites, strict=True
        )
    ]


def _pieces(lists: pl.Series) -> list[Int64[np.ndarray, " part"]]:
    """Return every list as an array, all at once for speed."""
    # An empty list explodes to a null.
    flat = lists.explode().drop_nulls().to_numpy()
    edges = [0, *lists.list.len().cum_sum().to_list()]
    if edges[-1] != len(flat):
        raise ValueError("empty cells")
    return [flat[low:high] for low, high in itertools.pairwise(edges)]
