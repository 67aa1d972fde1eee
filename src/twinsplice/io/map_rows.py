"""The rows of a reference map: its genes, and their sites as bytes.

A log odds is one byte: 0 below the floor, 1 to 255 in even steps from the floor's own
log odds to `HIGHEST`.
"""

import dataclasses
import functools
import math
from collections.abc import Iterable

import numpy as np
import polars as pl
from jaxtyping import Float, Float32, Int64, UInt8

from twinsplice.genome import whole_numbers

HIGHEST = 9.0
"""Log odds of the highest code; larger ones are clipped to it."""
TRACKS = ("acceptor", "donor")
SCHEMA: dict[str, pl.DataType] = {
    "contig": pl.String(),
    "minus": pl.Boolean(),
    **dict.fromkeys(("start", "end"), pl.Int64()),
    "crc32": pl.UInt32(),
    "gap": pl.List(pl.UInt32()),
    **dict.fromkeys(TRACKS, pl.List(pl.UInt8())),
}
"""`gap` is each site's distance from the one before it, or from the gene's start."""


@dataclasses.dataclass(frozen=True, order=True, slots=True)
class MappedGene:
    """A gene of a map.

    Attributes:
        contig: Canonical name of its contig, without `chr`.
        start: First transcribed base (0-based, plus strand).
        end: The base after its last one.
        minus: Whether it lies on the minus strand.
        crc32: Checksum of the codes of its bases along the plus strand.
    """

    contig: str
    start: int
    end: int
    minus: bool
    crc32: int


@dataclasses.dataclass(frozen=True, eq=False, slots=True)
class Sites:
    """Bases of a gene where a splice site is likely enough to be kept.

    Attributes:
        position: Their positions (0-based, plus strand), ascending.
        log_odds: Log odds of acceptor and donor against neither; -inf below the floor.
    """

    position: Int64[np.ndarray, " sites"]
    log_odds: Float32[np.ndarray, "sites 2"]


@dataclasses.dataclass(frozen=True, eq=False, slots=True)
class Codes:
    """The sites of all genes, one gene after the other.

    Attributes:
        edges: Number of each gene's first site, and of all sites.
        position: Positions of the sites.
        code: Codes of acceptor and donor.
    """

    edges: Int64[np.ndarray, " edges"]
    position: Int64[np.ndarray, " sites"]
    code: UInt8[np.ndarray, "sites 2"]


def encode(
    log_odds: Float[np.ndarray, "..."], floor: float
) -> UInt8[np.ndarray, "..."]:
    """Return log odds as bytes: 0 below the floor, else the nearest step.

    Args:
        log_odds: Log odds against neither; no NaN.
        floor: Lowest probability that is kept.
    """
    lowest, step = _scale(floor)
    values = np.asarray(log_odds, dtype=np.float64)
    steps = np.rint((np.clip(values, lowest, HIGHEST) - lowest) / step)
    return np.where(values < lowest, 0, 1 + steps).astype(np.uint8)


def decode(codes: UInt8[np.ndarray, "..."], floor: float) -> Float32[np.ndarray, "..."]:
    """Return the log odds of bytes; -inf for 0."""
    values: Float32[np.ndarray, ...] = _table(floor)[codes]
    return values


def frame(
    mapped: Iterable[MappedGene], sites: Iterable[Sites], floor: float
) -> pl.DataFrame:
    """Return a row for each gene, sorted by place.

    Args:
        mapped: The genes, in any order.
        sites: The sites of each; those below the floor are left out.
        floor: Lowest probability that is kept.

    Raises:
        ValueError: A gene is there twice, or has sites that are not ascending or
            outside it.
    """
    pairs = sorted(zip(mapped, sites, strict=True), key=lambda pair: pair[0])
    rows = [_row(gene, found, floor) for gene, found in pairs]
    if len({row[:4] for row in rows}) < len(rows):
        raise ValueError("a map has each gene once")
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def of_frame(rows: pl.DataFrame) -> tuple[list[MappedGene], Codes]:
    """Return the genes and sites of rows.

    Raises:
        ValueError: These are no such rows.
    """
    if rows.schema != SCHEMA or any(rows.null_count().row(0)):
        raise ValueError(f"columns {', '.join(rows.columns)}")
    counts = [rows[name].list.len().to_numpy() for name in ("gap", *TRACKS)]
    if any((count != counts[0]).any() for count in counts):
        raise ValueError("sites without a position or a probability")
    edges = np.concatenate([[0], np.cumsum(counts[0], dtype=np.int64)])
    # An empty list explodes to a null.
    gap, *code = (
        rows[name].explode().drop_nulls().to_numpy() for name in ("gap", *TRACKS)
    )
    # Gaps summed over all genes, less what they sum to before each gene.
    summed = np.concatenate([[0], np.cumsum(gap, dtype=np.int64)])
    shift = rows["start"].to_numpy() - summed[edges[:-1]]
    position = summed[1:] + np.repeat(shift, counts[0])
    places = rows.select("contig", "start", "end", "minus", "crc32").iter_rows()
    mapped = [MappedGene(*place) for place in places]
    _require_places(mapped, np.repeat(np.arange(len(mapped)), counts[0]), position)
    return mapped, Codes(edges, position, np.stack(code, axis=1))


def _require_places(
    mapped: list[MappedGene],
    gene: Int64[np.ndarray, " sites"],
    position: Int64[np.ndarray, " sites"],
) -> None:
    """Refuse genes that cannot be, and sites that do not ascend within theirs.

    Raises:
        ValueError: There are such.
    """
    if len({(g.contig, g.minus, g.start, g.end) for g in mapped}) < len(mapped):
        raise ValueError("a gene twice")
    if not all(0 <= each.start < each.end < whole_numbers.BEYOND for each in mapped):
        raise ValueError("a gene without bases")
    start, end = (
        np.array([getattr(each, name) for each in mapped], dtype=np.int64)[gene]
        for name in ("start", "end")
    )
    ascend = (np.diff(position) > 0) | (np.diff(gene) > 0)
    if not (ascend.all() and ((start <= position) & (position < end)).all()):
        raise ValueError("sites that do not ascend within their gene")


@functools.lru_cache(maxsize=8)
def _table(floor: float) -> Float32[np.ndarray, " codes"]:
    lowest, step = _scale(floor)
    values = lowest + step * (np.arange(256) - 1.0)
    values[0] = -np.inf
    return values.astype(np.float32)


def _scale(floor: float) -> tuple[float, float]:
    """The log odds of code 1, and those between two codes."""
    # In single precision, so that what is decoded is encoded as it was.
    lowest = float(np.float32(math.log(floor / (1 - floor))))
    return lowest, (HIGHEST - lowest) / 254


def _row(
    gene: MappedGene, sites: Sites, floor: float
) -> tuple[str, bool, int, int, int, list[int], list[int], list[int]]:
    code = encode(sites.log_odds, floor)
    kept = code.any(axis=1)
    position, code = sites.position[kept], code[kept]
    edges = np.concatenate([[gene.start - 1], position, [gene.end]])
    if (np.diff(edges) < 1).any():
        raise ValueError(f"sites ascend within their gene; got others in {gene}")
    gap = np.diff(position, prepend=gene.start)
    place = gene.contig, gene.minus, gene.start, gene.end
    return (*place, gene.crc32, gap.tolist(), *(code[:, i].tolist() for i in (0, 1)))
