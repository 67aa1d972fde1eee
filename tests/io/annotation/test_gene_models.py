"""`gene_models`: exons of GTF and GFF3 become genes."""

import pytest

from support import gene_files
from twinsplice import errors
from twinsplice.genome import genes
from twinsplice.io.annotation import gene_models


def _read(text: str) -> list[genes.Gene]:
    numbered = list(enumerate(text.splitlines(), 1))
    if text.startswith("##gff"):
        return gene_models.read_gff3(numbered, "toys")
    return gene_models.read_gtf(numbered, "toys")


def test_sites_are_those_of_all_transcripts() -> None:
    lines = [
        gene_files.line(
            "1", "exon", exon, "+", f'gene_id "G"; transcript_id "{transcript}";'
        )
        for transcript, exon in [
            *(("A", (101, 200)), ("B", (91, 190)), ("A", (301, 400)), ("B", (351, 420)))
        ]
    ]
    (gene,) = _read("\n".join(lines))
    assert gene.name == "G"
    assert gene_files.facts(gene) == ((90, 420), "+", [300, 350], [189, 199])


def test_exons_that_touch_have_no_intron() -> None:
    rest = ("+", 'gene_id "G"; transcript_id "T";')
    exons = [(101, 200), (201, 300), (302, 400)]
    text = "\n".join(gene_files.line("1", "exon", exon, *rest) for exon in exons)
    (gene,) = _read(text)
    assert gene_files.facts(gene) == ((100, 400), "+", [301], [299])


def test_one_gene_on_two_contigs_is_two() -> None:
    rest = ("+", 'gene_id "ENSG01.3_PAR_Y"; transcript_id "T"; gene_name "PAR";')
    text = "\n".join(gene_files.line(contig, "exon", (1, 9), *rest) for contig in "XY")
    found = _read(text)
    assert [(gene.name, gene.span.contig) for gene in found] == [
        *(("PAR", "X"), ("PAR", "Y"))
    ]
    assert found[0].gene_id == "ENSG01_PAR_Y"


def test_gff3_exons_may_precede_and_share_parents() -> None:
    text = [
        "##gff-version 3",
        gene_files.line("1", "exon", (1, 9), "-", "Parent=t1,t2"),
        gene_files.line("1", "exon", (21, 29), "-", "Parent=t2"),
        gene_files.line("1", "exon", (1, 9), "?", "Parent=t1"),
        gene_files.line("1", "mRNA", (1, 9), "-", "ID=t1;Parent=g"),
        gene_files.line("1", "mRNA", (1, 29), "-", "ID=t2;Parent=g"),
        gene_files.line("1", "gene", (1, 29), "-", "ID=g;Name=A%2CB"),
        "##FASTA",
        ">1",
        "ACGT",
    ]
    (gene,) = _read("\n".join(text))
    assert gene.name == "A,B"
    assert gene_files.facts(gene) == ((0, 29), "-", [8], [20])


EXON = gene_files.line("1", "exon", (5, 9), "+", 'gene_id "G"; transcript_id "T";')


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"{EXON}\n1\tx\texon\n", r"nine tab-separated columns; got 3 in line 2 of"),
        (EXON.replace("\t5\t", "\tfive\t"), r"got 'five 9 \+' in line 1"),
        (EXON.replace("\t5\t", "\t10\t"), r"end not before it.*line 1"),
        (EXON.replace("\t5\t", "\t0\t"), r"end not before it.*line 1"),
        (EXON.replace("\t+\t", "\tplus\t"), r"a strand; got '5 9 plus'"),
        (f"{EXON}\n{EXON.replace('transcript_id', 'x')}", r"transcript_id;.*line 2"),
        (
            "##gff-version 3\n" + gene_files.line("1", "exon", (5, 9), "+", "ID=e"),
            r"a Parent.*got 'ID=e' in line 2",
        ),
        (
            "##gff-version 3\n" + gene_files.line("1", "exon", (5, 9), "+", "Parent=t"),
            r"that is in the file.*line 2",
        ),
    ],
)
def test_a_bad_line_is_refused(text: str, message: str) -> None:
    with pytest.raises(errors.InputError, match=message) as caught:
        _read(text)
    assert "\n" not in str(caught.value)
