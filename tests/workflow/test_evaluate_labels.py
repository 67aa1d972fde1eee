"""Evaluation on labelled variants: whose answers follow by reasoning, and its laws.

The model knows two motifs only (see `toys.motif_model`): a variant that breaks or
makes one scores 0.9, any other 0.
"""

import dataclasses
import hashlib
import itertools
import json
import pathlib
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
import pytest
import torch

import toys
import twins
from twinsplice import cli, errors
from twinsplice.base_models import catalogue, contract
from twinsplice.genome import regions
from twinsplice.io import labelled
from twinsplice.learn import metrics
from twinsplice.report import truth as report
from twinsplice.report import truth_page
from twinsplice.workflow import (
    evaluate_config,
    evaluate_labels,
    label_scores,
    predictors,
    provenance,
    truth,
    truth_cases,
    weights,
)

BASES = "".join(np.random.default_rng(8).choice(list("ACGT"), 700))
TABLE = (
    "#NAME\tCHROM\tSTRAND\tTX_START\tTX_END\tEXON_START\tEXON_END\n"
    "PLUS\t1\t+\t100\t500\t100,300,\t200,500,\n"
    "MINUS\t1\t-\t90\t610\t90,310,\t220,610,\n"
    "TWO\t2\t+\t100\t500\t100,300,\t200,500,\n"
)
MODEL = toys.model([toys.member(1), toys.member(2)])
OTHER = toys.model([toys.member(3)], "cispliceai")


def _rows(contig: str, count: int, start: int = 130) -> list[dict[str, Any]]:
    """Variants at random, in groups of four, whose sequences are 60 bases long."""
    rng = np.random.default_rng(start)
    found = []
    for i, at in enumerate(range(start, start + 7 * count, 7)):
        ref, alt = BASES[at], "CGTA"["ACGT".index(BASES[at])]
        found.append(
            {
                "name": f"{contig}.{i}",
                "chrom": contig,
                "pos": at + 1,
                "ref": ref,
                "alt": alt,
                "label": int(rng.random() < 0.4),
                "value": round(float(rng.uniform(-1, 1)), 3),
                "group": f"{contig}.{i // 4}",
                "strand": "+",
                "ref_seq": BASES[at - 30 : at + 30],
                "alt_seq": BASES[at - 30 : at] + alt + BASES[at + 1 : at + 30],
            }
        )
    return found


def _write(path: pathlib.Path, rows: Sequence[Mapping[str, object]]) -> pathlib.Path:
    pl.DataFrame(list(rows)).write_csv(path, separator="\t")
    return path


