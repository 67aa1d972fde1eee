"""Three made-up genes, as every known kind of file tells them."""

from typing import NamedTuple

from twinsplice.genome import genes

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


def line(contig: str, feature: str, exon: tuple[int, int], *rest: str) -> str:
    """Return a line of GTF or GFF3; the rest are its strand and its attributes."""
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
        text.append(line(contig, "gene", _edges(toy), toy.strand, who))
        for i, exons in enumerate(toy.transcripts):
            of = f'{who} transcript_id "T{toy.number}.{i}"; level 2; tag "basic";'
            text.append(line(contig, "transcript", _edges(toy), toy.strand, of))
            # Ensembl lists the exons of a minus gene from its own first exon on.
            for exon in exons[:: -1 if toy.strand == "-" else 1]:
                text.append(line(contig, "exon", exon, toy.strand, of))
                text.append(line(contig, "CDS", exon, toy.strand, of))
    return "\n".join(text) + "\n"


def _gff3(contig: str, gene: str, transcript: str, exon: str = "") -> str:
    text = ["##gff-version 3", line(contig, "region", (1, 9999), "+", "ID=region1")]
    for toy in TOYS:
        who = gene.format(toy=toy)
        gene_id = who.split(";")[0].removeprefix("ID=")
        text.append(line(contig, "gene", _edges(toy), toy.strand, who))
        for i, exons in enumerate(toy.transcripts):
            own = transcript.format(toy=toy, i=i)
            text.append(
                line(
                    *(contig, "mRNA", _edges(toy), toy.strand),
                    f"ID={own};Parent={gene_id}",
                )
            )
            text += [
                line(
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


def facts(
    gene: genes.Gene,
) -> tuple[tuple[int, int], str, list[int], list[int]]:
    """Return what `FACTS` holds of a gene."""
    span = (gene.span.start, gene.span.end)
    return span, gene.strand, gene.acceptors.tolist(), gene.donors.tolist()
