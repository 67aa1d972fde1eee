"""Exons of annotated genes, and the exon that a variant concerns.

Annotations may have merged the isoforms of a gene. In the direction of transcription
an exon is then a run of acceptors and the run of donors that follows: alternative
acceptors and donors all belong to it. A gene's first exon has no acceptor, its last
one no donor.
"""

import dataclasses
from collections.abc import Sequence

import numpy as np
from jaxtyping import Bool, Int64

from twinsplice.genome import coordinates, genes

Integers = Int64[np.ndarray, " rows"]
NONE = -1
"""Number of the exon of a variant whose gene has no sites."""
_SPAN = 1 << 40
"""More than any position, so that a gene and a position are one number."""


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class SiteTable:
    """The sites of all genes, by gene and position along the plus strand.

    Attributes:
        key: Gene and position of each site in one number, ascending.
        position: Its position (0-based, plus strand).
        donor: Whether it is a donor; else it is an acceptor.
        exon: Number of its exon, ascending.
        first: Row of each exon's first site, and the number of sites.
    """

    key: Int64[np.ndarray, " sites"]
    position: Int64[np.ndarray, " sites"]
    donor: Bool[np.ndarray, " sites"]
    exon: Int64[np.ndarray, " sites"]
    first: Int64[np.ndarray, " bounds"]

    def concerned(
        self,
        gene: Integers,
        minus: Bool[np.ndarray, " rows"],
        start: Integers,
        end: Integers,
    ) -> Integers:
        """Return the number of the exon that each variant concerns, or `NONE`.

        It is the exon of the nearest site; of equally near ones the first in the
        direction of transcription decides.

        Args:
            gene: Number of each variant's gene; negative outside genes.
            minus: Whether the gene lies on the minus strand.
            start: First replaced base (0-based, plus strand).
            end: The base after the last; an insertion touches the bases beside it.
        """
        inserted = start == end
        first, last = start - inserted, end - 1 + inserted
        at = np.searchsorted(self.key, _keys(gene, first))
        behind = np.searchsorted(self.key, _keys(gene, last), side="right")
        # The outermost sites that are touched, or else the two beside the variant.
        touched = at < behind
        left, right = np.where(touched, at, at - 1), np.where(touched, behind - 1, at)
        before, after = (
            self._distance(gene, row, first, last) for row in (left, right)
        )
        leftwards = np.where(minus, before < after, before <= after)
        row = np.where(leftwards, left, right)
        known = np.minimum(before, after) < _SPAN
        exon = np.full(len(gene), NONE)
        exon[known] = self.exon[row[known]]
        return exon

    def within(
        self, gene: Integers, exon: Integers, start: Integers, end: Integers
    ) -> tuple[Int64[np.ndarray, " found"], Int64[np.ndarray, " found"]]:
        """Return the sites of exons that lie within intervals.

        Args:
            gene: Number of each exon's gene.
            exon: Number of the exon, or `NONE`.
            start: First base of the interval.
            end: The base after its last.

        Returns:
            The row of the interval, ascending, and the row of the site of each.
        """
        asked = np.flatnonzero(exon != NONE)
        gene, exon = gene[asked], exon[asked]
        low, stop = (
            np.searchsorted(self.key, _keys(gene, bound[asked]))
            for bound in (start, end)
        )
        low = np.maximum(low, self.first[exon])
        count = np.maximum(np.minimum(stop, self.first[exon + 1]) - low, 0)
        row = np.repeat(np.arange(len(asked)), count)
        site = np.arange(len(row)) - (np.cumsum(count) - count)[row] + low[row]
        return asked[row], site

    def _distance(
        self, gene: Integers, row: Integers, first: Integers, last: Integers
    ) -> Integers:
        """Bases from variants to sites; `_SPAN` to those of another gene or none."""
        distance = np.full(len(gene), _SPAN)
        there = np.flatnonzero((row >= 0) & (row < len(self.key)))
        site = row[there]
        position = self.position[site]
        away = np.maximum(first[there] - position, position - last[there])
        own = self.key[site] == _keys(gene[there], position)
        distance[there[own]] = np.maximum(away[own], 0)
        return distance


def table(members: Sequence[genes.Gene], numbers: Integers | None = None) -> SiteTable:
    """Return the sites of genes, which are numbered in their order.

    Args:
        members: The genes.
        numbers: Those whose sites are needed, ascending; all if not given.
    """
    none = np.zeros(0, dtype=np.int64)
    if numbers is None:
        numbers = np.arange(len(members))
    needed = [members[number] for number in numbers.tolist()]
    acceptors = [gene.acceptors for gene in needed]
    donors = [gene.donors for gene in needed]
    gene = np.concatenate(
        [
            np.repeat(numbers, [len(each) for each in part])
            for part in (acceptors, donors)
        ]
    )
    position = np.concatenate([none, *acceptors, *donors])
    donor = np.arange(len(gene)) >= sum(map(len, acceptors))
    is_minus = [member.strand is coordinates.Strand.MINUS for member in needed]
    minus = np.array(is_minus, dtype=bool)[np.searchsorted(numbers, gene)]
    # On one base the acceptor is transcribed first.
    order = np.lexsort((donor ^ minus, position, gene))
    gene, position, donor = gene[order], position[order], donor[order]
    minus = minus[order]
    # Between a donor and the acceptor that follows it is an intron.
    crossed = (donor[:-1] != donor[1:]) & (donor[1:] == minus[1:])
    begins = np.append(True, (gene[1:] != gene[:-1]) | crossed)[: len(gene)]
    return SiteTable(
        key=_keys(gene, position),
        position=position,
        donor=donor,
        exon=np.cumsum(begins) - 1,
        first=np.append(np.flatnonzero(begins), len(gene)),
    )


def _keys(gene: Integers, position: Integers) -> Integers:
    keys: Integers = gene * _SPAN + position
    return keys
