"""Assignment of variants to shared reference passes: tiles, and cones on them.

Neighbouring variants of the same view share one reference pass, whatever their number
and alleles. Windows are given on the plus strand of their contig; cones
and tiles are in the direction of reading, where position `x` of a minus strand is base
`-x - 1`.
"""

import dataclasses
from collections.abc import Iterator, Sequence

import numpy as np
from jaxtyping import Bool, Int64

from twinsplice.effect import windows
from twinsplice.genome import sequence_views

Integers = Int64[np.ndarray, " rows"]
_BUCKET = 8
"""Multiple to which lengths of alternate alleles are rounded up for batching."""
_APART = 1 << 42
"""Offset between views placed on one axis; more than any distance within a view."""


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Cones:
    """The changed part of each query's profile, in the direction of reading.

    Attributes:
        view: Number of the view.
        minus: Whether it is read from the minus strand.
        start: First replaced base.
        new: Bases of the new allele, rounded up by reference bases that follow it.
        shift: Bases by which the change shortens the sequence.
        left: Outputs computed before the new bases.
        right: Outputs computed after them.
        first: The first reference output that the query reads.
        end: The output after the last one it reads.
    """

    view: Integers
    minus: Bool[np.ndarray, " rows"]
    start: Integers
    new: Integers
    shift: Integers
    left: Integers
    right: Integers
    first: Integers
    end: Integers


@dataclasses.dataclass(frozen=True, eq=False, slots=True)
class ReferenceTile:
    """Reference outputs of one pass, and the queries that read them.

    Attributes:
        view: Number of the view.
        first: The first output, in the direction of reading.
        end: The output after the last.
        rows: Numbers of the queries.
    """

    view: int
    first: int
    end: int
    rows: Int64[np.ndarray, " queries"]

    @property
    def outputs(self) -> int:
        """Number of outputs."""
        return self.end - self.first


def cones(
    views: Sequence[sequence_views.SequenceView],
    view: Integers,
    window: windows.Windows,
) -> Cones:
    """Return cones of queries, in the direction of reading and of common shapes.

    Args:
        views: The sequence views.
        view: For each query, the number of its view.
        window: For each query, its window.
    """
    strands = np.array([sequence.minus for sequence in views], dtype=bool)
    minus = strands[view]
    length, replaced = window.change.alt.length, window.change.ref.length
    before = window.change.start - window.start
    after = window.alt_width - before - length
    start = np.where(minus, -(window.change.start + replaced), window.change.start)
    # Cones of one shape run as one batch. Windows that are not quite centred on their
    # variant are therefore made symmetric, and long alleles extended to a multiple of
    # the bucket by the reference bases that follow: slightly more work, far fewer
    # shapes.
    reach = window.width // 2
    left = np.maximum(np.where(minus, after, before), reach)
    right = np.maximum(np.where(minus, before, after), reach)
    new = np.where(length <= 1, 1, -(-length // _BUCKET) * _BUCKET)
    shift = replaced - length
    window_first = np.where(minus, -window.end, window.start)
    window_end = np.where(minus, -window.start, window.end)
    return Cones(
        view=view,
        minus=minus,
        start=start,
        new=new,
        shift=shift,
        left=left,
        right=right,
        first=np.minimum(window_first, start - left),
        end=np.maximum(window_end, start + shift + new + right),
    )


def tiles(
    view: Integers, first: Integers, end: Integers, flank: int, longest: int
) -> Iterator[ReferenceTile]:
    """Yield tiles that cover what queries read; neighbouring queries share a tile.

    Two queries share a tile if the outputs between them cost less than the flanks of
    another tile.

    Args:
        view: For each query, in any order, the number of its view.
        first: The first output that it reads.
        end: The output after the last.
        flank: Cost of a tile's flanks, in outputs.
        longest: Largest number of outputs of a tile, unless one query needs more.
    """
    if not len(view):
        return
    order = np.lexsort((first, view))
    first, end, view = first[order], end[order], view[order]
    # With all views on one axis, far apart, a new view is another long gap.
    offset = view * _APART
    reached = np.maximum.accumulate(end + offset)
    gaps = np.flatnonzero((first + offset)[1:] - reached[:-1] > flank) + 1
    for low, high in zip([0, *gaps], [*gaps, len(order)], strict=True):
        while low < high:
            covered = np.maximum.accumulate(end[low:high]) - int(first[low])
            # A tile takes its first cone whatever its length; `covered` is monotonic.
            stop = low + max(int(np.searchsorted(covered, longest, side="right")), 1)
            yield ReferenceTile(
                view=int(view[low]),
                first=int(first[low]),
                end=int(first[low]) + int(covered[stop - low - 1]),
                rows=order[low:stop],
            )
            low = stop  # noqa: PLW2901


def batches(
    pending: Iterator[ReferenceTile], context: int, limit: int
) -> Iterator[list[ReferenceTile]]:
    """Group tiles of similar length, the longest first.

    Memory allocated for the longest serves all the others.

    Args:
        pending: The tiles, in any order.
        context: Positions of a tile besides its outputs.
        limit: Largest number of positions of a group, unless one tile has more.
    """
    batch: list[ReferenceTile] = []
    longest = 0
    for tile in sorted(pending, key=lambda tile: -tile.outputs):
        length = context + tile.outputs
        unlike = longest > 1.1 * length
        if batch and (unlike or longest * (len(batch) + 1) > limit):
            yield batch
            batch = []
        if not batch:
            longest = length
        batch.append(tile)
    if batch:
        yield batch


def by_shape(
    cone: Cones, rows: Int64[np.ndarray, " members"]
) -> Iterator[tuple[tuple[int, int, int], Int64[np.ndarray, " some"]]]:
    """Yield each shape (left, new, right) with the indices into `rows` of its cones.

    Args:
        cone: The cones.
        rows: Numbers of the cones to group.

    Yields:
        The shape, and ascending indices into `rows`.
    """
    shapes = np.stack([cone.left[rows], cone.new[rows], cone.right[rows]], axis=1)
    order = np.lexsort(shapes.T[::-1])
    ordered = shapes[order]
    changes = np.flatnonzero((ordered[1:] != ordered[:-1]).any(axis=1)) + 1
    for members in np.split(order, changes):
        left, new, right = shapes[members[0]].tolist()
        yield (left, new, right), members
