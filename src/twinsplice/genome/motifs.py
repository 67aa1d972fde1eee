"""Canonical intron ends: GT or GC at the donor, AG at the acceptor."""

import numpy as np
from jaxtyping import UInt8

from twinsplice.genome import coordinates, dna

_DONOR = ("GT", "GC")
_ACCEPTOR = ("AG",)


def intron_edge(
    site: int, strand: coordinates.Strand, *, donor: bool
) -> tuple[int, int]:
    """Return the interval of the intron's two bases next to a splice site.

    Args:
        site: The exon's base at the intron (0-based, plus strand).
        strand: The transcribed strand.
        donor: Whether the site is a donor; else an acceptor.
    """
    rightwards = donor == (strand is coordinates.Strand.PLUS)
    return (site + 1, site + 3) if rightwards else (site - 2, site)


def is_canonical(
    codes: UInt8[np.ndarray, "2"], strand: coordinates.Strand, *, donor: bool
) -> bool:
    """Return whether the two bases at an intron's end are canonical.

    Args:
        codes: Bases of `intron_edge`, along the plus strand.
        strand: The transcribed strand.
        donor: Whether they are next to a donor; else to an acceptor.
    """
    if strand is coordinates.Strand.MINUS:
        codes = dna.reverse_complement(codes)
    return dna.decode(codes) in (_DONOR if donor else _ACCEPTOR)
