"""Figures of labelled variants: what is not known takes no part in them."""

import numpy as np
import pytest

from twinsplice.evaluation import benchmark_metrics
from twinsplice.stats import metrics


def test_what_is_not_decided_takes_no_part() -> None:
    known = benchmark_metrics.Labels(
        altered=np.array([True, False, False, False]),
        decided=np.array([True, True, True, False]),
        value=np.array([-0.5, 0.1, np.nan, 0.9]),
        groups=np.array(["a", "b", "c", "d"]),
    )
    scores = np.array([[0.8, 0.2, 0.1, 0.9], [-0.8, 0.2, 0.1, 0.9]])
    figures = benchmark_metrics.figures(
        scores, known, benchmark_metrics.Resampling(n=20)
    )
    assert benchmark_metrics.counts(known) == {
        "variants": 4,
        "positives": 1,
        "negatives": 2,
        "measured": 3,
        "groups": 4,
    }
    assert figures["auroc"]["value"] == figures["ap"]["value"] == 1
    assert figures["spearman_signed"]["value"] == pytest.approx(1)
    expected = metrics.pearson(np.array([0.8, 0.2, 0.9]), np.array([0.5, 0.1, 0.9]))
    assert figures["pearson"]["value"] == pytest.approx(expected)
    assert figures["thresholds"]["0.9"] == {"score": 0.8, "precision": 1, "recall": 1}
    assert figures["calibration"]["error"] == pytest.approx((0.2 + 0.2 + 0.1) / 3)
