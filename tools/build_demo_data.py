r"""Build the bundled demo: a VCF of published variants and the reference it needs.

    python -m tools.build_demo_data VARIANTS.tsv GRCh37.LRG_regions.fa.gz \
      LRG.GRCh37.gtf.gz OUT_DIR

Deterministic: the same inputs give the same bytes. Every REF is checked against the
sequence, and every coding-sequence name is made by projection onto a transcript and
compared with the published one, before anything is written. The transcripts are kept
beside this tool (`TRANSCRIPTS`), so that a test can do so again.
"""

import argparse
import csv
import dataclasses
import pathlib
import re
from collections.abc import Mapping, Sequence

from tools import coding_names, slices

from twinsplice.genome import coordinates

VCF_NAME = "demo.vcf"
FASTA_NAME = "demo.GRCh37.fa"
TRANSCRIPTS = pathlib.Path(__file__).with_name("demo_transcripts.tsv")

COLUMNS = "#accession\tgene\tcontig\tstrand\tcoding_start\tcoding_end\tstarts\tends"

# What each gene's names are counted on; GRCh37 has these versions in full.
ACCESSIONS = {
    "ATM": "NM_000051.3",
    "BRCA1": "NM_007294.3",
    "BRCA2": "NM_000059.3",
    "CFTR": "NM_000492.3",
    "LMNA": "NM_170707.2",
    "MLH1": "NM_000249.3",
    "MYBPC3": "NM_000256.3",
}

# GRCh37 contig lengths (bp), Genome Reference Consortium.
LENGTHS = {
    "1": 249_250_621,
    "3": 198_022_430,
    "7": 159_138_663,
    "11": 135_006_516,
    "13": 115_169_878,
    "17": 81_195_210,
}

HEADER = """\
##fileformat=VCFv4.2
##reference=GRCh37
{contigs}
##ALT=<ID=DEL,Description="Deletion">
##INFO=<ID=GENE,Number=1,Type=String,Description="Gene symbol">
##INFO=<ID=HGVS,Number=A,Type=String,Description="Coding-sequence name of each allele">
##INFO=<ID=KNOWN,Number=1,Type=String,Description="What is known; _ is a space">
##INFO=<ID=MADE,Number=0,Type=Flag,Description="Made for the demo, not published">
##INFO=<ID=END,Number=1,Type=Integer,Description="Last base of a symbolic allele">
##INFO=<ID=SVTYPE,Number=1,Type=String,Description="Type of a symbolic allele">
#CHROM	POS	ID	REF	ALT	QUAL	FILTER	INFO
"""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Row:
    """One record of the demo.

    Attributes:
        contig: Contig without `chr`.
        position: POS as written in a VCF (1-based).
        ref: Reference allele.
        alts: Alternate alleles, joined by commas.
        gene: Gene symbol.
        known: What is known of it, in words.
        published: The published coding-sequence name; none of a record made here.
        made: Whether the record was made for the demo.
        extra: More INFO text, for a symbolic allele.
    """

    contig: str
    position: int
    ref: str
    alts: str
    gene: str
    known: str
    published: str = ""
    made: bool = False
    extra: str = ""


# What the ten published substitutions do not show: indels, several alleles, an MNV,
# an allele that gets a reason instead of a score.
MORE = (
    Row(
        contig="7",
        position=117171169,
        ref="GT",
        alts="TA",
        gene="CFTR",
        known="both donor bases replaced",
        made=True,
    ),
    Row(
        contig="7",
        position=117199644,
        ref="ATCT",
        alts="A",
        gene="CFTR",
        known="F508del changes the protein; no splice effect expected",
        published="c.1521_1523del",
    ),
    Row(
        contig="13",
        position=32936829,
        ref="A",
        alts="AG",
        gene="BRCA2",
        known="one base inserted at the donor",
        made=True,
    ),
    Row(
        contig="13",
        position=32936830,
        ref="G",
        alts="<DEL>",
        gene="BRCA2",
        known="a symbolic allele gets a reason instead of a score",
        made=True,
        extra=";END=32936930;SVTYPE=DEL",
    ),
    Row(
        contig="17",
        position=41203077,
        ref="TAC",
        alts="T",
        gene="BRCA1",
        known="both donor bases deleted",
        made=True,
    ),
    Row(
        contig="17",
        position=41242960,
        ref="C",
        alts="A,G",
        gene="BRCA1",
        known="two more changes of the same donor base",
        made=True,
    ),
)


