"""Memory that very many contigs take, told from their number before any work.

Names and lengths of the reference are held, header lines until they are written; htslib
holds more of each where it indexes bgzip, and most of all where it reads or writes BCF.
What is stated here was measured with a million contigs (`benchmarks/large`).
"""

import math
import pathlib
from collections.abc import Sized

from twinsplice import errors
from twinsplice.io.vcf import vcf

MARGIN_GB = 0.3
"""Memory that a run may take beyond what it is allowed."""
_PROGRAM = 270_000_000
_OF_REFERENCE = 520
"""Bytes of a contig of the reference."""
_OF_LINE, _OF_RECORD = 60, 200
"""Bytes of a header line beside its letters, and of a contig that has records."""
_OF_INDEX = 480
"""Bytes of a contig in the index of a bgzip file, made when the header is forgotten."""
_BCF_READ, _BCF_WRITTEN = 14, 27
"""Bytes of a letter of the header, where htslib reads BCF and where it writes it."""


def check(
    allowed_gb: float,
    contigs: Sized,
    source: vcf.Source,
    output: pathlib.Path | None,
) -> None:
    """Refuse a run whose contigs take more memory than it is allowed.

    Args:
        allowed_gb: Memory that it is allowed (GB).
        contigs: Contigs of the reference.
        source: The input, its header in memory.
        output: The output, if it is a file.

    Raises:
        InputError: It is less than what they take.
    """
    lines = [line for line in source.header_lines if line.startswith("##contig=")]
    named, letters = len(lines), sum(map(len, lines))
    held = _PROGRAM + _OF_REFERENCE * len(contigs) + source.is_bcf * _BCF_READ * letters
    ending = "" if output is None else output.name
    scoring = letters + (_OF_LINE + _OF_RECORD) * named
    writing = 0
    if ending.endswith((".gz", ".bgz")):
        writing = (_OF_RECORD + _OF_INDEX) * named
    elif ending.endswith(".bcf"):
        writing = _OF_RECORD * named + _BCF_WRITTEN * letters
    needed = (held + max(scoring, writing)) / 1e9 - MARGIN_GB
    if needed <= allowed_gb:
        return
    text = (held + scoring) / 1e9 - MARGIN_GB <= allowed_gb
    raise errors.InputError(
        "the contigs of a run must fit into --max-memory-gb",
        got=f"{len(contigs):,} of the reference and {named:,} of the header, which "
        f"take {needed:.1f} GB{' as ' + ending if writing > scoring else ''}",
        remedy=f"give --max-memory-gb {math.ceil(needed * 10) / 10:g}"
        f"{', or write to a name ending in .vcf' if text else ''}",
    )
