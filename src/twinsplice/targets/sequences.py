"""Sequences that are labelled from end to end: genes, or constructs of a FASTA.

They are read in the direction of transcription; what lies beyond their ends is
unknown to a network, as it is when variants are scored.
"""

import dataclasses
import functools
import pathlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
import pysam
from jaxtyping import Int64, UInt8

from twinsplice import errors
from twinsplice.genome import coordinates, dna, genes, sequence_views
from twinsplice.io import fasta

_PLACE = re.compile(r"(?:^|\s)((?:chr)?\w+):\d+-\d+")


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class SourceSequence:
    """One gene or construct.

    Attributes:
        name: What it is called.
        contig: Chromosome it comes from, which decides its part of a split; its
            name where none is known.
        view: The sequence, seen from its first base to its last.
        sites: Annotated splice sites in it, where they are known, as positions in the
            direction of reading from its first base.
    """

    name: str
    contig: str
    view: sequence_views.SequenceView
    sites: Int64[np.ndarray, " sites"]

    @property
    def start(self) -> int:
        """Its first base on its contig."""
        assert self.view.start is not None
        return self.view.start

    @property
    def end(self) -> int:
        """The base after its last."""
        assert self.view.end is not None
        return self.view.end

    @property
    def length(self) -> int:
        """Its bases."""
        return self.end - self.start

    def codes(self, start: int, end: int) -> UInt8[np.ndarray, " width"]:
        """Return bases in the direction of reading, counted from the first one."""
        first = -self.end if self.view.minus else self.start
        return self.view.as_read(first + start, first + end)


def from_genes(
    reference: fasta.Reference, index: genes.GeneIndex, wanted: Callable[[str], bool]
) -> list[SourceSequence]:
    """Return a source for every gene that the reference holds whole.

    Args:
        reference: The genome, or parts of it.
        index: The genes.
        wanted: Says of a canonical contig name whether to take its genes.
    """
    return [
        of_gene(gene, contig, reference)
        for gene, contig in held(reference, index, wanted)
    ]


def held(
    reference: fasta.Reference, index: genes.GeneIndex, wanted: Callable[[str], bool]
) -> Iterator[tuple[genes.Gene, str]]:
    """Yield the genes that the reference holds whole, and its names of their contigs.

    Args:
        reference: The genome, or parts of it.
        index: The genes.
        wanted: Says of a canonical contig name whether to take its genes.
    """
    for gene in index.genes:
        name = coordinates.canonical_contig(gene.span.contig)
        contig = reference.resolve(name)
        if not wanted(name) or contig is None:
            continue
        if gene.span.end > reference.length(contig):
            continue
        if reference.holds(contig, gene.span.start, gene.span.end):
            yield gene, contig


def wanted(only: Iterable[str], out: Iterable[str]) -> Callable[[str], bool]:
    """Return what says of a canonical contig name whether it is asked for.

    Args:
        only: The contigs to take, by any of their names; all if there are none.
        out: Contigs to leave out.
    """
    taken = {coordinates.canonical_contig(name) for name in only}
    left = {coordinates.canonical_contig(name) for name in out}

    def take(contig: str) -> bool:
        return (not taken or contig in taken) and contig not in left

    return take


def from_fasta(
    path: pathlib.Path, wanted: Callable[[str], bool]
) -> list[SourceSequence]:
    """Return a source for every sequence of a FASTA.

    A header with a place in it, such as `chr1:100-200`, says which chromosome the
    sequence belongs to.

    Raises:
        InputError: The file is no FASTA.
    """
    try:
        with pysam.FastxFile(str(path)) as records:
            sources = [_of_record(record, i) for i, record in enumerate(records)]
    except (OSError, ValueError) as error:
        raise errors.InputError(
            "sequences must be a FASTA file", got=str(path), remedy="check the path"
        ) from error
    return [source for source in sources if wanted(source.contig)]


def windows(
    sources: Sequence[SourceSequence], width: int, margin: int
) -> Iterator[tuple[int, int]]:
    """Yield the sequence and first base of every window, side by side."""
    for i, source in enumerate(sources):
        for start in range(margin, max(source.length - margin, margin + 1), width):
            yield i, start


def of_gene(
    gene: genes.Gene, contig: str, reference: fasta.Reference
) -> SourceSequence:
    """Return a gene's sequence; `contig` is the reference's name of its contig."""
    span = gene.span
    minus = gene.strand is coordinates.Strand.MINUS
    sites = np.sort(np.concatenate([gene.acceptors, gene.donors]))
    sites = (span.end - 1 - sites)[::-1] if minus else sites - span.start
    return SourceSequence(
        name=gene.name,
        contig=coordinates.canonical_contig(contig),
        view=sequence_views.SequenceView(
            contig,
            gene.strand,
            span.start,
            span.end,
            functools.partial(reference.codes, contig),
        ),
        sites=np.ascontiguousarray(sites),
    )


def of_construct(name: str, contig: str, sequence: str, key: str) -> SourceSequence:
    """Return a sequence that stands for itself, read as it is written.

    Args:
        name: What it is called.
        contig: Chromosome it comes from, or what takes its place in a split.
        sequence: Its bases.
        key: What no other sequence of a run is called.
    """
    return SourceSequence(
        name=name,
        contig=coordinates.canonical_contig(contig),
        view=sequence_views.of_sequence(key, dna.encode(sequence)),
        sites=np.zeros(0, dtype=np.int64),
    )


def _of_record(record: pysam.FastxRecord, number: int) -> SourceSequence:
    header = f"{record.name} {record.comment or ''}"
    place = _PLACE.search(header)
    name = record.name or ""
    contig = coordinates.canonical_contig(place.group(1)) if place else name
    found = of_construct(name, contig, record.sequence or "", f"{number}")
    return dataclasses.replace(found, contig=contig)
