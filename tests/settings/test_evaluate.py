"""Evaluation on labelled variants: folds, settings, and the command."""

import itertools
import pathlib
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from support import labels as labelled_input
from support import trained_models
from twinsplice import cli, errors
from twinsplice.base_models import catalogue
from twinsplice.commands import evaluate_benchmark
from twinsplice.predictors import checkpoints, loading
from twinsplice.report.evaluation import benchmark_table as report
from twinsplice.settings import evaluate as evaluate_settings

Call = Callable[..., object]
_FEW = ("--quiet", "--threads", "1", "--resamples", "10")


@pytest.fixture
def call(folder: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Return what runs the command with further options; it gives the exit code."""
    words = ["twinsplice", "evaluate", "spliceai", "-l", str(folder / "labels.tsv")]

    def called(*options: str) -> object:
        monkeypatch.setattr("sys.argv", [*words, "--sequences", *options])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        return stopped.value.code

    return called


# What a model has learned from.


@pytest.fixture
def trained(folder: pathlib.Path) -> str:
    card = {"splits": {"train": ["2"], "validation": [], "test": ["1"]}}
    checkpoints.save(folder / checkpoints.NAME, trained_models.paired_model(), card)
    labelled_input.write(
        folder / "labels.tsv",
        [*labelled_input.rows("1", 12), *labelled_input.rows("2", 5, start=250)],
    )
    return str(folder)


def test_the_test_fold_is_looked_at_unless_others_are_asked_for(
    folder: pathlib.Path, trained: str
) -> None:
    found = evaluate_benchmark.run(labelled_input.config(folder, trained)).summary
    assert (found.contigs, found.counts["variants"]) == (("1",), 12)
    assert found.split == "chr 1, of the model's test fold"
    assert found.left_out == {"other_contig": 5}
    for asked in (
        labelled_input.config(folder, trained, contigs=("chr2",)),
        labelled_input.config(folder, contigs=("2",), compare_with=(trained,)),
    ):
        with pytest.raises(errors.InputError, match="not learned from; got 2"):
            evaluate_benchmark.run(asked)
    found = evaluate_benchmark.run(
        labelled_input.config(folder, trained, allow_trained=True)
    ).summary
    assert (found.contigs, found.counts["variants"]) == ((), 17)
    assert found.split == "all chromosomes"
    with pytest.raises(errors.InputError, match="on the chromosomes asked for"):
        evaluate_benchmark.run(labelled_input.config(folder, trained, contigs=("7",)))


def test_sequences_that_were_trained_on_are_left_out(
    folder: pathlib.Path, trained: str
) -> None:
    rows = labelled_input.rows("1", 12)
    long = "".join(np.random.default_rng(2).choice(list("ACGT"), 150))
    rows[3]["ref_seq"] = long
    copy = labelled_input.rows("2", 1)[0] | {"ref_seq": long[20:]}
    labelled_input.write(folder / "labels.tsv", [*rows, copy])
    found = evaluate_benchmark.run(labelled_input.config(folder, trained)).summary
    assert found.left_out == {"other_contig": 1, "sequence_shared_with_training": 1}
    assert found.counts["variants"] == 11


def test_folds_are_those_of_the_card(folder: pathlib.Path, trained: str) -> None:
    assert loading.folds(trained)["train"] == ["2"]
    for name in itertools.islice(catalogue.entries(), 2):
        assert loading.folds(name) == {}


def test_the_default_weights_have_the_folds_of_their_card(
    folder: pathlib.Path,
) -> None:
    card = checkpoints.load(checkpoints.shipped()).card
    found = loading.folds(checkpoints.SHIPPED)
    assert found == card["splits"]
    assert set(found["test"]) == {"5", "7", "9", "20"}
    # Refused before any work, as for a model in a file; so are what others learned.
    labels = labelled_input.write(folder / "l.tsv", labelled_input.rows("3", 4))
    for asked in (
        labelled_input.config(
            folder, checkpoints.SHIPPED, labels=labels, contigs=("3",)
        ),
        labelled_input.config(
            folder, labels=labels, compare_with=(checkpoints.SHIPPED,)
        ),
    ):
        with pytest.raises(errors.InputError, match="not learned from; got 3"):
            evaluate_benchmark.run(asked)


def test_what_another_model_was_trained_on_is_not_tested_on_by_default(
    folder: pathlib.Path, trained: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = tmp_path_factory.mktemp("other")
    card = {"splits": {"train": ["3"], "validation": [], "test": ["1"]}}
    checkpoints.save(other / checkpoints.NAME, trained_models.paired_model(), card)
    own = {"splits": {"train": ["2"], "validation": [], "test": ["1", "3"]}}
    checkpoints.save(folder / checkpoints.NAME, trained_models.paired_model(), own)
    rows = [*labelled_input.rows("1", 12), *labelled_input.rows("3", 5)]
    labels = labelled_input.write(folder / "labels.tsv", rows)
    found = evaluate_benchmark.run(
        labelled_input.config(
            folder,
            trained,
            labels=labels,
            compare_with=(str(other),),
            sequences=True,
            resamples=2,
        )
    ).summary
    assert (found.contigs, found.left_out) == (("1",), {"other_contig": 5})


def test_it_is_said_what_each_model_has_learned_from(
    folder: pathlib.Path, trained: str
) -> None:
    found = evaluate_benchmark.run(
        labelled_input.config(
            folder,
            trained,
            compare_with=("spliceai", "cispliceai"),
            sequences=True,
            resamples=2,
        )
    ).summary
    assert found.learned == {
        trained: "its base model on chr 2",
        "spliceai": "splice sites of all chromosomes but 1, 3, 5, 7 and 9",
        "cispliceai": "splice sites of all chromosomes",
    }
    assert "cispliceai has learned splice sites of all chromosomes\n" in report.text(
        found
    )
    words = loading.learned(checkpoints.SHIPPED)
    assert words.startswith("cispliceai on chr 1, 3, 4, ")
    assert words.endswith("splice sites of all chromosomes, as cispliceai has")


# Text.


def test_the_text_has_a_row_for_each_model(folder: pathlib.Path) -> None:
    found = evaluate_benchmark.run(
        labelled_input.config(folder, compare_with=("cispliceai",), max_variants=10)
    ).summary
    text = report.text(found)
    assert text.startswith("labels.tsv as plain, in x.fa, 50 bases each side searched")
    assert ": 10 variants (all chromosomes) in " in text
    assert "not asked: left out by max variants: 20" in text
    assert len(re.findall(r"^\| (?:spliceai|cispliceai) \|", text, re.MULTILINE)) == 3
    table = [line for line in text.splitlines() if line.startswith("|")][:4]
    assert len({line.count("|") for line in table}) == 1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"labels": None}, "one of --targets and --labels"),
        ({"targets": (pathlib.Path("x.zarr"),)}, "one of --targets and --labels"),
        ({"reference": None}, "--reference and --annotation, or --sequences"),
        ({"distance": 0}, "--distance must be"),
        ({"distance": 5000}, "--distance must be"),
        ({"altered_from": 2.0}, "--altered-from must be"),
        ({"resamples": 0}, "--resamples must be"),
        ({"max_variants": 0}, "--max-variants must be"),
    ],
)
def test_settings_that_do_not_fit_are_refused(
    tmp_path: pathlib.Path, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(errors.InputError, match=message):
        labelled_input.config(tmp_path, **changes)


def test_the_assembly_is_the_annotations_unless_said() -> None:
    assert evaluate_settings.assembly(None, None) == "grch37"
    assert evaluate_settings.assembly(None, "genes.tsv") == "grch37"
    assert evaluate_settings.assembly(None, "GRCh38") == "grch38"
    assert evaluate_settings.assembly("grch37", "grch38") == "grch37"


def test_no_score_at_all_is_refused(folder: pathlib.Path) -> None:
    labelled_input.write(
        folder / "labels.tsv",
        [row | {"chrom": "9"} for row in labelled_input.rows("1", 3)],
    )
    with pytest.raises(errors.InputError, match="contig_missing: 3"):
        evaluate_benchmark.run(labelled_input.config(folder))


def test_the_command_prints_the_table(
    call: Call, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(*_FEW) == 0
    assert "| spliceai |" in capsys.readouterr().out


def test_the_command_writes_the_report(
    folder: pathlib.Path, call: Call, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder / "truth.html"
    assert call(*_FEW, "--report", str(path)) == 0
    auroc = capsys.readouterr().out.split("| spliceai | ")[1].split(" |")[0]
    text = path.read_text(encoding="utf-8")
    assert f"<td>{auroc}</td>" in text
    assert "twinsplice evaluate spliceai -l" in text


def test_a_report_without_a_folder_is_refused_before_any_work(
    folder: pathlib.Path,
    call: Call,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def run(*_: object) -> None:
        pytest.fail("work was done")

    monkeypatch.setattr(evaluate_benchmark, "run", run)
    assert call("--report", str(folder / "no" / "truth.html")) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "an output needs a folder that can be written to" in line
