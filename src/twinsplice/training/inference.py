"""Predictions for pairs of sequences, by full passes of the network.

Used in training, evaluation and calibration; `score` uses the incremental engine,
which gives the same numbers.
"""

import dataclasses
from typing import Any

import numpy as np
import torch
from jaxtyping import Float32, Int64, UInt8
from torch import Tensor

from twinsplice.engine import encoding
from twinsplice.genome import dna
from twinsplice.models import anchoring, comparison, far_stage, paired, siamese
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
        own: Tensor | None
        if isinstance(model, paired.PairedDeltaPredictor) and ends is not None:
            around = _surroundings(model, pairs, indices)
            own, delta, quantiles = model.predict(ref, alt, anchor, around)
            ends[indices] = quantiles.float().cpu().numpy()
        else:
            delta = comparison.contrast(model, ref, alt, tensors["change"])
            own = None if inner is None else inner.references(ref, alt)
        predicted[indices] = delta.float().cpu().numpy()
        if own is not None:
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
        around = _surroundings(model, pairs, indices)
        predicted[indices] = (
            model.references(ref, ref, None, around).float().cpu().numpy()
        )
    return predicted


def _surroundings(
    model: paired.PairedDeltaPredictor,
    pairs: batches.Pairs,
    rows: Int64[np.ndarray, " rows"],
) -> far_stage.Surroundings | None:
    """Return what a far stage says of variants, on the same bins as `score`."""
    if model.far is None:
        return None
    parameter = next(model.parameters())
    codes, columns = bins(pairs, rows, model.far.reach)
    read = torch.from_numpy(codes).to(parameter.device)
    made = model.far(encoding.one_hot_tracks(read).to(parameter.dtype))
    return far_stage.surroundings(made, torch.from_numpy(columns).to(made.device))


def bins(
    pairs: batches.Pairs, rows: Int64[np.ndarray, " rows"], reach: int
) -> tuple[UInt8[np.ndarray, "rows wide"], Int64[np.ndarray, "rows width"]]:
    """Return what a far stage reads of variants, and the bin of each column.

    Bins lie on the same grid along the strand as those of `score`.

    Args:
        pairs: The variants.
        rows: Those to return.
        reach: Bases that the stage reads to each side of a bin.
    """
    first = np.zeros(len(rows), dtype=np.int64)
    if pairs.first is not None:
        first = pairs.first[rows]
    phase = first[:, None] % far_stage.BIN
    count = -(-(pairs.width + far_stage.BIN - 1) // far_stage.BIN)
    codes = pairs.reference(rows, reach + far_stage.BIN)
    # The bins that reach beyond the codes hold no column.
    codes = np.pad(codes, ((0, 0), (0, far_stage.BIN)), constant_values=dna.UNKNOWN)
    place = far_stage.BIN - phase + np.arange(count * far_stage.BIN + 2 * reach)
    columns = (phase + np.arange(pairs.width)) // far_stage.BIN
    return np.take_along_axis(codes, place, axis=1), columns


def rows(pairs: batches.Pairs, which: slice | np.ndarray) -> batches.Pairs:
    """Return some rows of pairs."""
    arrays: dict[str, Any] = {
        field.name: value[which]
        for field in dataclasses.fields(pairs)
        if isinstance(value := getattr(pairs, field.name), np.ndarray)
    }
    return dataclasses.replace(pairs, **arrays)
