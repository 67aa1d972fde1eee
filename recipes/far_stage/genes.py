"""The genes of a reference map that a genome has, by fold."""

import dataclasses
import math
import zlib
from collections.abc import Sequence

import numpy as np

from twinsplice.genome import coordinates, sequence_views
from twinsplice.io import fasta, reference_map
from twinsplice.training import splits


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Gene:
    """A gene to learn from, or to validate on.

    Attributes:
        number: Its number in the map.
        fold: `train` or `validation`.
        view: Its sequence.
    """

    number: int
    fold: str
    view: sequence_views.SequenceView

    @property
    def span(self) -> tuple[int, int]:
        """First base and the base after the last one, in the direction of reading."""
        start, end = self.view.start, self.view.end
        assert start is not None
        assert end is not None
        return (-end, -start) if self.view.minus else (start, end)


def selected(
    found: reference_map.ReferenceMap,
    references: Sequence[fasta.Reference],
    split: splits.Split,
    max_bases: int | None,
    seed: int,
) -> list[Gene]:
    """Return the genes of a map that a genome has, those of the test fold left out.

    Args:
        found: The map.
        references: The genome, or parts of it.
        split: Chromosomes of each fold.
        max_bases: Bases of genes in each fold, chosen by chance; all if not given.
        seed: Random seed of the choice.
    """
    masks = split.assign(np.array([gene.contig for gene in found.genes]), ())
    numbers = np.random.default_rng(seed).permutation(len(found))
    kept = []
    for fold in ("train", "validation"):
        rest = math.inf if max_bases is None else max_bases
        for number in numbers[masks[fold][numbers]].tolist():
            mapped = found.genes[number]
            if mapped.end - mapped.start > rest:
                continue
            view = _view(mapped, references)
            if view is not None:
                kept.append(Gene(number=number, fold=fold, view=view))
                rest -= mapped.end - mapped.start
    return kept


def _view(
    gene: reference_map.MappedGene, references: Sequence[fasta.Reference]
) -> sequence_views.SequenceView | None:
    """Return the sequence of a gene where it is the one that was mapped."""
    strand = coordinates.Strand.MINUS if gene.minus else coordinates.Strand.PLUS
    for reference in references:
        contig = reference.resolve(gene.contig)
        if contig is None or not reference.holds(contig, gene.start, gene.end):
            continue
        codes = reference.codes(contig, gene.start, gene.end)
        if zlib.crc32(codes.tobytes()) == gene.crc32:
            return sequence_views.SequenceView(
                contig, strand, gene.start, gene.end, _fetch(reference, contig)
            )
    return None


def _fetch(reference: fasta.Reference, contig: str) -> sequence_views.Fetch:
    return lambda start, end: reference.codes(contig, start, end)
