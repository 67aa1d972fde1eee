"""Measure the memory and the time of `twinsplice score` on inputs that are large.

    python -m benchmarks.large.run [--cases in-genes] [--share 0.01] [--folder PLACE]

Run from the repository's root. Inputs are made up; the network costs nothing, so that
what is measured is all the rest. Peak memory is the largest resident set of the process
or of one that it has started. What is found goes into results.json and the page of
promises.
"""

import argparse
import concurrent.futures
import dataclasses
import functools
import itertools
import json
import multiprocessing
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator

import pysam
import pysam.bcftools
from benchmarks import pages
from benchmarks.large import inputs

RESULTS = pathlib.Path(__file__).with_name("results.json")
PAGE = pathlib.Path("docs/reliability.md")
MARGIN = 0.3
"""Memory that a run may take beyond what it is allowed (GB)."""
_CHILD = """
import sys
from benchmarks.large import free
free.main(sys.argv[1:])
"""


@dataclasses.dataclass(frozen=True)
class Case:
    """An input and what is made of it.

    Attributes:
        make: Makes the input.
        forms: Endings of the outputs; the first is made of a packed input.
        memory: `--max-memory-gb`.
        flags: More flags, for tables.
    """

    make: inputs.Make
    forms: tuple[str, ...]
    memory: float = 1.2
    flags: tuple[str, ...] = ()


CASES = {
    "outside-genes": Case(inputs.outside_genes, ("vcf.gz", "tsv")),
    "in-genes": Case(inputs.in_genes, ("vcf.gz", "bcf", "parquet")),
    "samples": Case(inputs.many_samples, ("vcf.gz", "tsv"), flags=("--samples",)),
    "alleles": Case(inputs.many_alleles, ("vcf.gz", "parquet")),
    "ref": Case(inputs.long_ref, ("vcf", "vcf.gz", "tsv")),
    "contig": Case(inputs.long_contig, ("vcf.gz", "tsv")),
    "contigs": Case(inputs.many_contigs, ("vcf.gz", "vcf", "parquet")),
    # With less it is refused before any work.
    "contigs-bcf": Case(inputs.many_contigs, ("bcf",), memory=2.4),
    "list": Case(inputs.long_list, ("vcf.gz", "parquet")),
}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a run took.

    Attributes:
        records: Records of the input.
        seconds: Processor time (s), which other work on the machine does not change.
        peak: Largest resident memory (GB).
        allowed: `--max-memory-gb`.
        code: Its exit code.
        lost: Records of the input that a VCF lacks.
    """

    records: int
    seconds: float
    peak: float
    allowed: float
    code: int
    lost: int

    @property
    def holds(self) -> bool:
        """Whether it has kept to its memory and done its work."""
        return not (self.code or self.lost) and self.peak <= self.allowed + MARGIN


def main() -> None:
    """Read the command line, measure, keep what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", nargs="+", choices=CASES, default=list(CASES))
    parser.add_argument("--forms", nargs="+", help="only these outputs")
    parser.add_argument("--share", type=float, default=1.0, help="of the whole size")
    parser.add_argument("--folder", type=pathlib.Path, help="where files are made")
    options = parser.parse_args()
    kept = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    for name in options.cases:
        with tempfile.TemporaryDirectory(
            prefix="twinsplice-large-", dir=options.folder
        ) as place:
            folder = pathlib.Path(place)
            made = _made(CASES[name], folder, options.share)
            for form, source in runs(CASES[name], made, options.forms):
                found = measure(CASES[name], made, source, folder / f"out.{form}")
                print(f"{name}, {form}: {found}, holds: {found.holds}", flush=True)
                if options.share == 1.0:
                    kept.setdefault(name, {})[form] = dataclasses.asdict(found)
                    text = json.dumps(kept, indent=2)
                    RESULTS.write_text(text + "\n", encoding="utf-8")
                    pages.write("large", {PAGE: table(kept)})


def _made(case: Case, folder: pathlib.Path, share: float) -> inputs.Input:
    """Make an input in a process of its own, whose memory a later one would inherit.

    Linux counts the peak of who starts a program as the program's.
    """
    spawning = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(1, mp_context=spawning) as pool:
        return pool.submit(case.make, folder, share).result()


def runs(
    case: Case, made: inputs.Input, forms: list[str] | None
) -> Iterator[tuple[str, pathlib.Path]]:
    """Yield the outputs to make, each with its input; the first's is packed."""
    packed = made.records.with_name(f"{made.records.name}.gz")
    for number, form in enumerate(case.forms):
        if forms and form not in forms:
            continue
        if number == 0:
            pysam.tabix_compress(str(made.records), str(packed), force=True)
        yield form, made.records if number else packed


def measure(
    case: Case, made: inputs.Input, source: pathlib.Path, output: pathlib.Path
) -> Outcome:
    """Score an input once; return what it took."""
    words = ["score", str(source), "-r", str(made.reference)]
    words += ["-a", str(made.annotation), "-o", str(output), "--quiet"]
    words += ["--max-memory-gb", f"{case.memory:g}", "--threads", "1"]
    is_table = ".vcf" not in output.name and not output.name.endswith("bcf")
    words += case.flags if is_table else ()
    process = subprocess.Popen(
        [sys.executable, "-c", _CHILD, *words],
        env=os.environ | {"OMP_NUM_THREADS": "1"},
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    lost = (
        made.count - counted(output) if not process.returncode and not is_table else 0
    )
    for path in output.parent.glob("out.*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return Outcome(
        records=made.count,
        seconds=round(usage.ru_utime + usage.ru_stime, 1),
        peak=round(usage.ru_maxrss * 1024 / 1e9, 3),
        allowed=case.memory,
        code=process.returncode,
        lost=lost,
    )


def counted(output: pathlib.Path) -> int:
    """Return the number of records of an output."""
    if output.suffix != ".vcf":
        return int(str(pysam.bcftools.index("-n", str(output))))
    with output.open("rb") as file:
        parts = iter(functools.partial(file.read, 1 << 20), b"")
        lines = sum(part.count(b"\n") for part in parts)
        file.seek(0)
        return lines - sum(1 for _ in itertools.takewhile(_is_header, file))


def _is_header(line: bytes) -> bool:
    return line.startswith(b"#")


def table(kept: dict[str, dict[str, dict[str, float]]]) -> str:
    """Return what was found as a Markdown table."""
    lines = [
        "| input | output | records | lost | CPU s | peak memory (GB) | at most (GB) "
        "| holds |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, forms in kept.items():
        for form, each in forms.items():
            found = Outcome(**each)  # type: ignore[arg-type]
            bound = found.allowed + MARGIN
            lines.append(
                f"| {name} | {form} | {found.records:,} | {found.lost} "
                f"| {found.seconds:.0f} | {found.peak:.2f} | {bound:g} "
                f"| {'yes' if found.holds else 'no'} |"
            )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
