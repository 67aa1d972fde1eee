"""Costs of large runs follow from what was measured, in the unit that suits them."""

from typing import Any

import pytest
from benchmarks.scale import cost_tables

MODELS = ("twinsplice", "cispliceai")
FOUND: dict[str, Any] = {
    "numbers": {"500": [0.002, 0.004], "8000": [0.002, 0.002]},
    "models": {
        f"{name}, {kind}, {distance}": [0.002 * factor]
        for name in MODELS
        for kind, factor in (("clustered", 1), ("isolated", 5))
        for distance in (50, 500)
    },
    "scan": {name: {"seconds": [0.001]} for name in MODELS},
    "worker": {"peak_gibibytes": 1.25, "shard_bytes": 100.0, "output_bytes": 20.0},
    "genes": {"genes": 2, "bases": 1_000_000},
}


def test_ratios_are_of_the_same_turn() -> None:
    (row,) = [
        line
        for line in cost_tables.table(FOUND).splitlines()
        if "a run of 8,000" in line
    ]
    assert row.endswith("| 2.00 | 0.75 (0.50 to 1.00) |")


def test_what_all_genes_cost_is_variants_times_cost() -> None:
    lines = cost_tables.table(FOUND).splitlines()
    assert any("0.0 billion" in line or "1 Mb" in line for line in lines)
    rows = [line for line in lines if line.startswith("| default weights | ")]
    # 11 variants a base, a millisecond each: 11,000 s.
    assert rows == [
        "| default weights | 3 hours | 3 minutes | 0 minutes | 4 minutes | 0 minutes |"
    ]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(90, "2 minutes"), (7_200, "2 hours"), (200_000, "2 days"), (4e9, "130 years")],
)
def test_a_time_has_the_unit_that_suits_it(seconds: float, text: str) -> None:
    assert cost_tables._time(seconds) == text
