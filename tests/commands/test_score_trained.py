"""`score` with a trained model: what it writes, and what it refuses."""

import dataclasses
import functools
import json
import pathlib
from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
import polars.testing as polars_testing
import pysam
import pytest
import safetensors.torch

from support import maps, trained_models
from support import models as toys
from twinsplice import api, cli, errors
from twinsplice.base_models import loading as base_loading
from twinsplice.commands import prepare
from twinsplice.effect import deltas
from twinsplice.predictors import checkpoints
from twinsplice.settings import prepare as prepare_settings
from twinsplice.settings import score as score_settings
from twinsplice.stats import calibrators

# Files.


TABLE = (
    "#NAME\tCHROM\tSTRAND\tTX_START\tTX_END\tEXON_START\tEXON_END\n"
    "PLUS\t1\t+\t100\t500\t100,300,\t200,500,\n"
    "MINUS\t1\t-\t90\t610\t90,310,\t220,610,\n"
)


@pytest.fixture
def run(tmp_path: pathlib.Path) -> pathlib.Path:
    """The folder of a run, and an input beside it."""
    toys.write_fasta(tmp_path / "x.fa", {"1": trained_models.BASES})
    (tmp_path / "genes.tsv").write_text(TABLE)
    header = "##fileformat=VCFv4.2\n##contig=<ID=1>\n"
    columns = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
    lines = "".join(f"{each.text}\n" for each in trained_models.RECORDS)
    (tmp_path / "in.vcf").write_text(header + columns + lines)
    folder = tmp_path / "run"
    card = {
        "base_model": "cispliceai",
        "base_model_sha256": maps.MODEL.sha256,
        "calibration": trained_models.CARDS["both"],
    }
    checkpoints.save(folder / checkpoints.NAME, trained_models.paired_model(), card)
    return folder


def _config(run: pathlib.Path, output: str, **options: object) -> score_settings.Config:
    folder = run.parent
    settings: dict[str, Any] = {
        "model": str(run),
        "distance": trained_models.REACH,
        "quiet": True,
    }
    return score_settings.Config(
        folder / "in.vcf",
        reference=folder / "x.fa",
        annotation=str(folder / "genes.tsv"),
        output=folder / output,
        **(settings | options),
    )


def test_a_run_writes_scores_and_intervals(run: pathlib.Path) -> None:
    config = _config(run, "out.vcf")
    summary = api.run(config)
    assert summary.scored == 17
    scored = 0
    with pysam.VariantFile(str(config.output)) as file:
        header = str(file.header)
        for record in file:
            found = record.info["TwinSplice"]
            sure = record.info["TwinSplice_PI"]
            scored += len(found)
            for text, ends in zip(found, sure, strict=True):
                parts, bounds = text.split("|"), ends.split("|")
                assert parts[:2] == bounds[:2]
                assert (len(parts), len(bounds)) == (10, 10)
                for i in range(4):
                    low, high = map(float, bounds[2 + 2 * i : 4 + 2 * i])
                    assert 0 <= low <= float(parts[2 + i]) <= high <= 1
    assert scored == summary.scored
    assert "model PairedDeltaPredictor of cispliceai (" in header
    assert "DS_AG|DS_AL|DS_DG|DS_DL|DP_AG|DP_AL|DP_DG|DP_DL" in header
    assert "ALLELE|SYMBOL|AG_LOW|AG_HIGH|AL_LOW|AL_HIGH|DG_LOW|DG_HIGH" in header


@pytest.mark.parametrize("name", ["out.tsv", "out.parquet"])
def test_tables_have_columns_of_both_ends(run: pathlib.Path, name: str) -> None:
    config = _config(run, name)
    api.run(config)
    frame = (
        pl.read_parquet(config.output)
        if name.endswith("parquet")
        else pl.read_csv(config.output, separator="\t")
    )
    scored = frame.filter(pl.col("skip_reason").is_null())
    assert len(scored) == 17
    for kind in deltas.SITE_KINDS:
        low, size, high = (
            scored[f"{x}_{kind.label}"] for x in ("PI_LOW", "DS", "PI_HIGH")
        )
        assert ((low <= size) & (size <= high)).all()
        rise = scored[f"ALT_{kind.label}"] - scored[f"REF_{kind.label}"]
        raw = (rise if kind.gain else -rise).clip(0, 1).to_numpy()
        np.testing.assert_allclose(
            size.to_numpy(), trained_models.ISOTONIC.apply(raw), atol=2e-4
        )


def test_large_and_probably_large_scores_are_counted(run: pathlib.Path) -> None:
    alteration = calibrators.Alteration(slope=1.0, intercept=2.0, prior=0.1)
    laboratory = {"alteration": calibrators.to_json(alteration)}
    card = {"calibration": trained_models.CARDS["modes"] | {"laboratory": laboratory}}
    checkpoints.save(run / checkpoints.NAME, trained_models.paired_model(), card)
    config = _config(run, "out.parquet", map="none")
    counted = api.run(config).classes
    frame = pl.read_parquet(config.output).filter(pl.col("skip_reason").is_null())
    probability = frame["P_BASE_0.2"]
    title = "base model's 0.2 or more: probability"
    assert dict(counted) == {
        "score 0.2 or more": (frame["max_delta"] >= 0.2).sum(),
        f"{title} 0.9 or more": (probability >= 0.9).sum(),
        f"{title} 0.1 to 0.9": probability.is_between(0.1, 0.9, closed="none").sum(),
        "altered splicing: probability 0.5 or more": (frame["P_ALTERED"] >= 0.5).sum(),
    }
    assert counted[f"{title} 0.1 to 0.9"] > 0


