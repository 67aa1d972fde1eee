"""Likelihood ratios: laws, known answers, and a second implementation."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twinsplice.stats import likelihood

SEEDS = st.integers(0, 2**32 - 1)


def drawn(seed: int) -> tuple[np.ndarray, likelihood.Sample]:
    rng = np.random.default_rng(seed)
    altered = rng.random(60) < 0.3
    altered[:2] = True, False
    score = np.clip(rng.random(60) * 0.6 + 0.3 * altered, 0, 1)
    return score, likelihood.sample(altered, rng.integers(0, 9, 60), draws=50)


@given(SEEDS)
@settings(max_examples=8, deadline=None)
def test_counts_and_shares_are_those_of_a_loop(seed: int) -> None:
    score, known = drawn(seed)
    for found in likelihood.accuracies(score, known):
        called = [value >= found.threshold for value in score]
        hits = sum(c and a for c, a in zip(called, known.altered, strict=True))
        false = sum(c and not a for c, a in zip(called, known.altered, strict=True))
        positives = int(known.altered.sum())
        others = len(score) - positives
        assert (found.called_altered, found.called_others) == (hits, false)
        assert found.sensitivity.value == pytest.approx(hits / positives)
        assert found.specificity.value == pytest.approx(1 - false / others)
        above = ((hits + 0.5) / (positives + 1)) / ((false + 0.5) / (others + 1))
        assert found.positive.value == pytest.approx(above)
        below = ((positives - hits + 0.5) / (positives + 1)) / (
            (others - false + 0.5) / (others + 1)
        )
        assert found.negative.value == pytest.approx(below)


@given(SEEDS)
@settings(max_examples=8, deadline=None)
def test_bins_part_all_variants_and_only_the_last_has_no_end(seed: int) -> None:
    score, known = drawn(seed)
    found = likelihood.bins(score, known)
    assert sum(each.altered for each in found) == known.altered.sum()
    assert sum(each.others for each in found) == (~known.altered).sum()
    assert [math.isinf(each.high) for each in found] == [False] * 6 + [True]
    at_last = likelihood.accuracies(score, known, [found[-1].low])[0]
    assert found[-1].ratio == at_last.positive


@given(SEEDS)
@settings(max_examples=8, deadline=None)
def test_the_order_of_variants_and_names_of_groups_do_not_matter(seed: int) -> None:
    score, known = drawn(seed)
    order = np.random.default_rng(seed + 1).permutation(len(score))
    names = np.array([f"exon {number}" for number in known.group[order]])
    other = likelihood.sample(known.altered[order], names, draws=50)
    assert likelihood.bins(score[order], other) == likelihood.bins(score, known)


@pytest.mark.parametrize("is_upper", [True, False])
def test_a_score_is_equivalent_to_itself_and_half_of_it_to_half(
    *, is_upper: bool
) -> None:
    # Every grid point has variants, so that no two thresholds have the same ratio.
    rng = np.random.default_rng(0)
    score = rng.random(8_000)
    altered = rng.random(8_000) < score**2
    known = likelihood.sample(altered, np.arange(8_000) % 20, draws=20)
    for factor in (1.0, 0.5):
        found = likelihood.equivalent(
            score * factor, score, 0.4, known, is_upper=is_upper
        )
        assert found.value == pytest.approx(0.4 * factor, abs=0.025)
        assert found.low <= found.value <= found.high


def test_what_never_reaches_the_other_ratio_has_no_threshold() -> None:
    altered = np.arange(200) < 100
    known = likelihood.sample(altered, np.arange(200), draws=20)
    perfect = altered.astype(np.float64)
    none = likelihood.equivalent(np.zeros(200), perfect, 0.5, known, is_upper=True)
    assert math.isnan(none.value)


def test_points_are_those_of_the_published_scale() -> None:
    published = {1: 2.08, 2: 4.33, 4: 18.7, 8: 350.0}
    for count, odds in published.items():
        assert likelihood.points(odds) == pytest.approx(count, abs=0.01)
    assert likelihood.points(1 / 350) == pytest.approx(-8)


def test_a_ratio_of_one_changes_no_probability() -> None:
    assert likelihood.posterior(0.1, 1.0) == pytest.approx(0.1)
    assert likelihood.posterior(0.5, 3.0) == pytest.approx(0.75)


def test_one_class_is_refused() -> None:
    with pytest.raises(ValueError, match="altered variants and others"):
        likelihood.sample(np.ones(3, dtype=bool), np.arange(3))


def test_groups_that_agree_widen_the_interval() -> None:
    altered = np.tile([True, False], 50)
    score = np.repeat(np.arange(20) % 2 == 0, 5).astype(np.float64)
    widths = []
    for groups in (np.arange(100), np.repeat(np.arange(20), 5)):
        known = likelihood.sample(altered, groups, draws=400)
        found = likelihood.accuracies(score, known, [0.5])[0].sensitivity
        widths.append(found.high - found.low)
    assert widths[1] > 1.5 * widths[0]
