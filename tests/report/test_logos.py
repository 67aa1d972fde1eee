"""Letters as tall as numbers."""

import pytest
from matplotlib import axes, figure

from twinsplice.report import logos


def drawn(letters: str, heights: list[float], limit: float = 4.0) -> axes.Axes:
    panel = figure.Figure().add_subplot()
    logos.draw(panel, letters, heights, limit)
    return panel


def test_letters_fill_the_space_to_their_heights() -> None:
    panel = drawn("ACGT", [1.0, -2.0, float("nan"), 0.001])
    boxes = [patch.get_path().get_extents() for patch in panel.patches]
    assert [(box.y0, box.y1) for box in boxes] == [
        pytest.approx((0, 1)),
        pytest.approx((-2, 0)),
    ]
    for place, box in enumerate(boxes):
        assert (box.x0 + box.x1) / 2 == pytest.approx(place)
        assert 0.8 < box.width < 1
    assert not panel.texts


@pytest.mark.parametrize("sign", [1, -1])
def test_what_is_too_tall_is_cut_and_has_its_number(sign: int) -> None:
    panel = drawn("A", [sign * 20.4])
    box = panel.patches[0].get_path().get_extents()
    assert (box.y0, box.y1) == pytest.approx((0, 4) if sign > 0 else (-4, 0))
    assert [text.get_text() for text in panel.texts] == ["20"]


def test_letters_have_colours_of_their_own() -> None:
    panel = drawn("ACGTN", [1.0] * 5)
    assert len({patch.get_facecolor() for patch in panel.patches}) == 5
