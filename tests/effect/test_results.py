"""`results`: where changes are, and which rows are a record's."""

import dataclasses

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from support import replacements
from twinsplice.effect import deltas, queries, results
from twinsplice.genome import variants

START, POS = [95, 40, 7], [100, 47, 9]
LOSSES = np.array([0.5, np.nan, 0.0] * 9)
COLUMNS = np.array([[0, 5, 6, 10], [7, 7, 8, 0], [1, 2, 3, 4]], dtype=np.int64)


def _results(record: list[int]) -> results.Results:
    """Rows of records, every fourth of which has no score."""
    reasons = [
        variants.SkipReason.NO_ALT if row % 4 == 3 else None
        for row in range(len(record))
    ]
    scored = np.cumsum([reason is None for reason in reasons], dtype=np.int64) - 1
    scored[[reason is not None for reason in reasons]] = -1
    count = sum(reason is None for reason in reasons)
    some = np.zeros((count, 4))
    return results.Results(
        record=replacements.integers(record),
        alt=["A"] * len(record),
        gene=["G"] * len(record),
        gene_id=["g"] * len(record),
        minus=np.zeros(len(record), dtype=bool),
        reason=reasons,
        scored=scored,
        origin=replacements.integers((POS * 9)[:count]),
        start=replacements.integers((START * 9)[:count]),
        predictions=queries.Predictions(
            kinds=deltas.SITE_KINDS,
            size=some,
            column=np.concatenate([COLUMNS] * 9)[:count],
            ref=some,
            alt=some,
            exon_loss=LOSSES[:count],
        ),
    )


def test_changes_are_told_by_their_base_and_by_bases_from_pos() -> None:
    three = _results([0, 0, 1])
    assert three.position.tolist() == [
        [95, 100, 101, 105],
        [47, 47, 48, 40],
        [8, 9, 10, 11],
    ]
    assert three.offset.tolist() == [[-5, 0, 1, 5], [0, 0, 1, -7], [-1, 0, 1, 2]]


def test_what_may_be_is_the_upper_end_of_an_interval() -> None:
    rows = _results([0, 0, 0, 0, 1])
    size = np.array([[0.1, 0, 0, 0], [0, 0.2, 0, 0], [0.3, 0, 0, 0], [0.4, 0, 0, 0]])
    high = np.array([[0.1, 0.6, 0, 0], [0, 0.1, 0, 0], [np.nan] * 4, [1, 0, 0, 0]])
    plain = dataclasses.replace(rows.predictions, size=size)
    ends = dataclasses.replace(plain, high=high, low=high)
    # The fourth row has no score. An end below the score, or none, changes nothing.
    for predictions, expected in (
        (plain, [0.1, 0.2, 0.3, np.nan, 0.4]),
        (ends, [0.6, 0.2, 0.3, np.nan, 1.0]),
    ):
        made = dataclasses.replace(rows, predictions=predictions)
        np.testing.assert_array_equal(made.highest, expected)
        np.testing.assert_array_equal(made.largest, [0.1, 0.2, 0.3, np.nan, 0.4])


@given(counts=st.lists(st.integers(0, 4), max_size=6))
def test_each_record_has_its_own_rows(counts: list[int]) -> None:
    record = [number for number, count in enumerate(counts) for _ in range(count)]
    every = _results(record)
    assert len(every) == len(record)
    rows = list(every.by_record(len(counts)))
    assert [len(each) for each in rows] == counts
    for number, each in enumerate(rows):
        assert [record[row] for row in each] == [number] * counts[number]
    assert [row for each in rows for row in each] == list(range(len(record)))


def test_exon_inclusion_is_the_mean_of_the_two_by_row() -> None:
    rows = _results([0] * 8)
    # Every fourth row has no score, every third score no exon.
    expected = [0.25, np.nan, 0, np.nan, 0.25, np.nan, 0, np.nan]
    np.testing.assert_array_equal(rows.inclusion, expected)
    raised = dataclasses.replace(rows.predictions, size=rows.predictions.size + 0.3)
    higher = dataclasses.replace(rows, predictions=raised)
    np.testing.assert_allclose(higher.inclusion, np.array(expected) + 0.15)
    without = dataclasses.replace(rows.predictions, exon_loss=None)
    assert np.isnan(dataclasses.replace(rows, predictions=without).inclusion).all()