def test_a_weight_file_does_as_well_as_its_run(run: pathlib.Path) -> None:
    one, two = _config(run, "a.tsv"), _config(run / checkpoints.NAME, "b.tsv")
    two = dataclasses.replace(two, input=one.input, reference=one.reference)
    two = dataclasses.replace(
        two, annotation=one.annotation, output=one.output.with_name("b.tsv")
    )
    api.run(one)
    api.run(two)
    by_run, by_file = (pl.read_csv(each.output, separator="\t") for each in (one, two))
    polars_testing.assert_frame_equal(by_run, by_file, rel_tol=0, abs_tol=1e-5)


def test_older_intervals_go(run: pathlib.Path) -> None:
    config = _config(run, "a.vcf")
    api.run(config)
    again = dataclasses.replace(
        config, input=config.output, output=config.output.with_name("b.vcf")
    )
    api.run(again)
    assert again.output.read_text() == config.output.read_text()


def test_a_trained_model_has_no_official_program(run: pathlib.Path) -> None:
    with pytest.raises(errors.InputError, match="--compat needs a model of"):
        api.run(_config(run, "out.vcf", compat=True))


@pytest.mark.parametrize(
    ("choice", "model", "message"),
    [
        ("nothing.parquet", None, "a reference map must be a whole file"),
        ("live", "cispliceai", "--map needs a paired model"),
        ("nothing.parquet", "cispliceai", "--map needs a paired model"),
    ],
)
def test_a_map_that_cannot_be_used_is_refused(
    run: pathlib.Path, choice: str, model: str | None, message: str
) -> None:
    options = {} if model is None else {"model": model}
    with pytest.raises(errors.InputError, match=message):
        api.run(_config(run, "out.vcf", map=choice, **options))


def test_references_of_a_map_are_counted_and_named(
    run: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base_loading, "load", lambda *_: maps.MODEL)
    folder = run.parent
    config = _config(run, "out.vcf", map=str(folder / "a.map.parquet"))
    prepare.run(
        prepare_settings.Config(
            reference=folder / "x.fa",
            annotation=str(folder / "genes.tsv"),
            output=folder / "a.map.parquet",
        )
    )
    summary = api.run(config)
    assert summary.references == {"the base model's, from the map": 17}
    assert "map a.map.parquet" in config.output.read_text()
    plain = dataclasses.replace(config, map="none", output=folder / "plain.vcf")
    assert not api.run(plain).references
    assert plain.output.read_text() != config.output.read_text()


def test_a_trained_model_needs_no_folder_of_weights(run: pathlib.Path) -> None:
    with pytest.raises(errors.InputError, match="leave --weights out"):
        api.run(_config(run, "out.vcf", weights=run))


def _cut(file: pathlib.Path) -> None:
    file.write_bytes(file.read_bytes()[:-100])


def _other_shape(file: pathlib.Path, **card: object) -> None:
    with_card = checkpoints.describe(trained_models.MODELS["cnn"])
    checkpoints.save(file, trained_models.paired_model(), {"model": with_card} | card)


DAMAGE: dict[str, Callable[[pathlib.Path], object]] = {
    "cut": _cut,
    "empty": lambda file: file.write_bytes(b""),
    "gone": lambda file: file.unlink(),
    "shape": _other_shape,
    "format": functools.partial(_other_shape, format=99),
    "no card": lambda file: safetensors.torch.save_file({}, file),
    "isotonic": lambda file: checkpoints.save(
        file,
        trained_models.paired_model(),
        {"calibration": {"isotonic": {"kind": "isotonic", "sizes": [1.0]}}},
    ),
    "calibration": lambda file: checkpoints.save(
        file, trained_models.paired_model(), {"calibration": "well"}
    ),
    "wrong kind": lambda file: checkpoints.save(
        file,
        trained_models.paired_model(),
        {"calibration": {"isotonic": trained_models.CARDS["intervals"]}},
    ),
    "swapped": lambda file: checkpoints.save(
        file,
        trained_models.paired_model(),
        {"calibration": {"isotonic": trained_models.CARDS["intervals"]["intervals"]}},
    ),
}


@pytest.mark.parametrize("how", list(DAMAGE))
def test_damaged_weights_are_refused_in_one_line(run: pathlib.Path, how: str) -> None:
    (run / "config.json").write_text(json.dumps({}))
    DAMAGE[how](run / checkpoints.NAME)
    with pytest.raises(errors.WeightsError) as caught:
        cli.scoring.score(_config(run, "out.vcf"))
    assert "\n" not in str(caught.value)
    assert str(run) in str(caught.value)
    assert not (run.parent / "out.vcf").exists()


def test_a_name_of_nothing_is_refused(run: pathlib.Path) -> None:
    for name in ("nothing", "nothing.safetensors"):
        with pytest.raises(errors.TwinSpliceError, match="got"):
            api.run(_config(run, "out.vcf", model=name))
