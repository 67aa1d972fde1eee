"""Evaluation on labelled variants: whose answers follow by reasoning, and its laws.

The model knows two motifs only (see `toys.motif_model`): a variant that breaks or
makes one scores 0.9, any other 0.
"""

import hashlib
import json
import pathlib
from collections.abc import Sequence

import numpy as np
import polars as pl
import pytest

from support import labels as labelled_input
from support import models as toys
from twinsplice import errors, progress
from twinsplice.base_models import contract
from twinsplice.commands import evaluate_benchmark
from twinsplice.evaluation import (
    benchmark_metrics,
    benchmark_record,
    benchmark_scores,
    benchmark_statistics,
)
from twinsplice.genome import regions
from twinsplice.io import provenance
from twinsplice.io.labels import labelled
from twinsplice.predictors import checkpoints, loading
from twinsplice.report.evaluation import benchmark_page
from twinsplice.report.evaluation import benchmark_table as report
from twinsplice.scoring import assembly
from twinsplice.stats import likelihood, metrics


@pytest.mark.parametrize("sequences", [False, True])
def test_figures_are_those_of_the_scores_that_are_written(
    folder: pathlib.Path, *, sequences: bool
) -> None:
    asked = labelled_input.config(
        folder,
        compare_with=("cispliceai",),
        sequences=sequences,
        output=folder / "out.json",
        scores=folder / "scores.tsv",
    )
    evaluation = evaluate_benchmark.run(asked)
    benchmark_record.write(asked, evaluation, None)
    found = evaluation.summary
    frame = labelled_input.scores(folder / "scores.tsv")
    sizes = {}
    for name in ("spliceai", "cispliceai"):
        rows = frame.filter(pl.col("model") == name)
        size, value = rows["score"].to_numpy(), rows["value"].to_numpy()
        altered = (rows["altered"] == "True").to_numpy()
        sizes[name] = size
        figures = found.models[name]
        assert figures["auroc"]["value"] == pytest.approx(metrics.auroc(size, altered))
        expected = metrics.average_precision(size, altered)
        assert figures["ap"]["value"] == pytest.approx(expected, abs=1e-4)
        expected = metrics.spearman(size, np.abs(value))
        assert figures["spearman"]["value"] == pytest.approx(expected)
        expected = metrics.pearson(rows["signed"].to_numpy(), value)
        assert figures["pearson_signed"]["value"] == pytest.approx(expected, abs=1e-4)
        assert figures["auroc"]["low"] <= figures["auroc"]["value"]
        assert figures["auroc"]["value"] <= figures["auroc"]["high"]
        assert np.abs(rows["signed"].to_numpy()).tolist() == size.tolist()
    assert found.counts["variants"] == 30
    assert found.counts["positives"] == altered.sum()
    assert found.counts["groups"] == 8
    difference = found.differences["cispliceai"]["spearman"]["value"]
    both = [metrics.spearman(each, np.abs(value)) for each in sizes.values()]
    assert difference == pytest.approx(both[0] - both[1])
    written = json.loads((folder / "out.json").read_text())
    assert written["counts"] == found.counts
    assert written["settings"]["compare_with"] == ["cispliceai"]
    # Alike to the last digit; NaN, which some thresholds are, equals nothing.
    assert repr(evaluate_benchmark.run(asked).summary) == repr(found)


def test_a_model_beside_itself_differs_in_nothing(folder: pathlib.Path) -> None:
    asked = labelled_input.config(folder, compare_with=("spliceai",))
    found = evaluate_benchmark.run(asked).summary
    for each in found.differences["spliceai"].values():
        assert (each["value"], each["low"], each["high"]) == (0, 0, 0)


