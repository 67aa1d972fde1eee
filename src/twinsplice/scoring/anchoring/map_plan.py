"""Which genes a reference map has, and in which parts and shards it is made."""

import collections
import dataclasses
import functools
import heapq
import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np

from twinsplice.genome import coordinates, genes, sequence_views
from twinsplice.io import fasta, reference_map
from twinsplice.io.annotation import former_symbols

_PART_BASES = 500_000
"""Bases of a part: some seconds of work, which are lost if a run is killed."""


@dataclasses.dataclass(frozen=True, order=True, slots=True)
class Place:
    """The place of a gene; genes of one place are one gene to a map.

    Attributes:
        contig: Canonical name of its contig.
        start: First transcribed base (0-based, plus strand).
        end: The base after its last one.
        minus: Whether it lies on the minus strand.
    """

    contig: str
    start: int
    end: int
    minus: bool

    @property
    def length(self) -> int:
        """Length in bases."""
        return self.end - self.start

    def view(self, reference: fasta.Reference) -> sequence_views.SequenceView:
        """Return what the networks see of the gene."""
        name = reference.resolve(self.contig)
        assert name is not None
        strand = coordinates.Strand.MINUS if self.minus else coordinates.Strand.PLUS
        return sequence_views.SequenceView(
            *(name, strand, self.start, self.end),
            functools.partial(reference.codes, name),
        )

    def mapped(self, reference: fasta.Reference) -> reference_map.MappedGene:
        """Return the gene with the checksum of its bases."""
        codes = self.view(reference).codes(self.start, self.end)
        crc32 = zlib.crc32(codes.tobytes())
        return reference_map.MappedGene(
            self.contig, self.start, self.end, self.minus, crc32
        )


@dataclasses.dataclass(frozen=True)
class Selection:
    """The genes of a map.

    Attributes:
        places: Their places, sorted.
        left_out: Number of other genes that were asked for, by reason.
        unknown: Names asked for that no gene has.
    """

    places: tuple[Place, ...]
    left_out: Mapping[str, int]
    unknown: tuple[str, ...]


def select(
    index: genes.GeneIndex,
    reference: fasta.Reference,
    names: Collection[str] | None = None,
    intervals: Iterable[coordinates.Interval] | None = None,
) -> Selection:
    """Select the genes whose whole sequence is in the reference.

    Args:
        index: The genes of the annotation.
        reference: The genome, or parts of it.
        names: Names, of today or before, or identifiers of genes, in any case; all
            genes if not given.
        intervals: Where genes must overlap one; anywhere if not given.
    """
    chosen = set(range(len(index.genes)))
    unknown: tuple[str, ...] = ()
    if names is not None:
        named = {n: _names(gene) for n, gene in enumerate(index.genes)}
        wanted = {name: name.upper() for name in names}
        chosen = {n for n, of in named.items() if not of.isdisjoint(wanted.values())}
        found = frozenset().union(*(named[n] for n in chosen))
        unknown = tuple(name for name, upper in wanted.items() if upper not in found)
    if intervals is not None:
        chosen &= _overlapping(index, intervals)
    places = {_place(index.genes[n]) for n in chosen}
    held: list[Place] = []
    left_out: collections.Counter[str] = collections.Counter()
    for place in sorted(places):
        contig = reference.resolve(place.contig)
        if contig is None:
            left_out["contig_not_in_reference"] += 1
        elif not reference.holds(contig, place.start, place.end):
            left_out["sequence_not_in_reference"] += 1
        else:
            held.append(place)
    return Selection(tuple(held), left_out, unknown)


def shard(places: Sequence[Place], number: int, of: int) -> list[Place]:
    """Return the places of one of several shards of about equal length.

    Args:
        places: All places, sorted.
        number: The shard's number, from 1.
        of: Number of shards.
    """
    loads = [(0, i) for i in range(1, of + 1)]
    members: list[Place] = []
    # The longest gene goes first, each to the shard that has least.
    for place in sorted(places, key=lambda place: (-place.length, place)):
        load, shortest = heapq.heappop(loads)
        heapq.heappush(loads, (load + place.length, shortest))
        if shortest == number:
            members.append(place)
    return sorted(members)


def parts(places: Iterable[Place]) -> list[list[Place]]:
    """Return sorted places in parts of some seconds of work."""
    grouped: list[list[Place]] = []
    length = _PART_BASES
    for place in places:
        if length >= _PART_BASES:
            grouped.append([])
            length = 0
        grouped[-1].append(place)
        length += place.length
    return grouped


def _names(gene: genes.Gene) -> frozenset[str]:
    return former_symbols.alike(gene.name) | {gene.gene_id.upper()}


def _place(gene: genes.Gene) -> Place:
    span = gene.span
    return Place(
        coordinates.canonical_contig(span.contig),
        *(span.start, span.end),
        gene.strand is coordinates.Strand.MINUS,
    )


def _overlapping(
    index: genes.GeneIndex, intervals: Iterable[coordinates.Interval]
) -> set[int]:
    """Numbers of the genes that overlap any interval."""
    by_contig: dict[str, list[tuple[int, int]]] = {}
    for interval in intervals:
        by_contig.setdefault(interval.contig, []).append((interval.start, interval.end))
    numbers: set[int] = set()
    for contig, bounds in by_contig.items():
        start, end = np.array(bounds, dtype=np.int64).T
        numbers.update(index.overlapping(contig, start, end)[1].tolist())
    return numbers
