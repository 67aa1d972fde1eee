"""Agreement of a model with its base model on held-out variants or profiles."""

from collections.abc import Sequence

import numpy as np
import torch

from twinsplice.engine import encoding
from twinsplice.models import anchoring, paired, siamese
from twinsplice.stats import agreement, metrics
from twinsplice.training import batches, inference, losses


def of_pairs(
    model: siamese.SiameseModel,
    sources: Sequence[batches.Pairs],
    most: int,
    *,
    measured: bool = False,
    anchored: bool = False,
) -> dict[str, float]:
    """Return agreement with base deltas; `score` is r of max |Δ|.

    Args:
        model: The model.
        sources: Held-out variants.
        most: Variants evaluated of each source: the first ones.
        measured: Whether `score` is r with the size of the measured change; all
            sources must have measurements.
        anchored: Whether to add figures of anchored deltas, `anchored_r` and so on;
            `score` is then the mean of both r.
    """
    predicted, target, measurements, told = [], [], [], []
    for source in sources:
        part = source.at(slice(most))
        predicted.append(inference.deltas(model, part)[0])
        target.append(part.delta)
        if anchored:
            told.append(inference.deltas(model, part, floor=anchoring.FLOOR)[0])
        measurements.append(part.value)
    delta = np.concatenate(predicted)
    figures = agreement.agreement(delta, np.concatenate(target))
    if told:
        of_told = agreement.agreement(np.concatenate(told), np.concatenate(target))
        figures |= {f"anchored_{name}": value for name, value in of_told.items()}
        figures["score"] = (figures["r"] + figures["anchored_r"]) / 2
        del figures["anchored_score"]
    if measured:
        value = np.abs(
            np.concatenate([values for values in measurements if values is not None])
        )
        known = ~np.isnan(value)
        r = metrics.pearson(
            agreement.sizes(delta)[known], value[known].astype(np.float64)
        )
        figures |= {"score": r, "r_measured": r}
    return figures


@torch.no_grad()
def of_profiles(
    model: paired.PairedDeltaPredictor, sources: Sequence[batches.Profiles], most: int
) -> dict[str, float]:
    """Return agreement with base profiles; `score` is the negative cross entropy."""
    total, count = 0.0, 0
    device = next(model.parameters()).device
    for source in sources:
        for first in range(0, min(most, len(source.codes)), 8):
            rows = np.arange(first, min(first + 8, most, len(source.codes)))
            batch = source.batch(rows, model.context)
            logits, _ = model.logits(
                encoding.one_hot_tracks(torch.from_numpy(batch["codes"]).to(device))
            )
            target = torch.from_numpy(batch["profile"]).to(device)
            entropy = losses.profile_cross_entropy(logits, target)
            total += float(entropy) * len(rows)
            count += len(rows)
    return {"score": -100 * total / count, "windows": float(count)}
