"""Fit calibrators to held-out variants, and evaluate them.

The figures reported are cross-fitted over three parts of the genes: each variant is
evaluated with calibrators that were not fitted on its gene.
"""

import dataclasses
import math
from collections.abc import Iterator, Sequence

import numpy as np
import torch
from jaxtyping import Bool, Float32, Float64

from twinsplice import progress
from twinsplice.models import paired, siamese
from twinsplice.predictors import score_calibration
from twinsplice.settings import calibrate as calibrate_settings
from twinsplice.stats import agreement, calibration, metrics, refinement
from twinsplice.training import batches, held_out, inference

_CHUNK = 256
_PROFILES = 2_000
"""Largest number of reference profiles that a temperature is fitted to."""


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Scores:
    """Sizes of all four kinds of change, of each held-out variant.

    Attributes:
        size: Predicted sizes.
        ends: Their quantiles, of models that have them.
        truth: The base model's sizes.
    """

    size: score_calibration.Sizes
    ends: score_calibration.Ends | None
    truth: score_calibration.Sizes

    def of(self, rows: Bool[np.ndarray, " rows"]) -> "Scores":
        """Return the scores of some variants."""
        ends = self.ends and (self.ends[0][rows], self.ends[1][rows])
        return Scores(size=self.size[rows], ends=ends, truth=self.truth[rows])


def fit(
    map_scores: Scores, interval_scores: Scores, config: calibrate_settings.Config
) -> score_calibration.ScoreCalibration:
    """Fit the isotonic map on some variants, then the intervals on others.

    Raises:
        InputError: There are too few variants.
    """
    score_map = score_calibration.ScoreCalibration()
    if "isotonic" in config.methods:
        fitted = calibration.fit_isotonic(
            map_scores.size.ravel(), map_scores.truth.ravel()
        )
        score_map = score_calibration.ScoreCalibration(isotonic=fitted)
    if "intervals" in config.methods:
        low, high = (
            map(score_map.sizes, interval_scores.ends)
            if interval_scores.ends
            else (None, None)
        )
        intervals = calibration.fit_intervals(
            score_map.sizes(interval_scores.size).ravel(),
            interval_scores.truth.ravel(),
            None if low is None else low.ravel(),
            None if high is None else high.ravel(),
            level=config.level,
        )
        score_map = dataclasses.replace(score_map, intervals=intervals)
    return score_map


def cross_fitted(
    scores: Scores, variants: held_out.Held, config: calibrate_settings.Config
) -> dict[str, float]:
    """Return the figures of `judge`, averaged over cross-fitted parts of the genes."""
    figures: dict[str, list[float]] = {}
    for number in range(held_out.PARTS):
        parts = (scores.of(variants.part(number + i)) for i in range(held_out.PARTS))
        first, second, last = parts
        for name, value in judge(last, fit(first, second, config)).items():
            figures.setdefault(name, []).append(value)
    return {name: float(np.mean(values)) for name, values in figures.items()}


def judge(
    scores: Scores, score_map: score_calibration.ScoreCalibration
) -> dict[str, float]:
    """Return measures of calibration.

    Returns:
        `size_error` is the mean distance of the predicted from the base model's score
        in ten bins of size, over each variant's largest; `coverage` is the share of
        the base model's scores within the intervals, `coverage_largest` that of each
        variant's largest, `coverage_notable` that of sizes from `agreement.DELTA_MIN`,
        and `width` the mean width of the intervals of those.
    """
    sizes = score_map.sizes(scores.size)
    largest = scores.size.argmax(axis=1), np.arange(len(sizes))
    largest_sizes = sizes[largest[::-1]], scores.truth[largest[::-1]]
    figures = {"size_error": metrics.size_calibration_error(*largest_sizes)}
    ends = score_map.ends(scores.size, scores.ends)
    if ends is not None:
        low, high = ends
        notable = sizes >= agreement.DELTA_MIN
        inside = (low <= scores.truth) & (scores.truth <= high)
        figures |= {
            "coverage": float(inside.mean()),
            "coverage_largest": float(inside[largest[::-1]].mean()),
        }
        if notable.any():
            figures["coverage_notable"] = float(inside[notable].mean())
            figures["width"] = float((high - low)[notable].mean())
    return figures


