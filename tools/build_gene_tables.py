"""Build the gene tables that ship with the package.

Genes, spans and junctions come from CI-SpliceAI's tables of collapsed GENCODE
isoforms (CC BY 4.0), which name genes by Ensembl id only. Symbols are looked up in
SpliceAI's tables by place:

1. A gene claims the symbol whose gene on the same strand shares most junction ends
   with it; without shared ends, one whose span overlaps reciprocally by more than
   90 %, or a single-exon gene that lies within one of its exons.
2. A symbol goes to one gene only, its strongest claimant; the others keep their id.
   So a read-through gene does not take its neighbour's name.
3. A gene without a symbol takes that of the same Ensembl id on the other assembly.

Those symbols are of 2015. Today's come from RefSeq's transcripts (`todays_symbols`),
and what a gene was called before goes to `former_symbols.tsv`: what GENCODE v24,
RefSeq's own annotation of GRCh37 and the LRG records of 2014 call the same gene or
transcript, and `older_names.tsv`, names that the literature uses still.

Usage: python -m tools.build_gene_tables SPLICEAI_ANNOTATIONS CISPLICEAI_DATA REFSEQ OUT
(folders `spliceai/annotations` of the PyPI wheel spliceai 1.3.1 and
`cispliceai/data` of the PyPI wheel cispliceai 1.2.2; REFSEQ as for
`build_transcripts`, with `LRG.GRCh38.gtf.gz`; OUT holds the transcript tables).
"""

import collections
import csv
import dataclasses
import gzip
import pathlib
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
from tools import build_transcripts, todays_symbols

from twinsplice.genome import coordinates, genes, transcript_sets
from twinsplice.io.annotation import annotation_tables, gene_tables, transcript_tables

ASSEMBLIES = {"grch37": "GRCh37", "grch38": "GRCh38"}
FORMER = ("former", "symbol", "source")
"""Columns of `former_symbols.tsv`."""
RECIPROCAL = 0.9
_LRG = re.compile(r'\ttranscript\t.* transcript_id "([^"]+)".* gene_name "([^"]+)"')

_Strength = tuple[int, int, int]


@dataclasses.dataclass(frozen=True, order=True)
class _Claim:
    """A gene's wish for a symbol; the larger the stronger."""

    strength: _Strength
    gene: int
    symbol: str


def main(arguments: Sequence[str]) -> None:
    """Write all tables and print how many genes have a symbol."""
    named, identified, refseq, out = map(pathlib.Path, arguments)
    older = _older(named, identified)
    sets = {
        assembly: transcript_tables.read(
            out / f"transcripts.{assembly}.parquet"
        ).transcripts
        for assembly in ASSEMBLIES
    }
    newest = build_transcripts.NEWEST
    todays = {newest: todays_symbols.symbols_of(older[newest], sets[newest])}
    known = set(sets[newest].genes)
    sure = {who: name for who, name in todays[newest].items() if name in known}
    for assembly in ASSEMBLIES:
        if assembly not in todays:
            todays[assembly] = todays_symbols.symbols_of(
                older[assembly], sets[assembly], sure
            )
        table = [
            dataclasses.replace(gene, name=todays[assembly][gene.gene_id])
            for gene in older[assembly]
        ]
        path = out / f"genes.{assembly}.parquet"
        gene_tables.write(path, table, about(assembly))
        unnamed = sum(gene.name == gene.gene_id for gene in table)
        gone = sum(gene.name not in {*known, gene.gene_id} for gene in table)
        print(
            f"{path.name}: {len(table)} genes, {unnamed} without a symbol, "
            f"{gone} under one that RefSeq lacks"
        )
    renamed = [
        *_renamed(older, todays),
        *_by_accession(refseq, sets[newest]),
        *_literature(),
    ]
    rows = former_rows(renamed, known)
    text = "".join("\t".join(row) + "\n" for row in (FORMER, *rows))
    (out / "former_symbols.tsv").write_text(text, encoding="utf-8")
    print(f"former_symbols.tsv: {len(rows)} names")


def _older(
    named: pathlib.Path, identified: pathlib.Path
) -> dict[str, list[genes.Gene]]:
    """Return CI-SpliceAI's genes under symbols of 2015."""
    tables: dict[str, list[genes.Gene]] = {}
    symbols: dict[str, dict[str, str]] = {}
    for assembly in ASSEMBLIES:
        tables[assembly] = [
            _without_prefix(gene)
            for gene in annotation_tables.read_cispliceai_table(
                identified / f"{assembly}.csv"
            )
        ]
        symbols[assembly] = symbols_of(
            tables[assembly],
            annotation_tables.read_spliceai_table(named / f"{assembly}.txt"),
        )
    older = {}
    for assembly, other in zip(ASSEMBLIES, reversed(ASSEMBLIES), strict=True):
        found = completed(symbols[assembly], symbols[other])
        older[assembly] = [
            dataclasses.replace(gene, name=found.get(gene.gene_id, gene.gene_id))
            for gene in tables[assembly]
        ]
    return older


def former_rows(
    renamed: Iterable[tuple[str, str, str]], known: Iterable[str]
) -> list[tuple[str, str, str]]:
    """Return the rows of `former_symbols.tsv`.

    A pair is taken once, from its first source; a name that a gene has today, and one
    of a gene that has no symbol today, are left out.

    Args:
        renamed: Former symbol, today's, and source.
        known: Today's symbols.
    """
    todays = frozenset(known)
    upper = {symbol.upper() for symbol in todays}
    found: dict[tuple[str, str], str] = {}
    for former, symbol, source in renamed:
        if former.upper() not in upper and symbol in todays:
            found.setdefault((former, symbol), source)
    return sorted((*pair, source) for pair, source in found.items())


