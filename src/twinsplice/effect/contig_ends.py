"""What becomes of a window that needs bases beyond its contig's ends.

Three conventions exist:

- `unknown`: ours, bases beyond the ends are N.
- `refused`: the official SpliceAI program's, no score.
- `cispliceai`: the official CI-SpliceAI program's. It pads at the start and cuts at
  the end, and some of its coordinates are then beside their bases.
"""

import dataclasses

import numpy as np
from jaxtyping import Int64

from twinsplice.effect import windows
from twinsplice.genome import genes


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class View:
    """What is looked at.

    Attributes:
        gene: The gene whose sites are annotated; none outside genes.
        seen: The first base that is seen and the one after the last; none if there
            are no bounds.
        window: Where to look.
    """

    gene: genes.Gene | None
    seen: tuple[int, int] | None
    window: windows.Window


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Overhang:
    """Bases that decide a window's profiles and lie beyond its contig.

    Attributes:
        before: Bases before the contig's start.
        behind: Bases behind its end.
        certain: Whether the contig ends where the reference does. Slices of a
            contig do not say where it ends.
    """

    before: int
    behind: int
    certain: bool


def unknown(view: View, overhang: Overhang) -> View:
    """Take bases beyond the ends for N."""
    del overhang
    return view


def refused(view: View, overhang: Overhang) -> View | None:
    """Refuse what needs any base beyond the ends."""
    return None if overhang.before or overhang.behind else view


def cispliceai(view: View, overhang: Overhang) -> View | None:
    """Do as CI-SpliceAI 1.2.2 does; refuse that at which it stops.

    At the start it pads with N but counts from the contig's first base, so that
    the gene's start and sites stand too far left by the padding. At the end it
    leaves out the outputs that lack context, but masks as if they were there, so
    that what is seen ends too far left by their number.
    """
    if not (overhang.before or overhang.behind):
        return view
    moved = View(
        gene=_moved(view, overhang.before),
        seen=view.seen
        and (view.seen[0] - overhang.before, view.seen[1] - overhang.behind),
        window=dataclasses.replace(
            view.window,
            end=view.window.end - overhang.behind,
            alt_width=view.window.alt_width - overhang.behind,
        ),
    )
    if overhang.behind and not (overhang.certain and _goes_on(moved)):
        return None
    return moved


def _moved(view: View, left: int) -> genes.Gene | None:
    """The gene with its sites moved left; those right of the window are dropped."""

    def kept(sites: Int64[np.ndarray, " sites"]) -> Int64[np.ndarray, " kept"]:
        return sites[sites < view.window.end] - left

    if view.gene is None:
        return None
    return dataclasses.replace(
        view.gene,
        acceptors=kept(view.gene.acceptors),
        donors=kept(view.gene.donors),
    )


def _goes_on(cut: View) -> bool:
    """Whether the program comes through with a window that was cut."""
    window, gene = cut.window, cut.gene
    if cut.seen is not None and cut.seen[1] < cut.seen[0]:
        return False
    # It looks up annotated sites in the outputs that it has left out, too.
    if gene and any(s >= window.end for s in (*gene.acceptors, *gene.donors)):
        return False
    grown = len(window.variant.alt) - len(window.variant.ref)
    # Inserted bases are folded onto POS, which a base must follow.
    first_needed = window.origin + 1 if grown > 0 else window.start
    return window.end > first_needed and window.alt_width >= 0
