"""A folder with a genome and its genes, and the program to run on it."""

import dataclasses
import pathlib
import signal
import sys
from collections.abc import Callable, Mapping

import numpy as np
import pysam
import pytest

from support import models as toys
from twinsplice import cli
from twinsplice.base_models import loading

ROOT = pathlib.Path(__file__).parents[2]
MODEL = toys.model([toys.member(1)], "cispliceai")
_DRAW = np.random.default_rng(7)
GENOME = {
    name: "".join(_DRAW.choice(list("ACGT"), length))
    for name, length in (("chr1", 3_000), ("chr2", 600))
}
GENES = """\
#NAME\tCHROM\tSTRAND\tTX_START\tTX_END\tEXON_START\tEXON_END
A\t1\t+\t100\t2000\t100,900,1700,\t400,1200,2000,
B\t2\t-\t0\t600\t0,400,\t200,600,
"""
HEADER = """\
##fileformat=VCFv4.2
##contig=<ID=chr1,length=3000>
##contig=<ID=chr2,length=600>
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO
"""
SITE = 500
"""A position (1-based) inside gene A."""


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What a run left: its exit code and what it printed."""

    code: int
    out: str
    err: str

    @property
    def records(self) -> list[list[str]]:
        """The columns of every record on stdout."""
        lines = self.out.splitlines()
        return [line.split("\t") for line in lines if not line.startswith("#")]


@dataclasses.dataclass(frozen=True)
class Desk:
    """A folder with a genome and its genes, and the program."""

    folder: pathlib.Path
    call: Callable[..., Outcome]

    def write(self, name: str, content: str | bytes) -> pathlib.Path:
        """Write a file."""
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def vcf(self, *records: str, header: str = HEADER) -> pathlib.Path:
        """Write an input."""
        return self.write("in.vcf", header + "".join(records))

    def score(
        self,
        source: pathlib.Path | str,
        *flags: str,
        reference: str = "genome.fa",
        annotation: str = "genes.tsv",
        output: pathlib.Path | str = "-",
    ) -> Outcome:
        """Run `twinsplice score`."""
        files = [f"--reference={self.folder / reference}", f"--output={output}"]
        files.append(f"--annotation={self.folder / annotation}")
        # The toy stands in for a base model.
        model = [] if "--model" in flags else ["--model", "cispliceai"]
        return self.call("score", str(source), *files, *model, *flags)

    def refused(self, *args: pathlib.Path | str, **more: str) -> str:
        """Score, expect a refusal, and return what it said."""
        before = {path.name for path in self.folder.iterdir()}
        outcome = self.score(*map(str, args), **more)
        assert outcome.code == 2
        said = outcome.err
        assert said.startswith("twinsplice: error: ")
        assert said.count("\n") == 1
        assert "; got " in said
        # Rule, got, remedy; and nothing half-made is left behind.
        assert len(said.split("; ")) >= 3
        made = {path.name for path in self.folder.iterdir()} - before
        assert made <= {"genome.fa.fai", "other.fa.fai"}
        return said


def make_desk(
    tmp_path: pathlib.Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Desk:
    monkeypatch.setenv("TWINSPLICE_CACHE", str(tmp_path.with_name("cache")))
    monkeypatch.setattr(loading, "load", lambda *_: MODEL)
    # The handlers must not outlive the test.
    monkeypatch.setattr(signal, "signal", lambda *_: None)

    def call(*args: str) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["twinsplice", *args])
        with pytest.raises(SystemExit) as left:
            cli.main()
        assert isinstance(left.value.code, int)
        return Outcome(left.value.code, *capfd.readouterr())

    made = Desk(tmp_path, call)
    made.write("genome.fa", fasta_of(GENOME))
    made.write("genes.tsv", GENES)
    return made


def fasta_of(genome: Mapping[str, str]) -> str:
    lines = (
        f">{name}\n" + "".join(f"{text[i : i + 60]}\n" for i in range(0, len(text), 60))
        for name, text in genome.items()
    )
    return "".join(lines)


def other(base: str) -> str:
    return {"A": "C", "C": "G", "G": "T", "T": "A"}[base]


def record(
    position: int = SITE, *, alt: str = "", bases: int = 1, contig: str = "chr1"
) -> str:
    ref = GENOME[contig][position - 1 : position - 1 + bases]
    return f"{contig}\t{position}\t.\t{ref}\t{alt or other(ref[0])}\t.\t.\t.\n"


def bgzip(path: pathlib.Path) -> pathlib.Path:
    packed = path.with_name(path.name + ".gz")
    pysam.tabix_compress(str(path), str(packed))
    return packed
