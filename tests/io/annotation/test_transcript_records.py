"""`transcript_records`: one transcript in every kind of file."""

import pytest

from support import gene_files
from twinsplice.genome import transcripts
from twinsplice.io.annotation import transcript_models, transcript_records

SELECT = transcripts.Mane.SELECT
EXONS, CDS = [(101, 200), (301, 400)], [(151, 200), (301, 350)]
# The last codon of a GTF file's coding sequence is apart; GFF3 includes it.
GTF_CDS, STOP = [(151, 200), (301, 347)], (348, 350)


def _gtf(attributes: str, mrna: str = "", *, minus: bool = False) -> str:
    strand = "-" if minus else "+"
    stop, cds = ((151, 153), [(154, 200), (301, 350)]) if minus else (STOP, GTF_CDS)
    text = [
        gene_files.line("chr1", "transcript", (101, 400), strand, mrna or attributes)
    ]
    for exon, part in zip(EXONS, cds, strict=True):
        text.append(gene_files.line("chr1", "exon", exon, strand, attributes))
        text.append(gene_files.line("chr1", "CDS", part, strand, attributes))
    text.append(gene_files.line("chr1", "stop_codon", stop, strand, attributes))
    return "\n".join(text)


def _gff3(gene: str, mrna: str, parent: str) -> str:
    text = [gene_files.line("chr1", "gene", (101, 400), "+", gene)]
    text.append(gene_files.line("chr1", "mRNA", (101, 400), "+", mrna))
    for exon, part in zip(EXONS, CDS, strict=True):
        text.append(gene_files.line("chr1", "exon", exon, "+", f"Parent={parent}"))
        text.append(gene_files.line("chr1", "CDS", part, "+", f"Parent={parent}"))
    return "\n".join(text)


FILES = {
    "gencode.gtf": _gtf(
        'gene_id "ENSG1.2"; transcript_id "ENST1.3"; gene_name "ONE"; tag "basic"; '
        'tag "MANE_Select";'
    ),
    "ensembl.gtf": _gtf(
        'gene_id "ENSG1"; gene_version "2"; transcript_id "ENST1"; '
        'transcript_version "3"; gene_name "ONE"; tag "MANE_Select";'
    ),
    "mane.gtf": _gtf(
        'gene_id "ENSG1.2"; transcript_id "ENST1.3"; gene_name "ONE"; '
        'tag "MANE_Select"; db_xref "RefSeq:NM_1.5";'
    ),
    "refseq.gtf": _gtf(
        'gene_id "ONE"; transcript_id "NM_1.5"; gene "ONE"; db_xref "GeneID:1"; ',
        'gene_id "ONE"; transcript_id "NM_1.5"; tag "MANE Select"; '
        'db_xref "Ensembl:ENST1.3";',
    ),
    "gencode.gff3": _gff3(
        "ID=ENSG1.2;gene_id=ENSG1.2;gene_name=ONE",
        "ID=ENST1.3;Parent=ENSG1.2;gene_id=ENSG1.2;transcript_id=ENST1.3;"
        "gene_name=ONE;tag=basic,MANE_Select",
        "ENST1.3",
    ),
    "ensembl.gff3": _gff3(
        "ID=gene:ENSG1;Name=ONE;gene_id=ENSG1;version=2",
        "ID=transcript:ENST1;Parent=gene:ENSG1;Name=ONE-201;tag=basic,MANE_Select;"
        "transcript_id=ENST1;version=3",
        "transcript:ENST1",
    ),
    "refseq.gff3": _gff3(
        "ID=gene-ONE;Dbxref=GeneID:1,HGNC:HGNC:1;Name=ONE;gene=ONE",
        "ID=rna-NM_1.5;Parent=gene-ONE;Dbxref=GeneID:1,Ensembl:ENST1.3,"
        "GenBank:NM_1.5;gene=ONE;tag=MANE Select;transcript_id=NM_1.5",
        "rna-NM_1.5",
    ),
}


def _read(text: str, *, gff3: bool) -> list[transcripts.Transcript]:
    read = transcript_models.read_gff3 if gff3 else transcript_models.read_gtf
    models = read(enumerate(text.splitlines(), 1), "toys", coding=True)
    return transcript_records.of(models)


@pytest.mark.parametrize("name", FILES)
def test_a_transcript_is_the_same_in_every_file(name: str) -> None:
    (found,) = _read(FILES[name], gff3=name.endswith("gff3"))
    assert found.name == ("NM_1.5" if "refseq" in name else "ENST1.3")
    assert (found.gene, found.mane, found.contig) == ("ONE", SELECT, "chr1")
    assert (found.starts.tolist(), found.ends.tolist()) == ([100, 300], [200, 400])
    assert found.coding == (150, 350)
    pairs = {"mane.gtf": "NM_1.5", "refseq.gtf": "ENST1.3", "refseq.gff3": "ENST1.3"}
    assert found.partner == pairs.get(name, "")
    assert not found.flagged


def test_the_stop_codon_is_coding_on_either_strand() -> None:
    (found,) = _read(_gtf('gene_id "G"; transcript_id "T";', minus=True), gff3=False)
    assert (found.coding, found.minus) == ((150, 350), True)
    assert str(found.position(349)) == "1"
    assert str(found.position(149)) == "*1"


@pytest.mark.parametrize(
    ("attributes", "flagged"),
    [
        ('tag "LRG"; tag "exon_indel";', True),
        ('tag "exon_mismatch";', False),
        ('Note "The RefSeq transcript has 1 non-frameshifting indel";', True),
    ],
)
def test_differences_of_genome_and_transcript_are_flagged(
    attributes: str, *, flagged: bool
) -> None:
    text = _gtf(f'gene_id "G"; transcript_id "T"; {attributes}')
    (found,) = _read(text, gff3=False)
    assert found.flagged is flagged


def test_coding_sequence_outside_exons_is_left_out() -> None:
    text = _gtf('gene_id "G"; transcript_id "T";').replace("\t348\t350", "\t500\t502")
    (found,) = _read(text, gff3=False)
    assert found.coding is None


def test_exons_that_touch_are_one() -> None:
    rest = ("+", 'gene_id "G"; transcript_id "T";')
    exons = [(201, 300), (101, 200), (150, 160), (302, 400)]
    text = "\n".join(gene_files.line("1", "exon", exon, *rest) for exon in exons)
    (found,) = _read(text, gff3=False)
    assert (found.starts.tolist(), found.ends.tolist()) == ([100, 301], [300, 400])
