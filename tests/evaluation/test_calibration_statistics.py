"""Intervals by size and site, and the probability, counted another way."""

import dataclasses

import numpy as np
import pytest

from support import examples
from twinsplice.evaluation import calibration_statistics
from twinsplice.genome import regions

BINS = ["all", "0-0.02", "0.02-0.1", "0.1-0.2", "0.2-0.5", "0.5-0.8", "0.8-1"]


def test_groups_and_bins_part_all_scores() -> None:
    cases = examples.make_cases(300)
    rows = calibration_statistics.intervals(cases.scores, cases.distance)
    for scores, total in (("all four scores", 1_200), ("largest score", 300)):
        of_scores = [row for row in rows if row.scores == scores]
        count = {(row.site, row.size): row.count for row in of_scores}
        assert count["all", "all"] == total
        sites = dict.fromkeys(site for site, _ in count if site != "all")
        assert len(sites) == 3
        assert sum(count.get((site, "all"), 0) for site in sites) == total
        assert sum(count.get(("all", size), 0) for size in BINS[1:]) == total


def test_coverage_and_width_are_those_of_counting() -> None:
    cases = examples.make_cases(2_000)
    scores = cases.scores
    assert scores.low is not None
    assert scores.high is not None
    held, widths = [], []
    for row, distance in enumerate(cases.distance.tolist()):
        for kind in range(4):
            near = distance != regions.NO_SITE and distance <= 10
            if scores.gain[row, kind] and near and 0.02 <= scores.size[row, kind] < 0.1:
                low, high = scores.low[row, kind], scores.high[row, kind]
                held.append(low <= scores.target[row, kind] <= high)
                widths.append(high - low)
    (found,) = (
        row
        for row in calibration_statistics.intervals(scores, cases.distance)
        if (row.scores, row.size) == ("all four scores", "0.02-0.1")
        and row.site.startswith("gain")
    )
    assert found.count == len(held) > 2
    assert found.coverage == pytest.approx(np.mean(held))
    assert found.width == pytest.approx(np.median(widths))


def test_a_model_without_either_has_neither() -> None:
    cases = examples.make_cases(30, quantiles=False)
    assert calibration_statistics.intervals(cases.scores, cases.distance) == ()
    without = dataclasses.replace(cases.scores, probability=None)
    assert calibration_statistics.probability(without) is None
    assert calibration_statistics.probability(examples.make_cases(0).scores) is None


def test_the_probability_is_held_against_the_largest_base_score() -> None:
    scores = examples.make_cases(300).scores
    found = calibration_statistics.probability(scores)
    assert found is not None
    assert scores.probability is not None
    reached = [max(row) >= 0.2 for row in scores.target.tolist()]
    assert found.share == pytest.approx(np.mean(reached))
    squares = (scores.probability - np.array(reached)) ** 2
    assert found.brier == pytest.approx(squares.mean())
    assert found.curve.count.sum() == 300
