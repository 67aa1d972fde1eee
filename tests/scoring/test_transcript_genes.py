"""`transcript_genes`: transcripts scored one by one."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from support import transcripts as toys
from twinsplice.genome import genes, transcript_sets, transcripts
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
    gene = transcript_genes.index(TABLE).genes[1]
    # Read from the minus strand; the first two exons touch.
    assert (gene.donors.tolist(), gene.acceptors.tolist()) == ([25], [19])
    assert (gene.span.start, gene.span.end) == (0, 40)


def _alone(row: transcripts.Transcript) -> genes.Gene:
    """One transcript as a gene, intron by intron."""
    introns = [
        (int(end) - 1, int(start))
        for end, start in zip(row.ends[:-1], row.starts[1:], strict=True)
        if start > end
    ]
    left, right = np.array(introns, dtype=np.int64).reshape(-1, 2).T
    return genes.from_introns(
        names=(f"{row.name}({row.gene})", row.name),
        span=row.span,
        strand=row.strand,
        left=left,
        right=right,
    )


@given(st.lists(toys.some(), max_size=6))
def test_all_at_once_are_as_each_alone(rows: list[transcripts.Transcript]) -> None:
    table = transcript_sets.of(rows)
    found = transcript_genes.index(table).genes
    preferred = [rows[row] for row in table.preferred(range(len(rows)))]
    for gene, expected in zip(found, map(_alone, preferred), strict=True):
        assert (gene.name, gene.gene_id) == (expected.name, expected.gene_id)
        assert (gene.span, gene.strand) == (expected.span, expected.strand)
        assert gene.acceptors.tolist() == expected.acceptors.tolist()
        assert gene.donors.tolist() == expected.donors.tolist()
