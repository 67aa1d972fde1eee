"""Genes from GTF and GFF3 files, with all transcripts of a gene merged.

Genes are made of `exon` lines only. In GFF3 an exon belongs to the gene at the top of
its chain of `Parent`s, unless it names the gene itself, as GENCODE's do. Exons without
a strand (`.`, `?`) have no defined splice sites and are excluded.

Source: files of GENCODE, Ensembl, RefSeq and MANE; GFF3 1.26,
github.com/The-Sequence-Ontology/Specifications.
"""

import dataclasses
import itertools
import re
import urllib.parse
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

import numpy as np

from twinsplice import errors
from twinsplice.genome import coordinates, genes
from twinsplice.io import lines

_COLUMNS = 9
# Past the end of any contig.
_BEYOND = 1 << 40
_GTF_PAIR = re.compile(r'(\w+) "?([^";]*)"?')
_GTF_GENE = re.compile(r'(?:^|[; ])gene_id "?([^";]+)')
_GTF_TRANSCRIPT = re.compile(r'(?:^|[; ])transcript_id "?([^";]+)')
_GFF3_ID = re.compile(r"(?:^|;) *ID=([^;]+)")
_GFF3_PARENT = re.compile(r"(?:^|;) *Parent=([^;]+)")
_ENSEMBL_VERSION = re.compile(r"(?<=\d)\.\d+(?=$|_PAR_Y$)")
_NCBI_GENE = re.compile(r"(?:^|,)GeneID:(\d+)")
_ID_PREFIX = re.compile(r"^gene[:-]")


class _Row(NamedTuple):
    """The used fields of one line; bases 0-based, half-open."""

    number: int
    contig: str
    start: int
    end: int
    strand: str
    attributes: str


@dataclasses.dataclass(slots=True)
class _Transcript:
    """The exons of one transcript, and the line of the first."""

    row: _Row
    exons: list[tuple[int, int]]


def read_gtf(numbered: Iterable[tuple[int, str]], where: str) -> list[genes.Gene]:
    """Read GTF lines; genes are in the order of their first exons.

    Args:
        numbered: Lines with their numbers.
        where: Name of the file, for messages.

    Raises:
        InputError: A line is malformed.
    """

    def owners(row: _Row) -> list[str]:
        gene = _GTF_GENE.search(row.attributes)
        transcript = _GTF_TRANSCRIPT.search(row.attributes)
        if not gene or not transcript:
            raise _orphan("a GTF file names a gene_id and a transcript_id", row, where)
        # RefSeq has transcripts of one name in several genes.
        return [f"{gene[1]}\t{transcript[1]}"]

    def gene_of(_: str, row: _Row) -> tuple[str, Mapping[str, str]]:
        attributes = dict(_GTF_PAIR.findall(row.attributes))
        return attributes["gene_id"], attributes

    return _genes(_transcripts(_exons(numbered, where), owners), gene_of)


def read_gff3(numbered: Iterable[tuple[int, str]], where: str) -> list[genes.Gene]:
    """Read GFF3 lines, parents before or after their exons.

    Args:
        numbered: Lines with their numbers.
        where: Name of the file, for messages.

    Raises:
        InputError: A line is malformed, or an exon belongs to nothing.
    """
    rule = "a GFF3 file names a gene_id, or a Parent that is in the file"
    parents: dict[str, str] = {}

    def owners(row: _Row) -> list[str]:
        if parent := _GFF3_PARENT.search(row.attributes):
            return parent[1].split(",")
        raise _orphan(rule, row, where)

    def gene_of(owner: str, row: _Row) -> tuple[str, Mapping[str, str]]:
        attributes = _gff3_attributes(row.attributes)
        if "gene_id" not in attributes:
            top = _top(parents, owner)
            if top is None:
                raise _orphan(rule, row, where)
            attributes = _gff3_attributes(top)
        return attributes.get("gene_id") or attributes["ID"], attributes

    return _genes(_transcripts(_exons(numbered, where, parents), owners), gene_of)


def _exons(
    numbered: Iterable[tuple[int, str]],
    where: str,
    parents: dict[str, str] | None = None,
) -> Iterator[_Row]:
    """Yield exons, and enter attributes of other features by ID into `parents`."""
    for number, columns in _features(numbered, where):
        if columns[2] == "exon":
            row = _row(number, columns, where)
            if row.strand in {"+", "-"}:
                yield row
        elif parents is not None and columns[2] != "CDS":
            identifier = _GFF3_ID.search(columns[8])
            if identifier:
                parents.setdefault(identifier[1], columns[8])


