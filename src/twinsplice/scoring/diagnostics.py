"""Warnings about runs that did not fail, mostly files of two genome builds."""

import collections
import functools
import itertools
from collections.abc import Iterator, Sequence

import numpy as np
from jaxtyping import Bool

from twinsplice.effect import queries, results
from twinsplice.genome import dna, genes, motifs, variants
from twinsplice.io import fasta
from twinsplice.io.vcf import vcf
from twinsplice.scoring import mismatch_guesses

_MISMATCHES = 0.1
_CANONICAL = 0.8
_SAMPLE = 200
_FEWEST = 10
"""Smallest number of sites for a conclusion."""
_NAMED = 3
_EXAMPLES = 3
"""Alleles whose REF is another that are told."""
_SHOWN = 12
"""Bases that are shown of an allele."""
_LARGE = 0.2
_SURE = 0.9
_LIKELY = 0.5
# A prime stride visits genes of all contigs in turn, each once.
_STRIDE = 7_919


class RunCounts:
    """Counts of records, scores and refusals of a run.

    Attributes:
        records: Records.
        scored: Scores, one for each allele and gene.
        skipped: Alleles (or alleles in a gene) without a score, by reason.
        references: Scores by where the reference is from, of models that are told it.
        classes: Scores by size and by probability, of models that have these.
    """

    def __init__(self) -> None:
        self.records = self.scored = self._alleles = 0
        self.references: collections.Counter[results.Reference] = collections.Counter()
        self.skipped: collections.Counter[variants.SkipReason] = collections.Counter()
        self.classes: collections.Counter[str] = collections.Counter()
        # A dictionary keeps the order.
        self._missing: dict[str, None] = {}
        self._mismatched: list[variants.Variant] = []

    def enter(self, records: Sequence[vcf.Record], chunk: results.Results) -> None:
        """Count records and their results."""
        self.records += len(records)
        self._alleles += sum(len(record.alts) for record in records)
        self.scored += len(chunk.predictions)
        if chunk.reference is not None:
            self.references.update(map(results.Reference, chunk.reference.tolist()))
        self.classes.update(_classes(chunk.predictions))
        for row, reason in enumerate(chunk.reason):
            if reason is not None:
                self.skipped[reason] += 1
                # `*` and its like stand in ALT, but are no alleles.
                if reason in variants.NOT_ALLELES and chunk.alt[row] != ".":
                    self._alleles -= 1
                record = records[chunk.record[row]]
                if reason is variants.SkipReason.REF_MISMATCH and not record.name:
                    self._keep(record, chunk.alt[row])
                if reason is variants.SkipReason.CONTIG_MISSING and record.contig:
                    self._missing[record.contig] = None

    def _keep(self, record: vcf.Record, alt: str) -> None:
        """Keep the first alleles whose REF is another, as examples."""
        if len(self._mismatched) < _EXAMPLES:
            self._mismatched.append(
                variants.Variant(
                    record.contig, record.position, record.ref.upper(), alt.upper()
                )
            )

    def notes(self, reference: fasta.Reference) -> Iterator[str]:
        """Yield warnings of a reference of another build."""
        mismatches = self.skipped[variants.SkipReason.REF_MISMATCH]
        if mismatches > _MISMATCHES * self._alleles:
            yield (
                f"{mismatches / self._alleles:.0%} of alleles do not match the "
                f"reference: is the VCF on the same build as {reference.path}?"
            )
        for variant in self._mismatched:
            yield from _mismatch(variant, reference)
        if self._missing:
            listed = ", ".join(itertools.islice(self._missing, _NAMED))
            more = len(self._missing) - _NAMED
            rest = f" and {more:,} more" if more > 0 else ""
            yield f"contigs that {reference.path} does not have: {listed}{rest}"


