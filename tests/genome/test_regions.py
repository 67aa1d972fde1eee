"""`regions`: which part of a gene a base is of, on either strand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support import models as toys
from twinsplice.genome import genes, regions

# Exons 1000-1100, 2000-2100 and 3000-3400; introns between.
LEFT, RIGHT = (1_099, 2_099), (2_000, 3_000)
PLUS = toys.gene("PLUS", 1_000, 3_400, left=LEFT, right=RIGHT)
# The same exons, read from the other end: donors stand right of introns.
MINUS = toys.gene("MINUS", 1_000, 3_400, "-", left=LEFT, right=RIGHT)


@pytest.mark.parametrize(
    ("position", "plus", "minus", "distance"),
    [
        (1_000, "exon", "exon", 99),
        (1_088, "exon", "exon", 11),
        (1_089, "donor", "acceptor", 10),
        (1_099, "donor", "acceptor", 0),
        (1_100, "donor", "acceptor", 1),
        (1_149, "donor", "acceptor", 50),
        (1_150, "flank", "flank", 51),
        (1_399, "flank", "flank", 300),
        (1_400, "deep_intron", "deep_intron", 301),
        (1_949, "flank", "flank", 51),
        (1_950, "acceptor", "donor", 50),
        (2_000, "acceptor", "donor", 0),
        (2_010, "acceptor", "donor", 10),
        (2_011, "exon", "exon", 11),
        (3_300, "exon", "exon", 300),
    ],
)
def test_bases_are_of_the_part_that_their_nearest_site_says(
    position: int, plus: str, minus: str, distance: int
) -> None:
    for gene, name in ((PLUS, plus), (MINUS, minus)):
        found = regions.place(regions.layout(gene), position, position + 1)
        assert (regions.NAMES[found.region], found.distance) == (name, distance)


def test_what_touches_a_site_is_no_base_from_it() -> None:
    gene = regions.layout(PLUS)
    donor = regions.Place(regions.Region.DONOR, 0)
    # A deletion over it, and insertions to either side of its base.
    for start, end in ((1_050, 1_150), (1_099, 1_099), (1_100, 1_100)):
        assert regions.place(gene, start, end) == donor
    assert regions.place(gene, 1_101, 1_101).distance == 1


def test_a_gene_without_sites_is_one_exon() -> None:
    gene = regions.layout(toys.gene("ONE", 10, 90))
    expected = regions.Place(regions.Region.EXON, regions.NO_SITE)
    assert regions.place(gene, 20, 21) == expected
    assert list(gene.pieces()) == [(0, 80, False)]


@st.composite
def any_genes(draw: st.DrawFn) -> genes.Gene:
    """Genes as annotations with merged isoforms have them: sites in any order."""
    start, width = draw(st.integers(0, 50)), draw(st.integers(1, 900))
    sites = st.lists(st.integers(start, start + width - 1), max_size=6)
    strand = draw(st.sampled_from("+-"))
    return toys.gene(
        "X", start, start + width, strand, left=draw(sites), right=draw(sites)
    )


@given(gene=any_genes())
def test_pieces_lie_side_by_side_and_agree_with_places(gene: genes.Gene) -> None:
    layout = regions.layout(gene)
    reached = 0
    for first, end, intronic in layout.pieces():
        assert first == reached < end
        reached = end
        for base in {first, end - 1, (first + end) // 2}:
            place = regions.place(layout, *layout.to_genome(base, base + 1))
            if intronic:
                assert place.region is not regions.Region.EXON
            elif place.distance > regions.NEAR_EXON:
                assert place.region is regions.Region.EXON
    assert reached == gene.span.width


@given(gene=any_genes(), data=st.data())
def test_distances_are_those_of_a_search_by_hand(
    gene: genes.Gene, data: st.DataObject
) -> None:
    start = data.draw(st.integers(gene.span.start, gene.span.end - 1))
    end = data.draw(st.integers(start + 1, gene.span.end))
    sites = np.concatenate([gene.acceptors, gene.donors]).tolist()
    away = [abs(base - site) for base in range(start, end) for site in sites]
    found = regions.place(regions.layout(gene), start, end)
    assert found.distance == min(away, default=regions.NO_SITE)


@given(gene=any_genes(), start=st.integers(0, 900), width=st.integers(0, 40))
def test_reading_back_gives_the_same_bases(
    gene: genes.Gene, start: int, width: int
) -> None:
    layout = regions.layout(gene)
    assert layout.to_genome(*layout.to_transcript(start, start + width)) == (
        start,
        start + width,
    )
