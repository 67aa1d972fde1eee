"""Many transcripts in a few arrays, found by accession, gene or place."""

import collections
import dataclasses
import functools
from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Bool, Int64

from twinsplice.genome import coordinates, transcripts, whole_numbers

NOT_CODING = -1
_RANK = {
    transcripts.Mane.SELECT: 0,
    transcripts.Mane.PLUS_CLINICAL: 1,
    transcripts.Mane.NONE: 2,
}


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class TranscriptSet:
    """Transcripts, one row each; see `transcripts.Transcript` for their parts.

    Attributes:
        names: Accessions with versions.
        genes: Symbols.
        gene_ids: Identifiers of genes.
        contigs: Contigs.
        minus: Whether each is read from the minus strand.
        coding_start: First base of the coding sequence, or `NOT_CODING`.
        coding_end: The base after its last, or `NOT_CODING`.
        mane: Their parts in MANE.
        partners: Accessions in the other MANE source.
        flagged: Whether the source says that genome and transcript differ by indels.
        exon_starts: First bases of all exons, row by row.
        exon_ends: The bases after their last.
        exon_first: Number of each row's first exon, and at the end of all exons.
    """

    names: Sequence[str]
    genes: Sequence[str]
    gene_ids: Sequence[str]
    contigs: Sequence[str]
    minus: Bool[np.ndarray, " rows"]
    coding_start: Int64[np.ndarray, " rows"]
    coding_end: Int64[np.ndarray, " rows"]
    mane: Sequence[transcripts.Mane]
    partners: Sequence[str]
    flagged: Bool[np.ndarray, " rows"]
    exon_starts: Int64[np.ndarray, " exons"]
    exon_ends: Int64[np.ndarray, " exons"]
    exon_first: Int64[np.ndarray, " rows_1"]

    def __len__(self) -> int:
        return len(self.names)

    def row(self, number: int) -> transcripts.Transcript:
        """Return one transcript."""
        exons = slice(int(self.exon_first[number]), int(self.exon_first[number + 1]))
        coding = int(self.coding_start[number]), int(self.coding_end[number])
        minus = bool(self.minus[number])
        return transcripts.Transcript(
            name=self.names[number],
            gene=self.genes[number],
            gene_id=self.gene_ids[number],
            contig=self.contigs[number],
            strand=coordinates.Strand.MINUS if minus else coordinates.Strand.PLUS,
            starts=self.exon_starts[exons],
            ends=self.exon_ends[exons],
            coding=None if coding[0] == NOT_CODING else coding,
            mane=self.mane[number],
            partner=self.partners[number],
            flagged=bool(self.flagged[number]),
        )

    def named(self, accession: str) -> list[transcripts.Transcript]:
        """Return the transcripts with an accession, with or without its version.

        A pair in the other MANE source counts as well. Without a version the newest
        comes first; of several places the one that was listed first.
        """
        stem, version = split_version(accession)
        rows = self._by_stem.get(stem, [])
        if version is not None:
            rows = [row for row in rows if accession in self._accessions(row)]
        else:
            rows = sorted(rows, key=lambda row: -self._version(row, stem))
        return [self.row(row) for row in rows]

    def of_gene(self, symbol: str) -> list[transcripts.Transcript]:
        """Return the transcripts of a gene, MANE's first, then the longest."""
        rows = self._by_gene.get(symbol) or self._by_gene.get(symbol.upper(), [])
        return [self.row(row) for row in self.preferred(rows)]

    def preferred(self, rows: Sequence[int]) -> list[int]:
        """Return rows in order of preference: MANE's first, then the longest coding."""
        return sorted(rows, key=self._preference.__getitem__)

    def over(self, contig: str, start: int, end: int) -> list[int]:
        """Return the rows that overlap an interval (0-based, half-open), by preference.

        An empty interval overlaps what holds the bases beside it.
        """
        if start == end:
            start, end = start - 1, end + 1
        rows = self._by_contig.get(coordinates.canonical_contig(contig))
        if rows is None:
            return []
        touching = (self.start[rows] < end) & (start < self.end[rows])
        return self.preferred(rows[touching].tolist())

    @functools.cached_property
    def start(self) -> Int64[np.ndarray, " rows"]:
        """First transcribed base of each."""
        start: Int64[np.ndarray, " rows"] = self.exon_starts[self.exon_first[:-1]]
        return start

    @functools.cached_property
    def end(self) -> Int64[np.ndarray, " rows"]:
        """The base after the last transcribed one of each."""
        end: Int64[np.ndarray, " rows"] = self.exon_ends[self.exon_first[1:] - 1]
        return end

    def _accessions(self, row: int) -> tuple[str, str]:
        return self.names[row], self.partners[row]

    def _version(self, row: int, stem: str) -> int:
        """The version by which a row is known under a stem."""
        for accession in self._accessions(row):
            own, version = split_version(accession)
            if own == stem:
                return whole_numbers.parse(version or "")
        return -1

    @functools.cached_property
    def _by_stem(self) -> Mapping[str, list[int]]:
        found: dict[str, list[int]] = collections.defaultdict(list)
        # Names first: a partner is the second choice.
        for accessions in (self.names, self.partners):
            for row, accession in enumerate(accessions):
                if accession:
                    found[split_version(accession)[0]].append(row)
        return found

    @functools.cached_property
    def _by_gene(self) -> Mapping[str, list[int]]:
        found: dict[str, list[int]] = collections.defaultdict(list)
        for row, symbol in enumerate(self.genes):
            found[symbol].append(row)
        for symbol in [symbol for symbol in found if symbol != symbol.upper()]:
            found.setdefault(symbol.upper(), found[symbol])
        return dict(found)

    @functools.cached_property
    def _by_contig(self) -> Mapping[str, Int64[np.ndarray, " rows"]]:
        canonical = {
            contig: coordinates.canonical_contig(contig) for contig in set(self.contigs)
        }
        number = {name: i for i, name in enumerate(dict.fromkeys(canonical.values()))}
        of_contig = {contig: number[name] for contig, name in canonical.items()}
        numbers = np.array([of_contig[contig] for contig in self.contigs])
        return {name: np.flatnonzero(numbers == i) for name, i in number.items()}

    @functools.cached_property
    def _preference(self) -> list[int]:
        """What each row is sorted by: its place among all."""
        ranks = np.array([_RANK[mane] for mane in self.mane], dtype=np.int64)
        # Bases of all exons before each row's first, so that no row is a loop.
        before = np.append(0, np.cumsum(self.exon_ends - self.exon_starts))
        length = np.diff(before[self.exon_first])
        coding = self.coding_end - self.coding_start
        place = np.empty(len(self), dtype=np.int64)
        place[np.lexsort((-length, -coding, ranks))] = np.arange(len(self))
        return place.tolist()


