"""`agreement`: figures of variants that follow by reasoning."""

import math

import numpy as np
import pytest

from twinsplice.stats import agreement, metrics


def test_a_perfect_model_agrees_in_everything() -> None:
    rng = np.random.default_rng(0)
    delta = rng.uniform(-0.9, 0.9, (50, 2, 11)).astype(np.float32)
    delta[:7] *= 0.1
    figures = agreement.of_group(delta, delta)
    assert figures.pop("variants") == 50
    assert figures.pop("positives") == 43
    for value in figures.values():
        assert value == pytest.approx(1)


def test_two_variants_have_no_correlation() -> None:
    rng = np.random.default_rng(1)
    predicted, target = rng.uniform(-1, 1, (2, 3, 2, 5))
    two = agreement.of_group(predicted[:2], target[:2])
    for name in ("score", "r", "r_notable", "spearman", "r_gain", "r_loss"):
        assert math.isnan(two[name])
    assert not math.isnan(two["r_position"])
    assert not math.isnan(agreement.of_group(predicted, target)["r"])


def test_the_interval_of_r_is_over_genes() -> None:
    rng = np.random.default_rng(5)
    target = rng.uniform(-1, 1, (300, 2, 5)).astype(np.float32)
    predicted = target + rng.normal(0, 0.3, target.shape).astype(np.float32)
    genes = np.arange(300) // 10
    r = agreement.agreement(predicted, target)["r"]
    interval = agreement.r_interval(predicted, target, genes, 200)
    assert interval["r_low"] < r < interval["r_high"]
    # One gene alone cannot be resampled into anything else.
    alone = agreement.r_interval(predicted, target, np.zeros(300), 20)
    assert alone == pytest.approx({"r_low": r, "r_high": r})


def test_refinement_misses_what_is_large_and_not_refined() -> None:
    target = np.zeros((5, 2, 3))
    target[:, 0, 1] = [0.05, 0.1, -0.15, 0.2, -0.9]
    refined = np.array([True, False, True, True, False])
    assert agreement.of_refinement(target, refined) == pytest.approx(
        {"refined": 0.6, "missed_0.1": 0.5, "missed_0.2": 0.5}
    )
    none = agreement.of_refinement(target[:1], refined[:1])
    assert math.isnan(none["missed_0.1"])


def test_the_gap_between_strands_is_that_of_their_r() -> None:
    rng = np.random.default_rng(3)
    target = rng.uniform(-1, 1, (400, 2, 5)).astype(np.float32)
    minus = np.arange(400) % 2 == 1
    blurred = target + rng.normal(0, 1, target.shape).astype(np.float32)
    predicted = np.where(minus[:, None, None], blurred, target)
    genes = np.arange(400) // 4
    gap = agreement.strand_gap(predicted, target, minus, genes, 100)
    size, target_size = (
        np.abs(x).max(axis=(1, 2)).astype(float) for x in (predicted, target)
    )
    expected = 1 - metrics.pearson(size[minus], target_size[minus])
    assert gap.value == pytest.approx(expected)
    assert 0 < gap.low < gap.value < gap.high


def test_a_position_counts_as_right_within_one_base() -> None:
    target = np.zeros((3, 2, 11), dtype=np.float32)
    target[:, 0, 5] = 0.5
    predicted = np.zeros_like(target)
    for row, column in enumerate((4, 5, 8)):
        predicted[row, 1, column] = -0.4
    figures = agreement.agreement(predicted, target)
    assert figures["position"] == pytest.approx(2 / 3)


def test_the_error_is_the_largest_difference_anywhere() -> None:
    target = np.zeros((2, 2, 5))
    predicted = target.copy()
    target[0, 0, 1], predicted[0, 0, 2] = 0.9, 0.8
    predicted[1, 1, 4] = -0.3
    assert agreement.errors(predicted, target) == pytest.approx([0.9, 0.3])
