"""Lists of variants as VCFs: in the order of the reference, on its contig names."""

import dataclasses
import sys
from collections.abc import Iterator

from twinsplice import errors
from twinsplice.io import fasta
from twinsplice.io.vcf import generated, sorting, variant_lists, vcf

NO_RECORD = "TwinSplice_no_record"
"""Key of the header lines of what a list names without a place on the reference."""
_LISTED = 1_000
"""Names without a place that have a header line of their own."""
_SHOWN = 60
"""Letters of a name that are shown in a warning."""


class OrderedSource(vcf.Source):
    """A list, sorted, with a header that declares the contigs of the reference.

    What has no place on the reference comes last. It cannot be a record of a VCF, and
    has a header line instead.
    """

    is_list = True

    def __init__(
        self, source: vcf.Source, reference: fasta.Reference, build: str | None
    ) -> None:
        """Read a list to its end.

        Args:
            source: The list, its names resolved.
            reference: The genome.
            build: Name of its build, if known.

        Raises:
            TwinSpliceError: The list cannot be read.
        """
        self._source, self._reference = source, reference
        self._rank = {name: number for number, name in enumerate(reference.contigs)}
        self._total = self._read = self._unplaced = self._bare = 0
        self._absent: list[vcf.Record] = []
        self._records = sorting.ordered(self._named(), self._key)
        contigs = reference.known_lengths
        lines = generated.reference_lines(contigs, reference.path.name, build)
        lines += self._absent_lines()
        first, *others, last = source.header_lines
        self.header_lines = (first, *lines, *others, last)

    def __iter__(self) -> Iterator[vcf.Record]:
        for record in self._records:
            self._read += 1
            yield record

    def is_writable(self, record: vcf.Record) -> bool:
        """Return whether a record names bases that the reference may have."""
        contigs = self._reference.contigs
        if record.contig not in contigs or record.position < 0:
            return False
        end = record.position + len(record.ref)
        return end <= contigs[record.contig] or self._reference.sliced(record.contig)

    @property
    def warning(self) -> str:
        """What is to be said of what has no place in a VCF; empty if there is none."""
        return "; ".join(filter(None, [self._of_places(), self._of_samples()]))

    def _of_samples(self) -> str:
        if not self._bare:
            return ""
        return (
            f"{self._bare:,} of the list are lines of a VCF with samples, which are "
            "left out: put the VCF's header back to keep them"
        )

    def _of_places(self) -> str:
        if not self._unplaced:
            return ""
        first = self._absent[0]
        count = "1 variant has"
        if self._unplaced > 1:
            count = f"{self._unplaced:,} variants have"
        return (
            f"{count} no place on the reference, so no record in the VCF; see "
            f"##{NO_RECORD}. The first: {first.name[:_SHOWN]!r}, {_reason(first)}"
        )

    def _absent_lines(self) -> Iterator[str]:
        """Yield a header line for each of the first names without a place."""
        for number, record in enumerate(self._absent, 1):
            text, reason = _quoted(record.name), _quoted(_reason(record))
            yield f"##{NO_RECORD}=<ID={number},Text={text},Reason={reason}>"
        if self._unplaced > len(self._absent):
            more = f"{self._unplaced - len(self._absent):,} more"
            yield f'##{NO_RECORD}=<ID=more,Text="{more}",Reason="not listed">'

    def fraction_read(self) -> float | None:
        """Return the fraction of the records that were passed on."""
        return self._read / max(self._total, 1)

    def close(self) -> None:
        """Close the list."""
        self._source.close()

    def _named(self) -> Iterator[vcf.Record]:
        """Yield the records on the reference's names, and keep those of no place."""
        for record in self._source:
            self._total += 1
            self._bare += record.note.startswith(variant_lists.NO_SAMPLES)
            contig = self._reference.resolve(record.contig) if record.contig else None
            if contig is not None and contig != record.contig:
                _, rest = record.text.split("\t", 1)
                record = dataclasses.replace(  # noqa: PLW2901
                    record, contig=contig, text=f"{contig}\t{rest}"
                )
            if not self.is_writable(record):
                self._unplaced += 1
                self._absent += [record] if len(self._absent) < _LISTED else []
            yield record

    def _key(self, record: vcf.Record) -> tuple[int, int]:
        if not self.is_writable(record):
            return sys.maxsize, 0
        return self._rank[record.contig], record.position


def _reason(record: vcf.Record) -> str:
    """Why a record has no place."""
    if record.note:
        return record.note
    return f"no such place: {record.contig}:{record.position + 1}"


def _quoted(text: str) -> str:
    """Text as a value of a header line."""
    plain = errors.printable(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{plain}"'
