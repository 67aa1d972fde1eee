"""How alternate profiles lie on the reference's coordinates.

An insertion or deletion changes how many bases a profile has. However it is
resolved, the alignment of one variant is four numbers, and so a batch is four arrays:
columns before `head` stand for themselves, `gap` reference columns have no alternate,
`insert` alternate columns have no reference, and one column takes the maximum over
what was inserted. `models.comparison` applies them where the networks ran.

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
    """Which alternate columns reference columns read; one row a variant.

    Reference column `i` reads alternate column `i` before `head`, none in the `gap`
    behind it, and column `i - gap + insert` after that.

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
        """Whether all alternate columns stand for the reference's own."""
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


def onto_reference(of: windows.Windows) -> Alignment:
    """Align base to base; fold inserted bases; deleted bases have probability 0.

    Substituted bases stand for each other from the left. Bases inserted beyond
    them are folded by maximum onto the base before them, so that a site made
    inside an insertion is seen, at the base it was inserted behind.

    Args:
        of: Where the variants lie; they must be trimmed.
    """
    return of_changes(
        of.change.start - of.start,
        of.change.ref.length,
        of.change.alt.length,
        np.zeros(len(of), dtype=bool),
    )


def of_changes(
    start: Integers,
    ref_length: Integers,
    alt_length: Integers,
    backwards: Bool[np.ndarray, " rows"],
) -> Alignment:
    """Return the alignment of `onto_reference`, in either orientation.

    Args:
        start: First replaced column, in the direction the window is read.
        ref_length: Columns replaced, of the trimmed variant.
        alt_length: Bases they are replaced by.
        backwards: Whether columns run backwards along the plus strand, on which
            inserted bases belong to the base before them, and bases stand for
            each other from the left.
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
    """Return what compares columns by their index, whatever the variants are."""
    nothing = np.zeros(rows, dtype=np.int64)
    return Alignment(head=nothing, gap=nothing, insert=nothing, fold=nothing + NO_FOLD)


def spliceai(of: windows.Windows) -> Alignment:
    """Align as SpliceAI 1.3.1 does: zeros behind, or a maximum over, the anchor."""
    ref, alt = of.change.ref.length, of.change.alt.length
    after = of.change.start - of.start + 1
    deletion, insertion = (ref > 1) & (alt == 1), (ref == 1) & (alt > 1)
    return Alignment(
        # A deletion may leave fewer columns than there are before it.
        head=np.where(deletion, np.minimum(after, of.alt_width), after),
        gap=np.where(deletion, ref - alt, 0),
        insert=np.where(insertion, alt - 1, 0),
        fold=np.where(insertion, after - 1, NO_FOLD),
    )


def cispliceai(of: windows.Windows) -> Alignment:
    """Align as CI-SpliceAI 1.2.2 does: zeros before, or a maximum from, POS."""
    grown, middle = of.grown, of.change.start - of.start
    return Alignment(
        head=np.where(grown < 0, np.minimum(middle, of.alt_width), middle + 1),
        gap=np.maximum(-grown, 0),
        insert=np.maximum(grown, 0),
        fold=np.where(grown > 0, middle, NO_FOLD),
    )
