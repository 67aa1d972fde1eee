"""The largest gain and loss along profiles, computed on the device.

Only these few numbers of each variant are copied back.
"""

import dataclasses
from collections.abc import Sequence

import torch
from jaxtyping import Bool, Float, Int64
from torch import Tensor

from twinsplice.effect import deltas, queries


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Largest:
    """The largest change of each kind of each variant.

    Attributes:
        size: Change of probability in the kind's direction.
        track: Track of the profile with this change.
        column: Column of this change; the leftmost of several.
    """

    size: Float[Tensor, "rows kinds"]
    track: Int64[Tensor, "rows kinds"]
    column: Int64[Tensor, "rows kinds"]

    def at(self, values: Float[Tensor, "rows tracks width"]) -> Tensor:
        """Return values of another profile at the tracks and columns of the changes."""
        rows = torch.arange(len(self.size), device=values.device)[:, None]
        return values[rows, self.track, self.column]


def largest(
    delta: Float[Tensor, "rows tracks width"],
    kinds: Sequence[deltas.Kind],
    masking: queries.Masking = queries.Masking.NONE,
    annotated: Bool[Tensor, "rows 2 width"] | None = None,
) -> Largest:
    """Return the largest change of each kind; ties go to the leftmost base.

    Args:
        delta: Alternate less reference probability, on the reference's bases.
        kinds: The kinds of change.
        masking: Treatment of annotated sites.
        annotated: Mask of annotated sites, by class; None if nothing is masked.
    """
    if masking is queries.Masking.ZEROED and annotated is not None:
        delta = torch.where(annotated == (delta > 0), 0, delta)
    parts = [_of_kind(delta, kind, masking, annotated) for kind in kinds]
    size, track, column = (
        torch.stack(part, dim=1) for part in zip(*parts, strict=True)
    )
    return Largest(size=size, track=track, column=column)


def exon_losses(
    delta: Float[Tensor, "rows tracks width"],
    kinds: Sequence[deltas.Kind],
    row: Int64[Tensor, " sites"],
    site: Int64[Tensor, " sites"],
    column: Int64[Tensor, " sites"],
) -> Float[Tensor, " rows"]:
    """Return each variant's largest loss at some sites, 0 or more.

    Args:
        delta: Alternate less reference probability, on the reference's bases.
        kinds: The kinds of change.
        row: The variant of each site.
        site: Its class.
        column: Its column.

    Returns:
        NaN for variants without sites.
    """
    change = delta[row, :, column]
    loss = torch.zeros_like(change[:, 0])
    for kind in kinds:
        if kind.gain:
            continue
        concerned = torch.isin(site, site.new_tensor(sorted(kind.sites)))
        own = -change[:, list(kind.rows)].amin(dim=1)
        loss = torch.where(concerned, torch.maximum(loss, own), loss)
    missing = torch.full_like(delta[:, 0, 0], torch.nan)
    return missing.scatter_reduce(0, row, loss, "amax", include_self=False)


def _of_kind(
    delta: Float[Tensor, "rows tracks width"],
    kind: deltas.Kind,
    masking: queries.Masking,
    annotated: Bool[Tensor, "rows 2 width"] | None,
) -> tuple[Tensor, Tensor, Tensor]:
    """Size, track and column of the largest change of one kind."""
    differences = (
        delta[:, list(kind.rows)] if len(kind.rows) > 1 else delta[:, kind.rows[0]]
    )
    change = differences if kind.gain else -differences
    tracks = None
    if change.dim() == 3:
        change, tracks = change.max(dim=1)
    if masking is queries.Masking.DISREGARDED and annotated is not None:
        marked = annotated[:, sorted(kind.sites)].any(dim=1)
        change = change.masked_fill(marked if kind.gain else ~marked, 0)
    column = change.argmax(dim=1, keepdim=True)
    size = change.gather(1, column)[:, 0]
    if tracks is None:
        track = torch.full_like(column[:, 0], kind.rows[0])
    else:
        rows = torch.tensor(kind.rows, device=delta.device)
        track = rows[tracks.gather(1, column)[:, 0]]
    return size, track, column[:, 0]
