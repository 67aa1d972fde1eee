"""Large inputs, made of random bases: each as large in one way as any that is met.

A genome comes with the genes on it. Positions are in order, and REF is what the genome
has, so that records are scored where they lie in genes.
"""

import dataclasses
import pathlib
import random
from collections.abc import Callable, Iterator

import numpy as np

GENE, GAP = 20_000, 5_000
"""Bases of a gene, and between two."""
CONTIG = "1"
TITLE = "\t".join(["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO"])
_LINE = 60
_LETTERS = np.frombuffer(b"ACGT", dtype=np.uint8)
_PART = 1 << 24


@dataclasses.dataclass(frozen=True, kw_only=True)
class Input:
    """What a run is given.

    Attributes:
        records: VCF or list.
        reference: FASTA.
        annotation: Gene table.
        count: Records.
    """

    records: pathlib.Path
    reference: pathlib.Path
    annotation: pathlib.Path
    count: int


Make = Callable[[pathlib.Path, float], Input]
"""Writes an input into a folder, of a fraction of the whole size."""


def outside_genes(folder: pathlib.Path, share: float) -> Input:
    """10 M records on 100 Mb, behind the genes."""
    count = int(10_000_000 * share)
    bases = genome(folder, 10 * count + 100_000)
    positions = np.arange(100_000, 100_000 + 10 * count, 10)
    genes = gene_table(folder, [(CONTIG, 0, 100_000)])
    records = vcf(folder, substitutions(bases, positions))
    return Input(
        records=records,
        reference=folder / "x.fa",
        annotation=genes,
        count=count,
    )


def in_genes(folder: pathlib.Path, share: float) -> Input:
    """1 M records on 10 Mb of genes."""
    count = int(1_000_000 * share)
    bases = genome(folder, 10 * count + 100_000)
    genes = gene_table(folder, [(CONTIG, 0, len(bases))])
    records = vcf(folder, substitutions(bases, np.arange(9, 10 * count, 10)))
    return Input(
        records=records,
        reference=folder / "x.fa",
        annotation=genes,
        count=count,
    )


