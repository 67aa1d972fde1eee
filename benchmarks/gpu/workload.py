"""A random genome with genes, and variants on it: nothing has to be carried along."""

import dataclasses
import pathlib
from collections.abc import Iterator

import numpy as np

CONTIG, OTHER = "1", "2"
"""The whole of it, and its beginning again: training needs two contigs."""
SHORT = 400_000
"""Bases of the other contig."""
SPAN, EXONS, EDGE = 90_000, 9, 5_000
"""Bases and exons of a gene, and bases between two."""
LETTERS = np.frombuffer(b"ACGT", dtype=np.uint8)


@dataclasses.dataclass(frozen=True, slots=True)
class Genome:
    """Files of a random genome.

    Attributes:
        reference: FASTA of both contigs.
        annotation: GTF of its genes, on both strands in turn.
        bases: The first contig.
    """

    reference: pathlib.Path
    annotation: pathlib.Path
    bases: np.ndarray


def genome(folder: pathlib.Path, length: int, seed: int) -> Genome:
    """Write a random genome."""
    source = np.random.default_rng(seed)
    bases = LETTERS[source.integers(0, 4, length)]
    reference, annotation = folder / "random.fa", folder / "random.gtf"
    with reference.open("wb") as file:
        for name, content in ((CONTIG, bases), (OTHER, bases[:SHORT])):
            file.write(b">%s\n%s\n" % (name.encode(), content.tobytes()))
    text = [*_gtf(CONTIG, length), *_gtf(OTHER, min(length, SHORT))]
    annotation.write_text("".join(text), encoding="ascii")
    return Genome(reference, annotation, bases)


def clustered(bases: np.ndarray, count: int, seed: int) -> list[tuple[int, str, str]]:
    """Return substitutions 100 bases apart, in the first gene and those that follow."""
    places = EDGE + 100 * np.arange(1, count + 1)
    return _substituted(bases, places[places < len(bases) - 2 * EDGE], seed)


def isolated(bases: np.ndarray, count: int, seed: int) -> list[tuple[int, str, str]]:
    """Return substitutions of which no two share a reference pass."""
    places = 2 * EDGE + 12_000 * np.arange(count)
    return _substituted(bases, places[places < len(bases) - 2 * EDGE], seed)


def write_vcf(
    path: pathlib.Path,
    variants: list[tuple[int, str, str]],
    contigs: tuple[str, ...] = (CONTIG,),
) -> None:
    """Write variants, 0-based, as a VCF, on each of the contigs."""
    head = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
    rows = (
        f"{contig}\t{place + 1}\t.\t{before}\t{after}\t.\t.\t.\n"
        for contig in contigs
        for place, before, after in variants
    )
    path.write_text(head + "".join(rows), encoding="ascii")


def _substituted(
    bases: np.ndarray, places: np.ndarray, seed: int
) -> list[tuple[int, str, str]]:
    shifts = np.random.default_rng(seed).integers(1, 4, len(places))
    old = np.searchsorted(LETTERS, bases[places])
    new = LETTERS[(old + shifts) % 4]
    pairs = zip(places.tolist(), bases[places], new, strict=True)
    return [(place, chr(before), chr(after)) for place, before, after in pairs]


def _gtf(contig: str, length: int) -> Iterator[str]:
    for number, first in enumerate(range(EDGE, length - SPAN, SPAN + 1_000)):
        strand = "+-"[number % 2]
        for exon in range(EXONS):
            start = first + exon * SPAN // EXONS
            yield (
                f"{contig}\trandom\texon\t{start + 1}\t{start + 150}\t.\t{strand}\t.\t"
                f'gene_id "{contig}.{number}"; transcript_id "{contig}.{number}.1";\n'
            )
