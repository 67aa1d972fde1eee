"""`exons`: the exon that a variant concerns, against a walk along the transcript."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support import models as toys
from support import reference_rules
from twinsplice.genome import exons, genes

LENGTH = 60


@st.composite
def members(draw: st.DrawFn) -> list[genes.Gene]:
    """Genes on both strands with any introns, merged or odd, or none."""
    found = []
    for name in draw(st.sampled_from(["", "P", "PQ", "PQR"])):
        start = draw(st.integers(0, LENGTH - 1))
        end = draw(st.integers(start + 1, LENGTH))
        inside = st.lists(st.integers(start, end - 1), max_size=6)
        strand = draw(st.sampled_from("+-"))
        left, right = draw(inside), draw(inside)
        found.append(toys.gene(name, start, end, strand, left=left, right=right))
    return found


@dataclasses.dataclass(frozen=True)
class Asked:
    """A variant, its gene, and the interval that is looked at."""

    gene: int
    start: int
    length: int
    low: int
    high: int


@st.composite
def asked(draw: st.DrawFn, count: int) -> Asked:
    low = draw(st.integers(-9, LENGTH))
    return Asked(
        gene=draw(st.integers(-1, count - 1)),
        start=draw(st.integers(-3, LENGTH)),
        length=draw(st.sampled_from([0, 1, 1, 2, 9, 40])),
        low=low,
        high=low + draw(st.integers(0, 50)),
    )


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[genes.Gene], list[Asked]]:
    listed = draw(members())
    return listed, draw(st.lists(asked(len(listed)), max_size=8))


def _found(listed: list[genes.Gene], rows: list[Asked]) -> list[set[tuple[int, bool]]]:
    """The sites of each row's exon: position, and whether it is a donor."""
    gene, start, length, low, high = (
        np.array([dataclasses.astuple(row) for row in rows], dtype=np.int64)
        .reshape(-1, 5)
        .T
    )
    table = exons.table(listed, np.unique(gene[gene >= 0]))
    on_minus = [row.gene >= 0 and listed[row.gene].strand == "-" for row in rows]
    minus = np.array(on_minus, dtype=bool)
    exon = table.concerned(gene, minus, start, start + length)
    row, site = table.within(gene, exon, low, high)
    assert row.tolist() == sorted(row.tolist())
    sites: list[set[tuple[int, bool]]] = [set() for _ in rows]
    for number, at in zip(row.tolist(), site.tolist(), strict=True):
        sites[number].add((int(table.position[at]), bool(table.donor[at])))
    return sites


@given(case=cases())
def test_sites_are_those_of_a_walk_along_the_transcript(
    case: tuple[list[genes.Gene], list[Asked]],
) -> None:
    listed, rows = case
    expected = [
        {
            (site, donor)
            for site, donor in reference_rules.exon_of(
                listed[row.gene], row.start, row.length
            )
            if row.low <= site < row.high
        }
        if row.gene >= 0
        else set()
        for row in rows
    ]
    assert _found(listed, rows) == expected


@given(case=cases())
def test_a_gene_on_the_other_strand_has_the_mirrored_exon(
    case: tuple[list[genes.Gene], list[Asked]],
) -> None:
    listed, rows = case
    turned = [
        toys.gene(
            gene.name,
            LENGTH - gene.span.end,
            LENGTH - gene.span.start,
            "+" if gene.strand == "-" else "-",
            left=_mirrored(gene.donors if gene.strand == "-" else gene.acceptors),
            right=_mirrored(gene.acceptors if gene.strand == "-" else gene.donors),
        )
        for gene in listed
    ]
    back = [
        dataclasses.replace(
            row,
            start=LENGTH - row.start - row.length,
            low=LENGTH - row.high,
            high=LENGTH - row.low,
        )
        for row in rows
    ]
    found = _found(turned, back)
    mirrored = [{(LENGTH - 1 - site, donor) for site, donor in each} for each in found]
    assert mirrored == _found(listed, rows)


def _mirrored(sites: np.ndarray) -> list[int]:
    return [LENGTH - 1 - site for site in sites.tolist()]


# Exons 0-9, 20-29 (or, by another isoform, 20-32) and 50-59.
PLUS = toys.gene("PLUS", 0, 60, left=[9, 29, 32], right=[20, 50])


@pytest.mark.parametrize(
    ("start", "length", "sites"),
    [
        (25, 1, {20, 29, 32}),
        # Alternative donors are of one exon, whichever is nearer.
        (34, 1, {20, 29, 32}),
        (30, 1, {20, 29, 32}),
        # Nearer to the first exon's donor, or as near as to the next acceptor.
        (13, 1, {9}),
        (14, 2, {9}),
        (15, 0, {9}),
        (16, 1, {20, 29, 32}),
        (45, 1, {50}),
        (0, 1, {9}),
        # Of the exons that a deletion touches the first one counts.
        (5, 30, {9}),
        (10, 45, {20, 29, 32}),
    ],
)
def test_exons_that_follow_by_reasoning(
    start: int, length: int, sites: set[int]
) -> None:
    (found,) = _found([PLUS], [Asked(0, start, length, 0, 60)])
    assert {site for site, _ in found} == sites


def test_on_the_minus_strand_the_first_is_the_rightmost() -> None:
    minus = toys.gene("MINUS", 0, 60, "-", left=[9, 29], right=[20, 50])
    (tie, deletion) = _found([minus], [Asked(0, 14, 2, 0, 60), Asked(0, 5, 30, 0, 60)])
    # 20 is the donor of the exon 20-29, which is transcribed before 0-9.
    assert tie == deletion == {(29, False), (20, True)}


def test_without_sites_no_exon_is_concerned() -> None:
    single = toys.gene("SINGLE", 0, 60)
    assert _found([single], [Asked(0, 5, 1, 0, 60)]) == [set()]
    assert _found([], [Asked(-1, 5, 1, 0, 60)]) == [set()]
    assert _found([single, PLUS], [Asked(0, 5, 1, 0, 60)]) == [set()]
