"""`score` by several models, and with refinement: files, summaries and refusals."""

import contextlib
import dataclasses
import gzip
import pathlib
from collections.abc import Callable

import polars as pl
import polars.testing as polars_testing
import pysam
import pytest

from support import cli as desks
from support import models as toys
from support import trained_models
from twinsplice.base_models import catalogue, contract, loading
from twinsplice.commands import score
from twinsplice.io import fasta
from twinsplice.io.vcf import vcf
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


@pytest.fixture
def several(desk: desks.Desk, monkeypatch: pytest.MonkeyPatch) -> desks.Desk:
    """A desk with toys of three base models, and the run of a trained one."""
    _train(desk, "run", {})

    def load(name: str, *_: object) -> contract.BaseModel:
        return (TOYS | {"pangolin": PANGOLIN})[name]

    monkeypatch.setattr(loading, "load", load)
    return desk


def _train(desk: desks.Desk, name: str, card: dict[str, object], seed: int = 0) -> str:
    """Make a run's folder; return its path."""
    folder = desk.folder / name
    base = {"base_model": "cispliceai", "calibration": trained_models.CARDS["both"]}
    model = trained_models.paired_model(seed)
    checkpoints.save(folder / checkpoints.NAME, model, base | card)
    return str(folder)


def _run(desk: desks.Desk, name: str, *flags: str) -> pathlib.Path:
    """Score into a file and return it."""
    output = desk.folder / name
    outcome = desk.score(desk.vcf(*RECORDS), *flags, output=output)
    assert outcome.code == 0, outcome.err
    return output


def _models(*names: str) -> list[str]:
    return [word for name in names for word in ("--model", name)]


def _table(path: pathlib.Path) -> pl.DataFrame:
    if path.name.endswith(".parquet"):
        return pl.read_parquet(path)
    return pl.read_csv(path, separator="\t", infer_schema_length=None)


def _entries(path: pathlib.Path, key: str) -> list[list[str]]:
    """The entries of a field of each record, as text."""
    with pysam.VariantFile(str(path)) as file:
        return [[str(entry) for entry in each.info.get(key, ())] for each in file]


# Several models.


@pytest.mark.parametrize("ending", ["vcf", "vcf.gz", "bcf"])
@pytest.mark.parametrize(
    "more", [(), ("--mask", "--intergenic", "--distance=120")], ids=["plain", "more"]
)
def test_fields_of_each_model_are_those_of_its_own_run(
    several: desks.Desk, ending: str, more: tuple[str, ...]
) -> None:
    names = {"CISpliceAI": "cispliceai", "Pangolin": "pangolin"}
    names["TwinSplice"] = str(several.folder / "run")
    together = _run(several, f"all.{ending}", *_models(*names.values()), *more)
    skips = _entries(together, "TwinSplice_SKIP")
    for key, name in names.items():
        alone = _run(several, f"one.{ending}", *_models(name), *more)
        assert _entries(together, key) == _entries(alone, key)
        mine = [
            [text.rpartition("|")[0] for text in texts if key in _keys(text)]
            for texts in skips
        ]
        assert mine == _entries(alone, "TwinSplice_SKIP")
        if key == "TwinSplice":
            assert _entries(together, f"{key}_PI") == _entries(alone, f"{key}_PI")
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
    together = _table(_run(several, f"all.{ending}", *_models(*names.values())))
    for prefix, name in names.items():
        alone = _table(_run(several, f"one.{ending}", *_models(name)))
        own = [column for column in alone.columns if column not in [*SHARED, *LAST]]
        mine = together.select(
            *SHARED,
            *(pl.col(f"{prefix}{column}").alias(column) for column in own),
            *LAST,
        )
        polars_testing.assert_frame_equal(mine, alone, rel_tol=0, abs_tol=1e-5)
    assert together.columns[: len(SHARED)] == SHARED
    assert together.columns[-len(LAST) :] == LAST
    assert len(together.columns) == len(set(together.columns))


def test_official_rules_hold_for_each_model(several: desks.Desk) -> None:
    """They differ, even in where they see genes; each row says of whom it is."""
    names = {"CISpliceAI": "cispliceai", "SpliceAI": "spliceai"}
    together = _run(several, "all.vcf", *_models(*names.values()), "--compat")
    table = _table(_run(several, "all.tsv", *_models(*names.values()), "--compat"))
    rows = 0
    for key, name in names.items():
        alone = _run(several, "one.vcf", *_models(name), "--compat")
        assert _entries(together, key) == _entries(alone, key)
        single = _table(_run(several, "one.tsv", *_models(name), "--compat"))
        prefix = "" if key == "CISpliceAI" else f"{key}_"
        own = [column for column in single.columns if column not in [*SHARED, *LAST]]
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
    second = _train(several, "second", {}, seed=5)
    output = _run(several, "out.vcf", *_models(str(several.folder / "run"), second))
    with pysam.VariantFile(str(output)) as file:
        first, other = (
            str(file.header.info[key].description)
            for key in ("TwinSplice", "TwinSplice_2")
        )
        assert "TwinSplice_2_PI" in file.header.info
    assert "TwinSplice_2" not in first
    assert f"TwinSplice_2 is {second}, after TwinSplice" in other
    assert _entries(output, "TwinSplice") != _entries(output, "TwinSplice_2")
    alone = _run(several, "alone.vcf", *_models(second))
    assert _entries(output, "TwinSplice_2") == _entries(alone, "TwinSplice")


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
        several.vcf(*RECORDS), *_models("cispliceai", "spliceai"), "--quiet"
    )
    assert outcome.code == 0
    assert opened == ["input", "genome"]
    infos = [record[7] for record in outcome.records]
    assert len(infos) == len(RECORDS)
    assert all("CISpliceAI=" in info and ";SpliceAI=" in info for info in infos[:20])


