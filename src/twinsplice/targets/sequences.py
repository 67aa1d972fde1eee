"""Source sequences of targets: genes, or constructs of a FASTA.

They are read in the direction of transcription; bases beyond their ends are unknown
(N) to a network, as when variants are scored.
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
        name: Its name.
        contig: Chromosome it comes from, which decides its fold; its name where no
            chromosome is known.
        view: View of the sequence from its first base to its last.
        sites: Annotated splice sites in it, where they are known, as positions in the
            direction of reading from its first base.
    """

    name: str
    contig: str
    view: sequence_views.SequenceView
    sites: Int64[np.ndarray, " sites"]

    @property
    def start(self) -> int:
        """First base on the contig."""
        assert self.view.start is not None
        return self.view.start

    @property
    def end(self) -> int:
        """Base after the last one on the contig."""
        assert self.view.end is not None
        return self.view.end

    @property
    def length(self) -> int:
        """Length in bases."""
        return self.end - self.start

    def codes(self, start: int, end: int) -> UInt8[np.ndarray, " width"]:
        """Return bases in the direction of reading, counted from the first one."""
        first = -self.end if self.view.minus else self.start
        return self.view.as_read(first + start, first + end)


def from_genes(
    reference: fasta.Reference,
    index: genes.GeneIndex,
    is_selected: Callable[[str], bool],
) -> list[SourceSequence]:
    """Return a source for every gene that the reference holds whole.

    Args:
        reference: The genome, or parts of it.
        index: The genes.
        is_selected: Whether to use the genes of a canonical contig name.
    """
    return [
        of_gene(gene, contig, reference)
        for gene, contig in genes_in_reference(reference, index, is_selected)
    ]


def genes_in_reference(
    reference: fasta.Reference,
    index: genes.GeneIndex,
    is_selected: Callable[[str], bool],
) -> Iterator[tuple[genes.Gene, str]]:
    """Yield the genes whose whole span is in the reference, with their contig names.

    Args:
        reference: The genome, or parts of it.
        index: The genes.
        is_selected: Whether to use the genes of a canonical contig name.
    """
    for gene in index.genes:
        name = coordinates.canonical_contig(gene.span.contig)
        contig = reference.resolve(name)
        if not is_selected(name) or contig is None:
            continue
        if gene.span.end > reference.length(contig):
            continue
        if reference.holds(contig, gene.span.start, gene.span.end):
            yield gene, contig


def contig_filter(only: Iterable[str], out: Iterable[str]) -> Callable[[str], bool]:
    """Return a predicate of canonical contig names: whether a contig is selected.

    Args:
        only: Contigs to include, by any of their names; all if empty.
        out: Contigs to exclude.
    """
    included = {coordinates.canonical_contig(name) for name in only}
    excluded = {coordinates.canonical_contig(name) for name in out}

    def is_selected(contig: str) -> bool:
        return (not included or contig in included) and contig not in excluded

    return is_selected


def from_fasta(
    path: pathlib.Path, is_selected: Callable[[str], bool]
) -> list[SourceSequence]:
    """Return a source for every sequence of a FASTA.

    A header with coordinates, such as `chr1:100-200`, gives the chromosome of the
    sequence.

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
    return [source for source in sources if is_selected(source.contig)]


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
    """Return a construct as a source, read in the direction it is written.

    Args:
        name: Its name.
        contig: Chromosome it comes from, or a name that is split in its place.
        sequence: Its bases.
        key: Name that is unique in a run.
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
    source = of_construct(name, contig, record.sequence or "", f"{number}")
    return dataclasses.replace(source, contig=contig)
