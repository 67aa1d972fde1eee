"""Progress of a part of a run is progress of the run."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinsplice import progress

fractions = st.floats(0, 1)
Report = tuple[int, float | None]
reports = st.lists(st.tuples(st.integers(0, 1_000), st.none() | fractions))


class _Recorder:
    """Keeps what it is called with."""

    def __init__(self) -> None:
        self.reports: list[Report] = []

    def __call__(self, units: int, fraction: float | None) -> None:
        self.reports.append((units, fraction))


@given(reports)
def test_the_whole_as_a_part_is_the_whole(made: list[Report]) -> None:
    recorder = _Recorder()
    for units, fraction in made:
        progress.part(recorder, 0.0, 1.0)(units, fraction)
    assert recorder.reports == made


@given(reports, fractions, fractions)
def test_a_part_keeps_units_and_order_and_stays_within_its_bounds(
    made: list[Report], one: float, other: float
) -> None:
    begin, end = sorted((one, other))
    recorder = _Recorder()
    within = progress.part(recorder, begin, end)
    for units, fraction in made:
        within(units, fraction)
    assert [units for units, _ in recorder.reports] == [units for units, _ in made]
    for (_, whole), (_, own) in zip(recorder.reports, made, strict=True):
        # What is not known of a part is not known of the whole.
        assert (whole is None) == (own is None)
        assert whole is None or begin - 1e-12 <= whole <= end + 1e-12
    ordered = sorted(made, key=lambda report: report[1] or 0.0)
    known = [report for report in ordered if report[1] is not None]
    rising = _Recorder()
    for units, fraction in known:
        progress.part(rising, begin, end)(units, fraction)
    told = [fraction or 0.0 for _, fraction in rising.reports]
    assert told == sorted(told)


def test_parts_side_by_side_fill_the_whole() -> None:
    recorder = _Recorder()
    for number in range(4):
        step = progress.part(recorder, number / 4, (number + 1) / 4)
        step(5, 0.0)
        step(5, 0.5)
        step(5, 1.0)
    assert recorder.reports == [
        *((5, 0.0), (5, 0.125), (5, 0.25)),
        *((5, 0.25), (5, 0.375), (5, 0.5)),
        *((5, 0.5), (5, 0.625), (5, 0.75)),
        *((5, 0.75), (5, 0.875), (5, 1.0)),
    ]


@given(*[fractions] * 5)
def test_a_part_of_a_part_is_a_part(
    begin: float, end: float, inner: float, last: float, own: float
) -> None:
    nested, direct = _Recorder(), _Recorder()
    span = end - begin
    progress.part(progress.part(nested, begin, end), inner, last)(3, own)
    progress.part(direct, begin + inner * span, begin + last * span)(3, own)
    (units, found), (also, expected) = nested.reports[0], direct.reports[0]
    assert units == also == 3
    assert found is not None
    assert expected is not None
    assert abs(found - expected) < 1e-12


def test_silence_says_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    progress.silent(3, None)
    progress.part(progress.silent, 0.0, 0.5)(3, 1.0)
    assert capfd.readouterr() == ("", "")
