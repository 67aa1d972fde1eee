"""Trained models as predictors: the exon's loss, and what it makes likely."""

import numpy as np
import pytest

from support import models as toys
from support import trained_models, trained_scorers
from twinsplice import errors
from twinsplice.io import fasta
from twinsplice.predictors import score_calibration
from twinsplice.stats import calibrators

# The exon-inclusion score, and what it makes likely.

ALTERATION = calibrators.Alteration(slope=0.9, intercept=0.3, prior=0.05)
LABORATORY = {"laboratory": {"alteration": calibrators.to_json(ALTERATION)}}


def test_what_a_laboratory_finds_is_made_likely_by_the_score_reported(
    reference: fasta.Reference,
) -> None:
    model = trained_models.paired_model()
    card = {"calibration": trained_models.CARDS["modes"] | LABORATORY}
    scorer = trained_scorers.scorer(model, reference, card=card)
    bases = trained_models.BASES
    records = [
        *trained_models.RECORDS,
        toys.record(205, bases[205:207], bases[205:207]),
        # In the middle of an intron no site is in reach.
        toys.record(260, bases[260], trained_models.other(260)),
    ]
    asked = trained_scorers.asked_of(scorer, records)
    raw, found = (
        each.predict(asked)
        for each in (trained_scorers.predictor(model), scorer.predictor)
    )
    assert raw.exon_loss is not None
    assert found.exon_loss is not None
    assert found.altered is not None
    known = ~np.isnan(raw.exon_loss)
    assert 0 < known.sum() < len(known)
    # The loss is mapped as sizes are, so that it never passes the largest one.
    mapped = trained_models.ISOTONIC.apply(raw.exon_loss[known])
    np.testing.assert_allclose(found.exon_loss[known], mapped, atol=1e-6)
    assert (found.exon_loss[known] <= found.size.max(axis=1)[known] + 1e-9).all()
    inclusion = found.inclusion
    assert inclusion is not None
    assert ((inclusion[known] >= 0) & (inclusion[known] <= 1)).all()
    assert np.isnan(inclusion[~known]).all()
    assert np.isnan(found.altered[~known]).all()
    same = asked.unchanged & known
    assert same.any()
    assert (found.altered[same] == 0).all()
    rest = known & ~same
    expected = ALTERATION.apply(inclusion[rest])
    np.testing.assert_allclose(found.altered[rest], expected, atol=1e-9)
    order = np.argsort(inclusion[rest])
    assert (np.diff(found.altered[rest][order]) >= 0).all()
    assert raw.altered is None


def test_a_mask_leaves_the_loss_of_the_exon_as_it_is(
    reference: fasta.Reference,
) -> None:
    model = trained_models.paired_model()
    plain, masked = (
        trained_scorers.scorer(model, reference, mask=mask).predictor.predict(
            trained_scorers.asked_of(
                trained_scorers.scorer(model, reference, mask=mask),
                trained_models.RECORDS,
            )
        )
        for mask in (False, True)
    )
    assert plain.exon_loss is not None
    assert masked.exon_loss is not None
    np.testing.assert_allclose(plain.exon_loss, masked.exon_loss, atol=1e-6)
    known = ~np.isnan(masked.exon_loss)
    assert (masked.exon_loss[known] <= masked.size.max(axis=1)[known] + 1e-6).all()


def test_one_probability_of_alteration_serves_every_mode() -> None:
    for calibration in ({}, trained_models.CARDS["modes"]):
        card = {"calibration": calibration | LABORATORY}
        modes = score_calibration.by_mode(card)
        assert {mode.alteration for mode in modes.values()} == {ALTERATION}
    wrong = {"alteration": calibrators.to_json(trained_models.ISOTONIC)}
    damaged = {"calibration": {"laboratory": wrong}}
    with pytest.raises(errors.WeightsError, match="stored as, alteration"):
        trained_scorers.predictor(trained_models.paired_model(), damaged)
