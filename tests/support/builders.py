"""A small genome with genes, and the queries that records become there."""

from collections.abc import Sequence

from support import models as toys
from twinsplice.effect import rules
from twinsplice.genome import genes, variants
from twinsplice.io import fasta
from twinsplice.io.vcf import vcf
from twinsplice.scoring import queries, query_outcomes

# 200 bases without a repeat of one letter; from 100 on they are lower case.
SEQUENCE = "ACGT" * 25 + "acgt" * 24 + "ACNT"
CONTIGS = {"chr1": SEQUENCE, "chr2": "ACGT"}
CONTEXT, REACH = 20, 5
GENES = [
    toys.gene("LEFT", 0, 50),
    toys.gene("WIDE", 30, 150, "-"),
    toys.gene("RIGHT", 150, 190),
]
COMPANY = [
    toys.record(40, "A", "G", "<DEL>", "AC"),
    toys.record(60, "ACGT", "A"),
    toys.record(60, "C", "A"),
    toys.record(160, "A", "TTT"),
    toys.record(194, "G", "A"),
]
"""Records of several sorts, some without a score."""
Told = list[tuple[str, str, object]]
"""Allele, gene (or strand) and reason of each outcome."""


def builder(
    reference: fasta.Reference,
    conventions: rules.Rules = rules.TWINSPLICE,
    annotation: Sequence[genes.Gene] = GENES,
    *,
    intergenic: bool = False,
) -> queries.QueryBuilder:
    return queries.QueryBuilder(
        reference=reference,
        index=genes.GeneIndex(annotation),
        conventions=conventions,
        reach=REACH,
        context=CONTEXT,
        intergenic=intergenic,
    )


def told(source: queries.QueryBuilder, *records: vcf.Record) -> list[Told]:
    """Allele, gene (or strand) and reason of each outcome, for each record."""
    built = source.build(records)
    of = built.outcomes
    rows: list[Told] = [[] for _ in records]
    for row, record in enumerate(of.record.tolist()):
        rows[record].append((of.alt[row], gene_name(source, of, row), _reason(of, row)))
    scored = of.query[of.query >= 0]
    assert sorted(scored.tolist()) == list(range(len(built.queries)))
    assert ((of.query >= 0) == (of.reason == rules.SCORED)).all()
    assert (of.minus[of.query >= 0] == built.queries.minus[scored]).all()
    return rows


def gene_name(
    source: queries.QueryBuilder, of: query_outcomes.Outcomes, row: int
) -> str:
    gene = int(of.gene[row])
    if gene == query_outcomes.ALLELE:
        return ""
    if gene == query_outcomes.STRAND:
        return "-" if of.minus[row] else "+"
    return source.index.genes[gene].name


def _reason(of: query_outcomes.Outcomes, row: int) -> variants.SkipReason | None:
    number = int(of.reason[row])
    return None if number == rules.SCORED else rules.REASONS[number]


def of_record(source: queries.QueryBuilder, record: vcf.Record) -> Told:
    """Outcomes of one record, the same in company as alone."""
    (alone,) = told(source, record)
    assert told(source, *COMPANY, record, *COMPANY)[len(COMPANY)] == alone
    return alone
