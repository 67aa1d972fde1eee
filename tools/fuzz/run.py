"""Fuzzing of every reader, for some minutes in all: `make fuzz MINUTES=10`.

    python -m tools.fuzz.run [--minutes 10] [--readers vcf,gtf] [--folder .fuzz]

Each reader has an equal share. A process that an input ends, being too slow or too
large, is started again. Inputs that reach new code are kept in the folder, and a later
run begins with them; so are those that show a fault. Exit code 1 if there are any.
"""

import argparse
import concurrent.futures
import dataclasses
import importlib.util
import os
import pathlib
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence

ROOT = pathlib.Path(__file__).parents[2]
SEEDS = ROOT / "tests/fuzz"
_LEAST = 5
"""Seconds for which a process is worth a start."""
_GRACE = 60


@dataclasses.dataclass(frozen=True)
class Row:
    """What came of fuzzing a reader.

    Attributes:
        reader: Its name.
        inputs: Inputs tried.
        seconds: How long.
        crashes: Faults, one of each place in the code.
        hangs: Inputs that took too long.
        large: Inputs that took too much memory.
        starts: Processes started.
    """

    reader: str
    inputs: int
    seconds: float
    crashes: int
    hangs: int
    large: int

    @property
    def is_clean(self) -> bool:
        """Whether no input showed a fault."""
        return not (self.crashes or self.hangs or self.large)


def fuzz(reader: str, seconds: float, folder: pathlib.Path) -> Row:
    """Fuzz a reader for some seconds; what was found in it before is removed."""
    findings, corpus = folder / "findings" / reader, folder / "corpus" / reader
    shutil.rmtree(findings, ignore_errors=True)
    for path in (findings, corpus):
        path.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    while (left := seconds - (time.monotonic() - began)) > _LEAST:
        _start(reader, findings, corpus, left)
    kept = [path.name for path in findings.iterdir() if path.suffix != ".txt"]
    kinds = [name.partition("-")[0] for name in kept]
    return Row(
        reader=reader,
        inputs=int.from_bytes((findings / "inputs").read_bytes(), "little"),
        seconds=time.monotonic() - began,
        crashes=kinds.count("crash"),
        hangs=kinds.count("timeout"),
        large=kinds.count("oom"),
    )


def _start(
    reader: str, findings: pathlib.Path, corpus: pathlib.Path, seconds: float
) -> None:
    words = (reader, findings, time.time() + seconds, corpus, SEEDS / reader)
    paths = os.pathsep.join(str(ROOT / name) for name in ("src", "tests", "."))
    with (findings / "log.txt").open("ab") as log:
        try:
            subprocess.run(
                [sys.executable, "-m", "tools.fuzz.worker", *map(str, words)],
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": paths, "OMP_NUM_THREADS": "1"},
                stdout=log,
                stderr=log,
                timeout=seconds + _GRACE,
                check=False,
            )
        except subprocess.TimeoutExpired:
            (findings / "timeout-of-the-process").touch()


def table(rows: Sequence[Row]) -> str:
    """Return what came of each reader, and of all, as lines."""
    cells = [("reader", "inputs", "minutes", "crashes", "hangs", "too large")]
    cells += [
        (
            *(row.reader, f"{row.inputs:,}", f"{row.seconds / 60:.1f}"),
            *(str(row.crashes), str(row.hangs), str(row.large)),
        )
        for row in [*rows, _total(rows)]
    ]
    return "\n".join(
        f"{first:<14}" + "".join(f"{cell:>12}" for cell in rest)
        for first, *rest in cells
    )


def _total(rows: Sequence[Row]) -> Row:
    return Row(
        reader="all",
        inputs=sum(row.inputs for row in rows),
        seconds=sum(row.seconds for row in rows),
        crashes=sum(row.crashes for row in rows),
        hangs=sum(row.hangs for row in rows),
        large=sum(row.large for row in rows),
    )


def main() -> None:
    """Fuzz what the command line names."""
    every = sorted(path.name for path in SEEDS.iterdir() if _is_corpus(path))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=10, help="for all readers")
    parser.add_argument("--readers", default=",".join(every), help="names, by commas")
    parser.add_argument("--folder", type=pathlib.Path, default=ROOT / ".fuzz")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    given = parser.parse_args()
    if importlib.util.find_spec("atheris") is None:
        sys.exit("fuzzing needs atheris, which is for Linux: pip install atheris")
    names = given.readers.split(",")
    if unknown := set(names) - set(every):
        sys.exit(f"no such reader: {', '.join(sorted(unknown))}; of {', '.join(every)}")
    seconds = given.minutes * 60 * min(given.processes, len(names)) / len(names)
    with concurrent.futures.ThreadPoolExecutor(given.processes) as pool:
        rows = [*pool.map(lambda name: fuzz(name, seconds, given.folder), names)]
    print(table(rows))
    if not all(row.is_clean for row in rows):
        sys.exit(f"inputs that show faults are in {given.folder / 'findings'}")


def _is_corpus(path: pathlib.Path) -> bool:
    return path.is_dir() and path.name != "__pycache__"


if __name__ == "__main__":
    main()
