"""`annotations`: one gene in every format, the cache, refusals."""

import gzip
import pathlib
from typing import NamedTuple

import pytest

from twinsplice import errors
from twinsplice.genome import genes
from twinsplice.io import cache
from twinsplice.io.annotation import annotation_tables, annotations, gene_tables

Exons = list[tuple[int, int]]


class Toy(NamedTuple):
    """A gene as a file tells it: exons 1-based, both ends included."""

    name: str
    number: int
    strand: str
    transcripts: list[Exons]


TOYS = [
    Toy("ALPHA", 1, "+", [[(101, 200), (301, 400), (501, 600)], [(151, 200)]]),
    Toy("BETA", 2, "-", [[(1001, 1100), (1201, 1300)]]),
    Toy("SOLO", 3, "+", [[(2001, 2100)]]),
]
# Span, strand, acceptors and donors of the same genes as we tell them.
FACTS = {
    "ALPHA": ((100, 600), "+", [300, 500], [199, 399]),
    "BETA": ((1000, 1300), "-", [1099], [1200]),
    "SOLO": ((2000, 2100), "+", [], []),
}


def _line(contig: str, feature: str, exon: tuple[int, int], *rest: str) -> str:
    strand, attributes = rest
    return "\t".join(
        (contig, "x", feature, *map(str, exon), ".", strand, ".", attributes)
    )


def _edges(toy: Toy) -> tuple[int, int]:
    exons = [exon for exons in toy.transcripts for exon in exons]
    return min(exon[0] for exon in exons), max(exon[1] for exon in exons)


def _gtf(contig: str, gene: str, named: str) -> str:
    text = ["#!genome-build toy"]
    for toy in TOYS:
        who = gene.format(toy=toy) + named.format(toy=toy)
        text.append(_line(contig, "gene", _edges(toy), toy.strand, who))
        for i, exons in enumerate(toy.transcripts):
            of = f'{who} transcript_id "T{toy.number}.{i}"; level 2; tag "basic";'
            text.append(_line(contig, "transcript", _edges(toy), toy.strand, of))
            # Ensembl lists the exons of a minus gene from its own first exon on.
            for exon in exons[:: -1 if toy.strand == "-" else 1]:
                text.append(_line(contig, "exon", exon, toy.strand, of))
                text.append(_line(contig, "CDS", exon, toy.strand, of))
    return "\n".join(text) + "\n"


def _gff3(contig: str, gene: str, transcript: str, exon: str = "") -> str:
    text = ["##gff-version 3", _line(contig, "region", (1, 9999), "+", "ID=region1")]
    for toy in TOYS:
        who = gene.format(toy=toy)
        gene_id = who.split(";")[0].removeprefix("ID=")
        text.append(_line(contig, "gene", _edges(toy), toy.strand, who))
        for i, exons in enumerate(toy.transcripts):
            own = transcript.format(toy=toy, i=i)
            text.append(
                _line(
                    *(contig, "mRNA", _edges(toy), toy.strand),
                    f"ID={own};Parent={gene_id}",
                )
            )
            text += [
                _line(
                    *(contig, "exon", edges, toy.strand),
                    f"ID=exon-{own}-{j};Parent={own};{exon.format(toy=toy)}",
                )
                for j, edges in enumerate(exons)
            ]
    return "\n".join(text) + "\n###\n"


ENSEMBL_ID = 'gene_id "ENSG0000000000{toy.number}"; gene_version "7"; '
GENCODE_ID = 'gene_id "ENSG0000000000{toy.number}.7"; '
GENCODE_GFF3 = "gene_id=ENSG0000000000{toy.number}.7;gene_name={toy.name}"
SPLICEAI = """#NAME\tCHROM\tSTRAND\tTX_START\tTX_END\tEXON_START\tEXON_END
ALPHA\t1\t+\t100\t600\t100,300,500,\t200,400,600,
BETA\t1\t-\t1000\t1300\t1000,1200,\t1100,1300,
SOLO\t1\t+\t2000\t2100\t2000,\t2100,
"""
CISPLICEAI = """gene_id,chr,strand,start,end,jn_start,jn_end
ALPHA,chr1,+,101,600,"200,400","301,501"
BETA,chr1,-,1001,1300,1100,1201
SOLO,chr1,+,2001,2100,,
"""
FILES = {
    "gencode.gtf": _gtf("chr1", GENCODE_ID, 'gene_name "{toy.name}";'),
    "ensembl.gtf": _gtf("1", ENSEMBL_ID, 'gene_name "{toy.name}";'),
    "mane.gtf": _gtf("chr1", GENCODE_ID, 'gene_name "{toy.name}"; tag "MANE_Select";'),
    "refseq.gtf": _gtf(
        "NC_000001.11",
        'gene_id "{toy.name}"; ',
        'db_xref "GeneID:{toy.number}"; gene "{toy.name}";',
    ),
    "gencode.gff3": _gff3(
        "chr1",
        "ID=ENSG0000000000{toy.number}.7;" + GENCODE_GFF3,
        "ENST{toy.number}.{i}",
        GENCODE_GFF3,
    ),
    "ensembl.gff3": _gff3(
        "1",
        "ID=gene:ENSG0000000000{toy.number};Name={toy.name};version=7",
        "transcript:ENST{toy.number}.{i}",
        "Name=ENSE1;rank=1",
    ),
    "refseq.gff3": _gff3(
        "NC_000001.11",
        "ID=gene-{toy.name};Dbxref=GeneID:{toy.number},HGNC:HGNC:9;Name={toy.name};"
        "gene={toy.name}",
        "rna-NM_{toy.number}.{i}",
        "gene={toy.name};Dbxref=GeneID:{toy.number}",
    ),
    "spliceai.txt": SPLICEAI,
    "cispliceai.csv": CISPLICEAI,
}


