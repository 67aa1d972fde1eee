"""`comparison`: encodings lie on the reference's bases as the rules say."""

import dataclasses

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from jaxtyping import Float
from torch import Tensor

from support import encodings, reference_rules, replacements, trained_models
from twinsplice.effect import alignment, rules, windows
from twinsplice.genome import variants
from twinsplice.models import comparison

TRACKS = 5
CPU = torch.device("cpu")


@dataclasses.dataclass(frozen=True)
class Change:
    """A replacement within a window, in the direction the window is read."""

    start: int
    ref: int
    alt: int
    backwards: bool


@st.composite
def changes(draw: st.DrawFn) -> tuple[int, list[Change]]:
    """A width, and replacements within windows of it, read in either direction."""
    width = draw(st.integers(3, 15))
    some = []
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, width - 1))
        ref = draw(st.integers(0, min(6, width - start)))
        some.append(Change(start, ref, draw(st.integers(0, 6)), draw(st.booleans())))
    return width, some


def _lie(some: list[Change]) -> dict[str, Tensor]:
    numbers = np.array([[each.start, each.ref, each.alt] for each in some]).T
    backwards = np.array([each.backwards for each in some])
    return comparison.alignment_tensors(
        alignment.of_changes(numbers[0], numbers[1], numbers[2], backwards), CPU
    )


def _encodings(
    width: int, some: list[Change], seed: int
) -> tuple[Float[np.ndarray, "rows tracks width"], list[Float[np.ndarray, "tracks _"]]]:
    """Encodings at random of references and of alternates."""
    source = np.random.default_rng(seed)
    return source.random((len(some), TRACKS, width)), [
        source.random((TRACKS, width + each.alt - each.ref)) for each in some
    ]


def _padded(
    alts: list[Float[np.ndarray, "tracks _"]],
) -> Float[Tensor, "rows tracks wide"]:
    """Alternates as a batch; more columns than one has are none of its business."""
    wide = max(alt.shape[1] for alt in alts) + 3
    filled = [
        np.pad(alt, ((0, 0), (0, wide - alt.shape[1])), constant_values=9.0)
        for alt in alts
    ]
    return torch.from_numpy(np.stack(filled))


@given(case=changes(), seed=st.integers(0, 99))
def test_encodings_lie_as_profiles_do(
    case: tuple[int, list[Change]], seed: int
) -> None:
    width, some = case
    ref, alts = _encodings(width, some, seed)
    found = comparison.aligned(
        _padded(alts), torch.from_numpy(ref), _lie(some), encodings.PROBABILITIES
    )
    for row, each in enumerate(some):
        expected = encodings.onto_reference(
            alts[row],
            ref[row],
            start=each.start,
            ref_length=each.ref,
            alt_length=each.alt,
            backwards=each.backwards,
        )
        np.testing.assert_array_equal(found[row].numpy(), expected)


@given(case=changes(), seed=st.integers(0, 99))
def test_log_odds_lie_as_their_probabilities_do(
    case: tuple[int, list[Change]], seed: int
) -> None:
    width, some = case
    ref, alts = _encodings(width, some, seed)
    lie, padded = _lie(some), _padded(alts).clamp(max=0.99)
    first = torch.from_numpy(ref)
    found = comparison.aligned(
        torch.logit(padded), torch.logit(first), lie, TRACKS, absent=-torch.inf
    )
    expected = comparison.aligned(padded, first, lie, TRACKS)
    torch.testing.assert_close(torch.sigmoid(found), expected, rtol=0, atol=1e-12)


@given(case=changes(), seed=st.integers(0, 99), probabilities=st.integers(0, TRACKS))
def test_only_probabilities_fold_and_vanish(
    case: tuple[int, list[Change]], seed: int, probabilities: int
) -> None:
    width, some = case
    ref, alts = _encodings(width, some, seed)
    batch = _padded(alts), torch.from_numpy(ref), _lie(some)
    found = comparison.aligned(*batch, probabilities)
    every, none = (comparison.aligned(*batch, count) for count in (TRACKS, 0))
    assert torch.equal(found[:, :probabilities], every[:, :probabilities])
    assert torch.equal(found[:, probabilities:], none[:, probabilities:])