def refine_threshold(
    scores: Scores, score_map: score_calibration.ScoreCalibration
) -> refinement.Fitted | None:
    """Return the largest reported size from which variants are to be refined.

    Args:
        scores: Sizes of held-out variants.
        score_map: Calibration of the sizes reported.
    """
    reported = score_map.sizes(scores.size).max(axis=1)
    return refinement.fit(reported, scores.truth.max(axis=1))


def predict(
    model: siamese.SiameseModel,
    variants: held_out.Held,
    advance: progress.Advance,
    shares: tuple[float, float],
) -> Scores:
    """Return predicted and base sizes; `shares` bound the progress reported."""
    total, done = len(variants.draw), 0
    begin, end = shares
    sizes, ends, truths = [], [], []
    advance(0, begin)
    for part in _chunks(variants.pairs):
        delta, quantiles = inference.deltas(model, part)
        size, quantile_sizes = score_calibration.scores(delta, quantiles)
        sizes.append(size)
        ends.append(quantile_sizes)
        truths.append(score_calibration.scores(part.delta, None)[0])
        done += len(size)
        advance(len(size), begin + (end - begin) * done / total)
    all_ends = [pair for pair in ends if pair is not None]
    return Scores(
        size=np.concatenate(sizes),
        ends=(
            np.concatenate([low for low, _ in all_ends]),
            np.concatenate([high for _, high in all_ends]),
        )
        if all_ends
        else None,
        truth=np.concatenate(truths),
    )


def _chunks(sources: Sequence[batches.Pairs]) -> Iterator[batches.Pairs]:
    for pairs in sources:
        for first in range(0, len(pairs.codes), _CHUNK):
            yield inference.rows(pairs, slice(first, first + _CHUNK))


@torch.no_grad()
def cool(model: siamese.SiameseModel, variants: held_out.Held) -> float | None:
    """Scale the site head by a temperature, if that helps genes it was not fitted on.

    Acceptor and donor hardly ever compete for a base, so the temperature of either's
    logit is that of the softmax. Models without a site head have none.
    """
    if not isinstance(model, paired.PairedDeltaPredictor):
        return None
    predicted, target, first_half = _profiles(model, variants)
    fitted = calibration.fit_temperature(
        predicted[first_half].ravel(), target[first_half].ravel()
    )
    rest, truth = predicted[~first_half].ravel(), target[~first_half].ravel()
    if not len(rest) or _entropy(fitted.apply(rest), truth) >= _entropy(rest, truth):
        return None
    for layer in (model.site, model.site_more):
        for parameter in layer.parameters():
            parameter.div_(fitted.temperature)
    return fitted.temperature


def _profiles(
    model: paired.PairedDeltaPredictor, variants: held_out.Held
) -> tuple[
    Float32[np.ndarray, "rows 2 width"],
    Float32[np.ndarray, "rows 2 width"],
    Bool[np.ndarray, " rows"],
]:
    """Reference profiles, predicted and of the base model; mask of the first half."""
    kept = held_out.thinned(np.ones(len(variants.draw), dtype=bool), _PROFILES)
    predicted, target = [], []
    first = 0
    for pairs in variants.pairs:
        rows = np.flatnonzero(kept[first : first + len(pairs.codes)])
        first += len(pairs.codes)
        part = inference.rows(pairs, rows)
        predicted.append(inference.profiles(model, part))
        target.append(np.clip(part.profile, 0, 1).astype(np.float32))
    return np.concatenate(predicted), np.concatenate(target), variants.half[kept]


def _entropy(
    probability: Float64[np.ndarray, " sites"] | Float32[np.ndarray, " sites"],
    truth: Float32[np.ndarray, " sites"],
) -> float:
    p = np.clip(probability.astype(np.float64), 1e-12, 1 - 1e-12)
    entropy = -(truth * np.log(p) + (1 - truth) * np.log1p(-p)).mean()
    return float(entropy) if math.isfinite(entropy) else math.inf
