"""Trained models as predictors: engine against full passes; what `score` writes."""

import dataclasses
import functools
import json
import pathlib
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import polars as pl
import pysam
import pytest
import safetensors.torch

import toys
import twins
from twinsplice import cli, errors
from twinsplice.effect import answers, deltas
from twinsplice.genome import coordinates, genes
from twinsplice.io import fasta, vcf
from twinsplice.learn import calibrators
from twinsplice.models import siamese
from twinsplice.workflow import (
    asking,
    certainty,
    comparing,
    predictions,
    predictors,
    score,
    score_config,
    scorers,
    weights,
)

REACH = 15
BASES = "".join(np.random.default_rng(8).choice(list("ACGT"), 700))
GENES = [
    toys.gene("PLUS", 100, 500, left=[200], right=[300]),
    toys.gene("MINUS", 90, 610, "-", left=[220], right=[310]),
]
ISOTONIC = calibrators.Isotonic(sizes=(0.0, 0.1, 1.0), values=(0.0, 0.05, 0.6))
INTERVALS = calibrators.Intervals(
    level=0.9, edges=(0.1,), below=(0.01, 0.02), above=(0.03, 0.05), quantiles=True
)


def _other(at: int, length: int = 1) -> str:
    return "".join("CGTA"["ACGT".index(base)] for base in BASES[at : at + length])


RECORDS = [
    toys.record(200, BASES[200], _other(200)),
    toys.record(203, BASES[203], BASES[203] + "GTAAGT", "<DEL>"),
    toys.record(300, BASES[300:304], BASES[300]),
    toys.record(306, BASES[306:309], _other(306, 3)),
    toys.record(310, BASES[310:314], _other(310, 2)),
    toys.record(315, BASES[315:317], _other(315, 4)),
    # At a gene's ends, where much is unknown.
    toys.record(102, BASES[102], _other(102), BASES[102] + "AG"),
    toys.record(604, BASES[604:607], BASES[604]),
]
LONG = toys.record(350, BASES[350:374], BASES[350])
"""A deletion that goes on beyond the window."""
SAME = toys.record(250, BASES[250:252], BASES[250:252])


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Any:  # noqa: ANN401
    folder = tmp_path_factory.mktemp("genome")
    path = toys.write_fasta(folder / "x.fa", {"1": BASES})
    with fasta.Reference.open(path) as opened:
        yield opened


def _predictor(
    model: siamese.SiameseModel, card: dict[str, Any] | None = None
) -> comparing.SiamesePredictor:
    trained = weights.Trained(model=model, card=card or {}, sha256="0" * 64)
    return predictors.of_trained(trained, "run")


def _scorer(
    model: siamese.SiameseModel,
    reference: fasta.Reference,
    annotation: Sequence[genes.Gene] = GENES,
    card: dict[str, Any] | None = None,
    *,
    mask: bool = False,
) -> scorers.Scorer:
    predictor = _predictor(model, card)
    return toys.scorer(predictor, reference, annotation, reach=REACH, mask=mask)


def _questions(
    scorer: scorers.Scorer, records: Sequence[vcf.Record]
) -> list[asking.Question]:
    found = [each for record in records for each in scorer.asker.ask(record)]
    return [each for each in found if isinstance(each, asking.Question)]


def _scored(
    scorer: scorers.Scorer, records: Sequence[vcf.Record]
) -> list[answers.Scored]:
    found = [each for of_one in scorer.answer(records) for each in of_one]
    return [each for each in found if isinstance(each, answers.Scored)]


# The engine, against full passes.