def _features(
    numbered: Iterable[tuple[int, str]], where: str
) -> Iterator[tuple[int, list[str]]]:
    for number, line in numbered:
        if line.startswith("##FASTA"):
            return
        if not line or line[0] == "#":
            continue
        columns = line.split("\t")
        if len(columns) != _COLUMNS:
            raise lines.malformed(
                "a line of a GTF or GFF3 file has nine tab-separated columns",
                where=where,
                number=number,
                got=f"{len(columns)}",
            )
        yield number, columns


def _row(number: int, columns: list[str], where: str) -> _Row:
    contig, _, _, first, last, _, strand, _, attributes = columns
    try:
        start, end = int(first) - 1, int(last)
        valid = 0 <= start < end < _BEYOND and strand in {"+", "-", ".", "?"}
    except ValueError:
        valid = False
    if not valid:
        raise lines.malformed(
            "an exon has a start, an end not before it, and a strand",
            where=where,
            number=number,
            got=f"'{first} {last} {strand}'",
        )
    return _Row(number, contig, start, end, strand, attributes)


def _transcripts(
    exons: Iterable[_Row], owners: Callable[[_Row], list[str]]
) -> dict[tuple[str, str, str], _Transcript]:
    """Group exons by transcript, contig and strand."""
    transcripts: dict[tuple[str, str, str], _Transcript] = {}
    for row in exons:
        for owner in owners(row):
            key = (owner, row.contig, row.strand)
            if key not in transcripts:
                transcripts[key] = _Transcript(row, [])
            transcripts[key].exons.append((row.start, row.end))
    return transcripts


def _genes(
    transcripts: dict[tuple[str, str, str], _Transcript],
    gene_of: Callable[[str, _Row], tuple[str, Mapping[str, str]]],
) -> list[genes.Gene]:
    names: dict[tuple[str, str, str], tuple[str, str]] = {}
    members: dict[tuple[str, str, str], list[list[tuple[int, int]]]] = {}
    for (owner, contig, strand), transcript in transcripts.items():
        gene, attributes = gene_of(owner, transcript.row)
        key = (gene, contig, strand)
        if key not in names:
            names[key] = _names(gene, attributes)
        members.setdefault(key, []).append(transcript.exons)
    return [
        _gene(names[key], key[1], key[2], transcripts_of)
        for key, transcripts_of in members.items()
    ]


def _gene(
    names: tuple[str, str],
    contig: str,
    strand: str,
    transcripts: list[list[tuple[int, int]]],
) -> genes.Gene:
    left: list[int] = []
    right: list[int] = []
    for exons in transcripts:
        exons.sort()
        for (_, end), (start, _) in itertools.pairwise(exons):
            # Exons that touch have no intron between them.
            if start > end:
                left.append(end - 1)
                right.append(start)
    start = min(exons[0][0] for exons in transcripts)
    end = max(end for exons in transcripts for _, end in exons)
    return genes.from_introns(
        names=names,
        span=coordinates.Interval(contig, start, end),
        strand=coordinates.Strand(strand),
        left=np.array(left, dtype=np.int64),
        right=np.array(right, dtype=np.int64),
    )


def _names(gene: str, attributes: Mapping[str, str]) -> tuple[str, str]:
    """Return a gene's name and its stable identifier, without its version."""
    cross = _NCBI_GENE.search(attributes.get("Dbxref", ""))
    gene_id = f"GeneID:{cross[1]}" if cross else _ID_PREFIX.sub("", gene)
    if gene_id.startswith("ENS"):
        gene_id = _ENSEMBL_VERSION.sub("", gene_id)
    for key in ("gene_name", "gene", "Name"):
        if attributes.get(key):
            return attributes[key], gene_id
    return gene_id, gene_id


def _gff3_attributes(text: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in text.split(";"))
    return {key.strip(): urllib.parse.unquote(value) for key, _, value in pairs}


def _top(parents: Mapping[str, str], name: str) -> str | None:
    """Return the attributes at the top of a chain of parents, if it is complete."""
    visited: set[str] = set()
    while name in parents and name not in visited:
        visited.add(name)
        parent = _GFF3_PARENT.search(parents[name])
        if not parent:
            return parents[name]
        name = parent[1].split(",")[0]
    return None


def _orphan(rule: str, row: _Row, where: str) -> errors.InputError:
    return lines.malformed(
        f"an exon of {rule}",
        where=where,
        number=row.number,
        got=f"'{row.attributes[:60]}'",
    )
