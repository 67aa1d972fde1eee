"""What a paired model makes of two encodings: aligned, then compared.

Encodings come from full passes or from the incremental engine; both ways end here.
"""

from collections.abc import Mapping

import torch
from jaxtyping import Float
from torch import Tensor

from twinsplice.engine import encoding
from twinsplice.models import paired, siamese
from twinsplice.models.reported import calibrated


def probabilities(model: siamese.SiameseModel) -> int:
    """Return how many leading tracks of a model's encodings are probabilities."""
    while isinstance(model, calibrated.CalibratedPredictor):
        model = model.predictor
    return paired.SITES if isinstance(model, paired.PairedDeltaPredictor) else 0


def encodings(
    model: siamese.SiameseModel, batch: Mapping[str, Tensor]
) -> tuple[Float[Tensor, "batch tracks width"], Float[Tensor, "batch tracks width"]]:
    """Return the encodings of both sequences of a batch on the reference's bases.

    Args:
        model: The model.
        batch: What `Pairs.batch` returns, as tensors.
    """
    dtype = next(model.parameters()).dtype
    ref = model.encode(encoding.one_hot_tracks(batch["ref"]).to(dtype))
    alt = model.encode(encoding.one_hot_tracks(batch["alt"]).to(dtype))
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
