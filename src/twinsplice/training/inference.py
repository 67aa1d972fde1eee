"""What a model says of pairs of sequences, by full passes.

The plain way, for training, evaluation and calibration; `score` goes through the
incremental engine and comes to the same numbers.
"""

import dataclasses
from typing import Any

import numpy as np
import torch
from jaxtyping import Float32

from twinsplice.engine import encoding
from twinsplice.models import comparison, paired, siamese
from twinsplice.training import batches


@torch.no_grad()
def deltas(
    model: siamese.SiameseModel,
    pairs: batches.Pairs,
    *,
    batch: int = 64,
    device: torch.device | None = None,
) -> tuple[
    Float32[np.ndarray, "rows 2 width"], Float32[np.ndarray, "rows 2 width 3"] | None
]:
    """Return Δ on the reference's bases, and its quantiles where the model has them.

    Tracks are acceptor and donor, columns run in the direction of transcription.

    Args:
        model: The model.
        pairs: The variants.
        batch: Variants in a pass.
        device: Where to compute; where the model is, if not given.
    """
    if device is not None:
        model = model.to(device)
    place = next(model.parameters()).device
    found = np.empty((len(pairs.codes), 2, pairs.width), dtype=np.float32)
    has_quantiles = isinstance(model, paired.PairedDeltaPredictor)
    ends = np.empty((*found.shape, 3), dtype=np.float32) if has_quantiles else None
    for first in range(0, len(found), batch):
        part = np.arange(first, min(first + batch, len(found)), dtype=np.int64)
        drawn = pairs.batch(part, model.context)
        tensors = {k: torch.from_numpy(v).to(place) for k, v in drawn.items()}
        ref, alt = comparison.encodings(model, tensors)
        delta = comparison.contrast(model, ref, alt, tensors["change"])
        found[part] = delta.float().cpu().numpy()
        if ends is not None and isinstance(model, paired.PairedDeltaPredictor):
            ends[part] = model.quantiles(ref, alt).float().cpu().numpy()
    return found, ends


@torch.no_grad()
def profiles(
    model: paired.PairedDeltaPredictor, pairs: batches.Pairs, *, batch: int = 64
) -> Float32[np.ndarray, "rows 2 width"]:
    """Return the reference's site probabilities, in the direction of transcription.

    Args:
        model: The model.
        pairs: The variants.
        batch: Variants in a pass.
    """
    place = next(model.parameters())
    found = np.empty((len(pairs.codes), 2, pairs.width), dtype=np.float32)
    for first in range(0, len(found), batch):
        part = np.arange(first, min(first + batch, len(found)), dtype=np.int64)
        codes = torch.from_numpy(pairs.batch(part, model.context)["ref"])
        ref = model.encode(
            encoding.one_hot_tracks(codes.to(place.device)).to(place.dtype)
        )
        found[part] = ref[:, : paired.SITES].float().cpu().numpy()
    return found


def rows(pairs: batches.Pairs, which: slice | np.ndarray) -> batches.Pairs:
    """Return some rows of pairs."""
    arrays: dict[str, Any] = {
        field.name: value[which]
        for field in dataclasses.fields(pairs)
        if isinstance(value := getattr(pairs, field.name), np.ndarray)
    }
    return dataclasses.replace(pairs, **arrays)