def split_version(accession: str) -> tuple[str, str | None]:
    """Return an accession without its version, and the version if it has one."""
    stem, dot, version = accession.rpartition(".")
    return (stem, version) if dot and version.isdecimal() else (accession, None)


def of(rows: Sequence[transcripts.Transcript]) -> TranscriptSet:
    """Return a set of transcripts, in their order."""
    none = np.zeros(0, dtype=np.int64)
    coding = [row.coding or (NOT_CODING, NOT_CODING) for row in rows]
    bounds = np.array(coding, dtype=np.int64).reshape(-1, 2)
    return TranscriptSet(
        names=[row.name for row in rows],
        genes=[row.gene for row in rows],
        gene_ids=[row.gene_id for row in rows],
        contigs=[row.contig for row in rows],
        minus=np.array([row.minus for row in rows], dtype=bool),
        coding_start=bounds[:, 0],
        coding_end=bounds[:, 1],
        mane=[row.mane for row in rows],
        partners=[row.partner for row in rows],
        flagged=np.array([row.flagged for row in rows], dtype=bool),
        exon_starts=np.concatenate([none, *(row.starts for row in rows)]),
        exon_ends=np.concatenate([none, *(row.ends for row in rows)]),
        exon_first=np.cumsum([0, *(len(row.starts) for row in rows)]),
    )
