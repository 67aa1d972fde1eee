"""Predictions for pairs of sequences, by full passes of the network.

Used in training, evaluation and calibration; `score` uses the incremental engine,
which gives the same numbers.
"""

import dataclasses
from typing import Any

import numpy as np
import torch
from jaxtyping import Float32

from twinsplice.engine import encoding
from twinsplice.models import anchoring, comparison, paired, siamese
from twinsplice.training import batches


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Inferred:
    """What a model predicts of variants, on the reference's bases.

    Tracks are acceptor and donor, columns run in the direction of transcription.

    Attributes:
        delta: Δ.
        reference: Site probabilities of the reference; 0 for models without.
        quantiles: Quantiles of Δ, of models that have them.
    """

    delta: Float32[np.ndarray, "rows 2 width"]
    reference: Float32[np.ndarray, "rows 2 width"]
    quantiles: Float32[np.ndarray, "rows 2 width 3"] | None = None


@torch.no_grad()
def infer(
    model: siamese.SiameseModel,
    pairs: batches.Pairs,
    *,
    floor: float | None = None,
    batch: int = 64,
    device: torch.device | None = None,
) -> Inferred:
    """Return what a model predicts of variants.

    Args:
        model: The model.
        pairs: The variants.
        floor: Tell a paired predictor the base model's reference where it reaches this
            probability, as a map has it; nothing if not given.
        batch: Variants in a pass.
        device: Device to compute on; the model's own if not given.
    """
    if device is not None:
        model = model.to(device)
    place = next(model.parameters()).device
    predicted = np.empty((len(pairs.codes), 2, pairs.width), dtype=np.float32)
    reference = np.zeros_like(predicted)
    is_paired = isinstance(model, paired.PairedDeltaPredictor)
    ends = np.empty((*predicted.shape, 3), dtype=np.float32) if is_paired else None
    inner = comparison.paired_within(model)
    for first in range(0, len(predicted), batch):
        indices = np.arange(first, min(first + batch, len(predicted)), dtype=np.int64)
        arrays = pairs.batch(indices, model.context)
        tensors = {k: torch.from_numpy(v).to(place) for k, v in arrays.items()}
        ref, alt = comparison.encodings(model, tensors)
        anchor = None if floor is None else anchoring.above(tensors["profile"], floor)
        if isinstance(model, paired.PairedDeltaPredictor) and ends is not None:
            ends[indices] = model.quantiles(ref, alt, anchor).float().cpu().numpy()
            delta = model.deltas(ref, alt, anchor)
        else:
            delta = comparison.contrast(model, ref, alt, tensors["change"])
        predicted[indices] = delta.float().cpu().numpy()
        if inner is not None:
            own = inner.references(ref, anchor if is_paired else None)
            reference[indices] = own.float().cpu().numpy()
    return Inferred(delta=predicted, reference=reference, quantiles=ends)


def deltas(
    model: siamese.SiameseModel,
    pairs: batches.Pairs,
    *,
    floor: float | None = None,
    batch: int = 64,
    device: torch.device | None = None,
) -> tuple[
    Float32[np.ndarray, "rows 2 width"], Float32[np.ndarray, "rows 2 width 3"] | None
]:
    """Return Δ, and its quantiles where the model has them; see `infer`."""
    inferred = infer(model, pairs, floor=floor, batch=batch, device=device)
    return inferred.delta, inferred.quantiles


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
    parameter = next(model.parameters())
    predicted = np.empty((len(pairs.codes), 2, pairs.width), dtype=np.float32)
    for first in range(0, len(predicted), batch):
        indices = np.arange(first, min(first + batch, len(predicted)), dtype=np.int64)
        codes = torch.from_numpy(pairs.batch(indices, model.context)["ref"])
        ref = model.encode(
            encoding.one_hot_tracks(codes.to(parameter.device)).to(parameter.dtype)
        )
        predicted[indices] = model.references(ref).float().cpu().numpy()
    return predicted


def rows(pairs: batches.Pairs, which: slice | np.ndarray) -> batches.Pairs:
    """Return some rows of pairs."""
    arrays: dict[str, Any] = {
        field.name: value[which]
        for field in dataclasses.fields(pairs)
        if isinstance(value := getattr(pairs, field.name), np.ndarray)
    }
    return dataclasses.replace(pairs, **arrays)