@pytest.fixture
def folder(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    """A genome of two contigs, genes, labels, and base models in place of weights."""
    toys.write_fasta(tmp_path / "x.fa", {"1": BASES, "2": BASES})
    (tmp_path / "genes.tsv").write_text(TABLE)
    _write(tmp_path / "labels.tsv", _rows("1", 30))
    models = {"spliceai": MODEL, "cispliceai": OTHER}

    def load(name: str, folder: pathlib.Path | None = None) -> contract.Predictor:
        assert folder is None
        return models.get(name) or predictors.of_trained(
            weights.load(pathlib.Path(name)), name
        )

    monkeypatch.setattr(predictors, "load", load)
    return tmp_path


def config(
    folder: pathlib.Path, model: str = "spliceai", **changes: object
) -> evaluate_config.Config:
    given: dict[str, object] = {
        "labels": folder / "labels.tsv",
        "reference": folder / "x.fa",
        "annotation": str(folder / "genes.tsv"),
        "threads": 1,
        "resamples": 50,
    }
    return evaluate_config.Config(
        pathlib.Path(model),
        **(given | changes),  # type: ignore[arg-type]
    )


def _scores(path: pathlib.Path) -> pl.DataFrame:
    return pl.read_csv(
        path,
        separator="\t",
        schema_overrides={"name": pl.String, "contig": pl.String, "altered": pl.String},
    )


@pytest.mark.parametrize("sequences", [False, True])
def test_figures_are_those_of_the_scores_that_are_written(
    folder: pathlib.Path, *, sequences: bool
) -> None:
    asked = config(
        folder,
        beside=("cispliceai",),
        sequences=sequences,
        output=folder / "out.json",
        scores=folder / "scores.tsv",
    )
    found = evaluate_labels.run(asked)
    frame = _scores(folder / "scores.tsv")
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
    assert written["settings"]["beside"] == ["cispliceai"]
    # Alike to the last digit; NaN, which some thresholds are, equals nothing.
    assert repr(evaluate_labels.run(asked)) == repr(found)


def test_a_model_beside_itself_differs_in_nothing(folder: pathlib.Path) -> None:
    found = evaluate_labels.run(config(folder, beside=("spliceai",)))
    for each in found.differences["spliceai"].values():
        assert (each["value"], each["low"], each["high"]) == (0, 0, 0)


def test_every_variant_has_a_score_or_a_reason(folder: pathlib.Path) -> None:
    rows = _rows("1", 12)
    rows[0] |= {"ref": "ACGT"["ACGT".index(rows[0]["ref"]) - 1]}
    rows[1] |= {"chrom": "5"}
    rows[2] |= {"pos": 20, "ref": BASES[19], "alt": "<DEL>"}
    rows[3] |= {"chrom": "", "pos": None}
    rows[4] |= {"pos": 651, "ref": BASES[650], "alt": "CGTA"["ACGT".index(BASES[650])]}
    # In a gene of the other strand alone.
    rows[5] |= {"pos": 96, "ref": BASES[95], "alt": "CGTA"["ACGT".index(BASES[95])]}
    rows[6] |= {"label": None, "value": None}
    _write(folder / "labels.tsv", rows)
    found = evaluate_labels.run(config(folder))
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


def test_variants_that_one_model_cannot_score_are_left_out_for_all(
    folder: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = label_scores.native

    def native(settings: Any, rows: Any, advance: Any) -> list[label_scores.Answer]:  # noqa: ANN401
        found = real(settings, rows, advance)
        return ["odd", *found[1:]] if settings.model == "cispliceai" else found

    monkeypatch.setattr(label_scores, "native", native)
    found = evaluate_labels.run(config(folder, beside=("cispliceai",)))
    assert found.counts["variants"] == 29
    assert found.models["cispliceai"]["skipped"] == {"odd": 1}
    assert found.models["spliceai"]["skipped"] == {"no_score_by_another_model": 1}


# What a report and a record are told.


def test_a_report_is_told_of_the_variants_that_were_judged(
    folder: pathlib.Path,
) -> None:
    rows = _rows("1", 30)
    rows[4] |= {"chrom": "5"}
    rows[5] |= {"value": None}
    _write(folder / "labels.tsv", rows)
    shown: list[truth_cases.Examined] = []
    asked = config(
        folder, beside=("cispliceai",), scores=folder / "scores.tsv", resamples=7
    )
    summary = evaluate_labels.run(asked, show=shown.append)
    (examined,) = shown
    found = examined.cases
    assert examined.summary is summary
    assert len(found) == summary.counts["variants"] == 29
    assert list(found.scores) == ["spliceai", "cispliceai"]
    kept = _scores(folder / "scores.tsv").filter(pl.col("reason").is_null())
    for name, scores in found.scores.items():
        of_model = kept.filter(pl.col("model") == name)
        assert of_model["name"].to_list() == list(found.names)
        # The table has six decimals.
        written = of_model.select("score", "signed").to_numpy().T
        np.testing.assert_allclose(scores, written, rtol=0, atol=1e-6)
        again = truth.figures(scores, found.known, examined.draws)
        assert again["auroc"] == summary.models[name]["auroc"]
        assert again["pearson"] == summary.models[name]["pearson"]
    first = rows[0]
    assert found.places[0] == f"1:{first['pos']} {first['ref']}>{first['alt']}"
    assert (found.distance == regions.NO_SITE).all()
    assert examined.facts["Model"] == "spliceai"
    assert examined.facts["SHA-256"] == MODEL.sha256
    assert OTHER.sha256 in examined.facts["Beside it"]
    text = truth_page.page(examined, "twinsplice evaluate", "2026-01-02")
    for figures in summary.models.values():
        assert f"<td>{report.estimate(figures['auroc'])}</td>" in text


def test_the_record_names_commit_command_and_checksums(folder: pathlib.Path) -> None:
    asked = config(folder, output=folder / "out.json", contigs=("1",))
    found = evaluate_labels.run(asked, command="twinsplice evaluate 'a b'")
    written = json.loads((folder / "out.json").read_text())
    assert written["git"] == provenance.commit()
    assert written["command"] == "twinsplice evaluate 'a b'"
    table = (folder / "labels.tsv").read_bytes()
    assert written["labels_sha256"] == hashlib.sha256(table).hexdigest()
    assert written["models_sha256"] == {"spliceai": MODEL.sha256}
    assert written["counts"]["variants"] == found.counts["variants"]
    assert written["counts"]["positives"] == found.counts["positives"]
    assert (written["contigs"], written["split"]) == (["1"], "chr 1")
    assert "variants (chr 1) in" in report.text(found)


def test_weights_that_are_missing_are_refused_before_any_work(
    folder: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def native(*_: object) -> None:
        pytest.fail("a model has worked")

    monkeypatch.setattr(label_scores, "native", native)
    lost = str(folder / "no.safetensors")
    monkeypatch.setattr(predictors, "folds", lambda _: {})
    with pytest.raises(errors.WeightsError, match=r"no\.safetensors"):
        evaluate_labels.run(config(folder, beside=(lost,)))


@pytest.mark.parametrize(
    ("change", "distance"),
    [
        ((30, "G", "A"), 0),
        ((31, "G", "A"), 1),
        ((29, "G", "A"), 1),
        ((39, "G", "A"), 0),
        ((41, "G", "A"), 2),
        ((10, "G", "A"), 20),
        ((28, "GGG", "A"), 0),
        # An insertion touches the bases beside it.
        ((40, "", "A"), 0),
        ((41, "", "A"), 1),
        ((35, "", "A"), 4),
    ],
)
def test_distance_is_to_the_exons_nearer_end(
    change: tuple[int, str, str], distance: int
) -> None:
    at, ref, alt = change
    sequence = "G" * 60
    row = dataclasses.replace(
        _row(sequence, sequence[:at] + alt + sequence[at + len(ref) :]), exon=(30, 40)
    )
    assert truth_cases.distance(row) == distance
    assert truth_cases.distance(dataclasses.replace(row, exon=None)) == regions.NO_SITE
    lacking = dataclasses.replace(row, ref_seq="")
    assert truth_cases.distance(lacking) == regions.NO_SITE


# Constructs.


def _row(ref_seq: str, alt_seq: str) -> labelled.Labelled:
    return labelled.Labelled(
        name="c",
        contig="",
        position=None,
        ref="",
        alt=None,
        altered=True,
        value=0.5,
        group="c",
        ref_seq=ref_seq,
        alt_seq=alt_seq,
    )


def _in_constructs(
    rows: Sequence[labelled.Labelled], distance: int | None = None
) -> list[label_scores.Answer]:
    model = toys.motif_model()
    ensemble = model.ensemble(torch.device("cpu"), toys.MEMORY)
    return label_scores.in_constructs(model, ensemble, rows, distance)


def test_a_construct_is_searched_from_end_to_end() -> None:
    # The base before GT is a donor.
    ref = "CCCCCGTCCCCCCCCCCCCCC"
    lost = ref[:5] + "A" + ref[6:]
    made = ref[:15] + "GT" + ref[17:]
    inserted = ref[:10] + "GT" + ref[10:]
    deleted = ref[:5] + ref[7:]
    found = _in_constructs(
        [_row(ref, each) for each in (lost, made, inserted, deleted)]
    )
    sure = pytest.approx(toys.MOTIF_PROBABILITY, abs=1e-4)
    for each, sign in zip(found, (-1, 1, 1, -1), strict=True):
        assert isinstance(each, label_scores.Score)
        assert each.size == sure
        assert each.signed == sign * each.size


def test_distance_bounds_the_search_in_a_construct() -> None:
    rows = [_row("C" * 12 + "A" + "C" * 12, "C" * 12 + "G" + "C" * 12)]
    rows += [_row("CCCCCGTCCCCC", "CCCCCGTACCCC")]
    for found in (_in_constructs(rows, 1), _in_constructs(rows)):
        for each in found:
            assert isinstance(each, label_scores.Score)
            assert each.size == pytest.approx(0, abs=1e-4)


def test_pairs_without_a_change_to_score_have_reasons() -> None:
    rows = [
        _row("", ""),
        _row("ACGT", "ACGT"),
        _row("ACGT", "ANGT"),
        _row("CGT", "CCT"),
    ]
    found = _in_constructs(rows)
    assert found[:3] == ["no_sequences", "no_alt_allele", "non_acgt_allele"]
    assert isinstance(found[3], label_scores.Score)


def test_a_trained_model_scores_constructs_in_any_company() -> None:
    trained = weights.Trained(model=twins.paired_model(), card={}, sha256="0")
    model = predictors.of_trained(trained, "run")
    ensemble = model.ensemble(torch.device("cpu"), toys.MEMORY)
    rows = [
        _row(BASES[:at], BASES[: at // 2] + "AC" + BASES[at // 2 + 1 : at])
        for at in (40, 61, 90)
    ]
    together = label_scores.sizes(label_scores.in_constructs(model, ensemble, rows))
    alone = [
        label_scores.sizes(label_scores.in_constructs(model, ensemble, [row]))[:, 0]
        for row in rows
    ]
    np.testing.assert_allclose(together.T, alone, atol=1e-5)
    assert (together[0] > 0).all()


# What a model has learned from.


@pytest.fixture
def trained(folder: pathlib.Path) -> str:
    card = {"splits": {"train": ["2"], "validation": [], "test": ["1"]}}
    weights.save(folder / weights.NAME, twins.paired_model(), card)
    _write(folder / "labels.tsv", [*_rows("1", 12), *_rows("2", 5, start=250)])
    return str(folder)


def test_the_test_fold_is_looked_at_unless_others_are_asked_for(
    folder: pathlib.Path, trained: str
) -> None:
    found = evaluate_labels.run(config(folder, trained))
    assert (found.contigs, found.counts["variants"]) == (("1",), 12)
    assert found.split == "chr 1, of the model's test fold"
    assert found.left_out == {"other_contig": 5}
    for asked in (
        config(folder, trained, contigs=("chr2",)),
        config(folder, contigs=("2",), beside=(trained,)),
    ):
        with pytest.raises(errors.InputError, match="not learned from; got 2"):
            evaluate_labels.run(asked)
    found = evaluate_labels.run(config(folder, trained, allow_trained=True))
    assert (found.contigs, found.counts["variants"]) == ((), 17)
    assert found.split == "all chromosomes"
    with pytest.raises(errors.InputError, match="on the chromosomes asked for"):
        evaluate_labels.run(config(folder, trained, contigs=("7",)))


def test_sequences_that_were_trained_on_are_left_out(
    folder: pathlib.Path, trained: str
) -> None:
    rows = _rows("1", 12)
    long = "".join(np.random.default_rng(2).choice(list("ACGT"), 150))
    rows[3]["ref_seq"] = long
    copy = _rows("2", 1)[0] | {"ref_seq": long[20:]}
    _write(folder / "labels.tsv", [*rows, copy])
    found = evaluate_labels.run(config(folder, trained))
    assert found.left_out == {"other_contig": 1, "sequence_shared_with_training": 1}
    assert found.counts["variants"] == 11


def test_folds_are_those_of_the_card(folder: pathlib.Path, trained: str) -> None:
    assert predictors.folds(trained)["train"] == ["2"]
    for name in itertools.islice(catalogue.entries(), 2):
        assert predictors.folds(name) == {}


# Figures and text.


def test_what_is_not_decided_takes_no_part() -> None:
    known = truth.Truth(
        altered=np.array([True, False, False, False]),
        decided=np.array([True, True, True, False]),
        value=np.array([-0.5, 0.1, np.nan, 0.9]),
        groups=np.array(["a", "b", "c", "d"]),
    )
    scores = np.array([[0.8, 0.2, 0.1, 0.9], [-0.8, 0.2, 0.1, 0.9]])
    found = truth.figures(scores, known, truth.Resampling(n=20))
    assert truth.counts(known) == {
        "variants": 4,
        "positives": 1,
        "negatives": 2,
        "measured": 3,
        "groups": 4,
    }
    assert found["auroc"]["value"] == found["ap"]["value"] == 1
    assert found["spearman_signed"]["value"] == pytest.approx(1)
    expected = metrics.pearson(np.array([0.8, 0.2, 0.9]), np.array([0.5, 0.1, 0.9]))
    assert found["pearson"]["value"] == pytest.approx(expected)
    assert found["thresholds"]["0.9"] == {"score": 0.8, "precision": 1, "recall": 1}
    assert found["calibration"]["error"] == pytest.approx((0.2 + 0.2 + 0.1) / 3)


def test_the_text_has_a_row_for_each_model(folder: pathlib.Path) -> None:
    found = evaluate_labels.run(config(folder, beside=("cispliceai",), most=10))
    text = report.text(found)
    assert text.startswith("labels.tsv as plain, in x.fa, 50 bases each side searched")
    assert ": 10 variants (all chromosomes) in " in text
    assert "not asked: left out by most: 20" in text
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
        ({"most": 0}, "--most must be"),
    ],
)
def test_settings_that_do_not_fit_are_refused(
    tmp_path: pathlib.Path, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(errors.InputError, match=message):
        config(tmp_path, **changes)


def test_the_assembly_is_the_annotations_unless_said(tmp_path: pathlib.Path) -> None:
    assert evaluate_config.assembly(config(tmp_path)) == "grch37"
    named = config(tmp_path, annotation="GRCh38")
    assert evaluate_config.assembly(named) == "grch38"
    said = config(tmp_path, annotation="grch38", assembly="grch37")
    assert evaluate_config.assembly(said) == "grch37"


def test_no_score_at_all_is_refused(folder: pathlib.Path) -> None:
    _write(folder / "labels.tsv", [row | {"chrom": "9"} for row in _rows("1", 3)])
    with pytest.raises(errors.InputError, match="contig_missing: 3"):
        evaluate_labels.run(config(folder))


def test_the_command_prints_the_table(
    folder: pathlib.Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = ["twinsplice", "evaluate", "spliceai", "-l", str(folder / "labels.tsv")]
    words += ["--sequences", "--quiet", "--threads", "1", "--resamples", "10"]
    monkeypatch.setattr("sys.argv", words)
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    assert stopped.value.code == 0
    assert "| spliceai |" in capsys.readouterr().out


def test_the_command_writes_the_report(
    folder: pathlib.Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = ["twinsplice", "evaluate", "spliceai", "-l", str(folder / "labels.tsv")]
    words += ["--sequences", "--quiet", "--threads", "1", "--resamples", "10"]
    path = folder / "truth.html"
    monkeypatch.setattr("sys.argv", [*words, "--report", str(path)])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    assert stopped.value.code == 0
    auroc = capsys.readouterr().out.split("| spliceai | ")[1].split(" |")[0]
    text = path.read_text(encoding="utf-8")
    assert f"<td>{auroc}</td>" in text
    assert "twinsplice evaluate spliceai -l" in text


def test_a_report_without_a_folder_is_refused_before_any_work(
    folder: pathlib.Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def run(*_: object) -> None:
        pytest.fail("work was done")

    monkeypatch.setattr(evaluate_labels, "run", run)
    words = ["twinsplice", "evaluate", "spliceai", "-l", str(folder / "labels.tsv")]
    path = folder / "no" / "truth.html"
    monkeypatch.setattr("sys.argv", [*words, "--sequences", "--report", str(path)])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    assert stopped.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "an output needs a folder that can be written to" in line
