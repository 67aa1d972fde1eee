"""Evaluation of base deltas: its figures are those of the metrics, by group."""

import dataclasses
import json
import pathlib
import sys

import numpy as np
import pytest
import torch
import zarr

from support import stores
from twinsplice import cli, errors
from twinsplice.commands import evaluate_agreement
from twinsplice.evaluation import agreement_statistics
from twinsplice.genome import regions
from twinsplice.io import target_store
from twinsplice.models import architecture, paired
from twinsplice.predictors import checkpoints
from twinsplice.report.evaluation import agreement_page, agreement_table
from twinsplice.settings import evaluate as evaluate_settings
from twinsplice.stats import agreement, metrics
from twinsplice.training import datasets, inference

CARD = {
    "base_model": "toy",
    "base_model_sha256": "0" * 64,
    "splits": {"train": ["1"], "validation": ["2"], "test": ["20"]},
}


@pytest.fixture
def folder(tmp_path: pathlib.Path) -> pathlib.Path:
    """A store of variants on chromosomes 20 and 1, and a model."""
    stores.make_pairs(tmp_path / "pairs.zarr", ["20", "1"])
    torch.manual_seed(0)
    model = paired.PairedDeltaPredictor(architecture.of_blocks(4))
    checkpoints.save(tmp_path / checkpoints.NAME, model, CARD)
    return tmp_path


