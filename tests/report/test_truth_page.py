"""The page of labelled variants: whole, alone, and true to its numbers."""

import dataclasses
import pathlib
import re

import numpy as np
import pytest
from sklearn import metrics as references

from support import examples, markup
from twinsplice.evaluation import benchmark_cases
from twinsplice.genome import regions
from twinsplice.report import (
    figures,
    pages,
    svg,
    truth,
    truth_figures,
    truth_page,
)

NAMES = ("runs/<b>/best", "cispliceai", "other/best")


def make_page(found: benchmark_cases.Cases) -> str:
    examined = examples.examined_labelled(found)
    return truth_page.page(examined, "twinsplice evaluate <run> & more", "2026-01-02")


def without(
    found: benchmark_cases.Cases, **columns: np.ndarray
) -> benchmark_cases.Cases:
    """Variants of which the laboratory knows something else."""
    return dataclasses.replace(found, known=dataclasses.replace(found.known, **columns))


@pytest.mark.parametrize("count", [1, 2, 300])
@pytest.mark.parametrize("names", [NAMES[:1], NAMES, tuple("abcdefgh")])
def test_pages_of_any_size_are_closed_and_load_nothing(
    count: int, names: tuple[str, ...]
) -> None:
    text = make_page(examples.make_labelled(count, *names))
    markup.require_closed(text)
    for title in ("Models", "Figures", "Thresholds", "Worst misses"):
        assert f"<h2>{title}</h2>" in text
    assert ("<h3>Differences</h3>" in text) == (len(names) > 1)
    wide = text.count('<div class="wide"')
    assert wide == text.count('<div class="wide" tabindex="0">')


def test_what_tables_and_users_name_is_escaped() -> None:
    text = make_page(examples.make_labelled(40, *NAMES))
    for raw in ("<b>", "<v1", "<table>.", "<run>", "exon & "):
        assert raw not in text
    words = "".join(markup.read(text).words)
    for raw in ("<b>/best", "<v1", "<table>.tsv", "evaluate <run> & more", "exon & "):
        assert raw in words


def test_the_numbers_are_those_of_the_summary() -> None:
    found = examples.make_labelled(200, *NAMES)
    examined = examples.examined_labelled(found)
    text = make_page(found)
    for of_model in examined.summary.models.values():
        for name in truth.MEASURES:
            assert f"<td>{truth.estimate(of_model[name])}</td>" in text
        for each in of_model["thresholds"].values():
            assert f"<td>{each['recall']:.3f}</td>" in text
    for of_model in examined.summary.differences.values():
        for name in truth.MEASURES:
            assert f"<td>{truth.estimate(of_model[name])}</td>" in text
    first = examined.summary.models[NAMES[0]]
    assert f"<strong>{first['auroc']['value']:.3f}</strong>" in text
    assert f"<strong>{examined.summary.counts['positives']}</strong>" in text
    assert "<dt>Not labelled</dt><dd>not measured: 3</dd>" in text
    assert "<dt>Not asked</dt><dd>other contig: 1,234</dd>" in text
    assert "200 variants (chr 2) in 50 groups" in text


def _points(drawing: str, number: int, frame: svg.Frame) -> np.ndarray:
    """Corners of a curve as they are drawn, in its own units."""
    (path,) = re.findall(rf'<path class="curve s{number}" d="M([^"]*)"', drawing)
    places = np.array([each.split() for each in path.split("L")], dtype=float)
    across, upwards = frame.x, frame.y
    x = (places[:, 0] - across.first) / (across.last - across.first)
    y = (places[:, 1] - upwards.first) / (upwards.last - upwards.first)
    return np.stack([x, y])


def test_the_curves_drawn_are_scikit_learns() -> None:
    found = examples.make_labelled(150, "one", "two")
    examined = examples.examined_labelled(found)
    frame = svg.frame("x", "y")
    altered = found.known.altered
    for number, (name, scores) in enumerate(found.scores.items(), 1):
        x, y = _points(truth_figures.roc(examined).drawing, number, frame)
        # Places are drawn to a tenth of a unit, of some 300.
        wanted = examined.summary.models[name]["auroc"]["value"]
        assert references.auc(x, y) == pytest.approx(wanted, abs=1e-3)
        assert wanted == pytest.approx(references.roc_auc_score(altered, scores[0]))
        x, y = _points(truth_figures.precision_recall(examined).drawing, number, frame)
        area = float(np.sum(np.diff(x, prepend=0) * y))
        wanted = references.average_precision_score(altered, scores[0])
        assert area == pytest.approx(wanted, abs=1e-3)
        ap = examined.summary.models[name]["ap"]
        assert ap["value"] == pytest.approx(wanted)
        key = f"{name}: AP {truth.estimate(ap)}"
        keys = truth_figures.precision_recall(examined).keys
        assert key in [meaning for _, meaning in keys]


def test_variants_without_a_class_are_in_no_curve() -> None:
    found = examples.make_labelled(60)
    decided = np.arange(60) < 40
    altered = found.known.altered & decided
    part = without(found, decided=decided, altered=altered)
    figure = truth_figures.roc(examples.examined_labelled(part))
    assert figure.rows[0][1:3] == ("40", str(int(altered.sum())))
    assert "n = 40 variants" in figure.note


