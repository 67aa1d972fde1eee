"""What becomes of a paired model's encodings on the reference's bases, base by base."""

import numpy as np
from jaxtyping import Float

from support import reference_rules

PROBABILITIES = 2
Tracks = Float[np.ndarray, "tracks width"]


def onto_reference(
    alt: Float[np.ndarray, "tracks alt_width"],
    ref: Tracks,
    *,
    start: int,
    ref_length: int,
    alt_length: int,
    backwards: bool = False,
    log_odds: bool = False,
) -> Tracks:
    """Align an alternate's encodings by our rule, in either direction.

    Args:
        alt: Encodings of the alternate; the first two tracks are of sites.
        ref: Those of the reference.
        start: Columns before the variant, in the direction they are read.
        ref_length: Bases that are replaced.
        alt_length: Bases they are replaced by.
        backwards: Whether columns run against the plus strand.
        log_odds: Whether the tracks of sites are log odds, not probabilities.
    """
    width = ref.shape[1]
    sites = alt[:PROBABILITIES]
    placed = reference_rules.onto_reference(
        (np.exp(sites) if log_odds else sites).tolist(),
        width,
        start=start,
        ref=ref_length,
        new=alt_length,
        backwards=backwards,
    )
    turn = -1 if backwards else 1
    along = width - start - ref_length if backwards else start
    place = reference_rules.place_ours(along, ref_length, alt_length)
    # Every base has its own latents, a deleted one the reference's.
    latents = ref[PROBABILITIES:, ::turn].copy()
    own = alt[PROBABILITIES:, ::turn]
    # From the right, so that a base's own come after those of bases inserted there.
    for j in reversed(range(own.shape[1])):
        if 0 <= place(j) < width:
            latents[:, place(j)] = own[:, j]
    moved = np.array(placed, dtype=alt.dtype)
    if log_odds:
        with np.errstate(divide="ignore"):
            moved = np.log(moved)
    return np.concatenate([moved, latents[:, ::turn]])
