"""Measure `twinsplice score` against SpliceAI's and OpenSpliceAI's own programs.

    python -m benchmarks.score.run [--reference FASTA] [--weights FOLDER] [--table]

All programs score the same two VCFs of each workload, one of a single variant and a
long one, one after the other on the same two cores, in turns; the default weights score
one of many more variants instead of the long one. Reported are the time to the first
score, the ratios of whole-run times, and of marginal rates: (records of long - 1) /
(seconds of long - first), in which start-up cancels. Ours takes seconds where others
take minutes, so within a turn it is run several times; ratios are of all runs of a
turn. Run from the repository's root; `make bench` does it all.
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
import subprocess
import sys
from collections.abc import Callable, Collection, Sequence
from typing import Any

import pysam
from benchmarks import pages
from benchmarks.score import programs, ratios, table, workloads

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
    "openspliceai": ("openspliceai", "torch", "numpy"),
}
# Two decimals on both sides: half a unit each, and float arithmetic.
TOLERANCE = 0.0101

DEFAULT_WEIGHTS = pathlib.Path("../shared/weights/openspliceai-mane/10000nt")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Config:
    """What to measure.

    Attributes:
        reference: Plain FASTA with chromosome 20 of GRCh37.
        weights: Folder of OpenSpliceAI's weights, if its program is to be measured.
        records: Records of the long VCF, clustered.
        isolated: Records of the long VCF, isolated.
        many: Records that the default weights score, or as many as there is room for.
        repeats: Turns: runs of the other programs on each VCF.
        runs: Runs of ours on each VCF in a turn.
        cores: CPUs all programs are held to.
        chosen: Keys of the programs to measure; what was measured of others stays.
    """

    reference: pathlib.Path
    weights: pathlib.Path | None
    records: int
    isolated: int
    many: int
    repeats: int
    runs: int
    cores: int
    chosen: tuple[str, ...] = tuple(programs.ALL)


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
    files = programs.Files(reference=config.reference, weights=config.weights)
    present = {
        key: program
        for key, program in programs.present(files).items()
        if key.removesuffix("+gpu") in config.chosen
    }
    if name != "clustered":
        # Other programs' batches are timed once.
        present.pop("batched", None)
    runs: dict[str, dict[str, list[list[programs.Run]]]] = {
        key: {"first": [], program.large: []} for key, program in present.items()
    }
    commands: dict[str, str] = {}
    for turn in range(config.repeats):
        # All of one VCF one after the other.
        for part in ("first", "long", "many"):
            vcf = WORK / f"{name}.{part}.vcf"
            for key in [key for key in present if part in runs[key]]:
                program = present[key]
                words = program.command(vcf, _out(vcf, key), files)
                words += ["--device", "cuda" if program.on_gpu else "cpu"] * (
                    program.is_ours
                )
                log = WORK / f"{name}.{part}.{key}.log"
                measured = [
                    programs.measure(words, log, on_gpu=program.on_gpu)
                    for _ in range(config.runs if program.is_ours else 1)
                ]
                runs[key][part].append(measured)
                commands[f"{key}.{part}"] = shlex.join(words)
                seconds = " ".join(f"{run.seconds:.1f}" for run in measured)
                print(f"{name} {part} {turn + 1} {key}: {seconds} s", flush=True)
    records = {
        part: _records(WORK / f"{name}.{part}.vcf")
        for part in ("first", "long", "many")
    }
    return ratios.summarise(runs, records) | {
        "commands": commands,
        "agreement": _agreements(name, present),
    }


def _agreements(name: str, keys: Collection[str]) -> dict[str, Any]:
    """Compare the scores of the programs that ask the same."""
    long = WORK / f"{name}.long.vcf"
    return {
        f"{one} / {other}": dataclasses.asdict(
            programs.compare(_out(long, one), _out(long, other))
        )
        for one, other in programs.EQUAL
        if one in keys and other in keys
    }


def write_workloads(config: Config) -> None:
    """Write every VCF that will be scored."""
    WORK.mkdir(parents=True, exist_ok=True)
    genes = workloads.read_genes(programs.gene_table())
    contig = workloads.read_contig(config.reference)
    for name, make in MAKE.items():
        count = config.records if name == "clustered" else config.isolated
        records = make(genes, contig, count)
        workloads.write(WORK / f"{name}.long.vcf", records)
        workloads.write(WORK / f"{name}.first.vcf", records[:1])
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
        "official": str(programs.OFFICIAL),
        "openspliceai": str(programs.OPENSPLICEAI.with_name("python")),
    }
    pythons = {name: path for name, path in pythons.items() if shutil.which(path)}
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
    earlier = table.read(table.RESULTS) if set(programs.ALL) - {*config.chosen} else {}
    results["workloads"] = earlier.get("workloads", {})
    for name in MAKE:
        found = measure_workload(name, config)
        kept = results["workloads"].setdefault(name, {})
        for part, values in found.items():
            kept[part] = kept.get(part, {}) | values
        text = json.dumps(results, indent=2) + "\n"
        table.RESULTS.write_text(text, encoding="utf-8")
    print(table.table(results, {}))
    for name, workload in results["workloads"].items():
        for pair, values in workload["agreement"].items():
            agreement = programs.Agreement(**values)
            if agreement.only_one or agreement.largest_difference > TOLERANCE:
                raise SystemExit(f"{name}: {pair} disagree: {agreement}")


def main() -> None:
    """Read the command line; measure, or only write the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reference", type=pathlib.Path)
    parser.add_argument("--weights", type=pathlib.Path, default=DEFAULT_WEIGHTS)
    parser.add_argument("--records", type=int, default=60)
    parser.add_argument("--isolated", type=int, default=40)
    parser.add_argument("--many", type=int, default=10_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--chosen", nargs="*", default=[*programs.ALL])
    parser.add_argument("--table", action="store_true", help="only write the READMEs")
    options = vars(parser.parse_args())
    if not options.pop("table"):
        reference = prepare_reference(options.pop("reference"))
        weights: pathlib.Path = options.pop("weights")
        there = weights if weights.is_dir() else None
        chosen = tuple(options.pop("chosen"))
        run(Config(reference=reference, weights=there, chosen=chosen, **options))
    pages.write(table.NAME, table.texts())


def _records(vcf: pathlib.Path) -> int:
    with vcf.open(encoding="ascii") as stream:
        return sum(not line.startswith("#") for line in stream)


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
