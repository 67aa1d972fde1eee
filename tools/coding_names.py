"""HGVS coding-sequence names of variants, by projection onto a transcript.

Positions are counted as HGVS has it: from the A of the start codon, `-` before it,
`*` after the stop codon, and from the nearer exon's last or first base in an intron
(the middle one of an odd intron from the exon before it). What can lie at several
places is named at the 3'-most one of the transcript's direction.
"""

import dataclasses
import gzip
import pathlib
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Self

from twinsplice.genome import coordinates, dna

Fetch = Callable[[int, int], str]
"""Returns bases `start` to `end` (0-based, half-open) of the plus strand."""

_ATTRIBUTE = re.compile(r'(\w+) "([^"]*)"')
_CODING = frozenset({"CDS", "start_codon", "stop_codon"})


@dataclasses.dataclass(frozen=True, kw_only=True)
class Transcript:
    """Exons and coding sequence of a transcript.

    Attributes:
        accession: RefSeq accession with its version.
        gene: Gene symbol.
        contig: Contig without `chr`.
        strand: Strand it is read from.
        exons: Intervals on the contig (0-based, half-open), ascending.
        coding: First base of the start codon to last of the stop codon, on the
            contig (0-based, half-open).
    """

    accession: str
    gene: str
    contig: str
    strand: coordinates.Strand
    exons: tuple[tuple[int, int], ...]
    coding: tuple[int, int]

    @property
    def minus(self) -> bool:
        """Whether it is read from the minus strand."""
        return self.strand is coordinates.Strand.MINUS

    def label(self, base: int) -> str:
        """Return the HGVS number of a base (0-based on the contig)."""
        exon = min(self.exons, key=lambda span: self._beyond(span, base))
        low, high = exon
        if low <= base < high:
            return self._numbered(base)
        upstream = self._before(exon, base)
        edge = low if base < low else high - 1
        return f"{self._numbered(edge)}{'-' if upstream else '+'}{abs(base - edge)}"

    def exon_number(self, base: int) -> int | None:
        """Return which exon a base lies in, in the transcript's direction, from 1."""
        for number, (low, high) in enumerate(self.exons[:: -1 if self.minus else 1], 1):
            if low <= base < high:
                return number
        return None

    def _beyond(self, exon: tuple[int, int], base: int) -> tuple[int, bool]:
        low, high = exon
        distance = max(low - base, base - high + 1, 0)
        # At equal distance the exon before the base comes first.
        return distance, self._before(exon, base)

    def _before(self, exon: tuple[int, int], base: int) -> bool:
        """Whether a base outside an exon comes before it in the transcript."""
        return (base < exon[0]) is not self.minus

    def _numbered(self, base: int) -> str:
        first, last = self.coding[0], self.coding[1] - 1
        if self.minus:
            first, last = last, first
        place, begin, end = map(self._spliced, (base, first, last))
        if place < begin:
            return str(place - begin)
        return f"*{place - end}" if place > end else str(place - begin + 1)

    def _spliced(self, base: int) -> int:
        """Return how many exon bases come before an exon's base."""
        if self.minus:
            return sum(max(high - max(low, base + 1), 0) for low, high in self.exons)
        return sum(max(min(high, base) - low, 0) for low, high in self.exons)

    def line(self) -> str:
        """Return it as a line of a table (0-based, half-open)."""
        starts, ends = (
            ",".join(map(str, each)) for each in zip(*self.exons, strict=True)
        )
        names = (self.accession, self.gene, self.contig, self.strand.value)
        return "\t".join((*names, *map(str, self.coding), starts, ends))

    @classmethod
    def of_line(cls, line: str) -> Self:
        """Return the transcript of a line of a table."""
        accession, gene, contig, strand, first, last, starts, ends = line.split("\t")
        spans = zip(*(map(int, x.split(",")) for x in (starts, ends)), strict=True)
        return cls(
            accession=accession,
            gene=gene,
            contig=contig,
            strand=coordinates.Strand(strand),
            exons=tuple(spans),
            coding=(int(first), int(last)),
        )