def config(folder: pathlib.Path, **changes: object) -> evaluate_settings.Config:
    given: dict[str, object] = {"targets": (folder / "pairs.zarr",), "threads": 1}
    return evaluate_settings.Config(folder, **(given | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("distance", "name"),
    [
        (0, "0 to 2"),
        (2, "0 to 2"),
        (3, "3 to 10"),
        (10, "3 to 10"),
        (11, "11 to 50"),
        (50, "11 to 50"),
        (51, "over 50"),
        (regions.NO_SITE, None),
    ],
)
def test_snvs_are_grouped_by_distance_from_the_nearest_site(
    folder: pathlib.Path, distance: int, name: str | None
) -> None:
    path = folder / "pairs.zarr"
    column = zarr.open_array(str(path / "distance"), mode="r+")
    column[:] = distance
    groups = evaluate_agreement.run(config(folder)).summary.groups
    found = {each for each in groups if each.endswith(" bases from a site")}
    assert found == ({f"SNVs, {name} bases from a site"} if name else set())
    for each in found:
        assert groups[each] == pytest.approx(groups["SNVs"], nan_ok=True)


def test_figures_are_those_of_the_test_chromosomes_by_group(
    folder: pathlib.Path,
) -> None:
    summary = evaluate_agreement.run(config(folder)).summary
    store = target_store.open_store(folder / "pairs.zarr")
    rows = store.read("contig") == 0
    pairs = datasets.read_pairs(store, rows, 0.5)
    found, _ = inference.deltas(checkpoints.load(folder).model, pairs)
    assert summary.contigs == ("20",)
    assert summary.groups["all"]["variants"] == rows.sum()
    size, truth = (np.abs(x).max(axis=(1, 2)) for x in (found, pairs.delta))
    wanted = metrics.pearson(size.astype(float), truth.astype(float))
    assert summary.groups["all"]["r"] == pytest.approx(wanted)
    longer = pairs.alt_length > pairs.ref_length
    assert summary.groups["insertions"]["variants"] == longer.sum()
    deep = summary.groups.get("SNVs, deep intronic", {"variants": 0.0})["variants"]
    near = pairs.ref_length * pairs.alt_length != 1
    assert deep <= (~near).sum()


def test_coverage_is_the_share_of_scores_that_intervals_hold(
    folder: pathlib.Path,
) -> None:
    evaluation = evaluate_agreement.run(config(folder))
    figures, scores = evaluation.summary.groups["all"], evaluation.cases.scores
    assert scores.low is not None
    assert scores.high is not None
    inside = (scores.low <= scores.target) & (scores.target <= scores.high)
    assert figures["coverage"] == pytest.approx(inside.mean())
    assert figures["coverage_largest"] == pytest.approx(inside[:, 0].mean())
    all_scores, *_ = evaluation.intervals
    assert (all_scores.site, all_scores.size) == ("all", "all")
    assert all_scores.coverage == pytest.approx(inside.mean())
    assert 0 <= figures["coverage"] <= 1
    # Of four scores of a variant one is the largest.
    share = figures["coverage"] * 4
    assert share - 3 <= figures["coverage_largest"] + 1e-9
    assert figures["coverage_largest"] <= share + 1e-9


def test_refined_variants_have_the_base_models_delta(folder: pathlib.Path) -> None:
    plain = evaluate_agreement.run(config(folder)).cases
    middle = float(np.median(plain.scores.highest))
    card = CARD | {"refine": {CARD["base_model"]: {"plain": {"threshold": middle}}}}
    checkpoints.save(folder / checkpoints.NAME, checkpoints.load(folder).model, card)
    evaluation = evaluate_agreement.run(config(folder, refined=True))
    cases, figures = evaluation.cases, evaluation.summary.groups["all"]
    large = plain.scores.highest >= middle
    assert 0 < large.sum() < len(large)
    np.testing.assert_array_equal(cases.refined, large)
    np.testing.assert_array_equal(cases.predicted[large], cases.target[large])
    np.testing.assert_array_equal(cases.predicted[~large], plain.predicted[~large])
    assert figures["refined"] == pytest.approx(large.mean())
    assert "share refined" in agreement_table.text(evaluation)


def test_a_model_without_a_threshold_cannot_be_refined(folder: pathlib.Path) -> None:
    with pytest.raises(errors.InputError, match="whose threshold of refinement"):
        evaluate_agreement.run(config(folder, refined=True))


def test_chromosomes_that_were_learned_from_are_refused(folder: pathlib.Path) -> None:
    with pytest.raises(errors.InputError, match="has not learned from"):
        evaluate_agreement.run(config(folder, contigs=("chr1",)))
    with pytest.raises(errors.InputError, match="the test fold"):
        evaluate_agreement.run(config(folder, contigs=("7",)))


def test_the_table_has_a_row_for_each_group(folder: pathlib.Path) -> None:
    evaluation = evaluate_agreement.run(config(folder, max_variants=8))
    summary = evaluation.summary
    lines = agreement_table.text(evaluation).partition("\n\n")[0].splitlines()
    assert len(lines) == 2 + len(summary.groups)
    assert len({line.count("|") for line in lines}) == 1
    whole = summary.groups["all"]
    assert lines[2].startswith(f"| all | 8 | {whole['positives']:.0f} |")
    changed = dataclasses.replace(summary, strand_gap=(0.0161, -0.01, 0.04))
    changed_evaluation = dataclasses.replace(evaluation, summary=changed)
    after = agreement_table.text(changed_evaluation).split("\n\n")[1]
    assert after.strip().endswith("minus: +0.016 (95 % over genes: -0.010 to +0.040)")


def test_an_evaluation_holds_the_variants_that_its_figures_are_of(
    folder: pathlib.Path,
) -> None:
    evaluation = evaluate_agreement.run(config(folder))
    summary, cases = evaluation.summary, evaluation.cases
    assert len(cases) == summary.groups["all"]["variants"]
    assert set(cases.genes) <= {"a", "b", "c"}
    assert cases.contigs == ("20",)
    figures = agreement.agreement(cases.predicted, cases.target)
    assert figures["r"] == summary.groups["all"]["r"]
    assert evaluation.level == pytest.approx(0.9)
    assert evaluation.sha256 == checkpoints.load(folder).sha256
    assert evaluation.metadata["SHA-256"] == evaluation.sha256
    assert "test fold" in evaluation.metadata["Chromosomes"]
    numbers = agreement_statistics.of(evaluation)
    text = agreement_page.page(evaluation, numbers, "twinsplice evaluate")
    assert text.count('<article class="miss">') == min(10, len(cases))
    for name in summary.groups:
        assert f'<th scope="row">{name}</th>' in text


def test_the_command_writes_the_report(
    folder: pathlib.Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.argv", ["/bin/twinsplice", "evaluate", "my run"])
    path = folder / "report.html"
    record = folder / "figures.json"
    asked = config(folder, report=path, output=record, quiet=True)
    assert cli.learning.evaluate(asked) == 0
    assert "| all |" in capsys.readouterr().out
    text = path.read_text(encoding="utf-8")
    assert "twinsplice evaluate &#39;my run&#39;" in text
    written = json.loads(record.read_text())
    assert written["command"] == "twinsplice evaluate 'my run'"
    assert f"{written['groups']['all']['r']:.3f}" in text
    missing = config(folder, report=folder / "no" / "report.html")
    with pytest.raises(errors.InputError, match="output needs a folder"):
        cli.learning.evaluate(missing)


@pytest.mark.parametrize(
    ("package", "message"),
    [
        ("matplotlib", "--report needs matplotlib, jinja2; got no matplotlib;"),
        ("jinja2", "--report needs matplotlib, jinja2; got no jinja2;"),
        ("sklearn", "evaluate needs scipy, scikit-learn; got no scikit-learn;"),
    ],
)
def test_a_missing_package_is_named_before_any_work(
    folder: pathlib.Path, monkeypatch: pytest.MonkeyPatch, package: str, message: str
) -> None:
    def run(*_: object) -> None:
        pytest.fail("work was done")

    monkeypatch.setattr(evaluate_agreement, "run", run)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(errors.InputError, match=message) as refused:
        cli.learning.evaluate(config(folder, report=folder / "report.html"))
    assert refused.value.remedy == "pip install 'twinsplice[report]'"