def _renamed(
    older: Mapping[str, Iterable[genes.Gene]], todays: Mapping[str, Mapping[str, str]]
) -> Iterator[tuple[str, str, str]]:
    for assembly, table in older.items():
        for gene in table:
            if gene.name != gene.gene_id:
                yield gene.name, todays[assembly][gene.gene_id], "GENCODE v24"


def _by_accession(
    folder: pathlib.Path, table: transcript_sets.TranscriptSet
) -> Iterator[tuple[str, str, str]]:
    """Yield what older annotations call transcripts that RefSeq still has."""
    stems = (transcript_sets.split_version(name)[0] for name in table.names)
    symbols = dict(zip(stems, table.genes, strict=True))
    called = [
        (row["transcript"], row["gene"], "RefSeq, GRCh37")
        for row in build_transcripts.read(folder / "refseq.GRCh37.tsv.gz")
    ]
    with gzip.open(folder / "LRG.GRCh38.gtf.gz", "rt", encoding="utf-8") as lines:
        found = filter(None, map(_LRG.search, lines))
        called += [(each[1], each[2], "LRG, 2014") for each in found]
    for accession, former, source in called:
        today = symbols.get(transcript_sets.split_version(accession)[0])
        if today is not None:
            yield former, today, source


def _literature() -> Iterator[tuple[str, str, str]]:
    path = pathlib.Path(__file__).parent / "older_names.tsv"
    with path.open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            yield row["former"], row["symbol"], "literature"


def about(assembly: str) -> dict[str, str]:
    """Return what the metadata of one table say."""
    return {
        "assembly": ASSEMBLIES[assembly],
        "source": f"collapsed GENCODE isoforms, {assembly}.csv of cispliceai 1.2.2",
        "licence": "CC BY 4.0, https://creativecommons.org/licenses/by/4.0/",
        "citation": "Strauch et al. 2022, PLoS ONE, doi:10.1371/journal.pone.0269159",
        "symbols": "by place, RefSeq's of December 2025, else GENCODE v24's",
        "changes": "symbols added, coordinates 0-based half-open",
    }


def symbols_of(
    identified: Sequence[genes.Gene], named: Iterable[genes.Gene]
) -> dict[str, str]:
    """Return the symbols of genes known by identifier, each symbol once."""
    by_strand: dict[tuple[str, str], list[genes.Gene]] = collections.defaultdict(list)
    for gene in named:
        by_strand[gene.span.contig, gene.strand].append(gene)
    claims: list[_Claim] = []
    for i, gene in enumerate(identified):
        candidates = by_strand[gene.span.contig, gene.strand]
        wishes = ((strength(gene, other), other.name) for other in candidates)
        sound = [(power, symbol) for power, symbol in wishes if power]
        if sound:
            power, symbol = max(sound)
            claims.append(_Claim(power, -i, symbol))
    found: dict[str, str] = {}
    taken: set[str] = set()
    for claim in sorted(claims, reverse=True):
        if claim.symbol not in taken:
            taken.add(claim.symbol)
            found[identified[-claim.gene].gene_id] = claim.symbol
    return found


def strength(gene: genes.Gene, other: genes.Gene) -> _Strength | None:
    """Return how strongly two genes on one strand seem to be the same, if at all.

    Shared junction ends count first, then overlap (bp), then a tighter fit.
    """
    low = max(gene.span.start, other.span.start)
    overlap = min(gene.span.end, other.span.end) - low
    if overlap <= 0:
        return None
    shared = sum(
        len(np.intersect1d(mine, theirs))
        for mine, theirs in (
            (gene.acceptors, other.acceptors),
            (gene.donors, other.donors),
        )
    )
    widest = max(gene.span.width, other.span.width)
    if shared or overlap > RECIPROCAL * widest or _within_exon(gene, other):
        return shared, overlap, -gene.span.width
    return None


def _within_exon(gene: genes.Gene, other: genes.Gene) -> bool:
    """Say whether a single-exon gene lies within the other's span, in an exon."""
    if len(other.donors) or other.span.start < gene.span.start:
        return False
    if other.span.end > gene.span.end:
        return False
    plus = gene.strand is coordinates.Strand.PLUS
    opening, closing = (
        (gene.acceptors, gene.donors) if plus else (gene.donors, gene.acceptors)
    )
    start = other.span.start
    # The nearest exon edge to the left opens an exon, or there is none.
    opened = opening[opening <= start].max(initial=gene.span.start)
    closed = closing[closing < start].max(initial=-1)
    return bool(opened > closed)


def completed(symbols: Mapping[str, str], spare: Mapping[str, str]) -> dict[str, str]:
    """Return `symbols` with those that only the other assembly knows."""
    found = dict(symbols)
    taken = set(symbols.values())
    for gene_id, symbol in spare.items():
        if gene_id not in found and symbol not in taken:
            taken.add(symbol)
            found[gene_id] = symbol
    return found


def _without_prefix(gene: genes.Gene) -> genes.Gene:
    contig = coordinates.canonical_contig(gene.span.contig)
    return dataclasses.replace(gene, span=dataclasses.replace(gene.span, contig=contig))


if __name__ == "__main__":
    main(sys.argv[1:])
