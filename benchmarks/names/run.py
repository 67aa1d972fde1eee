"""Draw names of variants, and resolve them beside a projector of its own.

    python -m benchmarks.names.run --reference FASTA [--reference FASTA] [--names 1000]

Run from the repository's root. What is found is printed; with --keep it is put into
README.md, too.
"""

import argparse
import bisect
import collections
import dataclasses
import pathlib
import random
from collections.abc import Iterator, Sequence

from benchmarks import pages

from twinsplice.genome import (
    builds,
    genes,
    hgvs_naming,
    transcripts,
    variants,
)
from twinsplice.io import fasta
from twinsplice.io.annotation import transcript_sources
from twinsplice.io.vcf import vcf
from twinsplice.scoring.naming import variant_names

PAGE = pathlib.Path(__file__).with_name("README.md")
KINDS = (">", "del", "dup", "ins", "delins", "inv")
PLACES = ("exon", "edge", "intron", "utr")
_ROOM, _LONGEST, _EDGE = 60, 8, 3


@dataclasses.dataclass(frozen=True)
class Drawn:
    """A name, and what it should make of the genome.

    Attributes:
        text: The name.
        kind: What is done.
        place: Where.
        start: First base of the sequences below (0-based, plus strand).
        before: The reference there.
        after: The sequence after the change, on the plus strand.
        on: The transcript.
    """

    text: str
    kind: str
    place: str
    start: int
    before: str
    after: str
    on: transcripts.Transcript


class Counted:
    """The bases of a transcript, one by one, as HGVS counts them."""

    def __init__(self, on: transcripts.Transcript) -> None:
        """List the bases of the exons, in the order in which they are read."""
        spans = zip(on.starts.tolist(), on.ends.tolist(), strict=True)
        self.bases = [base for start, end in spans for base in range(start, end)]
        assert on.coding is not None
        first, last = on.coding[0], on.coding[1] - 1
        if on.minus:
            self.bases.reverse()
            first, last = last, first
        self.step = -1 if on.minus else 1
        self._index = {base: number for number, base in enumerate(self.bases)}
        self.first, self.last = self._index[first], self._index[last]
        self._sorted = sorted(self.bases)

    def edges(self) -> list[int]:
        """Return the last bases of exons that an intron follows."""
        pairs = zip(self.bases, self.bases[1:], strict=False)
        return [left for left, right in pairs if abs(right - left) > 1]

    def label(self, base: int) -> str:
        """Return how a base is counted."""
        if base in self._index:
            return self._of_exon(self._index[base])
        number = bisect.bisect(self._sorted, base)
        left, right = self._sorted[number - 1], self._sorted[number]
        if self.step < 0:
            left, right = right, left
        back, ahead = abs(base - left), abs(right - base)
        if back <= ahead:
            return f"{self._of_exon(self._index[left])}+{back}"
        return f"{self._of_exon(self._index[right])}-{ahead}"

    def _of_exon(self, number: int) -> str:
        if number > self.last:
            return f"*{number - self.last}"
        return str(number - self.first + (number >= self.first))


