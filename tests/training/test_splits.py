"""`splits`: chromosomes in one fold only, and no sequence on both sides."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jaxtyping import UInt8

from twinsplice import errors
from twinsplice.genome import dna
from twinsplice.training import splits

Codes = UInt8[np.ndarray, "rows length"]


def bases(rows: int, length: int, seed: int) -> Codes:
    return np.random.default_rng(seed).integers(0, 4, (rows, length), dtype=np.uint8)


SPLIT = splits.holding_out(test=("5", "7", "9", "20"), validation=("2",))


def test_what_is_held_out_and_the_rest_share_out_the_genome() -> None:
    named = (*SPLIT.train, *SPLIT.validation, *SPLIT.test)
    assert sorted(named) == sorted(splits.CHROMOSOMES)
    assert SPLIT.test == ("5", "7", "9", "20")


def test_every_spelling_of_a_chromosome_falls_into_its_fold() -> None:
    names = ["chr20", "20", "NC_000020.11", "chr2", "1", "X", "chrUn_1", "6_hap1"]
    folds = SPLIT.assign(np.array(names))
    assert np.flatnonzero(folds["test"]).tolist() == [0, 1, 2]
    assert np.flatnonzero(folds["validation"]).tolist() == [3]
    assert np.flatnonzero(folds["train"]).tolist() == [4, 5]
    as_objects = SPLIT.assign(np.array(names, dtype=object))
    assert all((as_objects[fold] == folds[fold]).all() for fold in splits.FOLDS)


@given(st.lists(st.sampled_from([*splits.CHROMOSOMES, "MT", "GL000220.1"])))
def test_no_row_is_in_two_folds(contigs: list[str]) -> None:
    folds = SPLIT.assign(np.array(contigs, dtype=np.str_), needed=())
    total = sum(mask.astype(int) for mask in folds.values())
    expected = [int(each in splits.CHROMOSOMES) for each in contigs]
    assert np.asarray(total).tolist() == expected


def test_a_split_that_shares_a_chromosome_is_refused() -> None:
    with pytest.raises(errors.InputError, match="20 in validation and test"):
        splits.Split(train=("1",), validation=("20",), test=("chr20",))
    with pytest.raises(errors.InputError, match="in one fold only"):
        splits.holding_out(test=("X",), validation=("chrX",))


def test_an_empty_fold_is_refused_in_one_line() -> None:
    contigs = np.array(["chr1", "chr20", "chr20"])
    with pytest.raises(errors.InputError, match=r"validation fold \(2\)") as refusal:
        SPLIT.assign(contigs)
    assert "\n" not in str(refusal.value)
    assert "3 rows on 1, 20" in str(refusal.value)
    folds = SPLIT.assign(contigs, needed=("train", "test"))
    assert not folds["validation"].any()
    with pytest.raises(errors.InputError, match="got 0 rows on nothing"):
        SPLIT.assign(np.array([], dtype=np.str_))


@pytest.mark.parametrize("turned", [False, True])
@given(
    seed=st.integers(0, 10_000),
    length=st.integers(130, 250),
    here=st.integers(0, 150),
    there=st.integers(0, 50),
)
def test_a_common_stretch_is_found_anywhere_on_either_strand(
    turned: bool,  # noqa: FBT001
    seed: int,
    length: int,
    here: int,
    there: int,
) -> None:
    train, test = bases(5, 400, seed), bases(7, 300, seed + 1)
    stretch = bases(1, length, seed + 2)[0]
    train[3, here : here + length] = stretch
    stretch = dna.reverse_complement(stretch) if turned else stretch
    test[2, there : there + length] = stretch
    found = splits.shared_sequences(train, test)
    assert (found.train.tolist(), found.test.tolist()) == ([3], [2])
    # A base or two beyond the stretch may agree by chance.
    assert length - 30 <= found.bases[0] <= length + 20


@given(st.integers(0, 10_000))
def test_unrelated_rows_share_nothing(seed: int) -> None:
    found = splits.shared_sequences(bases(20, 200, seed), bases(20, 200, seed + 1), 31)
    assert not len(found.test)


def test_near_identical_rows_are_found() -> None:
    train = bases(10, 400, 0)
    test = train.copy()
    test[:, 40::90] = (test[:, 40::90] + 1) % 4
    found = splits.shared_sequences(train, test)
    assert found.test.tolist() == found.train.tolist() == list(range(10))
    assert (found.bases < 400).all()


def test_common_repeats_alone_are_no_leak() -> None:
    # A short element in all rows, as transposons leave behind.
    train, test = bases(300, 400, 1), bases(300, 400, 2)
    train[:, 100:160] = test[:, 200:260] = bases(1, 60, 3)
    assert not len(splits.shared_sequences(train, test).test)
    assert len(np.unique(splits.shared_sequences(train, test, 30).test)) == 300


def test_many_copies_in_training_still_find_a_partner() -> None:
    train = np.repeat(bases(1, 400, 4), 500, axis=0)
    found = splits.shared_sequences(train, train[:1, 80:280])
    assert len(found.test) >= 1
    assert (found.bases >= 170).all()


def test_unknown_bases_equal_nothing() -> None:
    unknown = np.full((3, 400), dna.UNKNOWN, dtype=np.uint8)
    assert not len(splits.shared_sequences(unknown, unknown).test)
    train = bases(1, 400, 5)
    test = train.copy()
    test[:, ::25] = dna.UNKNOWN
    assert not len(splits.shared_sequences(train, test, least=1).test)


@pytest.mark.parametrize("shape", [(0, 400), (3, 0), (3, 30)])
def test_too_little_to_compare_is_nothing(shape: tuple[int, int]) -> None:
    few = np.zeros(shape, dtype=np.uint8)
    other = bases(4, 400, 6)
    for train, test in ((few, other), (other, few), (few, few)):
        assert not len(splits.shared_sequences(train, test, least=1).test)


def test_rows_beyond_the_first_chunk_keep_their_number() -> None:
    test = bases(5000, 150, 7)
    found = splits.shared_sequences(test[[4990, 10]], test)
    assert found.test.tolist() == [10, 4990]
    assert found.train.tolist() == [1, 0]


def test_shared_sequences_are_refused_in_one_line() -> None:
    train, test = bases(5, 400, 8), bases(7, 400, 9)
    splits.refuse_shared(train, test)
    test[6, 100:300] = train[2, 50:250]
    with pytest.raises(errors.InputError, match="1 of 7 test sequences") as refusal:
        splits.refuse_shared(train, test)
    assert "row 6 shares" in str(refusal.value)
    assert "training row 2" in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.slow
def test_of_tens_of_thousands_of_rows_few_words_are_looked_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    train, test = bases(50_000, 400, 10), bases(5_000, 400, 11)
    test[4_321, 150:350] = dna.reverse_complement(train[40_000, 20:220])
    minimizers = splits._minimizers
    kept: list[int] = []

    def counted(codes: UInt8[np.ndarray, "rows length"]) -> splits._Minimizers:
        found = minimizers(codes)
        kept.append(len(found.hashes))
        return found

    monkeypatch.setattr(splits, "_minimizers", counted)
    found = splits.shared_sequences(train, test)
    assert (found.train.tolist(), found.test.tolist()) == ([40_000], [4_321])
    # The least of every 16 in a row, 2 of 17 on average and more at the ends; rows
    # are held against each other by nothing else.
    words = 55_000 * (400 - splits.KMER + 1)
    assert words / 9 < sum(kept) < words / 7
