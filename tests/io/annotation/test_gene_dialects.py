"""Genes and transcripts are the same in whatever dialect a file tells of them."""

import pathlib
import tempfile
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support import damage, gene_dialects, gene_files, readers
from twinsplice.io.annotation import annotations, transcript_sources

Drawn = tuple[list[gene_dialects.DrawnGene], gene_dialects.Style, bytes]


@pytest.fixture(autouse=True, scope="module")
def _no_cache() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TWINSPLICE_CACHE", "/dev/null/none")
        yield


@st.composite
def _drawn(draw: st.DrawFn) -> Drawn:
    genes = draw(gene_dialects.drawn_genes())
    style = draw(gene_dialects.styles)
    is_gff3 = draw(st.booleans())
    write = gene_dialects.gff3 if is_gff3 else gene_dialects.gtf
    return genes, style, draw(gene_dialects.files(write(genes, style), is_gff3=is_gff3))


@given(drawn=_drawn())
def test_genes_do_not_depend_on_the_dialect(drawn: Drawn) -> None:
    genes, style, content = drawn
    with tempfile.NamedTemporaryFile() as file:
        pathlib.Path(file.name).write_bytes(content)
        found = annotations.load(file.name).index.genes
    assert {
        gene.name: gene_files.facts(gene) for gene in found
    } == gene_dialects.expected(genes, style)
    assert len(found) == len(genes)
    assert {gene.span.contig for gene in found} == {gene.contig for gene in genes}


@given(drawn=_drawn())
@settings(max_examples=50)
def test_transcripts_do_not_depend_on_the_dialect(drawn: Drawn) -> None:
    genes, _, content = drawn
    with tempfile.NamedTemporaryFile() as file:
        pathlib.Path(file.name).write_bytes(content)
        table = transcript_sources.load(file.name).transcripts
    rows = [table.row(number) for number in range(len(table))]
    assert {
        row.name: list(zip(row.starts.tolist(), row.ends.tolist(), strict=True))
        for row in rows
    } == dict(gene_dialects.transcripts(genes))
    assert len(rows) == sum(len(gene.transcripts) for gene in genes)


@given(data=st.data(), drawn=_drawn(), reader=st.sampled_from(["gtf", "transcripts"]))
@settings(max_examples=150)
def test_a_damaged_file_is_read_or_refused_in_a_line(
    data: st.DataObject, drawn: Drawn, reader: str
) -> None:
    readers.answer(reader, data.draw(damage.damaged(drawn[2])))