@pytest.fixture(autouse=True)
def _own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> None:
    monkeypatch.setenv("TWINSPLICE_CACHE", str(tmp_path / "cache"))


def _facts(
    gene: genes.Gene,
) -> tuple[tuple[int, int], str, list[int], list[int]]:
    span = (gene.span.start, gene.span.end)
    return span, gene.strand, gene.acceptors.tolist(), gene.donors.tolist()


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_a_gene_is_the_same_in_every_format(
    name: str, suffix: str, tmp_path: pathlib.Path
) -> None:
    # The name tells nothing of the format.
    path = tmp_path / "genes"
    data = FILES[name].encode()
    path.write_bytes(gzip.compress(data) if suffix else data)
    for _ in ("parsed", "from the cache"):
        found = annotations.load(str(path))
        assert {gene.name: _facts(gene) for gene in found.index.genes} == FACTS
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
    path.write_text(FILES[name])
    assert annotations.load(str(path)).index.genes[0].gene_id == gene_id


def _load_text(tmp_path: pathlib.Path, text: str) -> list[genes.Gene]:
    path = tmp_path / "genes"
    path.write_text(text)
    return list(annotations.load(str(path)).index.genes)


def test_sites_are_those_of_all_transcripts(tmp_path: pathlib.Path) -> None:
    lines = [
        _line("1", "exon", exon, "+", f'gene_id "G"; transcript_id "{transcript}";')
        for transcript, exon in [
            *(("A", (101, 200)), ("B", (91, 190)), ("A", (301, 400)), ("B", (351, 420)))
        ]
    ]
    (gene,) = _load_text(tmp_path, "\n".join(lines))
    assert gene.name == "G"
    assert _facts(gene) == ((90, 420), "+", [300, 350], [189, 199])


def test_exons_that_touch_have_no_intron(tmp_path: pathlib.Path) -> None:
    rest = ("+", 'gene_id "G"; transcript_id "T";')
    exons = [(101, 200), (201, 300), (302, 400)]
    text = "\n".join(_line("1", "exon", exon, *rest) for exon in exons)
    (gene,) = _load_text(tmp_path, text)
    assert _facts(gene) == ((100, 400), "+", [301], [299])


def test_one_gene_on_two_contigs_is_two(tmp_path: pathlib.Path) -> None:
    rest = ("+", 'gene_id "ENSG01.3_PAR_Y"; transcript_id "T"; gene_name "PAR";')
    text = "\n".join(_line(contig, "exon", (1, 9), *rest) for contig in "XY")
    found = _load_text(tmp_path, text)
    assert [(gene.name, gene.span.contig) for gene in found] == [
        *(("PAR", "X"), ("PAR", "Y"))
    ]
    assert found[0].gene_id == "ENSG01_PAR_Y"


def test_gff3_exons_may_precede_and_share_parents(tmp_path: pathlib.Path) -> None:
    text = [
        "##gff-version 3",
        _line("1", "exon", (1, 9), "-", "Parent=t1,t2"),
        _line("1", "exon", (21, 29), "-", "Parent=t2"),
        _line("1", "exon", (1, 9), "?", "Parent=t1"),
        _line("1", "mRNA", (1, 9), "-", "ID=t1;Parent=g"),
        _line("1", "mRNA", (1, 29), "-", "ID=t2;Parent=g"),
        _line("1", "gene", (1, 29), "-", "ID=g;Name=A%2CB"),
        "##FASTA",
        ">1",
        "ACGT",
    ]
    (gene,) = _load_text(tmp_path, "\n".join(text))
    assert gene.name == "A,B"
    assert _facts(gene) == ((0, 29), "-", [8], [20])


