"""Reference maps: a base model's reference probabilities over whole genes, sparse.

A map has the acceptor's and the donor's log odds against neither, log(p / (1 - p of
acceptor - p of donor)), at every base of a gene where one of them is at the floor or
above; bases outside the gene were unknown to the networks. A log odds is one byte: 0
below the floor, 1 to 255 in even steps from the floor's own log odds to `HIGHEST`.

A map is a Parquet file with a row for each gene, sorted by place. Its metadata say
which base model, annotation and floor it belongs to.
"""

import dataclasses
import functools
import hashlib
import io
import json
import math
import pathlib
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import polars as pl
from jaxtyping import Float, Float32, Int64, UInt8

from twinsplice import errors
from twinsplice.genome import coordinates, genes
from twinsplice.io import drafts, sealing

FORMAT = "1"
"""Version of the format; maps of other versions cannot be read."""
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
_LARGEST_BYTES, _MOST_SITES = 1 << 30, 100_000_000
_SMALLEST = 22
_UNREADABLE = (
    *(OSError, ValueError, LookupError, TypeError),
    *(pl.exceptions.PolarsError, pl.exceptions.PanicException),
)


@dataclasses.dataclass(frozen=True)
class Metadata:
    """What a map belongs to.

    Attributes:
        base_model: Name of the base model.
        base_model_sha256: Checksum of its weights.
        annotation: Name of the annotation.
        annotation_sha256: Checksum of its genes' places, see `annotation_digest`.
        reference: File name of the reference.
        floor: Lowest probability that is kept.
        version: Version of TwinSplice that made the map.
        precision: Number format of the convolutions.
    """

    base_model: str
    base_model_sha256: str
    annotation: str
    annotation_sha256: str
    reference: str
    floor: float
    version: str
    precision: str = "float32"


@dataclasses.dataclass(frozen=True)
class Shard:
    """The part of a map that one of several runs makes.

    Attributes:
        number: Its number, from 1.
        of: Number of shards.
        settings: Checksum of the settings and genes that all shards have in common.
    """

    number: int
    of: int
    settings: str


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
class _Codes:
    """The sites of all genes, one gene after the other.

    Attributes:
        edges: Number of each gene's first site, and of all sites.
        position: Positions of the sites.
        code: Codes of acceptor and donor.
    """

    edges: Int64[np.ndarray, " edges"]
    position: Int64[np.ndarray, " sites"]
    code: UInt8[np.ndarray, "sites 2"]


class ReferenceMap:
    """A map in memory; genes go by number.

    Attributes:
        metadata: What it belongs to.
        genes: Its genes, in order.
        shard: Which part it is of a map that is not merged yet; else None.
    """

    def __init__(
        self,
        metadata: Metadata,
        mapped: Sequence[MappedGene],
        codes: _Codes,
        shard: Shard | None = None,
    ) -> None:
        self.metadata = metadata
        self.genes = tuple(mapped)
        self.shard = shard
        self._codes = codes
        self._numbers = {
            (gene.contig, gene.minus, gene.start, gene.end): number
            for number, gene in enumerate(self.genes)
        }

    def __len__(self) -> int:
        return len(self.genes)

    def gene(
        self,
        contig: str,
        minus: bool,  # noqa: FBT001
        start: int,
        end: int,
    ) -> int | None:
        """Return the number of the gene of that very place; None if there is none.

        Args:
            contig: Its contig, by any of its names.
            minus: Whether it lies on the minus strand.
            start: Its first base (0-based, plus strand).
            end: The base after its last one.
        """
        name = coordinates.canonical_contig(contig)
        return self._numbers.get((name, minus, start, end))

    def crc32(self, gene: int) -> int:
        """Return the checksum of the codes of a gene's bases along the plus strand."""
        return self.genes[gene].crc32

    def sites(self, gene: int, first: int, end: int) -> Sites:
        """Return the sites of a gene within an interval of the plus strand.

        Args:
            gene: Number of the gene.
            first: First base (0-based).
            end: The base after the last.
        """
        low, high = self._codes.edges[gene : gene + 2].tolist()
        position = self._codes.position[low:high]
        begin, stop = np.searchsorted(position, [first, max(first, end)]).tolist()
        return Sites(
            position=_frozen(position[begin:stop]),
            log_odds=_frozen(
                decode(self._codes.code[low + begin : low + stop], self.metadata.floor)
            ),
        )


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


def annotation_digest(index: genes.GeneIndex) -> str:
    """Return a checksum of the places of an annotation's genes, in any order."""
    places = sorted(
        f"{coordinates.canonical_contig(gene.span.contig)}\t{gene.strand.value}\t"
        f"{gene.span.start}\t{gene.span.end}\n"
        for gene in index.genes
    )
    return hashlib.sha256("".join(places).encode()).hexdigest()


