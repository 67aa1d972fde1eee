"""Score on a Ray cluster of this machine while its workers are killed, and time it.

    python -m benchmarks.scale.workers [--kills 20] [--variants 8000] [--turns 3]

Run from the repository's root, with the extra [cluster]. A genome of random bases is
made up; the model is the default one. The output of every run must be, byte for byte,
that of one process. Workers are killed (SIGKILL) at random moments until there were
enough kills. Then runs of one worker and of two, each with one thread, are timed in
turn, whole runs, and once more on a few records, whose time is taken off as the start.
What is found goes into results.json and the README.
"""

import argparse
import dataclasses
import json
import os
import pathlib
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator

from benchmarks import pages
from benchmarks.faults import kills

RESULTS = pathlib.Path(__file__).with_name("results.json")
PAGE = pathlib.Path("benchmarks/scale/README.md")
BASES, GENE = 400_000, 20_000
FEW = 60
WORKER = b"ray::_Worker"


@dataclasses.dataclass(frozen=True)
class Killed:
    """What became of runs whose workers were killed.

    Attributes:
        kills: Workers that were killed.
        runs: Runs.
        same: Those whose output had the bytes of one process.
    """

    kills: int
    runs: int
    same: int


@dataclasses.dataclass(frozen=True)
class Timed:
    """Times of runs, without their start (s).

    Attributes:
        variants: Variants of each run.
        one: Of one worker, in each turn.
        two: Of two workers.
        ratio: Median of the ratios of a turn.
    """

    variants: int
    one: list[float]
    two: list[float]
    ratio: float


def main() -> None:
    """Read the command line, measure, keep what was found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--variants", type=int, default=8_000, help="of each contig")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    kept = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    kills.BASES, kills.GENE = BASES, GENE
    with tempfile.TemporaryDirectory(prefix="twinsplice-workers-") as place:
        folder, few = pathlib.Path(place), pathlib.Path(place, "few")
        few.mkdir()
        for part, count in ((folder, given.variants), (few, FEW)):
            kills.VARIANTS = count
            kills.make_inputs(part)
        if given.kills:
            killed = with_kills(folder, given.kills, random.Random(given.seed))
            kept["killed"] = dataclasses.asdict(killed)
        if given.turns:
            variants = len(kills.CONTIGS) * given.variants
            kept["timed"] = dataclasses.asdict(
                timed(folder, few, given.turns, variants)
            )
    RESULTS.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
    pages.write("workers", {PAGE: table(kept)})
    sys.stdout.write(f"{table(kept)}\n")


def with_kills(folder: pathlib.Path, least: int, draw: random.Random) -> Killed:
    """Score again and again, killing workers, until there were enough kills."""
    run(folder, "one.vcf.gz", "--threads", "1")
    expected = [(folder / f"one.vcf.gz{end}").read_bytes() for end in ("", ".tbi")]
    count = runs = same = 0
    while count < least:
        ended = threading.Event()
        killer = _Killer(ended, draw, least - count)
        killer.start()
        run(folder, "out.vcf.gz", "--engine", "ray")
        ended.set()
        killer.join()
        count, runs = count + killer.kills, runs + 1
        outputs = [folder / f"out.vcf.gz{end}" for end in ("", ".tbi")]
        same += [path.read_bytes() for path in outputs] == expected
        for path in outputs:
            path.unlink()
        sys.stderr.write(f"{count} kills, {same} of {runs}\n")
    return Killed(count, runs, same)


class _Killer(threading.Thread):
    """Kills workers at random moments of a run."""

    def __init__(self, ended: threading.Event, draw: random.Random, most: int) -> None:
        super().__init__(daemon=True)
        self._ended, self._draw, self._most = ended, draw, most
        self.kills = 0

    def run(self) -> None:
        while self.kills < self._most:
            if self._ended.wait(self._draw.uniform(0.5, 6)):
                return
            if found := list(_workers()):
                os.kill(self._draw.choice(found), signal.SIGKILL)
                self.kills += 1


def _workers() -> Iterator[int]:
    """Yield the processes of workers."""
    for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if path.read_bytes().startswith(WORKER):
                yield int(path.parent.name)
        except OSError:
            continue


def timed(folder: pathlib.Path, few: pathlib.Path, turns: int, variants: int) -> Timed:
    """Time one worker and two, in turn."""
    times: dict[int, list[float]] = {1: [], 2: []}
    for _ in range(turns):
        for workers, known in times.items():
            words = ("--engine", "ray", "--workers", str(workers))
            start = run(few, "out.vcf.gz", *words)
            known.append(round(run(folder, "out.vcf.gz", *words) - start, 2))
            sys.stderr.write(f"{workers} workers: {known[-1]} s\n")
    ratios = [one / two for one, two in zip(times[1], times[2], strict=True)]
    return Timed(
        variants,
        times[1],
        times[2],
        round(statistics.median(ratios), 2),
    )


def run(folder: pathlib.Path, output: str, *more: str) -> float:
    """Score a folder's input, and return the time that it took (s)."""
    genome = ("-r", str(folder / "x.fa"), "-a", str(folder / "genes.tsv"))
    words = (str(folder / "in.vcf"), *genome, "-o", str(folder / output), "--quiet")
    began = time.monotonic()
    subprocess.run(
        [sys.executable, "-m", "twinsplice.cli", "score", *words, *more],
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    return time.monotonic() - began


def table(kept: dict[str, dict[str, float | list[float]]]) -> str:
    """Return what was found as Markdown."""
    lines = ["| | |", "|---|---|"]
    if killed := kept.get("killed"):
        lines.append(f"| workers killed | {killed['kills']} |")
        lines.append(f"| runs of the command | {killed['runs']} |")
        lines.append(f"| of these, the bytes of one process | {killed['same']} |")
    if timed_ := kept.get("timed"):
        lines.append(f"| variants of a timed run | {timed_['variants']:,} |")
        for name in ("one", "two"):
            seconds = ", ".join(f"{value:.1f}" for value in timed_[name])  # type: ignore[union-attr]
            lines.append(
                f"| {name} worker{'s' if name == 'two' else ''}, s | {seconds} |"
            )
        lines.append(f"| two workers, times the rate of one | {timed_['ratio']:.2f} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
