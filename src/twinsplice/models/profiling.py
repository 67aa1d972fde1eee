"""Reference and alternate profiles of many variants at once.

Variants that lie near each other in the same stretch of sequence share one
reference pass, whatever their number and alleles; their cones run in batches.
`plan` decides what shares, `run` computes. Coordinates are those of an area's
contig, plus strand; profiles are too, whichever strand was read.
"""

import dataclasses
import itertools
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import torch
from jaxtyping import Float32, UInt8
from torch import Tensor

from twinsplice.genome import coordinates, dna
from twinsplice.models import incremental, stages

_BUCKET = 8
"""Alternate alleles are batched by length, rounded up to a multiple of this."""
_CPU_POSITIONS = 40_000
"""Positions in a batch of cones on a CPU; more than its caches hold is slower."""
_CPU_STRETCHES = 80_000
"""Positions in a batch of reference passes, likewise; cones want company, too.

One stretch keeps to it as well: else dense variants would take all the memory there is.
"""


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
class Profiles:
    """What the networks say of one query, plus strand.

    Attributes:
        ref: Reference profile from `window_start`.
        alt: Alternate profile from the same base, in the changed sequence's bases.
    """

    ref: Float32[np.ndarray, "tracks width"]
    alt: Float32[np.ndarray, "tracks alt_width"]


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Ensemble:
    """Networks whose mean is wanted, on one device.

    Attributes:
        networks: Members with the same context.
        rows: For each member, the rows of the profile its tracks belong to.
        tracks: Rows of a profile.
        device: Where they are.
        memory: Bytes that a batch of reference passes and cones may take.
    """

    networks: tuple[stages.Network, ...]
    rows: tuple[tuple[int, ...], ...]
    tracks: int
    device: torch.device
    memory: int

    @property
    def context(self) -> int:
        """Bases read to each side of an output."""
        return self.networks[0].context

    @property
    def divisors(self) -> Float32[np.ndarray, " tracks"]:
        """How many members each row is the mean of."""
        return np.bincount(
            np.concatenate([np.asarray(rows) for rows in self.rows]),
            minlength=self.tracks,
        ).astype(np.float32)


