"""The picture of a scan."""

import dataclasses
import pathlib

import numpy as np
import pytest
from matplotlib import patches

from support import models as toys
from support import pictures
from twinsplice.effect import saturation_effects
from twinsplice.genome import coordinates
from twinsplice.report import genome_panels, saturation_map
from twinsplice.scoring.naming import places
from twinsplice.scoring.runs import scans
from twinsplice.settings import score as score_settings


def made(width: int) -> scans.Scan:
    effects = saturation_effects.empty(1_000, width)
    effects.substitutions[0] = 0.1
    effects.substitutions[1] = 0.0
    effects.substitutions[1, 2, 5] = 0.9
    effects.substitutions[:, 0, 3] = np.nan
    effects.every[:] = effects.substitutions.max(axis=1)
    return scans.Scan(
        place=places.Place(
            title="HNF4A", interval=coordinates.Interval("chr1", 1_000, 1_000 + width)
        ),
        sequence=("ACGT" * width)[:width],
        genes=(toys.gene("HNF4A", 900, 1_400, "-", left=[1_009], right=[1_029]),),
        effects=effects,
        model="toy",
        contigs={"chr1": 5_000},
        summary=score_settings.Summary(
            records=1, scored=1, skipped={}, elapsed=1.0, output=None
        ),
    )


def drawn_map(scan: scans.Scan) -> np.ma.MaskedArray:
    sheet = saturation_map.drawn(scan)
    array = sheet.axes[1].collections[0].get_array()
    assert array is not None
    return np.ma.masked_array(array)


@pytest.mark.parametrize("first", [899, 248_956_299])
def test_all_can_be_read_to_the_last_tick(first: int) -> None:
    """The last position, too, where a chromosome is long."""
    scan, width = made(101), 101
    interval = coordinates.Interval("chr1", first, first + width)
    effects = dataclasses.replace(scan.effects, start=first)
    moved = dataclasses.replace(
        scan,
        effects=effects,
        place=dataclasses.replace(scan.place, interval=interval),
        genes=(),
    )
    sheet = saturation_map.drawn(moved)
    assert f"{first + width:,}" in pictures.words(sheet)
    assert pictures.is_whole(sheet)


@pytest.mark.parametrize("extra", [0, 1])
def test_the_grey_of_the_own_base_is_in_the_key(extra: int) -> None:
    """Of many bases it is not drawn."""
    words = pictures.words(saturation_map.drawn(made(120 + extra)))
    assert ("base of the reference" in words) == (extra == 0)
    assert "largest change of a probability: gain +, loss -" in words


def test_each_cell_is_the_larger_of_gain_and_loss() -> None:
    cells = drawn_map(made(20))
    assert cells.shape == (4, 20)
    assert cells[2, 5] == -0.9
    assert cells[1, 5] == 0.1
    assert np.ma.getmaskarray(cells)[0, 3]


def test_of_many_bases_a_column_shows_the_largest() -> None:
    cells = drawn_map(made(3_000))
    assert cells.shape == (4, saturation_map.COLUMNS)
    assert cells.min() == -0.9


def test_letters_are_written_where_there_is_room() -> None:
    texts = [
        {
            text.get_text()
            for panel in saturation_map.drawn(made(width)).axes
            for text in panel.texts
        }
        for width in (genome_panels.LETTERED, genome_panels.LETTERED + 1)
    ]
    assert {"A", "C", "G", "T"} <= texts[0]
    assert not {"A", "C", "G", "T"} & texts[1]


def test_exons_are_boxes_within_the_place() -> None:
    panel = saturation_map.drawn(made(20)).axes[-2]
    boxes = [box for box in panel.patches if isinstance(box, patches.Rectangle)]
    assert {(box.get_x(), box.get_width()) for box in boxes} == {(1_000.5, 10)}


@pytest.mark.parametrize("ending", [".svg", ".pdf"])
def test_equal_scans_make_equal_bytes(tmp_path: pathlib.Path, ending: str) -> None:
    paths = [tmp_path / f"{number}{ending}" for number in range(2)]
    for path in paths:
        saturation_map.write(dataclasses.replace(made(20)), path)
    assert paths[0].read_bytes() == paths[1].read_bytes()


@pytest.mark.parametrize("width", [35, 36, 400])
def test_a_narrow_picture_is_read_on_a_phone(width: int) -> None:
    sheet = saturation_map.drawn(made(width), narrow=True)
    assert pictures.is_whole(sheet)
    assert pictures.is_legible_on_a_phone(sheet)
    default = saturation_map.drawn(made(width))
    assert pictures.is_whole(default)
    assert pictures.is_legible_on_a_phone(default, bases=False)
