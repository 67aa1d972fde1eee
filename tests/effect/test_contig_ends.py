"""`contig_ends`: known answers of the three conventions; laws are scoring's.

`scoring/test_compat_ends.py` holds what comes of them against a second scorer.
"""

import dataclasses

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from support import replacements
from twinsplice.effect import contig_ends, windows
from twinsplice.genome import variants

NONE = -contig_ends.NO_BOUND
overhangs = st.tuples(st.integers(0, 30), st.integers(0, 30), st.booleans())
Row = tuple[int, int, bool]


def _placement(rows: int, alt: str = "C") -> contig_ends.Placement:
    """Windows from base 90 to 112 about base 100, in a gene from 50 to 150."""
    variant = variants.Variant("1", 100, "A", alt)
    own = windows.join([replacements.window(90, 112, variant)] * rows)
    return contig_ends.placed(
        own, np.full(rows, 50, dtype=np.int64), np.full(rows, 150, dtype=np.int64)
    )


def _overhang(rows: list[Row], last_site: int = NONE) -> contig_ends.Overhang:
    return contig_ends.Overhang(
        before=replacements.integers([before for before, _, _ in rows]),
        behind=replacements.integers([behind for _, behind, _ in rows]),
        certain=np.array([certain for *_, certain in rows], dtype=bool),
        last_site=np.full(len(rows), last_site, dtype=np.int64),
    )


def _numbers(placement: contig_ends.Placement) -> dict[str, list[int]]:
    names = ("start", "end", "site_shift", "site_end")
    own = {name: getattr(placement, name).tolist() for name in names}
    window = {
        f"window {name}": getattr(placement.windows, name).tolist()
        for name in ("start", "end", "alt_width", "origin")
    }
    return own | window


def test_away_from_the_ends_nothing_is_moved() -> None:
    placement = _placement(2)
    assert placement.site_shift.tolist() == [0, 0]
    assert placement.site_end.tolist() == placement.windows.end.tolist() == [112, 112]
    overhang = _overhang([(0, 0, True), (0, 0, False)])
    for convention in (
        contig_ends.unknown,
        contig_ends.refused,
        contig_ends.cispliceai,
    ):
        there, refused = convention(placement, overhang)
        assert _numbers(there) == _numbers(placement)
        assert not refused.any()


@given(rows=st.lists(overhangs, min_size=1, max_size=6))
def test_ours_takes_all_and_spliceai_s_nothing_beyond_the_ends(
    rows: list[Row],
) -> None:
    placement, overhang = _placement(len(rows)), _overhang(rows)
    ours, none_refused = contig_ends.unknown(placement, overhang)
    theirs, refused = contig_ends.refused(placement, overhang)
    assert _numbers(ours) == _numbers(theirs) == _numbers(placement)
    assert not none_refused.any()
    assert refused.tolist() == [before + behind > 0 for before, behind, _ in rows]


def test_cispliceai_counts_from_the_contig_s_first_base() -> None:
    placement = _placement(2)
    moved, refused = contig_ends.cispliceai(
        placement, _overhang([(7, 0, True), (0, 0, True)])
    )
    assert not refused.any()
    assert moved.start.tolist() == [43, 50]
    assert moved.end.tolist() == [150, 150]
    assert moved.site_shift.tolist() == [-7, 0]
    # Sites are those within the window as it was, and the window stays.
    assert moved.site_end.tolist() == moved.windows.end.tolist() == [112, 112]


def test_cispliceai_leaves_out_outputs_at_the_end() -> None:
    moved, refused = contig_ends.cispliceai(
        _placement(2), _overhang([(0, 5, True), (3, 5, True)])
    )
    assert not refused.any()
    assert moved.windows.end.tolist() == [107, 107]
    assert moved.windows.alt_width.tolist() == [17, 17]
    assert moved.start.tolist() == [50, 47]
    assert moved.end.tolist() == [145, 145]
    assert moved.site_end.tolist() == [112, 112]


def test_cispliceai_stops_where_its_program_would() -> None:
    def refused(rows: list[Row], last_site: int = NONE, alt: str = "C") -> list[bool]:
        placement = _placement(len(rows), alt)
        flags = contig_ends.cispliceai(placement, _overhang(rows, last_site))[1]
        return [bool(flag) for flag in flags]

    # A slice of a contig does not say where it ends, but where it begins.
    assert refused([(0, 5, False), (5, 0, False)]) == [True, False]
    # An annotated site among the outputs that it left out; it looks that up, too.
    assert refused([(0, 5, True)], last_site=106) == [False]
    assert refused([(0, 5, True)], last_site=107) == [True]
    assert refused([(1, 5, True)], last_site=107) == [False]
    # No output is left; an inserted base needs one behind POS.
    assert refused([(0, 21, True), (0, 22, True)]) == [False, True]
    assert refused([(0, 10, True), (0, 11, True)], alt="CC") == [False, True]


def test_cispliceai_stops_where_it_sees_nothing() -> None:
    placement = dataclasses.replace(_placement(2), end=replacements.integers([55, 54]))
    _, refused = contig_ends.cispliceai(
        placement, _overhang([(0, 5, True), (0, 5, True)])
    )
    assert refused.tolist() == [False, True]
