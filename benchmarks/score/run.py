"""Measure `twinsplice score` against the official SpliceAI program.

    python -m benchmarks.score.run [--reference FASTA] [--table]

Both programs score the same two VCFs of each workload, a short and a long one, one
after the other on the same two cores, in turns; the default weights score the short
one and one of many more variants. Reported are the ratios of whole-run
times and of marginal rates: (records of long - short) / (seconds of long - short), in
which start-up cancels. Ours takes seconds where the official program takes minutes, so
within a turn it is run several times and the median stands. Run from the repository's
root; `make bench` does it all.
"""

import argparse
import dataclasses
import datetime as dt
import gzip
import hashlib
import json
import os
import pathlib
import platform
import shlex
import shutil
import statistics
import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import Any

import pysam
from benchmarks import pages
from benchmarks.score import programs, table, workloads

from twinsplice.genome import coordinates

WORK = programs.BENCH / "score"
DEFAULT_REFERENCE = pathlib.Path("../shared/data/genome/GRCh37.chr20.fa.gz")
Make = Callable[[Sequence[coordinates.Interval], str, int], list[workloads.Record]]
MAKE: dict[str, Make] = {
    "clustered": workloads.clustered,
    "isolated": workloads.isolated,
}
PACKAGES = {
    "ours": ("twinsplice", "torch", "numpy", "spliceai"),
    "official": ("spliceai", "tensorflow-cpu", "keras", "numpy"),
}
# Two decimals on both sides: half a unit each, and float arithmetic.
TOLERANCE = 0.0101

COMMANDS: dict[str, Callable[[pathlib.Path, pathlib.Path, pathlib.Path], list[str]]] = {
    "official": programs.official_command,
    "ours": programs.our_command,
    "default": programs.default_command,
}
PARTS = {
    "official": ("short", "long"),
    "ours": ("short", "long"),
    "default": ("short", "many"),
}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Config:
    """What to measure.

    Attributes:
        reference: Plain FASTA with chromosome 20 of GRCh37.
        records: Records of the long VCF.
        short: Records of the short VCF.
        many: Records that the default weights score, or as many as there is room for.
        repeats: Turns: runs of the official program on each VCF.
        runs: Runs of ours on each VCF in a turn, of which the median counts; likewise
            of the default weights.
        cores: CPUs both programs are held to.
    """

    reference: pathlib.Path
    records: int
    short: int
    many: int
    repeats: int
    runs: int
    cores: int


def prepare_reference(path: pathlib.Path | None) -> pathlib.Path:
    """Put the reference, decompressed, where the commands in results.json say it is.

    Raises:
        FileNotFoundError: There is none.
    """
    source = path or DEFAULT_REFERENCE
    if not source.exists():
        raise FileNotFoundError(f"no reference at {source}; give --reference FASTA")
    plain = programs.BENCH / "GRCh37.chr20.fa"
    if path is None and plain.exists():
        return plain
    programs.BENCH.mkdir(exist_ok=True)
    if plain.exists() and plain.samefile(source):
        return plain
    # A link must not lead the copy into another file.
    plain.unlink(missing_ok=True)
    opener = gzip.open if source.suffix in {".gz", ".bgz"} else open
    with opener(source, "rb") as packed, plain.open("wb") as stream:
        shutil.copyfileobj(packed, stream)
    # Beforehand, so that neither program's first run pays for it.
    pysam.faidx(str(plain))
    return plain


def measure_workload(name: str, config: Config) -> dict[str, Any]:
    """Measure the programs on one workload, in turns."""
    runs: dict[str, dict[str, list[programs.Run]]] = {
        program: {part: [] for part in parts} for program, parts in PARTS.items()
    }
    commands: dict[str, str] = {}
    pairs = [
        (part, vcf_program) for vcf_program, parts in PARTS.items() for part in parts
    ]
    for turn in range(config.repeats):
        # All of one VCF one after the other.
        for part, program in sorted(pairs, reverse=True):
            vcf = WORK / f"{name}.{part}.vcf"
            words = COMMANDS[program](vcf, _out(vcf, program), config.reference)
            log = WORK / f"{name}.{part}.{program}.log"
            times = 1 if program == "official" else config.runs
            measured = [programs.measure(words, log) for _ in range(times)]
            runs[program][part].append(_median(measured))
            commands[f"{program}.{part}"] = shlex.join(words)
            seconds = " ".join(f"{run.seconds:.1f}" for run in measured)
            print(f"{name} {part} {turn + 1} {program}: {seconds} s", flush=True)
    long = WORK / f"{name}.long.vcf"
    agreement = programs.compare(_out(long, "official"), _out(long, "ours"))
    records = {
        part: _records(WORK / f"{name}.{part}.vcf")
        for part in ("short", "long", "many")
    }
    return summarise(runs, records) | {
        "commands": commands,
        "agreement": dataclasses.asdict(agreement),
    }


