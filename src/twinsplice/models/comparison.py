"""Alignment and comparison of the two encodings of a paired model.

Encodings come from full passes or from the incremental engine.
"""

import dataclasses
from collections.abc import Mapping

import torch
from jaxtyping import Float
from torch import Tensor

from twinsplice.effect import alignment
from twinsplice.engine import encoding
from twinsplice.models import paired, siamese
from twinsplice.models.reported import calibrated


def sites(model: siamese.SiameseModel) -> int:
    """Return how many leading tracks of a model's encodings are log odds of sites."""
    return 0 if paired_within(model) is None else paired.SITES


def paired_within(model: siamese.SiameseModel) -> paired.PairedDeltaPredictor | None:
    """Return the paired predictor that a model is or wraps, or None."""
    while isinstance(model, calibrated.CalibratedPredictor):
        model = model.predictor
    return model if isinstance(model, paired.PairedDeltaPredictor) else None


def encodings(
    model: siamese.SiameseModel, batch: Mapping[str, Tensor]
) -> tuple[Float[Tensor, "batch tracks width"], Float[Tensor, "batch tracks width"]]:
    """Return the encodings of both sequences of a batch on the reference's bases.

    Args:
        model: The model.
        batch: A batch of pairs as tensors; see `aligned` for the alignment.
    """
    dtype = next(model.parameters()).dtype
    ref = model.encode(encoding.one_hot_tracks(batch["ref"]).to(dtype))
    alt = model.encode(encoding.one_hot_tracks(batch["alt"]).to(dtype))
    return ref, aligned(alt, ref, batch, sites(model), absent=-torch.inf)


def contrast(
    model: siamese.SiameseModel,
    ref: Float[Tensor, "batch tracks width"],
    alt: Float[Tensor, "batch tracks width"],
    change: Float[Tensor, "batch 8"],
) -> Float[Tensor, "batch 2 width"]:
    """Return Δ as tracks acceptor, donor; a pooled Δ is repeated at every base."""
    delta = model.compare(ref, alt, change.to(ref.dtype))
    if delta.dim() == 2:
        delta = delta[:, None].expand(-1, ref.shape[2], -1)
    return delta.flip(2).transpose(1, 2)


def aligned(
    alt: Float[Tensor, "batch tracks alt_width"],
    ref: Float[Tensor, "batch tracks width"],
    batch: Mapping[str, Tensor],
    sites: int,
    *,
    absent: float = 0.0,
) -> Float[Tensor, "batch tracks width"]:
    """Put alternate encodings, or profiles, onto the reference's bases.

    Tracks of sites are `absent` at deleted bases, and the maximum over inserted bases
    at the base they are folded onto. Other tracks are the reference's at deleted bases,
    so that their difference is 0, and ignore inserted bases.

    Args:
        alt: Encodings of the alternate sequence.
        ref: Encodings of the reference sequence.
        batch: `head`, `gap`, `insert` and `fold` of `effect.alignment`, by row.
        sites: Number of leading tracks that are of sites.
        absent: Their value where there is no site: 0 for probabilities, -inf for log
            odds.
    """
    head, gap, insert = (batch[name][:, None] for name in ("head", "gap", "insert"))
    columns = torch.arange(ref.shape[2], device=alt.device)
    behind = columns >= head
    deleted = (behind & (columns < head + gap))[:, None]
    source = columns + torch.where(behind, insert - gap, 0)
    index = source.clamp(0, alt.shape[2] - 1)[:, None].expand(-1, alt.shape[1], -1)
    moved = alt.gather(2, index)
    of_sites = moved[:, :sites].masked_fill(deleted, absent)
    if sites:
        of_sites = _folded(alt[:, :sites], of_sites, batch)
    if sites == alt.shape[1]:
        return of_sites
    latents = torch.where(deleted, ref[:, sites:], moved[:, sites:])
    return torch.cat([of_sites, latents], dim=1)


def alignment_tensors(
    mapping: alignment.Alignment, device: torch.device
) -> dict[str, Tensor]:
    """Return an alignment as tensors for `aligned`."""
    return {
        field.name: torch.from_numpy(getattr(mapping, field.name)).to(device)
        for field in dataclasses.fields(mapping)
    }


def _folded(
    alt: Float[Tensor, "batch tracks alt_width"],
    of_sites: Float[Tensor, "batch tracks width"],
    batch: Mapping[str, Tensor],
) -> Float[Tensor, "batch tracks width"]:
    """Fold inserted bases by maximum onto one base."""
    fold, head = batch["fold"], batch["head"]
    if not bool((fold >= 0).any()):
        return of_sites
    places = torch.arange(alt.shape[2], device=alt.device)
    first, end = head[:, None], (head + batch["insert"])[:, None]
    outside = ((places < first) | (places >= end))[:, None]
    largest = alt.masked_fill(outside, -torch.inf).amax(2, keepdim=True)
    columns = torch.arange(of_sites.shape[2], device=alt.device)
    at_fold = (columns == fold[:, None])[:, None]
    return torch.where(at_fold, torch.maximum(of_sites, largest), of_sites)
