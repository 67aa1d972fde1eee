"""`reference_sites`: tiles of a view say what one plain pass over it says."""

import dataclasses

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from jaxtyping import Float64

from support import maps
from support import models as toys
from twinsplice.base_models import reference_sites
from twinsplice.engine import devices
from twinsplice.genome import coordinates, dna, sequence_views
from twinsplice.io import map_rows

MODEL = maps.MODEL
NETWORKS = [member.network().double() for member in MODEL.members]
ENSEMBLE = MODEL.ensemble(toys.ON_CPU)
CODES = np.random.default_rng(3).choice(5, 900, p=[0.24] * 4 + [0.04]).astype(np.uint8)
FLOOR = 1e-3


def plain(start: int, end: int, *, minus: bool) -> Float64[np.ndarray, "bases 2"]:
    """Log odds of a plain pass over a whole view, plus strand."""
    padding = np.full(MODEL.context, dna.UNKNOWN, dtype=np.uint8)
    codes = CODES[start:end]
    if minus:
        codes = dna.reverse_complement(codes)
    x = torch.from_numpy(dna.one_hot(np.concatenate([padding, codes, padding])))
    with torch.no_grad():
        profiles = [network(x.double()[None])[0] for network in NETWORKS]
    mean = torch.stack(profiles).mean(dim=0)
    log_odds: Float64[np.ndarray, "bases 2"]
    log_odds = (mean.log() - (1 - mean.sum(dim=0)).log()).T.numpy()
    return log_odds[::-1] if minus else log_odds


def view(start: int, end: int, *, minus: bool) -> sequence_views.SequenceView:
    strand = coordinates.Strand.MINUS if minus else coordinates.Strand.PLUS
    return sequence_views.SequenceView(
        "1", strand, start, end, lambda first, last: CODES[first:last]
    )


@settings(max_examples=25)
@given(
    start=st.integers(0, 600),
    length=st.integers(1, 290),
    longest=st.integers(20, 200),
    minus=st.booleans(),
)
def test_tiles_are_those_of_a_plain_pass(
    *, start: int, length: int, longest: int, minus: bool
) -> None:
    end = start + length
    expected = plain(start, end, minus=minus)
    tiles = list(
        reference_sites.compute(ENSEMBLE, view(start, end, minus=minus), longest, FLOOR)
    )
    assert len(tiles) == reference_sites.tiles(length, longest)
    assert sum(bases for bases, _ in tiles) == length
    assert max(bases for bases, _ in tiles) <= longest
    ordered = [sites for _, sites in (reversed(tiles) if minus else tiles)]
    position = np.concatenate([sites.position for sites in ordered])
    assert (np.diff(position) > 0).all()
    values = np.concatenate([sites.log_odds for sites in ordered])
    np.testing.assert_allclose(values, expected[position - start], atol=1e-3)
    # Every site at the floor or above is there.
    lowest = map_rows.decode(np.array([1], dtype=np.uint8), FLOOR)[0]
    kept = start + np.flatnonzero((expected > lowest + 1e-3).any(axis=1))
    assert set(kept.tolist()) <= set(position.tolist())


@pytest.mark.parametrize("memory", [1, 1_000_000_000])
def test_threads_change_nothing(memory: int) -> None:
    """Nor does memory for one pass at a time only."""
    ensemble = dataclasses.replace(ENSEMBLE, memory=memory)
    before = torch.get_num_threads()
    found = []
    for threads in (1, 3):
        torch.set_num_threads(threads)
        try:
            seen = view(100, 700, minus=True)
            found.append(list(reference_sites.compute(ensemble, seen, 150, FLOOR)))
        finally:
            torch.set_num_threads(before)
    for (bases, alone), (same, shared) in zip(*found, strict=True):
        assert bases == same
        np.testing.assert_array_equal(alone.position, shared.position)
        np.testing.assert_allclose(alone.log_odds, shared.log_odds, atol=1e-4)


def test_toys_have_bases_on_either_side_of_the_floor() -> None:
    values = plain(100, 700, minus=False)
    lowest = map_rows.decode(np.array([1], dtype=np.uint8), FLOOR)[0]
    share = (values >= lowest).any(axis=1).mean()
    assert 0.05 < share < 0.95


@pytest.mark.parametrize("gigabytes", [0.0, 0.01, 0.5, 100.0])
def test_tiles_fit_the_memory(gigabytes: float) -> None:
    on = devices.Placement(torch.device("cpu"), int(gigabytes * 1e9))
    longest = reference_sites.tile_outputs(MODEL.ensemble(on))
    assert 1_000 <= longest <= 1 << 17
    assert (longest == 1 << 17) == (gigabytes >= 0.5)
