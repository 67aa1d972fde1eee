"""How near a model comes to its base model on variants or profiles held back."""

from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Bool, Float, Shaped

from twinsplice.engine import encoding
from twinsplice.models import paired, siamese
from twinsplice.stats import metrics
from twinsplice.training import batches, inference, losses

LARGE, HUGE = 0.2, 0.5
"""Sizes of a base delta that count as positive."""
NOTABLE = 0.1
"""Size from which on a base delta is no longer near zero."""


def of_pairs(
    model: siamese.SiameseModel,
    sources: Sequence[batches.Pairs],
    most: int,
    *,
    measured: bool = False,
) -> dict[str, float]:
    """Return agreement with base deltas; `score` is r of max |Δ|.

    Args:
        model: The model.
        sources: Variants held back.
        most: Variants of each source looked at: the first ones.
        measured: Let `score` be r with the size of the change a laboratory measured;
            all sources must have some.
    """
    found, wanted, values = [], [], []
    for source in sources:
        part = source.at(slice(most))
        found.append(inference.deltas(model, part)[0])
        wanted.append(part.delta)
        values.append(part.value)
    metrics_found = agreement(np.concatenate(found), np.concatenate(wanted))
    if measured:
        value = np.abs(np.concatenate([each for each in values if each is not None]))
        size = np.abs(np.concatenate(found)).max(axis=(1, 2))
        known = ~np.isnan(value)
        r = metrics.pearson(size[known].astype(float), value[known].astype(float))
        metrics_found |= {"score": r, "r_measured": r}
    return metrics_found


def agreement(
    found: Float[np.ndarray, "variants 2 width"],
    wanted: Float[np.ndarray, "variants 2 width"],
) -> dict[str, float]:
    """Return how Δ agrees with a base delta, both `[variants, 2, width]`."""
    size, truth = (np.abs(x).max(axis=(1, 2)).astype(float) for x in (found, wanted))
    notable = truth >= NOTABLE
    flat = np.abs(wanted).reshape(len(wanted), -1)
    place = np.abs(found).reshape(len(found), -1).argmax(axis=1) % found.shape[2]
    true_place = flat.argmax(axis=1) % wanted.shape[2]
    large = truth >= LARGE
    r = metrics.pearson(size, truth)
    return {
        "score": r,
        "r": r,
        "r_position": metrics.pearson(
            found.ravel().astype(float), wanted.ravel().astype(float)
        ),
        "r_notable": metrics.pearson(size[notable], truth[notable]),
        "spearman": metrics.spearman(size, truth),
        "ap_0.2": metrics.average_precision(size, truth >= LARGE),
        "ap_0.5": metrics.average_precision(size, truth >= HUGE),
        "position": metrics.position_agreement(place[large], true_place[large], 1),
        "variants": float(len(truth)),
    }


def of_group(
    found: Float[np.ndarray, "variants 2 width"],
    wanted: Float[np.ndarray, "variants 2 width"],
) -> dict[str, float]:
    """Return agreement, r of gains and losses apart, and how many are positive."""
    directions = {
        f"r_{name}": metrics.pearson(
            *(
                (sign * x).max(axis=(1, 2)).clip(0).astype(float)
                for x in (found, wanted)
            )
        )
        for name, sign in (("gain", 1), ("loss", -1))
    }
    positives = np.count_nonzero(np.abs(wanted).max(axis=(1, 2)) >= LARGE)
    return agreement(found, wanted) | directions | {"positives": float(positives)}


def strand_gap(
    found: Float[np.ndarray, "variants 2 width"],
    wanted: Float[np.ndarray, "variants 2 width"],
    minus: Bool[np.ndarray, " variants"],
    genes: Shaped[np.ndarray, " variants"],
    resamples: int = 1000,
) -> metrics.Estimate:
    """Return r of max |Δ| on the plus strand less that on the minus strand.

    Args:
        found: Δ of the model.
        wanted: Base Δ.
        minus: Which variants lie in genes of the minus strand.
        genes: The gene of each; the interval is over resamples of whole genes.
        resamples: How many.
    """

    def gap(
        size: Float[np.ndarray, " rows"],
        truth: Float[np.ndarray, " rows"],
        turned: Bool[np.ndarray, " rows"],
    ) -> float:
        plus, other = (
            metrics.pearson(size[rows], truth[rows]) for rows in (~turned, turned)
        )
        return plus - other

    sizes = [np.abs(x).max(axis=(1, 2)).astype(float) for x in (found, wanted)]
    return metrics.bootstrap(gap, [*sizes, minus], n=resamples, groups=genes)


@torch.no_grad()
def of_profiles(
    model: paired.PairedDeltaPredictor, sources: Sequence[batches.Profiles], most: int
) -> dict[str, float]:
    """Return agreement with base profiles; `score` is the negative cross entropy."""
    total, count = 0.0, 0
    for source in sources:
        for first in range(0, min(most, len(source.codes)), 8):
            rows = np.arange(first, min(first + 8, most, len(source.codes)))
            batch = source.batch(rows, model.context)
            logits, _ = model.logits(
                encoding.one_hot_tracks(torch.from_numpy(batch["codes"]))
            )
            target = torch.from_numpy(batch["profile"])
            entropy = losses.profile_cross_entropy_of_logits(logits, target)
            total += float(entropy) * len(rows)
            count += len(rows)
    return {"score": -100 * total / count, "windows": float(count)}
