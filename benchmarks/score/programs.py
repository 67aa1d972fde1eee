"""The programs: their commands, one measured run, and their scores compared."""

import dataclasses
import os
import pathlib
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence

BENCH = pathlib.Path(".bench")
OFFICIAL = BENCH / "official" / "bin" / "python"
OPENSPLICEAI = BENCH / "openspliceai" / "bin" / "openspliceai"
DISTANCE = 50
FIELDS = ("SpliceAI=", "OpenSpliceAI=")

_DELTAS = slice(2, 6)
_POSITIONS = slice(6, 10)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Run:
    """One whole process.

    Attributes:
        seconds: Wall time from start to exit (s).
        processor: Time of processors (s): of what shares a machine, less moved by
            what others do.
        peak_mebibytes: Largest resident memory (MiB).
    """

    seconds: float
    processor: float
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


@dataclasses.dataclass(frozen=True, kw_only=True)
class Files:
    """What a program reads.

    Attributes:
        reference: FASTA.
        weights: Folder of OpenSpliceAI's weights; None leaves its programs out.
    """

    reference: pathlib.Path
    weights: pathlib.Path | None = None


Command = Callable[[pathlib.Path, pathlib.Path, Files], list[str]]
"""Makes the words of a command from its input, its output and what else it reads."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Program:
    """A program that is measured.

    Attributes:
        title: What it is called.
        command: Its command.
        large: Which VCF it scores besides that of one variant: `long` or `many`.
        is_ours: Whether it is ours; of those, several runs are made in a turn.
        on_gpu: Whether it may use a GPU.
    """

    title: str
    command: Command
    large: str = "long"
    is_ours: bool = False
    on_gpu: bool = False


def official_command(
    records: pathlib.Path, out: pathlib.Path, files: Files
) -> list[str]:
    """Return the official program's command."""
    words = ["-I", str(records), "-O", str(out), "-R", str(files.reference)]
    return [
        str(OFFICIAL),
        "-m",
        "spliceai",
        *words,
        "-A",
        "grch37",
        "-D",
        str(DISTANCE),
        "-M",
        "0",
    ]


def our_command(records: pathlib.Path, out: pathlib.Path, files: Files) -> list[str]:
    """Return the command that asks the same of twinsplice."""
    return _ours(records, out, files, "--model", "spliceai", "--compat")


def default_command(
    records: pathlib.Path, out: pathlib.Path, files: Files
) -> list[str]:
    """Return the command that scores with the weights in the package."""
    return _ours(records, out, files)


def openspliceai_command(
    records: pathlib.Path, out: pathlib.Path, files: Files
) -> list[str]:
    """Return the command of OpenSpliceAI's own program."""
    words = ["-I", str(records), "-O", str(out), "-R", str(files.reference)]
    model = ["-m", str(files.weights), "-f", "10000", "-t", "pytorch"]
    limits = ["-A", "grch37", "-D", str(DISTANCE), "-M", "0"]
    return [str(OPENSPLICEAI), "variant", *words, *limits, *model]


def batched_command(
    records: pathlib.Path, out: pathlib.Path, files: Files
) -> list[str]:
    """Return the same with the batches that the program offers."""
    return [*openspliceai_command(records, out, files), "-b", "64"]


def our_openspliceai_command(
    records: pathlib.Path, out: pathlib.Path, files: Files
) -> list[str]:
    """Return the command that asks the same of twinsplice."""
    model = ("--model", "openspliceai", "--weights", str(files.weights))
    return _ours(records, out, files, *model, "--compat")


def _ours(
    records: pathlib.Path, out: pathlib.Path, files: Files, *more: str
) -> list[str]:
    program = os.path.relpath(pathlib.Path(sys.executable).parent / "twinsplice")
    words = [str(records), "--reference", str(files.reference), "-o", str(out)]
    options = ["--annotation", "grch37", "--distance", str(DISTANCE)]
    return [program, "score", *words, *options, *more]


ALL = {
    "official": Program(title="SpliceAI 1.3.1 (TensorFlow)", command=official_command),
    "ours": Program(title="SpliceAI's networks", command=our_command, is_ours=True),
    "default": Program(
        title="default weights", command=default_command, large="many", is_ours=True
    ),
    "openspliceai": Program(title="OpenSpliceAI 0.0.7", command=openspliceai_command),
    "batched": Program(
        title="OpenSpliceAI 0.0.7, --batch-size 64", command=batched_command
    ),
    "ours-open": Program(
        title="OpenSpliceAI's networks",
        command=our_openspliceai_command,
        is_ours=True,
    ),
}
"""The programs, on processors alone."""
PAIRS = (
    *(("official", "ours"), ("official", "default")),
    *(("openspliceai", "ours-open"), ("batched", "ours-open")),
    ("openspliceai", "default"),
)
"""Which are compared: theirs and ours."""
EQUAL = PAIRS[0], PAIRS[2], PAIRS[3]
"""Which of them must have the same scores."""
ON_GPU = ("ours", "default", "openspliceai", "batched", "ours-open")
"""Programs that are measured on a GPU as well, where there is one."""


def present(files: Files) -> dict[str, Program]:
    """Return the programs that can be run here, by key."""
    there = OPENSPLICEAI.exists() and files.weights is not None
    open_ones = ("openspliceai", "batched", "ours-open")
    found = {key: ALL[key] for key in ALL if there or key not in open_ones}
    if shutil.which("nvidia-smi"):
        for key in filter(found.__contains__, ON_GPU):
            found[f"{key}+gpu"] = dataclasses.replace(found[key], on_gpu=True)
    return found


def title(key: str) -> str:
    """Return what a program is called, by key."""
    own = ALL[key.removesuffix("+gpu")].title
    return f"{own}, GPU" if key.endswith("+gpu") else own


def pairs(keys: Iterable[str]) -> list[tuple[str, str]]:
    """Return the pairs to compare of programs that were run, each on one device."""
    there, found = set(keys), list(PAIRS)
    found += [(f"{one}+gpu", f"{other}+gpu") for one, other in PAIRS]
    found += [("official", "ours+gpu"), ("official", "default+gpu")]
    return [pair for pair in found if there.issuperset(pair)]


def gene_table() -> pathlib.Path:
    """Return the official program's own table of genes."""
    folder = BENCH / "official" / "lib"
    return next(folder.rglob("spliceai/annotations/grch37.txt"))


def measure(command: Sequence[str], log: pathlib.Path, *, on_gpu: bool = False) -> Run:
    """Run a command to its end, its messages going to a file.

    Args:
        command: Its words.
        log: The file.
        on_gpu: Whether it may see a GPU.

    Raises:
        RuntimeError: It failed.
    """
    quiet = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"}
    if not on_gpu:
        quiet["CUDA_VISIBLE_DEVICES"] = ""
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
    return Run(
        seconds=seconds,
        processor=usage.ru_utime + usage.ru_stime,
        peak_mebibytes=usage.ru_maxrss / unit,
    )


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
                if not field.startswith(FIELDS):
                    continue
                for row in field.partition("=")[2].split(","):
                    parts = row.split("|")
                    yield (contig, position, ref, parts[0], parts[1]), parts
