"""The largest gain and loss at each base."""

import numpy as np
import pytest

from twinsplice.effect import deltas, queries, results, saturation_effects
from twinsplice.genome import variants

START, WIDTH = 100, 4
Row = tuple[int, str, str, str, tuple[float, float, float, float] | None]
"""Position, REF, ALT, gene and sizes of AG, AL, DG, DL; none without a score."""
ROWS: list[Row] = [
    (100, "C", "A", "G1", (0.1, 0.2, 0.3, 0.0)),
    (100, "C", "G", "G1", (0.0, 0.9, 0.0, 0.1)),
    (100, "C", "G", "G2", (0.7, 0.0, 0.0, 0.0)),
    (101, "T", "A", "G1", None),
    (101, "TGG", "T", "G1", (0.0, 0.4, 0.0, 0.0)),
    (102, "G", "GAA", "G1", (0.6, 0.0, 0.0, 0.0)),
    (99, "A", "AT", "G1", (0.0, 0.0, 0.0, 0.5)),
    (104, "A", "T", "G1", (1.0, 1.0, 1.0, 1.0)),
]


def chunk(rows: list[Row]) -> results.Results:
    sizes = np.array([row[4] for row in rows if row[4]], dtype=np.float64)
    scored = np.array([row[4] is not None for row in rows])
    none = np.zeros(len(sizes), dtype=np.int64)
    flat = np.zeros_like(sizes)
    return results.Results(
        record=np.arange(len(rows)),
        alt=[row[2] for row in rows],
        gene=[row[3] for row in rows],
        gene_id=[row[3] for row in rows],
        minus=np.zeros(len(rows), dtype=bool),
        reason=[None if row[4] else variants.SkipReason.REF_MISMATCH for row in rows],
        scored=np.where(scored, np.cumsum(scored) - 1, -1),
        origin=none,
        start=none,
        predictions=queries.Predictions(
            kinds=deltas.SITE_KINDS,
            size=sizes,
            column=flat.astype(np.int64),
            ref=flat,
            alt=flat,
        ),
    )


def entered(gene_id: str | None = None) -> saturation_effects.Effects:
    effects = saturation_effects.empty(START, WIDTH)
    # In two chunks: the larger of both counts.
    for rows in (ROWS[:2], ROWS[2:]):
        positions = np.array([row[0] for row in rows])
        lengths = np.array([len(row[1]) for row in rows])
        saturation_effects.enter(effects, positions, lengths, chunk(rows), gene_id)
    return effects


def test_each_substitution_has_its_largest_gain_and_loss() -> None:
    gain, loss = entered().substitutions
    wanted = np.full((4, WIDTH), np.nan)
    wanted[0, 0], wanted[2, 0] = 0.3, 0.7
    np.testing.assert_array_equal(gain, wanted)
    wanted[0, 0], wanted[2, 0] = 0.2, 0.9
    np.testing.assert_array_equal(loss, wanted)


def test_other_variants_count_where_they_first_change_a_base() -> None:
    gain, loss = entered().every
    np.testing.assert_array_equal(gain, [0.7, np.nan, 0.0, 0.6])
    np.testing.assert_array_equal(loss, [0.9, np.nan, 0.4, 0.0])


@pytest.mark.parametrize(("gene", "gain"), [("G1", 0.3), ("G2", 0.7)])
def test_one_gene_alone_can_be_entered(gene: str, gain: float) -> None:
    assert entered(gene).every[0, 0] == gain


def test_nothing_is_known_of_no_variants() -> None:
    effects = saturation_effects.empty(START, WIDTH)
    assert effects.width == WIDTH
    assert np.isnan(effects.every).all()
