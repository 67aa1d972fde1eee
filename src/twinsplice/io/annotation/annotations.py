"""Gene annotations: the shipped tables, or a file of the user's in any known format.

A file's format is told from its content. What a file holds is parsed once and kept
in the user's cache, until the file changes.
"""

import dataclasses
import itertools
import pathlib
import zipfile
from collections.abc import Callable

import numpy as np
from jaxtyping import Int64

from twinsplice import errors
from twinsplice.genome import coordinates, genes
from twinsplice.io import cache, lines
from twinsplice.io.annotation import annotation_tables, gene_models, gene_tables

SHIPPED = ("grch37", "grch38")
"""Names of the tables that come with the package."""

_DATA = pathlib.Path(__file__).parents[2] / "data"
_PARSER_VERSION = 1
_UNSTATED = "not stated by the file"
_GTF_COLUMNS = 9
_SNIFFED_LINES = 1000


@dataclasses.dataclass(frozen=True)
class Annotation:
    """Genes, and where they come from.

    Attributes:
        index: The genes by place.
        source: What was read, as a run's record names it.
        licence: Terms under which the genes may be used.
        citation: What to cite for them.
    """

    index: genes.GeneIndex
    source: str
    licence: str
    citation: str


_Reader = Callable[[pathlib.Path], list[genes.Gene]]


def load(source: str) -> Annotation:
    """Load an annotation.

    Args:
        source: One of `SHIPPED`, or the path of a file: GTF, GFF3, or a table in
            the format of SpliceAI, CI-SpliceAI or this package; plain or gzipped.

    Raises:
        InputError: The file is missing, breaks off, has no known format or a
            malformed line, or holds no gene.
    """
    if source.lower() in SHIPPED:
        path = _DATA / f"genes.{source.lower()}.tsv.gz"
        table = gene_tables.read(path)
        about = table.about
        return Annotation(
            genes.GeneIndex(table.genes),
            f"{source.lower()}: {about['source']}",
            about["licence"],
            about["citation"],
        )
    path = pathlib.Path(source)
    if not path.is_file():
        raise errors.InputError(
            f"an annotation must be a file, or one of {', '.join(SHIPPED)}",
            got=f"{path}, which is no file",
            remedy="check the path",
        )
    found = _load_file(path)
    if not found:
        raise errors.InputError(
            "an annotation must hold genes",
            got=f"{path}, which holds none",
            remedy="check that this is the file you meant, and that it is whole",
        )
    return Annotation(genes.GeneIndex(found), source, _UNSTATED, _UNSTATED)


def _load_file(path: pathlib.Path) -> list[genes.Gene]:
    """Return the genes of a file, out of the cache where it has them."""
    reader = _sniff(path)
    kept = cache.entry("annotations", path, _PARSER_VERSION).with_suffix(".npz")
    try:
        return _unpack(kept)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        # Not there, or damaged: either way the file itself is at hand.
        found = reader(path)
    try:
        _pack(kept, found)
    except OSError:
        # A cache that cannot be written costs time, never the result.
        return found
    return found


def _sniff(path: pathlib.Path) -> _Reader:
    """Return the reader for a file, by the first line that tells."""
    for _, line in itertools.islice(lines.read(path), _SNIFFED_LINES):
        if reader := _reader(line):
            return reader
        if line and not line.startswith("#"):
            break
    raise errors.InputError(
        "an annotation must be GTF, GFF3 or a gene table of SpliceAI or CI-SpliceAI",
        got=f"{path}, which is none of them",
        remedy="check that this is the file you meant",
    )


def _reader(line: str) -> _Reader | None:
    if line.startswith("##gff-version"):
        return _read_gff3
    if line == gene_tables.MAGIC:
        return _read_own
    if line.startswith("#NAME\t"):
        return annotation_tables.read_spliceai_table
    if set(annotation_tables.CISPLICEAI_COLUMNS) <= set(line.split(",")):
        return annotation_tables.read_cispliceai_table
    columns = line.split("\t")
    if len(columns) == _GTF_COLUMNS and not line.startswith("#"):
        return _read_gtf if 'gene_id "' in columns[8] else _read_gff3
    return None


def _read_gtf(path: pathlib.Path) -> list[genes.Gene]:
    return gene_models.read_gtf(lines.read(path), str(path))


def _read_gff3(path: pathlib.Path) -> list[genes.Gene]:
    return gene_models.read_gff3(lines.read(path), str(path))


def _read_own(path: pathlib.Path) -> list[genes.Gene]:
    return gene_tables.read(path).genes


def _pack(path: pathlib.Path, found: list[genes.Gene]) -> None:
    """Write genes as a few flat arrays: fast to read, whatever their number."""
    sites = [(gene.acceptors, gene.donors) for gene in found]
    empty = np.array([], dtype=np.int64)
    with cache.replacing(path) as draft:
        np.savez(
            draft,
            text=np.array(
                [(g.name, g.gene_id, g.span.contig, str(g.strand)) for g in found],
                dtype=np.str_,
            ).reshape(-1, 4),
            spans=np.array(
                [(g.span.start, g.span.end) for g in found], dtype=np.int64
            ).reshape(-1, 2),
            counts=np.array([(len(a), len(d)) for a, d in sites], dtype=np.int64),
            acceptors=np.concatenate([empty, *(a for a, _ in sites)]),
            donors=np.concatenate([empty, *(d for _, d in sites)]),
        )


def _unpack(path: pathlib.Path) -> list[genes.Gene]:
    with np.load(path, allow_pickle=False) as packed:
        counts = packed["counts"].reshape(-1, 2)
        acceptors = _pieces(packed["acceptors"], counts[:, 0])
        donors = _pieces(packed["donors"], counts[:, 1])
        text, spans = packed["text"].tolist(), packed["spans"].tolist()
    strands = {strand.value: strand for strand in coordinates.Strand}
    return [
        genes.Gene(
            name=name,
            gene_id=gene_id,
            span=coordinates.Interval(contig, start, end),
            strand=strands[strand],
            acceptors=acceptors[i],
            donors=donors[i],
        )
        for i, ((name, gene_id, contig, strand), (start, end)) in enumerate(
            zip(text, spans, strict=True)
        )
    ]


def _pieces(
    sites: Int64[np.ndarray, " sites"], counts: Int64[np.ndarray, " genes"]
) -> list[Int64[np.ndarray, " part"]]:
    """Cut flat sites into those of every gene; faster than `np.split`."""
    edges = itertools.pairwise([0, *counts.cumsum().tolist()])
    return [sites[low:high] for low, high in edges]
