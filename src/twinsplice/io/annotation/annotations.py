"""Gene annotations: the shipped tables, or a user's file in any known format.

A file's format is detected from its content. Parsed genes are kept in the user's cache
until the file changes.
"""

import contextlib
import dataclasses
import functools
import pathlib
from collections.abc import Callable

from twinsplice import errors
from twinsplice.genome import builds, genes
from twinsplice.io import cache, lines, parquet_files
from twinsplice.io.annotation import (
    annotation_tables,
    feature_lines,
    gene_models,
    gene_tables,
    sources,
    transcript_models,
)

SHIPPED = sources.BUILDS
"""Names of the tables that come with the package."""

_DATA = pathlib.Path(__file__).parents[2] / "data"
_PARSER_VERSION = 4
_UNSTATED = "not stated by the file"


@dataclasses.dataclass(frozen=True)
class Annotation:
    """Genes and their source.

    Attributes:
        index: The genes by position.
        source: Name of the source for a run's record.
        licence: Licence of the genes.
        citation: Citation for the genes.
    """

    index: genes.GeneIndex
    source: str
    licence: str
    citation: str


_Reader = Callable[[pathlib.Path], list[genes.Gene]]


def load(source: str) -> Annotation:
    """Load an annotation.

    Args:
        source: One of `SHIPPED`, by any of the build's names (hg19, GRCh38), or the
            path of a file: GTF, GFF3, or a table in the format of SpliceAI, CI-SpliceAI
            or this package; plain or gzipped.

    Raises:
        InputError: The file is missing, breaks off, has no known format or a
            malformed line, or holds no gene.
    """
    build = builds.named(source)
    if build is not None:
        return _shipped(build)
    path = sources.file(source, *sources.GENES)
    parsed = _load_file(path)
    if not parsed:
        raise errors.InputError(
            "an annotation must hold genes",
            got=f"{path}, which holds none",
            remedy="check that this is the file you meant, and that it is whole: genes "
            "are made of exon or CDS lines",
        )
    return Annotation(genes.GeneIndex(parsed), source, _UNSTATED, _UNSTATED)


@functools.lru_cache(maxsize=len(builds.Build))
def _shipped(build: builds.Build) -> Annotation:
    """The table of a build that comes with the package; it is read once."""
    table = gene_tables.read(_DATA / f"genes.{build.value}.parquet")
    about = table.about
    return Annotation(
        genes.GeneIndex(table.genes),
        f"{build.value}: {about['source']}",
        about["licence"],
        about["citation"],
    )


def _load_file(path: pathlib.Path) -> list[genes.Gene]:
    """Return the genes of a file, from the cache if possible."""
    reader = _sniff(path)
    cached = cache.entry("annotations", path, _PARSER_VERSION).with_suffix(
        ".parquet.gz"
    )
    try:
        return gene_tables.read(cached).genes
    except errors.InputError:
        # Missing or damaged: the file itself is parsed instead.
        parsed = reader(path)
    # A cache that cannot be written costs time, never the result.
    with contextlib.suppress(OSError), cache.replacing(cached) as draft:
        gene_tables.write(draft, parsed, {}, checked=True)
    return parsed


def _sniff(path: pathlib.Path) -> _Reader:
    """Return the reader for a file, by its first bytes or first decisive line."""
    if _is_parquet(path):
        return _read_own
    seen = False
    for _, line in lines.read(path):
        if reader := _reader(line):
            return reader
        featured = line.count("\t") >= feature_lines.COLUMNS - 1
        featured |= line.startswith("##gff-version")
        passed = line.startswith("#") or feature_lines.is_display(line)
        foreign = line and not (seen or featured or passed)
        if foreign or line.startswith("##FASTA"):
            break
        seen |= featured
    if seen:
        # No line that tells the format, and so no gene: the reader says so.
        return _read_gff3
    raise errors.InputError(
        "an annotation must be GTF, GFF3 or a gene table of SpliceAI or CI-SpliceAI",
        got=f"{path}, which is none of them",
        remedy="check that this is the file you meant",
    )


def _reader(line: str) -> _Reader | None:
    if line.startswith("#NAME\t"):
        return annotation_tables.read_spliceai_table
    if set(annotation_tables.CISPLICEAI_COLUMNS) <= set(line.split(",")):
        return annotation_tables.read_cispliceai_table
    if line.startswith("#"):
        return None
    columns = line.split("\t")
    if len(columns) == feature_lines.COLUMNS and columns[2] in transcript_models.PARTS:
        gff3 = feature_lines.is_gff3(columns[8])
        return _read_gff3 if gff3 else _read_gtf
    return None


def _read_gtf(path: pathlib.Path) -> list[genes.Gene]:
    return gene_models.read_gtf(lines.read(path), str(path))


def _read_gff3(path: pathlib.Path) -> list[genes.Gene]:
    return gene_models.read_gff3(lines.read(path), str(path))


def _is_parquet(path: pathlib.Path) -> bool:
    with path.open("rb") as handle:
        return handle.read(len(parquet_files.MAGIC)) == parquet_files.MAGIC


def _read_own(path: pathlib.Path) -> list[genes.Gene]:
    parquet_files.require_sound(path.read_bytes(), str(path))
    return gene_tables.read(path).genes
