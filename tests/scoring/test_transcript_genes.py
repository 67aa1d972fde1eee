"""`transcript_genes`: transcripts scored one by one."""

from support import transcripts as toys
from twinsplice.genome import transcript_sets, transcripts
from twinsplice.scoring import transcript_genes

TABLE = transcript_sets.of(
    [
        toys.transcript((0, 30), name="NM_1.1"),
        toys.transcript((0, 9), (9, 20), (25, 40), name="NM_2.1", strand="-"),
        toys.transcript((5, 9), name="NM_3.1", mane=transcripts.Mane.SELECT),
    ]
)


def test_each_transcript_is_a_gene_and_mane_comes_first() -> None:
    found = transcript_genes.index(TABLE)
    assert [gene.gene_id for gene in found.genes] == ["NM_3.1", "NM_2.1", "NM_1.1"]
    assert found.genes[0].name == "NM_3.1(GENE)"
    mane = transcript_genes.index(TABLE, mane_only=True)
    assert [gene.gene_id for gene in mane.genes] == ["NM_3.1"]


def test_sites_are_the_transcripts_own() -> None:
    gene = transcript_genes.gene(TABLE.row(1))
    # Read from the minus strand; the first two exons touch.
    assert (gene.donors.tolist(), gene.acceptors.tolist()) == ([25], [19])
    assert (gene.span.start, gene.span.end) == (0, 40)
