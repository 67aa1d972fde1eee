"""Trained models as predictors: the engine against full passes, and intervals."""

import dataclasses
import pathlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from support import models as toys
from support import trained_models
from twinsplice import errors
from twinsplice.effect import results
from twinsplice.genome import coordinates, genes
from twinsplice.io import fasta
from twinsplice.io.vcf import vcf
from twinsplice.models import siamese
from twinsplice.predictors import checkpoints, loading, score_calibration, trained
from twinsplice.scoring import pipeline, queries
from twinsplice.stats import calibrators
from twinsplice.training import inference

GENES = [
    toys.gene("PLUS", 100, 500, left=[200], right=[300]),
    toys.gene("MINUS", 90, 610, "-", left=[220], right=[310]),
]


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Any:  # noqa: ANN401
    folder = tmp_path_factory.mktemp("genome")
    path = toys.write_fasta(folder / "x.fa", {"1": trained_models.BASES})
    with fasta.Reference.open(path) as opened:
        yield opened


def _predictor(
    model: siamese.SiameseModel, card: dict[str, Any] | None = None
) -> trained.SiamesePredictor:
    trained = checkpoints.Trained(model=model, card=card or {}, sha256="0" * 64)
    return loading.of_trained(trained, "run")


def _scorer(
    model: siamese.SiameseModel,
    reference: fasta.Reference,
    annotation: Sequence[genes.Gene] = GENES,
    card: dict[str, Any] | None = None,
    *,
    mask: bool = False,
) -> pipeline.Scorer:
    predictor = _predictor(model, card)
    return toys.scorer(
        predictor, reference, annotation, reach=trained_models.REACH, mask=mask
    )


def _questions(
    scorer: pipeline.Scorer, records: Sequence[vcf.Record]
) -> list[queries.Question]:
    found = [each for record in records for each in scorer.asker.ask(record)]
    return [each for each in found if isinstance(each, queries.Question)]


def _scored(
    scorer: pipeline.Scorer, records: Sequence[vcf.Record]
) -> list[results.Scored]:
    found = [each for of_one in scorer.answer(records) for each in of_one]
    return [each for each in found if isinstance(each, results.Scored)]


# The engine, against full passes.


