"""Transcripts as Parquet: the package's tables, and those of the cache.

One transcript a row; bases are 0-based and half-open, exons ascend on the plus strand,
`coding_start` and `coding_end` are empty where nothing is translated. The file's
metadata name the source, licence and citation.
"""

import dataclasses
import gzip
import io
import pathlib
import zlib
from collections.abc import Mapping

import numpy as np
import polars as pl
from jaxtyping import Int64

from twinsplice import errors
from twinsplice.genome import transcript_sets, transcripts, whole_numbers

SCHEMA: dict[str, pl.DataType] = {
    **dict.fromkeys(("transcript", "gene", "gene_id", "contig"), pl.String()),
    **dict.fromkeys(("strand", "mane", "partner"), pl.String()),
    "flagged": pl.Boolean(),
    **dict.fromkeys(("coding_start", "coding_end"), pl.Int64()),
    **dict.fromkeys(("exon_starts", "exon_ends"), pl.List(pl.Int64())),
}
_MANE = {mane.value: mane for mane in transcripts.Mane}
_GZIP_MAGIC = b"\x1f\x8b"
_UNREADABLE = (
    *(OSError, EOFError, ValueError, LookupError, zlib.error),
    *(pl.exceptions.PolarsError, pl.exceptions.PanicException),
)
# zstd's highest level is slow: for tables that ship with the package.
_SMALLEST, _QUICKEST = 22, 1


@dataclasses.dataclass(frozen=True)
class Table:
    """The transcripts of a table, and the file's metadata.

    Attributes:
        transcripts: In the table's order.
        about: The file's metadata, by key.
    """

    transcripts: transcript_sets.TranscriptSet
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
        return Table(_set(frame), pl.read_parquet_metadata(io.BytesIO(content)))
    except _UNREADABLE as error:
        raise errors.InputError(
            f"a transcript table is Parquet with columns {', '.join(SCHEMA)}",
            got=f"{path} ({' '.join(str(error).split())[:80]})",
            remedy="check that this is the file you meant, and that it is whole",
        ) from error


def write(
    path: pathlib.Path,
    table: transcript_sets.TranscriptSet,
    about: Mapping[str, str],
    *,
    checked: bool = False,
) -> None:
    """Write a table; the same transcripts always make the same bytes.

    Args:
        path: The output.
        table: The transcripts.
        about: The file's metadata.
        checked: Write quickly rather than compactly, and within gzip, whose checksum
            lets `read` detect damage before it parses.
    """
    content = io.BytesIO()
    _frame(table).write_parquet(
        content,
        compression="zstd",
        compression_level=_QUICKEST if checked else _SMALLEST,
        metadata=dict(about),
    )
    packed = content.getvalue()
    path.write_bytes(gzip.compress(packed, 0, mtime=0) if checked else packed)


def _frame(table: transcript_sets.TranscriptSet) -> pl.DataFrame:
    bounds = table.exon_first[1:-1].tolist()
    coding = table.coding_start != transcript_sets.NOT_CODING
    columns = {
        "transcript": table.names,
        "gene": table.genes,
        "gene_id": table.gene_ids,
        "contig": table.contigs,
        "strand": np.where(table.minus, "-", "+").tolist(),
        "mane": [mane.value for mane in table.mane],
        "partner": table.partners,
        "flagged": table.flagged.tolist(),
        **{
            name: [
                base if translated else None
                for base, translated in zip(
                    values.tolist(), coding.tolist(), strict=True
                )
            ]
            for name, values in (
                ("coding_start", table.coding_start),
                ("coding_end", table.coding_end),
            )
        },
        **{
            name: [part.tolist() for part in np.split(values, bounds)][: len(table)]
            for name, values in (
                ("exon_starts", table.exon_starts),
                ("exon_ends", table.exon_ends),
            )
        },
    }
    return pl.DataFrame(columns, schema=SCHEMA)


def _set(frame: pl.DataFrame) -> transcript_sets.TranscriptSet:
    if frame.schema != SCHEMA:
        raise ValueError(f"columns {', '.join(frame.columns)}")
    widths = frame["exon_starts"].list.len()
    if any(frame.drop("coding_start", "coding_end").null_count().row(0)):
        raise ValueError("empty cells")
    if not (widths > 0).all() or not widths.equals(frame["exon_ends"].list.len()):
        raise ValueError("a transcript has as many starts of exons as ends")
    starts, ends = (
        frame[name].explode().drop_nulls().to_numpy()
        for name in ("exon_starts", "exon_ends")
    )
    exon_first = np.r_[0, np.cumsum(widths.to_numpy())].astype(np.int64)
    coding_start, coding_end = (
        frame[name].fill_null(transcript_sets.NOT_CODING).to_numpy()
        for name in ("coding_start", "coding_end")
    )
    if len(frame):
        _require_places(starts, ends, exon_first, (coding_start, coding_end))
    return transcript_sets.TranscriptSet(
        names=frame["transcript"].to_list(),
        genes=frame["gene"].to_list(),
        gene_ids=frame["gene_id"].to_list(),
        contigs=frame["contig"].to_list(),
        minus=(frame["strand"] == "-").to_numpy(),
        coding_start=coding_start,
        coding_end=coding_end,
        mane=[_MANE[mane] for mane in frame["mane"].to_list()],
        partners=frame["partner"].to_list(),
        flagged=frame["flagged"].to_numpy(),
        exon_starts=starts,
        exon_ends=ends,
        exon_first=exon_first,
    )


def _require_places(
    starts: Int64[np.ndarray, " exons"],
    ends: Int64[np.ndarray, " exons"],
    exon_first: Int64[np.ndarray, " rows_1"],
    coding: tuple[Int64[np.ndarray, " rows"], Int64[np.ndarray, " rows"]],
) -> None:
    """Refuse exons that do not ascend, and what is coded outside of them.

    Raises:
        ValueError: There are such.
    """
    follows = np.ones(len(starts), dtype=bool)
    follows[exon_first[:-1]] = False
    if not (starts < ends).all() or (starts[1:] < ends[:-1])[follows[1:]].any():
        raise ValueError("an exon ends before it starts, or before another")
    first, last = starts[exon_first[:-1]], ends[exon_first[1:] - 1]
    if first.min() < 0 or last.max() >= whole_numbers.BEYOND:
        raise ValueError("an exon beyond any contig")
    none = (coding[0] == transcript_sets.NOT_CODING) & (coding[1] == coding[0])
    held = (first <= coding[0]) & (coding[0] < coding[1]) & (coding[1] <= last)
    if not (none | held).all():
        raise ValueError("a coding sequence outside its exons")
