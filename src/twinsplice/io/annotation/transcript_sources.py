"""Transcripts by source: the shipped tables, or a file of the user's.

Parsed files are kept in the user's cache until they change.
"""

import pathlib

from twinsplice import errors
from twinsplice.genome import builds
from twinsplice.io.annotation import gene_tables, transcript_tables

AUTO = "auto"
"""Name of the shipped table of the reference's build."""
_DATA = pathlib.Path(__file__).parents[2] / "data"


def shipped(build: builds.Build) -> transcript_tables.Table:
    """Return the table of a build that comes with the package."""
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
    path = pathlib.Path(source)
    if not path.is_file():
        names = ", ".join(build.value for build in builds.Build)
        raise errors.InputError(
            f"transcripts must be a file, or one of {AUTO}, {names}",
            got=f"{path}, which is no file",
            remedy="check the path",
        )
    with path.open("rb") as handle:
        parquet = handle.read(len(gene_tables.MAGIC)) == gene_tables.MAGIC
    if parquet:
        return transcript_tables.read(path)
    raise errors.InputError(
        "transcripts are read from Parquet",
        got=f"{path}, which is not",
        remedy="give a table that twinsplice wrote",
    )
