"""What a user should know of a run that did not fail.

Most of it comes down to one mistake: files of two genome builds.
"""

import collections
import itertools
from collections.abc import Iterator, Sequence

from twinsplice.effect import results
from twinsplice.genome import dna, genes, motifs, variants
from twinsplice.io import fasta
from twinsplice.io.vcf import vcf

_MISMATCHES = 0.1
_CANONICAL = 0.8
_SAMPLE = 200
_FEWEST = 10
"""Sites below which nothing is concluded."""
_NAMED = 3
# A prime, to visit genes of all contigs in turn, none of them twice.
_STRIDE = 7_919


class RunCounts:
    """Counts of what became of records.

    Attributes:
        records: Records seen.
        scored: Scores made, one for each allele and gene.
        skipped: Alleles (or alleles in a gene) without a score, by reason.
    """

    def __init__(self) -> None:
        self.records = self.scored = self._alleles = 0
        self.skipped: collections.Counter[variants.SkipReason] = collections.Counter()
        # A dictionary, for its order.
        self._missing: dict[str, None] = {}

    def enter(self, records: Sequence[vcf.Record], found: results.Results) -> None:
        """Take note of records and their results."""
        self.records += len(records)
        self._alleles += sum(len(record.alts) for record in records)
        self.scored += len(found.predictions)
        for row, reason in enumerate(found.reason):
            if reason is not None:
                self.skipped[reason] += 1
                if reason is variants.SkipReason.CONTIG_MISSING:
                    self._missing[records[found.record[row]].contig] = None

    def notes(self, reference: fasta.Reference) -> Iterator[str]:
        """Yield what looks like a wrong reference."""
        mismatches = self.skipped[variants.SkipReason.REF_MISMATCH]
        if mismatches > _MISMATCHES * self._alleles:
            yield (
                f"{mismatches / self._alleles:.0%} of alleles do not match the "
                f"reference: is the VCF on the same build as {reference.path}?"
            )
        if self._missing:
            named = ", ".join(itertools.islice(self._missing, _NAMED))
            more = len(self._missing) - _NAMED
            rest = f" and {more:,} more" if more > 0 else ""
            yield f"contigs that {reference.path} does not have: {named}{rest}"


def annotation_note(index: genes.GeneIndex, reference: fasta.Reference) -> str | None:
    """Return what looks like an annotation of another build, by its splice sites."""
    on = {gene.span.contig: "" for gene in index.genes}
    for contig in on:
        on[contig] = reference.resolve(contig) or ""
    if not any(on.values()):
        return "the annotation and the reference have no contig in common"
    usual = list(itertools.islice(_sites(index.genes, on, reference), _SAMPLE))
    if len(usual) < _FEWEST or sum(usual) >= _CANONICAL * len(usual):
        return None
    return (
        f"only {sum(usual) / len(usual):.0%} of sampled annotated sites are GT/AG in "
        "the reference: is the annotation on the same build?"
    )


def _sites(
    members: Sequence[genes.Gene], on: dict[str, str], reference: fasta.Reference
) -> Iterator[bool]:
    """Yield whether sites are the usual: one of a sort a gene first, then the rest."""
    stride = _STRIDE if len(members) % _STRIDE else 1
    near: list[genes.Gene] = []
    for i in range(len(members)):
        gene = members[i * stride % len(members)]
        found = list(_usual(gene, on[gene.span.contig], reference, one=True))
        if found:
            near.append(gene)
        yield from found
    for gene in near:
        yield from _usual(gene, on[gene.span.contig], reference, one=False)


def _usual(
    gene: genes.Gene, contig: str, reference: fasta.Reference, *, one: bool
) -> Iterator[bool]:
    """Yield of sites that the reference holds whether they are the usual.

    Args:
        gene: Whose sites.
        contig: The reference's name of its contig; empty without one.
        reference: The genome.
        one: Of the middle donor and acceptor only; else of all.
    """
    for sites, donor in ((gene.donors, True), (gene.acceptors, False)):
        middle = len(sites) // 2
        for site in (sites[middle : middle + 1] if one else sites).tolist():
            start, end = motifs.intron_edge(site, gene.strand, donor=donor)
            if contig and reference.holds(contig, start, end):
                codes = reference.peek(contig, start, end)
                if (codes != dna.UNKNOWN).all():
                    yield motifs.is_canonical(codes, gene.strand, donor=donor)
