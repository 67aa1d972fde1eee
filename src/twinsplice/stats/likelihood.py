"""Sensitivity, specificity and likelihood ratios of scores at thresholds.

A likelihood ratio is the share of altered variants with a result over that of the
others. Half a variant is added to each of its four counts, so that none is infinite.
Intervals are of 95 %, by resampling whole groups (exons, genes): rows of one are not
independent.
"""

import dataclasses
import math
from collections.abc import Sequence

import numpy as np
from jaxtyping import Bool, Float64, Int64, Shaped
from sklearn import isotonic

from twinsplice.stats import metrics

THRESHOLDS = (0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.8)
"""Scores from which a variant is called altered."""
EDGES = (0.0, 0.02, 0.05, 0.1, 0.2, 0.5, 0.8)
"""Lower ends of bins of the score; the last one has no upper end."""
_ODDS_OF_A_POINT = 350 ** (1 / 8)
# A threshold that nothing reaches weighs next to nothing.
_TINY = 1e-6
_LEVELS = (0.025, 0.975)


@dataclasses.dataclass(frozen=True, eq=False, slots=True)
class Sample:
    """Variants of known outcome, and the resamples of their groups.

    Attributes:
        altered: Whether each is altered.
        group: Number of each one's group.
        drawn: How often each group is in each resample.
    """

    altered: Bool[np.ndarray, " rows"]
    group: Int64[np.ndarray, " rows"]
    drawn: Float64[np.ndarray, "draws groups"]

    def totals(
        self, results: Bool[np.ndarray, "rows results"]
    ) -> Float64[np.ndarray, "draws_and_all two results"]:
        """Return the altered and the other variants with each result.

        The first row counts all variants, the others are the resamples.
        """
        counts = np.zeros((self.drawn.shape[1], 2, results.shape[1]))
        np.add.at(counts, (self.group, (~self.altered).astype(np.int64)), results)
        resampled = np.tensordot(self.drawn, counts, axes=1)
        return np.concatenate([counts.sum(axis=0)[None], resampled])


def sample(
    altered: Bool[np.ndarray, " rows"],
    groups: Shaped[np.ndarray, " rows"],
    draws: int = 1000,
    seed: int = 0,
) -> Sample:
    """Return variants with resamples of their groups.

    Args:
        altered: Whether each variant is altered.
        groups: Its group.
        draws: Number of resamples.
        seed: Random seed; the same seed gives the same intervals.

    Raises:
        ValueError: There are not both kinds of variants.
    """
    if altered.all() or not altered.any():
        raise ValueError("there must be altered variants and others")
    names, numbers = np.unique(groups, return_inverse=True)
    generator = np.random.default_rng(seed)
    equal = np.full(len(names), 1 / len(names))
    drawn = generator.multinomial(len(names), equal, size=draws).astype(np.float64)
    return Sample(altered, numbers.astype(np.int64), drawn)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Accuracy:
    """How a threshold parts altered variants from others.

    Attributes:
        threshold: Variants of this score or more are called.
        called_altered: Altered ones among them.
        called_others: Others among them.
        sensitivity: Share of altered variants that are called.
        specificity: Share of others that are not.
        positive: Likelihood ratio of being called.
        negative: Likelihood ratio of not being called.
    """

    threshold: float
    called_altered: int
    called_others: int
    sensitivity: metrics.Estimate
    specificity: metrics.Estimate
    positive: metrics.Estimate
    negative: metrics.Estimate


