"""Figures of a benchmark: drawn as scikit-learn has them, every model in each."""

import dataclasses
import re

import numpy as np
import pytest
from sklearn import metrics as references

from support import examples, markup
from twinsplice.evaluation import benchmark_cases, benchmark_statistics
from twinsplice.report.evaluation import benchmark_figures, benchmark_table
from twinsplice.settings import evaluate as evaluate_settings


def numbers_of(
    cases: benchmark_cases.Cases,
) -> tuple[evaluate_settings.Truth, benchmark_statistics.Statistics]:
    evaluation = examples.benchmark(cases)
    return evaluation.summary, benchmark_statistics.of(evaluation)


def with_labels(
    cases: benchmark_cases.Cases, **columns: np.ndarray
) -> benchmark_cases.Cases:
    """Variants of which the laboratory knows something else."""
    labels = dataclasses.replace(cases.labels, **columns)
    return dataclasses.replace(cases, labels=labels)


def corners(drawing: str, number: int) -> np.ndarray:
    """Corners of a curve as they are drawn, in its own units."""
    path = re.search(rf'<g class="curve series-{number}"><path d="M([^"]*)"', drawing)
    clip = re.search(
        r'<clipPath id="[^"]*"><rect x="(\S+)" y="(\S+)" width="(\S+)" height="(\S+)"',
        drawing,
    )
    assert path
    assert clip
    left, top, width, height = map(float, clip.groups())
    places = np.array([corner.split() for corner in path[1].split("L")], dtype=float)
    x, y = (places[:, 0] - left) / width, 1 - (places[:, 1] - top) / height
    return np.stack([x, y])


def test_the_curves_drawn_are_scikit_learns() -> None:
    cases = examples.make_labelled(150, "one", "two")
    summary, numbers = numbers_of(cases)
    altered = cases.labels.altered
    for number, (name, scores) in enumerate(cases.scores.items(), 1):
        x, y = corners(benchmark_figures.roc(summary, numbers).drawing, number)
        expected = references.roc_auc_score(altered, scores[0])
        assert references.auc(x, y) == pytest.approx(expected, abs=1e-4)
        figure = benchmark_figures.precision_recall(summary, numbers)
        x, y = corners(figure.drawing, number)
        expected = references.average_precision_score(altered, scores[0])
        # Steps: only the level parts have an area.
        assert float(np.sum(np.diff(x) * y[1:])) == pytest.approx(expected, abs=1e-4)
        area = benchmark_table.estimate(summary.models[name]["ap"])
        assert f"{name}: AP {area}</text>" in figure.drawing


def test_variants_without_a_class_are_in_no_curve() -> None:
    cases = examples.make_labelled(60)
    decided = np.arange(60) < 40
    altered = cases.labels.altered & decided
    part = with_labels(cases, decided=decided, altered=altered)
    figure = benchmark_figures.roc(*numbers_of(part))
    assert figure.rows[0][1:3] == ("40", str(int(altered.sum())))
    assert "n = 40 variants" in figure.note


def test_one_class_alone_has_no_curve() -> None:
    cases = with_labels(examples.make_labelled(20), altered=np.zeros(20, dtype=bool))
    for draw in (benchmark_figures.roc, benchmark_figures.precision_recall):
        figure = draw(*numbers_of(cases))
        assert not figure.drawing
        assert "not both" in figure.absent


def test_measures_by_distance_have_a_mark_a_bin_and_model() -> None:
    cases = examples.make_labelled(300, "one", "two")
    near = cases.distance <= 2
    cases.distance[near] = 0
    _, numbers = numbers_of(cases)
    figure = benchmark_figures.by_distance(numbers, "auroc")
    rows = [row for row in figure.rows if row[0] == "0 bp"]
    assert [row[1] for row in rows] == ["one", "two"]
    altered = cases.labels.altered[near]
    for row in rows:
        assert row[2:4] == (str(int(near.sum())), str(int(altered.sum())))
        expected = references.roc_auc_score(altered, cases.scores[row[1]][0][near])
        assert row[4].startswith(f"{expected:.3f} (")
    bins = len({row[0] for row in figure.rows})
    assert figure.drawing.count('<g class="count">') == bins
    for series in (1, 2):
        assert markup.marks(figure.drawing, f"mark series-{series}") == bins


def test_the_calibration_curve_is_the_summarys() -> None:
    summary, numbers = numbers_of(examples.make_labelled(200, "one", "two"))
    figure = benchmark_figures.calibration(summary, numbers)
    for name, of_model in summary.models.items():
        curve = of_model["calibration"]
        rows = [row for row in figure.rows if row[0] == name]
        assert [int(row[1]) for row in rows] == curve["count"]
        assert [float(row[3]) for row in rows] == pytest.approx(
            curve["observed"], abs=5e-4
        )
        assert f"{name}: ECE {curve['error']:.3f}</text>" in figure.drawing
    assert markup.marks(figure.drawing, "mark series-1") == sum(
        row[0] == "one" for row in figure.rows
    )


def test_the_scatter_shows_every_measured_variant_once() -> None:
    cases = examples.make_labelled(800)
    cases.labels.value[:50] = np.nan
    evaluation = examples.benchmark(cases)
    numbers = benchmark_statistics.of(evaluation)
    figure = benchmark_figures.scatter(evaluation, numbers)
    shaded = re.findall(r"<title>([\d,]+) variants</title>", figure.drawing)
    points = markup.marks(figure.drawing, "points")
    assert sum(int(count) for count in shaded) + points == 750
    assert "n = 750 variants with a value" in figure.note


def test_more_models_than_colours_begin_again() -> None:
    cases = examples.make_labelled(50, *"abcdefgh")
    figure = benchmark_figures.roc(*numbers_of(cases))
    assert len(re.findall(r'class="curve series-\d"', figure.drawing)) == 8
    assert len(set(re.findall(r"stroke: var\(--series-\d\)", figure.drawing))) == 6