@dataclasses.dataclass(frozen=True, eq=False, slots=True)
class _Cone:
    """A query in the coordinates of its area's read direction.

    A minus-strand area is read backwards: position `x` there is base `-x - 1`.
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
class _Stretch:
    """Outputs `first` to `end` of one area, and the cones that read them."""

    area: int
    first: int
    end: int
    cones: tuple[_Cone, ...]

    @property
    def outputs(self) -> int:
        return self.end - self.first


def _silent(done: float) -> None:
    del done


def run(
    ensemble: Ensemble,
    areas: Sequence[Area],
    queries: Sequence[Query],
    advance: Callable[[float], None] = _silent,
) -> list[Profiles]:
    """Return the profiles of every query, in order.

    Args:
        ensemble: Networks to average.
        areas: What the queries' `area` counts.
        queries: Any number, in any order.
        advance: Called with the number of queries done since the last call.
    """
    found: list[Profiles | None] = [None] * len(queries)
    for batch in _batches(ensemble, _plan(ensemble, areas, queries)):
        for index, profiles in _profile(ensemble, areas, queries, batch, advance):
            found[index] = profiles
    return [profiles for profiles in found if profiles is not None]


def _cone(index: int, query: Query, strand: coordinates.Strand, reach: int) -> _Cone:
    """Orient a query and widen it to a shape that many share."""
    before = query.start - query.window_start
    after = query.alt_width - before - len(query.alt)
    start, left, right = query.start, before, after
    if strand is coordinates.Strand.MINUS:
        start, left, right = -(query.start + query.ref_length), after, before
    length = len(query.alt)
    new = 1 if length <= 1 else -(-length // _BUCKET) * _BUCKET
    return _Cone(
        index=index,
        area=query.area,
        start=start,
        new=new,
        shift=query.ref_length - length,
        left=max(left, reach),
        right=max(right, reach),
        reverse=strand is coordinates.Strand.MINUS,
    )


def _plan(
    ensemble: Ensemble, areas: Sequence[Area], queries: Sequence[Query]
) -> Iterator[_Stretch]:
    """Cut areas into stretches: near cones share one, distant ones do not.

    Bases between two cones are worth computing as long as they cost less than the
    flanks of another stretch would.
    """
    network = ensemble.networks[0]
    longest = max(_positions(ensemble) - 2 * network.context, 1)
    spans = []
    for i, query in enumerate(queries):
        cone = _cone(i, query, areas[query.area].strand, query.width // 2)
        spans.append((*_outermost(query, cone), cone))
    spans.sort(key=lambda span: (span[2].area, span[0]))
    for area, members in itertools.groupby(spans, key=lambda span: span[2].area):
        held: list[_Cone] = []
        first = end = 0
        for cone_first, cone_end, cone in members:
            far = cone_first - end > network.flank_positions
            if held and (far or max(end, cone_end) - first > longest):
                yield _Stretch(area, first, end, tuple(held))
                held = []
            if not held:
                first = end = cone_first
            held.append(cone)
            end = max(end, cone_end)
        yield _Stretch(area, first, end, tuple(held))


def _outermost(query: Query, cone: _Cone) -> tuple[int, int]:
    """Outputs that a cone or its reference profile reads, from first to end."""
    first, end = query.window_start, query.window_start + query.width
    if cone.reverse:
        first, end = -end, -first
    return min(first, cone.first), max(end, cone.end)


def _positions(ensemble: Ensemble) -> int:
    """Positions whose reference passes fit into half the memory, and CPU's caches."""
    each = max(network.bytes_per_position for network in ensemble.networks)
    most = max(ensemble.memory // (2 * each), 1)
    return min(most, _CPU_STRETCHES) if ensemble.device.type == "cpu" else most


def _batches(
    ensemble: Ensemble, stretches: Iterator[_Stretch]
) -> Iterator[list[_Stretch]]:
    """Group stretches of about one length, up to the memory allowed.

    The longest come first: what they leave of the heap serves all the others.
    """
    limit = _positions(ensemble)
    context = 2 * ensemble.context
    by_length = sorted(stretches, key=lambda stretch: -stretch.outputs)
    held: list[_Stretch] = []
    for stretch in by_length:
        length = context + stretch.outputs
        longest = context + held[0].outputs if held else length
        if held and (longest > 1.1 * length or longest * (len(held) + 1) > limit):
            yield held
            held = []
        held.append(stretch)
    if held:
        yield held


def _profile(
    ensemble: Ensemble,
    areas: Sequence[Area],
    queries: Sequence[Query],
    batch: Sequence[_Stretch],
    advance: Callable[[float], None],
) -> Iterator[tuple[int, Profiles]]:
    """Run all members over a batch of stretches and the cones on them."""
    outputs = max(stretch.outputs for stretch in batch)
    codes = np.stack([_codes(ensemble, areas, s, outputs) for s in batch])
    sequence = _one_hot(codes, ensemble.device)
    groups = _groups(ensemble, queries, batch, codes)
    ref = np.zeros((len(batch), outputs, ensemble.tracks), dtype=np.float32)
    alts = [
        np.zeros(
            (len(cones), sum(cones[0][1].shape), ensemble.tracks), dtype=np.float32
        )
        for cones, _ in groups
    ]
    for network, rows in zip(ensemble.networks, ensemble.rows, strict=True):
        state = incremental.reference(network, sequence)
        ref[:, :, rows] += state.profile.cpu().numpy()
        for (_, edits), alt in zip(groups, alts, strict=True):
            alt[:, :, rows] += incremental.alternate(state, edits).cpu().numpy()
            advance(len(alt) / len(ensemble.networks))
        del state
    ref /= ensemble.divisors
    for (cones, _), alt in zip(groups, alts, strict=True):
        means = alt / ensemble.divisors
        for (row, cone), profile in zip(cones, means, strict=True):
            first = batch[row].first
            yield cone.index, _cut(queries[cone.index], cone, ref[row], first, profile)


def _codes(
    ensemble: Ensemble, areas: Sequence[Area], stretch: _Stretch, outputs: int
) -> UInt8[np.ndarray, " length"]:
    """Bases of a stretch and its contexts, in the direction of reading."""
    first = stretch.first - ensemble.context
    end = stretch.first + outputs + ensemble.context
    area = areas[stretch.area]
    if area.strand is coordinates.Strand.MINUS:
        return dna.reverse_complement(area.fetch(-end, -first))
    return area.fetch(first, end)


def _one_hot(codes: UInt8[np.ndarray, "batch length"], device: torch.device) -> Tensor:
    table = torch.eye(5, 4, device=device)
    return table[torch.from_numpy(codes).to(device).long()]


def _groups(
    ensemble: Ensemble,
    queries: Sequence[Query],
    batch: Sequence[_Stretch],
    codes: UInt8[np.ndarray, "batch length"],
) -> list[tuple[list[tuple[int, _Cone]], incremental.Edits]]:
    """Cones of one shape in batches, each with the row of its stretch."""
    rows = [(row, cone) for row, s in enumerate(batch) for cone in s.cones]
    rows.sort(key=lambda pair: (pair[1].shape, pair[0], pair[1].start))
    groups = []
    for shape, members in itertools.groupby(rows, key=lambda pair: pair[1].shape):
        cones, size = list(members), _batch_size(ensemble, shape)
        for at in range(0, len(cones), size):
            part = cones[at : at + size]
            groups.append((part, _edits(ensemble, queries, batch, codes, part)))
    return groups


def _batch_size(ensemble: Ensemble, shape: tuple[int, int, int]) -> int:
    """Cones whose widest values fit into an eighth of the memory, and a CPU's cache."""
    network = ensemble.networks[0]
    reaches = zip(network.radius, network.margin, strict=True)
    widest = sum(shape) + 2 * max(min(radius, margin) for radius, margin in reaches)
    positions = ensemble.memory // (8 * 4 * max(network.channels))
    if ensemble.device.type == "cpu":
        positions = min(positions, _CPU_POSITIONS)
    return max(positions // widest, 1)


def _edits(
    ensemble: Ensemble,
    queries: Sequence[Query],
    batch: Sequence[_Stretch],
    codes: UInt8[np.ndarray, "batch length"],
    cones: Sequence[tuple[int, _Cone]],
) -> incremental.Edits:
    """The engine's form of a batch of cones."""
    starts = [cone.start - batch[row].first + ensemble.context for row, cone in cones]
    bases = np.empty((len(cones), cones[0][1].new), dtype=np.uint8)
    for i, ((row, cone), start) in enumerate(zip(cones, starts, strict=True)):
        alt = queries[cone.index].alt
        if cone.reverse:
            alt = dna.reverse_complement(alt)
        after = start + cone.shift + len(alt)
        bases[i, : len(alt)] = alt
        bases[i, len(alt) :] = codes[row, after : after + cone.new - len(alt)]
    device = ensemble.device
    return incremental.Edits(
        stretch=torch.tensor([row for row, _ in cones], device=device),
        start=torch.tensor(starts, device=device),
        shift=torch.tensor([cone.shift for _, cone in cones], device=device),
        bases=_one_hot(bases, device),
        left=cones[0][1].left,
        right=cones[0][1].right,
    )


def _cut(
    query: Query,
    cone: _Cone,
    ref: Float32[np.ndarray, "outputs tracks"],
    first: int,
    alt: Float32[np.ndarray, "positions tracks"],
) -> Profiles:
    """Cut a query's two profiles out of what was computed; plus strand."""
    begin = query.window_start
    if cone.reverse:
        begin = -(query.window_start + query.width)
    ref = ref[begin - first : begin - first + query.width]
    before = query.start - query.window_start
    if cone.reverse:
        before = query.alt_width - before - len(query.alt)
    alt = alt[cone.left - before : cone.left - before + query.alt_width]
    if cone.reverse:
        ref, alt = ref[::-1], alt[::-1]
    return Profiles(np.ascontiguousarray(ref.T), np.ascontiguousarray(alt.T))