def accuracies(
    score: Float64[np.ndarray, " rows"],
    known: Sample,
    thresholds: Sequence[float] = THRESHOLDS,
) -> list[Accuracy]:
    """Return how each threshold parts altered variants from others."""
    called = known.totals(score[:, None] >= np.array(thresholds))
    every = known.totals(np.ones((len(score), 1), dtype=bool))
    share = called / np.maximum(every, 1)
    positive, negative = ratios(called, every), ratios(every - called, every)
    return [
        Accuracy(
            threshold=threshold,
            called_altered=int(called[0, 0, i]),
            called_others=int(called[0, 1, i]),
            sensitivity=_estimate(share[:, 0, i]),
            specificity=_estimate(1 - share[:, 1, i]),
            positive=_estimate(positive[:, i]),
            negative=_estimate(negative[:, i]),
        )
        for i, threshold in enumerate(thresholds)
    ]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Variants of a bin of the score.

    Attributes:
        low: Lower end, of the bin.
        high: Upper end, not of it; infinite in the last one.
        altered: Altered variants.
        others: Others.
        ratio: Likelihood ratio of a score in the bin.
    """

    low: float
    high: float
    altered: int
    others: int
    ratio: metrics.Estimate


def bins(
    score: Float64[np.ndarray, " rows"],
    known: Sample,
    edges: Sequence[float] = EDGES,
) -> list[Bin]:
    """Return the likelihood ratio of each bin of a score."""
    ends = [*edges[1:], math.inf]
    column = score[:, None]
    within = known.totals((column >= np.array(edges)) & (column < np.array(ends)))
    ratio = ratios(within, known.totals(np.ones((len(score), 1), dtype=bool)))
    return [
        Bin(
            low=low,
            high=high,
            altered=int(within[0, 0, i]),
            others=int(within[0, 1, i]),
            ratio=_estimate(ratio[:, i]),
        )
        for i, (low, high) in enumerate(zip(edges, ends, strict=True))
    ]


def equivalent(
    score: Float64[np.ndarray, " rows"],
    other: Float64[np.ndarray, " rows"],
    threshold: float,
    known: Sample,
    *,
    is_upper: bool,
) -> metrics.Estimate:
    """Return the threshold of a score whose likelihood ratio is another score's.

    Upper: of scores at or above the thresholds; lower: of those below. Both ratios
    should rise with the threshold, so a rising curve (isotonic regression, by numbers
    of variants) is laid through those of the score: the threshold is the lowest at
    which it reaches the other's ratio; NaN where it does not.

    Args:
        score: The score.
        other: The other score, of the same variants.
        threshold: Its threshold.
        known: Their outcomes.
        is_upper: Which of the two.
    """
    grid = np.arange(1, 200) / 200
    columns = (score[:, None] >= grid, other[:, None] >= np.array([threshold]))
    every = known.totals(np.ones((len(score), 1), dtype=bool))
    result, aimed = (
        called if is_upper else every - called for called in map(known.totals, columns)
    )
    counts = result.sum(axis=1)
    curve = np.array(
        [
            isotonic.isotonic_regression(row, sample_weight=weight)
            for row, weight in zip(
                np.log(ratios(result, every)), np.maximum(counts, _TINY), strict=True
            )
        ]
    )
    reached = curve >= np.log(ratios(aimed, every)) - _TINY
    return _estimate(
        np.where(reached.any(axis=1), grid[reached.argmax(axis=1)], np.nan)
    )


def ratios(
    with_result: Float64[np.ndarray, "draws two results"],
    every: Float64[np.ndarray, "draws two 1"],
) -> Float64[np.ndarray, "draws results"]:
    """Return likelihood ratios of results, from counts of altered and others."""
    share = (with_result + 0.5) / (every + 1)
    ratio: Float64[np.ndarray, "draws results"] = share[:, 0] / share[:, 1]
    return ratio


def points(ratio: float) -> float:
    """Return a likelihood ratio as points of evidence (Tavtigian et al. 2020).

    A point is odds of 350 to the power of 1/8, or 2.08: one is supporting evidence,
    two are moderate, four strong, eight very strong.
    """
    return math.log(ratio) / math.log(_ODDS_OF_A_POINT)


def posterior(prior: float, ratio: float) -> float:
    """Return the probability after evidence of a likelihood ratio."""
    odds = prior / (1 - prior) * ratio
    return odds / (1 + odds)


def _estimate(values: Float64[np.ndarray, " draws_and_all"]) -> metrics.Estimate:
    """Return the first value, with the interval of the others."""
    resampled = values[1:][~np.isnan(values[1:])]
    if not resampled.size:
        return metrics.Estimate(float(values[0]), math.nan, math.nan)
    low, high = np.quantile(resampled, _LEVELS)
    return metrics.Estimate(float(values[0]), float(low), float(high))
