"""`scoring.query_views`: what networks see of the genome, query by query."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support import builders
from support import models as toys
from twinsplice.effect import rules
from twinsplice.genome import dna
from twinsplice.io import fasta


@pytest.mark.parametrize("conventions", [rules.TWINSPLICE, rules.CISPLICEAI])
@pytest.mark.parametrize("left", range(-2, 3))
@pytest.mark.parametrize("right", range(-2, 3))
def test_what_is_outside_a_gene_is_never_seen(
    reference: fasta.Reference, conventions: rules.Rules, left: int, right: int
) -> None:
    # Gene ends about where the network's sight ends, to the base.
    start, end = (
        100 - builders.REACH - builders.CONTEXT + left,
        101 + builders.REACH + builders.CONTEXT + right,
    )
    builder = builders.builder(reference, conventions, [toys.gene("G", start, end)])
    asked = builder.build([toys.record(100, "A", "C")]).queries
    assert len(asked) == 1
    last = end - (conventions is rules.CISPLICEAI)
    low, high = (
        100 - builders.REACH - builders.CONTEXT,
        int(asked.windows.end[0]) + builders.CONTEXT,
    )
    seen = dna.decode(asked.views[asked.view[0]].codes(low, high))
    expected = "".join(
        builders.SEQUENCE[i].upper() if start <= i < last else "N"
        for i in range(low, high)
    )
    assert seen == expected


@given(
    ends=st.lists(
        st.tuples(st.integers(0, 150), st.integers(1, 200), st.sampled_from("+-")),
        min_size=1,
        max_size=4,
    ),
    places=st.lists(st.integers(0, 196), min_size=1, max_size=6),
    widths=st.lists(st.sampled_from([(1, 1), (1, 4), (5, 1), (3, 2)]), min_size=6),
)
def test_every_query_of_a_batch_sees_its_gene_and_nothing_else(
    reference: fasta.Reference,
    ends: list[tuple[int, int, str]],
    places: list[int],
    widths: list[tuple[int, int]],
) -> None:
    annotation = [
        toys.gene(f"G{number}", start, start + length, strand)
        for number, (start, length, strand) in enumerate(ends)
    ]
    builder = builders.builder(reference, annotation=annotation)
    records = []
    for at, (ref_length, alt_length) in zip(places, widths, strict=False):
        ref = builders.SEQUENCE[at : at + ref_length].upper()
        records.append(toys.record(at, ref, ref[0] + "G" * (alt_length - 1), "TA"))
    built = builder.build(records)
    of, asked = built.outcomes, built.queries
    for row in np.flatnonzero(of.query >= 0).tolist():
        query, gene = int(of.query[row]), annotation[of.gene[row]]
        view = asked.views[asked.view[query]]
        own = asked.windows.take(np.array([query]))
        # Bases drawn in by a deletion count as well.
        reach = max(int(own.end[0]), int((own.start + own.alt_width - own.grown)[0]))
        low = int(own.start[0]) - builders.CONTEXT
        high = reach + builders.CONTEXT
        inside = range(gene.span.start, min(gene.span.end, len(builders.SEQUENCE)))
        expected = "".join(
            builders.SEQUENCE[i].upper() if i in inside else "N"
            for i in range(low, high)
        )
        assert dna.decode(view.codes(low, high)) == expected
        assert view.strand is gene.strand


def test_genes_whose_ends_are_out_of_sight_share_what_is_seen(
    reference: fasta.Reference,
) -> None:
    annotation = [
        toys.gene("A", 20, 180),
        toys.gene("B", 10, 170),
        builders.GENES[0],
    ]
    builder = builders.builder(reference, annotation=annotation)
    built = builder.build([toys.record(100, "A", "C"), toys.record(28, "A", "C", "G")])
    names = [builders.gene_name(builder, built.outcomes, row) for row in range(8)]
    assert names == ["A", "B", "A", "B", "LEFT", "A", "B", "LEFT"]
    asked = built.queries
    firsts, sorts = asked.distinct()
    # In the middle one pass serves both; near their ends each has its own.
    numbered: dict[int, int] = {}
    assert [numbered.setdefault(sort, len(numbered)) for sort in sorts.tolist()] == [
        *(0, 0),
        *range(1, 7),
    ]
    assert sorts[firsts].tolist() == list(range(7))
    assert asked.view.tolist() == [0, 0, 1, 2, 3, 1, 2, 3]
    assert len(set(asked.views)) == len(asked.views) == 4
