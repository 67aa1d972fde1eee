"""Full passes over pairs: against plain passes over strings, and `effect.alignment`."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from jaxtyping import Float
from torch import Tensor

from support import reference_rules, trained_models
from twinsplice.effect import alignment, windows
from twinsplice.genome import dna, variants
from twinsplice.models import comparison, paired
from twinsplice.training import batches, inference

CONTEXT = trained_models.SMALL.context


@st.composite
def alignments(draw: st.DrawFn) -> tuple[windows.Window, bool, int]:
    """A window around a trimmed variant, the direction it is read, and a seed."""
    width = draw(st.integers(3, 15))
    start = draw(st.integers(0, width - 1))
    ref = draw(st.integers(0, min(6, width - start)))
    alt = draw(st.integers(0, 6))
    window = windows.Window(
        variant=variants.Variant("1", 100 + start, "A" * ref, "C" * alt),
        origin=100 + start,
        start=100,
        end=100 + width,
        alt_width=width + alt - ref,
    )
    return window, draw(st.booleans()), draw(st.integers(0, 99))


def _columns(window: windows.Window, *, mirrored: bool) -> dict[str, Tensor]:
    core = window.variant
    columns = alignment.columns(
        start=window.end - core.end if mirrored else core.start - window.start,
        ref_length=len(core.ref),
        alt_length=len(core.alt),
        width=window.width,
        mirrored=mirrored,
    )
    fold = -1 if columns.fold is None else columns.fold
    numbers = {
        "fold": fold,
        "fold_first": columns.fold_first,
        "fold_end": columns.fold_end,
    }
    return {"take": torch.from_numpy(columns.take)[None]} | {
        name: torch.tensor([value]) for name, value in numbers.items()
    }


def _latents(
    alt: Float[np.ndarray, "tracks alt_width"],
    ref: Float[np.ndarray, "tracks width"],
    window: windows.Window,
) -> Float[np.ndarray, "tracks width"]:
    """Every base has its own latents, a deleted one the reference's."""
    core = window.variant
    place = reference_rules.place_ours(
        core.start - window.start, len(core.ref), len(core.alt)
    )
    found = ref.copy()
    # From the right, so that a base's own come after those of bases inserted there.
    for j in reversed(range(alt.shape[1])):
        if 0 <= place(j) < window.width:
            found[:, place(j)] = alt[:, j]
    return found


@given(case=alignments())
def test_encodings_lie_as_profiles_do(
    case: tuple[windows.Window, bool, int],
) -> None:
    window, mirrored, seed = case
    source = np.random.default_rng(seed)
    alt, ref = source.random((5, window.alt_width)), source.random((5, window.width))
    wanted = np.concatenate(
        [
            alignment.onto_reference(alt[:2], window),
            _latents(alt[2:], ref[2:], window),
        ]
    )
    turn = -1 if mirrored else 1
    # More columns than an allele has are none of its business.
    padded = np.pad(alt[:, ::turn], ((0, 0), (0, 3)), constant_values=9.0)
    found = comparison.aligned(
        torch.from_numpy(padded)[None],
        torch.from_numpy(ref[:, ::turn].copy())[None],
        _columns(window, mirrored=mirrored),
        2,
    )
    np.testing.assert_array_equal(found[0].numpy(), wanted[:, ::turn])


def test_gradients_go_through_the_alignment() -> None:
    window = windows.Window(
        variant=variants.Variant("1", 4, "", "CCC"),
        origin=3,
        start=0,
        end=9,
        alt_width=12,
    )
    alt = torch.rand(1, 3, 12, dtype=torch.float64, requires_grad=True)
    ref = torch.rand(1, 3, 9, dtype=torch.float64, requires_grad=True)
    columns = _columns(window, mirrored=False)
    assert torch.autograd.gradcheck(
        lambda a, r: comparison.aligned(a, r, columns, 2), (alt, ref)
    )


def _pairs(
    seed: int, ref: str, alt: str, *, mirrored: bool, context: int = CONTEXT
) -> tuple[batches.Pairs, str, windows.Window]:
    """One pair, its sequence as read, and its window on that sequence."""
    slack, width, start = 10, 21, 9
    source = np.random.default_rng(seed)
    bases = source.choice(list("ACGT"), width + 2 * (context + slack))
    at = context + slack + start
    sequence = "".join(bases)
    sequence = sequence[:at] + ref + sequence[at + len(ref) :]
    padded = np.full((1, slack), dna.UNKNOWN, dtype=np.uint8)
    padded[0, : len(alt)] = dna.encode(alt)
    nothing = np.zeros((1, 2, width), dtype=np.float32)
    pairs = batches.Pairs(
        codes=dna.encode(sequence)[None],
        start=np.array([start]),
        ref_length=np.array([len(ref)]),
        alt_length=np.array([len(alt)]),
        alt=padded,
        mirrored=np.array([mirrored]),
        delta=nothing,
        profile=nothing,
        context=context,
        slack=slack,
        chance=np.ones(1),
    )
    window = windows.Window(
        variant=variants.Variant("1", at, ref, alt),
        origin=at,
        start=at - start,
        end=at - start + width,
        alt_width=width + len(alt) - len(ref),
    )
    return pairs, sequence, window


