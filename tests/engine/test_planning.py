"""`planning`: cones, tiles and batches hold what is asked, within their limits."""

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from support import replacements
from twinsplice.effect import windows
from twinsplice.engine import planning
from twinsplice.genome import coordinates, sequence_views, variants

CODES = np.zeros(1_000, dtype=np.uint8)
VIEWS = [
    sequence_views.of_sequence(name, CODES, strand)
    for name in ("one", "two")
    for strand in coordinates.Strand
]
Asked = tuple[int, variants.Variant, int, int]
"""The view, the variant, and bases of the window before and after its start."""


@st.composite
def asked(draw: st.DrawFn) -> Asked:
    """A variant that may go on beyond its window, but begins in it."""
    alleles = st.text("ACGT", max_size=20)
    variant = variants.Variant(
        "1", draw(st.integers(0, 900)), draw(alleles), draw(alleles)
    )
    around = st.integers(0, 15)
    return draw(st.integers(0, len(VIEWS) - 1)), variant, draw(around), draw(around)


several = st.lists(asked(), min_size=1, max_size=12)


def _cones(rows: list[Asked]) -> tuple[planning.Cones, windows.Windows]:
    own = windows.join(
        [
            replacements.window(
                variant.start - before,
                variant.start + 1 + after,
                variant,
                # As many as the window has, behind the new bases too.
                before + len(variant.alt) + after,
            )
            for _, variant, before, after in rows
        ]
    )
    view = replacements.integers([number for number, *_ in rows])
    return planning.cones(VIEWS, view, own), own


def _read(base: int, *, minus: bool) -> int:
    """A base's position in the direction of reading."""
    return -base - 1 if minus else base


# Cones.


@given(rows=several)
def test_cones_read_all_of_both_windows(rows: list[Asked]) -> None:
    cones, own = _cones(rows)
    for row, (number, variant, before, after) in enumerate(rows):
        minus = VIEWS[number].minus
        assert (cones.view[row], cones.minus[row]) == (number, minus)
        first, end = cones.first[row], cones.end[row]
        window = range(int(own.start[row]), int(own.end[row]))
        assert all(first <= _read(base, minus=minus) < end for base in window)
        # The first replaced base as read; the one behind the gap that is filled.
        bases = [_read(base, minus=minus) for base in range(variant.start, variant.end)]
        behind = _read(variant.start - minus, minus=minus)
        assert cones.start[row] == min(bases, default=behind)
        # Of the alternate: what is before the new bases, they themselves, and the rest.
        left, right = (after, before) if minus else (before, after)
        assert cones.left[row] >= left
        assert cones.right[row] >= right
        assert cones.new[row] >= max(len(variant.alt), 1)
        assert cones.shift[row] == len(variant.ref) - len(variant.alt)
        # What a cone starts from and ends at is read of the reference.
        assert first <= cones.start[row] - cones.left[row]
        reached = cones.start[row] + cones.shift[row] + cones.new[row]
        assert end >= reached + cones.right[row]


@given(rows=several)
def test_substitutions_of_one_base_in_windows_of_one_width_have_one_shape(
    rows: list[Asked],
) -> None:
    single = [
        (number, variants.Variant("1", variant.start, "A", "C"), 7, 7)
        for number, variant, _, _ in rows
    ]
    cones, _ = _cones(single)
    every = np.arange(len(single))
    ((shape, members),) = planning.by_shape(cones, every)
    assert shape == (7, 1, 7)
    assert sorted(members.tolist()) == every.tolist()


@given(rows=several, data=st.data())
def test_cones_of_one_shape_go_together_and_no_others(
    rows: list[Asked], data: st.DataObject
) -> None:
    cones, _ = _cones(rows)
    some = data.draw(st.lists(st.integers(0, len(rows) - 1), min_size=1, unique=True))
    chosen = replacements.integers(some)
    groups = list(planning.by_shape(cones, chosen))
    places = np.concatenate([members for _, members in groups])
    assert sorted(places.tolist()) == list(range(len(some)))
    assert len({shape for shape, _ in groups}) == len(groups)
    for shape, members in groups:
        for row in chosen[members]:
            assert (cones.left[row], cones.new[row], cones.right[row]) == shape


# Tiles.

flanks = st.integers(0, 120)
lengths = st.integers(1, 400)


@given(rows=several, flank=flanks, longest=lengths)
def test_each_cone_lies_in_one_tile_of_its_view(
    rows: list[Asked], flank: int, longest: int
) -> None:
    cones, _ = _cones(rows)
    tiles = list(planning.tiles(cones.view, cones.first, cones.end, flank, longest))
    members = np.concatenate([tile.rows for tile in tiles])
    assert sorted(members.tolist()) == list(range(len(rows)))
    for tile in tiles:
        assert (cones.view[tile.rows] == tile.view).all()
        assert tile.first == cones.first[tile.rows].min()
        assert tile.end == cones.end[tile.rows].max()
        assert tile.outputs == tile.end - tile.first
        assert len(tile.rows) == 1 or tile.outputs <= longest


@given(rows=several, flank=flanks)
def test_cones_share_a_tile_where_bases_between_cost_less_than_flanks(
    rows: list[Asked], flank: int
) -> None:
    cones, _ = _cones(rows)
    tiles = list(planning.tiles(cones.view, cones.first, cones.end, flank, 10_000))
    for tile in tiles:
        # No base between two cones of a tile is farther from them than allowed.
        reads = sorted(zip(cones.first[tile.rows], cones.end[tile.rows], strict=True))
        reached = reads[0][1]
        for first, end in reads:
            assert first - reached <= flank
            reached = max(reached, end)
    for one, other in itertools.combinations(tiles, 2):
        if one.view == other.view:
            low, high = sorted([one, other], key=lambda tile: tile.first)
            assert high.first - low.end > flank


def test_no_cones_have_no_tiles() -> None:
    none = replacements.integers([])
    cones = planning.cones(VIEWS, none, windows.join([]))
    assert not list(planning.tiles(cones.view, cones.first, cones.end, 5, 100))


# Batches.


@given(
    outputs=st.lists(st.integers(1, 300), max_size=15),
    context=st.integers(0, 100),
    limit=st.integers(1, 2_000),
)
def test_batches_are_of_like_tiles_within_the_limit(
    outputs: list[int], context: int, limit: int
) -> None:
    made = [
        planning.ReferenceTile(0, 7, 7 + length, replacements.integers([row]))
        for row, length in enumerate(outputs)
    ]
    batches = list(planning.batches(iter(made), context, limit))
    rows = [int(tile.rows[0]) for batch in batches for tile in batch]
    assert sorted(rows) == list(range(len(outputs)))
    lengths = [[context + tile.outputs for tile in batch] for batch in batches]
    for batch in lengths:
        assert len(batch) == 1 or max(batch) * len(batch) <= limit
        # No tile computes a tenth more than it asks for, and the longest come first.
        assert max(batch) <= 1.1 * min(batch)
        assert max(batch) == batch[0]
    assert [batch[0] for batch in lengths] == sorted(
        (batch[0] for batch in lengths), reverse=True
    )
