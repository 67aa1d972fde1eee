"""Build the transcript tables that ship with the package.

Transcripts, exons and coding sequences are NCBI RefSeq's curated ones (NM_ and NR_),
marked where they are in MANE; symbols are RefSeq's of December 2025.

    python tools/build_transcripts.py FOLDER OUT

FOLDER holds `refseq.GRCh37.tsv.gz` and `refseq.GRCh38.tsv.gz`: chrom, tx_start, tx_end
(0-based, half-open), strand, transcript, gene, mane, ensembl, cds_start, cds_end,
exon_starts, exon_ends. The same input gives the same bytes.
"""

import csv
import gzip
import pathlib
import sys
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from twinsplice.genome import coordinates, transcript_sets, transcripts
from twinsplice.io.annotation import transcript_tables

ASSEMBLIES = {"grch37": "GRCh37", "grch38": "GRCh38"}
NEWEST = "grch38"
"""The assembly whose symbols are today's; GRCh37's annotation has some old ones."""


def main(arguments: Sequence[str]) -> None:
    """Write both tables and print how much they hold."""
    folder, out = map(pathlib.Path, arguments)
    for assembly in ASSEMBLIES:
        table = transcript_sets.of(build(folder, assembly))
        path = out / f"transcripts.{assembly}.parquet"
        transcript_tables.write(path, table, about(assembly))
        mane = sum(part is not transcripts.Mane.NONE for part in table.mane)
        print(
            f"{path.name}: {len(table):,} transcripts, {mane:,} in MANE, "
            f"{path.stat().st_size:,} bytes"
        )


def build(folder: pathlib.Path, assembly: str) -> list[transcripts.Transcript]:
    """Return the transcripts of an assembly, under today's symbols."""
    newest = folder / f"refseq.{ASSEMBLIES[NEWEST]}.tsv.gz"
    symbols = {_stem(row): row["gene"] for row in read(newest)}
    return [
        transcript({**row, "gene": symbols.get(_stem(row), row["gene"])})
        for row in read(folder / f"refseq.{ASSEMBLIES[assembly]}.tsv.gz")
    ]


def read(path: pathlib.Path) -> Iterator[dict[str, str]]:
    """Yield the lines of a source table, in its order, by column."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from csv.DictReader(lines, delimiter="\t")


def transcript(row: Mapping[str, str]) -> transcripts.Transcript:
    """Return the transcript of a line.

    Raises:
        ValueError: Its exons do not fill its span, or do not hold its coding sequence.
    """
    starts, ends = (_numbers(row[name]) for name in ("exon_starts", "exon_ends"))
    if [starts[0], ends[-1]] != [int(row["tx_start"]), int(row["tx_end"])]:
        raise ValueError(f"the exons of {row['transcript']} do not fill its span")
    coding = None
    if row["cds_start"]:
        coding = int(row["cds_start"]), int(row["cds_end"])
        for base in (coding[0], coding[1] - 1):
            if not ((starts <= base) & (base < ends)).any():
                raise ValueError(f"{row['transcript']} codes outside its exons")
    return transcripts.Transcript(
        name=row["transcript"],
        gene=row["gene"],
        contig=coordinates.canonical_contig(row["#chrom"]),
        strand=coordinates.Strand(row["strand"]),
        starts=starts,
        ends=ends,
        coding=coding,
        mane=transcripts.Mane(row["mane"]),
        partner=row["ensembl"],
    )


def about(assembly: str) -> dict[str, str]:
    """Return what the metadata of one table say."""
    return {
        "assembly": ASSEMBLIES[assembly],
        "source": "NCBI RefSeq curated transcripts, December 2025, and MANE v1.5",
        "licence": "public domain (NCBI); MANE: free to use",
        "citation": "Morales et al. 2022, Nature, doi:10.1038/s41586-022-04558-8",
        "changes": "curated transcripts of chromosomes only; 0-based half-open; "
        "symbols of GRCh38's table on both assemblies",
    }


def _stem(row: Mapping[str, str]) -> str:
    return transcript_sets.split_version(row["transcript"])[0]


def _numbers(text: str) -> np.ndarray:
    return np.array([int(part) for part in text.split(",")], dtype=np.int64)


if __name__ == "__main__":
    main(sys.argv[1:])