def read_published(path: pathlib.Path) -> list[Row]:
    """Read the table of published variants (tab-separated, header after `#`)."""
    with path.open(encoding="utf-8", newline="") as stream:
        table = csv.DictReader(stream, delimiter="\t")
        return [
            Row(
                contig=line["chrom"],
                position=int(line["pos"]),
                ref=line["ref"],
                alts=line["alt"],
                gene=line["gene"],
                known=line["what_is_known"],
                published=line["hgvs"],
            )
            for line in table
        ]


def check_reference(rows: Sequence[Row], pieces: Sequence[slices.Stretch]) -> None:
    """Compare every REF with the sequence.

    Raises:
        ValueError: A REF is not what the reference says.
    """
    for row in rows:
        start, end = row.position - 1, row.position - 1 + len(row.ref)
        found = [
            piece.bases(start, end)
            for piece in pieces
            if piece.interval.contig == row.contig and start in piece.interval
        ]
        if found != [row.ref]:
            raise ValueError(
                f"REF of {row.contig}:{row.position} is {row.ref}; reference {found}"
            )


def names(
    row: Row,
    transcripts: Mapping[str, coding_names.Transcript],
    pieces: Sequence[slices.Stretch],
) -> str:
    """Return the coding-sequence names of a row, one an allele, joined by commas.

    Raises:
        ValueError: A published name is another.
    """
    transcript = transcripts[row.gene]
    start = row.position - 1

    def fetch(first: int, last: int) -> str:
        return next(
            piece.bases(first, last)
            for piece in pieces
            if piece.interval.contig == row.contig and start in piece.interval
        )

    found = [
        "."
        if alt[0] == "<"
        else coding_names.name(transcript, start, row.ref, alt, fetch)
        for alt in row.alts.split(",")
    ]
    if row.published and found != [f"{transcript.accession}:{row.published}"]:
        raise ValueError(f"{row.gene} {row.published} is {found} by projection")
    return ",".join(found)


def read_transcripts(path: pathlib.Path = TRANSCRIPTS) -> list[coding_names.Transcript]:
    """Read the transcripts that this tool keeps."""
    lines = path.read_text(encoding="ascii").splitlines()
    return [coding_names.Transcript.of_line(line) for line in lines[1:]]


def vcf(rows: Sequence[tuple[Row, str]]) -> str:
    """Return rows and their names as VCF text."""
    contigs = [
        f"##contig=<ID={name},length={length},assembly=GRCh37>"
        for name, length in LENGTHS.items()
    ]
    return HEADER.format(contigs="\n".join(contigs)) + "".join(
        _record(row, hgvs) for row, hgvs in rows
    )


def build(
    variants: pathlib.Path,
    reference: pathlib.Path,
    annotation: pathlib.Path,
    out: pathlib.Path,
) -> None:
    """Write the demo's VCF and FASTA into a folder, and the transcripts beside this."""
    order = list(LENGTHS)
    rows = sorted(
        [*read_published(variants), *MORE],
        key=lambda row: (order.index(row.contig), row.position, row.made),
    )
    wanted = slices.merge(
        slices.around(row.contig, row.position - 1, row.position - 1 + len(row.ref))
        for row in rows
    )
    pieces = slices.cut(reference, wanted)
    check_reference(rows, pieces)
    read = coding_names.read_gtf(annotation, ACCESSIONS.values())
    transcripts = {gene: read[accession] for gene, accession in ACCESSIONS.items()}
    named = [(row, names(row, transcripts, pieces)) for row in rows]
    kept = [COLUMNS, *(transcript.line() for transcript in transcripts.values())]
    TRANSCRIPTS.write_text("\n".join(kept) + "\n", encoding="ascii")
    (out / VCF_NAME).write_text(vcf(named), encoding="ascii")
    (out / FASTA_NAME).write_text(slices.fasta(pieces), encoding="ascii")
    print(f"{len(rows)} records, {len(pieces)} slices, {_bases(pieces):,} bases")


def main() -> None:
    """Read the command line and build."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("variants", type=pathlib.Path)
    parser.add_argument("reference", type=pathlib.Path)
    parser.add_argument("transcripts", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    given = parser.parse_args()
    build(given.variants, given.reference, given.transcripts, given.out)


def _record(row: Row, hgvs: str) -> str:
    known = re.sub("[,;] ", " - ", row.known).replace(" ", "_")
    name = f"HGVS={hgvs};" if hgvs != "." else ""
    info = f"GENE={row.gene};{name}KNOWN={known}{';MADE' * row.made}{row.extra}"
    contig = coordinates.canonical_contig(row.contig)
    return f"{contig}\t{row.position}\t.\t{row.ref}\t{row.alts}\t.\t.\t{info}\n"


def _bases(pieces: Sequence[slices.Stretch]) -> int:
    return sum(piece.interval.width for piece in pieces)


if __name__ == "__main__":
    main()
