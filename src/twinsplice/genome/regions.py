"""The gene region of a variant: near a splice site, in an exon or in an intron.

Annotations may have merged the isoforms of a gene, so a base is intronic if the last
site before it, in the direction of transcription, is a donor; else it is exonic.
"""

import dataclasses
import enum
import itertools
from collections.abc import Iterator

import numpy as np
from jaxtyping import Bool, Int64

from twinsplice.genome import coordinates, genes

NEAR_INTRON, NEAR_EXON = 50, 10
"""Bases from a site up to which an intronic and an exonic base count as near it."""
FLANK = 300
"""Bases from a site up to which an intronic base is not deep in the intron."""
NO_SITE = 2**31 - 1
"""Distance to the nearest site where a gene has none."""


class Region(enum.IntEnum):
    """A region of a gene; the values are those of target stores."""

    ACCEPTOR = 0
    DONOR = 1
    EXON = 2
    FLANK = 3
    DEEP_INTRON = 4
    OTHER = 5


NAMES = tuple(region.name.lower() for region in Region)


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """The position of a variant in a gene.

    Attributes:
        region: Region of the gene.
        distance: Bases to the nearest site; 0 if the variant touches it.
    """

    region: Region
    distance: int


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Layout:
    """A gene's sites in transcript coordinates, from its first transcribed base.

    Attributes:
        span: Its transcribed bases on the plus strand.
        on_minus_strand: Whether it lies on the minus strand.
        sites: Its sites, sorted; acceptors before donors on the same base.
        donor: Whether each is a donor.
    """

    span: coordinates.Interval
    on_minus_strand: bool
    sites: Int64[np.ndarray, " sites"]
    donor: Bool[np.ndarray, " sites"]

    def to_transcript(self, start: int, end: int) -> tuple[int, int]:
        """Convert an interval of the plus strand to transcript coordinates."""
        if self.on_minus_strand:
            return self.span.end - end, self.span.end - start
        return start - self.span.start, end - self.span.start

    def to_genome(self, start: int, end: int) -> tuple[int, int]:
        """Convert an interval in transcript coordinates to the plus strand's."""
        if self.on_minus_strand:
            return self.span.end - end, self.span.end - start
        return start + self.span.start, end + self.span.start

    def pieces(self) -> Iterator[tuple[int, int, bool]]:
        """Yield the exons and introns between sites: start, end, whether intronic."""
        cuts = [0, *(self.sites + self.donor).tolist(), self.span.width]
        for (first, end), donor in zip(
            itertools.pairwise(cuts), [False, *self.donor.tolist()], strict=True
        ):
            if first < end:
                yield first, end, donor


def layout(gene: genes.Gene) -> Layout:
    """Return a gene's sites in transcript coordinates."""
    sites = np.concatenate([gene.acceptors, gene.donors])
    donor = np.repeat([False, True], [len(gene.acceptors), len(gene.donors)])
    on_minus_strand = gene.strand is coordinates.Strand.MINUS
    transcript_sites = (
        gene.span.end - 1 - sites if on_minus_strand else sites - gene.span.start
    )
    order = np.lexsort((donor, transcript_sites))
    return Layout(
        span=gene.span,
        on_minus_strand=on_minus_strand,
        sites=transcript_sites[order],
        donor=donor[order],
    )


def place(gene: Layout, start: int, end: int) -> Place:
    """Return the region of a trimmed variant, and its distance to the nearest site.

    Args:
        gene: The gene.
        start: First replaced base, plus strand.
        end: The base after the last; an insertion touches the bases beside it.
    """
    if start == end:
        start, end = start - 1, end + 1
    first, end = gene.to_transcript(start, end)
    if not len(gene.sites):
        return Place(Region.EXON, NO_SITE)
    nearest = np.clip(gene.sites, first, end - 1)
    distances = np.abs(gene.sites - nearest)
    site = int(distances.argmin())
    distance, intronic = int(distances[site]), _intronic(gene, int(nearest[site]))
    if distance <= (NEAR_INTRON if intronic else NEAR_EXON):
        return Place(Region.DONOR if gene.donor[site] else Region.ACCEPTOR, distance)
    if not intronic:
        return Place(Region.EXON, distance)
    return Place(Region.FLANK if distance <= FLANK else Region.DEEP_INTRON, distance)


def _intronic(gene: Layout, base: int) -> bool:
    """Whether the last site before a base is a donor."""
    # A donor is the last base of its exon, an acceptor the first.
    before = int(np.searchsorted(gene.sites + gene.donor, base, side="right"))
    return bool(before and gene.donor[before - 1])
