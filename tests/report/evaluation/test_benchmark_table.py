"""Tables of a benchmark: a row for each model, a dash where nothing is defined."""

import math

from support import examples
from twinsplice.report.evaluation import benchmark_table


def test_the_text_has_all_tables_and_what_is_missing() -> None:
    cases = examples.make_labelled(60, "one", "two")
    text = benchmark_table.text(examples.benchmark(cases).summary)
    lines = text.splitlines()
    assert lines[0].startswith("<table>.tsv as plain: 60 variants (chr 2) in 15 groups")
    assert sum(line.startswith("| one |") for line in lines) == 1
    assert sum(line.startswith("| two |") for line in lines) == 2
    assert lines[-2:] == [
        "not labelled: not measured: 3",
        "not asked: other contig: 1,234",
    ]


def test_what_is_not_defined_is_a_dash() -> None:
    assert benchmark_table.number(math.nan) == "-"
    nothing = {"value": math.nan, "low": math.nan, "high": math.nan}
    assert benchmark_table.estimate(nothing) == "-"
    part = {"value": 0.5, "low": math.nan, "high": 0.75}
    assert benchmark_table.estimate(part) == "0.500 (-, 0.750)"
