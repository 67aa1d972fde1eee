"""Calibrators fitted to scores: on which variants, and what is said of them."""

import pathlib

import numpy as np
import pytest

from twinsplice.predictors import score_calibration
from twinsplice.settings import calibrate as calibrate_settings
from twinsplice.stats import prediction_intervals
from twinsplice.training import calibrating, held_out

ROWS = 3_000
CONFIG = calibrate_settings.Config(
    pathlib.Path("run"),
    targets=(pathlib.Path("pairs.zarr"),),
    output=pathlib.Path("out.safetensors"),
)


def _scores(rows: int = ROWS, seed: int = 0) -> calibrating.Scores:
    """Sizes twice the base model's, but for noise that is larger at sites."""
    rng = np.random.default_rng(seed)
    size = rng.random((rows, 4)) ** 6
    ref = rng.choice([0.0, 0.9], (rows, 4))
    noise = rng.normal(size=(rows, 4)) * (0.1 + 0.2 * ref) * size
    truth = np.clip(size / 2 + noise, 0, 1)
    return calibrating.Scores(
        raw=score_calibration.RawScores(size=size, ref=ref), truth=truth
    )


def _variants(rows: int = ROWS) -> held_out.Held:
    draw = np.random.default_rng(1).integers(0, 2**31, 60)[np.arange(rows) % 60]
    return held_out.Held(pairs=(), draw=draw)


def test_intervals_hold_the_level_by_size_and_site_on_other_genes() -> None:
    fitted = calibrating.fit(_scores(), _variants().half, CONFIG)
    new = _scores(seed=2)
    ends = fitted.ends(new.raw)
    assert ends is not None
    held = (ends[0] <= new.truth) & (new.truth <= ends[1])
    sizes = fitted.sizes(new.raw.size)
    for site in (new.raw.ref > 0.5, new.raw.ref < 0.5):
        for least, most in ((0, 0.02), (0.02, 0.1), (0.1, 0.3), (0.3, 0.6)):
            rows = site & (least <= sizes) & (sizes < most)
            assert rows.sum() > 200
            assert held[rows].mean() == pytest.approx(0.9, abs=0.05)


def test_intervals_allow_for_the_errors_of_the_map() -> None:
    """Fitted to what maps of other genes make of a size, not to the map's own rows."""
    scores, half = _scores(400), _variants(400).half
    fitted = calibrating.fit(scores, half, CONFIG)
    own = fitted.sizes(scores.raw.size)
    assert isinstance(fitted.intervals, prediction_intervals.SiteIntervals)
    low, high = fitted.intervals.apply(own, scores.raw.ref)
    held = (low <= scores.truth) & (scores.truth <= high)
    # So on the map's own rows they hold no less than the level.
    assert held.mean() > 0.89


def test_figures_are_of_genes_that_were_not_fitted_on() -> None:
    scores, variants = _scores(), _variants()
    whole = calibrating.cross_fitted(scores, variants, CONFIG)
    assert whole.figures["coverage"] == pytest.approx(0.9, abs=0.02)
    assert whole.figures["coverage_notable"] == pytest.approx(0.9, abs=0.03)
    assert whole.figures["size_error"] < 0.02
    assert whole.reliability is not None
    assert whole.reliability.count.sum() == ROWS
    assert whole.reliability.error < 0.06
    share = float((scores.truth.max(axis=1) >= 0.2).mean())
    assert 0 < whole.figures["brier"] < share * (1 - share)
    # A variant's outcome moves nothing of what is predicted for its own gene.
    part = variants.part(0)
    spoilt = calibrating.Scores(
        raw=scores.raw,
        truth=np.where(part[:, None], scores.truth[::-1], scores.truth),
    )
    one, two = (
        calibrating.fit(each.of(~part), variants.half[~part], CONFIG)
        for each in (scores, spoilt)
    )
    assert one == two
    assert len({*np.flatnonzero(part) % 60} & {*np.flatnonzero(~part) % 60}) == 0


def test_without_enough_outcomes_there_is_no_curve() -> None:
    small = _scores()
    low = calibrating.Scores(raw=small.raw, truth=small.truth * 0.1)
    whole = calibrating.cross_fitted(low, _variants(), CONFIG)
    assert whole.reliability is None
    assert "brier" not in whole.figures
