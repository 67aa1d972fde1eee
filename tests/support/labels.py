"""Labelled variants on a small genome, and what evaluates on them."""

import pathlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
import pytest

from support import models as toys
from twinsplice.base_models import contract, loading
from twinsplice.settings import evaluate as evaluate_settings

BASES = "".join(np.random.default_rng(8).choice(list("ACGT"), 700))
TABLE = (
    "#NAME\tCHROM\tSTRAND\tTX_START\tTX_END\tEXON_START\tEXON_END\n"
    "PLUS\t1\t+\t100\t500\t100,300,\t200,500,\n"
    "MINUS\t1\t-\t90\t610\t90,310,\t220,610,\n"
    "TWO\t2\t+\t100\t500\t100,300,\t200,500,\n"
)
MODEL = toys.model([toys.member(1), toys.member(2)])
OTHER = toys.model([toys.member(3)], "cispliceai")


def rows(contig: str, count: int, start: int = 130) -> list[dict[str, Any]]:
    """Variants at random, in groups of four, whose sequences are 60 bases long."""
    rng = np.random.default_rng(start)
    found = []
    for i, at in enumerate(range(start, start + 7 * count, 7)):
        ref, alt = BASES[at], "CGTA"["ACGT".index(BASES[at])]
        found.append(
            {
                "name": f"{contig}.{i}",
                "chrom": contig,
                "pos": at + 1,
                "ref": ref,
                "alt": alt,
                "label": int(rng.random() < 0.4),
                "value": round(float(rng.uniform(-1, 1)), 3),
                "group": f"{contig}.{i // 4}",
                "strand": "+",
                "ref_seq": BASES[at - 30 : at + 30],
                "alt_seq": BASES[at - 30 : at] + alt + BASES[at + 1 : at + 30],
            }
        )
    return found


def write(path: pathlib.Path, rows: Sequence[Mapping[str, object]]) -> pathlib.Path:
    pl.DataFrame(list(rows)).write_csv(path, separator="\t")
    return path


def make_folder(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> pathlib.Path:
    """A genome of two contigs, genes, labels, and base models in place of weights."""
    toys.write_fasta(tmp_path / "x.fa", {"1": BASES, "2": BASES})
    (tmp_path / "genes.tsv").write_text(TABLE)
    write(tmp_path / "labels.tsv", rows("1", 30))
    models = {"spliceai": MODEL, "cispliceai": OTHER}

    def load(name: str, folder: pathlib.Path | None = None) -> contract.BaseModel:
        assert folder is None
        return models[name]

    monkeypatch.setattr(loading, "load", load)
    return tmp_path


def config(
    folder: pathlib.Path, model: str = "spliceai", **changes: object
) -> evaluate_settings.Config:
    given: dict[str, object] = {
        "labels": folder / "labels.tsv",
        "reference": folder / "x.fa",
        "annotation": str(folder / "genes.tsv"),
        "threads": 1,
        "resamples": 50,
    }
    return evaluate_settings.Config(
        pathlib.Path(model),
        **(given | changes),  # type: ignore[arg-type]
    )


def scores(path: pathlib.Path) -> pl.DataFrame:
    return pl.read_csv(
        path,
        separator="\t",
        schema_overrides={"name": pl.String, "contig": pl.String, "altered": pl.String},
    )
