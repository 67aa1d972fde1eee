"""What the second scorer is given, and its alleles: refused or placed by the rules."""

import dataclasses
from collections.abc import Mapping, Sequence

from support import reference_rules
from twinsplice.genome import genes
from twinsplice.io.vcf import vcf


@dataclasses.dataclass(frozen=True, kw_only=True)
class Problem:
    """A genome, genes and settings.

    Attributes:
        contigs: Sequences by name.
        genes: The annotation, in its order.
        rules: One of the three names above.
        reach: Bases searched each side.
        mask: Whether to mask.
        intergenic: Whether to score outside genes.
    """

    contigs: Mapping[str, str]
    genes: Sequence[genes.Gene]
    rules: str
    reach: int
    mask: bool
    intergenic: bool


@dataclasses.dataclass(frozen=True, kw_only=True)
class Allele:
    """One allele, as its rules place it."""

    sequence: str
    start: int
    ref: str
    alt: str
    window: tuple[int, int]
    over: tuple[genes.Gene, ...]
    seen_all: tuple[int, int]


def refused(problem: Problem, record: vcf.Record, alt: str) -> frozenset[str]:
    """Every reason that holds of an allele whatever the gene."""
    ours = problem.rules == reference_rules.TWINSPLICE
    found = set()
    name = name_of(problem, record.contig)
    if name is None:
        found.add("contig_missing")
    if set(alt) & set("<>[].*"):
        found.add("symbolic_allele")
    elif set((record.ref + alt).upper()) - set("ACGT" if ours else "ACGTN"):
        found.add("non_acgt_allele")
    if name is not None:
        end = record.position + len(record.ref)
        there = problem.contigs[name][max(record.position, 0) : end].upper()
        if there != (record.ref.upper() if ours else record.ref):
            found.add("ref_mismatch")
    if problem.rules != reference_rules.CISPLICEAI and (
        len(record.ref) > 2 * problem.reach
    ):
        found.add("allele_too_long")
    return frozenset(found)


def placed(problem: Problem, sequence: str, record: vcf.Record, alt: str) -> Allele:
    reach, position = problem.reach, record.position
    if problem.rules == reference_rules.TWINSPLICE:
        start, short_ref, short_alt = reference_rules.normal_form(
            sequence, position, record.ref, alt
        )
        # The anchor counts as changed where bases are only put in or taken out.
        first = start if short_ref and short_alt else start - 1
        touched = range(first, max(start + len(short_ref), first + 1))
        return Allele(
            sequence=sequence,
            start=start,
            ref=short_ref,
            alt=short_alt,
            window=(first - reach, first + reach + 1),
            over=_over(problem, record.contig, touched, last=True),
            seen_all=(0, len(sequence)),
        )
    window, seen = (position - reach, position + reach + 1), (0, len(sequence))
    ci = problem.rules == reference_rules.CISPLICEAI
    if ci:
        odd = len(record.ref) % 2
        window = (position - reach, position + reach + len(record.ref) + odd)
        flank = reach + reference_rules._CI_CONTEXT
        seen = position - flank, position + flank + 1
    return Allele(
        sequence=sequence,
        start=position,
        ref=record.ref.upper(),
        alt=alt.upper(),
        window=window,
        over=_over(problem, record.contig, range(position, position + 1), last=not ci),
        seen_all=seen,
    )


def _over(
    problem: Problem, contig: str, touched: range, *, last: bool
) -> tuple[genes.Gene, ...]:
    """Genes over any of these bases; without their last bases if not `last`."""
    return tuple(
        gene
        for gene in problem.genes
        if gene.span.contig.removeprefix("chr") == contig.removeprefix("chr")
        and any(gene.span.start <= i < gene.span.end - (not last) for i in touched)
    )


def name_of(problem: Problem, contig: str) -> str | None:
    """The genome's own name of a contig, with or without `chr`."""
    for name in problem.contigs:
        if name.removeprefix("chr") == contig.removeprefix("chr"):
            return name
    return None
