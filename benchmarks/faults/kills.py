"""Kill commands at random moments, go on, and compare with a run left in peace.

    python -m benchmarks.faults.kills [--kills 50] [--commands score train]

Run from the repository's root. A genome of random bases is made up; the networks are
those of the default weights and of CI-SpliceAI (extra [cispliceai]). Chunks and parts
are small, so that a run of seconds has many. After a kill (SIGKILL) the same command is
run again, and every other time killed again, until it comes to its end. What it has
written then must be, byte for byte, what an uninterrupted run writes. What is found
goes into results.json and the page of promises.
"""

import argparse
import dataclasses
import hashlib
import json
import os
import pathlib
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence

from benchmarks import pages

RESULTS = pathlib.Path(__file__).with_name("results.json")
PAGE = pathlib.Path("docs/reliability.md")
COMMANDS = ("score", "prepare", "targets", "train")
CONTIGS, BASES, GENE = ("2", "4", "6"), 6_000, 2_000
VARIANTS = 80
"""Variants of each contig."""
HEADER = (
    "##fileformat=VCFv4.2",
    *(f"##contig=<ID={name},length={BASES}>" for name in CONTIGS),
    "\t".join(["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO"]),
)
_CHILD = """
import sys
from twinsplice import cli
from twinsplice.commands import score
from twinsplice.scoring.anchoring import map_plan
from twinsplice.scoring.runs import kept_answers
from twinsplice.targets import variant_pairs
score.CHUNK_RECORDS, kept_answers.KEPT_AFTER = 40, 0
map_plan._PART_BASES, variant_pairs.CHUNK = GENE, 16
sys.argv[0] = "twinsplice"
cli.main()
""".replace("GENE", str(GENE))


@dataclasses.dataclass(frozen=True)
class Subject:
    """A command that is killed.

    Attributes:
        words: The command.
        outputs: What it writes, that must be the same: files and folders.
        traces: All that it may leave, to be removed before a run.
    """

    words: tuple[str, ...]
    outputs: tuple[pathlib.Path, ...]
    traces: tuple[pathlib.Path, ...]


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What became of a command.

    Attributes:
        seconds: Time of the uninterrupted run (s).
        kills: Runs that were killed.
        ended: Runs that came to their end after one kill or several.
        same: Those whose output had the same bytes.
        left: Those that left anything else beside it.
        rest: Time of the last run, as a fraction of the uninterrupted one: median.
    """

    seconds: float
    kills: int
    ended: int
    same: int
    left: int
    rest: float


def main() -> None:
    """Read the command line, kill, keep what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--commands", nargs="+", choices=COMMANDS, default=COMMANDS)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    kept = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    with tempfile.TemporaryDirectory(prefix="twinsplice-kills-") as place:
        folder = pathlib.Path(place)
        known = subjects(folder)
        make_inputs(folder)
        for name in COMMANDS:
            if name not in options.commands:
                # Targets are what is trained on.
                if name == "targets" and "train" in options.commands:
                    run(known[name].words)
                continue
            found = measure(known[name], options.kills, random.Random(options.seed))
            kept[name] = dataclasses.asdict(found)
            RESULTS.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
            pages.write("kills", {PAGE: table(kept)})
            sys.stderr.write(f"{name}: {found}\n")
    sys.stdout.write(f"{table(kept)}\n")
    wrong = [name for name, each in kept.items() if each["same"] < each["ended"]]
    sys.exit(f"not the same bytes: {', '.join(wrong)}" if wrong else 0)


def subjects(folder: pathlib.Path) -> dict[str, Subject]:
    """Return the commands, by name, in the order in which they need each other."""
    genome = ("-r", str(folder / "x.fa"), "-a", str(folder / "genes.tsv"))
    quiet = ("--threads", "1", "--quiet")
    source = str(folder / "in.vcf")
    refine = ("--refine-threshold", "0.3")

    def subject(name: str, words: tuple[str, ...], output: str, *more: str) -> Subject:
        named = tuple(folder / each for each in (output, *more))
        hidden = folder / f".{output}.parts"
        words = (name, *words, "-o", str(folder / output))
        return Subject(words, named, (*named, hidden))

    run_files = tuple(f"run/{name}" for name in ("weights.safetensors", "metrics.csv"))
    training = (
        *("-t", str(folder / "pairs.zarr"), "--init-from", "cispliceai"),
        *("--steps", "24", "--evaluate-every", "3", "--evaluate-on", "32"),
        *("--windows", "0", "--variants", "4", "--blocks", "8"),
    )
    trained = subject("train", (*training, *quiet, "--resume"), "run")
    return {
        "score": subject(
            *("score", (source, *genome, "--refine", "cispliceai", *refine, *quiet)),
            *("out.vcf.gz", "out.vcf.gz.tbi"),
        ),
        "prepare": subject("prepare", (*genome, *quiet), "map.parquet"),
        "targets": subject("targets", (source, *genome, "--quiet"), "pairs.zarr"),
        "train": dataclasses.replace(
            trained, outputs=tuple(folder / each for each in run_files)
        ),
    }


