"""Fail each call by which `score` writes, one after the other, as a full disk does.

    python -m benchmarks.faults.full_disk [--forms vcf.gz parquet]

Run from the repository's root, on Linux with a C compiler. A library that is loaded
before all others fails the n-th call that writes, makes, moves or syncs a file beside
the output, for every n: once alone, and once with all that follow. A run must then end
with its output, byte for byte, or with 2, one line and no output; and the next run must
end as if nothing had been.
"""

import argparse
import collections
import ctypes
import dataclasses
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import numpy as np
from benchmarks.large import free, inputs

from twinsplice.commands import score
from twinsplice.io import tables
from twinsplice.scoring.runs import kept_answers

FORMS = ("vcf", "vcf.gz", "bcf", "tsv", "tsv.gz", "parquet")
SOURCE = pathlib.Path(__file__).with_name("full_disk.c")
_SPACE, _BASES = 500, 60_000
_REFUSED = 2


@dataclasses.dataclass(frozen=True)
class Ended:
    """How a run ended: its code, calls that write, what it said, and what it left."""

    code: int
    calls: int
    said: str
    files: dict[str, bytes]


def main() -> None:
    """Build the library and begin again with it; else fail each call, and tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--forms", nargs="+", choices=FORMS, default=FORMS)
    options = parser.parse_args()
    library = ctypes.CDLL(None)
    if not hasattr(library, "faults_set"):
        sys.exit(_again())
    with tempfile.TemporaryDirectory(prefix="twinsplice-full-") as place:
        folder = pathlib.Path(place)
        bases = inputs.genome(folder, _BASES)
        inputs.gene_table(folder, [(inputs.CONTIG, 0, _BASES)])
        positions = np.arange(50, _BASES - 10_000, _SPACE)
        inputs.vcf(folder, inputs.substitutions(bases, positions))
        # Chunks and parts are small, so that there are many writes.
        score.CHUNK_RECORDS, kept_answers.KEPT_AFTER, tables._PART_ROWS = 20, 0, 60
        wrong = sum(measure(folder, library, form) for form in options.forms)
    sys.exit(f"{wrong} runs ended otherwise" if wrong else 0)


def _again() -> int:
    """Run this module once more, with the library loaded before all others."""
    with tempfile.TemporaryDirectory() as place:
        library = pathlib.Path(place) / "faults.so"
        words = ["cc", "-O1", "-shared", "-fPIC", "-o", str(library), str(SOURCE)]
        subprocess.run([*words, "-ldl"], check=True)
        environment = os.environ | {"LD_PRELOAD": str(library), "OMP_NUM_THREADS": "1"}
        module = [sys.executable, "-m", "benchmarks.faults.full_disk", *sys.argv[1:]]
        return subprocess.run(module, env=environment, check=False).returncode


def measure(folder: pathlib.Path, library: ctypes.CDLL, form: str) -> int:
    """Fail each call of the runs of one output; return how many ended otherwise."""
    whole = run(folder, library, form, 0, lasting=False)
    assert whole.code == 0, whole.said
    wrong, codes = 0, collections.Counter[int]()
    for lasting in (False, True):
        for call in range(1, whole.calls + 1):
            found = run(folder, library, form, call, lasting=lasting)
            after = run(folder, library, form, 0, lasting=False, fresh=False)
            codes[found.code] += 1
            if not is_right(found, whole, form) or after.files != whole.files:
                wrong += 1
                print(f"{form}, call {call}: {found.code}, {found.said!r}")
    print(f"{form}: {whole.calls} calls, ended with {dict(codes)}, {wrong} wrong")
    return wrong


def is_right(found: Ended, whole: Ended, form: str) -> bool:
    """Return whether a run has ended as one may on a full disk."""
    name = f"out.{form}"
    hidden = any(each.startswith(".") for each in found.files)
    if found.code == 0:
        # An index may be another kind, or missing with a word.
        has_index = len(found.files) == len(whole.files) or "index" in found.said
        return found.files.get(name) == whole.files[name] and has_index and not hidden
    outputs = [each for each in found.files if not each.startswith(f".{name}.parts")]
    return found.code == _REFUSED and found.said.count("\n") == 1 and not outputs


def run(
    folder: pathlib.Path,
    library: ctypes.CDLL,
    form: str,
    call: int,
    *,
    lasting: bool,
    fresh: bool = True,
) -> Ended:
    """Score in a process of its own, in which a call fails."""
    beside, told = folder / "out", folder / "told"
    if fresh:
        shutil.rmtree(beside, ignore_errors=True)
        beside.mkdir()
    words = ["score", str(folder / "in.vcf"), "-r", str(folder / "x.fa")]
    words += ["-a", str(folder / "genes.tsv"), "-o", str(beside / f"out.{form}")]
    child = os.fork()
    if child == 0:
        os.dup2(os.open(told, os.O_RDWR | os.O_CREAT | os.O_TRUNC), 2)
        library.faults_set(os.fsencode(beside), ctypes.c_long(call), int(lasting))
        code = 1
        try:
            free.main([*words, "--quiet", "--threads", "1"])
        except SystemExit as ended:
            code = int(ended.code or 0)
        (folder / "calls").write_text(str(library.faults_calls()))
        os._exit(code)
    _, status = os.waitpid(child, 0)
    files = {
        str(path.relative_to(beside)): path.read_bytes()
        for path in beside.rglob("*")
        if path.is_file()
    }
    calls = int((folder / "calls").read_text())
    code = os.waitstatus_to_exitcode(status)
    return Ended(code, calls, told.read_text(), files)


if __name__ == "__main__":
    main()
