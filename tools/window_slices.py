"""Turn exon windows into slices of the genome, to score variants in and around them.

python -m tools.window_slices exon_windows.GRCh38.fa.gz more.fa -o slices.GRCh38.fa

A window's record is named `chr1:START-END(STRAND) exon=FIRST-LAST`: the transcript's
place (0-based, half-open), and the exon's first and last base within it (from 0), in
the direction of transcription. Its sequence is that exon with equally many bases either
side, N outside the transcript. Records of other files are contigs or slices as they
are; what overlaps is joined.
"""

import argparse
import pathlib
import re
from collections.abc import Iterable, Iterator

import pysam
from tools import slices

from twinsplice.genome import coordinates, dna

_WINDOW = re.compile(r"(\w+):(\d+)-(\d+)\(([+-])\)")
_EXON = re.compile(r"exon=(\d+)-(\d+)")


def windows(path: pathlib.Path) -> Iterator[slices.Stretch]:
    """Read exon windows as stretches of the plus strand, without what is unknown."""
    with pysam.FastxFile(str(path)) as records:
        for record in records:
            place = _WINDOW.fullmatch(record.name or "")
            exon = _EXON.search(record.comment or "")
            if place is not None and exon is not None and record.sequence:
                yield _window(place.groups(), exon.groups(), record.sequence.upper())


def _window(
    place: tuple[str, ...], exon: tuple[str, ...], sequence: str
) -> slices.Stretch:
    contig, start, end, strand = place
    first, last = int(exon[0]), int(exon[1])
    flank = (len(sequence) - (last + 1 - first)) // 2
    begin = first - flank + (len(sequence) - len(sequence.lstrip("N")))
    known = sequence.strip("N")
    at = int(start) + begin
    if strand == "-":
        at = int(end) - begin - len(known)
        known = dna.decode(dna.reverse_complement(dna.encode(known)))
    name = coordinates.canonical_contig(contig)
    return slices.Stretch(coordinates.Interval(name, at, at + len(known)), known)


def joined(pieces: Iterable[slices.Stretch]) -> list[slices.Stretch]:
    """Return stretches with those that overlap made one."""
    pieces = sorted(pieces, key=lambda piece: piece.interval)
    made: list[slices.Stretch] = []
    for piece in pieces:
        last = made[-1] if made else None
        place = piece.interval
        if (
            last is None
            or last.interval.contig != place.contig
            or last.interval.end < place.start
        ):
            made.append(piece)
            continue
        sequence = last.sequence + piece.bases(last.interval.end, place.end)
        start = last.interval.start
        span = coordinates.Interval(place.contig, start, start + len(sequence))
        made[-1] = slices.Stretch(span, sequence)
    return made


def main() -> None:
    """Read the command line and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("windows", type=pathlib.Path)
    parser.add_argument("others", type=pathlib.Path, nargs="*")
    parser.add_argument("-o", "--output", type=pathlib.Path, required=True)
    given = parser.parse_args()
    pieces = [*windows(given.windows)]
    for other in given.others:
        pieces += slices.stretches(other)
    given.output.write_text(slices.fasta(joined(pieces)), encoding="ascii")


if __name__ == "__main__":
    main()
