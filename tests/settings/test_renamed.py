"""`renamed`: a former name means the present one, and nothing else is touched."""

import dataclasses

import pytest

from twinsplice.settings import (
    calibrate,
    evaluate,
    renamed,
    sample,
    score,
    targets,
    train,
)

CONFIGS = [
    module.Config for module in (calibrate, evaluate, sample, score, targets, train)
]
FIELDS = {field.name for config in CONFIGS for field in dataclasses.fields(config)}


def test_present_names_are_fields_and_former_ones_are_none() -> None:
    assert set(renamed.FORMER.values()) <= FIELDS
    assert not set(renamed.FORMER) & FIELDS


@pytest.mark.parametrize(
    ("words", "present"),
    [
        (["--beside", "beside"], ["--compare-with", "beside"]),
        (["--beside=--most"], ["--compare-with=--most"]),
        (["--site-share", "0.5", "-o", "x"], ["--site-fraction", "0.5", "-o", "x"]),
        (
            ["--start-share=1", "--start", "y"],
            ["--weight-interpolation=1", "--init-weights", "y"],
        ),
        (["--most", "--", "--most"], ["--max-variants", "--", "--most"]),
        (["--mostly", "-most", "most"], ["--mostly", "-most", "most"]),
    ],
)
def test_flags_get_their_present_names(words: list[str], present: list[str]) -> None:
    assert renamed.current_flags(words) == present


def test_settings_get_their_present_names() -> None:
    former = {"warm-up": 1, "warm_up_": 2, "clip": 3, "steps": 4}
    assert renamed.current(former) == {
        "warmup_fraction": 1,
        "warm_up_": 2,
        "grad_clip": 3,
        "steps": 4,
    }


def test_a_hint_names_both_once_and_spells_them_alike() -> None:
    assert renamed.hints(["--clip", "--steps", "--clip", "trunk_share"]) == [
        "--clip is now --grad-clip; the old name goes in the next version",
        "trunk_share is now encoder-lr-scale; the old name goes in the next version",
    ]
