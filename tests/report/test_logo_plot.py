"""The picture of an explanation, and its columns."""

import dataclasses
import pathlib

import numpy as np
import pytest
from matplotlib import colors

from support import explained, pictures
from twinsplice.effect import contributions
from twinsplice.genome import coordinates, transcripts
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
    assert (
        "donor at 11, gained: 0.60 (probability 0.20 in the reference, 0.80 in the "
        "alternate)"
    ) in " ".join(words)
    marks = [text.get_text() for panel in sheet.axes for text in panel.texts]
    assert marks.count("donor") == 1


def test_it_says_which_way_it_is_read() -> None:
    words = pictures.words(logo_plot.drawn(explained.insertion(), LOG_ODDS))
    assert "position on chr1 (bp), 5' to 3' of the minus strand" in words


@pytest.mark.parametrize("minus", [False, True])
@pytest.mark.parametrize(
    ("exon", "covered"), [((5, 10), False), ((10, 15), False), ((5, 15), True)]
)
def test_inserted_bases_are_of_an_exon_that_goes_on_behind_them(
    exon: tuple[int, int], *, minus: bool, covered: bool
) -> None:
    """Shade and box agree: at an exon's edge both stop before what is inserted."""
    found = explained.insertion()  # Between bases 9 and 10, counted from 0.
    transcript = transcripts.Transcript(
        name="NM_1.1",
        gene="G",
        contig="1",
        strand=coordinates.Strand("-" if minus else "+"),
        starts=np.array([exon[0]]),
        ends=np.array([exon[1]]),
    )
    sheet = logo_plot.drawn(found, LOG_ODDS, transcript)
    logo, model = sheet.axes[0], sheet.axes[4]
    places = explanation_columns.rows(found, LOG_ODDS)[0].places
    inserted = [at for at, (_, number) in enumerate(places) if number]
    grey = colors.to_rgba("#e6ebf1")
    for panel, shown in (
        (logo, [each for each in logo.patches if each.get_facecolor() == grey]),
        (model, list(model.patches)),
    ):
        assert shown, panel
        boxes = [
            each.get_path().get_extents(each.get_patch_transform()) for each in shown
        ]
        for at in inserted:
            assert any(box.x0 < at < box.x1 for box in boxes) == covered


def test_equal_explanations_make_equal_bytes(tmp_path: pathlib.Path) -> None:
    paths = [tmp_path / f"{number}.svg" for number in range(2)]
    for path in paths:
        logo_plot.write(explained.insertion(), LOG_ODDS, path)
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_a_narrow_picture_is_read_on_a_phone() -> None:
    sheet = logo_plot.drawn(explained.insertion(), LOG_ODDS, narrow=True)
    assert pictures.is_whole(sheet)
    assert pictures.is_legible_on_a_phone(sheet)
    default = logo_plot.drawn(explained.insertion(), LOG_ODDS)
    assert pictures.is_whole(default)
    assert pictures.is_legible_on_a_phone(default)
