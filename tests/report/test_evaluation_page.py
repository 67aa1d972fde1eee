"""The page of an evaluation: whole, closed, alone, and true to its numbers."""

import pathlib
import re

import numpy as np
import pytest

from support import examples, markup
from twinsplice.evaluation import agreement_statistics as statistics
from twinsplice.report import (
    evaluation_figures,
    evaluation_page,
    figures,
    pages,
    tracks,
)


def make_page(count: int, *, quantiles: bool = True) -> str:
    found = examples.make_cases(count, quantiles=quantiles)
    command = "twinsplice evaluate <run> & more"
    return evaluation_page.page(examples.examined(found), command, "2026-01-02")


@pytest.mark.parametrize("count", [0, 1, 2, 400])
def test_pages_of_any_size_are_closed_and_load_nothing(count: int) -> None:
    text = make_page(count)
    markup.require_closed(text)


def test_what_users_name_is_escaped() -> None:
    text = make_page(30)
    for raw in ("<b>", "<script>", "<GENE", "<run>"):
        assert raw not in text
    words = "".join(markup.read(text).words)
    for raw in ("<b> & c.zarr", "alert(1)", "<GENE & co>", "evaluate <run> & more"):
        assert raw in words


def test_no_variants_are_said_and_not_drawn() -> None:
    text = make_page(0)
    assert "<svg" not in text
    assert text.count('<p class="none">no variants</p>') == 8


def test_a_model_without_quantiles_has_no_intervals() -> None:
    text = make_page(30, quantiles=False)
    assert "gives no intervals" in text
    assert "no variants" not in text
    assert "gives no intervals" not in make_page(30)


def test_the_scatter_shows_every_variant_once() -> None:
    found = examples.make_cases(2000)
    drawing = evaluation_figures.scatter(found).drawing
    x, y = (statistics.largest(each) for each in (found.wanted, found.found))
    cells = statistics.cells(x, y, figures.BINS)
    dense = [cell for cell in cells if len(cell.members) > figures.SPARSE]
    assert dense
    shaded = re.findall(r'<rect class="cell d\d".*?<title>([\d,]+) variants', drawing)
    assert len(shaded) == len(dense)
    points = drawing.count('<circle class="point"')
    total = sum(int(words.replace(",", "")) for words in shaded)
    assert total + points == len(found)


def test_the_shades_of_the_scatter_have_keys() -> None:
    figure = evaluation_figures.scatter(examples.make_cases(2000))
    used = set(re.findall(r'class="(cell d\d|point)"', figure.drawing))
    assert used == {kind for kind, _ in figure.keys}


def test_values_beyond_one_are_named() -> None:
    found = examples.make_cases(20)
    found.found[3, 0, 0] = 1.7
    assert "1 lie beyond 1" in evaluation_figures.scatter(found).note


def test_a_curve_without_positives_is_left_out() -> None:
    found = examples.make_cases(20)
    found.wanted[:] *= 0.4 / np.abs(found.wanted).max()
    figure = evaluation_figures.precision_recall(found)
    assert figure.drawing.count("<path") == 1
    assert figure.rows[1] == ("≥ 0.5", "0", "-")
    found.wanted[:] = 0
    figure = evaluation_figures.precision_recall(found)
    assert not figure.drawing
    assert figure.absent == "no positives"


def test_figures_name_how_many_variants_and_positives_there_are() -> None:
    for figure in evaluation_figures.every(examples.examined(examples.make_cases(200))):
        assert "n = 200 variants" in figure.note
        assert "at least 0.5 in" in figure.note


def test_the_tables_by_distance_hold_every_variant() -> None:
    found = examples.make_cases(500)
    groups = evaluation_page.by_distance(found)
    counts = np.bincount(statistics.distance_bins(found.distance))
    wanted = counts[counts > 1].tolist()
    assert [group["variants"] for group in groups.values()] == wanted


def test_the_worst_misses_come_first_and_show_both_sites() -> None:
    found = examples.make_cases(40)
    found.found[7], found.wanted[7] = 0, 0
    found.wanted[7, 0, 2], found.wanted[7, 1, 15] = 0.95, -0.9
    found.profile[7] = 0
    misses = tracks.worst(found)
    assert len(misses) == tracks.MOST
    assert misses[0].title == "20:8 A>G"
    assert "minus strand" in misses[0].note
    drawing = misses[0].drawing
    assert drawing.count('<circle class="mark m1"') == 1
    assert drawing.count('<rect class="mark m2"') == 1
    assert drawing.count('class="variant"') == 3
    assert len(tracks.worst(examples.make_cases(3))) == 3


def test_a_value_too_small_is_not_drawn() -> None:
    found = examples.make_cases(1)
    for each in (found.found, found.wanted, found.profile):
        each[:] = 0
    found.found[0, 0, 3] = tracks.SMALLEST
    found.wanted[0, 1, 3] = tracks.SMALLEST / 2
    assert tracks.drawing(found, 0).count("stem") == 1


def test_a_page_is_written_whole(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "report.html"
    examined = examples.examined(examples.make_cases(30))
    with pages.writing(path, evaluation_page.page, "twinsplice evaluate run") as show:
        assert show is not None
        show(examined)
        assert not path.exists()
    markup.read(path.read_text(encoding="utf-8"))
    assert [each.name for each in tmp_path.iterdir()] == ["report.html"]


def test_calibrated_scores_stand_beside_raw_ones() -> None:
    scores = examples.make_cases(300).scores
    plain = evaluation_figures.calibration(scores, calibrated=False)
    both = evaluation_figures.calibration(scores, calibrated=True)
    assert len(plain.keys) == 1
    assert len(both.keys) == 2
    for name in {row[0] for row in both.rows}:
        assert sum(int(row[2]) for row in both.rows if row[0] == name) == 300
    assert both.drawing.count('<rect class="mark m2"') == len(plain.rows)


def test_coverage_counts_what_intervals_hold() -> None:
    scores = examples.make_cases(300).scores
    assert scores.low is not None
    assert scores.high is not None
    figure = evaluation_figures.coverage(scores, 0.9)
    inside = (scores.low <= scores.truth) & (scores.truth <= scores.high)
    assert sum(int(row[1]) for row in figure.rows) == 300
    assert figure.keys == (("mark m1", f"overall {inside.mean():.1%}"),)