def write(
    path: pathlib.Path,
    metadata: Metadata,
    mapped: Iterable[MappedGene],
    sites: Iterable[Sites],
    shard: Shard | None = None,
) -> None:
    """Write a map; the same content always makes the same bytes.

    Args:
        path: The output, replaced once it is whole.
        metadata: What the map belongs to.
        mapped: The genes, in any order.
        sites: The sites of each; those below the floor are left out.
        shard: Which part of a map this is, unless it is a whole one.

    Raises:
        InputError: The output's folder is missing or cannot be written to.
        ValueError: A gene is there twice, or has sites that are not ascending or
            outside it.
    """
    pairs = sorted(zip(mapped, sites, strict=True), key=lambda pair: pair[0])
    rows = [_row(gene, found, metadata.floor) for gene, found in pairs]
    if len({row[:4] for row in rows}) < len(rows):
        raise ValueError("a map has each gene once")
    stated = {
        "format": FORMAT,
        "map": json.dumps(dataclasses.asdict(metadata), sort_keys=True),
        "shard": json.dumps(shard and dataclasses.asdict(shard), sort_keys=True),
        "sites": str(sum(len(row[5]) for row in rows)),
        "seal": sealing.BLANK,
    }
    content = io.BytesIO()
    pl.DataFrame(rows, schema=SCHEMA, orient="row").write_parquet(
        content, compression="zstd", compression_level=_SMALLEST, metadata=stated
    )
    with drafts.publishing(path) as draft:
        draft.write_bytes(sealing.seal(content.getvalue()))


def read(path: pathlib.Path) -> ReferenceMap:
    """Read a map that `write` wrote.

    Raises:
        InputError: The file is missing, damaged, too large, of another version, or
            holds something else.
    """
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise ValueError("a file of more than 1 GiB")
        content = path.read_bytes()
        if not sealing.is_whole(content):
            raise ValueError("another sort of file, or a damaged one")
        stated = pl.read_parquet_metadata(io.BytesIO(content))
        if stated["format"] != FORMAT:
            raise ValueError(f"format {stated['format'][:20]} instead of {FORMAT}")
        metadata, shard = _stated(stated)
        frame = pl.read_parquet(io.BytesIO(content))
        return _of_frame(metadata, frame, shard)
    except _UNREADABLE as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise errors.InputError(
            "a reference map must be a whole file of twinsplice prepare or merge",
            got=f"{path} ({' '.join(str(reason).split())[:80]})",
            remedy="check the path, or prepare the map again",
        ) from error


@functools.lru_cache(maxsize=8)
def _table(floor: float) -> Float32[np.ndarray, " codes"]:
    lowest, step = _scale(floor)
    values = lowest + step * (np.arange(256) - 1.0)
    values[0] = -np.inf
    return values.astype(np.float32)


def _scale(floor: float) -> tuple[float, float]:
    """The log odds of code 1, and those between two codes."""
    lowest = math.log(floor / (1 - floor))
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


def _stated(stated: Mapping[str, str]) -> tuple[Metadata, Shard | None]:
    """Metadata and shard of a file, from its own metadata."""
    if int(stated["sites"]) > _MOST_SITES:
        raise ValueError(f"more than {_MOST_SITES:,} sites")
    shard = json.loads(stated["shard"])
    metadata = Metadata(**json.loads(stated["map"]))
    if not 0 < metadata.floor < 1:
        raise ValueError(f"a floor of {metadata.floor}")
    return metadata, shard and Shard(**shard)


def _of_frame(
    metadata: Metadata, frame: pl.DataFrame, shard: Shard | None
) -> ReferenceMap:
    if frame.schema != SCHEMA or any(frame.null_count().row(0)):
        raise ValueError(f"columns {', '.join(frame.columns)}")
    counts = [frame[name].list.len().to_numpy() for name in ("gap", *TRACKS)]
    if any((count != counts[0]).any() for count in counts):
        raise ValueError("sites without a position or a probability")
    edges = np.concatenate([[0], np.cumsum(counts[0], dtype=np.int64)])
    # An empty list explodes to a null.
    gap, *codes = (
        frame[name].explode().drop_nulls().to_numpy() for name in ("gap", *TRACKS)
    )
    # Gaps summed over all genes, less what they sum to before each gene.
    summed = np.concatenate([[0], np.cumsum(gap, dtype=np.int64)])
    shift = frame["start"].to_numpy() - summed[edges[:-1]]
    position = summed[1:] + np.repeat(shift, counts[0])
    mapped = [
        MappedGene(contig, start, end, minus, crc32)
        for contig, minus, start, end, crc32 in frame.select(
            "contig", "minus", "start", "end", "crc32"
        ).iter_rows()
    ]
    stored = _Codes(edges, position, np.stack(codes, axis=1))
    return ReferenceMap(metadata, mapped, stored, shard)


def _frozen(values: np.ndarray) -> np.ndarray:
    values.flags.writeable = False
    return values
