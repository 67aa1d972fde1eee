"""Summarise a reference and an alternate profile as the largest gains and losses.

Both profiles lie on reference coordinates (see `alignment`), so column `i` of
each is the same base.

Source: Jaganathan et al. 2019, doi:10.1016/j.cell.2018.12.015, "delta score".
"""

import dataclasses
import enum
from collections.abc import Sequence

import numpy as np
from jaxtyping import Bool, Float


class Site(enum.IntEnum):
    """A splice-site class, numbered as the rows of a two-track profile."""

    ACCEPTOR = 0
    DONOR = 1


@dataclasses.dataclass(frozen=True, slots=True)
class Kind:
    """A sort of change that a record reports.

    Attributes:
        label: Its short name in records, e.g. `AG` for acceptor gain.
        rows: Rows of a profile it is searched in.
        sites: Annotated sites that count as this kind's.
        gain: Whether probability rises.
    """

    label: str
    rows: tuple[int, ...]
    sites: frozenset[Site]
    gain: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Change:
    """The largest change of one kind within reach of a variant.

    Attributes:
        size: Change of site probability in the kind's direction.
        column: Column of the profile where it is.
        ref: Probability in the reference there.
        alt: Probability in the alternate there.
    """

    size: float
    column: int
    ref: float
    alt: float


ACCEPTOR_GAIN = Kind("AG", (Site.ACCEPTOR,), frozenset({Site.ACCEPTOR}), gain=True)
ACCEPTOR_LOSS = Kind("AL", (Site.ACCEPTOR,), frozenset({Site.ACCEPTOR}), gain=False)
DONOR_GAIN = Kind("DG", (Site.DONOR,), frozenset({Site.DONOR}), gain=True)
DONOR_LOSS = Kind("DL", (Site.DONOR,), frozenset({Site.DONOR}), gain=False)
SITE_KINDS: tuple[Kind, ...] = (ACCEPTOR_GAIN, ACCEPTOR_LOSS, DONOR_GAIN, DONOR_LOSS)
"""The four kinds of a two-track profile, in SpliceAI's order."""


def undivided_kinds(rows: Sequence[int]) -> tuple[Kind, Kind]:
    """Return gain and loss over tracks that tell no acceptor from a donor."""
    both = frozenset(Site)
    return (
        Kind("SG", tuple(rows), both, gain=True),
        Kind("SL", tuple(rows), both, gain=False),
    )


def largest(
    ref: Float[np.ndarray, "tracks width"],
    alt: Float[np.ndarray, "tracks width"],
    kind: Kind,
    allowed: Bool[np.ndarray, " width"] | None = None,
) -> Change:
    """Return the largest change of one kind; ties go to the leftmost base.

    Args:
        ref: Site probabilities of the reference.
        alt: Site probabilities of the alternate, on the same bases.
        kind: What to look for.
        allowed: Bases that count; elsewhere the change is taken to be 0.

    Raises:
        ValueError: The profiles differ in shape.
    """
    if ref.shape != alt.shape:
        raise ValueError(
            f"profiles must lie on the same bases; got {ref.shape} and {alt.shape}"
        )
    rows = list(kind.rows)
    change = alt[rows] - ref[rows] if kind.gain else ref[rows] - alt[rows]
    row = change.argmax(axis=0)
    best = change[row, np.arange(change.shape[1])]
    if allowed is not None:
        best = np.where(allowed, best, 0.0)
    column = int(best.argmax())
    track = rows[row[column]]
    return Change(
        size=float(best[column]),
        column=column,
        ref=float(ref[track, column]),
        alt=float(alt[track, column]),
    )


def annotated(
    positions: Sequence[np.ndarray], start: int, width: int
) -> Bool[np.ndarray, " width"]:
    """Mark the bases of a window that are annotated sites.

    Args:
        positions: Arrays of site positions (0-based, plus strand).
        start: First base of the window.
        width: Its number of bases.
    """
    marked = np.zeros(width, dtype=bool)
    for sites in positions:
        inside = sites[(sites >= start) & (sites < start + width)]
        marked[inside - start] = True
    return marked
