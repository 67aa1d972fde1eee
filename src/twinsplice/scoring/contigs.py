"""The reference's contigs by number, for look-ups of whole batches."""

import functools
from collections.abc import Iterator, Sequence

import numpy as np
from jaxtyping import Bool, Int64

from twinsplice.genome import builds
from twinsplice.io import fasta
from twinsplice.io.vcf import vcf

Integers = Int64[np.ndarray, " rows"]
MISSING = -1
"""Number of a contig that the reference does not have."""


class Contigs:
    """The contigs of a reference.

    Attributes:
        reference: The genome.
        names: Their names in the reference, by number.
        length: Their lengths (bp).
    """

    def __init__(self, reference: fasta.Reference) -> None:
        """Number the contigs of a reference."""
        self.reference = reference
        self.names = list(reference.contigs)
        self.length = np.array(list(reference.contigs.values()), dtype=np.int64)
        self._numbers = {name: number for number, name in enumerate(self.names)}

    @functools.cached_property
    def sliced(self) -> Bool[np.ndarray, " contigs"]:
        """Whether only slices of a contig are known, so that its end is not."""
        return np.array([self.reference.sliced(name) for name in self.names])

    @functools.cached_property
    def _build(self) -> builds.Build | None:
        return builds.of_lengths(self.reference.contigs)

    def _number(self, name: str) -> int:
        """Return the number of a contig, or `MISSING`.

        An accession of another build's chromosome is not the one of the same number.
        """
        own = self.reference.resolve(name) or ""
        if own != name and self._build and builds.own_version(self._build, name):
            return MISSING
        return self._numbers.get(own, MISSING)

    def of_records(self, records: Sequence[vcf.Record]) -> Integers:
        """Return the number of each record's contig, or `MISSING`."""
        numbers_by_name: dict[str, int] = {}
        for record in records:
            if record.contig not in numbers_by_name:
                numbers_by_name[record.contig] = self._number(record.contig)
        numbers = [numbers_by_name[record.contig] for record in records]
        return np.array(numbers, dtype=np.int64)

    def holds(
        self, contig: Integers, start: Integers, end: Integers
    ) -> Bool[np.ndarray, " rows"]:
        """Return whether the reference has every base of each interval.

        Args:
            contig: Numbers of contigs.
            start: First bases (0-based); may be negative.
            end: The bases after the last; may lie beyond the contig.
        """
        holds = np.ones(len(contig), dtype=bool)
        for number, rows in by_value(contig):
            name = self.names[number]
            holds[rows] = self.reference.holds_all(name, start[rows], end[rows])
        return holds


def by_value(values: Integers) -> Iterator[tuple[int, Integers]]:
    """Yield each distinct value with its rows."""
    if len(values) and (values == values[0]).all():
        yield int(values[0]), np.arange(len(values))
        return
    for value in np.unique(values).tolist():
        yield value, np.flatnonzero(values == value)
