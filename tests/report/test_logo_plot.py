"""The picture of an explanation, and its columns."""

import dataclasses
import pathlib

import numpy as np
import pytest

from support import explained
from twinsplice.effect import contributions
from twinsplice.report import explanation_columns, logo_plot

LOG_ODDS = contributions.Scale.LOG_ODDS


def test_sequences_are_aligned_as_they_are_read() -> None:
    found = explained.insertion()
    (row,) = explanation_columns.rows(found, LOG_ODDS)
    ref, alt = ("".join(side.letters) for side in row.sides)
    gap = explanation_columns.GAP
    # Read from the minus strand, the inserted bases stand before base 10.
    assert ref == "TTTTT" + gap * 2 + "GGGGG"
    assert alt == "TTTTTCAGGGGG"
    assert [position for position, _ in row.places] == [
        *(14, 13, 12, 11, 10),
        *(9, 9),
        *(9, 8, 7, 6, 5),
    ]
    assert [number for _, number in row.places][5:7] == [2, 1]
    assert np.isnan(row.sides[0].heights[5:7]).all()


@pytest.mark.parametrize("most", [3, 5, 6, 11, 12])
def test_long_rows_are_broken_into_as_few_as_there_may_be(most: int) -> None:
    rows = explanation_columns.rows(explained.insertion(), LOG_ODDS, most)
    widths = [len(row.places) for row in rows]
    assert sum(widths) == 12
    assert max(widths) <= most
    assert len(widths) == -(-12 // most)


def test_what_lies_apart_is_in_rows_of_its_own() -> None:
    found = explained.insertion()
    moved = found.reference.position.copy()
    moved[:3] += 100
    apart = dataclasses.replace(
        found,
        reference=dataclasses.replace(found.reference, position=moved),
        alternate=dataclasses.replace(
            found.alternate, position=np.r_[moved[:5], 9, 9, moved[5:]]
        ),
    )
    rows = explanation_columns.rows(apart, LOG_ODDS)
    assert [len(row.places) for row in rows] == [3, 9]


def test_it_says_what_is_explained() -> None:
    sheet = logo_plot.drawn(explained.insertion(), LOG_ODDS)
    words = [text.get_text() for text in sheet.texts]
    assert words[0] == "chr1:10 A>ACT, G (minus strand)"
    assert words[2] == (
        "donor at 11, gained: 0.60 (probability 0.20 in the reference, 0.80 in the "
        "alternate)"
    )
    marks = [text.get_text() for panel in sheet.axes for text in panel.texts]
    assert marks.count("donor") == 1


def test_equal_explanations_make_equal_bytes(tmp_path: pathlib.Path) -> None:
    paths = [tmp_path / f"{number}.svg" for number in range(2)]
    for path in paths:
        logo_plot.write(explained.insertion(), LOG_ODDS, path)
    assert paths[0].read_bytes() == paths[1].read_bytes()
