"""What a network may see at each query: views of contigs, shared where they agree."""

import functools

import numpy as np
from jaxtyping import Bool, Int64

from twinsplice.effect import contig_ends, windows
from twinsplice.genome import coordinates, sequence_views
from twinsplice.scoring import contigs

Integers = Int64[np.ndarray, " rows"]
Flags = Bool[np.ndarray, " rows"]


def read(window: windows.Windows, context: int) -> tuple[Integers, Integers]:
    """Return the interval of bases that windows' profiles depend on.

    Args:
        window: The windows.
        context: Bases a network reads each side of an output (bp).
    """
    end = np.maximum(window.end, window.start + window.alt_width - window.grown)
    return window.start - context, end + context


def of_windows(
    source: contigs.Contigs,
    contig: Integers,
    minus: Flags,
    placement: contig_ends.Placement,
    *,
    context: int,
    concrete: bool,
) -> tuple[tuple[sequence_views.SequenceView, ...], Integers]:
    """Return the views of some windows, and the number of each window's view.

    Args:
        source: The reference's contigs.
        contig: Number of each window's contig.
        minus: Whether the minus strand is read.
        placement: The windows, and what is visible at each.
        context: Bases a network reads each side of an output (bp).
        concrete: Whether an ambiguous base is read as one of those it stands for.
    """
    first, last = read(placement.windows, context)
    # If no network output depends on the gene's ends, its view is unbounded, and
    # shares reference passes with overlapping genes.
    unbounded = (placement.start <= first) & (last <= placement.end)
    start = np.where(unbounded, -contig_ends.NO_BOUND, placement.start)
    end = np.where(unbounded, contig_ends.NO_BOUND, placement.end)
    keys = zip(*(part.tolist() for part in (contig, minus, start, end)), strict=True)
    number_of: dict[tuple[int, bool, int, int], int] = {}
    view = [number_of.setdefault(key, len(number_of)) for key in keys]
    views = tuple(_view(source, key, concrete=concrete) for key in number_of)
    return views, np.array(view, dtype=np.int64)


def _view(
    source: contigs.Contigs, key: tuple[int, bool, int, int], *, concrete: bool
) -> sequence_views.SequenceView:
    number, minus, start, end = key
    bounded = abs(start) < contig_ends.NO_BOUND
    name = source.names[number]
    return sequence_views.SequenceView(
        name,
        coordinates.Strand.MINUS if minus else coordinates.Strand.PLUS,
        start if bounded else None,
        end if bounded else None,
        functools.partial(source.reference.codes, name, concrete=concrete),
    )
