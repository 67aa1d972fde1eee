"""Conversion of VCF to BCF, and indexing, by bcftools as bundled by pysam."""

import contextlib
import pathlib
import re
import shutil
from collections.abc import Iterator

import pysam
import pysam.bcftools
import pysam.utils

from twinsplice import errors
from twinsplice.io.vcf import htslib


def to_bcf(stage: pathlib.Path, target: pathlib.Path) -> None:
    """Convert a text VCF to BCF.

    Contigs, filters and fields missing from the header, which BCF requires, are
    declared first.

    Raises:
        InputError: htslib cannot read a record.
    """
    with htslib.quiet(), _readable():
        complete = _declared(stage)
        pysam.bcftools.view(
            *("--no-version", "-Ob", "-o", *map(htslib.name, (target, complete))),
            catch_stdout=False,
        )
    complete.unlink()
    stage.unlink()


def index_text(path: pathlib.Path, *, csi: bool) -> None:
    """Write the `.tbi` of a bgzipped VCF, or its `.csi`.

    Raises:
        InputError: htslib cannot read a record, or the index cannot be written.
    """
    with htslib.quiet(), _indexable():
        pysam.tabix_index(str(path), preset="vcf", force=True, csi=csi)


def index_bcf(path: pathlib.Path) -> None:
    """Write the `.csi` of a BCF.

    Raises:
        InputError: htslib cannot read a record, or the index cannot be written.
    """
    with htslib.quiet(), _indexable():
        # pysam knows this preset; its type hints do not.
        pysam.tabix_index(str(path), preset="bcf", force=True)  # type: ignore[arg-type]


def _declared(stage: pathlib.Path) -> pathlib.Path:
    """Return a copy of a VCF whose header declares all that its records use."""
    with pysam.VariantFile(str(stage)) as source:
        # htslib adds missing declarations to its header while it reads.
        for _ in source:
            pass
        complete = stage.with_name("complete.vcf")
        # As bytes: a header need not be UTF-8.
        pysam.VariantFile(str(complete), "w", header=source.header).close()
    with stage.open("rb") as staged, complete.open("ab") as copy:
        while not staged.readline().startswith(b"#CHROM"):
            pass
        shutil.copyfileobj(staged, copy, 1 << 20)
    return complete


@contextlib.contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError, pysam.utils.SamtoolsError) as error:
        raise errors.InputError(
            "to be written as BCF, records must be readable by htslib",
            got=f"one that is not ({_message(error)})",
            remedy="mend it, write to a name ending in .vcf or .vcf.gz, or make space "
            "if the disk is full",
        ) from error


@contextlib.contextmanager
def _indexable() -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as error:
        raise errors.InputError(
            "an output ending in .gz or .bcf is indexed by htslib",
            got="an index that cannot be made of its records or not be written",
            remedy="write to a name ending in .vcf, or make space if the disk is full",
        ) from error


def _message(error: Exception) -> str:
    """Return htslib's message of an error, without the name of the hidden file."""
    text = " ".join(str(error).replace("\\n", " ").split())
    return re.sub(r"/\S*\.partial/\S*", "it", text).split("stderr=")[-1]
