"""Hold what a scorer says to what `reference_scorer.Naive` says."""

from collections.abc import Sequence

import pytest

from support import outcomes, reference_rules, reference_scorer
from twinsplice.io.vcf import vcf


def check(
    found: Sequence[outcomes.Outcome],
    record: vcf.Record,
    expected: Sequence[reference_scorer.Expected],
    tolerance: float = reference_rules.TOLERANCE,
) -> None:
    """Fail unless the outcomes for a record are those expected of each allele."""
    rest = list(found)
    for alt, each in zip(record.alts or (".",), expected, strict=True):
        for one in [each] if isinstance(each, reference_scorer.Refusal) else each:
            count = 1
            if isinstance(one, reference_scorer.Refusal):
                count = len(one.genes) or 1
                _check_refusal(rest[:count], alt, one)
            else:
                _check_score(rest[0], alt, one, tolerance)
            rest = rest[count:]
    assert rest == []


def _check_refusal(
    found: Sequence[outcomes.Outcome], alt: str, expected: reference_scorer.Refusal
) -> None:
    said = []
    for each in found:
        assert isinstance(each, outcomes.Skipped)
        assert each.alt == alt
        assert each.reason in expected.reasons
        said.append(each.gene)
    assert said == list(expected.genes or [""])


def _check_score(
    found: outcomes.Outcome,
    alt: str,
    expected: reference_scorer.Score,
    tolerance: float,
) -> None:
    assert isinstance(found, outcomes.Scored)
    assert (found.alt, found.gene) == (alt, expected.gene)
    assert found.start == expected.start
    if expected.exon_loss is not None:
        loss = pytest.approx(expected.exon_loss, abs=tolerance, nan_ok=True)
        assert found.exon_loss == loss
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
