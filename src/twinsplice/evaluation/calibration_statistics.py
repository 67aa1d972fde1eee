"""How well intervals and a probability are calibrated on the variants evaluated."""

import dataclasses
import itertools
from collections.abc import Iterator

import numpy as np
from jaxtyping import Bool, Int64

from twinsplice.evaluation import agreement_scores
from twinsplice.genome import regions
from twinsplice.stats import agreement, metrics

SIZES = (0.0, 0.02, 0.1, 0.2, 0.5, 0.8, 1.0)
"""Edges of the bins of predicted size; each belongs to the bin above."""
SITE_FROM = 0.5
"""Least probability of the base model at a site of the reference."""
NEAR = 10
"""Most bases from a variant to an annotated site that it is near to."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Intervals of the scores of one bin of predicted size and one group of sites.

    Attributes:
        scores: Which scores: all four of a variant, or its largest.
        site: Group of sites.
        size: Bin of predicted size.
        count: Number of scores, at least one.
        coverage: Share of intervals that hold the base model's score.
        width: Median width.
    """

    scores: str
    site: str
    size: str
    count: int
    coverage: float
    width: float


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Probability:
    """Calibration of the probability that the base model's largest score is large.

    Attributes:
        least: The size that is large.
        share: Share of variants that reach it.
        brier: Mean square error of the probability.
        curve: Its calibration curve.
    """

    least: float
    share: float
    brier: float
    curve: metrics.Reliability


def intervals(
    scores: agreement_scores.Scores, distance: Int64[np.ndarray, " variants"]
) -> tuple[Held, ...]:
    """Return coverage and width of intervals; none without intervals.

    Args:
        scores: The variants' scores.
        distance: Bases from each variant to the nearest annotated site.
    """
    covered, low, high = scores.covered, scores.low, scores.high
    if covered is None or low is None or high is None:
        return ()
    largest = np.zeros_like(covered)
    largest[:, :1] = True
    everything = np.ones_like(covered)
    rows = []
    for (name, chosen), (site, touched), (size, in_bin) in itertools.product(
        (("all four scores", everything), ("largest score", largest)),
        (("all", everything), *_sites(scores, distance)),
        (("all", everything), *_bins(scores)),
    ):
        where = chosen & touched & in_bin
        if where.any():
            rows.append(
                Held(
                    scores=name,
                    site=site,
                    size=size,
                    count=int(where.sum()),
                    coverage=float(covered[where].mean()),
                    width=float(np.median((high - low)[where])),
                )
            )
    return tuple(rows)


def _sites(
    scores: agreement_scores.Scores, distance: Int64[np.ndarray, " variants"]
) -> Iterator[tuple[str, Bool[np.ndarray, "variants kinds"]]]:
    """Yield three groups that part all scores."""
    lost = ~scores.gain & (scores.base_ref >= SITE_FROM)
    near = (distance != regions.NO_SITE) & (distance <= NEAR)
    gained = scores.gain & near[:, None]
    yield "loss of a site", lost
    yield f"gain within {NEAR} bases of an annotated site", gained
    yield "elsewhere", ~(lost | gained)


def _bins(
    scores: agreement_scores.Scores,
) -> Iterator[tuple[str, Bool[np.ndarray, "variants kinds"]]]:
    number = np.digitize(scores.size, SIZES[1:-1])
    for bin_, (lower, upper) in enumerate(itertools.pairwise(SIZES)):
        yield f"{lower:g}-{upper:g}", number == bin_


def probability(scores: agreement_scores.Scores) -> Probability | None:
    """Return the calibration of the probability of a large base score, if there is one.

    None without variants, too.
    """
    predicted = scores.probability
    if predicted is None or not len(predicted):
        return None
    reached = scores.target.max(axis=1) >= agreement.DELTA_MODERATE
    return Probability(
        least=agreement.DELTA_MODERATE,
        share=float(reached.mean()),
        brier=float(np.mean((predicted - reached) ** 2)),
        curve=metrics.reliability(predicted, reached),
    )