# Refinement.


def _refining(several: desks.Desk, threshold: float | None = THRESHOLD) -> list[str]:
    flags = ["--model", str(several.folder / "run"), "--refine", "cispliceai"]
    return flags if threshold is None else [*flags, f"--refine-threshold={threshold}"]


def _highest(table: pl.DataFrame) -> pl.Series:
    """What each row may be at most: the largest upper end, or the score."""
    ends = [name for name in table.columns if name.startswith("PI_HIGH_")]
    return table.select(pl.max_horizontal("max_delta", *ends)).to_series()


def test_refined_rows_are_the_base_models_own(several: desks.Desk) -> None:
    flags = _refining(several)
    table = _table(_run(several, "out.parquet", *flags))
    alone = _table(_run(several, "one.parquet", "--model", "cispliceai"))
    plain = _table(_run(several, "plain.parquet", *flags[:2]))
    polars_testing.assert_frame_equal(
        table.select(plain.columns), plain, rel_tol=0, abs_tol=1e-5
    )
    own = [column for column in alone.columns if column not in [*SHARED, *LAST]]
    large = (_highest(plain) >= THRESHOLD).fill_null(value=False)
    assert 0 < large.sum() < len(large)
    renamed = table.select(pl.col(f"CISpliceAI_{name}").alias(name) for name in own)
    polars_testing.assert_frame_equal(
        renamed.filter(large), alone.select(own).filter(large), rel_tol=0, abs_tol=1e-5
    )
    # Others have nothing of it, not even a reason.
    rest = renamed.filter(~large)
    assert all(rest[name].null_count() == len(rest) for name in own)


@pytest.mark.parametrize("ending", ["vcf", "vcf.gz", "bcf"])
def test_refined_entries_are_the_base_models_own(
    several: desks.Desk, ending: str
) -> None:
    output = _run(several, f"out.{ending}", *_refining(several))
    alone = _run(several, f"one.{ending}", "--model", "cispliceai")
    table = _table(_run(several, "out.tsv", *_refining(several)))
    large = {
        (row["pos"], row["alt"], row["gene"])
        for row in table.filter(_highest(table) >= THRESHOLD).to_dicts()
    }
    with pysam.VariantFile(str(output)) as file:
        about = str(file.header.info["CISpliceAI"].description)
        positions = [record.pos for record in file]
    assert "only where a TwinSplice score of an allele in a gene" in about
    refined = _entries(output, "CISpliceAI")
    expected = [
        [e for e in entries if (at, *e.split("|")[:2]) in large]
        for at, entries in zip(positions, _entries(alone, "CISpliceAI"), strict=True)
    ]
    assert refined == expected
    assert sum(map(len, refined)) == len(large) > 0


@pytest.mark.parametrize(("threshold", "everything"), [(0, True), (1, False)])
def test_a_threshold_of_0_refines_all_and_of_1_nothing(
    several: desks.Desk,
    threshold: float,
    everything: bool,  # noqa: FBT001
) -> None:
    output = _run(several, "out.vcf", *_refining(several, threshold))
    alone = _run(several, "one.vcf", "--model", "cispliceai")
    entries = _entries(output, "CISpliceAI")
    assert entries == (
        _entries(alone, "CISpliceAI") if everything else [[] for _ in RECORDS]
    )


