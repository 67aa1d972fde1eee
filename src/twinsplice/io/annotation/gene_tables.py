"""The package's own gene tables: small, read in no time, shipped with it.

A gzipped text file. Comment lines `#key: value` name the source, licence and
citation; then come a header and one gene a line, tab-separated. `start` and `end`
are 0-based and half-open. Donors and acceptors are sorted and written as steps:
the first from `start`, each other from the one before.
"""

import dataclasses
import gzip
import itertools
import pathlib
from collections.abc import Iterable, Mapping

import numpy as np
from jaxtyping import Int64

from twinsplice import errors
from twinsplice.genome import coordinates, genes
from twinsplice.io import lines

MAGIC = "##twinsplice-genes 1"
_COLUMNS = "gene_id symbol contig strand start end donors acceptors"
_STRANDS = {strand.value: strand for strand in coordinates.Strand}
_DIGITS = frozenset("0123456789,")
_HEADER = _COLUMNS.replace(" ", "\t")


@dataclasses.dataclass(frozen=True)
class Table:
    """Genes of one table, and what its comment lines say of them."""

    genes: list[genes.Gene]
    about: Mapping[str, str]


def read(path: pathlib.Path) -> Table:
    """Read a table that `write` wrote.

    Raises:
        InputError: The file is missing, breaks off, or a line is malformed.
    """
    about: dict[str, str] = {}
    rows: list[tuple[int, list[str]]] = []
    for number, line in lines.read(path):
        if line.startswith("#"):
            key, _, value = line.lstrip("#").partition(": ")
            about[key] = value
        elif line != _HEADER:
            rows.append((number, line.split("\t")))
    try:
        return Table(_parse([row for _, row in rows]), about)
    except (ValueError, KeyError) as error:
        raise _malformed(rows, str(path)) from error


def write(
    path: pathlib.Path, table: Iterable[genes.Gene], about: Mapping[str, str]
) -> None:
    """Write a table; the same genes always make the same bytes.

    Args:
        path: Where to.
        table: Genes; one whose name is its identifier has no symbol.
        about: What its comment lines say: keys to values, one line each.
    """
    comments = [f"#{key}: {value}" for key, value in about.items()]
    text = [MAGIC, *comments, _HEADER, *map(_format, table)]
    data = "".join(f"{line}\n" for line in text).encode("utf-8")
    path.write_bytes(gzip.compress(data, compresslevel=9, mtime=0))


def _parse(rows: list[list[str]]) -> list[genes.Gene]:
    """Return the genes of rows; all at once, which is many times faster."""
    if not rows:
        return []
    ids, symbols, contigs, strands, first, last, donors, acceptors = map(
        list, zip(*rows, strict=True)
    )
    starts = [int(text) for text in first]
    sites = [_from_steps(texts, starts) for texts in (acceptors, donors)]
    return [
        genes.Gene(
            name=symbols[i] or ids[i],
            gene_id=ids[i],
            span=coordinates.Interval(contigs[i], starts[i], int(last[i])),
            strand=_STRANDS[strands[i]],
            acceptors=acceptors_of,
            donors=donors_of,
        )
        for i, (acceptors_of, donors_of) in enumerate(zip(*sites, strict=True))
    ]


def _from_steps(
    texts: list[str], starts: list[int]
) -> list[Int64[np.ndarray, " sites"]]:
    """Return the sites of every gene, from one running sum over all steps."""
    counts = np.array([text.count(",") + 1 if text else 0 for text in texts], np.int64)
    joined = ",".join(text for text in texts if text)
    if not _DIGITS.issuperset(joined) or ",," in joined:
        raise ValueError("a step must be a number")
    # Only an empty text or a stray letter would make this warn.
    steps = np.fromstring(joined or "0", dtype=np.int64, sep=",")[: counts.sum()]
    sums = np.concatenate([np.zeros(1, np.int64), steps.cumsum()])
    stops = counts.cumsum()
    shifts = np.array(starts, np.int64) - sums[stops - counts]
    sites = sums[1:] + np.repeat(shifts, counts)
    edges = itertools.pairwise([0, *stops.tolist()])
    return [sites[low:high] for low, high in edges]


def _format(gene: genes.Gene) -> str:
    symbol = "" if gene.name == gene.gene_id else gene.name
    span = gene.span
    edges = (_to_steps(sites, span.start) for sites in (gene.donors, gene.acceptors))
    fields = (gene.gene_id, symbol, span.contig, gene.strand, span.start, span.end)
    return "\t".join(map(str, (*fields, *edges)))


def _to_steps(sites: Int64[np.ndarray, " sites"], start: int) -> str:
    return ",".join(map(str, np.diff(sites, prepend=start).tolist()))


def _malformed(rows: list[tuple[int, list[str]]], where: str) -> errors.InputError:
    """Return the error for the first row that cannot be parsed on its own."""
    number, row = next(row for row in rows if not _is_sound(row[1]))
    return lines.malformed(
        f"a line of a gene table holds {_COLUMNS}",
        where=where,
        number=number,
        got=f"'{' '.join(row)[:60]}'",
    )


def _is_sound(row: list[str]) -> bool:
    try:
        _parse([row])
    except (ValueError, KeyError):
        return False
    return True
