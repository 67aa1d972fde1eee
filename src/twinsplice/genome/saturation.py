"""All small variants of an interval, each haplotype once, in the order of a VCF."""

import dataclasses
import itertools
from collections.abc import Iterator

LETTERS = "ACGT"
LONGEST_INSERTION = 5
"""There are 4**n insertions of n bases before each base."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Lengths:
    """The longest insertions and deletions (bp); 0 for none.

    Attributes:
        deletion: Longest deletion.
        insertion: Longest insertion.
    """

    deletion: int = 0
    insertion: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class Site:
    """Variants of one reference allele.

    Attributes:
        position: First base of `ref` (0-based).
        ref: The reference allele.
        alts: The alternates, in order.
    """

    position: int
    ref: str
    alts: tuple[str, ...]


def sites(sequence: str, start: int, end: int, lengths: Lengths) -> Iterator[Site]:
    """Yield every variant that changes bases of an interval or inserts before one.

    Insertions and deletions that read the same are one variant: the left-most that
    lies in the interval. Bases other than A, C, G and T are neither changed nor part
    of a variant.

    Args:
        sequence: Bases from `start - 1`, or 0 if that is less, to `end`; upper case.
        start: First base of the interval (0-based).
        end: The base after its last.
        lengths: The longest insertions and deletions.
    """
    first = max(start - 1, 0)
    for position in range(first, end):
        at = position - first
        ref = sequence[at]
        if ref not in LETTERS:
            continue
        alts = [base for base in LETTERS if base != ref] if position >= start else []
        # An insertion or deletion that ends as the base before it begins one base
        # further left, unless that is outside the interval.
        is_first = at == 0
        if position + 1 < end:
            alts += _insertions(ref, lengths.insertion, is_first=is_first)
        if alts:
            yield Site(position, ref, tuple(alts))
        for size in range(1, min(lengths.deletion, end - 1 - position) + 1):
            deleted = sequence[at + 1 : at + 1 + size]
            if deleted.strip(LETTERS):
                break
            if is_first or deleted[-1] != ref:
                yield Site(position, ref + deleted, (ref,))


def count(width: int, lengths: Lengths) -> int:
    """Return about how many variants an interval has, from above.

    Args:
        width: Bases of the interval.
        lengths: The longest insertions and deletions.
    """
    inserted = (4 ** (lengths.insertion + 1) - 4) // 3
    return width * (3 + lengths.deletion + int(inserted))


def _insertions(before: str, longest: int, *, is_first: bool) -> Iterator[str]:
    """Yield alternates with bases inserted after one."""
    for size in range(1, longest + 1):
        for bases in itertools.product(LETTERS, repeat=size):
            if is_first or bases[-1] != before:
                yield before + "".join(bases)
