"""The commands of docs/recipes.md run, without a warning, on what we write."""

import dataclasses
import pathlib
import re
import shlex
from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl
import pysam
import pytest

from support import cli as desks
from twinsplice import api
from twinsplice.base_models import loading
from twinsplice.effect import deltas
from twinsplice.io.vcf import allele_fields, joint_fields
from twinsplice.scoring.naming import answer_names
from twinsplice.settings import score as score_settings

DOCS = pathlib.Path(__file__).parents[1] / "docs"
PAGE = (DOCS / "recipes.md").read_text(encoding="utf-8")
OUTPUT = (DOCS / "reference" / "output.md").read_text(encoding="utf-8")
INPUTS = ("cohort.vcf.gz", "scored.vcf.gz", "scores.tsv", "scores.parquet")


def _blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[pathlib.Path]:
    """A folder with the page's files, the current one."""
    made = tmp_path_factory.mktemp("recipes")
    base = dataclasses.replace(desks.MODEL, info="TwinSplice")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(made)
        patch.setenv("TWINSPLICE_CACHE", str(made / "cache"))
        patch.setattr(loading, "load", lambda *_: base)
        _write_files()
        yield made


def _write_files() -> None:
    """Write the page's files into the current folder."""
    model = api.load_model("cispliceai", device="cpu")
    sequence = desks.GENOME["chr1"]
    records = [desks.record(at) for at in (500, 700, 900)]
    ref = sequence[599]
    alts = ",".join(base for base in "ACGT" if base != ref)
    records.insert(1, f"chr1\t600\tx\t{ref}\t{alts},*,{ref}GT\t.\t.\t.\n")
    text = "".join(records).replace("\t.\n", "\t.\tGT\t0/1\n")
    header = desks.HEADER.replace("INFO\n", "INFO\tFORMAT\tS1\n").replace(
        "#CHROM", '##FORMAT=<ID=GT,Number=1,Type=String,Description="GT">\n#CHROM'
    )
    pathlib.Path("cohort.vcf").write_text(header + text)
    pathlib.Path("reference.fa").write_text(desks.fasta_of(desks.GENOME))
    pathlib.Path("genes.tsv").write_text(desks.GENES)
    pysam.tabix_compress("cohort.vcf", "cohort.vcf.gz")
    pysam.tabix_index("cohort.vcf.gz", preset="vcf")
    for name in INPUTS[1:]:
        with api.Scorer(
            model,
            reference="reference.fa",
            annotation="genes.tsv",
            flat=name.endswith("vcf.gz"),
        ) as scorer:
            scorer.score_vcf("cohort.vcf.gz", name)


@pytest.mark.usefixtures("folder")
def test_bcftools_runs(capfd: pytest.CaptureFixture[str]) -> None:
    commands = re.findall(r"^\$ (.*)$", "".join(_blocks("console")), re.MULTILINE)
    assert len(commands) == 10
    capfd.readouterr()
    for command in commands:
        program, name, *words = shlex.split(command)
        assert program == "bcftools"
        getattr(pysam.bcftools, name)(*words, catch_stdout=False)
        said = capfd.readouterr()
        assert not re.search("warn|error|\\[[WE]::", said.err, re.IGNORECASE), command
    with pysam.VariantFile("split.vcf.gz") as split:
        of_alleles = {
            (record.pos, record.alts): record.info["TwinSplice_MAX"] for record in split
        }
    with pysam.VariantFile("scored.vcf.gz") as scored:
        for record in scored:
            for alt, value in zip(
                record.alts or (), record.info["TwinSplice_MAX"], strict=True
            ):
                assert of_alleles.get((record.pos, (alt,)), (None,)) == (value,)
    scores = pl.read_parquet("scores.parquet")
    alleles = pl.read_csv(
        "alleles.tsv", separator="\t", has_header=False, null_values="."
    )
    assert len(alleles) == 3 + 5
    largest = alleles.to_series(4).drop_nulls().to_numpy()
    expected = scores["max_delta"].drop_nulls().to_numpy()
    np.testing.assert_allclose(largest, expected, atol=5.1e-5)
    assert "TwinSplice_MAX=" in pathlib.Path("annotated.vcf").read_text()
    assert "TwinSplice_MAX=" in pathlib.Path("merged.vcf").read_text()


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("library", ["polars", "pandas"])
def test_snippets_run(library: str) -> None:
    pytest.importorskip(library, reason=f"{library} is not installed")
    (code,) = [each for each in _blocks("python") if f"import {library}" in each]
    names: dict[str, Any] = {}
    exec(compile(code, "recipes.md", "exec"), names)
    scores = names["scores"]
    expected = pl.read_parquet("scores.parquet")
    assert list(scores.columns) == expected.columns
    np.testing.assert_allclose(
        np.asarray(scores["max_delta"], dtype=np.float64),
        expected["max_delta"].to_numpy(),
        rtol=1e-5,
    )


@pytest.mark.usefixtures("folder")
def test_duckdb_runs() -> None:
    duckdb = pytest.importorskip("duckdb", reason="DuckDB is not installed")
    (code,) = _blocks("sql")
    genes, large, models = (
        duckdb.sql(query).fetchall() for query in code.split(";") if query.strip()
    )
    scores = pl.read_parquet("scores.parquet")
    assert genes == [("A", len(scores), scores["max_delta"].max())]
    assert len(large) == (scores["max_delta"] >= 0.2).sum()
    assert '"sha256"' in models[0][0]


def _documented(heading: str) -> list[str]:
    """What the first cells of a section's table name."""
    section = OUTPUT.split(f"## {heading}\n")[1].split("\n## ")[0]
    cells = re.findall(r"^\| (`.*?) \|", section, re.MULTILINE)
    return [name for cell in cells for name in re.findall(r"`([^`]+)`", cell)]


MODEL = joint_fields.ModelFields(
    key="TwinSplice", about="", kinds=deltas.SITE_KINDS, intervals=True
)


def test_every_column_is_documented() -> None:
    schema = joint_fields.schema([MODEL], named=True, samples=True)
    assert _documented("Tables") == [*schema, *answer_names.SCHEMA]


def test_every_flat_field_is_documented_with_its_type() -> None:
    names = allele_fields.names("TwinSplice", deltas.SITE_KINDS)
    assert _documented("Numbers to filter on") == names
    lines = allele_fields.info_lines(
        "TwinSplice", deltas.SITE_KINDS, intervals=True, flat=True
    )
    rows = [line.split("|") for line in OUTPUT.splitlines() if line[:2] == "| "]
    for line in lines:
        name, type_ = re.findall("ID=([^,]+),Number=A,Type=([A-Za-z]+)", line)[0]
        (row,) = [row for row in rows if f"`{name}`" in row[1]]
        assert row[2].strip() == type_


def test_settings_of_the_page_are_settings() -> None:
    fields = score_settings.Config.__dataclass_fields__
    flags = re.findall(r"twinsplice score .*? --([a-z-]+)", PAGE)
    assert flags
    assert all(flag.replace("-", "_") in fields for flag in flags)
