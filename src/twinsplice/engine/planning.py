"""Which variants share a reference pass: tiles of a view, and the cones on them.

Variants that lie near each other in the same view share one reference pass, whatever
their number and alleles. Windows are given on the plus strand of their contig; cones
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
"""Alternate alleles are batched by length, rounded up to a multiple of this."""
_APART = 1 << 42
"""More than any distance within a view: puts views side by side on one axis."""


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Cones:
    """What changes of each query's profile, in the direction of reading; one row each.

    Attributes:
        view: Number of the view.
        minus: Whether it is read from the minus strand.
        start: First base that is replaced.
        new: Bases of the new allele, rounded up with those that follow it.
        shift: By how many bases the change shortens the sequence.
        left: Outputs computed before the new bases.
        right: Outputs computed after them.
        first: The first reference output that the query reads.
        end: The output after the last that it reads.
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
    """Reference outputs that are computed in one go, and the queries that read them.

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
        """How many there are."""
        return self.end - self.first


def cones(
    views: Sequence[sequence_views.SequenceView], view: Integers, of: windows.Windows
) -> Cones:
    """Turn queries to the direction of reading and widen them to shapes many share.

    Args:
        views: What may be seen.
        view: For each query, the number of its view.
        of: Its window.
    """
    strands = np.array([each.minus for each in views], dtype=bool)
    minus = strands[view]
    length, replaced = of.change.alt.length, of.change.ref.length
    before = of.change.start - of.start
    after = of.alt_width - before - length
    start = np.where(minus, -(of.change.start + replaced), of.change.start)
    # Cones of one shape run as one batch. So windows that lie a little to one side of
    # their variant are made symmetric, and long alleles grow to a multiple of a bucket
    # by the reference's own bases behind them: a few bases more of work, far fewer
    # shapes.
    reach = of.width // 2
    left = np.maximum(np.where(minus, after, before), reach)
    right = np.maximum(np.where(minus, before, after), reach)
    new = np.where(length <= 1, 1, -(-length // _BUCKET) * _BUCKET)
    shift = replaced - length
    window_first = np.where(minus, -of.end, of.start)
    window_end = np.where(minus, -of.start, of.end)
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


def tiles(of: Cones, flank: int, longest: int) -> Iterator[ReferenceTile]:
    """Cut views into tiles: near cones share one, distant ones do not.

    Bases between two cones are worth computing as long as they cost less than the
    flanks of another tile would.

    Args:
        of: Any number of cones, in any order.
        flank: Positions that the flanks of a tile cost.
        longest: Most outputs of a tile, unless one cone alone needs more.
    """
    if not len(of.view):
        return
    order = np.lexsort((of.first, of.view))
    first, end, view = of.first[order], of.end[order], of.view[order]
    # On one axis with the views far apart, a new view is just another long gap.
    offset = view * _APART
    reached = np.maximum.accumulate(end + offset)
    gaps = np.flatnonzero((first + offset)[1:] - reached[:-1] > flank) + 1
    for low, high in zip([0, *gaps], [*gaps, len(order)], strict=True):
        while low < high:
            covered = np.maximum.accumulate(end[low:high]) - int(first[low])
            # The first cone is taken however long it is; `covered` never falls.
            stop = low + max(int(np.searchsorted(covered, longest, side="right")), 1)
            yield ReferenceTile(
                view=int(view[low]),
                first=int(first[low]),
                end=int(first[low]) + int(covered[stop - low - 1]),
                rows=order[low:stop],
            )
            low = stop  # noqa: PLW2901


def batches(
    of: Iterator[ReferenceTile], context: int, limit: int
) -> Iterator[list[ReferenceTile]]:
    """Group tiles of about one length.

    The longest come first: what they leave of the heap serves all the others.

    Args:
        of: Any number, in any order.
        context: Positions that a tile has besides its outputs.
        limit: Most positions of a group, unless one tile alone has more.
    """
    batch: list[ReferenceTile] = []
    longest = 0
    for tile in sorted(of, key=lambda tile: -tile.outputs):
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
    of: Cones, rows: Int64[np.ndarray, " members"]
) -> Iterator[tuple[tuple[int, int, int], Int64[np.ndarray, " some"]]]:
    """Yield shapes (left, new, right) and the members of `rows` that have each.

    Args:
        of: The cones.
        rows: Which of them, by number.

    Returns:
        Places in `rows`, in their order.
    """
    shapes = np.stack([of.left[rows], of.new[rows], of.right[rows]], axis=1)
    order = np.lexsort(shapes.T[::-1])
    ordered = shapes[order]
    changes = np.flatnonzero((ordered[1:] != ordered[:-1]).any(axis=1)) + 1
    for members in np.split(order, changes):
        left, new, right = shapes[members[0]].tolist()
        yield (left, new, right), members
