"""`annotations`: one gene in every format, the cache, refusals."""

import gzip
import pathlib

import pytest

from support import gene_files
from twinsplice import errors
from twinsplice.genome import genes
from twinsplice.io import cache
from twinsplice.io.annotation import annotation_tables, annotations, gene_tables


@pytest.fixture(autouse=True)
def _own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> None:
    monkeypatch.setenv("TWINSPLICE_CACHE", str(tmp_path / "cache"))


@pytest.mark.parametrize("name", gene_files.FILES)
@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_a_gene_is_the_same_in_every_format(
    name: str, suffix: str, tmp_path: pathlib.Path
) -> None:
    # The name tells nothing of the format.
    path = tmp_path / "genes"
    data = gene_files.FILES[name].encode()
    path.write_bytes(gzip.compress(data) if suffix else data)
    for _ in ("parsed", "from the cache"):
        found = annotations.load(str(path))
        assert {
            gene.name: gene_files.facts(gene) for gene in found.index.genes
        } == gene_files.FACTS
        assert [gene.name for gene in found.index.at("chr1", 1200)] == ["BETA"]
        assert found.source == str(path)


@pytest.mark.parametrize(
    ("name", "gene_id"),
    [
        ("gencode.gtf", "ENSG00000000001"),
        ("ensembl.gtf", "ENSG00000000001"),
        ("gencode.gff3", "ENSG00000000001"),
        ("ensembl.gff3", "ENSG00000000001"),
        ("refseq.gff3", "GeneID:1"),
        ("refseq.gtf", "ALPHA"),
        ("spliceai.txt", "ALPHA"),
    ],
)
def test_a_gene_has_the_identifier_of_its_source(
    name: str, gene_id: str, tmp_path: pathlib.Path
) -> None:
    path = tmp_path / "genes"
    path.write_text(gene_files.FILES[name])
    assert annotations.load(str(path)).index.genes[0].gene_id == gene_id


def _load_text(tmp_path: pathlib.Path, text: str) -> list[genes.Gene]:
    path = tmp_path / "genes"
    path.write_text(text)
    return list(annotations.load(str(path)).index.genes)


def test_the_cache_is_used_until_the_file_changes(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "genes"
    path.write_text(gene_files.SPLICEAI)
    annotations.load(str(path))
    (kept,) = (cache.folder() / "annotations").iterdir()
    with monkeypatch.context() as patch:
        # Whatever would parse the file again fails.
        patch.delattr(genes, "from_introns")
        assert len(annotations.load(str(path)).index.genes) == 3
    path.write_text(gene_files.SPLICEAI.replace("ALPHA", "OMEGA"))
    assert annotations.load(str(path)).index.genes[0].name == "OMEGA"
    kept.write_bytes(b"damaged")
    path.write_text(gene_files.SPLICEAI)
    assert annotations.load(str(path)).index.genes[0].name == "ALPHA"


def test_a_cache_that_cannot_be_written_does_no_harm(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("TWINSPLICE_CACHE", str(tmp_path / "file"))
    assert len(_load_text(tmp_path, gene_files.SPLICEAI)) == 3


EXON = gene_files.line("1", "exon", (5, 9), "+", 'gene_id "G"; transcript_id "T";')
HEADER = gene_files.SPLICEAI.splitlines()[0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "which is none of them"),
        ("#comment\n", "which is none of them"),
        ("chr1\t5\t9\n", "which is none of them"),
        ("##gff-version 3\n", "which holds none"),
        (HEADER + "\n", "which holds none"),
        (f"{EXON}\n1\tx\texon\n", r"nine tab-separated columns; got 3 in line 2 of"),
        (f"{HEADER}\nA\t1\t+\t0\n", r"has 7 columns.*got 4 in line 2"),
    ],
)
def test_a_bad_file_is_refused_in_one_line(
    text: str, message: str, tmp_path: pathlib.Path
) -> None:
    with pytest.raises(errors.InputError, match=message) as caught:
        _load_text(tmp_path, text)
    assert "\n" not in str(caught.value)
    assert str(tmp_path / "genes") in str(caught.value)


def test_a_missing_file_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(errors.InputError, match=r"one of grch37, grch38; got mm10"):
        annotations.load("mm10")


@pytest.mark.parametrize("name", ["hg19", "GRCh37", "HG19"])
def test_a_shipped_table_goes_by_all_names_of_its_build(name: str) -> None:
    assert annotations.load(name).source.startswith("grch37: ")


PARTS = ("chr1", "exon", (5, 9), "+")
GTF = 'gene_id "G"; transcript_id "T";'


@pytest.mark.parametrize(
    "text",
    [
        "##gff-version 2\n" + gene_files.line(*PARTS, GTF),
        "##gff-version 3\n" + gene_files.line(*PARTS, GTF),
        gene_files.line(*PARTS, "gene_id G; transcript_id T"),
        # AUGUSTUS and BRAKER write bare names on lines of genes and transcripts.
        gene_files.line("chr1", "gene", (5, 9), "+", "G")
        + "\n"
        + gene_files.line("chr1", "transcript", (5, 9), "+", "T")
        + "\n"
        + gene_files.line(*PARTS, 'transcript_id "T"; gene_id "G";'),
        "#comment\n" * 3_000 + gene_files.line(*PARTS, "geneID=G;Parent=T"),
        "".join(
            gene_files.line("chr1", "region", (1, end), "+", f"ID=r{end}") + "\n"
            for end in range(1, 2_000)
        )
        + gene_files.line(*PARTS, "gene_id=G;Parent=T"),
    ],
)
def test_the_format_shows_in_lines_of_exons(tmp_path: pathlib.Path, text: str) -> None:
    (gene,) = _load_text(tmp_path, text)
    assert (gene.name, gene_files.facts(gene)) == ("G", ((4, 9), "+", [], []))


def test_a_file_without_parts_of_transcripts_says_what_is_needed(
    tmp_path: pathlib.Path,
) -> None:
    with pytest.raises(errors.InputError, match="exon or CDS lines"):
        _load_text(tmp_path, gene_files.line("chr1", "gene", (5, 9), "+", GTF))


def test_a_broken_off_or_binary_file_is_refused(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "genes.gz"
    lines = "\n".join(EXON.replace("\t5\t", f"\t{i % 9 + 1}\t") for i in range(9999))
    path.write_bytes(gzip.compress(lines.encode())[:-99])
    with pytest.raises(errors.InputError, match=r"must be whole; got .* after line \d"):
        annotations.load(str(path))
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(errors.InputError, match=r"must be UTF-8"):
        annotations.load(str(path))


def test_a_table_of_ours_is_an_annotation_too(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "genes"
    given = annotation_tables.read_spliceai_table(gene_files.SPLICEAI.splitlines())
    gene_tables.write(path, given, {})
    found = annotations.load(str(path)).index.genes
    assert {gene.name: gene_files.facts(gene) for gene in found} == gene_files.FACTS
    gene_tables.write(path, [], {})
    with pytest.raises(errors.InputError, match="which holds none"):
        annotations.load(str(path))
