"""Figures of an agreement: nothing is lost, and numbers are those of the variants."""

import numpy as np

from support import examples, markup
from twinsplice.evaluation import agreement_cases, agreement_statistics
from twinsplice.report.evaluation import agreement_figures, figures


def numbers_of(
    cases: agreement_cases.Cases, *, calibrated: bool = False
) -> agreement_statistics.Statistics:
    return agreement_statistics.of(examples.evaluation(cases, calibrated=calibrated))


def test_the_scatter_names_each_single_variant_and_values_beyond_one() -> None:
    cases = examples.make_cases(20)
    cases.predicted[3, 0, 0] = 1.7
    figure = agreement_figures.scatter(cases, numbers_of(cases))
    assert "1 lie beyond 1" in figure.note
    assert markup.marks(figure.drawing, "points") == 20
    words = "".join(markup.read(figure.drawing).words)
    assert all(f"{name}: base " in words for name in cases.names)


def test_a_curve_without_positives_is_left_out() -> None:
    cases = examples.make_cases(20)
    cases.target[:] *= 0.4 / np.abs(cases.target).max()
    figure = agreement_figures.precision_recall(numbers_of(cases))
    assert 'class="curve series-1"' in figure.drawing
    assert 'class="curve series-2"' not in figure.drawing
    assert figure.rows[1] == ("≥ 0.5", "0", "-")
    cases.target[:] = 0
    figure = agreement_figures.precision_recall(numbers_of(cases))
    assert not figure.drawing
    assert figure.absent == "no positives"


def test_figures_name_how_many_variants_and_positives_there_are() -> None:
    evaluation = examples.evaluation(examples.make_cases(200))
    numbers = agreement_statistics.of(evaluation)
    for figure in agreement_figures.every(evaluation, numbers):
        assert "n = 200 variants" in figure.note
        assert "at least 0.5 in" in figure.note


def counts_drawn(figure: figures.Figure) -> int:
    return figure.drawing.count('<g class="count">')


def test_every_distance_shows_how_many_variants_it_holds() -> None:
    numbers = numbers_of(examples.make_cases(300))
    distance = agreement_figures.error_by_distance(numbers)
    bins = {row[0] for row in distance.rows}
    assert counts_drawn(distance) == len(bins)
    everyone = [row for row in distance.rows if row[1] == "all variants"]
    assert sum(int(row[2]) for row in everyone) == 300


def test_boxes_are_those_of_bins_that_have_variants() -> None:
    cases = examples.make_cases(60)
    cases.distance[:30], cases.distance[30:] = 0, 40
    figure = agreement_figures.error_by_distance(numbers_of(cases))
    assert {row[0] for row in figure.rows} == {"0 bp", "21-50 bp"}
    assert figure.drawing.count('class="box series-1"') == 2
