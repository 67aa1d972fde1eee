"""Transcripts of GTF and GFF3 files: exons, coding sequence and attributes.

A file without any exon line is read by its coding sequences and untranslated regions.
Lines without a strand (`.`, `?`) have no defined splice sites and are excluded.

Source: files of GENCODE, Ensembl, RefSeq, MANE, UCSC, StringTie, AUGUSTUS, BRAKER,
gffread and rtracklayer.
"""

import dataclasses
import re
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from twinsplice import errors
from twinsplice.io.annotation import feature_lines
from twinsplice.io.annotation.feature_lines import Row

_GTF_GENE = re.compile(r'(?:^|[; ])gene_id\s+(?:"([^"]+)"|([^";\s]+))')
_GTF_TRANSCRIPT = re.compile(r'(?:^|[; ])transcript_id\s+(?:"([^"]+)"|([^";\s]+))')
_GFF3_ID = re.compile(r"(?:^|;) *ID=([^;]+)")
_GFF3_PARENT = re.compile(r"(?:^|;) *Parent=([^;]+)")
_GENE_KEYS = ("gene_id", "geneID")
_CODING = frozenset({"CDS", "start_codon", "stop_codon"})
_UNTRANSLATED = frozenset(
    {"five_prime_UTR", "three_prime_UTR", "5UTR", "3UTR", "UTR", "five_prime_utr"}
    | {"three_prime_utr"}
)
PARTS = frozenset({"exon"}) | _CODING | _UNTRANSLATED
"""Features that are parts of a transcript."""
_GFF3_RULE = "a GFF3 file names a gene_id, or a Parent that is in the file"
Span = tuple[int, int]
Key = tuple[str, str, str]
"""What makes lines one transcript: its name in the file, contig and strand."""


class Gene(NamedTuple):
    """The gene of a transcript: its name, that of its own line, and attributes."""

    name: str
    line: str
    attributes: Mapping[str, str]


@dataclasses.dataclass(slots=True)
class Model:
    """A transcript as a file tells it.

    Attributes:
        name: Its name in the file.
        row: Its first line.
        gene: Its gene.
        attributes: Its own attributes, and those of its first line.
        exons: Its exons, as listed (0-based, half-open).
        coding: Its coding sequence and start and stop codons, likewise.
    """

    name: str
    row: Row
    gene: Gene
    attributes: Mapping[str, str]
    exons: list[Span]
    coding: list[Span]


@dataclasses.dataclass(frozen=True, slots=True)
class Models:
    """The transcripts of a file.

    Attributes:
        models: In the order of their first lines.
        genes: Intervals of lines of genes, by the line's name, contig and strand.
    """

    models: list[Model]
    genes: Mapping[Key, list[Span]]


@dataclasses.dataclass(slots=True)
class _Part:
    """Lines of one transcript: the first, and the places of all."""

    row: Row
    spans: list[Span]


_Parts = dict[Key, _Part]


@dataclasses.dataclass(slots=True)
class _Lines:
    """What is gathered while a file is read."""

    exons: _Parts = dataclasses.field(default_factory=dict)
    coding: _Parts = dataclasses.field(default_factory=dict)
    untranslated: _Parts = dataclasses.field(default_factory=dict)
    parents: dict[str, Row] = dataclasses.field(default_factory=dict)
    genes: dict[Key, list[Span]] = dataclasses.field(default_factory=dict)

    def parts(self, feature: str) -> _Parts | None:
        """Where lines of a feature belong; nowhere if it is no part of a transcript."""
        if feature == "exon":
            return self.exons
        if feature in _CODING:
            return self.coding
        return self.untranslated if feature in _UNTRANSLATED else None

    def bases(self) -> _Parts:
        """The lines that exons are made of."""
        if self.exons:
            return self.exons
        found = {
            key: _Part(part.row, list(part.spans)) for key, part in self.coding.items()
        }
        for key, part in self.untranslated.items():
            found.setdefault(key, _Part(part.row, [])).spans.extend(part.spans)
        return found

    def coding_of(self, key: Key) -> list[Span]:
        """The coding sequence of a transcript, as listed."""
        return self.coding[key].spans if key in self.coding else []


_Owners = Callable[[Row], list[str]]


def read_gtf(
    numbered: Iterable[tuple[int, str]], where: str, *, coding: bool = False
) -> Models:
    """Read GTF lines.

    Args:
        numbered: Lines with their numbers.
        where: Name of the file, for messages.
        coding: Read coding sequences and the attributes of transcripts, too.

    Raises:
        InputError: A line is malformed.
    """

    def owners(row: Row) -> list[str]:
        gene, transcript = _gtf_names(row.attributes)
        if not gene or not transcript:
            rule = "a GTF file names a gene_id and a transcript_id"
            raise feature_lines.orphan(rule, row, where)
        # RefSeq has transcripts of one name in several genes.
        return [f"{gene}\t{transcript}"]

    def other(row: Row, found: _Lines) -> None:
        gene, transcript = _gtf_names(row.attributes)
        if row.feature == "gene" and gene:
            key = gene, row.contig, row.strand
            found.genes.setdefault(key, []).append((row.start, row.end))
        elif transcript:
            found.parents.setdefault(f"{gene}\t{transcript}", row)

    found = _gathered(numbered, where, owners, other, coding=coding)
    models = []
    for key, part in found.bases().items():
        gene, _, name = key[0].partition("\t")
        attributes = feature_lines.gtf_attributes(part.row.attributes)
        if coding and key[0] in found.parents:
            own = found.parents[key[0]].attributes
            attributes = {**attributes, **feature_lines.gtf_attributes(own)}
        of = Gene(_gtf_gene(gene, name, attributes), gene, attributes)
        coded = found.coding_of(key)
        models.append(Model(name, part.row, of, attributes, part.spans, coded))
    return Models(models, found.genes)


