"""The kinds of change that a record reports: gains and losses of splice sites.

Source: Jaganathan et al. 2019, doi:10.1016/j.cell.2018.12.015, "delta score".
"""

import dataclasses
import enum
from collections.abc import Sequence


class Site(enum.IntEnum):
    """A splice-site class, numbered as the rows of a two-track profile."""

    ACCEPTOR = 0
    DONOR = 1


@dataclasses.dataclass(frozen=True, slots=True)
class Kind:
    """A kind of change that a record reports.

    Attributes:
        label: Its short name in records, e.g. `AG` for acceptor gain.
        rows: Rows of a profile that are searched for it.
        sites: Classes of annotated sites that it concerns.
        gain: Whether probability rises.
    """

    label: str
    rows: tuple[int, ...]
    sites: frozenset[Site]
    gain: bool


ACCEPTOR_GAIN = Kind("AG", (Site.ACCEPTOR,), frozenset({Site.ACCEPTOR}), gain=True)
ACCEPTOR_LOSS = Kind("AL", (Site.ACCEPTOR,), frozenset({Site.ACCEPTOR}), gain=False)
DONOR_GAIN = Kind("DG", (Site.DONOR,), frozenset({Site.DONOR}), gain=True)
DONOR_LOSS = Kind("DL", (Site.DONOR,), frozenset({Site.DONOR}), gain=False)
SITE_KINDS: tuple[Kind, ...] = (ACCEPTOR_GAIN, ACCEPTOR_LOSS, DONOR_GAIN, DONOR_LOSS)
"""The four kinds of a two-track profile, in SpliceAI's order."""


def site_agnostic_kinds(rows: Sequence[int]) -> tuple[Kind, Kind]:
    """Return gain and loss over tracks that do not separate acceptors and donors."""
    sites = frozenset(Site)
    return (
        Kind("SG", tuple(rows), sites, gain=True),
        Kind("SL", tuple(rows), sites, gain=False),
    )