def test_one_class_alone_is_said_and_has_no_curve() -> None:
    found = without(examples.make_labelled(20), altered=np.zeros(20, dtype=bool))
    examined = examples.examined_labelled(found)
    for figure in (
        truth_figures.roc(examined),
        truth_figures.precision_recall(examined),
    ):
        assert not figure.drawing
        assert "not both" in figure.absent
    markup.require_closed(make_page(found))


def test_without_values_there_is_no_scatter() -> None:
    found = examples.make_labelled(40)
    assert "Score of model over" in make_page(found)
    none = without(found, value=np.full(40, np.nan))
    text = make_page(none)
    assert "Score of model over" not in text
    markup.require_closed(text)


def test_without_exons_there_is_no_distance() -> None:
    found = examples.make_labelled(40)
    said = "by distance to the exon"
    assert said in make_page(found)
    nowhere = np.full(40, regions.NO_SITE, dtype=np.int64)
    text = make_page(dataclasses.replace(found, distance=nowhere))
    assert said not in text


def test_measures_by_distance_are_those_of_the_variants_there() -> None:
    found = examples.make_labelled(300, "one", "two")
    near = found.distance <= 2
    found.distance[near] = 0
    figure = truth_figures.by_distance(examples.examined_labelled(found), "auroc")
    rows = [row for row in figure.rows if row[0] == "0 bp"]
    assert [row[1] for row in rows] == ["one", "two"]
    altered = found.known.altered[near]
    for row in rows:
        assert row[2:4] == (str(int(near.sum())), str(int(altered.sum())))
        wanted = references.roc_auc_score(altered, found.scores[row[1]][0][near])
        assert row[4].startswith(f"{wanted:.3f} (")
    marks = re.findall(r'class="mark m[12]"', figure.drawing)
    assert len(marks) == len(figure.rows)


def test_the_calibration_curve_is_the_summarys() -> None:
    examined = examples.examined_labelled(examples.make_labelled(200, "one", "two"))
    figure = truth_figures.calibration(examined.summary)
    for name, of_model in examined.summary.models.items():
        rows = [row for row in figure.rows if row[0] == name]
        curve = of_model["calibration"]
        assert [row[1] for row in rows] == [f"{each:,}" for each in curve["count"]]
        assert [row[3] for row in rows] == [f"{each:.3f}" for each in curve["observed"]]


def test_the_scatter_shows_every_measured_variant_once() -> None:
    found = examples.make_labelled(900)
    found.known.value[:100] = np.nan
    drawing = truth_figures.scatter(examples.examined_labelled(found)).drawing
    shaded = re.findall(r'<rect class="cell d\d".*?<title>([\d,]+) variants', drawing)
    points = drawing.count('<circle class="point"')
    assert sum(int(each) for each in shaded) + points == 800


def test_the_worst_misses_come_first() -> None:
    found = examples.make_labelled(100, "one", "two")
    size, altered = found.scores["one"][0], found.known.altered
    missed = truth_page.misses(found, altered=True)
    alarms = truth_page.misses(found, altered=False)
    assert len(missed) == len(alarms) == truth_page.MISSES
    assert altered[missed].all()
    assert not altered[alarms].any()
    assert size[missed].tolist() == sorted(size[altered])[: truth_page.MISSES]
    assert (
        size[alarms].tolist() == sorted(size[~altered])[: -truth_page.MISSES - 1 : -1]
    )
    # Of equal scores the larger change is the worse miss.
    size[:] = 0.5
    value = np.abs(found.known.value)
    assert value[truth_page.misses(found, altered=True)[0]] == value[altered].max()
    assert value[truth_page.misses(found, altered=False)[0]] == value[~altered].min()


def test_a_miss_has_every_models_score() -> None:
    found = examples.make_labelled(30, "one", "two")
    (row, *_) = truth_page.misses(found, altered=True)
    cells = "".join(
        f"<td>{found.scores[name][0][row]:.3f}</td>" for name in ("one", "two")
    )
    assert f"<td>altered</td>{cells}</tr>" in make_page(found)


def test_models_go_by_names_as_short_as_tells_them_apart() -> None:
    assert truth_page.short(["a/b/run1", "cispliceai"]) == {
        "a/b/run1": "run1",
        "cispliceai": "cispliceai",
    }
    assert truth_page.short(["a/x/run", "b/x/run", "run"]) == {
        "a/x/run": "a/x/run",
        "b/x/run": "b/x/run",
        "run": "run",
    }


def test_series_beyond_the_style_sheets_begin_again() -> None:
    assert figures.series(figures.SERIES + 1) == 1
    found = examples.make_labelled(50, *"abcdefgh")
    figure = truth_figures.roc(examples.examined_labelled(found))
    assert len(figure.keys) == 8
    assert figure.drawing.count('class="curve s1"') == 2


def test_a_page_is_written_whole(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "truth.html"
    examined = examples.examined_labelled(examples.make_labelled(30))
    with pages.writing(path, truth_page.page, "twinsplice evaluate run") as show:
        assert show is not None
        show(examined)
        assert not path.exists()
    markup.require_closed(path.read_text(encoding="utf-8"))