@pytest.mark.parametrize(
    ("conventions", "place"),
    [
        (rules.SPLICEAI, reference_rules.place_spliceai),
        (rules.CISPLICEAI, reference_rules.place_cispliceai),
    ],
    ids=["spliceai", "cispliceai"],
)
@given(
    rows=st.lists(
        st.tuples(st.integers(1, 14), st.integers(1, 14)), min_size=1, max_size=6
    ),
    reach=st.integers(1, 12),
    seed=st.integers(0, 99),
)
def test_profiles_lie_as_the_official_programs_put_them(
    conventions: rules.Rules,
    place: reference_rules.Place,
    rows: list[tuple[int, int]],
    reach: int,
    seed: int,
) -> None:
    written = [variants.Variant("1", 50, "A" * ref, "C" * alt) for ref, alt in rows]
    change = replacements.of_variants(written)
    live = np.flatnonzero(conventions.refuse(change, reach) == rules.SCORED)
    own = conventions.place(change.take(live), change.take(live), reach)
    lie = comparison.alignment_tensors(conventions.align(own), CPU)
    source = np.random.default_rng(seed)
    # Windows of one batch are equally wide, as those of one REF are here.
    for each in np.unique(own.width).tolist():
        some = np.flatnonzero(own.width == each)
        _check(own.take(some), {k: v[some] for k, v in lie.items()}, place, source)


def _check(
    own: windows.Windows,
    lie: dict[str, Tensor],
    place: reference_rules.Place,
    source: np.random.Generator,
) -> None:
    width = int(own.width[0])
    alts = [source.random((2, alt_width)) for alt_width in own.alt_width.tolist()]
    ref = torch.from_numpy(source.random((len(alts), 2, width)))
    found = comparison.aligned(_padded(alts), ref, lie, 2)
    for row, alt in enumerate(alts):
        core = replacements.variant(own.change, row)
        middle = core.start - int(own.start[row])
        to_column = place(middle, len(core.ref), len(core.alt))
        put = reference_rules.put(alt.tolist(), width, to_column)
        assert found[row].tolist() == put


def test_gradients_go_through_the_alignment() -> None:
    some = [
        Change(4, 0, 3, backwards=False),
        Change(4, 0, 3, backwards=True),
        Change(2, 3, 1, backwards=False),
        Change(5, 1, 1, backwards=False),
    ]
    torch.manual_seed(0)
    alt = torch.rand(4, 3, 12, dtype=torch.float64, requires_grad=True)
    ref = torch.rand(4, 3, 9, dtype=torch.float64, requires_grad=True)
    lie = _lie(some)
    assert torch.autograd.gradcheck(
        lambda a, r: comparison.aligned(a, r, lie, 2), (alt, ref)
    )


def test_leading_tracks_of_paired_encoders_alone_are_of_sites() -> None:
    counts = {
        name: comparison.sites(model) for name, model in trained_models.MODELS.items()
    }
    with_sites = {"paired", "paired_far", "scaled_paired"}
    assert {name for name, count in counts.items() if count == 2} == with_sites
    assert {count for name, count in counts.items() if name not in with_sites} == {0}


@pytest.mark.parametrize("name", list(trained_models.MODELS))
def test_contrasts_are_a_model_s_own_by_acceptor_and_donor(name: str) -> None:
    model = trained_models.MODELS[name]
    tracks = model.network().channels[-1]
    torch.manual_seed(1)
    ref, alt = torch.rand(2, 3, tracks, 21)
    change = torch.rand(3, 8)
    with torch.no_grad():
        found = comparison.contrast(model, ref, alt, change)
        own = model.compare(ref, alt, change)
    assert found.shape == (3, 2, 21)
    for column in range(21):
        there = own if name == "pooled" else own[:, column]
        # Models say donor first.
        assert torch.equal(found[:, 0, column], there[:, 1])
        assert torch.equal(found[:, 1, column], there[:, 0])
