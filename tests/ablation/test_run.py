"""The ablation: equal terms for every row, no run done twice, sound intervals."""

import dataclasses
import json
import pathlib
from typing import Any

import numpy as np
import pytest
from benchmarks.ablation import figures
from benchmarks.ablation import rows as ablation_rows
from benchmarks.ablation import run as ablation
from benchmarks.ablation import settings as ablation_settings
from benchmarks.ablation import text as ablation_text
from scipy import stats

from support import stores
from twinsplice import errors
from twinsplice.settings import train as train_settings
from twinsplice.stats import metrics
from twinsplice.training import runs

ROWS = ("v2", "v2-10x", "ours-scratch", "fault-strand", "fault-indels")


@pytest.fixture
def folder(tmp_path: pathlib.Path) -> pathlib.Path:
    """Stores of variants to learn from and to be measured on."""
    stores.make_pairs(tmp_path / "pairs.zarr", ["3", "2"])
    stores.make_pairs(tmp_path / "test.zarr", ["20", "1"], 3)
    return tmp_path


def config(folder: pathlib.Path, **changes: object) -> ablation_settings.Config:
    given: dict[str, Any] = {
        "targets": (folder / "pairs.zarr",),
        "test": (folder / "test.zarr",),
        "output": folder / "ablation",
        "rows": ROWS,
        "few": 6,
        "many": 12,
        "init_from": None,
        "quick": True,
        "accelerator": "cpu",
        "threads": 1,
    }
    return ablation_settings.Config(**(given | changes))


def test_every_row_has_its_line_its_terms_and_its_command(
    folder: pathlib.Path,
) -> None:
    summary = ablation.run(config(folder))
    assert [line.name for line in summary.lines] == list(ROWS)
    assert [line.variants for line in summary.lines] == [6, 12, 6, 6, 6]
    assert summary.facts["n"] == 12
    assert summary.facts["steps"] == 4
    assert "--rows fault-indels" in summary.facts["command"]
    assert str(folder) not in summary.facts["command"]
    assert {each.title for each in summary.contrasts} == {"data: V2 with 10x less V2"}
    kept = ablation_settings.read(folder / "ablation" / ablation.RESULTS)
    assert kept == summary
    text = ablation_text.text(summary)
    assert "| V2 original | 6 | -0.040 |" in text
    assert "n = 12 variants" in text
    facts = summary.facts | {"git": f"{'a' * 40}-dirty, {'b' * 40}"}
    told = ablation_text.text(dataclasses.replace(summary, facts=facts))
    assert "(commit aaaaaaaaa-dirty, bbbbbbbbb)" in told
    assert "say nothing of the models" in text
    table, _, _ = text.partition("\n\n")
    assert len(table.splitlines()) == 2 + len(ROWS)


def test_finished_runs_are_not_done_again(
    folder: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = ablation.run(config(folder, rows=("v2",)))
    learned: list[str] = []
    work = runs.learn

    def counted(settings: train_settings.Config, *rest: Any) -> object:  # noqa: ANN401
        learned.append(settings.output.name)
        return work(settings, *rest)

    monkeypatch.setattr(runs, "learn", counted)
    again = ablation.run(config(folder, rows=("v2",)))
    assert not learned
    assert again.lines == first.lines
    ablation.run(config(folder, rows=("v2", "ours-scratch")))
    assert learned == ["ours-scratch.1"]


def test_an_ablation_that_was_killed_within_a_run_ends_as_an_unbroken_one(
    folder: pathlib.Path,
) -> None:
    whole = ablation.run(config(folder, rows=("v2",)))
    broken = config(folder, rows=("v2",), output=folder / "broken")
    with pytest.raises(stores.Killed):
        ablation.run(broken, stores.killer(2))
    found = ablation.run(broken)
    assert [line.figures for line in found.lines] == [
        line.figures for line in whole.lines
    ]


def test_an_ablation_goes_on_with_its_own_settings_only(folder: pathlib.Path) -> None:
    ablation.run(config(folder, rows=("v2",)))
    with pytest.raises(errors.InputError, match="other values of few"):
        ablation.run(config(folder, rows=("v2",), few=5))


def test_test_variants_in_sequence_that_is_learned_from_are_refused(
    folder: pathlib.Path,
) -> None:
    stores.make_pairs(folder / "twin.zarr", ["20", "1"])
    with pytest.raises(errors.InputError, match="nothing in common"):
        ablation.run(config(folder, test=(folder / "twin.zarr",)))
    assert not (folder / "ablation" / "runs").exists()


def test_all_rows_get_the_same_steps_batches_and_folds() -> None:
    path = pathlib.Path("none")
    given = ablation_settings.Config(targets=(path,), test=(path,), output=path)
    own = {"output", "architecture", "strategy", "init_from", "delta_loss"}
    common = []
    for row in ablation_rows.ROWS:
        settings = dataclasses.asdict(ablation.run_settings(given, row, 1))
        common.append({k: v for k, v in settings.items() if k not in own})
    assert all(each == common[0] for each in common)
    seeds = [
        ablation.run_settings(given, ablation_rows.ROWS[0], i).seed for i in (1, 2)
    ]
    assert seeds == [1, 2]


def test_the_write_ups_seven_rows_and_their_r_are_there() -> None:
    found = [row.seed_r for row in ablation_rows.ROWS if row.seed_r is not None]
    assert found == [-0.04, 0.002, 0.36, 0.38, 0.22, -0.03, -0.07]
    names = ablation_rows.names()
    assert len(set(names)) == len(names)
    assert {name for _, *pair in ablation_rows.CONTRASTS for name in pair} <= set(names)


def test_quick_lowers_and_never_raises() -> None:
    path = pathlib.Path("none")
    given = ablation_settings.Config(
        targets=(path,), test=(path,), output=path, steps=2, quick=True
    )
    assert given.lowered().steps == 2
    assert given.lowered().few == 100
    assert dataclasses.replace(given, quick=False).lowered().few == 2_000


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"rows": ("v3",)}, "rows of the ablation"),
        ({"seeds": 0}, "--seeds"),
        ({"validation_variants": 0}, "--validation-variants"),
        ({"test": ()}, "--test"),
        ({"many": 13}, "learns from 13 variants"),
        ({"held_out": ("7",)}, "the test fold"),
        ({"blocks": 12}, "the model's context"),
    ],
)
def test_what_cannot_work_is_refused_before_any_work(
    folder: pathlib.Path, changes: dict[str, Any], rule: str
) -> None:
    with pytest.raises(errors.InputError, match=rule):
        ablation.run(config(folder, **changes))
    assert not (folder / "ablation").exists()


