"""Fit a temperature to a model's site probabilities, and put it into its weights."""

import math

import numpy as np
import torch
from jaxtyping import Bool, Float32, Float64
from torch import nn

from twinsplice.models import paired, siamese
from twinsplice.stats import calibration
from twinsplice.training import held_out, inference

_PROFILES = 2_000
"""Largest number of reference profiles that a temperature is fitted to."""


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
    divide(model, fitted.temperature)
    return fitted.temperature


def divide(model: paired.PairedDeltaPredictor, temperature: float) -> None:
    """Divide log odds by a temperature, corrected ones among them."""
    layers: list[nn.Module] = [model.site, model.site_more]
    if model.adjust is not None:
        layers.append(model.adjust.out)
        # The correction reads log odds, too: it goes on reading what they were.
        model.adjust.hidden.weight[:, -paired.SITES :].mul_(temperature)
        model.adjust.largest.div_(temperature)
    for layer in layers:
        for parameter in layer.parameters():
            parameter.div_(temperature)


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
