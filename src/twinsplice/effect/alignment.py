"""Put an alternate profile onto the reference's coordinates.

An insertion or deletion changes how many bases a profile has. Three conventions
exist; all return one column a reference base of the window.

- `onto_reference`: ours, for every kind of variant.
- `spliceai`: the official SpliceAI program's, for simple insertions and deletions.
- `cispliceai`: the official CI-SpliceAI program's.

`columns` says as indices, in either orientation, what `onto_reference` does.
"""

import dataclasses

import numpy as np
from jaxtyping import Float, Int64

from twinsplice.effect import windows

Profile = Float[np.ndarray, "tracks width"]


def onto_reference(
    alt: Float[np.ndarray, "tracks alt_width"], window: windows.Window
) -> Float[np.ndarray, "tracks width"]:
    """Align base to base; fold inserted bases; deleted bases have probability 0.

    Substituted bases stand for each other from the left. Bases inserted beyond
    them are folded by maximum onto the base before them, so that a site made
    inside an insertion is seen, at the base it was inserted behind.

    Args:
        alt: Site probabilities of the changed sequence from `window.start`.
        window: Where it lies; its variant must be trimmed.
    """
    core = window.variant
    left = core.start - window.start
    paired = min(len(core.ref), len(core.alt))
    inserted = len(core.alt) - paired
    deleted = len(core.ref) - paired
    head = alt[:, : left + paired].copy()
    if inserted and head.shape[1]:
        extra = alt[:, left + paired : left + paired + inserted]
        head[:, -1] = np.maximum(head[:, -1], extra.max(axis=1))
    gap = np.zeros((alt.shape[0], deleted), dtype=alt.dtype)
    tail = alt[:, left + paired + inserted :]
    return np.concatenate([head, gap, tail], axis=1)[:, : window.width]


@dataclasses.dataclass(frozen=True, eq=False, slots=True)
class Columns:
    """Which alternate columns each reference column of a window reads.

    Alternate columns are counted in the changed sequence from the window's first.

    Attributes:
        take: For each reference column the alternate one, -1 where it is deleted.
        fold: The reference column that takes the maximum over the inserted ones
            too; none if nothing is inserted, or beyond the window.
        fold_first: First inserted alternate column.
        fold_end: The one after the last.
    """

    take: Int64[np.ndarray, " width"]
    fold: int | None
    fold_first: int
    fold_end: int


def columns(
    *, start: int, ref_length: int, alt_length: int, width: int, mirrored: bool
) -> Columns:
    """Return the alignment of `onto_reference` as indices.

    Args:
        start: First replaced column, in the direction the window is read.
        ref_length: Columns replaced, of the trimmed variant.
        alt_length: Bases they are replaced by.
        width: Columns of the window.
        mirrored: Whether columns run backwards along the plus strand, on which
            inserted bases belong to the base before them, and bases stand for
            each other from the left.

    Raises:
        ValueError: The replaced bases do not lie within the window.
    """
    if start < 0 or start + ref_length > width:
        raise ValueError(
            f"replaced columns must lie within the window of {width}; "
            f"got {start} to {start + ref_length}"
        )
    paired = min(ref_length, alt_length)
    deleted, inserted = ref_length - paired, alt_length - paired
    # Where bases are lost, or put in, which never happens both.
    at = start if mirrored else start + paired
    fold = at if mirrored else at - 1
    take = np.arange(width, dtype=np.int64)
    take[at + deleted :] += alt_length - ref_length
    take[at : at + deleted] = -1
    if not inserted or not 0 <= fold < width:
        return Columns(take, None, 0, 0)
    return Columns(take, fold, at, at + inserted)


def spliceai(
    alt: Float[np.ndarray, "tracks alt_width"], window: windows.Window
) -> Float[np.ndarray, "tracks width"]:
    """Align as SpliceAI 1.3.1 does: zeros behind, or a maximum over, the anchor."""
    ref_length, alt_length = len(window.variant.ref), len(window.variant.alt)
    middle = window.variant.start - window.start
    if ref_length > 1 and alt_length == 1:
        return _insert_zeros(alt, middle + alt_length, ref_length - alt_length)
    if ref_length == 1 and alt_length > 1:
        return _fold(alt, middle, alt_length)
    return alt


def cispliceai(
    alt: Float[np.ndarray, "tracks alt_width"], window: windows.Window
) -> Float[np.ndarray, "tracks width"]:
    """Align as CI-SpliceAI 1.2.2 does: zeros before, or a maximum from, POS."""
    grown = len(window.variant.alt) - len(window.variant.ref)
    middle = window.variant.start - window.start
    if grown < 0:
        return _insert_zeros(alt, middle, -grown)
    return _fold(alt, middle, grown + 1) if grown else alt


def _insert_zeros(
    alt: Float[np.ndarray, "tracks alt_width"], at: int, count: int
) -> Float[np.ndarray, "tracks width"]:
    zeros = np.zeros((alt.shape[0], count), dtype=alt.dtype)
    return np.concatenate([alt[:, :at], zeros, alt[:, at:]], axis=1)


def _fold(
    alt: Float[np.ndarray, "tracks alt_width"], at: int, count: int
) -> Float[np.ndarray, "tracks width"]:
    folded = alt[:, at : at + count].max(axis=1, keepdims=True)
    return np.concatenate([alt[:, :at], folded, alt[:, at + count :]], axis=1)
