"""The table of an agreement: a row for each group, and the gap between strands."""

import dataclasses

from support import examples
from twinsplice.report.evaluation import agreement_table


def test_the_table_has_a_row_for_each_group() -> None:
    evaluation = examples.evaluation(examples.make_cases(40, quantiles=False))
    summary = evaluation.summary
    lines = agreement_table.text(evaluation).splitlines()[: 2 + len(summary.groups)]
    assert len({line.count("|") for line in lines}) == 1
    assert lines[0].startswith("| chr 20 | n | abs Δ >= 0.2 |")
    whole = summary.groups["all"]
    assert lines[2].startswith(f"| all | 40 | {whole['positives']:.0f} |")
    # Nothing was refined, and there are no intervals.
    assert "refined" not in lines[0]
    assert "intervals hold" not in lines[0]


def test_the_gap_between_strands_comes_last_of_the_groups_if_it_is_known() -> None:
    evaluation = examples.evaluation(examples.make_cases(40, quantiles=False))
    summary = dataclasses.replace(evaluation.summary, strand_gap=(0.0161, -0.01, 0.04))
    changed = dataclasses.replace(evaluation, summary=summary, probability=None)
    last = agreement_table.text(changed).splitlines()[-1]
    assert last.endswith("minus: +0.016 (95 % over genes: -0.010 to +0.040)")


def test_intervals_and_the_probability_follow() -> None:
    evaluation = examples.evaluation(examples.make_cases(40))
    text = agreement_table.text(evaluation)
    table = text.split("\n\n")[1].splitlines()
    assert len({line.count("|") for line in table}) == 1
    crossed = [row for row in evaluation.intervals if "all" not in (row.site, row.size)]
    assert len(table) == 2 + len(evaluation.intervals) - len(crossed)
    assert len(agreement_table.interval_rows(evaluation)) == len(evaluation.intervals)
    assert "| all four scores, all | all | 160 | " in text
    assert "probability of base |Δ| >= 0.2: Brier score 0." in text
