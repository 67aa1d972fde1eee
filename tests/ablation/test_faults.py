"""The write-up's faults: each does what it says, and no more."""

import dataclasses
import math

import numpy as np
import pytest
from benchmarks.ablation import faults
from hypothesis import given
from hypothesis import strategies as st

from support import batches as random_batches
from twinsplice.genome import dna
from twinsplice.training import batches


def _sound(seed: int) -> batches.Pairs:
    """Variants whose targets are probabilities before and after."""
    rng = np.random.default_rng(seed)
    pairs = random_batches.pairs(6, seed)
    shape = pairs.delta.shape
    before, after = rng.uniform(0, 0.5, (2, *shape)).astype(np.float32)
    return dataclasses.replace(pairs, profile=before, delta=after - before)


@given(seed=st.integers(0, 999))
def test_along_the_plus_strand_genes_are_the_other_strands_molecule(seed: int) -> None:
    right, wrong = _sound(seed), faults.unstranded(_sound(seed))
    assert not wrong.on_minus_strand.any()
    rows = np.arange(6, dtype=np.int64)
    there, here = right.batch(rows, 0), wrong.batch(rows, 0)
    for row in rows:
        if right.on_minus_strand[row]:
            assert (here["ref"][row] == dna.reverse_complement(there["ref"][row])).all()
            assert (wrong.delta[row] == right.delta[row][:, ::-1]).all()
        else:
            assert (here["ref"][row] == there["ref"][row]).all()
            assert (wrong.delta[row] == right.delta[row]).all()
    restored = faults.FAULTS["unstranded"].restored(wrong.delta, right)
    assert (restored == right.delta).all()


@given(seed=st.integers(0, 999))
def test_along_the_plus_strand_the_variant_is_the_same(seed: int) -> None:
    right, wrong = _sound(seed), faults.unstranded(_sound(seed))
    for row in range(6):
        texts = [_alternate(each, row) for each in (right, wrong)]
        if right.on_minus_strand[row]:
            texts[0] = dna.decode(dna.reverse_complement(dna.encode(texts[0])))
        assert texts[0] == texts[1]


def _alternate(pairs: batches.Pairs, row: int) -> str:
    begin = pairs.context + pairs.slack + int(pairs.start[row])
    letters = dna.decode(pairs.codes[row])
    alt = dna.decode(pairs.alt[row, : pairs.alt_length[row]])
    return letters[:begin] + alt + letters[begin + int(pairs.ref_length[row]) :]


@given(seed=st.integers(0, 999))
def test_a_second_softmax_keeps_signs_and_caps_changes(seed: int) -> None:
    right, wrong = _sound(seed), faults.double_softmax(_sound(seed))
    cap = (math.e - 1) / (math.e + 2)
    assert np.abs(wrong.delta).max() <= cap
    assert (wrong.profile > 0.15).all()
    alone = dataclasses.replace(
        right, profile=np.zeros_like(right.profile), delta=np.zeros_like(right.delta)
    )
    alone.delta[:, 0, 3] = 1
    found = faults.double_softmax(alone).delta
    assert found[:, 0, 3] == pytest.approx(cap)
    # What becomes a site is none no longer; the other kind of site stays where it was.
    found[:, 0, 3] = 0
    assert not found.any()


@given(seed=st.integers(0, 999))
def test_without_alignment_targets_are_compared_by_index(seed: int) -> None:
    right, wrong = _sound(seed), faults.unaligned(_sound(seed))
    taken = wrong.alignment(np.arange(6, dtype=np.int64)).columns(wrong.width)
    assert (taken == np.arange(right.width)).all()
    after = right.profile + right.delta
    for row in range(6):
        grown = int(right.alt_length[row] - right.ref_length[row])
        if not grown:
            assert (wrong.delta[row] == right.delta[row]).all()
            continue
        # Behind the variant, columns of the alternate are as many bases further on.
        last = right.width - 1 - max(grown, 0)
        assert wrong.delta[row, :, last + grown] == pytest.approx(
            after[row, :, last] - right.profile[row, :, last + grown], abs=1e-6
        )
        if grown < 0:
            assert not wrong.delta[row, :, grown:].any()


def test_no_fault_changes_nothing() -> None:
    pairs = _sound(1)
    none = faults.FAULTS["none"]
    assert none.corrupt(pairs) is pairs
    assert none.restored(pairs.delta, pairs) is pairs.delta


@given(seed=st.integers(0, 999))
def test_all_faults_together_are_each_of_them(seed: int) -> None:
    right = _sound(seed)
    every = faults.FAULTS["all"]
    wrong = every.corrupt(right)
    assert not wrong.on_minus_strand.any()
    assert wrong.by_index
    assert np.abs(wrong.delta).max() <= (math.e - 1) / (math.e + 2)
    # Of a substitution, every fault but the order of columns can be undone.
    alike = right.alt_length == right.ref_length
    soft = faults.double_softmax(right).delta
    restored = every.restored(wrong.delta, right)
    assert restored[alike] == pytest.approx(soft[alike], abs=1e-6)