@pytest.mark.parametrize("name", list(twins.MODELS))
def test_the_engine_comes_to_what_full_passes_do(
    name: str, reference: fasta.Reference, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Several batches and several runs of the engine.
    monkeypatch.setattr(comparing, "_NUMBERS", 31 * 4 * 3)
    monkeypatch.setattr(scorers.Scorer, "_most", lambda self, queries: 5)
    model = twins.MODELS[name]
    scorer = _scorer(model, reference)
    questions = _questions(scorer, RECORDS)
    assert len(questions) == 17
    pairs = twins.pairs_of(questions, reference, model.context)
    wanted, quantiles = predictions.deltas(model, pairs)
    wanted = np.clip(wanted, -1, 1)
    compared = scorer._compare(questions, lambda queries: None)
    for i, (question, found) in enumerate(zip(questions, compared, strict=True)):
        turn = -1 if question.seen.strand is coordinates.Strand.MINUS else 1
        delta = found.alt - found.ref
        np.testing.assert_allclose(delta, wanted[i][:, ::turn], atol=1e-5)
        if quantiles is None:
            assert found.low is None
            continue
        for ends, at in ((found.low, 0), (found.high, 2)):
            assert ends is not None
            expected = quantiles[i][:, ::turn, at]
            np.testing.assert_allclose(ends, expected, atol=1e-5)
    assert np.abs(wanted).max() > 1e-2


def test_reference_probabilities_are_the_models_or_nothing(
    reference: fasta.Reference,
) -> None:
    paired, cnn = (twins.MODELS[name] for name in ("paired", "cnn"))
    of_paired, of_cnn = (_scorer(model, reference) for model in (paired, cnn))
    questions = _questions(of_paired, RECORDS)
    pairs = twins.pairs_of(questions, reference, paired.context)
    wanted = predictions.profiles(twins.paired_model(), pairs)
    for i, found in enumerate(of_paired._compare(questions, lambda queries: None)):
        turn = -1 if questions[i].seen.strand is coordinates.Strand.MINUS else 1
        np.testing.assert_allclose(found.ref, wanted[i][:, ::turn], atol=1e-5)
    for found in of_cnn._compare(questions, lambda queries: None):
        assert not found.ref.any()


def test_a_deletion_beyond_the_window_leaves_nothing_behind_it(
    reference: fasta.Reference,
) -> None:
    scorer = _scorer(twins.paired_model(), reference)
    for found in scorer._compare(_questions(scorer, [LONG]), lambda queries: None):
        gone = found.alt[:, REACH + 1 :]
        np.testing.assert_allclose(gone, 0.0, atol=1e-6)


# Laws.


def test_an_allele_equal_to_ref_changes_nothing_for_certain(
    reference: fasta.Reference,
) -> None:
    card = {"calibration": {"intervals": calibrators.to_json(INTERVALS)}}
    scorer = _scorer(twins.paired_model(), reference, card=card)
    scored = _scored(scorer, [SAME])
    assert len(scored) == 2
    for each in scored:
        sizes = [change.size for change in each.changes]
        assert sizes == pytest.approx([0.0] * 4, abs=1e-6)
        assert each.intervals == tuple((size, size) for size in sizes)


@pytest.mark.parametrize("mask", [False, True])
def test_sizes_stay_within_what_probabilities_allow(
    reference: fasta.Reference, *, mask: bool
) -> None:
    scorer = _scorer(twins.paired_model(), reference, mask=mask)
    for each in _scored(scorer, RECORDS):
        for kind, change in zip(each.kinds, each.changes, strict=True):
            room = 1 - change.ref if kind.gain else change.ref
            assert 0 <= change.size <= room + 1e-6


def test_a_gene_mirrored_to_the_other_strand_has_the_same_sizes(
    tmp_path: pathlib.Path, reference: fasta.Reference
) -> None:
    back = BASES[::-1].translate(str.maketrans("ACGT", "TGCA"))
    at = 240
    there = toys.record(at, BASES[at], _other(at))
    here = toys.record(
        len(BASES) - 1 - at,
        back[len(BASES) - 1 - at],
        _other(at).translate(str.maketrans("ACGT", "TGCA")),
    )
    model = twins.paired_model()
    span = GENES[0].span
    turned = toys.gene("PLUS", len(BASES) - span.end, len(BASES) - span.start, "-")
    path = toys.write_fasta(tmp_path / "back.fa", {"1": back})
    with fasta.Reference.open(path) as mirror:
        one = _scored(_scorer(model, reference, GENES[:1]), [there])[0]
        two = _scored(_scorer(model, mirror, [turned]), [here])[0]
    sizes = [[change.size for change in each.changes] for each in (one, two)]
    assert sizes[0] == pytest.approx(sizes[1], abs=1e-6)


# Intervals and calibration.


CARDS: dict[str, dict[str, Any]] = {
    "raw": {},
    "isotonic": {"isotonic": calibrators.to_json(ISOTONIC)},
    "intervals": {"intervals": calibrators.to_json(INTERVALS)},
    "both": {
        "isotonic": calibrators.to_json(ISOTONIC),
        "intervals": calibrators.to_json(INTERVALS),
    },
}


@pytest.mark.parametrize("mask", [False, True])
@pytest.mark.parametrize("name", list(CARDS))
def test_intervals_hold_their_score_and_stay_within_bounds(
    name: str, reference: fasta.Reference, *, mask: bool
) -> None:
    card = {"calibration": CARDS[name]}
    scorer = _scorer(twins.paired_model(), reference, card=card, mask=mask)
    widths = []
    for each in _scored(scorer, RECORDS):
        assert each.intervals is not None
        for (low, high), change in zip(each.intervals, each.changes, strict=True):
            assert 0 <= low <= change.size <= high <= 1
            widths.append(high - low)
    assert max(widths) > 0.005


def test_an_interval_is_that_of_the_quantiles_at_the_change(
    reference: fasta.Reference,
) -> None:
    scorer = _scorer(twins.paired_model(), reference)
    questions = _questions(scorer, RECORDS)
    compared = scorer._compare(questions, lambda queries: None)
    for each, found in zip(_scored(scorer, RECORDS), compared, strict=True):
        assert each.intervals is not None
        assert found.low is not None
        assert found.high is not None
        for i, (kind, change) in enumerate(zip(each.kinds, each.changes, strict=True)):
            place = kind.rows[0], change.column
            ends = sorted((found.low[place], found.high[place]))
            if not kind.gain:
                ends = sorted((-ends[0], -ends[1]))
            wanted = np.clip(ends, 0, 1)
            wanted = wanted if change.size > 0 else [0.0, 0.0]
            assert each.intervals[i] == pytest.approx(wanted, abs=1e-6)


def test_what_is_masked_is_not_made_uncertain_by_what_is_hidden(
    reference: fasta.Reference,
) -> None:
    # Nothing is annotated in reach, so every loss is masked, whatever it is.
    scorer = _scorer(twins.paired_model(), reference, mask=True)
    record = toys.record(400, BASES[400], _other(400))
    for each in _scored(scorer, [record]):
        assert each.intervals is not None
        for kind, change, ends in zip(
            each.kinds, each.changes, each.intervals, strict=True
        ):
            if not kind.gain:
                assert change.size == 0
                assert ends == (0.0, 0.0)


def test_calibration_maps_sizes_and_leaves_all_else(
    reference: fasta.Reference,
) -> None:
    model = twins.paired_model()
    raw = _scored(_scorer(model, reference), RECORDS)
    card = {"calibration": CARDS["isotonic"]}
    found = _scored(_scorer(model, reference, card=card), RECORDS)
    pairs = []
    for one, two in zip(raw, found, strict=True):
        for before, after in zip(one.changes, two.changes, strict=True):
            assert dataclasses.replace(after, size=before.size) == before
            pairs.append((before.size, after.size))
    before, after = np.array(sorted(pairs)).T
    np.testing.assert_allclose(after, ISOTONIC.apply(before), atol=1e-6)
    assert (np.diff(after) >= 0).all()


def test_intervals_without_quantiles_serve_any_model(
    reference: fasta.Reference,
) -> None:
    plain = dataclasses.replace(INTERVALS, quantiles=False)
    card = {"calibration": {"intervals": calibrators.to_json(plain)}}
    for name in ("cnn", "pooled"):
        scorer = _scorer(twins.MODELS[name], reference, card=card)
        for each in _scored(scorer, RECORDS):
            assert each.intervals is not None
            for (low, high), change in zip(each.intervals, each.changes, strict=True):
                assert 0 <= low <= change.size <= high <= 1
    with pytest.raises(errors.WeightsError, match="quantiles that the model"):
        _predictor(
            twins.MODELS["cnn"],
            {"calibration": {"intervals": calibrators.to_json(INTERVALS)}},
        )


def test_a_model_without_either_has_no_intervals(reference: fasta.Reference) -> None:
    for each in _scored(_scorer(twins.MODELS["cnn"], reference), RECORDS):
        assert each.intervals is None


def test_scores_of_arrays_are_those_of_the_rules(reference: fasta.Reference) -> None:
    model = twins.paired_model()
    scorer = _scorer(model, reference)
    questions = _questions(scorer, RECORDS)
    pairs = twins.pairs_of(questions, reference, model.context)
    sizes, ends = certainty.scores(*predictions.deltas(model, pairs))
    assert ends is not None
    for i, each in enumerate(_scored(scorer, RECORDS)):
        found = [change.size for change in each.changes]
        assert found == pytest.approx(sizes[i], abs=1e-5)
        assert each.intervals is not None
        for kind in range(4):
            if sizes[i, kind] > 1e-4:
                wanted = ends[0][i, kind], ends[1][i, kind]
                assert each.intervals[kind] == pytest.approx(wanted, abs=1e-5)


# Files.


TABLE = (
    "#NAME\tCHROM\tSTRAND\tTX_START\tTX_END\tEXON_START\tEXON_END\n"
    "PLUS\t1\t+\t100\t500\t100,300,\t200,500,\n"
    "MINUS\t1\t-\t90\t610\t90,310,\t220,610,\n"
)


@pytest.fixture
def run(tmp_path: pathlib.Path) -> pathlib.Path:
    """The folder of a run, and an input beside it."""
    toys.write_fasta(tmp_path / "x.fa", {"1": BASES})
    (tmp_path / "genes.tsv").write_text(TABLE)
    header = "##fileformat=VCFv4.2\n##contig=<ID=1>\n"
    columns = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
    lines = "".join(f"{each.text}\n" for each in RECORDS)
    (tmp_path / "in.vcf").write_text(header + columns + lines)
    folder = tmp_path / "run"
    card = {"base_model": "cispliceai", "calibration": CARDS["both"]}
    weights.save(folder / weights.NAME, twins.paired_model(), card)
    return folder


def _config(run: pathlib.Path, output: str, **options: object) -> score_config.Config:
    folder = run.parent
    settings: dict[str, Any] = {"model": str(run), "distance": REACH, "quiet": True}
    return score_config.Config(
        folder / "in.vcf",
        reference=folder / "x.fa",
        annotation=str(folder / "genes.tsv"),
        output=folder / output,
        **(settings | options),
    )


def test_a_run_writes_scores_and_intervals(run: pathlib.Path) -> None:
    config = _config(run, "out.vcf")
    summary = score.run(config)
    assert summary.scored == 17
    scored = 0
    with pysam.VariantFile(str(config.output)) as file:
        header = str(file.header)
        for record in file:
            found = record.info["TwinSplice"]
            sure = record.info["TwinSplice_CI"]
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
    score.run(config)
    frame = (
        pl.read_parquet(config.output)
        if name.endswith("parquet")
        else pl.read_csv(config.output, separator="\t")
    )
    scored = frame.filter(pl.col("skip_reason").is_null())
    assert len(scored) == 17
    for kind in deltas.SITE_KINDS:
        low, size, high = (scored[f"{x}_{kind.label}"] for x in ("LOW", "DS", "HIGH"))
        assert ((low <= size) & (size <= high)).all()
        rise = scored[f"ALT_{kind.label}"] - scored[f"REF_{kind.label}"]
        raw = (rise if kind.gain else -rise).clip(0, 1).to_numpy()
        np.testing.assert_allclose(size.to_numpy(), ISOTONIC.apply(raw), atol=1e-5)


def test_a_weight_file_does_as_well_as_its_run(run: pathlib.Path) -> None:
    one, two = _config(run, "a.tsv"), _config(run / weights.NAME, "b.tsv")
    two = dataclasses.replace(two, input=one.input, reference=one.reference)
    two = dataclasses.replace(
        two, annotation=one.annotation, output=one.output.with_name("b.tsv")
    )
    score.run(one)
    score.run(two)
    assert one.output.read_text() == two.output.read_text()


def test_older_intervals_go(run: pathlib.Path) -> None:
    config = _config(run, "a.vcf")
    score.run(config)
    again = dataclasses.replace(
        config, input=config.output, output=config.output.with_name("b.vcf")
    )
    score.run(again)
    assert again.output.read_text() == config.output.read_text()


def test_a_trained_model_has_no_official_program(run: pathlib.Path) -> None:
    with pytest.raises(errors.InputError, match="--compat needs a model of"):
        score.run(_config(run, "out.vcf", compat=True))


def test_a_trained_model_needs_no_folder_of_weights(run: pathlib.Path) -> None:
    with pytest.raises(errors.InputError, match="leave --weights out"):
        score.run(_config(run, "out.vcf", weights=run))


def _cut(file: pathlib.Path) -> None:
    file.write_bytes(file.read_bytes()[:-100])


def _other_shape(file: pathlib.Path, **card: object) -> None:
    with_card = weights.describe(twins.MODELS["cnn"])
    weights.save(file, twins.paired_model(), {"model": with_card} | card)


DAMAGE: dict[str, Callable[[pathlib.Path], object]] = {
    "cut": _cut,
    "empty": lambda file: file.write_bytes(b""),
    "gone": lambda file: file.unlink(),
    "shape": _other_shape,
    "format": functools.partial(_other_shape, format=99),
    "no card": lambda file: safetensors.torch.save_file({}, file),
    "isotonic": lambda file: weights.save(
        file,
        twins.paired_model(),
        {"calibration": {"isotonic": {"kind": "isotonic", "sizes": [1.0]}}},
    ),
    "calibration": lambda file: weights.save(
        file, twins.paired_model(), {"calibration": "well"}
    ),
    "wrong kind": lambda file: weights.save(
        file, twins.paired_model(), {"calibration": {"isotonic": CARDS["intervals"]}}
    ),
    "swapped": lambda file: weights.save(
        file,
        twins.paired_model(),
        {"calibration": {"isotonic": CARDS["intervals"]["intervals"]}},
    ),
}


@pytest.mark.parametrize("how", list(DAMAGE))
def test_damaged_weights_are_refused_in_one_line(run: pathlib.Path, how: str) -> None:
    (run / "config.json").write_text(json.dumps({}))
    DAMAGE[how](run / weights.NAME)
    with pytest.raises(errors.WeightsError) as caught:
        cli.score(_config(run, "out.vcf"))
    assert "\n" not in str(caught.value)
    assert str(run) in str(caught.value)
    assert not (run.parent / "out.vcf").exists()


def test_a_name_of_nothing_is_refused(run: pathlib.Path) -> None:
    for name in ("nothing", "nothing.safetensors"):
        with pytest.raises(errors.TwinSpliceError, match="got"):
            score.run(_config(run, "out.vcf", model=name))
