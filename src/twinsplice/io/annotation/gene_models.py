"""Genes from GTF and GFF3 files, with all transcripts of a gene merged.

What one name means at two places far apart is two genes.
"""

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from twinsplice.genome import coordinates, genes
from twinsplice.io.annotation import transcript_models
from twinsplice.io.annotation.transcript_models import Model, Span

FAR = 10_000
"""Bases between places of one name, of which no gene line tells, that are two genes."""
_ENSEMBL_VERSION = re.compile(r"(?<=\d)\.\d+(?=$|_PAR_Y$)")
_NCBI_GENE = re.compile(r"(?:^|,)GeneID:(\d+)")
_ID_PREFIX = re.compile(r"^gene[:-]")


def read_gtf(numbered: Iterable[tuple[int, str]], where: str) -> list[genes.Gene]:
    """Read GTF lines; genes are in the order of their first exons.

    Args:
        numbered: Lines with their numbers.
        where: Name of the file, for messages.

    Raises:
        InputError: A line is malformed.
    """
    return _genes(transcript_models.read_gtf(numbered, where))


def read_gff3(numbered: Iterable[tuple[int, str]], where: str) -> list[genes.Gene]:
    """Read GFF3 lines, parents before or after their exons.

    Args:
        numbered: Lines with their numbers.
        where: Name of the file, for messages.

    Raises:
        InputError: A line is malformed, or an exon belongs to nothing.
    """
    return _genes(transcript_models.read_gff3(numbered, where))


def _genes(models: transcript_models.Models) -> list[genes.Gene]:
    """Merge the transcripts of each gene and place."""
    members: dict[transcript_models.Key, list[Model]] = {}
    for model in models.models:
        key = model.gene.name, model.row.contig, model.row.strand
        members.setdefault(key, []).append(model)
    found = []
    for (gene, contig, strand), of_gene in members.items():
        lines = models.genes.get((of_gene[0].gene.line, contig, strand), [])
        of = label(gene, of_gene[0].gene.attributes)
        found += [
            (place[0].row.number, _gene(of, contig, strand, _exons(place)))
            for place in _places(of_gene, lines)
        ]
    found.sort(key=lambda numbered: numbered[0])
    return [gene for _, gene in found]


def _exons(models: Sequence[Model]) -> list[list[Span]]:
    return [model.exons for model in models]


def _places(models: list[Model], lines: Sequence[Span]) -> list[list[Model]]:
    """Divide the transcripts of one name by place, in their order."""
    spans = [
        (min(exon[0] for exon in model.exons), max(exon[1] for exon in model.exons))
        for model in models
    ]
    starts: list[int] = []
    reached = -FAR
    for start, end in sorted([*spans, *lines]):
        if start > reached + FAR or not starts:
            starts.append(start)
        reached = max(reached, end)
    if len(starts) == 1:
        return [models]
    divided: dict[int, list[Model]] = {}
    for model, (start, _) in zip(models, spans, strict=True):
        place = int(np.searchsorted(starts, start, side="right"))
        divided.setdefault(place, []).append(model)
    return list(divided.values())


def _gene(
    names: tuple[str, str],
    contig: str,
    strand: str,
    transcripts: list[list[tuple[int, int]]],
) -> genes.Gene:
    left: list[int] = []
    right: list[int] = []
    for exons in transcripts:
        exons.sort()
        for (_, end), (start, _) in itertools.pairwise(exons):
            # Exons that touch have no intron between them.
            if start > end:
                left.append(end - 1)
                right.append(start)
    start = min(exons[0][0] for exons in transcripts)
    end = max(end for exons in transcripts for _, end in exons)
    return genes.from_introns(
        names=names,
        span=coordinates.Interval(contig, start, end),
        strand=coordinates.Strand(strand),
        left=np.array(left, dtype=np.int64),
        right=np.array(right, dtype=np.int64),
    )


def label(gene: str, attributes: Mapping[str, str]) -> tuple[str, str]:
    """Return a gene's name and its stable identifier, without its version."""
    cross = _NCBI_GENE.search(attributes.get("Dbxref", ""))
    gene_id = f"GeneID:{cross[1]}" if cross else _ID_PREFIX.sub("", gene)
    if gene_id.startswith("ENS"):
        gene_id = _ENSEMBL_VERSION.sub("", gene_id)
    for key in ("gene_name", "gene", "Name"):
        if attributes.get(key):
            return attributes[key], gene_id
    return gene_id, gene_id
