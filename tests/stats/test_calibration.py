"""`calibration` and `calibrators`: coverage, monotony, and second implementations."""

import json
import math
from collections.abc import Callable

import jaxtyping
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jaxtyping import Float64
from scipy import optimize
from sklearn import isotonic

from twinsplice import errors
from twinsplice.stats import calibration, calibrators, metrics

REFUSALS = (ValueError, jaxtyping.TypeCheckError)
Column = Float64[np.ndarray, " rows"]


def noisy(rows: int, seed: int) -> tuple[Column, Column]:
    """Return predictions, most of them small, and truths whose noise grows."""
    rng = np.random.default_rng(seed)
    predicted = rng.random(rows) ** 4
    spread = 0.02 + 0.2 * predicted
    return predicted, np.clip(predicted + rng.normal(size=rows) * spread, 0, 1)


def sigmoid(logit: Column) -> Column:
    shares: Column = 1 / (1 + np.exp(-logit))
    return shares


def coverage(low: Column, high: Column, truth: Column) -> float:
    return float(((low <= truth) & (truth <= high)).mean())


def fitted() -> list[calibrators.Calibrator]:
    predicted, truth = noisy(2000, 0)
    low, high = predicted * 0.9, np.minimum(predicted * 1.1, 1)
    return [
        calibration.fit_temperature(predicted, truth),
        calibration.fit_isotonic(predicted, truth),
        calibration.fit_intervals(predicted, truth),
        calibration.fit_intervals(predicted, truth, low, high),
        calibrators.Temperature(2.0),
    ]


@pytest.mark.parametrize("true", [0.3, 1.0, 4.0])
def test_the_temperature_of_the_data_is_found(true: float) -> None:
    logit = np.random.default_rng(0).normal(scale=2, size=5000)
    found = calibration.fit_temperature(sigmoid(logit), sigmoid(logit / true))
    assert found.temperature == pytest.approx(true, rel=1e-6)
    np.testing.assert_allclose(found.apply(sigmoid(logit)), sigmoid(logit / true))


def test_the_temperature_is_scipys_optimum_on_hard_labels() -> None:
    rng = np.random.default_rng(1)
    logit = rng.normal(scale=3, size=4000)
    outcome = (rng.random(4000) < sigmoid(logit / 2)).astype(np.float64)

    def cost(heat: float) -> float:
        scaled = logit / heat
        return float(np.mean(np.logaddexp(0, scaled) - outcome * scaled))

    expected = optimize.minimize_scalar(
        cost, bounds=(0.05, 20), method="bounded", options={"xatol": 1e-9}
    )
    found = calibration.fit_temperature(sigmoid(logit), outcome)
    assert found.temperature == pytest.approx(expected.x, rel=1e-4)


def test_temperature_fitted_on_one_half_mends_the_other() -> None:
    rng = np.random.default_rng(2)
    logit = rng.normal(scale=3, size=20_000)
    outcome = rng.random(20_000) < sigmoid(logit / 2)
    sure = sigmoid(logit)
    half = calibration.fit_temperature(sure[::2], outcome[::2].astype(np.float64))
    before = metrics.reliability(sure[1::2], outcome[1::2]).error
    after = metrics.reliability(half.apply(sure[1::2]), outcome[1::2]).error
    assert after < 0.02 < before


@given(st.floats(0.05, 20))
def test_temperature_keeps_order_ends_and_symmetry(heat: float) -> None:
    probability = np.array([0, 1e-9, 0.2, 0.5, 0.8, 1 - 1e-9, 1])
    found = calibrators.Temperature(heat).apply(probability)
    assert (found[0], found[-1]) == (0, 1)
    assert found[3] == pytest.approx(0.5)
    assert found[2] + found[4] == pytest.approx(1)
    assert (np.diff(found) >= 0).all()


@pytest.mark.parametrize("sure", [0.0, 0.5, 1.0])
def test_temperature_survives_predictions_that_say_nothing(sure: float) -> None:
    rows = np.full(200, sure)
    for truth in (np.zeros(200), np.full(200, 0.5), np.ones(200)):
        found = calibration.fit_temperature(rows, truth)
        assert 0.04 < found.temperature < 21


# Few levels, so that ties are common; above 0, where scikit-learn's map is free.
levels = st.integers(1, 20).map(lambda each: each / 20)
pairs = st.lists(
    st.tuples(levels, st.integers(0, 8).map(lambda each: each / 8)),
    min_size=calibration.FEWEST,
    max_size=150,
)


