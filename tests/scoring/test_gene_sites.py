"""Annotated sites of genes where windows lie, against loops over single sites."""

import dataclasses
from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from support import models as toys
from support import reference_rules, replacements
from twinsplice.effect import contig_ends, deltas, rules, windows
from twinsplice.genome import exons, genes, variants
from twinsplice.scoring import gene_sites

LENGTH = 60


@st.composite
def annotations(draw: st.DrawFn) -> list[genes.Gene]:
    """Genes on both strands with any introns, or none."""
    found = []
    for name in draw(st.sampled_from(["P", "PQ", "PQR"])):
        start = draw(st.integers(0, LENGTH - 1))
        end = draw(st.integers(start + 1, LENGTH))
        inside = st.lists(st.integers(start, end - 1), max_size=5)
        found.append(
            toys.gene(
                name,
                start,
                end,
                draw(st.sampled_from("+-")),
                left=draw(inside),
                right=draw(inside),
            )
        )
    return found


@dataclasses.dataclass(frozen=True)
class Placed:
    """One window: its bounds, POS, gene, and how its sites are placed."""

    start: int
    end: int
    origin: int
    gene: int
    site_shift: int
    site_end: int


@st.composite
def placements(draw: st.DrawFn, count: int) -> Placed:
    """A window that may lie beside all genes, or in none (-1)."""
    start = draw(st.integers(-10, LENGTH))
    end = start + draw(st.integers(1, 30))
    return Placed(
        start=start,
        end=end,
        origin=draw(st.integers(start, end)),
        gene=draw(st.integers(-1, count - 1)),
        site_shift=draw(st.sampled_from([0, 0, -3])),
        site_end=end + draw(st.sampled_from([0, 0, 4, -2])),
    )


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[genes.Gene], list[Placed]]:
    members = draw(annotations())
    return members, draw(st.lists(placements(len(members)), max_size=8))


def _windows(placed: Sequence[Placed]) -> windows.Windows:
    parts = [
        dataclasses.replace(
            replacements.window(
                each.start, each.end, variants.Variant("1", each.origin, "A", "C")
            ),
            origin=replacements.integers([each.origin]),
        )
        for each in placed
    ]
    return windows.join(parts)


def _numbers(placed: Sequence[Placed], name: str) -> np.ndarray:
    return replacements.integers([getattr(each, name) for each in placed])


@given(case=cases())
def test_sites_are_those_that_lie_in_the_window(
    case: tuple[list[genes.Gene], list[Placed]],
) -> None:
    members, placed = case
    own = _windows(placed)
    found = gene_sites.within(
        members,
        _numbers(placed, "gene"),
        contig_ends.Placement(
            windows=own,
            start=own.start,
            end=own.end,
            site_shift=_numbers(placed, "site_shift"),
            site_end=_numbers(placed, "site_end"),
        ),
    )
    expected = [
        (row, int(kind), site + each.site_shift - each.start)
        for row, each in enumerate(placed)
        if each.gene >= 0
        for kind, sites in (
            (deltas.Site.ACCEPTOR, members[each.gene].acceptors.tolist()),
            (deltas.Site.DONOR, members[each.gene].donors.tolist()),
        )
        for site in sites
        if site < each.site_end and each.start <= site + each.site_shift < each.end
    ]
    assert found.query.tolist() == sorted(found.query.tolist())
    rows = zip(
        found.query.tolist(), found.site.tolist(), found.column.tolist(), strict=True
    )
    assert sorted(rows) == sorted(expected)


@given(case=cases())
def test_boundaries_are_the_nearest_of_exons_and_transcript_ends(
    case: tuple[list[genes.Gene], list[Placed]],
) -> None:
    members, placed = case
    own = _windows(placed)
    found = gene_sites.nearest_boundaries(members, _numbers(placed, "gene"), own)
    expected = [
        rules.NO_BOUNDARY
        if each.gene < 0
        else reference_rules.nearest_boundary(members[each.gene], each.origin)
        - each.start
        for each in placed
    ]
    assert found.tolist() == expected


def test_of_two_equally_near_boundaries_the_left_one_counts() -> None:
    gene = toys.gene("G", 0, 50, left=[10], right=[20])
    own = replacements.window(0, 50, variants.Variant("1", 15, "A", "C"))
    found = gene_sites.nearest_boundaries([gene], replacements.integers([0]), own)
    assert found.tolist() == [10]


@given(members=annotations(), end=st.integers(-2, LENGTH + 2))
def test_the_last_site_before_a_base(members: list[genes.Gene], end: int) -> None:
    for gene in members:
        sites = [*gene.acceptors.tolist(), *gene.donors.tolist()]
        before = [site for site in sites if site < end]
        expected = max(before, default=-contig_ends.NO_BOUND)
        assert gene_sites.last_before(gene, end) == expected


@given(case=cases())
def test_sites_of_exons_are_those_in_the_window(
    case: tuple[list[genes.Gene], list[Placed]],
) -> None:
    members, placed = case
    own = _windows(placed)
    found = gene_sites.of_exons(
        exons.table(members),
        _numbers(placed, "gene"),
        np.array([_is_minus(members, each.gene) for each in placed], dtype=bool),
        contig_ends.Placement(
            windows=own,
            start=own.start,
            end=own.end,
            site_shift=_numbers(placed, "site_shift"),
            site_end=_numbers(placed, "site_end"),
        ),
    )
    expected = [
        (row, int(donor), site + each.site_shift - each.start)
        for row, each in enumerate(placed)
        if each.gene >= 0
        for site, donor in reference_rules.exon_of(
            members[each.gene], each.origin - each.site_shift, 1
        )
        if site < each.site_end and each.start <= site + each.site_shift < each.end
    ]
    rows = zip(
        found.query.tolist(), found.site.tolist(), found.column.tolist(), strict=True
    )
    assert found.query.tolist() == sorted(found.query.tolist())
    assert sorted(rows) == sorted(expected)


def _is_minus(members: Sequence[genes.Gene], gene: int) -> bool:
    return gene >= 0 and members[gene].strand == "-"
