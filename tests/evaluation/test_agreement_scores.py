"""Scores of an evaluation: what is held against what."""

import dataclasses

import numpy as np
import pytest

from twinsplice.evaluation import agreement_scores
from twinsplice.predictors import score_calibration
from twinsplice.stats import calibrators, prediction_intervals
from twinsplice.training import inference


def _inferred(delta: np.ndarray, ends: np.ndarray | None = None) -> inference.Inferred:
    reference = np.full_like(delta, 0.3)
    return inference.Inferred(delta=delta, reference=reference, quantiles=ends)


def test_the_largest_score_is_held_against_the_same_kind_of_change() -> None:
    delta, target = np.zeros((2, 1, 2, 5), dtype=np.float32)
    delta[0, 0, 1], delta[0, 1, 3] = 0.2, -0.6
    target[0, 0, 1], target[0, 1, 2] = 0.9, -0.5
    profile = np.arange(10, dtype=np.float32).reshape(1, 2, 5) / 10
    calibration = score_calibration.ScoreCalibration(
        isotonic=calibrators.Isotonic(sizes=(0.0, 1.0), values=(0.0, 0.5))
    )
    scores = agreement_scores.scored(_inferred(delta), target, profile, calibration)
    assert scores.raw[0, :2] == pytest.approx([0.6, 0.2])
    assert scores.size[0, :2] == pytest.approx([0.3, 0.1])
    assert scores.target[0, :2] == pytest.approx([0.5, 0.9])
    assert scores.gain[0, :2].tolist() == [False, True]
    assert scores.base_ref[0, :2] == pytest.approx([0.8, 0.1])
    assert scores.low is None
    assert scores.high is None
    assert scores.covered is None
    assert scores.probability is None


def test_quantiles_enclose_the_score_they_belong_to() -> None:
    delta = np.zeros((1, 2, 5), dtype=np.float32)
    delta[0, 1, 3] = -0.6
    ends = np.stack([delta - 0.1, delta, delta + 0.3], axis=-1)
    scores = agreement_scores.scored(
        _inferred(delta, ends), delta, delta, score_calibration.ScoreCalibration()
    )
    assert scores.low is not None
    assert scores.high is not None
    assert scores.low[0, 0] == pytest.approx(0.3)
    assert scores.high[0, 0] == pytest.approx(0.7)


def test_intervals_are_of_the_models_reference_and_of_the_level() -> None:
    delta = np.zeros((1, 2, 5), dtype=np.float32)
    delta[0, 1, 3] = -0.3
    intervals = prediction_intervals.SiteIntervals(
        level=0.8,
        site_from=0.3,
        sizes=(0.0, 1.0),
        low=((0.0, 0.0), (0.0, 0.5)),
        high=((1.0, 1.0), (0.5, 1.0)),
    )
    calibration = score_calibration.ScoreCalibration(
        intervals=intervals,
        probability=calibrators.Exceedance(least=0.2, slope=1.0, intercept=0.0),
    )
    scores = agreement_scores.scored(_inferred(delta), delta, delta, calibration)
    assert scores.low is not None
    assert scores.low[0, 0] == pytest.approx(0.15)
    assert scores.probability == pytest.approx([0.3])
    assert agreement_scores.interval_level(scores, calibration) == 0.8
    both = agreement_scores.joined([scores, scores])
    assert both.covered is not None
    assert both.covered.all()
    assert len(both.size) == 2


def test_what_may_be_is_the_largest_upper_end() -> None:
    size = np.array([[0.3, 0.1, 0.0, 0.0], [0.5, 0.2, 0.1, 0.0]])
    scores = agreement_scores.Scores(
        raw=size, size=size, target=size, gain=size > 0, base_ref=size
    )
    np.testing.assert_array_equal(scores.highest, [0.3, 0.5])
    ends = dataclasses.replace(scores, low=size, high=size[:, ::-1] + 0.15)
    np.testing.assert_allclose(ends.highest, [0.45, 0.65])
