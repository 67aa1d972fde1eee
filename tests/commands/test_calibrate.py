"""Calibration: a model that is wrong in a known way is mended, on other genes too."""

import dataclasses
import json
import pathlib
from typing import Any

import numpy as np
import pytest
import torch

from support import miscalibrated, trained_models
from support import models as toys
from twinsplice import cli, errors
from twinsplice.base_models import contract
from twinsplice.commands import calibrate
from twinsplice.models import anchoring, paired
from twinsplice.predictors import checkpoints, loading, score_calibration
from twinsplice.settings import calibrate as calibrate_settings
from twinsplice.settings import targets as targets_settings
from twinsplice.stats import prediction_intervals
from twinsplice.training import held_out, inference


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """A folder with two models and targets for each."""
    folder = tmp_path_factory.mktemp("calibration")
    for name in ("paired", "cnn"):
        checkpoints.save(
            folder / name / checkpoints.NAME,
            trained_models.MODELS[name],
            miscalibrated.CARD,
        )
        miscalibrated.store(folder / f"{name}.zarr", trained_models.MODELS[name])
    return folder


def _config(
    there: pathlib.Path,
    tmp_path: pathlib.Path,
    name: str = "paired",
    **options: Any,  # noqa: ANN401
) -> calibrate_settings.Config:
    settings: dict[str, Any] = {
        "targets": (there / f"{name}.zarr",),
        "output": tmp_path / "out.safetensors",
        "quiet": True,
    }
    return calibrate_settings.Config(there / name, **(settings | options))


