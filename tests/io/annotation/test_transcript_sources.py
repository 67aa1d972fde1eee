"""`transcript_sources`: shipped tables, files, the cache, refusals."""

import gzip
import pathlib

import pytest

from support import gene_files
from support import transcripts as toys
from twinsplice import errors
from twinsplice.genome import builds, transcript_sets
from twinsplice.io import cache
from twinsplice.io.annotation import (
    transcript_models,
    transcript_sources,
    transcript_tables,
)

GTF = "\n".join(
    gene_files.line("chr1", part, span, "+", 'gene_id "G"; transcript_id "T.1";')
    for part, span in (("exon", (1, 90)), ("CDS", (11, 40)))
)


@pytest.fixture(autouse=True)
def _own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> None:
    monkeypatch.setenv("TWINSPLICE_CACHE", str(tmp_path / "cache"))


def test_shipped_tables_go_by_all_names_of_their_build() -> None:
    shipped = transcript_sources.shipped(builds.Build.GRCH38)
    named = transcript_sources.load("hg38")
    assert shipped.transcripts.names == named.transcripts.names
    assert shipped.about["assembly"] == "GRCh38"


@pytest.mark.parametrize("packed", [False, True])
def test_a_file_is_parsed_once(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, *, packed: bool
) -> None:
    path = tmp_path / "mine"
    path.write_bytes(gzip.compress(GTF.encode()) if packed else GTF.encode())
    parsed = transcript_sources.load(str(path)).transcripts
    with monkeypatch.context() as patch:
        # Whatever would parse the file again fails.
        patch.delattr(transcript_models, "read_gtf")
        cached = transcript_sources.load(str(path)).transcripts
    for found in (parsed, cached):
        row = found.row(0)
        assert (row.name, row.gene, row.coding) == ("T.1", "G", (10, 40))
    (kept,) = (cache.folder() / "transcripts").iterdir()
    kept.write_bytes(b"damaged")
    assert transcript_sources.load(str(path)).transcripts.names == ["T.1"]


def test_a_table_of_ours_is_read(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "mine.parquet"
    table = transcript_sets.of([toys.transcript((1, 9))])
    transcript_tables.write(path, table, {})
    assert transcript_sources.load(str(path)).transcripts.names == table.names


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "a file, or one of auto, grch37, grch38; got"),
        ("", "GTF or GFF3 with exon lines"),
        ("poem\n", "GTF or GFF3 with exon lines"),
        (gene_files.SPLICEAI, "GTF or GFF3 with exon lines"),
        (GTF.replace("\t11\t", "\tten\t"), "got 'ten 40"),
    ],
)
def test_other_files_are_refused(
    tmp_path: pathlib.Path, text: str | None, message: str
) -> None:
    path = tmp_path / "mine"
    if text is not None:
        path.write_text(text)
    with pytest.raises(errors.InputError, match=message):
        transcript_sources.load(str(path))
