"""The two bases that nearly every intron begins with, GT or GC, and ends with, AG."""

import numpy as np
from jaxtyping import UInt8

from twinsplice.genome import coordinates, dna

_DONOR = ("GT", "GC")
_ACCEPTOR = ("AG",)


def intron_edge(
    site: int, strand: coordinates.Strand, *, donor: bool
) -> tuple[int, int]:
    """Return the intron's two bases next to a site, from first to end.

    Args:
        site: The exon's base at the intron (0-based, plus strand).
        strand: The transcribed strand.
        donor: Whether the intron begins there; else it ends.
    """
    rightwards = donor == (strand is coordinates.Strand.PLUS)
    return (site + 1, site + 3) if rightwards else (site - 2, site)


def is_canonical(
    codes: UInt8[np.ndarray, "2"], strand: coordinates.Strand, *, donor: bool
) -> bool:
    """Say whether an intron's two bases are the usual ones.

    Args:
        codes: Bases of `intron_edge`, along the plus strand.
        strand: The transcribed strand.
        donor: Whether the intron begins with them; else it ends.
    """
    if strand is coordinates.Strand.MINUS:
        codes = dna.reverse_complement(codes)
    return dna.decode(codes) in (_DONOR if donor else _ACCEPTOR)
