"""Carriers of an allele, by genotypes of every form."""

import numpy as np
import pytest

from twinsplice.effect import deltas, queries, results
from twinsplice.io.vcf import genotypes, vcf

SAMPLES = ["S1", "S2", "a,b", "S4", "S5"]


def _columns(alts: str, samples: str, names: list[str]) -> dict[str, list[object]]:
    text = f"1\t5\t.\tA\t{alts}\t.\t.\t.{samples}"
    record = vcf.Record(1, "1", 4, "A", tuple(alts.split(",")), text)
    none = np.zeros((0, 4))
    chunk = results.Results(
        record=np.zeros(len(record.alts), dtype=np.int64),
        alt=list(record.alts),
        gene=[""] * len(record.alts),
        gene_id=[""] * len(record.alts),
        minus=np.zeros(len(record.alts), dtype=bool),
        reason=[None] * len(record.alts),
        scored=np.full(len(record.alts), -1),
        origin=np.zeros(0, dtype=np.int64),
        start=np.zeros(0, dtype=np.int64),
        predictions=queries.Predictions(
            kinds=deltas.SITE_KINDS,
            size=none,
            column=none.astype(np.int64),
            ref=none,
            alt=none,
        ),
    )
    found = genotypes.columns([record], chunk, names)
    return {name: list(values) for name, values in found.items()}


@pytest.mark.parametrize(
    ("alts", "samples", "carriers", "named"),
    [
        ("C", "\tGT\t0/1\t1|1\t1\t./.\t0", [3], ["S1,S2,a%2Cb"]),
        ("C,G", "\tDP:GT\t3:0/2\t4:1/2\t.\t1:10/1\t9", [2, 2], ["S2,S4", "S1,S2"]),
        ("C,C", "\tGT\t0/2\t0/0\t0/0\t/1\t.", [2, 2], ["S1,S4", "S1,S4"]),
        ("C", "\tGT\t0/0\t0/0\t0/0\t0/0\t0/0", [0], [None]),
        ("C", "\tDP\t1\t2\t3\t4\t5", [None], [None]),
        ("C", "", [None], [None]),
        # Fewer columns than the header has names.
        ("C", "\tGT\t0/1", [1], ["S1"]),
    ],
)
def test_carriers_have_the_allele_in_gt(
    alts: str,
    samples: str,
    carriers: list[int | None],
    named: list[str | None],
) -> None:
    found = _columns(alts, samples, SAMPLES)
    assert found == {"carriers": carriers, "samples": named}


def test_only_the_first_are_named() -> None:
    names = [f"S{i}" for i in range(genotypes.MOST + 20)]
    found = _columns("C", "\tGT" + "\t0/1" * len(names), names)
    assert found["carriers"] == [len(names)]
    assert found["samples"] == [",".join(names[: genotypes.MOST])]


def test_samples_are_named_by_the_header() -> None:
    first = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"
    assert genotypes.sample_names(["##x", f"{first}\tFORMAT\tA\tB b\r"]) == ["A", "B b"]
    assert genotypes.sample_names([first]) == []