def read_gtf(path: pathlib.Path, accessions: Collection[str]) -> dict[str, Transcript]:
    """Read transcripts out of a gzipped GTF.

    Raises:
        KeyError: One of them is not there.
    """
    rows: dict[str, list[tuple[str, int, int]]] = {name: [] for name in accessions}
    metadata: dict[str, dict[str, str]] = {}
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("#"):
                continue
            contig, _, feature, start, end, _, strand, _, text = line.split("\t")
            attributes = dict(_ATTRIBUTE.findall(text))
            name = attributes.get("transcript_id", "")
            if name in rows:
                rows[name].append((feature, int(start) - 1, int(end)))
                metadata[name] = attributes | {"contig": contig, "strand": strand}
    return {name: _transcript(name, metadata[name], rows[name]) for name in accessions}


def _transcript(
    name: str, metadata: Mapping[str, str], rows: Iterable[tuple[str, int, int]]
) -> Transcript:
    exons = sorted((low, high) for kind, low, high in rows if kind == "exon")
    coding = [(low, high) for kind, low, high in rows if kind in _CODING]
    return Transcript(
        accession=name,
        gene=metadata["gene_name"],
        contig=coordinates.canonical_contig(metadata["contig"]),
        strand=coordinates.Strand(metadata["strand"]),
        exons=tuple(exons),
        coding=(min(low for low, _ in coding), max(high for _, high in coding)),
    )


def name(
    transcript: Transcript, position: int, ref: str, alt: str, fetch: Fetch
) -> str:
    """Return the name of a variant, `ACCESSION:c.CHANGE`.

    Args:
        transcript: What to count on.
        position: First base of REF (0-based).
        ref: Reference allele as a VCF has it.
        alt: Alternate allele as a VCF has it; letters only.
        fetch: The reference's bases.
    """
    start, ref, alt = trimmed(position, ref, alt)
    if not (ref and alt):
        start, ref, alt = _shifted(transcript, start, ref, alt, fetch)
    end = start + len(ref)
    if not ref:
        change = _inserted(transcript, start, alt, fetch)
    elif not alt:
        change = f"{_span(transcript, start, end)}del"
    elif len(ref) == len(alt) == 1:
        bases = f"{_read(transcript, ref)}>{_read(transcript, alt)}"
        change = f"{transcript.label(start)}{bases}"
    else:
        change = f"{_span(transcript, start, end)}delins{_read(transcript, alt)}"
    return f"{transcript.accession}:c.{change}"


def trimmed(position: int, ref: str, alt: str) -> tuple[int, str, str]:
    """Return an edit without the bases that both alleles begin or end with."""
    while ref and alt and ref[-1] == alt[-1]:
        ref, alt = ref[:-1], alt[:-1]
    while ref and alt and ref[0] == alt[0]:
        position, ref, alt = position + 1, ref[1:], alt[1:]
    return position, ref, alt


def _shifted(
    transcript: Transcript, start: int, ref: str, alt: str, fetch: Fetch
) -> tuple[int, str, str]:
    """Move an insertion or deletion as far 3' in the transcript as it can lie."""
    moved = ref or alt
    while True:
        end = start + len(ref)
        if transcript.minus:
            passed = fetch(start - 1, start)
            if passed != moved[-1]:
                break
            start, moved = start - 1, passed + moved[:-1]
        else:
            passed = fetch(end, end + 1)
            if passed != moved[0]:
                break
            start, moved = start + 1, moved[1:] + passed
    return start, moved if ref else "", moved if alt else ""


def _inserted(transcript: Transcript, start: int, alt: str, fetch: Fetch) -> str:
    """Return the change that bases inserted before a base are."""
    before = (
        (start, start + len(alt)) if transcript.minus else (start - len(alt), start)
    )
    if fetch(*before) == alt:
        return f"{_span(transcript, *before)}dup"
    return f"{_span(transcript, start - 1, start + 1)}ins{_read(transcript, alt)}"


def _span(transcript: Transcript, start: int, end: int) -> str:
    labels = list(dict.fromkeys(map(transcript.label, (start, end - 1))))
    return "_".join(reversed(labels) if transcript.minus else labels)


def _read(transcript: Transcript, bases: str) -> str:
    """Return plus-strand bases as the transcript has them."""
    if not transcript.minus:
        return bases
    return dna.decode(dna.reverse_complement(dna.encode(bases)))
