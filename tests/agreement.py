"""Hold what a scorer says to what `naive_scorer.Naive` says."""

from collections.abc import Sequence

import pytest

import naive_scorer
import oracles
from twinsplice.effect import answers
from twinsplice.io import vcf


def check(
    found: Sequence[answers.Answer],
    record: vcf.Record,
    expected: Sequence[naive_scorer.Expected],
    tolerance: float = oracles.TOLERANCE,
) -> None:
    """Fail unless the answers for a record are those expected of each allele."""
    rest = list(found)
    for alt, each in zip(record.alts or (".",), expected, strict=True):
        for one in [each] if isinstance(each, naive_scorer.Refusal) else each:
            count = 1
            if isinstance(one, naive_scorer.Refusal):
                count = len(one.genes) or 1
                _check_refusal(rest[:count], alt, one)
            else:
                _check_score(rest[0], alt, one, tolerance)
            rest = rest[count:]
    assert rest == []


def _check_refusal(
    found: Sequence[answers.Answer], alt: str, expected: naive_scorer.Refusal
) -> None:
    said = []
    for each in found:
        assert isinstance(each, answers.Skipped)
        assert each.alt == alt
        assert each.reason in expected.reasons
        said.append(each.gene)
    assert said == list(expected.genes or [""])


def _check_score(
    found: answers.Answer, alt: str, expected: naive_scorer.Score, tolerance: float
) -> None:
    assert isinstance(found, answers.Scored)
    assert (found.alt, found.gene) == (alt, expected.gene)
    assert found.window.start == expected.start
    for kind, change, sizes in zip(
        found.kinds, found.changes, expected.sizes, strict=True
    ):
        assert sizes.agree(change.size, change.column, tolerance)
        named = (change.ref, change.alt)
        assert any(
            (expected.ref[row][change.column], expected.alt[row][change.column])
            == pytest.approx(named, abs=tolerance)
            for row in kind.rows
        )
