"""Numbers of a page: those of the variants that it shows."""

import dataclasses

import numpy as np
import pytest

from support import examples
from twinsplice.evaluation import agreement_statistics
from twinsplice.stats import binning


def test_groups_by_distance_hold_every_variant() -> None:
    cases = examples.make_cases(500)
    groups = agreement_statistics.groups_by_distance(cases)
    counts = np.bincount(binning.distance_bins(cases.distance))
    expected = counts[counts > 1].tolist()
    assert [group["variants"] for group in groups.values()] == expected


def test_the_worst_come_first_and_ties_as_they_come() -> None:
    cases = examples.make_cases(30)
    cases.predicted[:] = cases.target
    cases.predicted[[4, 9], 0, 3] += 0.5
    cases.predicted[12, 1, 3] += 0.7
    numbers = agreement_statistics.of(examples.evaluation(cases))
    assert numbers.misses[:3] == (12, 4, 9)
    assert len(numbers.misses) == agreement_statistics.MISSES
    assert numbers.error[12] == pytest.approx(0.7)


def test_coverage_is_the_share_that_intervals_hold() -> None:
    scores = examples.make_cases(300).scores
    assert scores.covered is not None
    coverage = agreement_statistics.coverage(scores, 0.9)
    assert coverage is not None
    inside = scores.covered[:, 0]
    assert coverage.overall == pytest.approx(inside.mean())
    held = sum(share.value * share.count for share in coverage.bins)
    assert held == pytest.approx(inside.sum())
    without = dataclasses.replace(scores, low=None, high=None)
    assert agreement_statistics.coverage(without, None) is None


def test_positives_are_those_of_the_base_model() -> None:
    size = np.array([0.9, 0.1, 0.6, 0.3])
    target = np.array([0.5, 0.2, 0.1, 0.0])
    ranking = agreement_statistics.ranking(size, target, 0.2)
    assert (ranking.positives, ranking.share) == (2, 0.5)
    assert ranking.average_precision == pytest.approx((1 + 2 / 4) / 2)
