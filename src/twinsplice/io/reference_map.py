"""Reference maps: a base model's reference probabilities over whole genes, sparse.

A map has the acceptor's and the donor's log odds against neither, log(p / (1 - p of
acceptor - p of donor)), at every base of a gene where one of them is at the floor or
above; bases outside the gene were unknown to the networks. A log odds is one byte, see
`map_rows`.

A map is a Parquet file with a row for each gene, sorted by place. Its metadata say
which base model, annotation and floor it belongs to.
"""

import dataclasses
import hashlib
import io
import json
import pathlib
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

import numpy as np
import polars as pl

from twinsplice import errors
from twinsplice.genome import coordinates, genes
from twinsplice.io import drafts, map_rows, parquet_files, sealing

FORMAT = "1"
"""Version of the format; maps of other versions cannot be read."""
MappedGene: TypeAlias = map_rows.MappedGene
Sites: TypeAlias = map_rows.Sites
encode, decode = map_rows.encode, map_rows.decode
_LARGEST_BYTES, _MOST_SITES, _MOST_SHARDS = 1 << 30, 100_000_000, 100_000
_SMALLEST = 22
_SHIPPED = pathlib.Path(__file__).parents[1] / "data"
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


class ReferenceMap:
    """A map in memory; genes go by number.

    Attributes:
        metadata: What it belongs to.
        genes: Its genes, in order.
        shard: Which part it is of a map that is not merged yet; else None.
        checksum: That of its file.
    """

    def __init__(
        self,
        metadata: Metadata,
        mapped: Sequence[MappedGene],
        codes: map_rows.Codes,
        shard: Shard | None = None,
        checksum: str = "",
    ) -> None:
        self.metadata = metadata
        self.checksum = checksum
        self.genes = tuple(mapped)
        self.shard = shard
        self._codes = codes
        self._numbers = {
            (gene.contig, gene.minus, gene.start, gene.end): number
            for number, gene in enumerate(self.genes)
        }

    def __len__(self) -> int:
        return len(self.genes)

    @property
    def site_count(self) -> int:
        """Number of sites of all genes."""
        return len(self._codes.position)

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


def annotation_digest(index: genes.GeneIndex) -> str:
    """Return a checksum of the places of an annotation's genes, in any order."""
    contigs = [coordinates.canonical_contig(gene.span.contig) for gene in index.genes]
    bounds = index.minus.tolist(), index.start.tolist(), index.end.tolist()
    places = sorted(
        f"{contig}\t{'-' if minus else '+'}\t{start}\t{end}\n"
        for contig, minus, start, end in zip(contigs, *bounds, strict=True)
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
    rows = map_rows.frame(mapped, sites, metadata.floor)
    stated = {
        "format": FORMAT,
        "map": json.dumps(dataclasses.asdict(metadata), sort_keys=True),
        "shard": json.dumps(shard and dataclasses.asdict(shard), sort_keys=True),
        "sites": str(rows["gap"].list.len().sum()),
        "seal": sealing.BLANK,
    }
    content = io.BytesIO()
    rows.write_parquet(
        content, compression="zstd", compression_level=_SMALLEST, metadata=stated
    )
    with drafts.publishing(path) as draft:
        sealed = sealing.seal(content.getvalue())
        draft.write_bytes(sealed)
        parquet_files.remember(sealing.stated(sealed))


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
        if path.parent != _SHIPPED:
            # A seal tells damage; that nobody has forged the file it does not tell.
            parquet_files.require_sound_once(
                content, str(path), sealing.stated(content)
            )
        stated = pl.read_parquet_metadata(io.BytesIO(content))
        if stated["format"] != FORMAT:
            raise ValueError(f"format {stated['format'][:20]} instead of {FORMAT}")
        metadata, shard = _stated(stated)
        mapped, codes = map_rows.of_frame(pl.read_parquet(io.BytesIO(content)))
        if len(codes.position) != int(stated["sites"]):
            raise ValueError(f"{len(codes.position)} sites, not {stated['sites']}")
        return ReferenceMap(metadata, mapped, codes, shard, sealing.stated(content))
    except _UNREADABLE as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise errors.InputError(
            "a reference map must be a whole file of twinsplice prepare or merge",
            got=f"{path} ({' '.join(str(reason).split())[:80]})",
            remedy="check the path, or prepare the map again",
        ) from error


def _stated(stated: Mapping[str, str]) -> tuple[Metadata, Shard | None]:
    """Metadata and shard of a file, from its own metadata."""
    if int(stated["sites"]) > _MOST_SITES:
        raise ValueError(f"more than {_MOST_SITES:,} sites")
    shard = json.loads(stated["shard"])
    metadata = Metadata(**json.loads(stated["map"]))
    if not 0 < metadata.floor < 1:
        raise ValueError(f"a floor of {metadata.floor}")
    texts = {name: each for name, each in vars(metadata).items() if name != "floor"}
    if not all(isinstance(text, str) for text in texts.values()):
        raise ValueError("metadata other than text")
    return metadata, None if shard is None else _shard(**shard)


def _shard(number: object, of: object, settings: object) -> Shard:
    if not (isinstance(number, int) and isinstance(of, int)):
        raise TypeError("a shard without a number")
    if not 1 <= number <= of <= _MOST_SHARDS:
        raise ValueError(f"shard {number} of {of}")
    return Shard(number, of, str(settings))


def _frozen(values: np.ndarray) -> np.ndarray:
    values.flags.writeable = False
    return values
