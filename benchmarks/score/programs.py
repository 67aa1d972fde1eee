"""The two programs: their commands, one measured run, and their scores compared."""

import dataclasses
import os
import pathlib
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence

BENCH = pathlib.Path(".bench")
OFFICIAL = BENCH / "official" / "bin" / "spliceai"
DISTANCE = 50
FIELD = "SpliceAI="

_DELTAS = slice(2, 6)
_POSITIONS = slice(6, 10)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Run:
    """One whole process.

    Attributes:
        seconds: Wall time from start to exit (s).
        peak_mebibytes: Largest resident memory (MiB).
    """

    seconds: float
    peak_mebibytes: float


@dataclasses.dataclass(frozen=True, kw_only=True)
class Agreement:
    """How far two annotated VCFs of one input differ.

    Attributes:
        rows: Allele-gene rows in both.
        only_one: Rows that one of them lacks.
        largest_difference: Of any two-decimal score.
        positions_moved: Positions that differ where the official score is >= 0.01.
    """

    rows: int
    only_one: int
    largest_difference: float
    positions_moved: int


def official_command(
    records: pathlib.Path, out: pathlib.Path, reference: pathlib.Path
) -> list[str]:
    """Return the official program's command."""
    files = ["-I", str(records), "-O", str(out), "-R", str(reference)]
    return [str(OFFICIAL), *files, "-A", "grch37", "-D", str(DISTANCE), "-M", "0"]


def our_command(
    records: pathlib.Path, out: pathlib.Path, reference: pathlib.Path
) -> list[str]:
    """Return the command that asks the same of twinsplice."""
    program = os.path.relpath(pathlib.Path(sys.executable).parent / "twinsplice")
    files = [str(records), "--reference", str(reference), "-o", str(out)]
    options = ["--annotation", "grch37", "--model", "spliceai", "--compat"]
    return [
        *[program, "score", *files, *options],
        *["--distance", str(DISTANCE), "--device", "cpu"],
    ]


def default_command(
    records: pathlib.Path, out: pathlib.Path, reference: pathlib.Path
) -> list[str]:
    """Return the command that scores with the weights in the package."""
    program = os.path.relpath(pathlib.Path(sys.executable).parent / "twinsplice")
    files = [str(records), "--reference", str(reference), "-o", str(out)]
    options = ["--annotation", "grch37", "--distance", str(DISTANCE)]
    return [program, "score", *files, *options, "--device", "cpu"]


def gene_table() -> pathlib.Path:
    """Return the official program's own table of genes."""
    folder = BENCH / "official" / "lib"
    return next(folder.rglob("spliceai/annotations/grch37.txt"))


def measure(command: Sequence[str], log: pathlib.Path) -> Run:
    """Run a command to its end, its messages going to a file.

    Raises:
        RuntimeError: It failed.
    """
    quiet = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"}
    with log.open("wb") as messages:
        started = time.perf_counter()
        process = subprocess.Popen(command, stdout=messages, stderr=messages, env=quiet)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{command[0]} exited {process.returncode}; see {log}")
    # Linux counts ru_maxrss in KiB, macOS in bytes.
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return Run(seconds=seconds, peak_mebibytes=usage.ru_maxrss / unit)


def compare(official: pathlib.Path, ours: pathlib.Path) -> Agreement:
    """Compare two programs' scores of one VCF, row by row."""
    official_rows, our_rows = dict(_rows(official)), dict(_rows(ours))
    largest, positions_moved = 0.0, 0
    for key in official_rows.keys() & our_rows.keys():
        expected, ours_row = official_rows[key], our_rows[key]
        if "." in expected or "." in ours_row:
            largest = max(largest, float(expected != ours_row))
            continue
        pairs = zip(expected[_DELTAS], ours_row[_DELTAS], strict=True)
        places = zip(expected[_POSITIONS], ours_row[_POSITIONS], strict=True)
        for (score, our_score), (place, our_place) in zip(pairs, places, strict=True):
            largest = max(largest, abs(float(score) - float(our_score)))
            positions_moved += float(score) >= 0.01 and place != our_place
    return Agreement(
        rows=len(official_rows.keys() & our_rows.keys()),
        only_one=len(official_rows.keys() ^ our_rows.keys()),
        largest_difference=round(largest, 4),
        positions_moved=positions_moved,
    )


def _rows(path: pathlib.Path) -> Iterator[tuple[tuple[str, ...], list[str]]]:
    with path.open(encoding="utf-8") as stream:
        for line in stream:
            if line.startswith("#"):
                continue
            contig, position, _, ref, _, _, _, info = line.rstrip("\n").split("\t")[:8]
            for field in info.split(";"):
                if not field.startswith(FIELD):
                    continue
                for row in field.removeprefix(FIELD).split(","):
                    parts = row.split("|")
                    yield (contig, position, ref, parts[0], parts[1]), parts
