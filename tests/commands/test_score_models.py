"""`score` by several models: files, summaries and refusals."""

import contextlib
import gzip
import pathlib
from collections.abc import Callable

import polars as pl
import polars.testing as polars_testing
import pysam
import pytest

from support import cli as desks
from support import joint
from twinsplice.base_models import catalogue, contract, loading
from twinsplice.io import fasta
from twinsplice.io.vcf import vcf


@pytest.mark.parametrize("ending", ["vcf", "vcf.gz", "bcf"])
@pytest.mark.parametrize(
    "more", [(), ("--mask", "--intergenic", "--distance=120")], ids=["plain", "more"]
)
def test_fields_of_each_model_are_those_of_its_own_run(
    several: desks.Desk, ending: str, more: tuple[str, ...]
) -> None:
    names = {"CISpliceAI": "cispliceai", "Pangolin": "pangolin"}
    names["TwinSplice"] = str(several.folder / "run")
    together = joint.run(
        several, f"all.{ending}", *joint.models(*names.values()), *more
    )
    skips = joint.entries(together, "TwinSplice_SKIP")
    for key, name in names.items():
        alone = joint.run(several, f"one.{ending}", *joint.models(name), *more)
        assert joint.entries(together, key) == joint.entries(alone, key)
        mine = [
            [text.rpartition("|")[0] for text in texts if key in _keys(text)]
            for texts in skips
        ]
        assert mine == joint.entries(alone, "TwinSplice_SKIP")
        if key == "TwinSplice":
            assert joint.entries(together, f"{key}_PI") == joint.entries(
                alone, f"{key}_PI"
            )
    with pysam.VariantFile(str(together)) as file:
        for key in (*names, "TwinSplice_PI", "TwinSplice_SKIP"):
            assert file.header.info[key].type == "String"


def _keys(skip: str) -> list[str]:
    return skip.rpartition("|")[2].split("&")


@pytest.mark.parametrize("ending", ["tsv", "tsv.gz", "parquet"])
def test_columns_of_each_model_are_those_of_its_own_run(
    several: desks.Desk, ending: str
) -> None:
    run = str(several.folder / "run")
    names = {"": run, "Pangolin_": "pangolin", "SpliceAI_": "spliceai"}
    together = joint.table(
        joint.run(several, f"all.{ending}", *joint.models(*names.values()))
    )
    for prefix, name in names.items():
        alone = joint.table(joint.run(several, f"one.{ending}", *joint.models(name)))
        own = [
            column
            for column in alone.columns
            if column not in [*joint.SHARED, *joint.LAST]
        ]
        mine = together.select(
            *joint.SHARED,
            *(pl.col(f"{prefix}{column}").alias(column) for column in own),
            *joint.LAST,
        )
        polars_testing.assert_frame_equal(mine, alone, rel_tol=0, abs_tol=1e-5)
    assert together.columns[: len(joint.SHARED)] == joint.SHARED
    assert together.columns[-len(joint.LAST) :] == joint.LAST
    assert len(together.columns) == len(set(together.columns))


def test_official_rules_hold_for_each_model(several: desks.Desk) -> None:
    """They differ, even in where they see genes; each row says of whom it is."""
    names = {"CISpliceAI": "cispliceai", "SpliceAI": "spliceai"}
    together = joint.run(several, "all.vcf", *joint.models(*names.values()), "--compat")
    table = joint.table(
        joint.run(several, "all.tsv", *joint.models(*names.values()), "--compat")
    )
    rows = 0
    for key, name in names.items():
        alone = joint.run(several, "one.vcf", *joint.models(name), "--compat")
        assert joint.entries(together, key) == joint.entries(alone, key)
        single = joint.table(
            joint.run(several, "one.tsv", *joint.models(name), "--compat")
        )
        prefix = "" if key == "CISpliceAI" else f"{key}_"
        own = [
            column
            for column in single.columns
            if column not in [*joint.SHARED, *joint.LAST]
        ]
        present = pl.col(f"{prefix}max_delta").is_not_null() | (
            pl.col(f"{prefix}skip_reason").is_not_null()
        )
        identity = ["chrom", "pos", "ref", "alt", "gene"]
        mine = table.filter(present).select(
            *identity, *(pl.col(f"{prefix}{column}").alias(column) for column in own)
        )
        polars_testing.assert_frame_equal(
            mine, single.select(*identity, *own), rel_tol=0, abs_tol=1e-5
        )
        rows = max(rows, len(single))
    assert len(table) > rows


