"""Variants as arguments of the command line, told from the names of files."""

import pathlib
import re
from collections.abc import Sequence

from twinsplice import errors
from twinsplice.io import hgvs_forms
from twinsplice.io.vcf import streams, variant_lists

# A place that may be mistaken, but is no file either.
_PLACE = re.compile(
    r"(?:chr)?(?:\d{1,2}|X|Y|MT?|NC_\d+\.\d+)[-:\s]\d[\w>:/,*\s-]*", re.IGNORECASE
)


def names(first: pathlib.Path, more: Sequence[str]) -> tuple[str, ...]:
    """Return the variants that arguments name; none where the first is a file.

    Args:
        first: The first argument.
        more: The others.

    Raises:
        InputError: A file is followed by more arguments.
    """
    text = str(first)
    is_file = first == streams.STANDARD or _exists(first)
    if not is_file and any(map(is_variant, (text, *more))):
        return (text, *more)
    if more:
        raise errors.InputError(
            "one input file must be given, or variants",
            got=f"{first} and {more[0]}",
            remedy="give a file alone, or put the variants into a list",
        )
    return ()


def _exists(path: pathlib.Path) -> bool:
    try:
        return path.exists()
    except OSError:
        # What is too long to be a file's name is none.
        return False


def is_variant(text: str) -> bool:
    """Return whether an argument seems to be meant as a variant."""
    return (
        variant_lists.parse(text) is not None
        or hgvs_forms.looks_like_one(text)
        or hgvs_forms.with_axis(text) is not None
        or _PLACE.fullmatch(text.strip()) is not None
    )
