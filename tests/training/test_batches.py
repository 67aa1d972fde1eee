"""Batches: the sequences they rebuild, and that a step's number decides everything."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support import batches as random_batches
from twinsplice.genome import dna
from twinsplice.training import batches


@given(seed=st.integers(0, 999), context=st.integers(0, random_batches.CONTEXT))
def test_both_sequences_begin_at_the_same_base_and_differ_by_the_variant(
    seed: int, context: int
) -> None:
    source = random_batches.pairs(6, seed)
    found = source.batch(np.arange(6), context)
    columns = source.alignment(np.arange(6)).columns(random_batches.WIDTH)
    for row in range(6):
        first = random_batches.CONTEXT + random_batches.SLACK - context
        begin = random_batches.CONTEXT + random_batches.SLACK + int(source.start[row])
        letters = dna.decode(source.codes[row])
        alt = dna.decode(source.alt[row, : source.alt_length[row]])
        after = letters[begin + int(source.ref_length[row]) :]
        changed = (letters[:begin] + alt + after)[first:]
        width = random_batches.WIDTH + 2 * context
        assert dna.decode(found["ref"][row]) == letters[first : first + width]
        # Long enough for every column that is read, and the context beyond it.
        read = int(columns[row].max()) + 1 + 2 * context
        assert dna.decode(found["alt"][row])[:read] == changed[:read]
        assert read <= found["alt"].shape[1]


def test_the_change_is_the_first_base_that_goes_and_the_first_that_comes() -> None:
    source = random_batches.pairs(40, 3)
    found = source.batch(np.arange(40), random_batches.CONTEXT)["change"]
    for row in range(40):
        begin = random_batches.CONTEXT + random_batches.SLACK + int(source.start[row])
        wanted = np.zeros(8)
        ref, alt = source.codes[row, begin], source.alt[row, 0]
        if source.ref_length[row] and ref != dna.UNKNOWN:
            wanted[ref] = 1
        if source.alt_length[row]:
            wanted[4 + alt] = 1
        np.testing.assert_array_equal(found[row], wanted)


@pytest.mark.parametrize("context", [0, 4, random_batches.CONTEXT])
def test_windows_keep_the_context_asked_for(context: int) -> None:
    source = random_batches.profiles(5, 1)
    found = source.batch(np.arange(5), context)
    assert found["codes"].shape == (5, 20 + 2 * context)
    middle = found["codes"][:, context : context + 20]
    np.testing.assert_array_equal(
        middle, source.codes[:, random_batches.CONTEXT : random_batches.CONTEXT + 20]
    )
    np.testing.assert_allclose(found["profile"], source.profile)


def mixture(seed: int = 1) -> batches.Mixture:
    return batches.Mixture(
        profiles=(random_batches.profiles(30, 1), random_batches.profiles(10, 2)),
        pairs=(random_batches.pairs(20, 3),),
        windows=4,
        variants=3,
        context=5,
        seed=seed,
    )


def test_a_step_depends_on_seed_and_number_alone() -> None:
    once, again = mixture().step(7), mixture().step(7)
    for source, arrays in once.items():
        for name, values in arrays.items():
            np.testing.assert_array_equal(values, again[source][name])
    for other in (mixture().step(8), mixture(2).step(7)):
        same = np.array_equal(other["pairs"]["ref"], once["pairs"]["ref"])
        assert not same


@pytest.mark.parametrize("processes", [2, 3])
def test_processes_share_the_rows_of_a_batch(processes: int) -> None:
    whole = mixture().step(7)
    shares = [
        mixture().step(7, batches.Share(process, processes))
        for process in range(processes)
    ]
    for source, name in (("profiles", "codes"), ("pairs", "ref"), ("pairs", "delta")):
        rows = whole[source][name]
        for process, share in enumerate(shares):
            expected = rows[process::processes]
            np.testing.assert_array_equal(share[source][name], expected)


def test_a_batch_has_the_rows_asked_for() -> None:
    found = mixture().step(0)
    assert len(found["profiles"]["codes"]) == 4
    assert len(found["pairs"]["ref"]) == 3


@given(
    sizes=st.lists(st.floats(0, 1), min_size=1, max_size=50),
    share=st.floats(0.1, 0.9),
)
def test_informative_rows_get_their_share(sizes: list[float], share: float) -> None:
    size = np.array(sizes)
    chance = batches.chances(size, 0.5, share)
    assert chance.sum() == pytest.approx(1)
    large = size >= 0.5
    if large.any() and not large.all():
        assert chance[large].sum() == pytest.approx(share)


def test_rows_are_drawn_by_their_chances() -> None:
    chance = np.array([0.0, 0.2, 0.0, 0.8, 0.0])
    drawn = batches.draw_rows(chance, 4_000, np.random.default_rng(0))
    counts = np.bincount(drawn, minlength=5)
    assert counts[[0, 2, 4]].sum() == 0
    assert counts[3] / 4_000 == pytest.approx(0.8, abs=0.03)
