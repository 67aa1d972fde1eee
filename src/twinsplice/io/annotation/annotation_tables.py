"""The gene tables of the SpliceAI and CI-SpliceAI programs, one gene a row.

SpliceAI's are tab-separated with exon starts (0-based) and ends of one transcript.
CI-SpliceAI's are comma-separated with the junctions of all transcripts, 1-based:
`jn_start` holds last bases of exons that an intron follows on the plus strand,
`jn_end` first bases of exons that an intron precedes; the two differ in length
where introns share an end.
"""

import csv
import pathlib
from collections.abc import Iterable, Iterator

import numpy as np
from jaxtyping import Int64

from twinsplice import errors
from twinsplice.genome import coordinates, genes
from twinsplice.io import lines

_SPLICEAI_HEADER = "#NAME CHROM STRAND TX_START TX_END EXON_START EXON_END"
_CISPLICEAI_HEADER = "gene_id chr strand start end jn_start jn_end"
_LONGEST_CELL = 1 << 30
SPLICEAI_COLUMNS = tuple(_SPLICEAI_HEADER.split())
CISPLICEAI_COLUMNS = tuple(_CISPLICEAI_HEADER.split())


def read_spliceai_table(
    table: pathlib.Path | str | Iterable[str], *, name: str = "table"
) -> list[genes.Gene]:
    """Read a table in the format of the SpliceAI program, in its order.

    Args:
        table: Path of the file, or its lines.
        name: Name of given lines in messages.

    Raises:
        InputError: The file cannot be read, or a line is malformed.
    """
    where = _name(table, name)
    rows = ((n, line.split("\t")) for n, line in lines.numbered(table))
    return [
        _spliceai_gene(row, where, number)
        for number, row in _rows(rows, SPLICEAI_COLUMNS, where)
    ]


def read_cispliceai_table(
    table: pathlib.Path | str | Iterable[str], *, name: str = "table"
) -> list[genes.Gene]:
    """Read a table in the format of the CI-SpliceAI program, in its order.

    Args:
        table: Path of the file, or its lines.
        name: Name of given lines in messages.

    Raises:
        InputError: The file cannot be read, or a line is malformed.
    """
    where = _name(table, name)
    rows = ((n, _cells(line, where, n)) for n, line in lines.numbered(table))
    return [
        _cispliceai_gene(row, where, number)
        for number, row in _rows(rows, CISPLICEAI_COLUMNS, where)
    ]


def _cells(line: str, where: str, number: int) -> list[str]:
    # A cell holds all junctions of a gene: Python's own bound is too low.
    csv.field_size_limit(_LONGEST_CELL)
    try:
        return next(csv.reader([line]), [])
    except csv.Error as error:
        raise lines.malformed(
            "a line of a gene table must be CSV",
            where=where,
            number=number,
            got=f"'{line[:40]}' ({error})",
        ) from error


def _rows(
    rows: Iterable[tuple[int, list[str]]], columns: tuple[str, ...], where: str
) -> Iterator[tuple[int, list[str]]]:
    """Yield numbered rows below the header, with the given columns in order."""
    rows = ((number, row) for number, row in rows if any(row))
    number, header = next(iter(rows), (1, []))
    missing = [column for column in columns if column not in header]
    if missing:
        raise lines.malformed(
            f"the header of a gene table names {' '.join(columns)}",
            where=where,
            number=number,
            got=f"no {' '.join(missing)}",
        )
    order = [header.index(column) for column in columns]
    for number, row in rows:
        if len(row) != len(header):
            raise lines.malformed(
                f"a line of a gene table has {len(header)} columns, as its header",
                where=where,
                number=number,
                got=f"{len(row)}",
            )
        yield number, [row[column] for column in order]


def _spliceai_gene(row: list[str], where: str, number: int) -> genes.Gene:
    name, contig, strand, start, end, exon_starts, exon_ends = row
    try:
        first, last = _positions(exon_starts), _positions(exon_ends)
        if len(first) != len(last) or not (first < last).all():
            raise _bad_gene(row, where, number)
        return genes.from_introns(
            names=(name, name),
            span=coordinates.Interval(contig, _position(start), _position(end)),
            strand=coordinates.Strand(strand),
            left=last[:-1] - 1,
            right=first[1:],
        )
    except (ValueError, OverflowError) as error:
        raise _bad_gene(row, where, number) from error


def _cispliceai_gene(row: list[str], where: str, number: int) -> genes.Gene:
    name, contig, strand, start, end, junction_starts, junction_ends = row
    try:
        return genes.from_introns(
            names=(name, name),
            # The last base is part of the gene, though CI-SpliceAI leaves it out.
            span=coordinates.Interval(contig, _position(start) - 1, _position(end)),
            strand=coordinates.Strand(strand),
            left=_positions(junction_starts) - 1,
            right=_positions(junction_ends) - 1,
        )
    except (ValueError, OverflowError) as error:
        raise _bad_gene(row, where, number) from error


def _position(text: str) -> int:
    # Numbers beyond 64 bits are refused here.
    return int(np.int64(int(text)))


def _positions(text: str) -> Int64[np.ndarray, " sites"]:
    return np.array([int(part) for part in text.split(",") if part], dtype=np.int64)


def _name(table: pathlib.Path | str | Iterable[str], name: str) -> str:
    return str(table) if isinstance(table, str | pathlib.Path) else name


def _bad_gene(row: list[str], where: str, number: int) -> errors.InputError:
    cells = " ".join(row[:5])
    return lines.malformed(
        "a line of a gene table has a strand + or - and exons within start and end",
        where=where,
        number=number,
        got=f"'{cells} ...'",
    )
