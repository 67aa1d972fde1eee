"""What becomes of a window that needs bases beyond its contig's ends.

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
"""Position that no contig reaches: bounds of what is seen, where there are none."""


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Placement:
    """What is looked at; one row a variant in a gene, or on a strand outside genes.

    Attributes:
        windows: Where to look.
        start: The first base that is seen; -`NO_BOUND` if there is no bound.
        end: The base after the last; `NO_BOUND` if there is no bound.
        site_shift: What is added to the positions of annotated sites.
        site_end: Sites from this base on are disregarded, before they are shifted.
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
    """Bases that decide a window's profiles and lie beyond its contig; one row each.

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


def placed(of: windows.Windows, start: Integers, end: Integers) -> Placement:
    """Return windows as they are placed away from a contig's ends."""
    return Placement(
        windows=of,
        start=start,
        end=end,
        site_shift=np.zeros(len(of), dtype=np.int64),
        site_end=of.end,
    )


def unknown(placement: Placement, overhang: Overhang) -> tuple[Placement, Flags]:
    """Take bases beyond the ends for N."""
    return placement, np.zeros(len(overhang.before), dtype=bool)


def refused(placement: Placement, overhang: Overhang) -> tuple[Placement, Flags]:
    """Refuse what needs any base beyond the ends."""
    return placement, (overhang.before > 0) | (overhang.behind > 0)


def cispliceai(placement: Placement, overhang: Overhang) -> tuple[Placement, Flags]:
    """Do as CI-SpliceAI 1.2.2 does; refuse that at which it stops.

    At the start it pads with N but counts from the contig's first base, so that
    the gene's start and sites stand too far left by the padding. At the end it
    leaves out the outputs that lack context, but masks as if they were there, so
    that what is seen ends too far left by their number.
    """
    whole = placement.windows
    moved = Placement(
        windows=dataclasses.replace(
            whole,
            end=whole.end - overhang.behind,
            alt_width=whole.alt_width - overhang.behind,
        ),
        start=placement.start - overhang.before,
        end=placement.end - overhang.behind,
        site_shift=-overhang.before,
        site_end=whole.end,
    )
    goes_on = overhang.certain & _goes_on(moved, overhang.last_site)
    return moved, (overhang.behind > 0) & ~goes_on


def _goes_on(cut: Placement, last_site: Integers) -> Flags:
    """Whether the program comes through with windows that were cut."""
    window = cut.windows
    sees_something = cut.end >= cut.start
    # It looks up annotated sites in the outputs that it has left out, too.
    sites_inside = last_site + cut.site_shift < window.end
    # Inserted bases are folded onto POS, which a base must follow.
    first_needed = np.where(window.grown > 0, window.origin + 1, window.start)
    long_enough = (window.end > first_needed) & (window.alt_width >= 0)
    flags: Flags = sees_something & sites_inside & long_enough
    return flags
