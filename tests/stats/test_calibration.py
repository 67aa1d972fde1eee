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
from twinsplice.stats import (
    calibration,
    calibrators,
    conformal,
    metrics,
    prediction_intervals,
)

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


def fitted() -> list[calibrators.Calibrator]:
    predicted, truth = noisy(2000, 0)
    exceedance = calibration.fit_exceedance(predicted, truth)
    assert exceedance is not None
    return [
        calibration.fit_temperature(predicted, truth),
        calibration.fit_isotonic(predicted, truth),
        conformal.fit(predicted, truth, truth),
        exceedance,
        calibrators.Temperature(2.0),
        prediction_intervals.Intervals(
            level=0.9, edges=(0.1,), below=(0.1, 0.2), above=(0.1, 0.2), quantiles=True
        ),
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


@pytest.mark.parametrize("calibrator", fitted(), ids=lambda each: type(each).__name__)
def test_json_and_back_is_the_same(calibrator: calibrators.Calibrator) -> None:
    text = json.dumps(calibrators.to_json(calibrator), allow_nan=False)
    again = calibrators.from_json(json.loads(text))
    assert again == calibrator
    assert json.dumps(calibrators.to_json(again)) == text
    assert calibrators.from_json(json.loads(text.replace(".0,", ","))) == calibrator


# The probability of a large base size.


def test_the_probability_of_the_data_is_found() -> None:
    rng = np.random.default_rng(10)
    size = rng.uniform(0.01, 0.99, 40_000)
    true = calibrators.Exceedance(least=0.2, slope=1.5, intercept=0.7)
    reached = rng.random(len(size)) < true.apply(size)
    found = calibration.fit_exceedance(size, np.where(reached, 0.6, 0.1))
    assert found is not None
    assert found.least == 0.2
    assert found.slope == pytest.approx(1.5, abs=0.06)
    assert found.intercept == pytest.approx(0.7, abs=0.06)
    assert metrics.reliability(found.apply(size), reached).error < 0.01


def test_the_probability_is_scipys_optimum() -> None:
    predicted, truth = noisy(3_000, 11)
    found = calibration.fit_exceedance(predicted, truth)
    assert found is not None
    clipped = np.clip(predicted, 1e-4, 1 - 1e-4)
    logit = np.log(clipped / (1 - clipped))

    def cost(at: Column) -> float:
        line = at[0] * logit + at[1]
        loss = np.logaddexp(0, line) - (truth >= 0.2) * line
        return float(loss.sum() + at[0] ** 2 / 2_000)

    theirs = optimize.minimize(cost, np.array([1.0, 0.0]), tol=1e-10).x
    assert (found.slope, found.intercept) == pytest.approx(tuple(theirs), rel=1e-3)


@given(st.floats(0.01, 50), st.floats(-50, 50))
def test_a_probability_never_falls_and_has_its_ends(
    slope: float, intercept: float
) -> None:
    known = calibrators.Exceedance(least=0.2, slope=slope, intercept=intercept)
    probability = known.apply(np.array([0, 1e-9, 0.01, 0.3, 0.7, 1 - 1e-9, 1]))
    assert (probability[0], probability[-1]) == (0, 1)
    assert (np.diff(probability) >= 0).all()


def test_what_says_nothing_gives_no_probability() -> None:
    predicted, truth = noisy(500, 12)
    assert calibration.fit_exceedance(predicted, truth * 0.1) is None
    assert calibration.fit_exceedance(predicted, 1 - predicted) is None
    assert calibration.fit_exceedance(predicted, np.ones(500)) is None
    # Sizes that part the two without error still give a slope with an end.
    parted = calibration.fit_exceedance(predicted, predicted)
    assert parted is not None
    assert parted.slope < 200


# The probability that a laboratory finds splicing altered.


def test_the_probability_of_alteration_of_the_data_is_found() -> None:
    rng = np.random.default_rng(13)
    score = rng.uniform(0, 1, 40_000) ** 4
    true = calibrators.Alteration(slope=0.8, intercept=0.5, prior=0.1)
    altered = rng.random(len(score)) < true.apply(score)
    found = calibration.fit_alteration(score, altered)
    assert found is not None
    assert found.slope == pytest.approx(0.8, abs=0.03)
    assert found.intercept == pytest.approx(0.5, abs=0.06)
    assert found.prior == altered.mean()
    # A fit of this sort is right in the mean.
    assert found.apply(score).mean() == pytest.approx(found.prior, abs=1e-3)
    assert metrics.reliability(found.apply(score), altered).error < 0.01


@given(st.floats(0.01, 50), st.floats(-50, 50), st.floats(0.001, 0.999))
def test_a_probability_of_alteration_never_falls_and_is_one(
    slope: float, intercept: float, prior: float
) -> None:
    known = calibrators.Alteration(slope=slope, intercept=intercept, prior=prior)
    probability = known.apply(np.array([0, 1e-9, 1e-3, 0.01, 0.3, 0.7, 1]))
    assert ((probability >= 0) & (probability <= 1)).all()
    assert (np.diff(probability) >= 0).all()
    assert np.isnan(known.apply(np.array([np.nan]))).all()


def test_labels_that_say_nothing_give_no_probability() -> None:
    score = np.random.default_rng(14).random(500)
    assert calibration.fit_alteration(score, np.zeros(500, dtype=bool)) is None
    assert calibration.fit_alteration(score, np.arange(500) < 19) is None
    assert calibration.fit_alteration(score, score < 0.3) is None
    with pytest.raises(errors.InputError, match="needs 100 held-out rows"):
        calibration.fit_alteration(score[:99], score[:99] > 0.5)


FITS: list[Callable[..., calibrators.Calibrator | None]] = [
    calibration.fit_temperature,
    calibration.fit_isotonic,
    calibration.fit_exceedance,
]


@pytest.mark.parametrize("fit", FITS)
def test_bad_rows_are_refused(
    fit: Callable[..., calibrators.Calibrator | None],
) -> None:
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
