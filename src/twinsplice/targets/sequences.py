"""Sequences that are labelled from end to end: genes, or constructs of a FASTA.

A strip is read in the direction of transcription; what lies beyond its ends is
unknown to a network, as it is when variants are scored.
"""

import dataclasses
import pathlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
import pysam
from jaxtyping import Int64, UInt8

from twinsplice import errors
from twinsplice.genome import coordinates, dna, genes
from twinsplice.io import fasta
from twinsplice.scoring import queries

_PLACE = re.compile(r"(?:^|\s)((?:chr)?\w+):\d+-\d+")


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Strip:
    """One sequence to label.

    Attributes:
        name: What it is called.
        contig: Chromosome it comes from, which decides its part of a split; its
            name where none is known.
        length: Its bases.
        sites: Annotated splice sites in it, where they are known.
        fetch: Codes of its bases `start` to `end`, unknown beyond its ends.
    """

    name: str
    contig: str
    length: int
    sites: Int64[np.ndarray, " sites"]
    fetch: Callable[[int, int], UInt8[np.ndarray, " width"]]


def from_genes(
    reference: fasta.Reference, index: genes.GeneIndex, wanted: Callable[[str], bool]
) -> list[Strip]:
    """Return a strip for every gene that the reference holds whole.

    Args:
        reference: The genome, or parts of it.
        index: The genes.
        wanted: Says of a canonical contig name whether to take its genes.
    """
    return [
        _of_gene(reference, gene, contig)
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


def bounded(
    codes: UInt8[np.ndarray, " length"],
) -> Callable[[int, int], UInt8[np.ndarray, " width"]]:
    """Return a function from an interval to a sequence's codes, N beyond its ends."""

    def fetch(start: int, end: int) -> UInt8[np.ndarray, " width"]:
        found = np.full(end - start, dna.UNKNOWN, dtype=np.uint8)
        first, last = max(start, 0), min(end, len(codes))
        if first < last:
            found[first - start : last - start] = codes[first:last]
        return found

    return fetch


def from_fasta(path: pathlib.Path, wanted: Callable[[str], bool]) -> list[Strip]:
    """Return a strip for every sequence of a FASTA.

    A header with a place in it, such as `chr1:100-200`, says which chromosome the
    sequence belongs to.

    Raises:
        InputError: The file is no FASTA.
    """
    try:
        with pysam.FastxFile(str(path)) as records:
            strips = [_of_record(record) for record in records]
    except (OSError, ValueError) as error:
        raise errors.InputError(
            "sequences must be a FASTA file", got=str(path), remedy="check the path"
        ) from error
    return [strip for strip in strips if wanted(strip.contig)]


def windows(
    strips: Sequence[Strip], width: int, margin: int
) -> Iterator[tuple[int, int]]:
    """Yield the strip and first base of every window, side by side."""
    for i, strip in enumerate(strips):
        for start in range(margin, max(strip.length - margin, margin + 1), width):
            yield i, start


def _of_gene(reference: fasta.Reference, gene: genes.Gene, contig: str) -> Strip:
    span = gene.span
    seen = queries.Seen(contig, gene.strand, span.start, span.end)
    read = seen.fetcher(reference)
    minus = gene.strand is coordinates.Strand.MINUS
    sites = np.sort(np.concatenate([gene.acceptors, gene.donors]))
    sites = (span.end - 1 - sites)[::-1] if minus else sites - span.start

    def fetch(start: int, end: int) -> UInt8[np.ndarray, " width"]:
        if minus:
            return dna.reverse_complement(read(span.end - end, span.end - start))
        return read(span.start + start, span.start + end)

    return Strip(
        name=gene.name,
        contig=coordinates.canonical_contig(span.contig),
        length=span.width,
        sites=np.ascontiguousarray(sites),
        fetch=fetch,
    )


def _of_record(record: pysam.FastxRecord) -> Strip:
    codes = dna.encode(record.sequence or "")
    header = f"{record.name} {record.comment or ''}"
    place = _PLACE.search(header)
    name = record.name or ""
    return Strip(
        name=name,
        contig=coordinates.canonical_contig(place.group(1)) if place else name,
        length=len(codes),
        sites=np.zeros(0, dtype=np.int64),
        fetch=bounded(codes),
    )
