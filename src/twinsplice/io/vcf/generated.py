"""Records that are made here, read like those of a file."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from twinsplice import errors
from twinsplice.genome import saturation
from twinsplice.io.vcf import vcf

_COLUMNS = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"


_CONTIG = re.compile(r"[^\s,<>\"=]+")
"""What a header line can name."""


def header(
    contigs: Mapping[str, int | None], reference: str, build: str | None = None
) -> tuple[str, ...]:
    """Return the header of a VCF on a reference.

    Args:
        contigs: As for `reference_lines`.
        reference: Likewise.
        build: Likewise.
    """
    lines = reference_lines(contigs, reference, build)
    return ("##fileformat=VCFv4.2", *lines, _COLUMNS)


def reference_lines(
    contigs: Mapping[str, int | None], reference: str, build: str | None = None
) -> list[str]:
    """Return the header lines of a reference and its contigs.

    Args:
        contigs: Lengths of the contigs (bp) in order, None where not known.
        reference: Name of the genome's file.
        build: Name of the genome's build, if known.
    """
    return [f"##reference={errors.printable(reference)}", *contig_lines(contigs, build)]


def contig_lines(
    contigs: Mapping[str, int | None], build: str | None = None
) -> Iterator[str]:
    """Yield the header lines of contigs that a header can name.

    Args:
        contigs: As for `reference_lines`.
        build: Likewise.
    """
    assembly = "" if build is None else f",assembly={build}"
    for contig, length in contigs.items():
        if _CONTIG.fullmatch(contig):
            known = "" if length is None else f",length={length}"
            yield f"##contig=<ID={contig}{known}{assembly}>"


class SiteSource(vcf.Source):
    """The variants of an interval as an open input."""

    def __init__(
        self,
        contig: str,
        sites: Iterable[saturation.Site],
        bounds: tuple[int, int],
        header_lines: Sequence[str],
    ) -> None:
        """Initialise a source.

        Args:
            contig: The contig.
            sites: The variants, sorted.
            bounds: First base of the interval (0-based) and the base after its last.
            header_lines: See `header`.
        """
        self.header_lines = tuple(header_lines)
        self._start, self._end = bounds
        self._position = self._start
        self._records = self._read(contig, sites)

    def __iter__(self) -> Iterator[vcf.Record]:
        return self._records

    def fraction_read(self) -> float | None:
        """Return the fraction of the interval that was read."""
        return (self._position - self._start) / max(self._end - self._start, 1)

    def close(self) -> None:
        """Do nothing; no file is open."""

    def _read(
        self, contig: str, sites: Iterable[saturation.Site]
    ) -> Iterator[vcf.Record]:
        first = len(self.header_lines) + 1
        for number, site in enumerate(sites, first):
            self._position = max(site.position, self._start)
            alts = ",".join(site.alts)
            text = f"{contig}\t{site.position + 1}\t.\t{site.ref}\t{alts}\t.\t.\t."
            yield vcf.Record(number, contig, site.position, site.ref, site.alts, text)
        self._position = self._end
