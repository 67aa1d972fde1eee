"""Rows by bins: nothing is lost, and means are those of the metrics."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinsplice.genome import regions
from twinsplice.stats import binning, metrics


@given(st.integers(0, 300), st.integers(1, 40))
def test_every_point_is_in_one_square(count: int, bins: int) -> None:
    rng = np.random.default_rng(count)
    x, y = rng.uniform(0, 1.1, (2, count))
    density = binning.density(x, y, bins)
    assert density.count.sum() == count
    again = np.zeros_like(density.count)
    np.add.at(again, tuple(density.square), 1)
    assert (again == density.count).all()
    assert (density.square[0] == np.minimum(x * bins, bins - 1).astype(int)).all()
    assert max([0, *density.x, *density.y]) <= 1


def test_distances_fall_into_the_bins_that_labels_name() -> None:
    distance = np.array([0, 1, 2, 3, 50, 51, 1000, 1001, regions.NO_SITE])
    labels = binning.distance_labels()
    binned = [labels[number] for number in binning.distance_bins(distance)]
    ends = ["301-1000", ">1000", "no site"]
    assert binned == ["0", "1-2", "1-2", "3-5", "21-50", "51-100", *ends]


def test_every_variant_is_in_one_bin_of_distance() -> None:
    distance = np.random.default_rng(0).integers(0, 3000, 500)
    values = np.linspace(0, 1, 500)
    spreads = binning.by_distance(values, distance)
    assert sum(spread.count for spread in spreads) == 500
    assert math.isnan(spreads[-1].median)
    far = spreads[-2]
    assert far.median == pytest.approx(np.median(values[distance > 1000]))


def test_calibration_has_the_means_of_reliability() -> None:
    rng = np.random.default_rng(1)
    size, truth = rng.random((2, 200)) ** 3
    expected = metrics.reliability(size, truth)
    binned = binning.by_size(size, truth)
    assert [mean for mean, _ in binned] == pytest.approx(expected.predicted)
    assert [spread.mean for _, spread in binned] == pytest.approx(expected.observed)
    assert [spread.count for _, spread in binned] == expected.count.tolist()


@pytest.mark.parametrize(("hits", "count"), [(0, 5), (3, 7), (90, 100), (4, 4)])
def test_intervals_of_shares_are_wilsons(hits: int, count: int) -> None:
    # The ends are the shares from which the one seen lies 1.96 standard errors away.
    low, high = binning.proportion_interval(hits, count)
    assert 0 <= low <= hits / count <= high <= 1
    for end in (low, high):
        if 0 < end < 1:
            error = math.sqrt(end * (1 - end) / count)
            assert abs(hits / count - end) == pytest.approx(1.959964 * error)


def test_shares_count_every_row_once() -> None:
    rng = np.random.default_rng(2)
    size, holds = rng.random(300) ** 2, rng.random(300) < 0.9
    shares = binning.shares(size, holds)
    assert sum(share.count for share in shares) == 300
    total = sum(share.value * share.count for share in shares)
    assert total == pytest.approx(holds.sum())