@pytest.mark.parametrize("name", list(trained_models.MODELS))
def test_the_engine_comes_to_what_full_passes_do(
    name: str, reference: fasta.Reference, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Several batches and several runs of the engine.
    monkeypatch.setattr(trained, "_NUMBERS", 31 * 4 * 3)
    monkeypatch.setattr(pipeline.Scorer, "_most", lambda self, queries: 5)
    model = trained_models.MODELS[name]
    scorer = _scorer(model, reference)
    questions = _questions(scorer, trained_models.RECORDS)
    assert len(questions) == 17
    pairs = trained_models.pairs_of(questions, reference, model.context)
    wanted, quantiles = inference.deltas(model, pairs)
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
    paired, cnn = (trained_models.MODELS[name] for name in ("paired", "cnn"))
    of_paired, of_cnn = (_scorer(model, reference) for model in (paired, cnn))
    questions = _questions(of_paired, trained_models.RECORDS)
    pairs = trained_models.pairs_of(questions, reference, paired.context)
    wanted = inference.profiles(trained_models.paired_model(), pairs)
    for i, found in enumerate(of_paired._compare(questions, lambda queries: None)):
        turn = -1 if questions[i].seen.strand is coordinates.Strand.MINUS else 1
        np.testing.assert_allclose(found.ref, wanted[i][:, ::turn], atol=1e-5)
    for found in of_cnn._compare(questions, lambda queries: None):
        assert not found.ref.any()


def test_a_deletion_beyond_the_window_leaves_nothing_behind_it(
    reference: fasta.Reference,
) -> None:
    scorer = _scorer(trained_models.paired_model(), reference)
    for found in scorer._compare(
        _questions(scorer, [trained_models.LONG]), lambda queries: None
    ):
        gone = found.alt[:, trained_models.REACH + 1 :]
        np.testing.assert_allclose(gone, 0.0, atol=1e-5)


# Laws.


def test_an_allele_equal_to_ref_changes_nothing_for_certain(
    reference: fasta.Reference,
) -> None:
    card = {"calibration": {"intervals": calibrators.to_json(trained_models.INTERVALS)}}
    scorer = _scorer(trained_models.paired_model(), reference, card=card)
    scored = _scored(scorer, [trained_models.SAME])
    assert len(scored) == 2
    for each in scored:
        sizes = [change.size for change in each.changes]
        assert sizes == pytest.approx([0.0] * 4, abs=1e-5)
        assert each.intervals == tuple((size, size) for size in sizes)


@pytest.mark.parametrize("mask", [False, True])
def test_sizes_stay_within_what_probabilities_allow(
    reference: fasta.Reference, *, mask: bool
) -> None:
    scorer = _scorer(trained_models.paired_model(), reference, mask=mask)
    for each in _scored(scorer, trained_models.RECORDS):
        for kind, change in zip(each.kinds, each.changes, strict=True):
            room = 1 - change.ref if kind.gain else change.ref
            assert 0 <= change.size <= room + 1e-6


def test_a_gene_mirrored_to_the_other_strand_has_the_same_sizes(
    tmp_path: pathlib.Path, reference: fasta.Reference
) -> None:
    back = trained_models.BASES[::-1].translate(str.maketrans("ACGT", "TGCA"))
    at = 240
    there = toys.record(at, trained_models.BASES[at], trained_models.other(at))
    here = toys.record(
        len(trained_models.BASES) - 1 - at,
        back[len(trained_models.BASES) - 1 - at],
        trained_models.other(at).translate(str.maketrans("ACGT", "TGCA")),
    )
    model = trained_models.paired_model()
    span = GENES[0].span
    turned = toys.gene(
        "PLUS",
        len(trained_models.BASES) - span.end,
        len(trained_models.BASES) - span.start,
        "-",
    )
    path = toys.write_fasta(tmp_path / "back.fa", {"1": back})
    with fasta.Reference.open(path) as mirror:
        one = _scored(_scorer(model, reference, GENES[:1]), [there])[0]
        two = _scored(_scorer(model, mirror, [turned]), [here])[0]
    sizes = [[change.size for change in each.changes] for each in (one, two)]
    assert sizes[0] == pytest.approx(sizes[1], abs=1e-5)


@pytest.mark.parametrize("mask", [False, True])
@pytest.mark.parametrize("name", list(trained_models.CARDS))
def test_intervals_hold_their_score_and_stay_within_bounds(
    name: str, reference: fasta.Reference, *, mask: bool
) -> None:
    card = {"calibration": trained_models.CARDS[name]}
    scorer = _scorer(trained_models.paired_model(), reference, card=card, mask=mask)
    widths = []
    for each in _scored(scorer, trained_models.RECORDS):
        assert each.intervals is not None
        for (low, high), change in zip(each.intervals, each.changes, strict=True):
            assert 0 <= low <= change.size <= high <= 1
            widths.append(high - low)
    assert max(widths) > 0.005


def test_an_interval_is_that_of_the_quantiles_at_the_change(
    reference: fasta.Reference,
) -> None:
    scorer = _scorer(trained_models.paired_model(), reference)
    questions = _questions(scorer, trained_models.RECORDS)
    compared = scorer._compare(questions, lambda queries: None)
    for each, found in zip(
        _scored(scorer, trained_models.RECORDS), compared, strict=True
    ):
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
            assert each.intervals[i] == pytest.approx(wanted, abs=1e-5)


def test_what_is_masked_is_not_made_uncertain_by_what_is_hidden(
    reference: fasta.Reference,
) -> None:
    # Nothing is annotated in reach, so every loss is masked, whatever it is.
    scorer = _scorer(trained_models.paired_model(), reference, mask=True)
    record = toys.record(400, trained_models.BASES[400], trained_models.other(400))
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
    model = trained_models.paired_model()
    raw = _scored(_scorer(model, reference), trained_models.RECORDS)
    card = {"calibration": trained_models.CARDS["isotonic"]}
    found = _scored(_scorer(model, reference, card=card), trained_models.RECORDS)
    pairs = []
    for one, two in zip(raw, found, strict=True):
        for before, after in zip(one.changes, two.changes, strict=True):
            assert after.column == before.column
            known = (before.ref, before.alt)
            assert (after.ref, after.alt) == pytest.approx(known, abs=1e-5)
            pairs.append((before.size, after.size))
    before, after = np.array(sorted(pairs)).T
    np.testing.assert_allclose(after, trained_models.ISOTONIC.apply(before), atol=1e-5)
    assert (np.diff(after) >= 0).all()


def test_intervals_without_quantiles_serve_any_model(
    reference: fasta.Reference,
) -> None:
    plain = dataclasses.replace(trained_models.INTERVALS, quantiles=False)
    card = {"calibration": {"intervals": calibrators.to_json(plain)}}
    for name in ("cnn", "pooled"):
        scorer = _scorer(trained_models.MODELS[name], reference, card=card)
        for each in _scored(scorer, trained_models.RECORDS):
            assert each.intervals is not None
            for (low, high), change in zip(each.intervals, each.changes, strict=True):
                assert 0 <= low <= change.size <= high <= 1
    with pytest.raises(errors.WeightsError, match="quantiles that the model"):
        _predictor(
            trained_models.MODELS["cnn"],
            {
                "calibration": {
                    "intervals": calibrators.to_json(trained_models.INTERVALS)
                }
            },
        )


def test_a_model_without_either_has_no_intervals(reference: fasta.Reference) -> None:
    for each in _scored(
        _scorer(trained_models.MODELS["cnn"], reference), trained_models.RECORDS
    ):
        assert each.intervals is None


def test_scores_of_arrays_are_those_of_the_rules(reference: fasta.Reference) -> None:
    model = trained_models.paired_model()
    scorer = _scorer(model, reference)
    questions = _questions(scorer, trained_models.RECORDS)
    pairs = trained_models.pairs_of(questions, reference, model.context)
    sizes, ends = score_calibration.scores(*inference.deltas(model, pairs))
    assert ends is not None
    for i, each in enumerate(_scored(scorer, trained_models.RECORDS)):
        found = [change.size for change in each.changes]
        assert found == pytest.approx(sizes[i], abs=1e-5)
        assert each.intervals is not None
        for kind in range(4):
            if sizes[i, kind] > 1e-4:
                wanted = ends[0][i, kind], ends[1][i, kind]
                assert each.intervals[kind] == pytest.approx(wanted, abs=1e-5)