def test_what_is_wrong_with_a_model_is_mended(
    there: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    seen: list[tuple[int, float]] = []
    config = _config(there, tmp_path)
    summary = calibrate.run(config, lambda n, share: seen.append((n, share or 0.0)))
    assert summary.variants == miscalibrated.ROWS
    assert summary.temperature == pytest.approx(miscalibrated.TEMPERATURE, rel=0.05)
    before, after = summary.before["plain"], summary.after["plain"]
    assert after["size_error"] < 0.3 * before["size_error"]
    assert 0.87 <= after["coverage"] <= 0.95
    assert before["coverage"] < 0.8
    shares = [share for _, share in seen]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    trained = checkpoints.load(config.output)
    stored = trained.card["calibration"]
    for mode in score_calibration.MODES:
        assert stored[mode]["after"] == summary.after[mode]
        assert stored[mode]["intervals"]["kind"] == "siteintervals"
    assert stored["contigs"] == ["2"]
    assert trained.card["splits"] == miscalibrated.CARD["splits"]
    text = config.output.with_suffix(".json").read_text()
    assert json.loads(text) == trained.card


def test_the_temperature_is_in_the_weights(
    there: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    config = _config(there, tmp_path, methods=("temperature",))
    summary = calibrate.run(config)
    pairs = miscalibrated.random_pairs(20, seed=1)
    before, after = (
        inference.profiles(model, pairs)
        for path in (config.model, config.output)
        if isinstance(
            model := checkpoints.load(path).model, paired.PairedDeltaPredictor
        )
    )
    assert summary.temperature is not None
    model = trained_models.paired_model()
    sequence = torch.eye(5, 4)[torch.from_numpy(pairs.codes).long()].transpose(1, 2)
    cut = targets_settings.LONGEST + miscalibrated.CONTEXT - model.context
    logits, _ = model.logits(sequence[:, :, cut:-cut])
    cooled = torch.softmax(logits / summary.temperature, dim=1)[:, 1:]
    np.testing.assert_allclose(after, cooled.numpy(), atol=1e-5)
    assert np.abs(before - after).max() > 0.01
    # Once the temperature is right there is nothing to be gained by another.
    again = dataclasses.replace(
        config, model=config.output, output=tmp_path / "again.safetensors"
    )
    second = calibrate.run(again).temperature
    assert second is None or second == pytest.approx(1, abs=0.02)


def test_a_calibrated_file_scores_by_its_calibration(
    there: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    config = _config(there, tmp_path)
    calibrate.run(config)
    found = loading.load(str(config.output), None, toys.ON_CPU)
    assert found.info == "TwinSplice"
    trained = checkpoints.load(config.output)
    sure = score_calibration.from_card(trained.card)
    assert sure.isotonic is not None
    assert isinstance(sure.intervals, prediction_intervals.SiteIntervals)
    anchored = score_calibration.from_card(trained.card, "anchored")
    assert anchored.intervals is not None
    assert anchored.intervals != sure.intervals
    sizes = np.linspace(0, 1, 200)
    mapped = sure.sizes(sizes)
    assert mapped[0] == 0
    assert (np.diff(mapped) >= 0).all()
    # On the very rows it was fitted on intervals hold what they must.
    pairs = miscalibrated.base_model(
        trained_models.MODELS["paired"],
        miscalibrated.random_pairs(miscalibrated.ROWS + miscalibrated.OTHERS, seed=4),
    )
    pairs = inference.rows(pairs, slice(0, miscalibrated.ROWS))
    inferred = inference.infer(trained.model, pairs)
    raw = score_calibration.scores(inferred.delta, inferred.reference)
    size, truth = raw.size, score_calibration.scores(pairs.delta).size
    both = sure.ends(raw)
    assert both is not None
    low, high = both
    assert ((low <= sure.sizes(size)) & (sure.sizes(size) <= high)).all()
    assert 0.87 <= ((low <= truth) & (truth <= high)).mean() <= 0.95


def test_the_threshold_of_a_refinement_is_in_the_card(
    there: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    config = _config(there, tmp_path)
    summary = calibrate.run(config)
    trained = checkpoints.load(config.output)
    stored = trained.card["refine"]["cispliceai"]
    assert stored == summary.refinement
    assert {each["variants"] for each in stored.values()} == {miscalibrated.ROWS}
    # It is of upper ends of intervals as `score` reports them.
    pairs = miscalibrated.base_model(
        trained_models.MODELS["paired"],
        miscalibrated.random_pairs(miscalibrated.ROWS + miscalibrated.OTHERS, seed=4),
    )
    pairs = inference.rows(pairs, slice(0, miscalibrated.ROWS))
    truth = score_calibration.scores(pairs.delta).size.max(axis=1)
    for mode in score_calibration.MODES:
        floor = anchoring.FLOOR if mode == "anchored" else None
        inferred = inference.infer(trained.model, pairs, floor=floor)
        raw = score_calibration.scores(
            inferred.delta, inferred.reference, inferred.quantiles
        )
        ends = score_calibration.from_card(trained.card, mode).ends(raw)
        assert ends is not None
        reported, fitted = ends[1].max(axis=1), stored[mode]
        for least, share in ((0.1, 0.01), (0.2, 0.005)):
            missed = (reported < fitted["threshold"])[truth >= least].mean()
            assert missed == pytest.approx(fitted[f"missed_{least}"], abs=2e-3)
            assert fitted[f"missed_{least}"] <= share
    found = loading.load(str(config.output), None, toys.ON_CPU)
    thresholds = {mode: stored[mode]["threshold"] for mode in score_calibration.MODES}
    assert found.refine_thresholds == {"cispliceai": contract.Thresholds(**thresholds)}


def test_a_threshold_of_other_scores_does_not_stay(
    there: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    """Few changes give none; one that was fitted before holds no longer."""
    old = {"refine": {"cispliceai": {"plain": {"threshold": 0.4}}}}
    path = tmp_path / "old" / checkpoints.NAME
    checkpoints.save(path, trained_models.MODELS["paired"], miscalibrated.CARD | old)
    config = _config(there, tmp_path, max_variants=250)
    config = dataclasses.replace(config, model=path)
    held = held_out.read(config, miscalibrated.CARD, trained_models.SMALL.context)
    truth = np.abs(np.concatenate([each.delta for each in held.pairs])).max(axis=(1, 2))
    summary = calibrate.run(config)
    enough = int((truth >= 0.1).sum()) >= 100
    assert bool(summary.refinement) == enough
    card = checkpoints.load(config.output).card
    assert card["refine"] == ({"cispliceai": summary.refinement} if enough else {})


def test_models_without_sites_or_quantiles_are_calibrated_too(
    there: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    summary = calibrate.run(_config(there, tmp_path, "cnn"))
    assert summary.temperature is None
    # Only paired predictors can be told the reference.
    assert summary.before.keys() == summary.after.keys() == {"plain"}
    before, after = summary.before["plain"], summary.after["plain"]
    assert "coverage" not in before
    assert 0.87 <= after["coverage"] <= 0.95
    assert after["size_error"] < before["size_error"]
    sure = score_calibration.from_card(checkpoints.load(summary.output).card)
    # Without a reference profile no base is a site.
    assert isinstance(sure.intervals, prediction_intervals.SiteIntervals)
    assert sure.intervals.low[0] == sure.intervals.low[1]


def test_a_method_alone_leaves_the_others_out(
    there: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    summary = calibrate.run(_config(there, tmp_path, methods=("isotonic",)))
    card = checkpoints.load(summary.output).card["calibration"]
    for mode in score_calibration.MODES:
        assert card[mode]["isotonic"]["kind"] == "isotonic"
        assert card[mode]["intervals"] is None
        assert card[mode]["probability"] is None
        assert card[mode]["reliability"] is None


def test_a_probability_that_no_variant_bears_out_is_left_out(
    there: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    # The toys' changes stay below 0.2.
    summary = calibrate.run(_config(there, tmp_path, methods=("probability",)))
    card = checkpoints.load(summary.output).card["calibration"]
    assert card["plain"]["probability"] is None
    assert "brier" not in summary.after["plain"]
    assert card["temperature"] is None


def test_the_same_is_written_again(there: pathlib.Path, tmp_path: pathlib.Path) -> None:
    one = _config(there, tmp_path, output=tmp_path / "a.safetensors")
    two = dataclasses.replace(one, output=tmp_path / "b.safetensors")
    calibrate.run(one)
    calibrate.run(two)
    assert one.output.read_bytes() == two.output.read_bytes()


def test_parts_are_of_whole_genes(there: pathlib.Path, tmp_path: pathlib.Path) -> None:
    config = _config(there, tmp_path)
    held = held_out.read(config, miscalibrated.CARD, trained_models.SMALL.context)
    genes = np.arange(miscalibrated.ROWS) % miscalibrated.GENES
    for gene in range(miscalibrated.GENES):
        assert len(set(held.draw[genes == gene].tolist())) == 1
    parts = np.stack([held.part(i) for i in range(held_out.PARTS)])
    assert (parts.sum(axis=0) == 1).all()
    assert 0.2 < held.half.mean() < 0.8
    fewer = held_out.read(
        dataclasses.replace(config, max_variants=70),
        miscalibrated.CARD,
        trained_models.SMALL.context,
    )
    assert len(fewer.draw) == len(fewer.pairs[0].codes) == 70


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"contigs": ("20",)}, "20 of its test fold"),
        ({"contigs": ("chr3", "2")}, "3 of its train fold"),
        ({"contigs": ("8",)}, "needs rows"),
        ({"max_variants": 90}, "100 held-out rows"),
    ],
)
def test_the_wrong_rows_are_refused(
    there: pathlib.Path, tmp_path: pathlib.Path, options: dict[str, Any], said: str
) -> None:
    with pytest.raises(errors.InputError, match=said):
        calibrate.run(_config(there, tmp_path, **options))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("metadata", "said"),
    [
        ({"kind": "profiles"}, "targets of variants"),
        ({"base_model_sha256": "b" * 64}, "the model's base model"),
        ({"settings": {"context": 5}}, "the model's context of"),
    ],
)
def test_the_wrong_stores_are_refused(
    there: pathlib.Path, tmp_path: pathlib.Path, metadata: dict[str, object], said: str
) -> None:
    path = miscalibrated.store(
        tmp_path / "other.zarr", trained_models.MODELS["cnn"], **metadata
    )
    with pytest.raises(errors.InputError, match=said):
        calibrate.run(_config(there, tmp_path, targets=(path,)))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"targets": ()}, "--targets"),
        ({"contigs": ()}, "--contigs"),
        ({"methods": ()}, "--methods"),
        ({"level": 1.0}, "--level"),
        ({"max_variants": 0}, "--max-variants"),
        ({"threads": 0}, "--threads"),
        ({"output": pathlib.Path("x.pt")}, "--output"),
    ],
)
def test_settings_out_of_range_are_refused(
    tmp_path: pathlib.Path, options: dict[str, Any], said: str
) -> None:
    with pytest.raises(errors.InputError, match=said):
        _config(tmp_path, tmp_path, **options)


def test_the_command_says_what_it_did(
    there: pathlib.Path, tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.learning.calibrate(_config(there, tmp_path, quiet=False)) == 0
    said = capsys.readouterr().err
    assert f"calibrated on {miscalibrated.ROWS} variants" in said
    assert "plain, coverage: 0." in said
