"""Trained models as predictors: calibrated sizes, and their intervals."""

import dataclasses

import numpy as np
import pytest

from support import models as toys
from support import trained_models, trained_scorers
from twinsplice import errors
from twinsplice.effect import known_references
from twinsplice.io import fasta
from twinsplice.models import far_stage
from twinsplice.stats import calibrators


@pytest.mark.parametrize("mask", [False, True])
@pytest.mark.parametrize("name", list(trained_models.CARDS))
def test_intervals_hold_their_score_and_stay_within_bounds(
    name: str, reference: fasta.Reference, *, mask: bool
) -> None:
    card = {"calibration": trained_models.CARDS[name]}
    scorer = trained_scorers.scorer(
        trained_models.paired_model(), reference, card=card, mask=mask
    )
    widths = []
    for each in trained_scorers.scored(scorer, trained_models.RECORDS):
        assert each.intervals is not None
        for (low, high), change in zip(each.intervals, each.changes, strict=True):
            assert 0 <= low <= change.size <= high <= 1
            widths.append(high - low)
    assert max(widths) > 0.005


def test_what_is_masked_is_not_made_uncertain_by_what_is_hidden(
    reference: fasta.Reference,
) -> None:
    # Nothing is annotated in reach, so every loss is masked, whatever it is.
    scorer = trained_scorers.scorer(trained_models.paired_model(), reference, mask=True)
    record = toys.record(400, trained_models.BASES[400], trained_models.other(400))
    for each in trained_scorers.scored(scorer, [record]):
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
    raw = trained_scorers.scored(
        trained_scorers.scorer(model, reference), trained_models.RECORDS
    )
    card = {"calibration": trained_models.CARDS["isotonic"]}
    found = trained_scorers.scored(
        trained_scorers.scorer(model, reference, card=card), trained_models.RECORDS
    )
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


@pytest.mark.parametrize("stage", [None, trained_models.FAR])
def test_rows_that_are_told_their_reference_have_calibrators_of_their_own(
    reference: fasta.Reference, stage: far_stage.FarConfig | None
) -> None:
    other = calibrators.Isotonic(sizes=(0.0, 1.0), values=(0.0, 0.5))
    by_mode = {
        "plain": trained_models.CARDS["isotonic"],
        "anchored": trained_models.CARDS["intervals"]
        | {"isotonic": calibrators.to_json(other)},
    }
    model = trained_models.paired_model(0, stage)
    raw, predictor = (
        trained_scorers.predictor(model),
        trained_scorers.predictor(model, {"calibration": by_mode}),
    )
    asked = trained_scorers.asked_of(
        trained_scorers.scorer(model, reference), trained_models.RECORDS
    )
    told = np.arange(len(asked)) % 3 == 0
    known = known_references.KnownReferences(
        origin=np.where(told, 0, known_references.UNKNOWN),
        ceiling=np.full(len(asked), -3.0, dtype=np.float32),
        query=np.flatnonzero(told),
        column=np.full(int(told.sum()), trained_models.REACH),
        log_odds=np.full((int(told.sum()), 2), 1.0, dtype=np.float32),
    )
    asked = dataclasses.replace(asked, known=known)
    before, found = raw.predict(asked), predictor.predict(asked)
    plain = trained_models.ISOTONIC.apply(np.clip(before.size, 0, 1))
    expected = np.where(told[:, None], other.apply(np.clip(before.size, 0, 1)), plain)
    np.testing.assert_allclose(found.size, expected, atol=1e-6)
    assert np.abs(found.size - plain)[told].max() > 0.01
    for mode, rows in ((known, told), (None, ~told)):
        alone = predictor.predict(dataclasses.replace(asked, known=mode))
        np.testing.assert_allclose(found.size[rows], alone.size[rows], atol=1e-6)
        for one, two in ((found.low, alone.low), (found.high, alone.high)):
            assert one is not None
            assert two is not None
            np.testing.assert_allclose(one[rows], two[rows], atol=1e-6)


def test_intervals_without_quantiles_serve_any_model(
    reference: fasta.Reference,
) -> None:
    plain = dataclasses.replace(trained_models.INTERVALS, quantiles=False)
    card = {"calibration": {"intervals": calibrators.to_json(plain)}}
    for name in ("cnn", "pooled"):
        scorer = trained_scorers.scorer(
            trained_models.MODELS[name], reference, card=card
        )
        for each in trained_scorers.scored(scorer, trained_models.RECORDS):
            assert each.intervals is not None
            for (low, high), change in zip(each.intervals, each.changes, strict=True):
                assert 0 <= low <= change.size <= high <= 1
    with pytest.raises(errors.WeightsError, match="quantiles that the model"):
        trained_scorers.predictor(
            trained_models.MODELS["cnn"],
            {
                "calibration": {
                    "intervals": calibrators.to_json(trained_models.INTERVALS)
                }
            },
        )


def test_a_model_without_either_has_no_intervals(reference: fasta.Reference) -> None:
    for each in trained_scorers.scored(
        trained_scorers.scorer(trained_models.MODELS["cnn"], reference),
        trained_models.RECORDS,
    ):
        assert each.intervals is None


def test_the_calibrators_of_the_plain_mode_are_applied(
    reference: fasta.Reference,
) -> None:
    model = trained_models.paired_model()
    card = {"calibration": trained_models.CARDS["modes"]}
    scorer = trained_scorers.scorer(model, reference, card=card)
    records = [*trained_models.RECORDS, trained_models.SAME]
    asked = trained_scorers.asked_of(scorer, records)
    raw, found = (
        each.predict(asked)
        for each in (
            trained_scorers.predictor(model),
            trained_scorers.predictor(model, card),
        )
    )
    sizes = trained_models.ISOTONIC.apply(raw.size.clip(0, 1))
    same = asked.unchanged
    low, high = trained_models.SITE_INTERVALS.apply(sizes, raw.ref)
    probability = trained_models.EXCEEDANCE.apply(raw.size.clip(0, 1).max(axis=1))
    assert found.low is not None
    assert found.high is not None
    assert found.probability is not None
    assert 0 < same.sum() < len(same)
    np.testing.assert_allclose(found.low[~same], low[~same], atol=1e-6)
    np.testing.assert_allclose(found.high[~same], high[~same], atol=1e-6)
    np.testing.assert_allclose(found.probability[~same], probability[~same], atol=1e-6)
    # Between equal sequences nothing is uncertain.
    assert (found.probability[same] == 0).all()
    np.testing.assert_allclose(found.low[same], found.high[same])
    assert raw.probability is None
    sites = raw.ref >= trained_models.SITE_INTERVALS.site_from
    assert 0 < sites.sum() < sites.size


def test_a_masked_change_is_certain_at_zero(reference: fasta.Reference) -> None:
    card = {"calibration": trained_models.CARDS["modes"]}
    scorer = trained_scorers.scorer(
        trained_models.paired_model(), reference, card=card, mask=True
    )
    found = scorer.predictor.predict(
        trained_scorers.asked_of(scorer, trained_models.RECORDS)
    )
    assert found.low is not None
    assert found.high is not None
    masked = found.size == 0
    assert masked.any()
    assert not found.high[masked].any()
    assert (found.high[~masked] > found.low[~masked]).all()
