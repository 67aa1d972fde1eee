"""Calibration on laboratory labels: the probability that splicing is altered."""

import pathlib
from typing import Any

import numpy as np
import pytest
import torch

from support import labels as labelled_input
from support import models as toys
from support import trained_models
from twinsplice import cli
from twinsplice.commands import calibrate
from twinsplice.io.vcf import vcf
from twinsplice.predictors import checkpoints, loading, trained
from twinsplice.scoring import assembly
from twinsplice.settings import calibrate as calibrate_settings
from twinsplice.stats import calibrators

CARD: dict[str, Any] = {
    "base_model": "cispliceai",
    "splits": {"train": ["1", "3"], "validation": ["2"], "test": ["20"]},
}


def _config(tmp_path: pathlib.Path) -> calibrate_settings.Config:
    """A model, and labels that its larger exon-inclusion scores make likelier."""
    model = tmp_path / "model.safetensors"
    card = CARD | {"calibration": {"plain": {"isotonic": None}}}
    checkpoints.save(model, trained_models.MODELS["paired"], card)
    letters = labelled_input.BASES
    made = [
        {**row, "pos": at + 1, "ref": letters[at], "alt": alt, "name": f"{at}{alt}"}
        for contig in "12"
        for row in labelled_input.rows(contig, 50, 130)
        for at in (row["pos"] - 1, row["pos"])
        for alt in "ACGT".replace(letters[at], "")
    ]
    toys.write_fasta(tmp_path / "x.fa", dict.fromkeys(["1", "2", "20"], letters))
    genes = labelled_input.TABLE + "LAST\t20\t+\t100\t500\t100,300,\t200,500,\n"
    (tmp_path / "genes.tsv").write_text(genes)
    options = assembly.Options(
        reference=tmp_path / "x.fa", annotation=str(tmp_path / "genes.tsv")
    )
    predictor = loading.load(str(model), None, toys.ON_CPU)
    with assembly.opened(predictor, options) as scorer:
        scores = scorer.score(
            [
                vcf.Record(
                    0, row["chrom"], row["pos"] - 1, row["ref"], (row["alt"],), ""
                )
                for row in made
            ]
        )
    best = [
        np.nan_to_num(scores.inclusion[list(rows)]).max(initial=0)
        for rows in scores.by_record(len(made))
    ]
    rank = np.argsort(np.argsort(best)) / len(best)
    chance = np.random.default_rng(6).random(len(best))
    for row, likely, drawn in zip(made, rank, chance, strict=True):
        row["label"] = int(drawn < 0.2 + 0.7 * likely)
    # What lies on chromosomes that the model is tested on must not be looked at.
    made += [row | {"chrom": "20", "label": 1} for row in made[:40]]
    labelled_input.write(tmp_path / "labels.tsv", made)
    return calibrate_settings.Config(
        model,
        output=tmp_path / "out.safetensors",
        labels=tmp_path / "labels.tsv",
        reference=tmp_path / "x.fa",
        annotation=str(tmp_path / "genes.tsv"),
    )


def test_labels_alone_add_the_probability_of_alteration(
    tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = _config(tmp_path)
    assert cli.learning.calibrate(config) == 0
    before, after = (checkpoints.load(path) for path in (config.model, config.output))
    stored = dict(after.card["calibration"])
    record = stored.pop("laboratory")
    assert stored == before.card["calibration"]
    for name, tensor in before.model.state_dict().items():
        assert torch.equal(tensor, after.model.state_dict()[name])
    # Chromosome 20, which the model is tested on, is not looked at.
    assert record["contigs"] == ["1", "2"]
    assert record["labels"] == "labels.tsv"
    assert record["distance"] == 50
    assert 200 < record["variants"] < 600
    fitted = calibrators.from_json(record["alteration"])
    assert isinstance(fitted, calibrators.Alteration)
    assert fitted.prior == record["altered"] / record["variants"]
    assert sum(record["reliability"]["variants"]) == record["variants"]
    assert f"{record['variants']} labelled variants" in capsys.readouterr().err
    found = loading.load(str(config.output), None, toys.ON_CPU)
    assert isinstance(found, trained.TrainedPredictor)
    assert {each.alteration for each in found.calibrations.values()} == {fitted}


def test_the_probability_is_fitted_to_scores_as_reported(
    tmp_path: pathlib.Path,
) -> None:
    """A map that halves every score moves the fit, not the probabilities."""
    config = _config(tmp_path)
    first = calibrate.run(config).laboratory
    card = dict(checkpoints.load(config.model).card)
    halved = calibrators.Isotonic(sizes=(0.0, 1.0), values=(0.0, 0.5))
    plain = {"isotonic": calibrators.to_json(halved)}
    card["calibration"] = {"plain": plain}
    checkpoints.save(config.model, trained_models.MODELS["paired"], card)
    second = calibrate.run(config).laboratory
    assert first is not None
    assert second is not None
    assert second["figures"]["auroc"] != {}
    assert second["alteration"]["prior"] == first["alteration"]["prior"]
    # What is half as large is as likely only on another curve.
    assert second["alteration"]["intercept"] > first["alteration"]["intercept"]