def _classes(predictions: queries.Predictions) -> dict[str, int]:
    """Return how many scores are large, probably large, and probably altered."""
    sizes = predictions.size.max(axis=1, initial=0)
    counts = {f"score {_LARGE:g} or more": int((sizes >= _LARGE).sum())}
    if predictions.probability is not None:
        probability, title = predictions.probability, f"base model's {_LARGE:g} or more"
        sure = probability >= _SURE
        open_ = (probability > 1 - _SURE) & ~sure
        counts[f"{title}: probability {_SURE:g} or more"] = int(sure.sum())
        counts[f"{title}: probability {1 - _SURE:.1f} to {_SURE:g}"] = int(open_.sum())
    if predictions.altered is not None:
        likely = int((predictions.altered >= _LIKELY).sum())
        counts[f"altered splicing: probability {_LIKELY:g} or more"] = likely
    return counts


def _mismatch(variant: variants.Variant, reference: fasta.Reference) -> Iterator[str]:
    """Yield what the reference has in place of a REF, and what would mend it."""
    contig = reference.resolve(variant.contig)
    if contig is None or not dna.is_plain(variant.ref):
        return
    fetch = functools.partial(reference.sequence, contig)
    yield mismatch_guesses.joined(
        f"{variant.contig}:{variant.start + 1} {variant.ref[:_SHOWN]}>"
        f"{variant.alt[:_SHOWN]}: {mismatch_guesses.difference(variant, fetch)}",
        mismatch_guesses.of_place(variant, fetch),
    )


def annotation_note(index: genes.GeneIndex, reference: fasta.Reference) -> str | None:
    """Return a warning of an annotation of another build, by its splice sites."""
    on = {gene.span.contig: "" for gene in index.genes}
    for contig in on:
        on[contig] = reference.resolve(contig) or ""
    if not any(on.values()):
        return "the annotation and the reference have no contig in common"
    canonical = list(itertools.islice(_sites(index, on, reference), _SAMPLE))
    if len(canonical) < _FEWEST or sum(canonical) >= _CANONICAL * len(canonical):
        return None
    return (
        f"only {sum(canonical) / len(canonical):.0%} of sampled annotated sites are "
        "GT/AG in the reference: is the annotation on the same build?"
    )


def _sites(
    index: genes.GeneIndex, on: dict[str, str], reference: fasta.Reference
) -> Iterator[bool]:
    """Yield whether sites are canonical: first one of each class a gene, then all."""
    total = len(index.genes)
    stride = _STRIDE if total % _STRIDE else 1
    order = np.arange(total) * stride % total
    visited: list[genes.Gene] = []
    for number in order[_touched(index, on, reference)[order]].tolist():
        gene = index.genes[number]
        canonical = list(
            _canonical(gene, on[gene.span.contig], reference, middle_only=True)
        )
        if canonical:
            visited.append(gene)
        yield from canonical
    for gene in visited:
        yield from _canonical(gene, on[gene.span.contig], reference, middle_only=False)


def _touched(
    index: genes.GeneIndex, on: dict[str, str], reference: fasta.Reference
) -> Bool[np.ndarray, " genes"]:
    """Return whether the reference, which may be slices, has a base of each gene."""
    contigs = np.array([on[gene.span.contig] for gene in index.genes], dtype=str)
    touched = np.zeros(len(contigs), dtype=bool)
    for contig in filter(None, on.values()):
        rows = np.flatnonzero(contigs == contig)
        touched[rows] = reference.touches_all(
            contig, index.start[rows], index.end[rows]
        )
    return touched


def _canonical(
    gene: genes.Gene, contig: str, reference: fasta.Reference, *, middle_only: bool
) -> Iterator[bool]:
    """Yield whether a gene's sites within the reference are canonical.

    Args:
        gene: The gene.
        contig: The reference's name of its contig; empty if it has none.
        reference: The genome.
        middle_only: Test the middle donor and acceptor only; else all.
    """
    for sites, donor in ((gene.donors, True), (gene.acceptors, False)):
        middle = len(sites) // 2
        for site in (sites[middle : middle + 1] if middle_only else sites).tolist():
            start, end = motifs.intron_edge(site, gene.strand, donor=donor)
            if contig and reference.holds(contig, start, end):
                codes = reference.peek(contig, start, end)
                if (codes != dna.UNKNOWN).all():
                    yield motifs.is_canonical(codes, gene.strand, donor=donor)
