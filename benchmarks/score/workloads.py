"""Seeded VCFs on chromosome 20, every variant inside a gene of SpliceAI's table.

`clustered`: stretches of 5 kb with 10 variants a kilobase, as a gene panel or a
saturation study has. `isolated`: at least 50 kb between variants, so that no two share
any reference sequence. `scattered`: evenly over all genes. Eight of ten are
substitutions, the rest insertions and deletions of 1 to 8 bases with their anchor base.
"""

import dataclasses
import pathlib
import random
from collections.abc import Iterable, Iterator

from twinsplice.genome import coordinates

CONTIG = "20"
SEED = 20
STRETCH = 5_000
PER_KILOBASE = 10
SPACING = 50_000
LONGEST_INDEL = 8

_EDGE = 6_000  # bases that must be known on either side of a variant (bp)


@dataclasses.dataclass(frozen=True, slots=True)
class Record:
    """One VCF record: POS (1-based), REF and ALT."""

    position: int
    ref: str
    alt: str


def read_genes(table: pathlib.Path) -> list[coordinates.Interval]:
    """Return chromosome 20's transcripts in SpliceAI's table, merged and sorted."""
    spans: list[coordinates.Interval] = []
    for line in table.read_text(encoding="ascii").splitlines()[1:]:
        contig, _, start, end = line.split("\t")[1:5]
        if coordinates.canonical_contig(contig) == CONTIG:
            spans.append(coordinates.Interval(CONTIG, int(start), int(end)))
    return list(_merged(sorted(spans)))


def read_contig(reference: pathlib.Path) -> str:
    """Return chromosome 20 of a plain FASTA file, upper case.

    Raises:
        ValueError: The file has no chromosome 20.
    """
    parts: list[str] = []
    inside = False
    with reference.open(encoding="ascii") as stream:
        for line in stream:
            if line.startswith(">"):
                name = line[1:].split(maxsplit=1)[0]
                inside = coordinates.canonical_contig(name) == CONTIG
            elif inside:
                parts.append(line.strip())
    if not parts:
        raise ValueError(f"the reference must hold chromosome 20; {reference.name}")
    return "".join(parts).upper()


def clustered(
    genes: Iterable[coordinates.Interval], contig: str, count: int
) -> list[Record]:
    """Return `count` variants in stretches of 5 kb, 10 a kilobase."""
    draw = random.Random(SEED)
    records: list[Record] = []
    per_stretch = STRETCH * PER_KILOBASE // 1_000
    for start in _stretches(genes, contig):
        size = min(per_stretch, count - len(records))
        # A full stretch's density, also where only a part of it is wanted.
        width = size * 1_000 // PER_KILOBASE
        positions = sorted(draw.sample(range(start, start + width), size))
        records += [_record(draw, contig, position) for position in positions]
        if len(records) == count:
            return records
    raise ValueError(f"chromosome 20 has room for {len(records)} of {count} variants")


def isolated(
    genes: Iterable[coordinates.Interval], contig: str, count: int
) -> list[Record]:
    """Return `count` variants in genes, at least 50 kb apart."""
    draw = random.Random(SEED)
    records: list[Record] = []
    earliest = _EDGE
    for gene in genes:
        start = max(gene.start, earliest)
        while start < gene.end and len(records) < count:
            position = draw.randrange(start, gene.end)
            if _plain(contig, position):
                records.append(_record(draw, contig, position))
            start = earliest = position + SPACING
    if len(records) < count:
        raise ValueError(f"chromosome 20 has room for {len(records)} of {count}")
    return records


def scattered(
    genes: Iterable[coordinates.Interval], contig: str, count: int
) -> list[Record]:
    """Return `count` variants in genes, spread evenly over all of them."""
    draw = random.Random(SEED)
    spans = [gene for gene in genes if gene.start > _EDGE]
    bases = sum(span.width for span in spans)
    records: list[Record] = []
    step, passed, target = bases / count, 0, 0.0
    for span in spans:
        while target < passed + span.width:
            position = span.start + int(target) - passed
            if contig[position - 20 : position + 20].strip("ACGT") == "":
                records.append(_record(draw, contig, position))
            target += step
        passed += span.width
    return records


def write(path: pathlib.Path, records: Iterable[Record]) -> None:
    """Write records as a VCF."""
    lines = [
        "##fileformat=VCFv4.2",
        "##contig=<ID=20,length=63025520>",
        "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO",
        *(
            f"{CONTIG}\t{record.position}\t.\t{record.ref}\t{record.alt}\t.\t.\t."
            for record in records
        ),
    ]
    path.write_text("\n".join(lines) + "\n", encoding="ascii")


def _merged(spans: Iterable[coordinates.Interval]) -> Iterator[coordinates.Interval]:
    previous: coordinates.Interval | None = None
    for span in spans:
        if previous and span.start <= previous.end:
            previous = coordinates.Interval(
                CONTIG, previous.start, max(previous.end, span.end)
            )
            continue
        if previous:
            yield previous
        previous = span
    if previous:
        yield previous


def _stretches(genes: Iterable[coordinates.Interval], contig: str) -> Iterator[int]:
    for gene in genes:
        for start in range(gene.start + 1, gene.end - STRETCH, STRETCH):
            inside = start > _EDGE and start < len(contig) - STRETCH - _EDGE
            if inside and _plain(contig, start) and _plain(contig, start + STRETCH):
                yield start


def _plain(contig: str, position: int) -> bool:
    window = contig[position - _EDGE : position + _EDGE]
    return len(window) == 2 * _EDGE and "N" not in window


def _record(draw: random.Random, contig: str, position: int) -> Record:
    """Draw an allele at a base (0-based), which becomes POS or the anchor base."""
    base = contig[position]
    kind = draw.random()
    if kind < 0.8:
        alt = draw.choice([letter for letter in "ACGT" if letter != base])
        return Record(position + 1, base, alt)
    size = draw.randint(1, LONGEST_INDEL)
    if kind < 0.9:
        return Record(position + 1, base, base + "".join(draw.choices("ACGT", k=size)))
    return Record(position + 1, contig[position : position + size + 1], base)