@pytest.mark.parametrize("size", [1, 7])
def test_chunks_do_not_change_what_is_refined(
    several: desks.Desk, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    whole = _table(_run(several, "whole.parquet", *_refining(several)))
    monkeypatch.setattr(score, "CHUNK_RECORDS", size)
    parts = _table(_run(several, "parts.parquet", *_refining(several)))
    polars_testing.assert_frame_equal(whole, parts, rel_tol=0, abs_tol=1e-5)


def test_several_models_refer_to_the_first(several: desks.Desk) -> None:
    flags = [*_refining(several), "--model", "pangolin"]
    table = _table(_run(several, "out.parquet", *flags))
    plain = _table(_run(several, "plain.parquet", *_refining(several)))
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
    table = _table(_run(several, "out.tsv", *_refining(several)))
    refined = int((_highest(table) >= THRESHOLD).sum())
    scored = len(table) - table["max_delta"].null_count()
    said = several.score(several.vcf(*RECORDS), *_refining(several)).err
    (line,) = (line for line in said.splitlines() if "refined" in line)
    assert line.split()[-2:] == [f"{refined}", f"({refined / scored:.1%})"]
    assert "CISpliceAI: refined" in line
    both = several.score(several.vcf(*RECORDS), *_models("spliceai", "cispliceai"))
    lines = [line.strip() for line in both.err.splitlines()]
    (count,) = (x.split()[-1] for x in lines if x.startswith("CISpliceAI: scored"))
    assert int(count) == scored
    assert any(x.startswith("CISpliceAI: not scored: symbolic allele") for x in lines)


# The threshold.


@pytest.mark.parametrize(
    ("card", "given", "threshold", "noted"),
    [
        ({}, None, 0.02, True),
        ({}, 0.02, 0.02, False),
        ({"refine": {"cispliceai": {"plain": {"threshold": 0.4}}}}, None, 0.4, False),
        ({"refine": {"cispliceai": {"plain": {"threshold": 0.4}}}}, 0.25, 0.25, False),
        ({"refine": {"spliceai": {"plain": {"threshold": 0.4}}}}, None, 0.02, True),
    ],
)
def test_the_threshold_is_given_or_fitted_or_the_default(
    several: desks.Desk,
    card: dict[str, object],
    given: float | None,
    threshold: float,
    *,
    noted: bool,
) -> None:
    _train(several, "run", card)
    output = several.folder / "out.vcf"
    outcome = several.score(
        several.vcf(*RECORDS), *_refining(several, given), output=output
    )
    assert outcome.code == 0
    with pysam.VariantFile(str(output)) as file:
        about = str(file.header.info["CISpliceAI"].description)
    assert f"may be {threshold:g} or more" in about
    assert ("0.02 is the default threshold of --refine" in outcome.err) == noted


@pytest.mark.parametrize(
    "stored",
    [
        {"cispliceai": {"plain": {}}},
        {"cispliceai": {"anchored": {"threshold": 2}}},
        {"cispliceai": {"other": {"threshold": 0.1}}},
        {"cispliceai": {"threshold": 0.1}},
        [1],
    ],
)
def test_a_card_with_a_damaged_threshold_is_refused(
    several: desks.Desk, stored: object
) -> None:
    _train(several, "run", {"refine": stored})
    said = several.refused(several.vcf(*RECORDS), *_refining(several))
    assert "calibrate it again" in said


# Refusals.


Flags = Callable[[str], list[str]]


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (lambda run: _models(run, run), "must name each model once"),
        (lambda run: [*_models(run), "--refine", run], "must name each model once"),
        (
            lambda run: [*_models(run), "--refine", f"{run}/weights.safetensors"],
            "which have the same weights",
        ),
        (lambda run: [*_models(run), "--refine", "nothing"], "'nothing'"),
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
            lambda run: [*_models("spliceai"), "--refine", run, "--compat"],
            "--compat needs a model of",
        ),
        (
            lambda run: [*_models("spliceai", run), "--compat"],
            "--compat needs a model of",
        ),
        (
            lambda run: [*_models("spliceai", run), "--weights", run],
            "leave --weights out",
        ),
    ],
)
def test_what_cannot_be_is_one_line(
    several: desks.Desk,
    monkeypatch: pytest.MonkeyPatch,
    flags: Flags,
    said: str,
) -> None:
    known = loading.load

    def load(name: str, weights: pathlib.Path | None = None) -> contract.BaseModel:
        entry = catalogue.find(name)
        if weights is not None:
            loading._originals(entry, weights)
        return known(name)

    monkeypatch.setattr(loading, "load", load)
    run = str(several.folder / "run")
    assert said in several.refused(several.vcf(*RECORDS), *flags(run))


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
    flags = [*_models("cispliceai", "pangolin"), "--weights", folder]
    assert several.score(several.vcf(*RECORDS), *flags).code == 0
    assert given == {"cispliceai": None, "pangolin": several.folder}


def test_strict_counts_the_refusals_of_every_model(several: desks.Desk) -> None:
    """Near a contig's end SpliceAI's program skips what CI-SpliceAI's does not."""
    near = several.vcf(desks.record(20, contig="chr2"))
    flags = ["--compat", "--strict", "--quiet"]
    assert several.score(near, *_models("cispliceai"), *flags).code == 0
    assert several.score(near, *_models("spliceai"), *flags).code == 1
    assert several.score(near, *_models("cispliceai", "spliceai"), *flags).code == 1


def test_annotating_again_replaces_all_fields(several: desks.Desk) -> None:
    flags = _models("cispliceai", "spliceai")
    once = _run(several, "once.vcf", *flags)
    twice = several.folder / "twice.vcf"
    assert several.score(once, *flags, output=twice).code == 0
    assert twice.read_text() == once.read_text()
    packed = _run(several, "once.vcf.gz", *flags)
    assert gzip.decompress(packed.read_bytes()).decode() == once.read_text()
