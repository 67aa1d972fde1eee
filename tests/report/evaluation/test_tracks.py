"""Worst misses: the worst come first, and small values are not drawn."""

from support import examples, markup
from twinsplice.evaluation import agreement_cases, agreement_statistics
from twinsplice.report.evaluation import tracks


def worst(cases: agreement_cases.Cases) -> list[tracks.Miss]:
    return tracks.worst(cases, agreement_statistics.of(examples.evaluation(cases)))


def test_the_worst_misses_come_first_and_show_both_sites() -> None:
    cases = examples.make_cases(40)
    cases.predicted[7], cases.target[7] = 0, 0
    cases.target[7, 0, 2], cases.target[7, 1, 15] = 0.95, -0.9
    cases.profile[7] = 0
    misses = worst(cases)
    assert len(misses) == agreement_statistics.MISSES
    assert misses[0].title == "20:8 A>G"
    assert "minus strand" in misses[0].note
    assert "Error 0.950; largest |Δ|: base model 0.950, model 0.000." in misses[0].note
    drawing = misses[0].drawing
    assert markup.marks(drawing, "mark series-1") == 1
    assert markup.marks(drawing, "mark series-2") == 1
    assert drawing.count('class="variant"') == 3
    assert len(worst(examples.make_cases(3))) == 3


def test_a_value_too_small_is_not_drawn() -> None:
    cases = examples.make_cases(1)
    for delta in (cases.predicted, cases.target, cases.profile):
        delta[:] = 0
    cases.predicted[0, 0, 3] = tracks.SMALLEST
    cases.target[0, 1, 3] = tracks.SMALLEST / 2
    drawing = worst(cases)[0].drawing
    assert drawing.count('class="stem"') == 1
    assert "mark series" not in drawing