def test_models_of_one_key_are_numbered_and_named(several: desks.Desk) -> None:
    second = joint.train(several, "second", {}, seed=5)
    output = joint.run(
        several, "out.vcf", *joint.models(str(several.folder / "run"), second)
    )
    with pysam.VariantFile(str(output)) as file:
        first, other = (
            str(file.header.info[key].description)
            for key in ("TwinSplice", "TwinSplice_2")
        )
        assert "TwinSplice_2_PI" in file.header.info
    assert "TwinSplice_2" not in first
    assert f"TwinSplice_2 is {second}, after TwinSplice" in other
    assert joint.entries(output, "TwinSplice") != joint.entries(output, "TwinSplice_2")
    alone = joint.run(several, "alone.vcf", *joint.models(second))
    assert joint.entries(output, "TwinSplice_2") == joint.entries(alone, "TwinSplice")


def test_models_share_one_pass_and_one_genome(
    several: desks.Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    read, open_genome = vcf.read, fasta.Reference.open

    def reading(
        path: pathlib.Path, *, names: bool
    ) -> contextlib.AbstractContextManager[vcf.Source]:
        opened.append("input")
        return read(path, names=names)

    def opening(path: pathlib.Path) -> fasta.Reference:
        opened.append("genome")
        return open_genome(path)

    monkeypatch.setattr(vcf, "read", reading)
    monkeypatch.setattr(fasta.Reference, "open", opening)
    outcome = several.score(
        several.vcf(*joint.RECORDS), *joint.models("cispliceai", "spliceai"), "--quiet"
    )
    assert outcome.code == 0
    assert opened == ["input", "genome"]
    infos = [record[7] for record in outcome.records]
    assert len(infos) == len(joint.RECORDS)
    assert all("CISpliceAI=" in info and ";SpliceAI=" in info for info in infos[:20])


def test_several_models_refer_to_the_first(several: desks.Desk) -> None:
    flags = [*joint.refining(several), "--model", "pangolin"]
    table = joint.table(joint.run(several, "out.parquet", *flags))
    plain = joint.table(joint.run(several, "plain.parquet", *joint.refining(several)))
    refined = [name for name in plain.columns if name.startswith("CISpliceAI_")]
    polars_testing.assert_frame_equal(
        table.select(refined), plain.select(refined), rel_tol=0, abs_tol=1e-5
    )
    assert table["Pangolin_max_delta"].null_count() < len(table)
    assert [name for name in table.columns if name.endswith("_skip_reason")] == [
        "Pangolin_skip_reason",
        "CISpliceAI_skip_reason",
    ]


def test_the_summary_counts_each_model(several: desks.Desk) -> None:
    table = joint.table(joint.run(several, "out.tsv", *joint.refining(several)))
    refined = int((joint.highest(table) >= joint.THRESHOLD).sum())
    scored = len(table) - table["max_delta"].null_count()
    said = several.score(several.vcf(*joint.RECORDS), *joint.refining(several)).err
    (line,) = (line for line in said.splitlines() if "refined" in line)
    assert line.split()[-2:] == [f"{refined}", f"({refined / scored:.1%})"]
    assert "CISpliceAI: refined" in line
    both = several.score(
        several.vcf(*joint.RECORDS), *joint.models("spliceai", "cispliceai")
    )
    lines = [line.strip() for line in both.err.splitlines()]
    (count,) = (x.split()[-1] for x in lines if x.startswith("CISpliceAI: scored"))
    assert int(count) == scored
    assert any(x.startswith("CISpliceAI: not scored: symbolic allele") for x in lines)


# Refusals.


Flags = Callable[[str], list[str]]


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (lambda run: joint.models(run, run), "must name each model once"),
        (
            lambda run: [*joint.models(run), "--refine", run],
            "must name each model once",
        ),
        (
            lambda run: [*joint.models(run), "--refine", f"{run}/weights.safetensors"],
            "which have the same weights",
        ),
        (lambda run: [*joint.models(run), "--refine", "nothing"], "'nothing'"),
        (lambda _: ["--refine-threshold", "0.1"], "goes with --refine"),
        (
            lambda _: ["--refine", "spliceai", "--refine-threshold", "1.1"],
            "--refine-threshold must be 0 to 1",
        ),
        (
            lambda _: ["--refine", "spliceai", "--refine-threshold", "-0.1"],
            "--refine-threshold must be 0 to 1",
        ),
        (
            lambda _: ["--refine", "spliceai", "--refine-threshold", "nan"],
            "--refine-threshold must be 0 to 1",
        ),
        (
            lambda run: [*joint.models("spliceai"), "--refine", run, "--compat"],
            "--compat needs a model of",
        ),
        (
            lambda run: [*joint.models("spliceai", run), "--compat"],
            "--compat needs a model of",
        ),
        (
            lambda run: [*joint.models("spliceai", run), "--weights", run],
            "leave --weights out",
        ),
    ],
)
def test_what_cannot_be_is_one_line(
    several: desks.Desk, monkeypatch: pytest.MonkeyPatch, flags: Flags, said: str
) -> None:
    known = loading.load

    def load(name: str, weights: pathlib.Path | None = None) -> contract.BaseModel:
        entry = catalogue.find(name)
        if weights is not None:
            loading._originals(entry, weights)
        return known(name)

    monkeypatch.setattr(loading, "load", load)
    run = str(several.folder / "run")
    assert said in several.refused(several.vcf(*joint.RECORDS), *flags(run))


