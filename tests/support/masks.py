"""Profiles by hand through largest changes, masks and rules, as predictions are."""

import dataclasses
from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float32

from twinsplice.effect import contig_ends, deltas, queries, rules, windows
from twinsplice.genome import genes
from twinsplice.models import largest
from twinsplice.scoring import gene_sites


@dataclasses.dataclass(frozen=True, eq=False)
class Case:
    """Both profiles of a variant, and the gene it lies in; none outside genes."""

    ref: Float32[np.ndarray, "2 width"]
    alt: Float32[np.ndarray, "2 width"]
    gene: genes.Gene | None


@dataclasses.dataclass(frozen=True)
class Change:
    """The largest change of one kind, and its column."""

    size: float
    column: int


def changes(
    conventions: rules.Rules,
    window: windows.Windows,
    cases: Sequence[Case],
    *,
    mask: bool,
) -> list[dict[str, Change]]:
    """Return what a set of rules reports of variants that have one window.

    Args:
        conventions: The rules.
        window: The window, one row.
        cases: The variants.
        mask: Whether annotated sites matter.

    Returns:
        By label of the kind, for each variant.
    """
    own = windows.join([window] * len(cases))
    members = [case.gene for case in cases if case.gene is not None]
    gene = np.array(
        [-1 if case.gene is None else members.index(case.gene) for case in cases]
    )
    bounds = np.full(len(cases), contig_ends.NO_BOUND)
    placement = contig_ends.placed(own, -bounds, bounds)
    width = int(own.width[0])
    sites = gene_sites.within(members, gene, placement)
    marked = sites.marked(np.arange(len(cases)), width)
    ref, alt = (
        torch.from_numpy(np.stack(side))
        for side in ([case.ref for case in cases], [case.alt for case in cases])
    )
    masking = conventions.masking if mask else queries.Masking.NONE
    kinds = deltas.SITE_KINDS
    whole = largest.largest(alt - ref, kinds, masking, torch.from_numpy(marked))
    boundary = None
    if mask and conventions.masks_nearest_boundary:
        boundary = gene_sites.nearest_boundaries(members, gene, own)
    predictions = queries.Predictions(
        kinds=kinds,
        size=whole.size.double().numpy(),
        column=whole.column.numpy(),
        ref=whole.at(ref).double().numpy(),
        alt=whole.at(alt).double().numpy(),
    )
    finished = conventions.finish(predictions, boundary)
    return [
        {
            kind.label: Change(float(size), int(column))
            for kind, size, column in zip(kinds, sizes, columns, strict=True)
        }
        for sizes, columns in zip(finished.size, finished.column, strict=True)
    ]
