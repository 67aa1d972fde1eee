"""`api.Model`: Δ of two sequences, and profiles."""

import pathlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import twinsplice
from support import api_examples, cli, reference_rules, trained_models
from support import models as toys
from twinsplice import api, errors
from twinsplice.base_models import contract, loading
from twinsplice.genome import dna
from twinsplice.predictors import checkpoints
from twinsplice.predictors import loading as trained_loading

SMALL = 60
"""Bases of sequences of which Δ is taken."""
bases = st.text("ACGT", min_size=1, max_size=SMALL)


def test_an_unknown_model_is_one_line() -> None:
    with pytest.raises(errors.TwinSpliceError, match="'nothing'") as caught:
        twinsplice.load_model("nothing", device="cpu")
    assert "\n" not in str(caught.value)


def test_a_base_model_takes_its_folder_of_weights(
    monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path
) -> None:
    given: list[object] = []
    base = toys.model([toys.member(1)])

    def load(*args: object) -> contract.BaseModel:
        given.append(args)
        return base

    monkeypatch.setattr(loading, "load", load)
    model = twinsplice.load_model("pangolin", weights=str(tmp_path), device="cpu")
    assert given == [("pangolin", tmp_path)]
    assert model.name == model.predictor.title == base.title


@given(sequence=bases)
def test_equal_sequences_differ_by_exactly_nothing(sequence: str) -> None:
    found = api_examples.PAIRED.delta(sequence, sequence)
    assert found.shape == (len(sequence), 2)
    assert not found.any()


@settings(max_examples=30)
@given(data=st.data(), ref=bases)
def test_swapping_sequences_of_one_length_negates_delta(
    data: st.DataObject, ref: str
) -> None:
    alt = data.draw(st.text("ACGT", min_size=len(ref), max_size=len(ref)))
    there, back = (
        api_examples.PAIRED.delta(ref, alt),
        api_examples.PAIRED.delta(alt, ref),
    )
    assert there.shape == back.shape == (len(ref), 2)
    np.testing.assert_allclose(there, -back, atol=1e-5)


def test_delta_is_no_trivial_zero() -> None:
    ref = trained_models.BASES[:SMALL]
    alt = ref[:30] + cli.other(ref[30]) + ref[31:]
    assert np.abs(api_examples.PAIRED.delta(ref, alt)).max() > 1e-3


@given(
    ref=st.text("ACGTN", min_size=1, max_size=SMALL),
    alt=st.text("ACGTN", min_size=1, max_size=SMALL),
)
@settings(max_examples=30)
def test_letters_are_as_good_as_one_hot(ref: str, alt: str) -> None:
    encoded = [dna.one_hot(dna.encode(each)) for each in (ref, alt)]
    letters = api_examples.PAIRED.delta(ref, alt)
    for pair in ((encoded[0], encoded[1]), (ref, encoded[1]), (encoded[0], alt)):
        np.testing.assert_allclose(api_examples.PAIRED.delta(*pair), letters, atol=1e-6)


@pytest.mark.parametrize(
    ("gone", "new"), [(0, "GTAAG"), (6, ""), (4, "TT"), (2, "CCC")]
)
def test_insertions_and_deletions_are_seen_where_they_are(gone: int, new: str) -> None:
    ref, at = trained_models.BASES[:160], 80
    alt = ref[:at] + new + ref[at + gone :]
    found = api_examples.PAIRED.delta(ref, alt)
    assert found.shape == (len(ref), 2)
    assert np.abs(found).max() > 1e-3
    # Beyond what the model reads nothing changes.
    context = trained_models.SMALL.context
    far = np.r_[0 : at - context - 8, at + gone + context + 8 : len(ref)]
    assert len(far) > 10
    np.testing.assert_allclose(found[far], 0.0, atol=1e-5)
    # And a deleted base loses all that it had.
    start, before, after = reference_rules.normal_form(ref, 0, ref, alt)
    lost = slice(start + len(after), max(start + len(before), start + len(after)))
    assert lost.stop - lost.start == max(gone - len(new), 0)
    assert (found[lost] < 0).all()


def test_an_empty_sequence_is_refused() -> None:
    with pytest.raises(errors.InputError, match="sequences must have bases"):
        api_examples.PAIRED.delta("", "A")


@settings(max_examples=30)
@given(ref=bases, data=st.data())
def test_delta_is_the_difference_of_profiles(ref: str, data: st.DataObject) -> None:
    alt = data.draw(st.text("ACGT", min_size=len(ref), max_size=len(ref)))
    before, after = api_examples.PAIRED.profile(ref), api_examples.PAIRED.profile(alt)
    assert before.shape == (len(ref), 2)
    assert ((before >= 0) & (before <= 1)).all()
    np.testing.assert_allclose(
        api_examples.PAIRED.delta(ref, alt), after - before, atol=1e-5
    )
    np.testing.assert_array_equal(api_examples.PAIRED.profile(ref.lower()), before)


def test_a_profile_needs_bases_and_probabilities() -> None:
    with pytest.raises(errors.InputError, match="must have bases"):
        api_examples.PAIRED.profile("")
    checkpoint = checkpoints.Trained(
        model=trained_models.MODELS["cnn"], card={}, sha256="0" * 64
    )
    model = api.Model(trained_loading.of_trained(checkpoint, "run", toys.ON_CPU))
    with pytest.raises(errors.InputError, match="not changes alone"):
        model.profile("ACGTACGT")
    undivided = toys.undivided_model(1).predictor(toys.ON_CPU)
    with pytest.raises(errors.InputError, match="tells them apart"):
        api.Model(undivided).profile("ACGTACGT")


@pytest.mark.parametrize(
    "sequence", [np.eye(4)[[0, 1, 2, 3, 0]], np.zeros((1, 4, 5)), np.full((4, 3), 0.5)]
)
def test_what_is_neither_letters_nor_one_hot_is_refused(sequence: np.ndarray) -> None:
    with pytest.raises(errors.InputError, match="letters, or one-hot"):
        api_examples.PAIRED.delta(sequence, sequence)
