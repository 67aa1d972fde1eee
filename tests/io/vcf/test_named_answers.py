"""`named_answers`: the gene that a name is of comes first; all else keeps its order."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support import models as toys
from twinsplice.effect import deltas, queries, results
from twinsplice.genome import variants
from twinsplice.io.vcf import named_answers

OF = ("NM_1.1", "GENE")


@pytest.mark.parametrize(
    ("gene", "gene_id", "expected"),
    [
        ("NM_1.1(GENE)", "NM_1.1", 0),
        ("NM_1.2(GENE)", "NM_1.2", 1),
        ("gene", "ENSG1", 1),
        ("GENE2", "ENSG2", 9),
        ("", "", 9),
    ],
)
def test_a_transcript_is_nearer_than_its_gene(
    gene: str, gene_id: str, expected: int
) -> None:
    record = dataclasses.replace(toys.record(5, "A", "C"), of=OF)
    assert named_answers.rank(record, gene, gene_id) == expected


def _refused(rows: list[tuple[int, str]]) -> results.Results:
    """Rows of records and genes, without a score."""
    empty = np.empty((0, 4))
    return results.Results(
        record=np.array([record for record, _ in rows], dtype=np.int64),
        alt=["C"] * len(rows),
        gene=[gene for _, gene in rows],
        gene_id=[gene for _, gene in rows],
        minus=np.zeros(len(rows), dtype=bool),
        reason=[variants.SkipReason.TOO_LONG] * len(rows),
        scored=np.full(len(rows), -1),
        origin=np.empty(0, np.int64),
        start=np.empty(0, np.int64),
        predictions=queries.Predictions(
            kinds=deltas.SITE_KINDS,
            size=empty,
            column=empty.astype(np.int64),
            ref=empty,
            alt=empty,
            exon_loss=np.empty(0),
        ),
    )


NAMES = st.lists(st.sampled_from(["A", "B", "C"]), max_size=4)


@given(
    st.lists(st.tuples(NAMES, st.sampled_from([(), ("B",), ("X", "C")])), max_size=4)
)
def test_the_named_gene_comes_first(
    drawn: list[tuple[list[str], tuple[str, ...]]],
) -> None:
    records = [
        dataclasses.replace(toys.record(5, "A", "C"), of=named) for _, named in drawn
    ]
    rows = [(number, gene) for number, (genes, _) in enumerate(drawn) for gene in genes]
    chunk = _refused(rows)
    found = named_answers.first(records, chunk)
    expected = [
        (number, gene)
        for number, (genes, named) in enumerate(drawn)
        for gene in sorted(genes, key=lambda gene: gene not in named)
    ]
    assert list(zip(found.record.tolist(), found.gene, strict=True)) == expected


@given(st.lists(st.sets(st.sampled_from(["C", "G", "*", "<X>"])), max_size=4))
def test_what_is_not_told_is_left(every: list[set[str]]) -> None:
    records = [toys.record(5, "A", *sorted(alts)) for alts in every]
    rows = [(n, alt) for n, of in enumerate(records) for alt in of.alts]
    kept = [(n, alt) for n, alt in rows if alt in ("C", "G")]
    chunk = dataclasses.replace(_refused(kept), alt=[alt for _, alt in kept])
    left = named_answers.untold(records, chunk)
    told = sum(len(record.alts) or 1 for record in left)
    assert told == len(rows) - len(kept) + sum(not alts for alts in every)
    assert all(alt in ("*", "<X>") for record in left for alt in record.alts)