@given(pairs)
def test_isotonic_is_sklearns(rows: list[tuple[float, float]]) -> None:
    size, truth = (np.array(each) for each in zip(*rows, strict=True))
    found = calibration.fit_isotonic(size, truth)
    theirs = isotonic.IsotonicRegression(out_of_bounds="clip").fit(size, truth)
    inside = np.linspace(size.min(), 1, 200)
    np.testing.assert_allclose(found.apply(inside), theirs.predict(inside), atol=1e-9)


@given(pairs)
def test_isotonic_never_falls_and_keeps_zero(rows: list[tuple[float, float]]) -> None:
    size, truth = (np.array(each) for each in zip(*rows, strict=True))
    found = calibration.fit_isotonic(size, truth)
    values = found.apply(np.linspace(0, 1, 300))
    assert values[0] == 0
    assert (np.diff(values) >= 0).all()
    assert values.max() <= 1
    # Fitting again what was fitted changes nothing.
    again = calibration.fit_isotonic(size, found.apply(size))
    np.testing.assert_allclose(again.apply(size), found.apply(size), atol=1e-12)


def test_isotonic_fitted_on_one_half_mends_the_other() -> None:
    rng = np.random.default_rng(3)
    size = rng.random(20_000) ** 3
    truth = np.clip(np.sqrt(size) + rng.normal(scale=0.05, size=size.size), 0, 1)
    found = calibration.fit_isotonic(size[::2], truth[::2])
    before = metrics.size_calibration_error(size[1::2], truth[1::2])
    after = metrics.size_calibration_error(found.apply(size[1::2]), truth[1::2])
    assert after < 0.01
    assert before > 0.1


def test_zeros_do_not_move_the_isotonic_map() -> None:
    size, truth = noisy(1000, 4)
    more = np.zeros(500)
    padded = calibration.fit_isotonic(
        np.concatenate([size, more]), np.concatenate([truth, more + 1])
    )
    assert padded == calibration.fit_isotonic(size, truth)


@pytest.mark.parametrize("raw", [False, True])
@pytest.mark.parametrize("level", [0.5, 0.9])
def test_intervals_hold_their_level_overall_and_by_bin(
    level: float,
    raw: bool,  # noqa: FBT001
) -> None:
    predicted, truth = noisy(40_000, 5)
    lower, upper = (predicted * 0.9, predicted * 1.02) if raw else (None, None)

    def half(values: Column | None, first: int) -> Column | None:
        return None if values is None else values[first::2]

    found = calibration.fit_intervals(
        predicted[::2], truth[::2], half(lower, 0), half(upper, 0), level=level
    )
    new, wanted = predicted[1::2], truth[1::2]
    low, high = found.apply(new, half(lower, 1), half(upper, 1))
    assert coverage(low, high, wanted) == pytest.approx(level, abs=0.02)
    place = np.searchsorted(found.edges, new, side="right")
    assert len(found.edges) == len(calibration.EDGES)
    for each in range(len(found.edges) + 1):
        rows = place == each
        share = coverage(low[rows], high[rows], wanted[rows])
        # Four standard errors of fitting and testing, and half a percent a tail.
        noise = 4 * math.sqrt(2 * level * (1 - level) / rows.sum())
        assert share == pytest.approx(level, abs=noise + 0.01)


def test_an_end_that_cannot_miss_leaves_its_part_to_the_other() -> None:
    rng = np.random.default_rng(4)
    predicted = rng.uniform(0, 0.0005, 20_000)
    truth = np.minimum(rng.exponential(0.003, 20_000), 1)
    found = calibration.fit_intervals(predicted[::2], truth[::2])
    low, high = found.apply(predicted[1::2])
    assert coverage(low, high, truth[1::2]) == pytest.approx(0.9, abs=0.012)


def test_few_rows_are_corrected_for() -> None:
    shares = []
    for seed in range(300):
        predicted, truth = noisy(2 * calibration.FEWEST, seed)
        half = calibration.FEWEST
        found = calibration.fit_intervals(predicted[:half], truth[:half])
        assert found.edges == ()
        low, high = found.apply(predicted[half:])
        shares.append(coverage(low, high, truth[half:]))
    assert 0.89 <= np.mean(shares) <= 0.93


