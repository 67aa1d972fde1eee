"""`motifs`: where introns begin and end, and whether they do so as usual."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinsplice.genome import coordinates, dna, motifs

PLUS, MINUS = coordinates.Strand.PLUS, coordinates.Strand.MINUS


@pytest.mark.parametrize(
    ("bases", "usual_at"),
    [
        *(("GT", "donor"), ("GC", "donor"), ("AG", "acceptor")),
        *(("AT", ""), ("AC", ""), ("NN", ""), ("GN", "")),
    ],
)
def test_introns_begin_gt_or_gc_and_end_ag(bases: str, usual_at: str) -> None:
    codes = dna.encode(bases)
    for site in ("donor", "acceptor"):
        for each, strand in ((codes, PLUS), (dna.reverse_complement(codes), MINUS)):
            found = motifs.is_canonical(each, strand, donor=site == "donor")
            assert found == (site == usual_at)


@pytest.mark.parametrize("strand", [PLUS, MINUS])
def test_an_intron_lies_beside_its_sites(strand: coordinates.Strand) -> None:
    # Exons are bases 0 to 9 and 20 to 29; along the other strand, their roles swap.
    donor, acceptor = (9, 20) if strand is PLUS else (20, 9)
    edges = {
        motifs.intron_edge(donor, strand, donor=True),
        motifs.intron_edge(acceptor, strand, donor=False),
    }
    assert edges == {(10, 12), (18, 20)}


@given(st.integers(10, 99))
def test_a_mirrored_site_has_the_mirrored_edge(site: int) -> None:
    for donor in (True, False):
        start, end = motifs.intron_edge(site, PLUS, donor=donor)
        on_minus_strand = motifs.intron_edge(-site - 1, MINUS, donor=donor)
        assert on_minus_strand == (-end, -start)
