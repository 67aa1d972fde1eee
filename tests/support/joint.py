"""Several models at one desk: toys of base models, and the run of a trained one."""

import dataclasses
import pathlib

import polars as pl
import pysam
import pytest

from support import cli as desks
from support import models as toys
from support import trained_models
from twinsplice.base_models import contract, loading
from twinsplice.models import dilated
from twinsplice.predictors import checkpoints

TOYS = {
    name: dataclasses.replace(
        toys.model([toys.member(seed, config)], name), sha256=str(seed) * 64
    )
    for name, seed, config in (
        ("cispliceai", 1, dilated.DilatedConfig(blocks=4, channels=6)),
        ("spliceai", 2, dilated.DilatedConfig(blocks=8, channels=4)),
    )
}
PANGOLIN = dataclasses.replace(toys.undivided_model(3), sha256="3" * 64)
SHARED = ["chrom", "pos", "ref", "alt", "gene", "gene_id", "strand"]
LAST = ["id", "build"]
"""Columns that stand once, too, behind those of all models."""
THRESHOLD = 0.035
RECORDS = [
    *(desks.record(at) for at in range(900, 960, 3)),
    desks.record(961, alt=f"{desks.GENOME['chr1'][960]}GTAAGT,<DEL>"),
    desks.record(970, bases=4, alt="T"),
    # Outside genes, and where REF is another.
    desks.record(2_500),
    "chr1\t2600\t.\tN\tA\t.\t.\tAC=1\n",
    *(desks.record(at, contig="chr2") for at in range(300, 330, 3)),
]


def make_desk(desk: desks.Desk, monkeypatch: pytest.MonkeyPatch) -> desks.Desk:
    """A desk with toys of three base models, and the run of a trained one."""
    train(desk, "run", {})

    def load(name: str, *_: object) -> contract.BaseModel:
        return (TOYS | {"pangolin": PANGOLIN})[name]

    monkeypatch.setattr(loading, "load", load)
    return desk


def train(desk: desks.Desk, name: str, card: dict[str, object], seed: int = 0) -> str:
    """Make a run's folder; return its path."""
    folder = desk.folder / name
    base = {"base_model": "cispliceai", "calibration": trained_models.CARDS["both"]}
    model = trained_models.paired_model(seed)
    checkpoints.save(folder / checkpoints.NAME, model, base | card)
    return str(folder)


def run(desk: desks.Desk, name: str, *flags: str) -> pathlib.Path:
    """Score into a file and return it."""
    output = desk.folder / name
    outcome = desk.score(desk.vcf(*RECORDS), *flags, output=output)
    assert outcome.code == 0, outcome.err
    return output


def models(*names: str) -> list[str]:
    return [word for name in names for word in ("--model", name)]


def table(path: pathlib.Path) -> pl.DataFrame:
    if path.name.endswith(".parquet"):
        return pl.read_parquet(path)
    return pl.read_csv(path, separator="\t", infer_schema_length=None)


def entries(path: pathlib.Path, key: str) -> list[list[str]]:
    """The entries of a field of each record, as text."""
    with pysam.VariantFile(str(path)) as file:
        return [[str(entry) for entry in each.info.get(key, ())] for each in file]


# Refinement.


def refining(desk: desks.Desk, threshold: float | None = THRESHOLD) -> list[str]:
    flags = ["--model", str(desk.folder / "run"), "--refine", "cispliceai"]
    return flags if threshold is None else [*flags, f"--refine-threshold={threshold}"]


def highest(table: pl.DataFrame) -> pl.Series:
    """What each row may be at most: the largest upper end, or the score."""
    ends = [name for name in table.columns if name.startswith("PI_HIGH_")]
    return table.select(pl.max_horizontal("max_delta", *ends)).to_series()
