"""The gene tables in the package: whose they are, and what they hold."""

import pathlib

import numpy as np
import pytest

from twinsplice.genome import builds, coordinates, genes, transcripts
from twinsplice.io import lines
from twinsplice.io.annotation import annotations, transcript_sources


@pytest.fixture(scope="module", params=annotations.SHIPPED)
def shipped(request: pytest.FixtureRequest) -> annotations.Annotation:
    return annotations.load(request.param)


def test_the_shipped_tables_say_whose_they_are(shipped: annotations.Annotation) -> None:
    assert shipped.source.startswith("grch3")
    assert shipped.licence.startswith("CC BY 4.0")
    assert "10.1371/journal.pone.0269159" in shipped.citation


def test_every_shipped_gene_is_sound(shipped: annotations.Annotation) -> None:
    contigs = {*map(str, range(1, 23)), "X", "Y"}
    assert {gene.span.contig for gene in shipped.index.genes} == contigs
    for gene in shipped.index.genes:
        for sites in (gene.acceptors, gene.donors):
            assert len(sites)
            assert (np.diff(sites) > 0).all()
            assert gene.span.start <= sites[0]
            assert sites[-1] < gene.span.end


def test_a_shipped_symbol_names_one_gene(shipped: annotations.Annotation) -> None:
    names = [gene.name for gene in shipped.index.genes]
    assert len(set(names)) == len(names)
    unnamed = sum(gene.name == gene.gene_id for gene in shipped.index.genes)
    assert unnamed < 0.016 * len(names)


def test_a_shipped_symbol_is_one_of_today(shipped: annotations.Annotation) -> None:
    known = set(transcript_sources.shipped(builds.Build.GRCH38).transcripts.genes)
    gone = [
        gene.name
        for gene in shipped.index.genes
        if gene.name != gene.gene_id and gene.name not in known
    ]
    # Should they get fewer, KNOWN_ISSUES.md must say so.
    assert len(gone) == {"grch37": 34, "grch38": 7}[shipped.source[:6]]
    assert not any("." in name for name in gone)


def test_a_symbol_is_that_of_the_transcripts_there(
    shipped: annotations.Annotation,
) -> None:
    # A second way: MANE's transcript of a symbol, nearly all of whose introns lie in
    # the gene of that symbol.
    table = transcript_sources.shipped(builds.Build(shipped.source[:6])).transcripts
    of_name = {gene.name: gene for gene in shipped.index.genes}
    checked = agree = 0
    for row in range(0, len(table), 7):
        gene = of_name.get(table.genes[row])
        if table.mane[row] is not transcripts.Mane.SELECT or gene is None:
            continue
        each = table.row(row)
        minus = each.strand is coordinates.Strand.MINUS
        donors = each.starts[1:] if minus else each.ends[:-1] - 1
        checked += 1
        agree += each.strand is gene.strand and bool(np.isin(donors, gene.donors).any())
        agree += not len(donors)
    assert checked > 2_000
    assert agree > 0.99 * checked


@pytest.mark.parametrize(
    ("symbol", "gene_id", "contig", "strand"),
    [
        ("BRCA1", "ENSG00000012048", "17", "-"),
        ("BRCA2", "ENSG00000139618", "13", "+"),
        ("TP53", "ENSG00000141510", "17", "-"),
        ("CFTR", "ENSG00000001626", "7", "+"),
        ("LMNA", "ENSG00000160789", "1", "+"),
        ("MYBPC3", "ENSG00000134571", "11", "-"),
        ("DMD", "ENSG00000198947", "X", "-"),
        ("MLH1", "ENSG00000076242", "3", "+"),
        ("HBB", "ENSG00000244734", "11", "-"),
        ("OR4F5", "ENSG00000186092", "1", "+"),
        ("ELP1", "ENSG00000070061", "9", "-"),
        ("GBA1", "ENSG00000177628", "1", "-"),
        ("BSCL2", "ENSG00000168000", "11", "-"),
        ("PIGQ", "ENSG00000007541", "16", "+"),
        ("H2AC6", "ENSG00000180573", "6", "+"),
    ],
)
def test_well_known_genes_have_their_symbols(
    shipped: annotations.Annotation,
    symbol: str,
    gene_id: str,
    contig: str,
    strand: str,
) -> None:
    (gene,) = (gene for gene in shipped.index.genes if gene.name == symbol)
    assert (gene.gene_id, gene.span.contig, gene.strand) == (gene_id, contig, strand)


def test_the_first_shipped_gene_has_the_sites_of_its_source() -> None:
    gene = annotations.load("GRCh37").index.genes[0]
    # CI-SpliceAI, 1-based: 65419-71585, junctions 65433 to 65520, 65573 to 69037.
    assert gene.span == coordinates.Interval("1", 65418, 71585)
    assert gene.donors.tolist() == [65432, 65572]
    assert gene.acceptors.tolist() == [65519, 69036]


def test_brca1_sites_on_grch37() -> None:
    (gene,) = annotations.load("grch37").index.at("chr17", 41_245_000)
    # Exon 11 (legacy numbers), c.671 to c.4096, is 17:41243452-41246877.
    assert gene.name == "BRCA1"
    assert 41_246_876 in gene.acceptors
    assert 41_243_451 in gene.donors


def test_the_shipped_tables_are_small() -> None:
    for name in annotations.SHIPPED:
        path = pathlib.Path(annotations.__file__).parents[2] / "data"
        assert (path / f"genes.{name}.parquet").stat().st_size < 1_300_000


def test_a_shipped_table_is_read_without_parsing_text(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # What makes it quick: no line of text, no gene made of introns.
    monkeypatch.delattr(lines, "read")
    monkeypatch.delattr(genes, "from_introns")
    assert len(annotations.load("grch38").index.genes) > 18_000


def test_no_shipped_gene_has_one_exon_or_is_mitochondrial(
    shipped: annotations.Annotation,
) -> None:
    # The source has none; should it get some, KNOWN_ISSUES.md must lose a line.
    for gene in shipped.index.genes:
        assert len(gene.acceptors)
        assert len(gene.donors)
        assert coordinates.canonical_contig(gene.span.contig) != "MT"
