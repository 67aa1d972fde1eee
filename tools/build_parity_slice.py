"""Cut the parity test's small slice out of the official programs' recorded output.

    python -m tools.build_parity_slice ORACLES_DIR GRCh37.chr20.fa.gz tests/parity/data

Copies the chosen records and the official lines for them unchanged, and the reference
around them. Deterministic: the same inputs give the same bytes.
"""

import argparse
import pathlib
from collections.abc import Iterable, Iterator

from tools import slices

INPUT = "records.vcf"
REFERENCE = "GRCh37.chr20.slices.fa.gz"
OUTPUTS = ("spliceai.d50m0", "spliceai.d500m1", "ci.d50")
ILLUMINA_REFERENCE = "illumina.chr10.slice.fa.gz"

# Position (1-based) of each chosen record on chromosome 20, and why it was chosen.
CHOSEN = {
    1874817: "SNV outside CI-SpliceAI's genes: rows + and -",
    2819837: "SNV, minus strand, donor loss 0.99",
    30458527: "deletion of one base over two genes on opposite strands",
    30795776: "SNV, nothing happens",
    30795888: "insertion of 20 bases",
    30796593: "MNV, GT>TC: `.` from SpliceAI, scored by CI-SpliceAI",
    31823859: "SNV with -0.00 in the official output",
    36148705: "deletion of 20 bases, minus strand",
    42169552: "deletion of 8 bases over two genes that score differently",
    44333531: "deletion of 4 bases over two genes on opposite strands",
    44336491: "SNV, acceptor loss 0.46",
    44521389: "insertion of 8 bases, nothing happens",
    44523774: "insertion of 8 bases, donor loss 0.83",
    53208182: "deletion of 40 bases, acceptor loss 0.80",
    57280529: "SNV over a gene and its read-through",
    57282188: "SNV over the same two, 1.7 kb away",
    57571714: "insertion of one base, minus strand",
    60902059: "deletion of one base, minus strand",
    60904282: "two alleles, minus strand",
    62715165: "two alleles over two genes on opposite strands",
}

# Illumina's own unit test of SpliceAI 1.3.1: gene table grch37, distance 500, no mask.
ILLUMINA = {
    (94077, "A", "C"): "C|TUBB8|0.15|0.27|0.00|0.05|89|-23|-267|193",
    (94555, "C", "T"): "T|TUBB8|0.01|0.18|0.15|0.62|-2|110|-190|0",
}
ILLUMINA_HEADER = """\
##fileformat=VCFv4.2
##contig=<ID=10,length=135534747>
{info}#CHROM	POS	ID	REF	ALT	QUAL	FILTER	INFO
"""
SPLICEAI_INFO = (
    '##INFO=<ID=SpliceAI,Number=.,Type=String,Description="SpliceAIv1.3.1 variant '
    "annotation. Format: ALLELE|SYMBOL|DS_AG|DS_AL|DS_DG|DS_DL|DP_AG|DP_AL|DP_DG|"
    'DP_DL">\n'
)


def chosen_lines(path: pathlib.Path) -> Iterator[str]:
    """Yield a VCF's header and its chosen records, as they stand.

    Raises:
        ValueError: A chosen record is missing.
    """
    found: set[int] = set()
    with path.open(encoding="ascii") as stream:
        for line in stream:
            if line.startswith("#"):
                yield line
                continue
            position = int(line.split("\t")[1])
            if position in CHOSEN:
                found.add(position)
                yield line
    if missing := CHOSEN.keys() - found:
        raise ValueError(f"{path.name} must hold the chosen records; missing {missing}")


def records(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Yield POS (1-based) and REF of the record lines."""
    for line in lines:
        if not line.startswith("#"):
            fields = line.split("\t")
            yield int(fields[1]), fields[3]


def build_chromosome_20(
    oracles: pathlib.Path, reference: pathlib.Path, out: pathlib.Path
) -> None:
    """Write the chosen records, the official output for them and their reference."""
    lines = list(chosen_lines(oracles / "visible.vcf"))
    (out / INPUT).write_text("".join(lines), encoding="ascii")
    for name in OUTPUTS:
        expected = "".join(chosen_lines(oracles / f"visible.{name}.vcf"))
        (out / f"expected.{name}.vcf").write_text(expected, encoding="ascii")
    wanted = slices.merge(
        slices.around("20", position - 1, position - 1 + len(ref))
        for position, ref in records(lines)
    )
    pieces = slices.cut(reference, wanted)
    for position, ref in records(lines):
        _check(pieces, position, ref)
    slices.write_bgzipped(out / REFERENCE, slices.fasta(pieces))
    print(f"{len(CHOSEN)} records, {len(pieces)} slices")


def build_illumina(oracles: pathlib.Path, out: pathlib.Path) -> None:
    """Write Illumina's two records, the strings they must give, their reference."""
    wanted = slices.merge(
        slices.around("10", position - 1, position) for position, _, _ in ILLUMINA
    )
    pieces = slices.cut(oracles / "illumina_test_chr10_110kb.fa", wanted)
    plain = ILLUMINA_HEADER.format(info="")
    expected = ILLUMINA_HEADER.format(info=SPLICEAI_INFO)
    for (position, ref, alt), scores in ILLUMINA.items():
        _check(pieces, position, ref)
        record = f"10\t{position}\t.\t{ref}\t{alt}\t.\t.\t"
        plain += f"{record}.\n"
        expected += f"{record}SpliceAI={scores}\n"
    (out / "illumina.vcf").write_text(plain, encoding="ascii")
    (out / "expected.illumina.vcf").write_text(expected, encoding="ascii")
    slices.write_bgzipped(out / ILLUMINA_REFERENCE, slices.fasta(pieces))


def main() -> None:
    """Read the command line and build."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("oracles", type=pathlib.Path)
    parser.add_argument("reference", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    build_chromosome_20(given.oracles, given.reference, given.out)
    build_illumina(given.oracles, given.out)


def _check(pieces: Iterable[slices.Stretch], position: int, ref: str) -> None:
    start = position - 1
    found = [
        piece.bases(start, start + len(ref))
        for piece in pieces
        if start in piece.interval
    ]
    if found != [ref]:
        raise ValueError(f"REF at {position} is {ref}; the reference has {found}")


if __name__ == "__main__":
    main()