def _encode(
    model: paired.PairedDeltaPredictor, sequence: str
) -> Float[np.ndarray, "tracks length"]:
    one_hot = torch.from_numpy(dna.one_hot(dna.encode(sequence)))[None]
    return model.encode(one_hot)[0].numpy()


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize(
    ("ref", "alt"),
    [("A", "G"), ("AC", "GT"), ("", "GTAA"), ("ACGT", ""), ("ACG", "T"), ("A", "GTC")],
)
def test_deltas_are_those_of_both_sequences_written_out(
    ref: str, alt: str, *, mirrored: bool
) -> None:
    model = trained_models.paired_model()
    pairs, sequence, window = _pairs(3, ref, alt, mirrored=mirrored)
    at = window.variant.start
    changed = sequence[:at] + alt + sequence[at + len(ref) :]
    first = window.start - CONTEXT
    whole = window.alt_width + 2 * CONTEXT
    before = _encode(model, sequence[first : window.end + CONTEXT])
    after = _encode(model, changed[first : first + whole])
    # Alignment is a rule of the plus strand.
    turn = -1 if mirrored else 1
    there = trained_models.mirrored(window, len(sequence)) if mirrored else window
    after = np.concatenate(
        [
            alignment.onto_reference(after[:2, ::turn], there),
            _latents(after[2:, ::turn], before[2:, ::turn], there),
        ]
    )[:, ::turn]
    both = [torch.from_numpy(each.copy())[None] for each in (before, after)]
    delta, quantiles = inference.deltas(model, pairs)
    np.testing.assert_allclose(delta, model.deltas(*both).numpy(), atol=1e-5)
    assert quantiles is not None
    np.testing.assert_allclose(quantiles, model.quantiles(*both).numpy(), atol=1e-5)
    assert np.abs(delta).max() > 1e-3
    profile = inference.profiles(model, pairs)
    np.testing.assert_allclose(profile[0], before[:2], atol=1e-5)


@pytest.mark.parametrize("name", list(trained_models.MODELS))
def test_every_model_predicts_in_batches_of_any_size(name: str) -> None:
    model = trained_models.MODELS[name]
    made = [_pairs(seed, "AC", "G", mirrored=False, context=40)[0] for seed in range(5)]
    joined = {
        field: np.concatenate([getattr(each, field) for each in made])
        for field in ("codes", "start", "ref_length", "alt_length", "alt", "mirrored")
    }
    nothing = np.zeros((5, 2, 21), dtype=np.float32)
    pairs = batches.Pairs(
        **joined,
        by_index=False,
        delta=nothing,
        profile=nothing,
        context=40,
        slack=10,
        chance=np.ones(5),
    )
    found, ends = inference.deltas(model, pairs, batch=2)
    alone = [inference.deltas(model, each)[0] for each in made]
    np.testing.assert_allclose(found, np.concatenate(alone), atol=1e-5)
    assert (ends is not None) == (name == "paired")
    if name == "pooled":
        pooled = np.repeat(found[:, :, :1], 21, axis=2)
        np.testing.assert_allclose(found, pooled, rtol=0, atol=1e-5)


@pytest.mark.parametrize("mirrored", [False, True])
def test_a_pair_that_is_the_same_differs_by_nothing(*, mirrored: bool) -> None:
    pairs, _, _ = _pairs(1, "ACG", "ACG", mirrored=mirrored)
    delta, quantiles = inference.deltas(trained_models.paired_model(), pairs)
    assert not delta.any()
    assert quantiles is not None
    assert not quantiles.any()


def test_rows_are_taken_of_all_arrays() -> None:
    pairs, _, _ = _pairs(1, "A", "C", mirrored=False)
    assert len(inference.rows(pairs, slice(0, 0)).codes) == 0
    one = inference.rows(pairs, np.array([0]))
    assert np.array_equal(one.codes, pairs.codes)
    assert one.context == pairs.context