def main() -> None:
    """Draw, resolve, and print what is found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--reference", type=pathlib.Path, action="append", required=True
    )
    parser.add_argument("--names", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    rows = ["| reference | names | strands +, - | wrong |", "|---|---|---|---|"]
    rows += [_row(path, options.names, options.seed) for path in options.reference]
    print("\n".join(rows))
    if options.keep:
        pages.write("names", {PAGE: "\n".join(rows)})


def _row(path: pathlib.Path, names: int, seed: int) -> str:
    """Return the row of a reference, and print what is wrong on it."""
    with fasta.Reference.open(path) as reference:
        build = builds.of_lengths(reference.contigs) or builds.named(path.name[:6])
        if build is None:
            raise SystemExit(f"of which build is {path}?")
        none = genes.GeneIndex([])
        resolver = variant_names.Resolver(reference, none, annotation=build.value)
        minus = collections.Counter[bool]()
        wrong = 0
        members = list(_covered(resolver))
        for name in drawn(members, resolver, names, random.Random(seed)):
            minus[name.on.minus] += 1
            if reason := mistake(name, resolver):
                wrong += 1
                print(f"{name.text}: {reason}")
    total, strands = sum(minus.values()), f"{minus[False]:,}, {minus[True]:,}"
    return f"| {build.label} | {total:,} | {strands} | {wrong} |"


def mistake(name: Drawn, resolver: variant_names.Resolver) -> str:
    """Return what is wrong with what a name leads to; nothing if it is right."""
    record = _resolved(name.text, resolver)
    if record.refusal is not None or not record.alts:
        return f"refused: {record.note}"
    start, end = (
        record.position - name.start,
        record.position - name.start + len(record.ref),
    )
    if name.before[start:end] != record.ref:
        return f"REF {record.ref} is not there"
    if name.before[:start] + record.alts[0] + name.before[end:] != name.after:
        return f"another sequence: {record.text}"
    fetch = resolver.fetcher(record.contig)
    variant = variants.Variant(
        record.contig, record.position, record.ref, record.alts[0]
    )
    canonical = hgvs_naming.on_transcript(variant, name.on, fetch)
    again = _resolved(str(canonical), resolver)
    same = (again.position, again.ref, again.alts)
    if same != (record.position, record.ref, record.alts):
        return f"{canonical} is another allele"
    return ""


def _resolved(text: str, resolver: variant_names.Resolver) -> vcf.Record:
    (record,) = variant_names.NamedSource(vcf.ListSource([text], "drawn"), resolver)
    return record


def drawn(
    members: Sequence[transcripts.Transcript],
    resolver: variant_names.Resolver,
    names: int,
    chance: random.Random,
) -> Iterator[Drawn]:
    """Yield names on some transcripts, as many of each kind and place."""
    cases = [(kind, place) for kind in KINDS for place in PLACES]
    number = 0
    while number < names:
        on = chance.choice(members)
        kind, place = cases[number % len(cases)]
        if made := _one(on, kind, place, resolver, chance):
            number += 1
            yield made


def _covered(resolver: variant_names.Resolver) -> Iterator[transcripts.Transcript]:
    """Yield MANE's coding transcripts that the reference holds."""
    assert resolver.build is not None
    table = transcript_sources.shipped(resolver.build).transcripts
    reference = resolver.reference
    for number, mane in enumerate(table.mane):
        on = table.row(number)
        # Of X and Y alike, the first is meant.
        if mane is not transcripts.Mane.SELECT or len(table.named(on.name)) > 1:
            continue
        contig = reference.resolve(on.contig)
        span = on.span.start - _ROOM, on.span.end + _ROOM
        held = contig is not None and reference.holds(contig, *span)
        if held and on.coding and not on.inexact:
            yield on


def _one(
    on: transcripts.Transcript,
    kind: str,
    place: str,
    resolver: variant_names.Resolver,
    chance: random.Random,
) -> Drawn | None:
    """Return a name of a kind at a place; nothing if the transcript lacks such one."""
    counted = Counted(on)
    first = _base(counted, place, chance)
    if first is None:
        return None
    width = 2 if kind == "ins" else 1 if kind == ">" else chance.randint(1, _LONGEST)
    width = max(width, 2) if kind == "inv" else width
    last = first + counted.step * (width - 1)
    low, high = min(first, last), max(first, last)
    if not on.span.start <= low <= high < on.span.end:
        return None
    contig = resolver.reference.resolve(on.contig)
    assert contig is not None
    start = low - _ROOM
    before = resolver.reference.concrete(contig, start, high + _ROOM)
    old = _read(before[low - start : high + 1 - start], on)
    made = _change(kind, old, chance)
    if made is None or "N" in before:
        return None
    new, suffix = made
    ends = counted.label(first), counted.label(last)
    where = ends[0] if width == 1 else "_".join(ends)
    after = before[: low - start] + _read(new, on) + before[high + 1 - start :]
    text = f"{on.name}:c.{where}{suffix}"
    return Drawn(text, kind, place, start, before, after, on)


def _base(counted: Counted, place: str, chance: random.Random) -> int | None:
    """Return the first base of a change, in the order in which it is read."""
    edges = counted.edges()
    if place == "exon":
        return counted.bases[chance.randint(counted.first, counted.last)]
    if place == "utr":
        outside = [*range(counted.first), *range(counted.last + 1, len(counted.bases))]
        return counted.bases[chance.choice(outside)] if outside else None
    if not edges:
        return None
    edge = chance.choice(edges)
    following = counted.bases[counted.bases.index(edge) + 1]
    if place == "edge":
        near = chance.choice((edge, following))
        return near + counted.step * chance.randint(-_EDGE, _EDGE)
    return chance.randrange(min(edge, following) + 1, max(edge, following))


def _change(kind: str, old: str, chance: random.Random) -> tuple[str, str] | None:
    """Return the bases after a change, and the end of its name."""
    several = "".join(chance.choices("ACGT", k=chance.randint(1, _LONGEST)))
    stated = old if chance.random() < 0.5 else ""
    match kind:
        case ">":
            other = chance.choice("ACGT".replace(old, ""))
            return other, f"{old}>{other}"
        case "del":
            return "", f"del{stated}"
        case "dup":
            return old + old, f"dup{stated}"
        case "ins":
            return old[0] + several + old[1], f"ins{several}"
        case "inv":
            new = _complement(old)
            return (new, "inv") if new != old else None
        case _:
            return (several, f"del{stated}ins{several}") if several != old else None


def _read(bases: str, on: transcripts.Transcript) -> str:
    return _complement(bases) if on.minus else bases


def _complement(bases: str) -> str:
    return bases[::-1].translate(str.maketrans("ACGT", "TGCA"))


if __name__ == "__main__":
    main()
