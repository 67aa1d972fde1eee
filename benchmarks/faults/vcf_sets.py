"""Score every VCF and BCF below a folder, and compare the records in and out.

    python -m benchmarks.faults.vcf_sets FOLDER [FOLDER ...]

Run from the repository's root. For each file a genome is made up that has its REFs
where it says, sliced about the records, and a gene on either strand of each contig; the
network costs nothing. A file is answered, each record unchanged but for our fields, or
refused in one line; all else is a fault, and ends the program with 1.
"""

import argparse
import collections
import dataclasses
import gzip
import operator
import pathlib
import random
import re
import sys
import tempfile
import traceback

import pysam
import pysam.bcftools
from benchmarks.large import free

from twinsplice import api, errors
from twinsplice.io.vcf import vcf

ENDINGS = (".vcf", ".vcf.gz", ".bcf", ".vcf.bgz")
AROUND = 300
"""Bases of the genome on each side of a record."""
_MEMORY = 200_000_000
_LONGEST, _FURTHEST = 1_000_000, 1 << 40
_OURS = re.compile(r"(Free|Free_MAX|TwinSplice_SKIP|TwinSplice_NOTE)=")
_LETTERS = re.compile(r"[ACGTN]+", re.IGNORECASE)


@dataclasses.dataclass(frozen=True)
class Answer:
    """What became of a file.

    Attributes:
        records: Records of the input.
        lost: Those that the output lacks, or has otherwise.
        scored: Scores.
        refusal: Why it was refused; empty if it was answered.
        fault: A trace, if it was neither.
    """

    records: int = 0
    lost: int = 0
    scored: int = 0
    refusal: str = ""
    fault: str = ""


def main() -> None:
    """Read the command line, score, tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=pathlib.Path)
    options = parser.parse_args()
    model = api.Model(free.predictor(_MEMORY))
    counts: collections.Counter[str] = collections.Counter()
    for folder in options.folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.name.endswith(ENDINGS):
                found = answer(model, path)
                counts["files"] += 1
                counts["refused"] += bool(found.refusal)
                counts["records"] += found.records if not found.refusal else 0
                counts["scores"] += found.scored
                counts["lost"] += found.lost
                counts["faults"] += bool(found.fault)
                if found.refusal or found.fault or found.lost:
                    lost = f"{found.lost} lost " if found.lost else ""
                    print(f"{path}: {lost}{found.refusal}{found.fault}")
    print(dict(counts))
    sys.exit(bool(counts["lost"] or counts["faults"]))


def answer(model: api.Model, path: pathlib.Path) -> Answer:
    """Score a file and compare."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        try:
            before = records(path)
        except (OSError, EOFError, pysam.utils.SamtoolsError):
            before = []
        genome(folder, before)
        output = folder / "out.vcf"
        try:
            with api.Scorer(
                model,
                reference=folder / "x.fa",
                annotation=str(folder / "genes.tsv"),
                force=True,
            ) as scorer:
                with vcf.read(path, names=True) as source:
                    is_list = source.is_list
                summary = scorer.score_vcf(path, output)
                scorer.score_vcf(path, folder / "out.tsv")
        except errors.TwinSpliceError as error:
            text = str(error)
            fault = f"more than a line: {text!r}" if "\n" in text else ""
            return Answer(records=len(before), refusal=text, fault=fault)
        except Exception:  # noqa: BLE001
            return Answer(records=len(before), fault=traceback.format_exc())
        after = records(output)
    one, other = [*map(without_ours, before)], [*map(without_ours, after)]
    if is_list:
        # Sorted, and without samples, which no header names.
        one = sorted(
            [*each[:3], *map(str.upper, each[3:5]), *each[5:7], each[7].rstrip("\r")]
            for each in one
        )
        other = sorted(
            [*each[:3], *map(str.upper, each[3:5]), *each[5:]] for each in other
        )
    same = sum(map(operator.eq, one, other))
    lost = max(len(before), len(after)) - same
    return Answer(records=len(before), lost=lost, scored=summary.scored)


def records(path: pathlib.Path) -> list[list[str]]:
    """Return the columns of the records of a file, read without our own readers."""
    with path.open("rb") as file:
        magic = file.read(3)
    if path.name.endswith(".bcf") or magic == b"BCF":
        text = str(pysam.bcftools.view("--no-version", str(path)))
    else:
        opened = gzip.open if magic.startswith(b"\x1f\x8b") else open
        with opened(path, "rb") as packed:
            content = packed.read()
        if content.startswith(b"BCF"):
            text = str(pysam.bcftools.view("--no-version", str(path)))
        else:
            text = content.decode("utf-8", "surrogateescape")
    lines = [line for line in text.split("\n") if line.rstrip("\r")]
    return [line.split("\t") for line in lines if not line.startswith(("#", "\ufeff#"))]


def without_ours(columns: list[str]) -> list[str]:
    """Return the columns of a record without our fields; no INFO is as good as `.`."""
    info, ending = columns[7], ""
    if info.endswith("\r"):
        info, ending = info[:-1], "\r"
    fields = [field for field in info.split(";") if field and not _OURS.match(field)]
    return [*columns[:7], (";".join(fields) or ".") + ending, *columns[8:]]


def genome(folder: pathlib.Path, found: list[list[str]]) -> None:
    """Write a genome that has the records' REFs, and a gene on each strand."""
    places: dict[str, dict[int, str]] = collections.defaultdict(dict)
    for columns in found:
        if len(columns) > 3 and columns[1].isascii() and columns[1].isdigit():
            contig, position, ref = columns[0], columns[1], columns[3]
            is_plain = _LETTERS.fullmatch(ref) and len(ref) <= _LONGEST
            if re.fullmatch(r"[!-~]+", contig) and len(position) < 12 and is_plain:
                for at, letter in enumerate(ref, int(position)):
                    places[contig].setdefault(at, letter)
    places = {name: at for name, at in places.items() if name} or {"1": {1: "A"}}
    draw = random.Random(0)
    names = "#NAME CHROM STRAND TX_START TX_END EXON_START EXON_END"
    genes = ["\t".join(names.split())]
    with (folder / "x.fa").open("w") as file:
        for contig, letters in places.items():
            stretches = _stretches(sorted(letters))
            for start, end in stretches:
                text = "".join(
                    letters.get(at) or draw.choice("ACGT") for at in range(start, end)
                )
                file.write(f">{contig}:{start}-{end - 1}\n{text}\n")
            first, last = stretches[0][0] - 1, stretches[-1][1] - 1
            genes += [
                f"G{sign}\t{contig}\t{sign}\t{first}\t{last}\t{first},\t{last},"
                for sign in "+-"
            ]
    (folder / "genes.tsv").write_text("\n".join([*genes, ""]))


def _stretches(positions: list[int]) -> list[tuple[int, int]]:
    """Return the bases (1-based, half-open) about positions, joined."""
    stretches: list[tuple[int, int]] = []
    for at in positions:
        start, end = max(at - AROUND, 1), at + AROUND
        if stretches and start <= stretches[-1][1]:
            stretches[-1] = stretches[-1][0], end
        else:
            stretches.append((start, end))
    return stretches


if __name__ == "__main__":
    main()
