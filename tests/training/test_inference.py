"""Full passes over pairs: against plain passes over strings."""

import numpy as np
import pytest
import torch
from jaxtyping import Float

from support import encodings, trained_models
from twinsplice.genome import dna
from twinsplice.models import anchoring, paired
from twinsplice.training import batches, inference

CONTEXT = trained_models.SMALL.context
WIDTH, START, SLACK = 21, 9, 10


def _pairs(
    seed: int, ref: str, alt: str, *, minus: bool, context: int = CONTEXT
) -> tuple[batches.Pairs, str]:
    """One pair, and its sequence as read."""
    source = np.random.default_rng(seed)
    bases = source.choice(list("ACGT"), WIDTH + 2 * (context + SLACK))
    at = context + SLACK + START
    sequence = "".join(bases)
    sequence = sequence[:at] + ref + sequence[at + len(ref) :]
    padded = np.full((1, SLACK), dna.UNKNOWN, dtype=np.uint8)
    padded[0, : len(alt)] = dna.encode(alt)
    nothing = np.zeros((1, 2, WIDTH), dtype=np.float32)
    pairs = batches.Pairs(
        codes=dna.encode(sequence)[None],
        start=np.array([START]),
        ref_length=np.array([len(ref)]),
        alt_length=np.array([len(alt)]),
        alt=padded,
        on_minus_strand=np.array([minus]),
        delta=nothing,
        profile=source.dirichlet([1, 1, 1], (1, WIDTH))
        .astype(np.float32)[..., :2]
        .transpose(0, 2, 1),
        context=context,
        slack=SLACK,
        chance=np.ones(1),
    )
    return pairs, sequence


def _encode(
    model: paired.PairedDeltaPredictor, sequence: str
) -> Float[np.ndarray, "tracks length"]:
    one_hot = torch.from_numpy(dna.one_hot(dna.encode(sequence)))[None]
    return model.encode(one_hot)[0].numpy()


@pytest.mark.parametrize("minus", [False, True])
@pytest.mark.parametrize(
    ("ref", "alt"),
    [("A", "G"), ("AC", "GT"), ("", "GTAA"), ("ACGT", ""), ("ACG", "T"), ("A", "GTC")],
)
def test_deltas_are_those_of_both_sequences_written_out(
    ref: str, alt: str, *, minus: bool
) -> None:
    model = trained_models.paired_model()
    pairs, sequence = _pairs(3, ref, alt, minus=minus)
    at, first = CONTEXT + SLACK + START, SLACK
    changed = sequence[:at] + alt + sequence[at + len(ref) :]
    wide = WIDTH + 2 * CONTEXT
    before = _encode(model, sequence[first : first + wide])
    after = _encode(model, changed[first : first + wide + len(alt) - len(ref)])
    after = encodings.onto_reference(
        after,
        before,
        start=START,
        ref_length=len(ref),
        alt_length=len(alt),
        backwards=minus,
        log_odds=True,
    )
    one, other = (torch.from_numpy(each.copy())[None] for each in (before, after))
    delta, quantiles = inference.deltas(model, pairs)
    np.testing.assert_allclose(delta, model.deltas(one, other).numpy(), atol=1e-5)
    assert quantiles is not None
    np.testing.assert_allclose(
        quantiles, model.quantiles(one, other).numpy(), atol=1e-5
    )
    assert np.abs(delta).max() > 1e-3
    profile = inference.profiles(model, pairs)
    own = anchoring.probabilities(torch.from_numpy(before[None, :2]))
    np.testing.assert_allclose(profile, own, atol=1e-5)
    anchor = anchoring.above(torch.from_numpy(pairs.profile))
    told, ends = inference.deltas(model, pairs, floor=anchoring.FLOOR)
    np.testing.assert_allclose(told, model.deltas(one, other, anchor), atol=1e-5)
    assert ends is not None
    np.testing.assert_allclose(ends, model.quantiles(one, other, anchor), atol=1e-5)
    assert np.abs(told - delta).max() > 1e-3


@pytest.mark.parametrize("name", list(trained_models.MODELS))
def test_every_model_predicts_in_batches_of_any_size(name: str) -> None:
    model = trained_models.MODELS[name]
    context = max(model.reach, 40)
    made = [
        _pairs(seed, "AC", "G", minus=False, context=context)[0] for seed in range(5)
    ]
    joined = {
        field: np.concatenate([getattr(each, field) for each in made])
        for field in (
            "codes",
            "start",
            "ref_length",
            "alt_length",
            "alt",
            "on_minus_strand",
        )
    }
    nothing = np.zeros((5, 2, 21), dtype=np.float32)
    pairs = batches.Pairs(
        **joined,
        by_index=False,
        delta=nothing,
        profile=nothing,
        context=context,
        slack=10,
        chance=np.ones(5),
    )
    found, ends = inference.deltas(model, pairs, batch=2)
    alone = [inference.deltas(model, each)[0] for each in made]
    np.testing.assert_allclose(found, np.concatenate(alone), atol=1e-5)
    assert (ends is not None) == (name in {"paired", "paired_far"})
    if name == "pooled":
        pooled = np.repeat(found[:, :, :1], 21, axis=2)
        np.testing.assert_allclose(found, pooled, rtol=0, atol=1e-5)


@pytest.mark.parametrize("minus", [False, True])
def test_a_pair_that_is_the_same_differs_by_nothing(*, minus: bool) -> None:
    pairs, _ = _pairs(1, "ACG", "ACG", minus=minus)
    delta, quantiles = inference.deltas(trained_models.paired_model(), pairs)
    assert not delta.any()
    assert quantiles is not None
    assert not quantiles.any()


def test_rows_are_taken_of_all_arrays() -> None:
    pairs, _ = _pairs(1, "A", "C", minus=False)
    assert len(inference.rows(pairs, slice(0, 0)).codes) == 0
    one = inference.rows(pairs, np.array([0]))
    assert np.array_equal(one.codes, pairs.codes)
    assert one.context == pairs.context
