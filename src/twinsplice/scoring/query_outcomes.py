"""What becomes of each allele in each gene: a query, or the reason for none."""

import dataclasses

import numpy as np
from jaxtyping import Bool, Int64

from twinsplice.effect import rules
from twinsplice.scoring import written_alleles

Integers = Int64[np.ndarray, " rows"]
Flags = Bool[np.ndarray, " rows"]
STRAND, ALLELE = -1, -2
"""Numbers in place of a gene's: a strand outside genes, and an allele as a whole."""


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Outcomes:
    """A query or a refusal for each allele in each gene.

    Rows are in the order of records, their alleles, and the annotation's genes.

    Attributes:
        record: Number of the record in its chunk.
        alt: The alternate allele as written; `.` where the record has none.
        gene: Number of the gene, or `STRAND` or `ALLELE`.
        minus: Whether the minus strand is read.
        reason: Number of the reason for a refusal, see `rules.REASONS`; else
            `rules.SCORED`.
        query: Number of the query; -1 for a refusal.
    """

    record: Integers
    alt: list[str]
    gene: Integers
    minus: Flags
    reason: Integers
    query: Integers


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Pairs:
    """Pairs of an allele and a gene, or a strand outside genes, by number."""

    allele: Integers
    gene: Integers
    minus: Flags


def in_order(
    every: written_alleles.WrittenAlleles,
    pairs: Pairs,
    allele: Int64[np.ndarray, " pairs"],
    pair_reason: Int64[np.ndarray, " pairs"],
    alone: Int64[np.ndarray, " alone"],
    reason: Int64[np.ndarray, " alleles"],
) -> Outcomes:
    """Return pairs, and alleles refused as a whole, in the order of the input.

    Args:
        every: All alleles of the chunk.
        pairs: Those that are looked at in a gene or on a strand.
        allele: The number of each pair's allele among all.
        pair_reason: Number of the reason for each pair's refusal, if it is refused.
        alone: Numbers of the alleles that are refused as a whole.
        reason: Number of the reason for each allele's refusal.
    """
    markers = np.full(len(alone), ALLELE)
    alleles_ = np.concatenate([allele, alone])
    gene = np.concatenate([pairs.gene, markers])
    minus = np.concatenate([pairs.minus, np.zeros(len(alone), dtype=bool)])
    reasons = np.concatenate([pair_reason, reason[alone]])
    query = np.full(len(reasons), -1)
    scored = np.flatnonzero(reasons == rules.SCORED)
    query[scored] = np.arange(len(scored))
    order = np.lexsort((minus, gene, alleles_))
    return Outcomes(
        record=every.record[alleles_[order]],
        alt=[every.alts[row] for row in alleles_[order].tolist()],
        gene=gene[order],
        minus=minus[order],
        reason=reasons[order],
        query=query[order],
    )
