"""The maps in the package: they fit the default weights, the gene tables, and sites."""

import importlib.resources
import json
import pathlib

import numpy as np
import pytest

from twinsplice.io import reference_map
from twinsplice.io.annotation import annotations

DATA = pathlib.Path(str(importlib.resources.files("twinsplice.data")))


@pytest.mark.parametrize("assembly", ["grch37", "grch38"])
def test_a_map_fits_the_weights_and_the_genes(assembly: str) -> None:
    path = DATA / f"map.{assembly}.parquet"
    assert path.stat().st_size < 1_000_000
    found = reference_map.read(path)
    card = json.loads((DATA / "twinsplice.json").read_text(encoding="utf-8"))
    index = annotations.load(assembly).index
    assert found.metadata.base_model_sha256 == card["base_model_sha256"]
    assert found.metadata.annotation_sha256 == reference_map.annotation_digest(index)
    assert found.metadata.floor == 1e-3
    assert found.metadata.precision == "float32"
    assert found.shard is None
    assert len(found) > 500
    symbols = {gene.name: gene for gene in index.genes}
    for name in ("BRCA1", "BRCA2", "MLH1", "LMNA", "MYBPC3", "ATM"):
        gene = symbols[name]
        number = found.gene(
            gene.span.contig,
            gene.strand.value == "-",
            gene.span.start,
            gene.span.end,
        )
        assert number is not None
        sites = found.sites(number, gene.span.start, gene.span.end)
        for track, annotated in enumerate((gene.acceptors, gene.donors)):
            sure = sites.position[sites.log_odds[:, track] > 0]
            # Most sites that the base model is sure of are annotated.
            assert np.isin(sure, annotated).mean() > 0.7, (name, track)


def test_both_assemblies_say_the_same_of_the_same_genes() -> None:
    one, two = (
        reference_map.read(DATA / f"map.{assembly}.parquet")
        for assembly in ("grch37", "grch38")
    )
    by_bases = {
        (gene.crc32, gene.end - gene.start, gene.minus): number
        for number, gene in enumerate(one.genes)
    }
    common = 0
    for number, gene in enumerate(two.genes):
        other = by_bases.get((gene.crc32, gene.end - gene.start, gene.minus))
        if other is None:
            continue
        common += 1
        there = one.genes[other]
        here = two.sites(number, gene.start, gene.end)
        same = one.sites(other, there.start, there.end)
        moved = same.position - there.start + gene.start
        np.testing.assert_array_equal(here.position, moved)
        np.testing.assert_array_equal(here.log_odds, same.log_odds)
    assert common > 400
