"""Variants to fit the correction to, and the genes that they lie in."""

import dataclasses
from collections.abc import Sequence

import numpy as np
from jaxtyping import Bool

from twinsplice import errors
from twinsplice.genome import genes
from twinsplice.io import fasta
from twinsplice.io import target_store as stores
from twinsplice.models import far_stage
from twinsplice.targets import sequences
from twinsplice.training import batches, datasets


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Part:
    """Variants of one store and fold.

    Attributes:
        name: Name of the part, as a file.
        pairs: The variants, with as many bases as the store keeps.
        sources: Sequence of each variant's gene.
    """

    name: str
    pairs: batches.Pairs
    sources: Sequence[sequences.SourceSequence]


def read(
    store: stores.Store,
    rows: Bool[np.ndarray, " rows"],
    name: str,
    site_fraction: float,
    genome: tuple[Sequence[fasta.Reference], genes.GeneIndex],
) -> Part:
    """Read variants of a store, and find their genes.

    Args:
        store: The store.
        rows: Those to read.
        name: Name of the part.
        site_fraction: Fraction of informative ones among those drawn.
        genome: The genome, or parts of it, and its genes.

    Raises:
        InputError: A gene is missing.
    """
    number, position = (store.read(key)[rows] for key in ("gene", "position"))
    contig = datasets.contigs(store)[rows]
    found: dict[tuple[str, str], sequences.SourceSequence] = {}
    sources = []
    for row in range(len(number)):
        key = (store.metadata["genes"][int(number[row])], str(contig[row]))
        if key not in found:
            found[key] = _source(*key, int(position[row]), *genome)
        sources.append(found[key])
    pairs = datasets.read_pairs(store, rows, site_fraction)
    return Part(name=name, pairs=pairs, sources=sources)


def thinned(
    rows: Bool[np.ndarray, " rows"], most: int | None
) -> Bool[np.ndarray, " rows"]:
    """Return a mask of some of the rows, evenly spread."""
    numbers = np.flatnonzero(rows)
    count = len(numbers) if most is None else min(most, len(numbers))
    kept = numbers[np.linspace(0, len(numbers) - 1, count).astype(int)]
    return np.isin(np.arange(len(rows)), kept)


def _source(
    name: str,
    contig: str,
    position: int,
    references: Sequence[fasta.Reference],
    index: genes.GeneIndex,
) -> sequences.SourceSequence:
    """Return the sequence of the gene of a name over a position."""
    over = index.over(contig, position - 1, position + 1)
    named = [gene for gene in over if gene.name == name]
    for reference in references:
        own = reference.resolve(contig)
        if named and own and reference.holds(own, position, position + 1):
            return sequences.of_gene(named[0], own, reference)
    raise errors.InputError(
        "variants need the genome and the genes that their targets were made from",
        got=f"no {name} over {contig}:{position + 1}",
        remedy="give those as --reference and --annotation",
    )


def widened(part: Part, rows: slice, reach: int) -> batches.Pairs:
    """Return variants with the bases that a far stage reads, from their genes.

    Args:
        part: The variants.
        rows: Those to return.
        reach: Bases that the stage reads to each side of a bin.

    Raises:
        InputError: Their genes have other bases than they.
    """
    pairs = part.pairs.at(rows)
    context = reach + far_stage.BIN
    if pairs.context >= context:
        return pairs
    assert pairs.first is not None
    beyond = context + pairs.slack
    codes = np.stack(
        [
            source.view.as_read(first - beyond, first + pairs.width + beyond)
            for source, first in zip(
                part.sources[rows], pairs.first.tolist(), strict=True
            )
        ]
    )
    more = context - pairs.context
    if not np.array_equal(codes[:, more : codes.shape[1] - more], pairs.codes):
        raise errors.InputError(
            "variants need the genome that their targets were made from",
            got=f"other bases about variants of {part.name}",
            remedy="give that as --reference, and its genes as --annotation",
        )
    return dataclasses.replace(pairs, codes=codes, context=context)