def test_the_few_are_among_the_many_and_chances_are_theirs(
    folder: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: dict[str, np.ndarray] = {}

    def caught(settings: train_settings.Config, data: Any, *_: object) -> None:  # noqa: ANN401
        (pairs,) = data.pairs
        assert pairs.chance.sum() == pytest.approx(1)
        seen[settings.output.name] = pairs.codes
        if len(seen) == 2:
            raise StopIteration
        raise KeyError

    monkeypatch.setattr(runs, "learn", caught)
    with pytest.raises(KeyError):
        ablation.run(config(folder, rows=("v2",)))
    with pytest.raises(StopIteration):
        ablation.run(config(folder, rows=("v2-10x",)))
    few, many = ({tuple(row) for row in codes.tolist()} for codes in seen.values())
    assert len(few) == 6
    assert len(many) == 12
    assert few < many


def test_intervals_over_runs_are_students() -> None:
    found = figures.over_runs([0.1, 0.2, 0.3])
    assert found.value == pytest.approx(0.2)
    wanted = stats.t.interval(0.95, 2, 0.2, stats.sem([0.1, 0.2, 0.3]))
    assert (found.low, found.high) == pytest.approx(wanted, rel=1e-3)
    assert figures.over_runs([0.1]).low is None
    assert figures.over_runs([0.1, None]).value is None


def test_figures_of_right_answers_are_perfect() -> None:
    rng = np.random.default_rng(0)
    truth = rng.random(30)
    run = {"figures": {"r": 1.0}, "sizes": truth.tolist(), "seconds": 1.0}
    judge = figures.Truth(
        sizes=truth, genes=np.repeat(["a", "b", "c"], 10), resamples=20
    )
    line = figures.line(ablation_rows.ROWS[0], 5, [run, run], judge)
    assert line.by_gene.value == pytest.approx(1)
    assert line.by_gene.low == pytest.approx(1)
    noise = {"sizes": rng.random(30).tolist()}
    less = figures.contrast("t", ([run], [noise]), judge).difference
    assert less.value is not None
    wanted = 1 - metrics.pearson(np.array(noise["sizes"]), truth)
    assert less.value == pytest.approx(wanted)


def test_results_are_plain_json(folder: pathlib.Path) -> None:
    ablation.run(config(folder, rows=("v2",)))
    (path,) = (folder / "ablation" / "runs").glob("*.json")
    assert set(json.loads(path.read_text())["figures"]) >= {"r", "r_minus", "r_indels"}
    assert not (folder / "ablation" / "runs" / "v2.1" / runs.CHECKPOINT).exists()


def test_finished_models_stand_beside_the_rows(folder: pathlib.Path) -> None:
    first = ablation.run(config(folder, rows=("v2-10x",)))
    run = folder / "ablation" / "runs" / "v2-10x.1"
    row, beside = ablation.run(config(folder, rows=("v2",), compare_with=(run,))).lines
    assert row.name == "v2"
    assert beside.title == "v2-10x.1 (more data, more steps)"
    assert beside.variants == 12
    assert beside.runs == 1
    row_figures = dataclasses.astuple(first.lines[0].by_gene)
    assert dataclasses.astuple(beside.by_gene) == pytest.approx(row_figures, abs=1e-5)


def test_a_model_that_has_learned_from_a_test_chromosome_stands_beside_none(
    folder: pathlib.Path,
) -> None:
    with pytest.raises(errors.InputError, match="has not learned from a held-out"):
        ablation.run(
            config(
                folder,
                rows=("v2",),
                held_out=("1", "20"),
                compare_with=(pathlib.Path("twinsplice"),),
            )
        )