def read_gff3(
    numbered: Iterable[tuple[int, str]], where: str, *, coding: bool = False
) -> Models:
    """Read GFF3 lines, parents before or after their parts; see `read_gtf`.

    A part belongs to the gene at the top of its chain of `Parent`s, unless it or its
    transcript names the gene itself.

    Raises:
        InputError: A line is malformed, or an exon belongs to nothing.
    """

    def owners(row: Row) -> list[str]:
        if found := _gff3_owners(row.attributes):
            return found
        raise feature_lines.orphan(_GFF3_RULE, row, where)

    def other(row: Row, found: _Lines) -> None:
        if identifier := _GFF3_ID.search(row.attributes):
            found.parents.setdefault(identifier[1], row)
            key = identifier[1], row.contig, row.strand
            found.genes.setdefault(key, []).append((row.start, row.end))

    found = _gathered(numbered, where, owners, other, coding=coding)
    models = []
    for key, part in found.bases().items():
        attributes = feature_lines.gff3_attributes(part.row.attributes)
        gene = _gff3_gene(key[0], attributes, found.parents)
        if gene is None:
            raise feature_lines.orphan(_GFF3_RULE, part.row, where)
        if key[0] in found.parents:
            own = found.parents[key[0]].attributes
            attributes = {**attributes, **feature_lines.gff3_attributes(own)}
        coded = found.coding_of(key)
        models.append(Model(key[0], part.row, gene, attributes, part.spans, coded))
    return Models(models, found.genes)


def _gathered(
    numbered: Iterable[tuple[int, str]],
    where: str,
    owners: _Owners,
    other: Callable[[Row, _Lines], None],
    *,
    coding: bool,
) -> _Lines:
    """Group the lines of a file by transcript."""
    found = _Lines()
    for number, columns in feature_lines.features(numbered, where):
        into = found.parts(columns[2])
        if into is None:
            row = _lenient(number, columns, where)
            if row is not None:
                other(row, found)
        elif into is found.exons or coding or not found.exons:
            # Where there are exons, they tell all that a gene needs.
            row = feature_lines.row(number, columns, where)
            for owner in owners(row) if row.stranded else ():
                key = owner, row.contig, row.strand
                if key not in into:
                    into[key] = _Part(row, [])
                into[key].spans.append((row.start, row.end))
    return found


def _lenient(number: int, columns: list[str], where: str) -> Row | None:
    """The fields of a line that need not make sense, such as a region's."""
    try:
        return feature_lines.row(number, columns, where)
    except errors.InputError:
        return None


def _gtf_names(attributes: str) -> tuple[str, str]:
    """The gene_id and transcript_id of a line; empty where it has none."""
    if attributes.count("gene_id") > 1 or attributes.count("transcript_id") > 1:
        # One may stand within a quoted value.
        pairs = feature_lines.gtf_attributes(attributes)
        return pairs.get("gene_id", ""), pairs.get("transcript_id", "")
    gene, transcript = (
        pattern.search(attributes) for pattern in (_GTF_GENE, _GTF_TRANSCRIPT)
    )
    return (
        (gene[1] or gene[2]) if gene else "",
        (transcript[1] or transcript[2]) if transcript else "",
    )


def _gtf_gene(gene: str, transcript: str, attributes: Mapping[str, str]) -> str:
    """The name that the transcripts of a gene share.

    UCSC's tables have no genes: written as GTF, the gene_id is the transcript's.
    """
    return (attributes.get("gene_name") or gene) if gene == transcript else gene


def _gff3_owners(attributes: str) -> list[str]:
    """The transcripts that a part belongs to; none if it names none."""
    if parent := _GFF3_PARENT.search(attributes):
        return parent[1].split(",")
    # rtracklayer keeps the attributes of GTF, and no chains.
    stated = feature_lines.gff3_attributes(attributes)
    if any(map(stated.get, _GENE_KEYS)) and stated.get("transcript_id"):
        return [stated["transcript_id"]]
    return []


def _gff3_gene(
    owner: str, attributes: Mapping[str, str], parents: Mapping[str, Row]
) -> Gene | None:
    """The gene that a part belongs to, if that can be told."""
    for key in _GENE_KEYS:
        if attributes.get(key):
            return Gene(attributes[key], attributes[key], attributes)
    visited: set[str] = set()
    name, known = owner, None
    while name in parents and name not in visited:
        visited.add(name)
        known = feature_lines.gff3_attributes(parents[name].attributes)
        parent = _GFF3_PARENT.search(parents[name].attributes)
        if parent is None:
            break
        name = parent[1].split(",")[0]
    if known is None:
        return None
    top = parents.get(name)
    if top is not None and (name != owner or "gene" in top.feature.lower()):
        return Gene(known.get("gene_id") or name, name, known)
    # No line for the gene: the transcript names it, or its parent does.
    own = {key: value for key, value in known.items() if key not in {"Name", "ID"}}
    stated = next((own[key] for key in (*_GENE_KEYS, "gene") if own.get(key)), None)
    return Gene(stated or name, name, own)
