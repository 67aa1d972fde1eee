"""Fit calibrators to held-out variants, and evaluate them.

The figures reported are cross-fitted over three parts of the genes: each variant is
evaluated with calibrators that were not fitted on its gene.
"""

import dataclasses
from collections.abc import Iterator, Sequence

import numpy as np
from jaxtyping import Bool

from twinsplice import progress
from twinsplice.models import anchoring, siamese
from twinsplice.predictors import score_calibration
from twinsplice.settings import calibrate as calibrate_settings
from twinsplice.stats import agreement, calibration, conformal, metrics, refinement
from twinsplice.training import batches, held_out, inference

_CHUNK = 256


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Scores:
    """Scores of all four kinds of change, of each held-out variant.

    Attributes:
        raw: Predicted sizes, and what their calibration makes use of.
        truth: The base model's sizes.
    """

    raw: score_calibration.RawScores
    truth: score_calibration.Sizes

    def of(self, rows: Bool[np.ndarray, " rows"]) -> "Scores":
        """Return the scores of some variants."""
        quantiles = self.raw.quantiles
        raw = score_calibration.RawScores(
            size=self.raw.size[rows],
            ref=self.raw.ref[rows],
            quantiles=quantiles and (quantiles[0][rows], quantiles[1][rows]),
        )
        return Scores(raw=raw, truth=self.truth[rows])


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class CrossFitted:
    """How well calibration does on variants whose genes it was not fitted on.

    Attributes:
        figures: The measures of `judge`.
        reliability: The probability's calibration curve, if there is one.
    """

    figures: dict[str, float]
    reliability: metrics.Reliability | None


def fit(
    scores: Scores,
    half: Bool[np.ndarray, " rows"],
    config: calibrate_settings.Config,
) -> score_calibration.ScoreCalibration:
    """Fit calibrators to variants.

    Intervals are fitted to what the isotonic map makes of either half when it is fitted
    on the other, so that they allow for its errors and yet use all variants.

    Args:
        scores: The variants' scores.
        half: Mask of the variants of one half of the genes.
        config: Methods, and the level of intervals.

    Raises:
        InputError: There are too few variants.
    """
    score_map = score_calibration.ScoreCalibration()
    sizes = score_map.sizes(scores.raw.size)
    if "isotonic" in config.methods:
        for part in (half, ~half):
            sizes[~part] = _mapped(scores.of(part)).sizes(scores.raw.size[~part])
        score_map = _mapped(scores)
    if "intervals" in config.methods:
        intervals = conformal.fit(
            sizes.ravel(), scores.truth.ravel(), scores.raw.ref.ravel(), config.level
        )
        score_map = dataclasses.replace(score_map, intervals=intervals)
    if "probability" in config.methods:
        probability = calibration.fit_exceedance(
            scores.raw.size.max(axis=1), scores.truth.max(axis=1)
        )
        score_map = dataclasses.replace(score_map, probability=probability)
    return score_map


def _mapped(scores: Scores) -> score_calibration.ScoreCalibration:
    fitted = calibration.fit_isotonic(scores.raw.size.ravel(), scores.truth.ravel())
    return score_calibration.ScoreCalibration(isotonic=fitted)


def cross_fitted(
    scores: Scores, variants: held_out.Held, config: calibrate_settings.Config
) -> CrossFitted:
    """Return measures of each part of the genes, calibrated on the other parts.

    Figures are means over the parts; the calibration curve is of all variants.
    """
    figures: dict[str, list[float]] = {}
    probabilities = np.full(len(variants.draw), np.nan)
    for number in range(held_out.PARTS):
        part = variants.part(number)
        score_map = fit(scores.of(~part), variants.half[~part], config)
        for name, value in judge(scores.of(part), score_map).items():
            figures.setdefault(name, []).append(value)
        predicted = score_map.probabilities(scores.of(part).raw)
        if predicted is not None:
            probabilities[part] = predicted
    outcomes = scores.truth.max(axis=1) >= agreement.DELTA_MODERATE
    known = not np.isnan(probabilities).any()
    return CrossFitted(
        figures={name: float(np.mean(values)) for name, values in figures.items()},
        reliability=metrics.reliability(probabilities, outcomes) if known else None,
    )


