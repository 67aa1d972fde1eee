"""What an output says of its run: names, not paths; flags that are not defaults."""

import json
import pathlib
import shlex

import pytest

from support import models as toys
from twinsplice.effect import rules
from twinsplice.genome import saturation
from twinsplice.io import fasta
from twinsplice.scoring import assembly, model_sets, refining
from twinsplice.scoring.runs import run_records


@pytest.fixture
def models(reference: fasta.Reference) -> model_sets.ModelSet:
    scorers = tuple(
        toys.scorer(toys.model([toys.member(1)], name), reference, [])
        for name in ("spliceai", "cispliceai")
    )
    return model_sets.ModelSet(
        scorers=scorers, refinement=refining.Refinement(threshold=0.1, anchored=0.1)
    )


OPTIONS = assembly.Options(
    reference=pathlib.Path("/secret/place/x.fa"),
    annotation="/secret/place/genes of mine.gtf",
    distance=60,
    mask=True,
    refine_threshold=0.1,
    map="/secret/place/map.parquet",
)


def test_the_command_has_names_and_no_defaults(models: model_sets.ModelSet) -> None:
    stated = run_records.metadata(models, OPTIONS, run_records.SCORE)
    assert "secret" not in "".join(stated.values())
    assert shlex.split(stated["twinsplice.command"]) == [
        *("twinsplice", "score", "INPUT", "--reference", "x.fa"),
        *("--annotation", "genes of mine.gtf", "--model", "spliceai"),
        *("--refine", "cispliceai", "--distance", "60", "--mask"),
        *("--refine-threshold", "0.1", "--map", "map.parquet"),
    ]


def test_models_and_settings_are_json(models: model_sets.ModelSet) -> None:
    stated = run_records.metadata(models, OPTIONS, run_records.SCORE)
    found = json.loads(stated["twinsplice.models"])
    assert [model["key"] for model in found] == ["SpliceAI", "CISpliceAI"]
    assert {model["rules"] for model in found} == {rules.TWINSPLICE.name}
    told = json.loads(stated["twinsplice.settings"])
    assert (told["map"], told["mask"], told["hgvs"]) == ("map.parquet", True, False)
    assert stated == run_records.metadata(models, OPTIONS, run_records.SCORE)


def test_a_scan_is_named_by_its_place() -> None:
    lengths = saturation.Lengths(deletion=3, insertion=0)
    words = run_records.scan_subject("chr1:1,000-2,000", lengths)
    assert words == ("scan", "chr1:1000-2000", "--deletions", "3")


def test_the_build_is_that_of_lengths_or_names(reference: fasta.Reference) -> None:
    for annotation, label in (
        ("hg38", "GRCh38"),
        ("grch37", "GRCh37"),
        ("a.gtf", None),
    ):
        options = assembly.Options(reference=reference.path, annotation=annotation)
        assert run_records.build_label(reference, options) == label
