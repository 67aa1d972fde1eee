"""`gene_models`: exons of GTF and GFF3 become genes."""

import pytest

from support import gene_files
from twinsplice import errors
from twinsplice.genome import genes
from twinsplice.io.annotation import gene_models


def _read(text: str) -> list[genes.Gene]:
    numbered = list(enumerate(text.splitlines(), 1))
    if text.startswith("##gff-version 3"):
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


# Who is a gene.

TWO = [("T1", [(101, 200), (301, 400)]), ("T2", [(101, 200), (351, 400)])]
MERGED = ((100, 400), "+", [300, 350], [199])


def _gff3(transcript: str, exon: str = "Parent={t}", gene: str = "") -> str:
    """Two isoforms, by the attributes of their lines."""
    text = ["##gff-version 3"]
    if gene:
        text.append(gene_files.line("1", "gene", (101, 400), "+", gene))
    for name, exons in TWO:
        of = transcript.format(t=name)
        if of:
            text.append(gene_files.line("1", "mRNA", (101, 400), "+", of))
        text += [
            gene_files.line("1", "exon", each, "+", exon.format(t=name))
            for each in exons
        ]
    return "\n".join(text)


@pytest.mark.parametrize(
    ("text", "name", "gene_id"),
    [
        # gffread: no line for the gene.
        (_gff3("ID={t};geneID=G1;gene_name=ONE"), "ONE", "G1"),
        (_gff3("ID={t};geneID=G1"), "G1", "G1"),
        (_gff3("ID={t};gene_id=G1;Name={t}.1"), "G1", "G1"),
        (_gff3("ID={t};gene=ONE"), "ONE", "ONE"),
        # A parent that has no line.
        (_gff3("ID={t};Parent=G1"), "G1", "G1"),
        (_gff3("ID={t};Parent=gene:G1;Name={t}"), "G1", "G1"),
        (_gff3("", exon="Parent={t};geneID=G1"), "G1", "G1"),
        # rtracklayer: the attributes of GTF, and no chain.
        (_gff3("", exon="gene_id=G1;transcript_id={t};gene_name=ONE"), "ONE", "G1"),
        (_gff3("ID={t};Parent=g", gene="ID=g;Name=ONE"), "ONE", "g"),
    ],
)
def test_isoforms_are_of_one_gene_however_it_is_told(
    text: str, name: str, gene_id: str
) -> None:
    (gene,) = _read(text)
    assert (gene.name, gene.gene_id) == (name, gene_id)
    assert gene_files.facts(gene) == MERGED


def _gtf(attributes: str) -> str:
    return "\n".join(
        gene_files.line("1", "exon", exon, "+", attributes.format(t=name))
        for name, exons in TWO
        for exon in exons
    )


def test_isoforms_whose_gene_id_is_their_own_share_a_symbol() -> None:
    """Two entries of one symbol contradicted each other."""
    (gene,) = _read(_gtf('gene_id "{t}"; transcript_id "{t}"; gene_name "ONE";'))
    assert (gene.name, gene.gene_id) == ("ONE", "ONE")
    assert gene_files.facts(gene) == MERGED


def test_isoforms_that_name_no_gene_are_their_own() -> None:
    found = _read(_gtf('gene_id "{t}"; transcript_id "{t}";'))
    assert [gene.name for gene in found] == ["T1", "T2"]
    assert [gene.name for gene in _read(_gff3("ID={t};Name=x"))] == ["T1", "T2"]


def _far(apart: int, *lines: str) -> str:
    rest = ("+", 'gene_id "G"; transcript_id "{}";')
    first = gene_files.line("1", "exon", (101, 200), "+", rest[1].format("T1"))
    exon = (201 + apart, 300 + apart)
    return "\n".join(
        [first, *lines, gene_files.line("1", "exon", exon, "+", rest[1].format("T2"))]
    )


def test_one_name_at_two_places_is_two_genes() -> None:
    assert len(_read(_far(0))) == len(_read(_far(gene_models.FAR))) == 1
    two = _read(_far(gene_models.FAR + 1))
    assert [gene.name for gene in two] == ["G", "G"]
    assert [gene.span.width for gene in two] == [100, 100]
    # A line of the gene that spans both says that it is one.
    far = gene_models.FAR + 1
    of = gene_files.line("1", "gene", (101, 300 + far), "+", 'gene_id "G";')
    assert len(_read(_far(far, of))) == 1


@pytest.mark.parametrize(
    "attributes",
    [
        'gene_id "G;1"; transcript_id "T";',
        'transcript_id T; gene_id "G;1"',
        'note "x; gene_id Y; z"; gene_id "G;1"; transcript_id "T";',
        'ref_gene_id "Y"; gene_id "G;1"; transcript_id "T"; ref_gene_name "N";',
        'foo  gene_id "G;1"; transcript_id "T"',
    ],
)
def test_values_may_hold_semicolons_and_need_no_quotes(attributes: str) -> None:
    (gene,) = _read(gene_files.line("1", "exon", (5, 9), "+", attributes))
    assert gene.gene_id == "G;1"


def test_coding_sequences_stand_in_for_exons_that_a_file_lacks() -> None:
    parts = [("five_prime_UTR", (91, 100)), ("CDS", (101, 200)), ("CDS", (301, 400))]
    text = "\n".join(
        ["##gff-version 3"]
        + [gene_files.line("1", "mRNA", (91, 400), "+", "ID=T1;geneID=G")]
        + [gene_files.line("1", part, span, "+", "Parent=T1") for part, span in parts]
    )
    (gene,) = _read(text)
    assert gene_files.facts(gene) == ((90, 400), "+", [300], [199])
    exon = gene_files.line("1", "exon", (101, 400), "+", "Parent=T1")
    (gene,) = _read(f"{text}\n{exon}")
    assert gene_files.facts(gene) == ((100, 400), "+", [], [])
