"""Records are sorted as `sorted` does, whether in memory or on disk."""

import dataclasses

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support import models as toys
from twinsplice.genome import variants
from twinsplice.io.vcf import sorting, vcf


def _key(record: vcf.Record) -> tuple[int, int]:
    return int(record.contig), record.position


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3)), max_size=20))
def test_equal_ones_keep_their_order(
    monkeypatch: pytest.MonkeyPatch, places: list[tuple[int, int]]
) -> None:
    records = [
        dataclasses.replace(
            toys.record(position, "A", "C", contig=str(contig)),
            line=line,
            name=f"n{line}",
            refusal=variants.SkipReason.UNKNOWN_PLACE if line % 2 else None,
        )
        for line, (contig, position) in enumerate(places)
    ]
    expected = sorted(records, key=_key)
    for run, letters in ((1, 1_000), (3, 1_000), (100, 1_000), (100, 40)):
        monkeypatch.setattr(sorting, "RUN", run)
        monkeypatch.setattr(sorting, "RUN_LETTERS", letters)
        assert list(sorting.ordered(iter(records), _key)) == expected