def judge(
    scores: Scores, score_map: score_calibration.ScoreCalibration
) -> dict[str, float]:
    """Return measures of calibration.

    Returns:
        `size_error` is the mean distance of the predicted from the base model's score
        in ten bins of size, over each variant's largest; `coverage` is the share of
        the base model's scores within the intervals, `coverage_largest` that of each
        variant's largest, `coverage_notable` that of sizes from `agreement.DELTA_MIN`,
        and `width` the median width of the intervals of those. `brier` is the mean
        square error of the probability that the base model's largest score is
        `agreement.DELTA_MODERATE` or more.
    """
    sizes = score_map.sizes(scores.raw.size)
    largest = np.arange(len(sizes)), scores.raw.size.argmax(axis=1)
    figures = {
        "size_error": metrics.size_calibration_error(
            sizes[largest], scores.truth[largest]
        )
    }
    ends = score_map.ends(scores.raw)
    if ends is not None:
        low, high = ends
        notable = sizes >= agreement.DELTA_MIN
        inside = (low <= scores.truth) & (scores.truth <= high)
        figures |= {
            "coverage": float(inside.mean()),
            "coverage_largest": float(inside[largest].mean()),
        }
        if notable.any():
            figures["coverage_notable"] = float(inside[notable].mean())
            figures["width"] = float(np.median((high - low)[notable]))
    probability = score_map.probabilities(scores.raw)
    if probability is not None:
        reached = scores.truth.max(axis=1) >= agreement.DELTA_MODERATE
        figures["brier"] = float(np.mean((probability - reached) ** 2))
    return figures


def refine_threshold(
    scores: Scores, score_map: score_calibration.ScoreCalibration
) -> refinement.Fitted | None:
    """Return the largest upper end from which variants are to be refined.

    That is the largest upper end of a variant's intervals; its largest size, if there
    are none.

    Args:
        scores: Sizes of held-out variants.
        score_map: Calibration of the sizes reported.
    """
    reported = score_map.sizes(scores.raw.size).max(axis=1)
    ends = score_map.ends(scores.raw)
    if ends is not None:
        reported = np.maximum(reported, ends[1].max(axis=1))
    return refinement.fit(np.clip(reported, 0, 1), scores.truth.max(axis=1))


def predict(
    model: siamese.SiameseModel,
    variants: held_out.Held,
    advance: progress.Advance,
    shares: tuple[float, float],
    mode: score_calibration.Mode = "plain",
) -> Scores:
    """Return predicted and base sizes; `shares` bound the progress reported."""
    total, done = len(variants.draw), 0
    begin, end = shares
    floor = anchoring.FLOOR if mode == "anchored" else None
    predicted, truths = [], []
    advance(0, begin)
    for part in _chunks(variants.pairs):
        inferred = inference.infer(model, part, floor=floor)
        raw = score_calibration.scores(
            inferred.delta, inferred.reference, inferred.quantiles
        )
        predicted.append(raw)
        truths.append(score_calibration.scores(part.delta).size)
        done += len(raw.size)
        advance(len(raw.size), begin + (end - begin) * done / total)
    return Scores(raw=_joined(predicted), truth=np.concatenate(truths))


def _joined(
    parts: Sequence[score_calibration.RawScores],
) -> score_calibration.RawScores:
    quantiles = [part.quantiles for part in parts if part.quantiles is not None]
    low, high = ([pair[end] for pair in quantiles] for end in (0, 1))
    return score_calibration.RawScores(
        size=np.concatenate([part.size for part in parts]),
        ref=np.concatenate([part.ref for part in parts]),
        quantiles=(np.concatenate(low), np.concatenate(high)) if quantiles else None,
    )


def _chunks(sources: Sequence[batches.Pairs]) -> Iterator[batches.Pairs]:
    for pairs in sources:
        for first in range(0, len(pairs.codes), _CHUNK):
            yield inference.rows(pairs, slice(first, first + _CHUNK))
