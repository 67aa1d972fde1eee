"""RefSeq's accessions of the transcripts of LRG records, as reports name them.

The positions of `LRG_292t1:c.` are those of NM_007294.3. Records are of 2014 and are no
longer made.
"""

import functools
import pathlib
import re
from collections.abc import Mapping

_PATH = pathlib.Path(__file__).parents[2] / "data" / "lrg_transcripts.tsv"
_NAME = re.compile(r"LRG_\d+(?:t\d+)?", re.IGNORECASE)


@functools.cache
def _refseq() -> Mapping[str, str]:
    lines = _PATH.read_text(encoding="utf-8").splitlines()[1:]
    return dict(line.upper().split("\t") for line in lines)


def is_one(name: str) -> bool:
    """Return whether a name is meant as a record's, or as a transcript's of one."""
    return _NAME.fullmatch(name) is not None


def refseq(name: str) -> str | None:
    """Return RefSeq's accession of an LRG transcript; None if it is not known.

    Args:
        name: The transcript, as `LRG_292t1`.
    """
    return _refseq().get(name.upper())
