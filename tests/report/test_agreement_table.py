"""The table of an agreement: a row for each group, and the gap between strands."""

import dataclasses

from support import examples
from twinsplice.report import agreement_table


def test_the_table_has_a_row_for_each_group() -> None:
    summary = examples.evaluation(examples.make_cases(40)).summary
    lines = agreement_table.text(summary).splitlines()
    assert len(lines) == 2 + len(summary.groups)
    assert len({line.count("|") for line in lines}) == 1
    assert lines[0].startswith("| chr 20 | n | abs Δ >= 0.2 |")
    whole = summary.groups["all"]
    assert lines[2].startswith(f"| all | 40 | {whole['positives']:.0f} |")
    # Intervals were not asked about.
    assert lines[2].endswith("| - | - |")


def test_the_gap_between_strands_comes_last_if_it_is_known() -> None:
    summary = examples.evaluation(examples.make_cases(40)).summary
    changed = dataclasses.replace(summary, strand_gap=(0.0161, -0.01, 0.04))
    last = agreement_table.text(changed).splitlines()[-1]
    assert last.endswith("minus: +0.016 (95 % over genes: -0.010 to +0.040)")