@given(st.integers(0, 10_000), st.floats(0.5, 0.99))
def test_intervals_lie_around_the_prediction_in_bounds(seed: int, level: float) -> None:
    predicted, truth = noisy(300, seed)
    biased = np.minimum(truth * 1.5, 1)
    found = calibration.fit_intervals(predicted, biased, level=level)
    low, high = found.apply(predicted)
    assert (low >= 0).all()
    assert (low <= predicted).all()
    assert (predicted <= high).all()
    assert (high <= 1).all()


def test_a_higher_level_is_never_narrower() -> None:
    predicted, truth = noisy(3000, 6)
    narrow, wide = (
        calibration.fit_intervals(predicted, truth, level=level).apply(predicted)
        for level in (0.8, 0.95)
    )
    assert (wide[0] <= narrow[0]).all()
    assert (wide[1] >= narrow[1]).all()


def test_a_level_beyond_the_rows_is_the_whole_range() -> None:
    predicted, truth = noisy(calibration.FEWEST, 7)
    found = calibration.fit_intervals(predicted, truth, level=0.999)
    low, high = found.apply(predicted)
    assert (low == 0).all()
    assert (high == 1).all()


@pytest.mark.parametrize("calibrator", fitted(), ids=lambda each: type(each).__name__)
def test_json_and_back_is_the_same(calibrator: calibrators.Calibrator) -> None:
    text = json.dumps(calibrators.to_json(calibrator), allow_nan=False)
    again = calibrators.from_json(json.loads(text))
    assert again == calibrator
    assert json.dumps(calibrators.to_json(again)) == text
    assert calibrators.from_json(json.loads(text.replace(".0,", ","))) == calibrator


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"kind": "platt", "slope": 1.0},
        {"kind": "temperature"},
        {"kind": "temperature", "temperature": 1.0, "more": 2},
        {"kind": "temperature", "temperature": "warm"},
        {"kind": "temperature", "temperature": 0},
        {"kind": "temperature", "temperature": math.nan},
        {"kind": "isotonic", "sizes": [], "values": []},
        {"kind": "isotonic", "sizes": [0, 0.5], "values": [0]},
        {"kind": "isotonic", "sizes": [0, 0.5, 0.5], "values": [0, 0.1, 0.2]},
        {"kind": "isotonic", "sizes": [0, 0.5, 0.9], "values": [0, 0.2, 0.1]},
        {
            "kind": "intervals",
            "level": 0.9,
            "edges": [0.5],
            "below": [0.1],
            "above": [0.1],
            "quantiles": False,
        },
    ],
)
def test_what_is_no_calibrator_is_refused(data: dict[str, object]) -> None:
    with pytest.raises(errors.InputError, match="calibrat"):
        calibrators.from_json(data)


FITS: list[Callable[..., calibrators.Calibrator]] = [
    calibration.fit_temperature,
    calibration.fit_isotonic,
    calibration.fit_intervals,
]


@pytest.mark.parametrize("fit", FITS)
def test_bad_rows_are_refused(fit: Callable[..., calibrators.Calibrator]) -> None:
    predicted, truth = noisy(200, 8)
    with pytest.raises(errors.InputError, match="needs 100 held-out rows"):
        fit(predicted[:99], truth[:99])
    with pytest.raises(errors.InputError, match="needs 100 held-out rows"):
        fit(predicted[:0], truth[:0])
    for bad in (math.nan, -0.1, 1.1):
        spoilt = truth.copy()
        spoilt[3] = bad
        with pytest.raises(errors.InputError, match=r"lie in \[0, 1\]"):
            fit(predicted, spoilt)
        with pytest.raises(errors.InputError, match=r"lie in \[0, 1\]"):
            fit(spoilt, truth)
    with pytest.raises(REFUSALS):
        fit(predicted, truth[:150])


def test_isotonic_refuses_when_too_little_is_above_zero() -> None:
    with pytest.raises(errors.InputError, match="needs 100 held-out rows"):
        calibration.fit_isotonic(np.zeros(500), np.zeros(500))


def test_quantiles_are_for_intervals_fitted_with_them() -> None:
    predicted, truth = noisy(200, 9)
    plain = calibration.fit_intervals(predicted, truth)
    with pytest.raises(ValueError, match="fitted with them"):
        plain.apply(predicted, predicted, predicted)
    with pytest.raises(ValueError, match="both quantiles"):
        calibration.fit_intervals(predicted, truth, lower=predicted)
    with pytest.raises(errors.InputError, match="level"):
        calibration.fit_intervals(predicted, truth, level=1.0)