def summarise(
    runs: dict[str, dict[str, list[programs.Run]]], records: dict[str, int]
) -> dict[str, Any]:
    """Return times, rates, memory and ratios of one workload.

    Args:
        runs: For each program and VCF, a run a turn.
        records: Records of each VCF.
    """
    seconds = {
        program: {
            part: [run.seconds for run in repeats] for part, repeats in parts.items()
        }
        for program, parts in runs.items()
    }
    # Seconds a record, turn by turn.
    whole_runs, marginal = {}, {}
    for program, (short, large) in PARTS.items():
        times, count = seconds[program], records[large]
        whole_runs[program] = [time / count for time in times[large]]
        marginal[program] = [
            (long - brief) / (count - records[short])
            for long, brief in zip(times[large], times[short], strict=True)
        ]
    return {
        "records": records["long"],
        "records_short": records["short"],
        "records_many": records["many"],
        "seconds": seconds,
        "variants_per_second_marginal": {
            program: 1 / statistics.median(times) for program, times in marginal.items()
        },
        "variants_per_second_whole": {
            program: 1 / statistics.median(times)
            for program, times in whole_runs.items()
        },
        "peak_mebibytes": {
            program: max(run.peak_mebibytes for run in parts[PARTS[program][1]])
            for program, parts in runs.items()
        },
        "ratio_whole": ratio(whole_runs["official"], whole_runs["ours"]),
        "ratio_marginal": ratio(marginal["official"], marginal["ours"]),
        "ratio_default_whole": ratio(whole_runs["official"], whole_runs["default"]),
        "ratio_default_marginal": ratio(marginal["official"], marginal["default"]),
    }


def ratio(official: Sequence[float], ours: Sequence[float]) -> dict[str, float]:
    """Return the median and range of official / ours, turn by turn."""
    ratios = [theirs / mine for theirs, mine in zip(official, ours, strict=True)]
    return {
        "median": statistics.median(ratios),
        "lowest": min(ratios),
        "highest": max(ratios),
    }


def write_workloads(config: Config) -> None:
    """Write every VCF that will be scored."""
    WORK.mkdir(parents=True, exist_ok=True)
    genes = workloads.read_genes(programs.gene_table())
    contig = workloads.read_contig(config.reference)
    for name, make in MAKE.items():
        records = make(genes, contig, config.records)
        workloads.write(WORK / f"{name}.long.vcf", records)
        workloads.write(WORK / f"{name}.short.vcf", records[: config.short])
        many = _most(make, genes, contig, config.many)
        workloads.write(WORK / f"{name}.many.vcf", many)


def _most(
    make: Make, genes: Sequence[coordinates.Interval], contig: str, count: int
) -> list[workloads.Record]:
    """Return as many variants as are wanted, or about as many as there is room for."""
    while True:
        try:
            return make(genes, contig, count)
        except ValueError:
            count = count * 4 // 5


def provenance(config: Config) -> dict[str, Any]:
    """Return what a reader needs to repeat the run."""
    pythons = {
        "ours": sys.executable,
        "official": str(programs.OFFICIAL.with_name("python")),
    }
    return {
        "date": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "commit": commit(),
        "machine": {
            "cpu": _cpu(),
            "cores": config.cores,
            "system": platform.system(),
        },
        "reference": {
            "name": config.reference.name,
            "sha256": hashlib.sha256(config.reference.read_bytes()).hexdigest(),
        },
        "versions": {
            name: _versions(python, PACKAGES[name]) for name, python in pythons.items()
        },
        "repeats": config.repeats,
        "runs": config.runs,
    }


def commit() -> str:
    """Return the commit that is measured."""
    return _output(["git", "describe", "--always", "--dirty", "--abbrev=40"])


def run(config: Config) -> None:
    """Measure everything, write results.json and refuse unequal work.

    Raises:
        SystemExit: The two programs' scores differ by more than rounding.
    """
    # Children inherit it; TensorFlow and PyTorch size their thread pools by it.
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: config.cores])
    write_workloads(config)
    results = provenance(config)
    results["workloads"] = {name: measure_workload(name, config) for name in MAKE}
    table.RESULTS.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    print(table.table(results, {}))
    for name, workload in results["workloads"].items():
        agreement = programs.Agreement(**workload["agreement"])
        if agreement.only_one or agreement.largest_difference > TOLERANCE:
            raise SystemExit(f"{name}: the programs disagree: {agreement}")


def main() -> None:
    """Read the command line; measure, or only write the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reference", type=pathlib.Path)
    parser.add_argument("--records", type=int, default=100)
    parser.add_argument("--short", type=int, default=4)
    parser.add_argument("--many", type=int, default=10_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--table", action="store_true", help="only write the READMEs")
    options = vars(parser.parse_args())
    if not options.pop("table"):
        reference = prepare_reference(options.pop("reference"))
        run(Config(reference=reference, **options))
    pages.write(table.NAME, table.texts())


def _records(vcf: pathlib.Path) -> int:
    with vcf.open(encoding="ascii") as stream:
        return sum(not line.startswith("#") for line in stream)


def _median(runs: Sequence[programs.Run]) -> programs.Run:
    return sorted(runs, key=lambda run: run.seconds)[len(runs) // 2]


def _out(vcf: pathlib.Path, program: str) -> pathlib.Path:
    return vcf.with_suffix(f".{program}.vcf")


def _output(command: Sequence[str]) -> str:
    return subprocess.run(
        command, check=True, capture_output=True, text=True
    ).stdout.strip()


def _versions(python: str, packages: Sequence[str]) -> dict[str, str]:
    code = (
        "import importlib.metadata, json, platform, sys;"
        "print(json.dumps({'python': platform.python_version()}"
        " | {n: importlib.metadata.version(n) for n in sys.argv[1:]}))"
    )
    versions: dict[str, str] = json.loads(_output([python, "-c", code, *packages]))
    return versions


def _cpu() -> str:
    for line in pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor()


if __name__ == "__main__":
    main()
