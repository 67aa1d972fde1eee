"""`genes`: building a gene from its introns, and finding genes by place."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinsplice.genome import coordinates, genes

PLUS, MINUS = coordinates.Strand.PLUS, coordinates.Strand.MINUS


def _gene(
    span: tuple[str, int, int],
    strand: coordinates.Strand = PLUS,
    introns: tuple[list[int], list[int]] = ([], []),
) -> genes.Gene:
    return genes.from_introns(
        names=("name", "id"),
        span=coordinates.Interval(*span),
        strand=strand,
        left=np.array(introns[0], dtype=np.int64),
        right=np.array(introns[1], dtype=np.int64),
    )


def test_donors_lie_left_of_introns_on_plus_and_right_on_minus() -> None:
    introns = ([19, 39, 19], [30, 50, 30])
    plus = _gene(("1", 10, 60), PLUS, introns)
    minus = _gene(("1", 10, 60), MINUS, introns)
    assert plus.donors.tolist() == minus.acceptors.tolist() == [19, 39]
    assert plus.acceptors.tolist() == minus.donors.tolist() == [30, 50]


@pytest.mark.parametrize(
    ("span", "introns"),
    [
        (("1", 10, 10), ([], [])),
        (("1", -1, 10), ([], [])),
        (("1", 10, 60), ([9], [30])),
        (("1", 10, 60), ([20], [60])),
    ],
)
def test_an_impossible_gene_is_refused(
    span: tuple[str, int, int], introns: tuple[list[int], list[int]]
) -> None:
    with pytest.raises(ValueError, match=r"needs bases|must lie within"):
        _gene(span, PLUS, introns)


spans = st.tuples(
    st.sampled_from(["chr1", "1", "2"]), st.integers(0, 30), st.integers(1, 12)
)


@given(st.lists(spans, max_size=8), st.sampled_from(["chr1", "2", "3"]))
def test_the_index_finds_what_a_walk_over_all_genes_finds(
    places: list[tuple[str, int, int]], contig: str
) -> None:
    members = [_gene((name, start, start + width)) for name, start, width in places]
    index = genes.GeneIndex(members)
    for position in range(45):
        expected = [
            gene
            for gene in members
            if gene.span.contig.removeprefix("chr") == contig.removeprefix("chr")
            and position in gene.span
        ]
        assert index.at(contig, position) == expected


@given(
    st.lists(spans, max_size=8),
    st.sampled_from(["chr1", "2", "3"]),
    st.integers(0, 40),
    st.integers(1, 15),
)
def test_genes_over_an_interval_are_those_over_any_of_its_bases(
    places: list[tuple[str, int, int]], contig: str, start: int, width: int
) -> None:
    members = [_gene((name, first, first + length)) for name, first, length in places]
    index = genes.GeneIndex(members)
    over = {
        id(gene)
        for position in range(start, start + width)
        for gene in index.at(contig, position)
    }
    expected = [gene for gene in members if id(gene) in over]
    assert index.over(contig, start, start + width) == expected


def test_an_interval_beside_a_gene_is_not_over_it() -> None:
    index = genes.GeneIndex([_gene(("1", 10, 20))])
    assert not index.over("1", 0, 10)
    assert not index.over("1", 20, 30)
    assert len(index.over("1", 19, 20)) == len(index.over("1", 10, 11)) == 1
    assert len(index.over("1", 0, 99)) == 1


intervals = st.tuples(st.integers(0, 40), st.integers(1, 15))


@given(
    st.lists(spans, max_size=8),
    st.sampled_from(["chr1", "2", "3"]),
    st.lists(intervals, max_size=12),
    st.integers(1, 4),
)
def test_many_intervals_at_once_overlap_what_each_does_alone(
    places: list[tuple[str, int, int]],
    contig: str,
    asked: list[tuple[int, int]],
    block: int,
) -> None:
    members = [_gene((name, first, first + length)) for name, first, length in places]
    index = genes.GeneIndex(members)
    start = np.array([first for first, _ in asked], dtype=np.int64)
    end = np.array([first + width for first, width in asked], dtype=np.int64)
    expected = [
        (row, number)
        for row, (first, width) in enumerate(asked)
        for number, gene in enumerate(members)
        if gene.span.contig.removeprefix("chr") == contig.removeprefix("chr")
        and any(base in gene.span for base in range(first, first + width))
    ]
    with pytest.MonkeyPatch.context() as patch:
        # Several blocks of intervals, as of more than there are here.
        patch.setattr(genes, "_BLOCK", block)
        row, number = index.overlapping(contig, start, end)
    assert list(zip(row.tolist(), number.tolist(), strict=True)) == expected


def test_the_index_has_genes_as_arrays() -> None:
    index = genes.GeneIndex([_gene(("1", 10, 20)), _gene(("2", 5, 9), MINUS)])
    assert index.start.tolist() == [10, 5]
    assert index.end.tolist() == [20, 9]
    assert index.minus.tolist() == [False, True]
