"""Which results are told, and in which order: what a variant's name is of comes first.

What is no alternate allele, such as `<NON_REF>`, is only counted.
"""

import dataclasses
from collections.abc import Sequence

import numpy as np

from twinsplice.effect import results
from twinsplice.genome import variants
from twinsplice.io.annotation import former_symbols
from twinsplice.io.vcf import vcf

_OTHER = 9


def rank(record: vcf.Record, gene: str, gene_id: str) -> int:
    """Return which of the names in `record.of` a gene has; a large number for none.

    Args:
        record: The record.
        gene: Name of the gene, of today or before, or of a transcript with its gene in
            parentheses.
        gene_id: Its identifier.
    """
    stem, _, symbol = gene.removesuffix(")").partition("(")
    named = former_symbols.alike(stem) | former_symbols.alike(symbol)
    own = {gene_id.upper(), *named}
    ranks = (number for number, name in enumerate(record.of) if name.upper() in own)
    return min(ranks, default=_OTHER)


def told(records: Sequence[vcf.Record], chunk: results.Results) -> results.Results:
    """Return the results that are written, in their order.

    Of what is no alternate allele there is none, or each block of a gVCF would have an
    entry. What a list names has an answer, whatever it is.

    Args:
        records: A chunk of records.
        chunk: Their results.
    """
    none = [
        row
        for row, reason in enumerate(chunk.reason)
        if reason in variants.NOT_ALLELES and not records[chunk.record[row]].name
    ]
    if none:
        chunk = chunk.take(np.delete(np.arange(len(chunk)), none))
    return first(records, chunk)


def untold(records: Sequence[vcf.Record], chunk: results.Results) -> list[vcf.Record]:
    """Return what `told` has left out, as records of that alone.

    Args:
        records: A chunk of records.
        chunk: What is told of them.
    """
    seen = set(zip(chunk.record.tolist(), chunk.alt, strict=True))
    made = []
    for number, record in enumerate(records):
        alts = [alt for alt in record.alts or (".",) if (number, alt) not in seen]
        if alts:
            none = tuple(alt for alt in alts if alt != ".")
            made.append(dataclasses.replace(record, alts=none))
    return made


def first(records: Sequence[vcf.Record], chunk: results.Results) -> results.Results:
    """Return results in the order of records, with the named gene's first in each.

    Args:
        records: A chunk of records.
        chunk: Their results.
    """
    if not any(record.of for record in records):
        return chunk
    rows = zip(chunk.record.tolist(), chunk.gene, chunk.gene_id, strict=True)
    ranks = [rank(records[number], *of) for number, *of in rows]
    return chunk.take(np.lexsort((np.array(ranks, dtype=np.int64), chunk.record)))
