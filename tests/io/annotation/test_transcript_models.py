"""`transcript_models`: lines of GTF and GFF3 become transcripts with their genes."""

import pytest

from support import gene_files
from twinsplice import errors
from twinsplice.io.annotation import transcript_models

GTF = 'gene_id "G"; transcript_id "T";'


def _line(
    feature: str, span: tuple[int, int], attributes: str, strand: str = "+"
) -> str:
    return gene_files.line("1", feature, span, strand, attributes)


def test_coding_sequence_is_read_only_where_it_is_asked_for() -> None:
    text = [_line("exon", (1, 90), GTF), _line("CDS", (11, 40), GTF)]
    for coding, expected in ((False, []), (True, [(10, 40)])):
        (model,) = transcript_models.read_gtf(
            enumerate(text, 1), "x", coding=coding
        ).models
        assert (model.exons, model.coding) == ([(0, 90)], expected)


def test_lines_without_a_strand_are_left_out() -> None:
    text = [_line("exon", (1, 9), GTF, "."), _line("exon", (1, 9), GTF, "?")]
    assert transcript_models.read_gtf(enumerate(text, 1), "x").models == []


def test_a_chain_of_parents_leads_to_the_gene() -> None:
    text = [
        _line("gene", (1, 90), "ID=g;Name=ONE"),
        _line("mRNA", (1, 90), "ID=t;Parent=g"),
        _line("exon", (1, 90), "Parent=t"),
    ]
    for lines in (text, text[::-1]):
        found = transcript_models.read_gff3(enumerate(lines, 1), "x")
        (model,) = found.models
        assert (model.name, model.gene.name) == ("t", "g")
        assert model.gene.attributes["Name"] == "ONE"
        assert found.genes["g", "1", "+"] == [(0, 90)]


def test_a_circle_of_parents_ends() -> None:
    text = [
        _line("mRNA", (1, 90), "ID=a;Parent=b"),
        _line("mRNA", (1, 90), "ID=b;Parent=a"),
        _line("exon", (1, 90), "Parent=a"),
    ]
    (model,) = transcript_models.read_gff3(enumerate(text, 1), "x").models
    assert model.gene.name in {"a", "b"}


def test_other_lines_need_not_make_sense() -> None:
    text = [_line("region", (9, 1), "ID=r"), _line("exon", (1, 9), "geneID=g;Parent=t")]
    (model,) = transcript_models.read_gff3(enumerate(text, 1), "x").models
    assert model.gene.name == "g"
    with pytest.raises(errors.InputError, match="end not before it"):
        transcript_models.read_gff3([(1, _line("CDS", (9, 1), "Parent=t"))], "x")
