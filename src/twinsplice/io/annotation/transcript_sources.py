"""Transcripts by source: the shipped tables, or a file of the user's.

Parsed files are kept in the user's cache until they change.
"""

import contextlib
import functools
import pathlib

from twinsplice import errors
from twinsplice.genome import builds, transcript_sets
from twinsplice.io import cache, lines, parquet_files
from twinsplice.io.annotation import (
    feature_lines,
    sources,
    transcript_models,
    transcript_records,
    transcript_tables,
)

AUTO = "auto"
"""Name of the shipped table of the reference's build."""
_PARSER_VERSION = 2
_DATA = pathlib.Path(__file__).parents[2] / "data"


@functools.lru_cache(maxsize=len(builds.Build))
def shipped(build: builds.Build) -> transcript_tables.Table:
    """Return the table of a build that comes with the package; it is read once."""
    return transcript_tables.read(_DATA / f"transcripts.{build.value}.parquet")


def load(source: str) -> transcript_tables.Table:
    """Load transcripts.

    Args:
        source: A build by any of its names, or the path of a file.

    Raises:
        InputError: The file is missing, has no known format, or holds no transcript.
    """
    build = builds.named(source)
    if build is not None:
        return shipped(build)
    path = sources.file(source, *sources.TRANSCRIPTS)
    with path.open("rb") as handle:
        parquet = handle.read(len(parquet_files.MAGIC)) == parquet_files.MAGIC
    if parquet:
        parquet_files.require_sound(path.read_bytes(), str(path))
        return transcript_tables.read(path)
    return transcript_tables.Table(_parsed(path), {"source": source})


def _parsed(path: pathlib.Path) -> transcript_sets.TranscriptSet:
    """Return the transcripts of a file, from the cache if possible.

    Raises:
        InputError: The file has no known format, or holds no transcript.
    """
    cached = cache.entry("transcripts", path, _PARSER_VERSION).with_suffix(
        ".parquet.gz"
    )
    try:
        return transcript_tables.read(cached).transcripts
    except errors.InputError:
        # Missing or damaged: the file itself is parsed instead.
        gff3 = _is_gff3(path)
    read = transcript_models.read_gff3 if gff3 else transcript_models.read_gtf
    models = read(lines.read(path), str(path), coding=True)
    table = transcript_sets.of(transcript_records.of(models))
    # A cache that cannot be written costs time, never the result.
    with contextlib.suppress(OSError), cache.replacing(cached) as draft:
        transcript_tables.write(draft, table, {}, checked=True)
    return table


def _is_gff3(path: pathlib.Path) -> bool:
    """Whether a file is GFF3 rather than GTF, by the first part of a transcript.

    Raises:
        InputError: It has none.
    """
    for _, line in lines.read(path):
        columns = line.split("\t")
        if len(columns) == feature_lines.COLUMNS and line[0] != "#":
            if columns[2] in transcript_models.PARTS:
                return feature_lines.is_gff3(columns[8])
        elif line and not (line.startswith("#") or feature_lines.is_display(line)):
            break
    raise errors.InputError(
        "transcripts must be GTF or GFF3 with exon lines, or a table of ours",
        got=f"{path}, which is none of them",
        remedy="check that this is the file you meant",
    )