def test_a_folder_of_weights_goes_to_the_model_that_needs_it(
    several: desks.Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: dict[str, object] = {}
    known = loading.load

    def load(name: str, weights: pathlib.Path | None = None) -> contract.BaseModel:
        given[name] = weights
        return known(name)

    monkeypatch.setattr(loading, "load", load)
    folder = str(several.folder)
    flags = [*joint.models("cispliceai", "pangolin"), "--weights", folder]
    assert several.score(several.vcf(*joint.RECORDS), *flags).code == 0
    assert given == {"cispliceai": None, "pangolin": several.folder}


def test_strict_counts_the_refusals_of_every_model(several: desks.Desk) -> None:
    """Near a contig's end SpliceAI's program skips what CI-SpliceAI's does not."""
    near = several.vcf(desks.record(20, contig="chr2"))
    flags = ["--compat", "--strict", "--quiet"]
    assert several.score(near, *joint.models("cispliceai"), *flags).code == 0
    assert several.score(near, *joint.models("spliceai"), *flags).code == 1
    assert (
        several.score(near, *joint.models("cispliceai", "spliceai"), *flags).code == 1
    )


def test_annotating_again_replaces_all_fields(several: desks.Desk) -> None:
    flags = joint.models("cispliceai", "spliceai")
    once = joint.run(several, "once.vcf", *flags)
    twice = several.folder / "twice.vcf"
    assert several.score(once, *flags, output=twice).code == 0
    assert twice.read_text() == once.read_text()
    packed = joint.run(several, "once.vcf.gz", *flags)
    assert gzip.decompress(packed.read_bytes()).decode() == once.read_text()