def many_samples(folder: pathlib.Path, share: float) -> Input:
    """100,000 samples, half of which carry each of 500 alleles."""
    samples, count = int(100_000 * share), 500
    bases = genome(folder, 100_000)
    genes = gene_table(folder, [(CONTIG, 0, len(bases))])
    called = "0/1:12,9:21:99:380,0,512\t0/0:30,0:30:90:0,90,900"
    calls = "GT:AD:DP:GQ:PL\t" + "\t".join([called] * (samples // 2))
    names = "\t".join(f"SAMPLE{number:07}" for number in range(samples // 2 * 2))
    lines = substitutions(bases, np.arange(9, 90_009, 90_000 // count))
    records = vcf(
        folder,
        (f"{line}\t{calls}" for line in lines),
        title=f"{TITLE}\tFORMAT\t{names}",
    )
    return Input(
        records=records,
        reference=folder / "x.fa",
        annotation=genes,
        count=count,
    )


def many_alleles(folder: pathlib.Path, share: float) -> Input:
    """200 records of 10,000 ALT, each in three genes."""
    alleles, count = int(10_000 * share), 200
    bases = genome(folder, 100_000)
    genes = gene_table(folder, [(CONTIG, 0, len(bases))] * 3)
    draw = random.Random(0)
    texts = {"".join(draw.choices("ACGT", k=9)) for _ in range(alleles)}
    listed = ",".join(sorted(texts))
    text = bases.tobytes().decode()
    lines = (
        f"{CONTIG}\t{at + 1}\t.\t{text[at]}\t{listed}\t.\t.\t."
        for at in range(99, 90_099, 90_000 // count)
    )
    return Input(
        records=vcf(folder, lines),
        reference=folder / "x.fa",
        annotation=genes,
        count=count,
    )


def long_ref(folder: pathlib.Path, share: float) -> Input:
    """A REF of a billion bases, between records of one."""
    letters = int(1_000_000_000 * share)
    bases = genome(folder, 100_000)
    genes = gene_table(folder, [(CONTIG, 0, len(bases))])
    records = folder / "in.vcf"
    first, last = substitutions(bases, np.array([500, 900]))
    with records.open("wb") as file:
        file.write(f"{_header()}{first}\n{CONTIG}\t601\t.\t".encode())
        repeated = np.roll(bases, -600).tobytes()
        for at in range(0, letters, len(repeated)):
            file.write(repeated[: letters - at])
        file.write(f"\tA\t.\t.\t.\n{last}\n".encode())
    return Input(
        records=records,
        reference=folder / "x.fa",
        annotation=genes,
        count=3,
    )


def long_contig(folder: pathlib.Path, share: float) -> Input:
    """A contig of a billion bases on one line, and records all along."""
    length, count = int(1_000_000_000 * share), 10_000
    bases = genome(folder, length, line=length)
    step = length // count
    genes = gene_table(folder, [(CONTIG, 0, length)])
    records = vcf(folder, substitutions(bases, np.arange(9, step * count, step)))
    return Input(
        records=records,
        reference=folder / "x.fa",
        annotation=genes,
        count=count,
    )


def many_contigs(folder: pathlib.Path, share: float) -> Input:
    """1 M contigs in header and reference, a record on each, 100,000 genes."""
    count, length = int(1_000_000 * share), 120
    draw = np.random.default_rng(0)
    bases = _LETTERS[draw.integers(0, 4, (count, length), dtype=np.uint8)]
    for row in (slice(20, 22), slice(60, 62)):
        bases[:, row] = np.frombuffer(b"GT", dtype=np.uint8)
    for row in (slice(38, 40), slice(78, 80)):
        bases[:, row] = np.frombuffer(b"AG", dtype=np.uint8)
    texts = [row.tobytes().decode() for row in bases]
    names = [f"scaffold_{number:07}" for number in range(count)]
    with (folder / "x.fa").open("w") as file:
        file.writelines(
            f">{name}\n{text[:60]}\n{text[60:]}\n"
            for name, text in zip(names, texts, strict=True)
        )
    meta = "".join(
        f"##contig=<ID={name},length={length},assembly=draft>\n" for name in names
    )
    lines = (
        f"{name}\t50\t.\t{text[49]}\t{_other(text[49])}\t.\t.\t."
        for name, text in zip(names, texts, strict=True)
    )
    genes = gene_table(folder, [(name, 0, length) for name in names[::10]], size=length)
    return Input(
        records=vcf(folder, lines, meta=meta),
        reference=folder / "x.fa",
        annotation=genes,
        count=count,
    )


def long_list(folder: pathlib.Path, share: float) -> Input:
    """A list of 1 M names of variants, in no order."""
    made = in_genes(folder, share)
    listed = folder / "in.txt"
    names = []
    with made.records.open() as file:
        for line in file:
            if not line.startswith("#"):
                contig, position, _, ref, alt, *_ = line.split("\t")
                names.append(f"chr{contig}-{position}-{ref}-{alt}\n")
    random.Random(0).shuffle(names)
    with listed.open("w") as file:
        file.writelines(names)
    return dataclasses.replace(made, records=listed)


def genome(
    folder: pathlib.Path, length: int, *, line: int = _LINE
) -> "np.ndarray[tuple[int], np.dtype[np.uint8]]":
    """Write a contig of random bases; return them."""
    draw = np.random.default_rng(0)
    bases = np.empty(length, dtype=np.uint8)
    for at in range(0, length, _PART):
        part = bases[at : at + _PART]
        part[:] = _LETTERS[draw.integers(0, 4, len(part), dtype=np.uint8)]
    _motifs(bases)
    with (folder / "x.fa").open("wb") as file:
        file.write(f">{CONTIG}\n".encode())
        step = max(_PART // line, 1) * line
        for at in range(0, length, step):
            part = bases[at : at + step]
            full = len(part) // line * line
            rows = np.full((full // line, line + 1), ord("\n"), dtype=np.uint8)
            rows[:, :-1] = part[:full].reshape(-1, line)
            file.write(rows.tobytes())
            if full < len(part):
                file.write(part[full:].tobytes() + b"\n")
    return bases


def _motifs(bases: "np.ndarray[tuple[int], np.dtype[np.uint8]]") -> None:
    """Put GT and AG where genes have their sites: they are of the same build."""
    for start in range(0, len(bases) - GENE, GENE + GAP):
        edges = [start + number * GENE // 6 for number in range(6)]
        for end, following in zip(edges[1::2], edges[2::2], strict=False):
            bases[end : end + 2] = np.frombuffer(b"GT", dtype=np.uint8)
            bases[following - 2 : following] = np.frombuffer(b"AG", dtype=np.uint8)


def gene_table(
    folder: pathlib.Path, spans: list[tuple[str, int, int]], size: int = GENE
) -> pathlib.Path:
    """Write genes one after another on stretches of contigs."""
    path = folder / "genes.tsv"
    names = "#NAME CHROM STRAND TX_START TX_END EXON_START EXON_END"
    with path.open("w") as file:
        file.write("\t".join(names.split()) + "\n")
        for number, (contig, first, last) in enumerate(spans):
            for start in range(first, last - size + 1, size + GAP):
                edges = [start + share * size // 6 for share in range(6)]
                cells = [f"G{number}.{start}", contig, "+", start, edges[-1]]
                cells += [
                    "".join(f"{edge}," for edge in edges[side::2]) for side in (0, 1)
                ]
                file.write("\t".join(map(str, cells)) + "\n")
    return path


def vcf(
    folder: pathlib.Path, lines: Iterator[str], meta: str = "", title: str = TITLE
) -> pathlib.Path:
    """Write a VCF."""
    path = folder / "in.vcf"
    with path.open("w") as file:
        file.write(_header(meta, title))
        file.writelines(f"{line}\n" for line in lines)
    return path


def _header(meta: str = f"##contig=<ID={CONTIG}>\n", title: str = TITLE) -> str:
    return f"##fileformat=VCFv4.2\n{meta}{title}\n"


def substitutions(
    bases: "np.ndarray[tuple[int], np.dtype[np.uint8]]",
    positions: "np.ndarray[tuple[int], np.dtype[np.int64]]",
) -> Iterator[str]:
    """Yield a record of one changed base at each position (0-based)."""
    letters = bases[positions].tobytes().decode()
    for position, letter in zip(positions.tolist(), letters, strict=True):
        other = _other(letter)
        yield f"{CONTIG}\t{position + 1}\t.\t{letter}\t{other}\t.\t.\t."


def _other(letter: str) -> str:
    return {"A": "C", "C": "G", "G": "T", "T": "A"}[letter]
