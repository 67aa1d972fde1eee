"""What a model says of pairs of sequences, by full passes.

The plain way, for training, evaluation and calibration; `score` goes through the
incremental engine and comes to the same numbers.
"""

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, Float32, UInt8
from torch import Tensor

from twinsplice.learn import batches
from twinsplice.models import calibrated, paired, siamese


def probabilities(model: siamese.SiameseModel) -> int:
    """Return how many leading tracks of a model's encodings are probabilities."""
    while isinstance(model, calibrated.CalibratedPredictor):
        model = model.predictor
    return paired.SITES if isinstance(model, paired.PairedDeltaPredictor) else 0


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
        ref, alt = encodings(model, tensors)
        delta = contrast(model, ref, alt, tensors["change"])
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
        ref = model.encode(_one_hot(codes.to(place.device)).to(place.dtype))
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


def encodings(
    model: siamese.SiameseModel, batch: Mapping[str, Tensor]
) -> tuple[Float[Tensor, "batch tracks width"], Float[Tensor, "batch tracks width"]]:
    """Return the encodings of both sequences of a batch on the reference's bases.

    Args:
        model: The model.
        batch: What `Pairs.batch` returns, as tensors.
    """
    dtype = next(model.parameters()).dtype
    ref = model.encode(_one_hot(batch["ref"]).to(dtype))
    alt = model.encode(_one_hot(batch["alt"]).to(dtype))
    return ref, aligned(alt, ref, batch, probabilities(model))


def contrast(
    model: siamese.SiameseModel,
    ref: Float[Tensor, "batch tracks width"],
    alt: Float[Tensor, "batch tracks width"],
    change: Float[Tensor, "batch 8"],
) -> Float[Tensor, "batch 2 width"]:
    """Return Δ as tracks acceptor, donor; a pooled Δ stands at every base."""
    delta = model.compare(ref, alt, change.to(ref.dtype))
    if delta.dim() == 2:
        delta = delta[:, None].expand(-1, ref.shape[2], -1)
    return delta.flip(2).transpose(1, 2)


def aligned(
    alt: Float[Tensor, "batch tracks alt_width"],
    ref: Float[Tensor, "batch tracks width"],
    batch: Mapping[str, Tensor],
    probabilities: int,
) -> Float[Tensor, "batch tracks width"]:
    """Put alternate encodings onto the reference's bases, as `effect.alignment` does.

    Probabilities are 0 where a base is deleted, and the maximum over what is
    inserted behind a base. Other tracks are the reference's own where a base is
    deleted, so that nothing moves there, and a base keeps its own before an
    insertion.

    Args:
        alt: Encodings of the alternate sequence.
        ref: Those of the reference.
        batch: `take`, `fold`, `fold_first` and `fold_end` of `alignment.columns`, a
            row each; `fold` is -1 where nothing is folded.
        probabilities: How many leading tracks are probabilities.
    """
    take = batch["take"]
    gone = (take < 0)[:, None]
    index = take.clamp_min(0)[:, None].expand(-1, alt.shape[1], -1)
    moved = alt.gather(2, index)
    sites = moved[:, :probabilities].masked_fill(gone, 0)
    if probabilities:
        sites = _folded(alt[:, :probabilities], sites, batch)
    latents = torch.where(gone, ref[:, probabilities:], moved[:, probabilities:])
    return torch.cat([sites, latents], dim=1)


def _folded(
    alt: Float[Tensor, "batch tracks alt_width"],
    sites: Float[Tensor, "batch tracks width"],
    batch: Mapping[str, Tensor],
) -> Float[Tensor, "batch tracks width"]:
    """Raise the base before an insertion to the maximum over what is inserted."""
    fold = batch["fold"]
    if not bool((fold >= 0).any()):
        return sites
    places = torch.arange(alt.shape[2], device=alt.device)
    first, end = batch["fold_first"][:, None], batch["fold_end"][:, None]
    outside = ((places < first) | (places >= end))[:, None]
    most = alt.masked_fill(outside, torch.finfo(alt.dtype).min).amax(2, keepdim=True)
    columns = torch.arange(sites.shape[2], device=alt.device)
    here = (columns == fold[:, None])[:, None]
    return torch.where(here, torch.maximum(sites, most), sites)


def _one_hot(
    codes: UInt8[Tensor, "batch length"],
) -> Float[Tensor, "batch 4 length"]:
    table = torch.eye(5, 4, device=codes.device)
    return table[codes.long()].transpose(1, 2)