def make_inputs(folder: pathlib.Path) -> None:
    """Write a genome of random bases, genes on both strands, and variants in them."""
    draw = random.Random(0)
    genome: list[str] = []
    genes: list[str] = []
    variants: list[str] = []
    for contig in CONTIGS:
        letters = draw.choices("ACGT", k=BASES)
        for number, start in enumerate(range(0, BASES, GENE)):
            edges = [start + share * GENE // 6 for share in range(6)]
            starts, ends = edges[::2], edges[1::2]
            motifs = ("GT", "AG") if number % 2 == 0 else ("CT", "AC")
            for end, following in zip(ends, starts[1:], strict=False):
                letters[end : end + 2], letters[following - 2 : following] = motifs
            cells = [f"G{contig}.{number}", contig, "+-"[number % 2], start, ends[-1]]
            cells += ["".join(f"{at}," for at in edge) for edge in (starts, ends)]
            genes.append("\t".join(map(str, cells)))
        text = "".join(letters)
        for at in sorted(draw.sample(range(BASES - GENE // 6), VARIANTS)):
            ref, other = text[at], "ACGT"["ACGT".index(text[at]) - 1]
            alt = draw.choice([other, other, other, f"{ref}GTAAGT"])
            variants.append(f"{contig}\t{at + 1}\t.\t{ref}\t{alt}\t.\t.\t.")
        genome += [f">{contig}", *(text[i : i + 60] for i in range(0, BASES, 60))]
    names = "#NAME CHROM STRAND TX_START TX_END EXON_START EXON_END"
    (folder / "x.fa").write_text("\n".join([*genome, ""]))
    (folder / "genes.tsv").write_text("\n".join(["\t".join(names.split()), *genes, ""]))
    (folder / "in.vcf").write_text("\n".join([*HEADER, *variants, ""]))


def measure(subject: Subject, kills: int, draw: random.Random) -> Outcome:
    """Kill a command at random moments and let it go on, until there were enough."""
    clear(subject)
    began = time.monotonic()
    run(subject.words)
    seconds = time.monotonic() - began
    expected = digests(subject)
    beside = set(subject.outputs[0].parent.iterdir())
    killed = ended = same = left = 0
    rests: list[float] = []
    while killed < kills:
        clear(subject)
        while True:
            done = interrupted(subject.words, draw.uniform(0, seconds))
            killed += not done
            if done or draw.random() < 0.5:
                break
        began = time.monotonic()
        if not done:
            run(subject.words)
            rests.append((time.monotonic() - began) / seconds)
        ended += 1
        same += digests(subject) == expected
        left += set(subject.outputs[0].parent.iterdir()) != beside
        sys.stderr.write(f"{subject.words[0]}: {killed} kills, {same} of {ended}\n")
    rest = statistics.median(rests) if rests else 0.0
    return Outcome(round(seconds, 1), killed, ended, same, left, round(rest, 2))


def clear(subject: Subject) -> None:
    """Remove all that a command has left."""
    for path in subject.traces:
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def digests(subject: Subject) -> list[tuple[str, str]]:
    """Return a checksum of every file that a command has written."""
    found = []
    for output in subject.outputs:
        files = sorted(output.rglob("*")) if output.is_dir() else [output]
        for path in files:
            if path.is_file():
                content = hashlib.sha256(path.read_bytes()).hexdigest()
                found.append((str(path), content))
            elif not path.exists():
                found.append((str(path), "missing"))
    return found


def run(words: Sequence[str]) -> None:
    """Run a command to its end."""
    subprocess.run(
        [sys.executable, "-c", _CHILD, *words], env=_environment(), check=True
    )


def interrupted(words: Sequence[str], seconds: float) -> bool:
    """Run a command and kill it after a time; return whether it was done by then."""
    with subprocess.Popen(
        [sys.executable, "-c", _CHILD, *words], env=_environment()
    ) as process:
        try:
            if process.wait(seconds):
                raise subprocess.CalledProcessError(process.returncode, list(words))
        except subprocess.TimeoutExpired:
            process.kill()
            return False
    return True


def table(kept: dict[str, dict[str, float]]) -> str:
    """Return what was found as a Markdown table."""
    lines = [
        "| command | s without a kill | kills | runs that ended | same bytes "
        "| left anything | last run, of the time of a whole one |",
        "|---|---|---|---|---|---|---|",
    ]
    for name in COMMANDS:
        if name in kept:
            each = kept[name]
            lines.append(
                f"| `{name}` | {each['seconds']:.1f} | {each['kills']} "
                f"| {each['ended']} | {each['same']} | {each['left']} "
                f"| {each['rest']:.0%} |"
            )
    return "\n".join(lines)


def _environment() -> dict[str, str]:
    return os.environ | {"OMP_NUM_THREADS": "1"}


if __name__ == "__main__":
    main()
