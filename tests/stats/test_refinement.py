"""`refinement`: the largest threshold that misses no more than it may."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinsplice import errors
from twinsplice.stats import refinement

UNIT = 1e-4
"""Thresholds are rounded down to this."""


def _drawn(rows: int, seed: int, noise: float) -> tuple[np.ndarray, np.ndarray]:
    """Base sizes, many of them small, and predictions that are off by some noise."""
    rng = np.random.default_rng(seed)
    base = rng.random(rows) ** 3
    return np.clip(base + noise * rng.normal(size=rows), 0, 1), base


def _misses_little(sizes: np.ndarray, base: np.ndarray, threshold: float) -> bool:
    """Count one variant after the other."""
    for size, share in refinement.LIMITS:
        reaching = [p for p, b in zip(sizes, base, strict=True) if b >= size]
        if sum(p < threshold for p in reaching) > share * len(reaching):
            return False
    return True


@given(
    rows=st.integers(300, 2_000),
    seed=st.integers(0, 2**32),
    noise=st.sampled_from([0.0, 0.05, 0.3]),
)
def test_it_is_the_largest_that_misses_no_more_than_allowed(
    rows: int, seed: int, noise: float
) -> None:
    sizes, base = _drawn(rows, seed, noise)
    fitted = refinement.fit(sizes, base)
    assert fitted is not None
    assert fitted.variants == rows
    assert _misses_little(sizes, base, fitted.threshold)
    assert not _misses_little(sizes, base, fitted.threshold + UNIT + 1e-9)
    for (size, _), missed in zip(refinement.LIMITS, fitted.missed, strict=True):
        reaching = base >= size
        below = (sizes < fitted.threshold)[reaching]
        assert missed == pytest.approx(below.mean() if reaching.any() else 0)


def test_an_exact_prediction_needs_no_margin() -> None:
    base = np.linspace(0, 1, 1_001)
    fitted = refinement.fit(base, base)
    assert fitted is not None
    # Nine of the 901 from 0.1 on may be missed; of those from 0.2 on, none yet.
    assert fitted.threshold == pytest.approx(0.109)
    assert fitted.to_json() == {
        "threshold": fitted.threshold,
        "missed_0.1": pytest.approx(9 / 901),
        "missed_0.2": 0.0,
        "variants": 1_001,
    }


def test_a_large_change_that_is_overlooked_counts_for_more() -> None:
    # 1,000 changes of 0.15 are seen as such; 6 of 1,000 of 0.5 hardly.
    base = np.repeat([0.15, 0.5], 1_000)
    sizes = base.copy()
    sizes[-6:] = 0.03
    fitted = refinement.fit(sizes, base)
    assert fitted is not None
    assert fitted.threshold == 0.03
    sizes[-6] = 0.5
    fitted = refinement.fit(sizes, base)
    assert fitted is not None
    assert fitted.threshold == 0.15


def test_few_changes_give_no_threshold() -> None:
    base = np.zeros(5_000)
    base[: refinement.FEWEST] = 0.1
    assert refinement.fit(base, base) is not None
    base[0] = 0.09
    assert refinement.fit(base, base) is None


@pytest.mark.parametrize("bad", [-0.1, 1.1, np.nan])
def test_sizes_out_of_range_are_refused(bad: float) -> None:
    with pytest.raises(errors.InputError, match="lie in"):
        refinement.fit(np.array([0.5, bad]), np.array([0.5, 0.5]))
