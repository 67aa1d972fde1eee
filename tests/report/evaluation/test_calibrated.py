"""The outcome of a calibration in print: only what was done."""

import dataclasses
import pathlib

from twinsplice.report.evaluation import calibrated
from twinsplice.settings import calibrate as calibrate_settings

NOTHING = calibrate_settings.Summary(
    output=pathlib.Path("out.safetensors"),
    variants=0,
    temperature=None,
    before={},
    after={},
    refinement={},
)
LABELS = [
    "probability of altered splicing: 2,000 labelled variants in 30 groups, 99 altered",
    "  AUROC: 0.900",
    "  AP: 0.400",
    "  calibration error: 0.010",
]
LABORATORY = {
    "variants": 2_000,
    "groups": 30,
    "altered": 99,
    "figures": {"auroc": {"value": 0.9}, "ap": {"value": 0.4}, "error": 0.01},
}


def test_measures_stand_beside_what_they_were() -> None:
    found = dataclasses.replace(
        NOTHING,
        variants=1_234,
        before={"plain": {"size_error": 0.2}},
        after={"plain": {"size_error": 0.1, "coverage": 0.9}},
        refinement={"plain": {"threshold": 0.02}},
    )
    lines = [
        "calibrated on 1,234 variants",
        "  plain, size error: 0.100, was 0.200",
        "  plain, coverage: 0.900",
        "  plain, threshold of score --refine: 0.02",
    ]
    assert calibrated.text(found).splitlines() == lines
    both = dataclasses.replace(found, laboratory=LABORATORY)
    assert calibrated.text(both).splitlines() == [*lines, *LABELS]


def test_of_labels_alone_nothing_else_is_said() -> None:
    assert calibrated.text(NOTHING) == ""
    found = dataclasses.replace(NOTHING, laboratory=LABORATORY)
    assert calibrated.text(found).splitlines() == LABELS
