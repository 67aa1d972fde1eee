"""Windows that need bases beyond the ends of their contig.

Three conventions exist:

- `unknown`: ours, bases beyond the ends are N.
- `refused`: the official SpliceAI program's, no score.
- `cispliceai`: the official CI-SpliceAI program's. It pads at the start and cuts at
  the end, and some of its coordinates are then beside their bases.
"""

import dataclasses

import numpy as np
from jaxtyping import Bool, Int64

from twinsplice.effect import windows

Integers = Int64[np.ndarray, " rows"]
Flags = Bool[np.ndarray, " rows"]
NO_BOUND = 1 << 40
"""Position beyond every contig; stands for an absent bound of the visible bases."""


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Placement:
    """Windows and visible bases; one row a variant in a gene or on a strand.

    Attributes:
        windows: The searched windows.
        start: First visible base; -`NO_BOUND` without a bound.
        end: The base after the last visible one; `NO_BOUND` without a bound.
        site_shift: Offset added to the positions of annotated sites.
        site_end: Sites from this base on are ignored; applied before the shift.
    """

    windows: windows.Windows
    start: Integers
    end: Integers
    site_shift: Integers
    site_end: Integers

    def take(self, rows: Integers) -> "Placement":
        """Return some rows."""
        return Placement(
            windows=self.windows.take(rows),
            start=self.start[rows],
            end=self.end[rows],
            site_shift=self.site_shift[rows],
            site_end=self.site_end[rows],
        )


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Overhang:
    """Bases beyond the contig that a window's profiles depend on; one row a window.

    Attributes:
        before: Bases before the contig's start.
        behind: Bases behind its end.
        certain: Whether the contig ends where the reference does. Slices of a
            contig do not say where it ends.
        last_site: The last annotated site before the window's end; -`NO_BOUND` where
            there is none.
    """

    before: Integers
    behind: Integers
    certain: Flags
    last_site: Integers


def placed(window: windows.Windows, start: Integers, end: Integers) -> Placement:
    """Return the placement of windows that no end of a contig affects."""
    return Placement(
        windows=window,
        start=start,
        end=end,
        site_shift=np.zeros(len(window), dtype=np.int64),
        site_end=window.end,
    )


def unknown(placement: Placement, overhang: Overhang) -> tuple[Placement, Flags]:
    """Treat bases beyond the ends as N."""
    return placement, np.zeros(len(overhang.before), dtype=bool)


def refused(placement: Placement, overhang: Overhang) -> tuple[Placement, Flags]:
    """Refuse windows that need any base beyond the ends."""
    return placement, (overhang.before > 0) | (overhang.behind > 0)


def cispliceai(placement: Placement, overhang: Overhang) -> tuple[Placement, Flags]:
    """Place windows as CI-SpliceAI 1.2.2 does; refuse those it fails on.

    At the start it pads with N but counts from the contig's first base, so that
    the gene's start and sites are too far left by the padding. At the end it omits
    the outputs that lack context, but masks as if they were there, so that the
    visible bases end too far left by their number.
    """
    uncut = placement.windows
    cut = Placement(
        windows=dataclasses.replace(
            uncut,
            end=uncut.end - overhang.behind,
            alt_width=uncut.alt_width - overhang.behind,
        ),
        start=placement.start - overhang.before,
        end=placement.end - overhang.behind,
        site_shift=-overhang.before,
        site_end=uncut.end,
    )
    completes = overhang.certain & _completes(cut, overhang.last_site)
    return cut, (overhang.behind > 0) & ~completes


def _completes(cut: Placement, last_site: Integers) -> Flags:
    """Whether the program completes on windows that were cut."""
    window = cut.windows
    has_visible_bases = cut.end >= cut.start
    # It looks up annotated sites in the outputs that it has left out, too.
    sites_inside = last_site + cut.site_shift < window.end
    # Inserted bases are folded onto POS, which a base must follow.
    first_needed = np.where(window.grown > 0, window.origin + 1, window.start)
    long_enough = (window.end > first_needed) & (window.alt_width >= 0)
    flags: Flags = has_visible_bases & sites_inside & long_enough
    return flags
