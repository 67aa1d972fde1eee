"""Lists of variants as VCFs: in the order of the reference, on its contig names."""

import dataclasses
import sys
from collections.abc import Iterator

from twinsplice.io import fasta
from twinsplice.io.vcf import generated, sorting, vcf

_NO_PLACE = "."


class OrderedSource(vcf.Source):
    """A list, sorted, with a header that declares the contigs of the reference.

    Variants on contigs that the reference lacks come behind, then what has no place.
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
        self._total = self._read = self._unplaced = 0
        self._records = sorting.ordered(self._named(), self._key)
        contigs = reference.known_lengths
        lines = generated.reference_lines(contigs, reference.path.name, build)
        further = [name for name in self._rank if name not in contigs]
        further += [_NO_PLACE] if self._unplaced else []
        lines += generated.contig_lines(dict.fromkeys(further))
        first, *others, last = source.header_lines
        self.header_lines = (first, *lines, *others, last)

    def __iter__(self) -> Iterator[vcf.Record]:
        for record in self._records:
            self._read += 1
            yield record

    def fraction_read(self) -> float | None:
        """Return the fraction of the records that were passed on."""
        return self._read / max(self._total, 1)

    def close(self) -> None:
        """Close the list."""
        self._source.close()

    def _named(self) -> Iterator[vcf.Record]:
        """Yield the records on the reference's names, and number the others."""
        for record in self._source:
            self._total += 1
            contig = self._reference.resolve(record.contig) if record.contig else None
            if contig is not None and contig != record.contig:
                _, rest = record.text.split("\t", 1)
                named = dataclasses.replace(record, contig=contig)
                yield dataclasses.replace(named, text=f"{contig}\t{rest}")
                continue
            if record.contig:
                self._rank.setdefault(record.contig, len(self._rank))
            else:
                self._unplaced += 1
            yield record

    def _key(self, record: vcf.Record) -> tuple[int, int]:
        return self._rank.get(record.contig, sys.maxsize), record.position
