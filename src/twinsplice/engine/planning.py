"""Which variants share a reference pass: stretches of an area, and cones on them.

Variants that lie near each other in the same stretch of sequence share one reference
pass, whatever their number and alleles. Coordinates are those of an area's contig,
plus strand, but of cones and stretches: those are in the direction of reading.
"""

import dataclasses
import itertools
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from jaxtyping import UInt8

from twinsplice.effect import windows
from twinsplice.genome import coordinates, dna

_BUCKET = 8
"""Alternate alleles are batched by length, rounded up to a multiple of this."""


@dataclasses.dataclass(frozen=True, eq=False, slots=True)
class Area:
    """A stretch of a contig that networks may see, and the strand they read.

    Attributes:
        strand: The strand that is read.
        fetch: Codes of bases `start` to `end` (plus strand), unknown where they
            must not be seen.
    """

    strand: coordinates.Strand
    fetch: Callable[[int, int], UInt8[np.ndarray, " width"]]


@dataclasses.dataclass(frozen=True, eq=False, slots=True)
class Query:
    """One replacement whose two profiles are wanted.

    Attributes:
        area: Index of its area.
        start: First base that is replaced.
        ref_length: Number of bases replaced.
        alt: Codes of the new bases, plus strand.
        window_start: First base of both profiles.
        width: Bases of the reference profile.
        alt_width: Bases of the alternate profile.
    """

    area: int
    start: int
    ref_length: int
    alt: UInt8[np.ndarray, " new"]
    window_start: int
    width: int
    alt_width: int


@dataclasses.dataclass(frozen=True, eq=False, slots=True)
class Cone:
    """A query in the coordinates of its area's read direction.

    A minus-strand area is read backwards: position `x` there is base `-x - 1`.

    Attributes:
        index: Which query it is.
        area: Index of its area.
        start: First base that is replaced.
        new: Bases of the new allele, rounded up with those that follow it.
        shift: By how many bases the change shortens the sequence.
        left: Outputs wanted before the new bases.
        right: Outputs wanted after them.
        reverse: Whether it is read from the minus strand.
    """

    index: int
    area: int
    start: int
    new: int
    shift: int
    left: int
    right: int
    reverse: bool

    @property
    def shape(self) -> tuple[int, int, int]:
        """Cones of one shape can share a batch."""
        return self.left, self.new, self.right

    @property
    def first(self) -> int:
        """The first reference output that the cone reads."""
        return self.start - self.left

    @property
    def end(self) -> int:
        """The output after the last that it reads."""
        return self.start + self.shift + self.new + self.right


@dataclasses.dataclass(frozen=True, eq=False, slots=True)
class Stretch:
    """Outputs of one area, and the cones that read them.

    Attributes:
        area: Index of the area.
        first: The first output.
        end: The output after the last.
        cones: The cones.
    """

    area: int
    first: int
    end: int
    cones: tuple[Cone, ...]

    @property
    def outputs(self) -> int:
        """How many there are."""
        return self.end - self.first


def query(window: windows.Window, area: int) -> Query:
    """Return what networks are asked about a window of an area.

    Args:
        window: The window.
        area: Index of its area.
    """
    return Query(
        area=area,
        start=window.variant.start,
        ref_length=len(window.variant.ref),
        alt=dna.encode(window.variant.alt),
        window_start=window.start,
        width=window.width,
        alt_width=window.alt_width,
    )


def plan(
    areas: Sequence[Area], queries: Sequence[Query], flank: int, longest: int
) -> Iterator[Stretch]:
    """Cut areas into stretches: near cones share one, distant ones do not.

    Bases between two cones are worth computing as long as they cost less than the
    flanks of another stretch would.

    Args:
        areas: What the queries' `area` counts.
        queries: Any number, in any order.
        flank: Positions that the flanks of a stretch cost.
        longest: Most outputs of a stretch, unless one cone alone needs more.
    """
    spans = []
    for i, query in enumerate(queries):
        cone = _cone(i, query, areas[query.area].strand, query.width // 2)
        spans.append((*_outermost(query, cone), cone))
    spans.sort(key=lambda span: (span[2].area, span[0]))
    for area, members in itertools.groupby(spans, key=lambda span: span[2].area):
        held: list[Cone] = []
        first = end = 0
        for cone_first, cone_end, cone in members:
            far = cone_first - end > flank
            if held and (far or max(end, cone_end) - first > longest):
                yield Stretch(area, first, end, tuple(held))
                held = []
            if not held:
                first = end = cone_first
            held.append(cone)
            end = max(end, cone_end)
        yield Stretch(area, first, end, tuple(held))


def batches(
    stretches: Iterator[Stretch], context: int, limit: int
) -> Iterator[list[Stretch]]:
    """Group stretches of about one length.

    The longest come first: what they leave of the heap serves all the others.

    Args:
        stretches: Any number, in any order.
        context: Positions that a stretch has besides its outputs.
        limit: Most positions of a group, unless one stretch alone has more.
    """
    by_length = sorted(stretches, key=lambda stretch: -stretch.outputs)
    held: list[Stretch] = []
    for stretch in by_length:
        length = context + stretch.outputs
        longest = context + held[0].outputs if held else length
        if held and (longest > 1.1 * length or longest * (len(held) + 1) > limit):
            yield held
            held = []
        held.append(stretch)
    if held:
        yield held


def _cone(index: int, query: Query, strand: coordinates.Strand, reach: int) -> Cone:
    """Orient a query and widen it to a shape that many share."""
    before = query.start - query.window_start
    after = query.alt_width - before - len(query.alt)
    start, left, right = query.start, before, after
    if strand is coordinates.Strand.MINUS:
        start, left, right = -(query.start + query.ref_length), after, before
    length = len(query.alt)
    new = 1 if length <= 1 else -(-length // _BUCKET) * _BUCKET
    return Cone(
        index=index,
        area=query.area,
        start=start,
        new=new,
        shift=query.ref_length - length,
        left=max(left, reach),
        right=max(right, reach),
        reverse=strand is coordinates.Strand.MINUS,
    )


def _outermost(query: Query, cone: Cone) -> tuple[int, int]:
    """Outputs that a cone or its reference profile reads, from first to end."""
    first, end = query.window_start, query.window_start + query.width
    if cone.reverse:
        first, end = -end, -first
    return min(first, cone.first), max(end, cone.end)
