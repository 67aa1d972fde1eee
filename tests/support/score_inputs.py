"""A small VCF, genome and annotation for `score`, and what is read of its outputs."""

import gzip
import pathlib
from collections.abc import Callable

import pytest

from support import models as toys
from support import strategies
from twinsplice.base_models import loading
from twinsplice.settings import score as score_settings

# Files.


TABLE = (
    "#NAME\tCHROM\tSTRAND\tTX_START\tTX_END\tEXON_START\tEXON_END\n"
    "PLUS\t1\t+\t100\t400\t100,300,\t200,400,\n"
    "MINUS\t1\t-\t150\t260\t150,\t260,\n"
)
HEADER = (
    "##fileformat=VCFv4.2\n##contig=<ID=1>\n"
    '##INFO=<ID=AC,Number=A,Type=Integer,Description="Count">\n'
    "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
)
Start = Callable[..., score_settings.Config]


def make_start(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Start:
    """Make a small input on disk; return what makes a configuration for it."""
    monkeypatch.setenv("TWINSPLICE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(loading, "load", lambda name, weights: strategies.MODEL)
    sequence = strategies.sequence_of(5, 600).upper().replace("N", "C")
    genome = toys.write_genome(tmp_path, {"1": sequence}, TABLE)
    other = {base: "ACGT"["ACGT".index(base) - 1] for base in "ACGT"}

    def make(output: str = "out.vcf", **options: object) -> score_settings.Config:
        lines = [
            (180, sequence[180], other[sequence[180]], "AC=1"),
            (199, sequence[199], f"{other[sequence[199]]},{sequence[199]}GT", "."),
            (250, other[sequence[250]], "N", "."),
            (300, sequence[300:302], f"{sequence[300]},<DEL>", "X=y;SpliceAI=old"),
            (500, sequence[500], other[sequence[500]], "."),
            (501, sequence[501], ".", "TwinSplice_SKIP=old"),
        ]
        if options.pop("unsorted", False):
            lines.reverse()
        text = "".join(
            f"1\t{at + 1}\tid{at}\t{ref}\t{alt}\t.\t.\t{info}\n"
            for at, ref, alt, info in lines
        )
        path = tmp_path / "in.vcf"
        path.write_text(HEADER + text)
        return score_settings.Config(
            path, output=tmp_path / output, model="spliceai", **(genome | options)
        )

    return make


def records(path: pathlib.Path) -> list[list[str]]:
    packed = path.name.endswith(".gz")
    text = gzip.decompress(path.read_bytes()).decode() if packed else path.read_text()
    return [line.split("\t") for line in text.splitlines() if line[0] != "#"]


def field(info: str, key: str) -> list[str]:
    values = [each.split("=", 1)[1] for each in info.split(";") if f"{key}=" in each]
    assert len(values) <= 1
    return values[0].split(",") if values else []
