"""Mistakes in the words of the page: no flag of the command line, and no file."""

import re
from collections.abc import Sequence

from twinsplice import errors

ASK = "ask who runs this server"
"""The remedy of what a visitor cannot mend."""
_OWN: Sequence[tuple[str, str]] = (
    (
        r"give --distance \(-d\) ([\d,]+) or more",
        r"search \1 bases or more on each side",
    ),
    (
        r"(?:give --intergenic, or )?check the variant, its build and the annotation",
        "check the variant, and which genome it is on",
    ),
    (
        r"a run needs the memory that --max-memory-gb allows it",
        "an answer must need no more memory than this server may use",
    ),
    (r"lower --max-memory-gb, or --distance", "search fewer bases on each side"),
    (
        r"give Ensembl's or GENCODE's file as --transcripts",
        "names count on NM_, NR_ and MANE's ENST transcripts here",
    ),
    (
        r"give RefSeq's own file, which has predicted ones, as --transcripts",
        "predicted ones are not known here: name it on an NM_ or NR_ transcript",
    ),
    (
        r"say --transcripts grch37, grch38, or a file",
        "name it by its place, as chrom-pos-ref-alt",
    ),
    (r"look at the names in the FASTA's index \(\.fai\)", "check its name"),
    (r"search further with --distance", "search more bases on each side"),
    (r"choose another --kind", "choose another kind"),
    (
        r"use the reference that the variants were called on",
        "choose the genome that the variant is on",
    ),
)
_FILE = re.compile(
    r"(?<!\S)[^\s,;()]*\.(?:fa|fasta|fna|fai|gzi|gtf|gff3?|tsv|csv|vcf|bcf|parquet|"
    r"safetensors|pt|h5|sqlite)(?:\.b?gz)?(?![\w.])"
)
_FLAG = re.compile(r"(?<![\w-])--?[a-z][a-z-]+|\btwinsplice [a-z]+")


def of(error: errors.TwinSpliceError) -> errors.InputError:
    """Return an error as it is said to a visitor.

    Args:
        error: The error, in the words of the command line.
    """
    remedy = text(error.remedy)
    return errors.InputError(
        _FLAG.sub("an option", text(error.rule)),
        got=text(error.got),
        remedy=ASK if _FLAG.search(remedy) or _FILE.search(error.remedy) else remedy,
    )


def text(said: str) -> str:
    """Return a text as it is said to a visitor: no file, and no flag that is known.

    Args:
        said: A part of an error, or a note.
    """
    for words, own in _OWN:
        said = re.sub(words, own, said)
    return _FILE.sub("a file", said)