def test_every_variant_has_a_score_or_a_reason(folder: pathlib.Path) -> None:
    rows = labelled_input.rows("1", 12)
    rows[0] |= {"ref": "ACGT"["ACGT".index(rows[0]["ref"]) - 1]}
    rows[1] |= {"chrom": "5"}
    rows[2] |= {"pos": 20, "ref": labelled_input.BASES[19], "alt": "<DEL>"}
    rows[3] |= {"chrom": "", "pos": None}
    rows[4] |= {
        "pos": 651,
        "ref": labelled_input.BASES[650],
        "alt": "CGTA"["ACGT".index(labelled_input.BASES[650])],
    }
    # In a gene of the other strand alone.
    rows[5] |= {
        "pos": 96,
        "ref": labelled_input.BASES[95],
        "alt": "CGTA"["ACGT".index(labelled_input.BASES[95])],
    }
    rows[6] |= {"label": None, "value": None}
    labelled_input.write(folder / "labels.tsv", rows)
    found = evaluate_benchmark.run(labelled_input.config(folder)).summary
    assert found.unlabelled == {"not_measured": 1}
    assert found.models["spliceai"]["skipped"] == {
        "ref_mismatch": 1,
        "contig_missing": 1,
        "symbolic_allele": 1,
        "no_coordinates": 1,
        "outside_genes": 2,
    }
    skipped = sum(found.models["spliceai"]["skipped"].values())
    assert found.counts["variants"] + skipped + 1 == len(rows)


def test_exon_inclusion_stands_beside_the_largest_change(
    folder: pathlib.Path,
) -> None:
    rows = [
        row | {"exon_start": 20, "exon_end": 45} for row in labelled_input.rows("1", 30)
    ]
    labelled_input.write(folder / "labels.tsv", rows)
    asked = labelled_input.config(folder, sequences=True, resamples=20)
    found = evaluate_benchmark.run(asked)
    largest, inclusion = found.cases.scores.values()
    own = benchmark_scores.in_constructs(
        labelled_input.MODEL.predictor(toys.ON_CPU), found.rows
    )
    scores = [each for each in own if isinstance(each, benchmark_scores.Score)]
    losses = np.array([each.exon_loss for each in scores])
    assert (losses > 0).any()
    np.testing.assert_allclose(inclusion[0], (largest[0] + losses) / 2, atol=1e-6)
    difference = found.summary.differences["spliceai, exon inclusion"]
    for name, measure in (("auroc", metrics.auroc), ("ap", metrics.average_precision)):
        altered = found.cases.labels.altered
        expected = measure(largest[0], altered) - measure(inclusion[0], altered)
        assert difference[name]["value"] == pytest.approx(expected)
        assert difference[name]["low"] <= difference[name]["high"]


