"""Put an alternate profile onto the reference's coordinates.

An insertion or deletion changes how many bases a profile has. Three conventions
exist; all return one column a reference base of the window.

- `onto_reference`: ours, for every kind of variant.
- `spliceai`: the official SpliceAI program's, for simple insertions and deletions.
- `cispliceai`: the official CI-SpliceAI program's.
"""

import numpy as np
from jaxtyping import Float

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
