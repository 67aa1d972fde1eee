"""`score_calibration`: calibrators as a card keeps them."""

from typing import Any

import pytest

from twinsplice import errors
from twinsplice.predictors import score_calibration
from twinsplice.stats import calibrators


def test_calibrators_come_back_from_a_card() -> None:
    isotonic = calibrators.Isotonic(sizes=(0.0, 1.0), values=(0.0, 0.5))
    card = {"calibration": {"isotonic": calibrators.to_json(isotonic)}}
    assert score_calibration.from_card(card) == score_calibration.ScoreCalibration(
        isotonic=isotonic
    )
    assert score_calibration.from_card({}) == score_calibration.ScoreCalibration()


def test_cards_without_modes_are_of_the_plain_model() -> None:
    flat = {"isotonic": {"kind": "isotonic", "sizes": [0, 1], "values": [0, 0.5]}}
    nothing = score_calibration.ScoreCalibration()
    plain = score_calibration.from_card({"calibration": flat})
    assert plain.isotonic is not None
    assert score_calibration.from_card({"calibration": flat}, "anchored") == nothing
    by_mode = {"calibration": {"anchored": flat, "contigs": ["2"]}}
    assert score_calibration.from_card(by_mode) == nothing
    assert score_calibration.from_card(by_mode, "anchored") == plain
    both = score_calibration.by_mode(by_mode)
    assert both == {"plain": nothing, "anchored": plain}


@pytest.mark.parametrize(
    "stored",
    [
        {"probability": {"kind": "isotonic", "sizes": [0, 1], "values": [0, 1]}},
        {"isotonic": {"kind": "temperature", "temperature": 1}},
        {"intervals": {"kind": "siteintervals"}},
    ],
)
def test_a_calibrator_in_the_wrong_place_is_refused(stored: dict[str, Any]) -> None:
    with pytest.raises(errors.InputError, match="stored calibrator"):
        score_calibration.from_card({"calibration": {"plain": stored}})
