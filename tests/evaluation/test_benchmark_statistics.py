"""Numbers of a benchmark's page: those of the labelled variants that it shows."""

import numpy as np
import pytest

from support import examples
from twinsplice.evaluation import benchmark_statistics
from twinsplice.stats import metrics


def test_the_worst_misses_come_first() -> None:
    cases = examples.make_labelled(100, "one", "two")
    size, altered = cases.scores["one"][0], cases.labels.altered
    missed = list(benchmark_statistics.misses(cases, altered=True))
    alarms = list(benchmark_statistics.misses(cases, altered=False))
    most = benchmark_statistics.MISSES
    assert len(missed) == len(alarms) == most
    assert altered[missed].all()
    assert not altered[alarms].any()
    assert size[missed].tolist() == sorted(size[altered])[:most]
    assert size[alarms].tolist() == sorted(size[~altered])[: -most - 1 : -1]
    # Of equal scores the larger change is the worse miss.
    size[:] = 0.5
    value = np.abs(cases.labels.value)
    missed = list(benchmark_statistics.misses(cases, altered=True))
    alarms = list(benchmark_statistics.misses(cases, altered=False))
    assert value[missed[0]] == value[altered].max()
    assert value[alarms[0]] == value[~altered].min()


def test_measures_by_distance_are_those_of_the_variants_there() -> None:
    cases = examples.make_labelled(300, "one", "two")
    cases.distance[:] = np.where(cases.distance <= 2, 0, 40)
    # One class alone has no measure.
    cases.distance[np.flatnonzero(cases.labels.altered)[:5]] = 7
    bins = benchmark_statistics.by_distance(cases, "auroc", examples.DRAWS)
    assert [each.label for each in bins] == ["0", "21-50"]
    for each, distance in zip(bins, (0, 40), strict=True):
        rows = cases.distance == distance
        assert each.count == rows.sum()
        assert each.altered == cases.labels.altered[rows].sum()
        for name, estimate in each.estimates.items():
            expected = metrics.auroc(
                cases.scores[name][0][rows], cases.labels.altered[rows]
            )
            assert estimate.value == pytest.approx(expected)
            assert estimate.low <= estimate.value <= estimate.high


def test_without_both_classes_there_is_no_curve() -> None:
    cases = examples.make_labelled(20)
    cases.labels.altered[:] = True
    numbers = benchmark_statistics.of(examples.benchmark(cases))
    assert not numbers.roc
    assert not numbers.precision_recall
    assert numbers.altered == numbers.decided == 20
    assert not numbers.false_alarms
