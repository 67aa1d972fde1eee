"""The largest gain and loss at each base of an interval, of all its variants."""

import dataclasses

import numpy as np
from jaxtyping import Float64, Int64

from twinsplice.effect import results


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Effects:
    """What the variants of an interval do, in rows of gain and loss.

    Sizes are 0 to 1; NaN where no variant has a score.

    Attributes:
        start: First base of the interval (0-based).
        substitutions: Largest gain and loss of each substitution, by the letter that
            it makes, A C G T.
        every: Largest gain and loss of all variants that first change a base.
    """

    start: int
    substitutions: Float64[np.ndarray, "2 4 width"]
    every: Float64[np.ndarray, "2 width"]

    @property
    def width(self) -> int:
        """Bases of the interval."""
        return int(self.every.shape[1])


def empty(start: int, width: int) -> Effects:
    """Return the effects of no variants."""
    return Effects(
        start=start,
        substitutions=np.full((2, 4, width), np.nan),
        every=np.full((2, width), np.nan),
    )


def enter(
    effects: Effects,
    positions: Int64[np.ndarray, " records"],
    ref_lengths: Int64[np.ndarray, " records"],
    chunk: results.Results,
    gene_id: str | None = None,
) -> None:
    """Enter the results of some variants, in place.

    Args:
        effects: The effects so far.
        positions: First base of each record's reference allele (0-based).
        ref_lengths: Its bases.
        chunk: The results of the records.
        gene_id: The only gene to enter; all if not given.
    """
    rows = np.flatnonzero(chunk.scored >= 0)
    if gene_id is not None:
        rows = rows[[chunk.gene_id[row] == gene_id for row in rows.tolist()]]
    if not len(rows):
        return
    kinds = chunk.predictions.kinds
    sizes = chunk.predictions.size[chunk.scored[rows]]
    gains = [number for number, kind in enumerate(kinds) if kind.gain]
    losses = [number for number, kind in enumerate(kinds) if not kind.gain]
    largest = np.stack([sizes[:, gains].max(axis=1), sizes[:, losses].max(axis=1)])
    alts = [chunk.alt[row] for row in rows.tolist()]
    record = chunk.record[rows]
    alt_lengths = np.array([len(alt) for alt in alts])
    is_single = (ref_lengths[record] == 1) & (alt_lengths == 1)
    # Alleles of different length begin with a base that they leave.
    changed = positions[record] + ~is_single - effects.start
    inside = (changed >= 0) & (changed < effects.width)
    for row in range(2):
        np.fmax.at(effects.every[row], changed[inside], largest[row, inside])
    letters = np.array(["ACGT".find(alt) for alt in alts])
    single = inside & is_single & (letters >= 0)
    for row in range(2):
        place = letters[single], changed[single]
        np.fmax.at(effects.substitutions[row], place, largest[row, single])
