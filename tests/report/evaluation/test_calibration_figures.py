"""Figures of calibration: nothing is lost, and intervals are counted as they hold."""

from support import examples, markup
from twinsplice.evaluation import agreement_cases, agreement_statistics
from twinsplice.report.evaluation import calibration_figures


def numbers_of(
    cases: agreement_cases.Cases, *, calibrated: bool = False
) -> agreement_statistics.Statistics:
    return agreement_statistics.of(examples.evaluation(cases, calibrated=calibrated))


def test_calibrated_scores_stand_beside_raw_ones() -> None:
    cases = examples.make_cases(300)
    plain = calibration_figures.calibration(numbers_of(cases))
    both = calibration_figures.calibration(numbers_of(cases, calibrated=True))
    assert ">calibrated</text>" not in plain.drawing
    assert ">calibrated</text>" in both.drawing
    for name in {row[0] for row in both.rows}:
        assert sum(int(row[2]) for row in both.rows if row[0] == name) == 300
    assert markup.marks(both.drawing, "mark series-2") == len(plain.rows)


def test_every_bin_shows_how_many_variants_it_holds() -> None:
    numbers = numbers_of(examples.make_cases(300))
    for draw in (calibration_figures.calibration, calibration_figures.coverage):
        figure = draw(numbers)
        assert figure.drawing.count('<g class="count">') == len(figure.rows) > 0


def test_coverage_counts_what_intervals_hold() -> None:
    cases = examples.make_cases(300)
    scores = cases.scores
    assert scores.low is not None
    assert scores.high is not None
    figure = calibration_figures.coverage(numbers_of(cases))
    inside = (scores.low <= scores.target) & (scores.target <= scores.high)
    assert sum(int(row[1]) for row in figure.rows) == 300
    assert f"overall {inside.mean():.1%}</text>" in figure.drawing