def test_variants_that_one_model_cannot_score_are_left_out_for_all(
    folder: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = benchmark_scores.native

    def native(
        predictor: contract.Predictor,
        options: assembly.Options,
        rows: Sequence[labelled.Labelled],
        advance: progress.Advance,
    ) -> list[benchmark_scores.Answer]:
        found = real(predictor, options, rows, advance)
        return ["odd", *found[1:]] if predictor.name == "cispliceai" else found

    monkeypatch.setattr(benchmark_scores, "native", native)
    found = evaluate_benchmark.run(
        labelled_input.config(folder, compare_with=("cispliceai",))
    ).summary
    assert found.counts["variants"] == 29
    assert found.models["cispliceai"]["skipped"] == {"odd": 1}
    assert found.models["spliceai"]["skipped"] == {"no_score_by_another_model": 1}


# What reports and records are made of.


def test_an_evaluation_holds_the_variants_that_its_figures_are_of(
    folder: pathlib.Path,
) -> None:
    rows = labelled_input.rows("1", 30)
    rows[4] |= {"chrom": "5"}
    rows[5] |= {"value": None}
    labelled_input.write(folder / "labels.tsv", rows)
    asked = labelled_input.config(
        folder, compare_with=("cispliceai",), scores=folder / "scores.tsv", resamples=7
    )
    evaluation = evaluate_benchmark.run(asked)
    benchmark_record.write(asked, evaluation, None)
    summary, found = evaluation.summary, evaluation.cases
    assert len(found) == summary.counts["variants"] == 29
    names = ["spliceai", "cispliceai"]
    listed = [name + end for name in names for end in ("", ", exon inclusion")]
    assert list(found.scores) == list(summary.models) == listed
    assert list(summary.differences) == listed[1:]
    # What has no score is counted once, not with each row.
    assert summary.models["spliceai"]["skipped"]
    assert not summary.models["spliceai, exon inclusion"]["skipped"]
    kept = labelled_input.scores(folder / "scores.tsv").filter(
        pl.col("reason").is_null()
    )
    for name, scores in found.scores.items():
        of_model = kept.filter(pl.col("model") == name)
        assert of_model["name"].to_list() == list(found.names)
        # The table has six decimals.
        written = of_model.select("score", "signed").to_numpy().T
        np.testing.assert_allclose(scores, written, rtol=0, atol=1e-6)
        again = benchmark_metrics.figures(scores, found.labels, evaluation.draws)
        assert again["auroc"] == summary.models[name]["auroc"]
        assert again["pearson"] == summary.models[name]["pearson"]
    first = rows[0]
    assert found.places[0] == f"1:{first['pos']} {first['ref']}>{first['alt']}"
    assert (found.distance == regions.NO_SITE).all()
    assert evaluation.metadata["Model"] == "spliceai"
    assert evaluation.metadata["SHA-256"] == labelled_input.MODEL.sha256
    assert labelled_input.OTHER.sha256 in evaluation.metadata["Beside it"]
    numbers = benchmark_statistics.of(evaluation)
    text = benchmark_page.page(evaluation, numbers, "twinsplice evaluate")
    for figures in summary.models.values():
        assert f"<td>{report.estimate(figures['auroc'])}</td>" in text


def test_the_record_names_commit_command_and_checksums(folder: pathlib.Path) -> None:
    asked = labelled_input.config(folder, output=folder / "out.json", contigs=("1",))
    evaluation = evaluate_benchmark.run(asked)
    benchmark_record.write(asked, evaluation, "twinsplice evaluate 'a b'")
    found = evaluation.summary
    written = json.loads((folder / "out.json").read_text())
    assert written["git"] == provenance.commit()
    assert written["command"] == "twinsplice evaluate 'a b'"
    table = (folder / "labels.tsv").read_bytes()
    assert written["labels_sha256"] == hashlib.sha256(table).hexdigest()
    assert written["models_sha256"] == {"spliceai": labelled_input.MODEL.sha256}
    assert written["counts"]["variants"] == found.counts["variants"]
    assert written["counts"]["positives"] == found.counts["positives"]
    assert (written["contigs"], written["split"]) == (["1"], "chr 1")
    assert "variants (chr 1) in" in report.text(found)


def test_weights_that_are_missing_are_refused_before_any_work(
    folder: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def native(*_: object) -> None:
        pytest.fail("a model has worked")

    monkeypatch.setattr(benchmark_scores, "native", native)
    lost = str(folder / "no.safetensors")
    monkeypatch.setattr(loading, "folds", lambda _: {})
    with pytest.raises(errors.WeightsError, match=r"no\.safetensors"):
        evaluate_benchmark.run(labelled_input.config(folder, compare_with=(lost,)))


def test_likelihood_ratios_are_given_when_asked_for(folder: pathlib.Path) -> None:
    plain, asked = (
        evaluate_benchmark.run(
            labelled_input.config(
                folder, sequences=True, likelihoods=chosen, resamples=5
            )
        )
        for chosen in (False, True)
    )
    assert "likelihoods" not in plain.summary.models["spliceai"]
    found = asked.summary.models["spliceai"].pop("likelihoods")
    assert asked.summary.models == plain.summary.models
    scores, labels = asked.cases.scores["spliceai"][0], asked.cases.labels
    for at in found:
        called = scores >= at["threshold"]
        assert at["called_altered"] == np.count_nonzero(called & labels.altered)
        assert at["called_others"] == np.count_nonzero(called & ~labels.altered)
    asked.summary.models["spliceai"]["likelihoods"] = found
    lines = report.text(asked.summary).splitlines()
    rows = [line for line in lines if line.startswith("| spliceai >= ")]
    assert len(rows) == len(found) == len(likelihood.THRESHOLDS)
    assert "LR+" not in report.text(plain.summary)


def test_a_map_is_told_to_those_that_can_be_told(
    folder: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = []

    def native(
        predictor: contract.Predictor, options: assembly.Options, *_: object
    ) -> list[benchmark_scores.Answer]:
        told.append((predictor.anchor_model is not None, options.map))
        return [benchmark_scores.Score(0.5, -0.5)] * 30

    monkeypatch.setattr(benchmark_scores, "native", native)
    for choice in ("none", "live"):
        evaluate_benchmark.run(
            labelled_input.config(
                folder,
                checkpoints.SHIPPED,
                map=choice,
                compare_with=("spliceai",),
                allow_trained=True,
                resamples=2,
            )
        )
    assert told == [(True, "none"), (False, "auto"), (True, "live"), (False, "auto")]