def test_the_cache_is_used_until_the_file_changes(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "genes"
    path.write_text(SPLICEAI)
    annotations.load(str(path))
    (kept,) = (cache.folder() / "annotations").iterdir()
    with monkeypatch.context() as patch:
        # Whatever would parse the file again fails.
        patch.delattr(genes, "from_introns")
        assert len(annotations.load(str(path)).index.genes) == 3
    path.write_text(SPLICEAI.replace("ALPHA", "OMEGA"))
    assert annotations.load(str(path)).index.genes[0].name == "OMEGA"
    kept.write_bytes(b"damaged")
    path.write_text(SPLICEAI)
    assert annotations.load(str(path)).index.genes[0].name == "ALPHA"


def test_a_cache_that_cannot_be_written_does_no_harm(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("TWINSPLICE_CACHE", str(tmp_path / "file"))
    assert len(_load_text(tmp_path, SPLICEAI)) == 3


EXON = _line("1", "exon", (5, 9), "+", 'gene_id "G"; transcript_id "T";')
HEADER = SPLICEAI.splitlines()[0]
CI_HEADER = CISPLICEAI.splitlines()[0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "which is none of them"),
        ("#comment\n", "which is none of them"),
        ("chr1\t5\t9\n", "which is none of them"),
        ("##gff-version 3\n", "which holds none"),
        (HEADER + "\n", "which holds none"),
        (f"{EXON}\n1\tx\texon\n", r"nine tab-separated columns; got 3 in line 2 of"),
        (EXON.replace("\t5\t", "\tfive\t"), r"got 'five 9 \+' in line 1"),
        (EXON.replace("\t5\t", "\t10\t"), r"end not before it.*line 1"),
        (EXON.replace("\t5\t", "\t0\t"), r"end not before it.*line 1"),
        (EXON.replace("\t+\t", "\tplus\t"), r"a strand; got '5 9 plus'"),
        (f"{EXON}\n{EXON.replace('transcript_id', 'x')}", r"transcript_id;.*line 2"),
        (_line("1", "exon", (5, 9), "+", "ID=e"), r"a Parent.*got 'ID=e' in line 1"),
        (_line("1", "exon", (5, 9), "+", "Parent=t"), r"that is in the file.*line 1"),
        (f"{HEADER}\nA\t1\t+\t0\n", r"has 7 columns.*got 4 in line 2"),
        (f"{HEADER}\nA\t1\t+\t0\t9\t0,5,\t9,\n", r"exons within.*in line 2"),
        (f"{HEADER}\nA\t1\t*\t0\t9\t0,\t9,\n", r"a strand \+ or -.*in line 2"),
        (f"{HEADER}\nA\t1\t+\t0\t9\t0,5\t3,4\n", r"exons within.*in line 2"),
        (f"{HEADER[:-9]}\nA\n", r"names #NAME.*got no EXON_END in line 1"),
        (f'{CI_HEADER}\nA,1,+,1,9,"4","x"\n', r"got 'A 1 \+ 1 9 ...' in line 2"),
        (f'{CI_HEADER}\nA,1,+,1,9,"4","12"\n', r"exons within.*in line 2"),
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
    with pytest.raises(errors.InputError, match=r"one of grch37, grch38; got hg19"):
        annotations.load("hg19")


def test_a_broken_off_or_binary_file_is_refused(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "genes.gz"
    lines = "\n".join(EXON.replace("\t5\t", f"\t{i % 9 + 1}\t") for i in range(9999))
    path.write_bytes(gzip.compress(lines.encode())[:-99])
    with pytest.raises(errors.InputError, match=r"must be whole; got .* after line \d"):
        annotations.load(str(path))
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(errors.InputError, match=r"must be UTF-8"):
        annotations.load(str(path))


def test_the_foreign_tables_can_be_read_from_lines() -> None:
    for read, text in [
        (annotation_tables.read_spliceai_table, SPLICEAI),
        (annotation_tables.read_cispliceai_table, CISPLICEAI),
    ]:
        found = read(text.splitlines())
        assert {gene.name: _facts(gene) for gene in found} == FACTS
        with pytest.raises(errors.InputError, match=r"in line 2 of toys"):
            read([*text.splitlines()[:1], "A"], name="toys")


def test_a_table_of_ours_is_an_annotation_too(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "genes"
    given = annotation_tables.read_spliceai_table(SPLICEAI.splitlines())
    gene_tables.write(path, given, {})
    found = annotations.load(str(path)).index.genes
    assert {gene.name: _facts(gene) for gene in found} == FACTS
    gene_tables.write(path, [], {})
    with pytest.raises(errors.InputError, match="which holds none"):
        annotations.load(str(path))
