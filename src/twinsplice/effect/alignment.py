"""Alignment of alternate profiles to the reference's coordinates.

An insertion or deletion changes the length of a profile. Under every convention the
alignment of one variant is four numbers, and that of a batch four arrays:
columns before `head` are common to both, `gap` reference columns have no alternate,
`insert` alternate columns have no reference, and one column takes the maximum over
what was inserted. `models.comparison` applies them on the device.

Three conventions exist:

- `onto_reference`: ours, for every kind of variant.
- `spliceai`: the official SpliceAI program's, for simple insertions and deletions.
- `cispliceai`: the official CI-SpliceAI program's.
"""

import dataclasses

import numpy as np
from jaxtyping import Bool, Int64

from twinsplice.effect import windows

Integers = Int64[np.ndarray, " rows"]
NO_FOLD = -1


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Alignment:
    """The alternate column of each reference column; one row a variant.

    Reference column `i` takes alternate column `i` before `head`, none in the `gap`
    that follows, and column `i - gap + insert` after that.

    Attributes:
        head: Columns, from the window's first, that both profiles have in common.
        gap: Reference columns from `head` on that the alternate lacks.
        insert: Alternate columns from `head` on that the reference lacks.
        fold: The reference column that takes the maximum over the inserted ones too;
            `NO_FOLD` where there is none.
    """

    head: Integers
    gap: Integers
    insert: Integers
    fold: Integers

    def __len__(self) -> int:
        return len(self.head)

    @property
    def trivial(self) -> bool:
        """Whether every reference column takes the alternate column of its index."""
        return not (self.gap.any() or self.insert.any())

    def columns(self, width: int) -> Int64[np.ndarray, "rows {width}"]:
        """Return the alternate column of each reference column; -1 in a gap.

        Args:
            width: Reference columns.
        """
        place = np.arange(width, dtype=np.int64)
        head, gap, insert = (
            values[:, None] for values in (self.head, self.gap, self.insert)
        )
        behind = np.where(place < head + gap, -1, place - gap + insert)
        columns: Int64[np.ndarray, "rows {width}"] = np.where(
            place < head, place, behind
        )
        return columns

    def take(self, rows: Integers | slice) -> "Alignment":
        """Return some rows."""
        return Alignment(
            head=self.head[rows],
            gap=self.gap[rows],
            insert=self.insert[rows],
            fold=self.fold[rows],
        )


def onto_reference(window: windows.Windows) -> Alignment:
    """Align base to base; fold inserted bases; deleted bases have probability 0.

    Substituted bases are paired from the left. Further inserted bases are folded by
    maximum onto the base before them, so that a site created within an insertion is
    reported at the base it follows.

    Args:
        window: The windows of trimmed variants.
    """
    return of_changes(
        window.change.start - window.start,
        window.change.ref.length,
        window.change.alt.length,
        np.zeros(len(window), dtype=bool),
    )


def of_changes(
    start: Integers,
    ref_length: Integers,
    alt_length: Integers,
    backwards: Bool[np.ndarray, " rows"],
) -> Alignment:
    """Return the alignment of `onto_reference`, in either orientation.

    Args:
        start: First replaced column, in the window's direction of reading.
        ref_length: Replaced columns, of the trimmed variant.
        alt_length: Bases in their place.
        backwards: Whether columns run backwards along the plus strand. It is along
            the plus strand that bases are paired from the left, and inserted bases
            folded onto the base before them.
    """
    paired = np.minimum(ref_length, alt_length)
    insert = alt_length - paired
    head = np.where(backwards, start, start + paired)
    fold = np.where(backwards, head, head - 1)
    return Alignment(
        head=head,
        gap=ref_length - paired,
        insert=insert,
        fold=np.where(insert > 0, np.maximum(fold, NO_FOLD), NO_FOLD),
    )


def by_index(rows: int) -> Alignment:
    """Return the alignment that pairs columns by index, whatever the variants are."""
    nothing = np.zeros(rows, dtype=np.int64)
    return Alignment(head=nothing, gap=nothing, insert=nothing, fold=nothing + NO_FOLD)


def spliceai(window: windows.Windows) -> Alignment:
    """Align as SpliceAI 1.3.1 does: zeros behind, or a maximum over, the anchor."""
    ref, alt = window.change.ref.length, window.change.alt.length
    after = window.change.start - window.start + 1
    deletion, insertion = (ref > 1) & (alt == 1), (ref == 1) & (alt > 1)
    return Alignment(
        # The alternate may be shorter than the columns before the deletion.
        head=np.where(deletion, np.minimum(after, window.alt_width), after),
        gap=np.where(deletion, ref - alt, 0),
        insert=np.where(insertion, alt - 1, 0),
        fold=np.where(insertion, after - 1, NO_FOLD),
    )


def cispliceai(window: windows.Windows) -> Alignment:
    """Align as CI-SpliceAI 1.2.2 does: zeros before, or a maximum from, POS."""
    grown, middle = window.grown, window.change.start - window.start
    return Alignment(
        head=np.where(grown < 0, np.minimum(middle, window.alt_width), middle + 1),
        gap=np.maximum(-grown, 0),
        insert=np.maximum(grown, 0),
        fold=np.where(grown > 0, middle, NO_FOLD),
    )
