"""Profiles of many variants at once, against one plain pass a window."""

import dataclasses
import functools
import random
from collections.abc import Iterator, Sequence

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from jaxtyping import Float32, UInt8
from torch import Tensor

from support import networks, replacements
from twinsplice.base_models import loading
from twinsplice.effect import windows
from twinsplice.engine import batching, incremental, profiling, stages
from twinsplice.genome import coordinates, dna, sequence_views, variants
from twinsplice.models import dilated

CONTIG = 1_500
Codes = UInt8[np.ndarray, " length"]


@functools.cache
def members() -> tuple[dilated.DilatedNetwork, ...]:
    """Three networks of 40 bases of context; the last has one track only."""
    both = dilated.DilatedConfig(blocks=4, channels=8)
    one = dilated.DilatedConfig(blocks=4, channels=8, kept=(2,))
    return tuple(
        networks.random_network(config, seed)
        for seed, config in enumerate([both, both, one])
    )


ROWS = ((0, 1), (0, 1), (1,))


@functools.cache
def ensemble(memory: int) -> profiling.Ensemble:
    return profiling.Ensemble(
        networks=tuple(member.network() for member in members()),
        rows=ROWS,
        tracks=2,
        device=torch.device("cpu"),
        memory=memory,
    )


def contig(seed: int) -> Codes:
    codes = np.random.default_rng(seed).integers(0, 5, CONTIG)
    return codes.astype(np.uint8)


def _view(
    codes: Codes, strand: coordinates.Strand, start: int, end: int
) -> sequence_views.SequenceView:
    """A gene's bases `start` to `end`."""
    return sequence_views.SequenceView(
        "1", strand, start, end, lambda first, last: codes[first:last]
    )


def plain(
    networks: Sequence[dilated.DilatedNetwork],
    rows: Sequence[tuple[int, ...]],
    sequence: Codes,
    strand: coordinates.Strand,
) -> Float32[np.ndarray, "tracks width"]:
    """The mean profile of a sequence, context at either end left out."""
    if strand is coordinates.Strand.MINUS:
        sequence = dna.reverse_complement(sequence)
    x = torch.from_numpy(dna.one_hot(sequence))[None]
    tracks: list[list[np.ndarray]] = [[] for _ in range(1 + max(max(r) for r in rows))]
    for network, of_member in zip(networks, rows, strict=True):
        for row, track in zip(of_member, network(x)[0].numpy(), strict=True):
            tracks[row].append(track)
    profile = np.stack([np.mean(of_row, axis=0) for of_row in tracks])
    return profile[:, ::-1] if strand is coordinates.Strand.MINUS else profile


@dataclasses.dataclass(frozen=True)
class Query:
    """One replacement whose two profiles are computed, in plain values."""

    view: int
    variant: variants.Variant
    start: int
    width: int
    alt_width: int


Pair = tuple[Float32[np.ndarray, "tracks width"], Float32[np.ndarray, "tracks wide"]]


def _seen(view: int, start: int, end: int) -> Codes:
    """Bases of a view, found one by one: unknown outside it."""
    seed, _, first, last = VIEWS[view]
    codes = contig(seed)
    unknown = dna.UNKNOWN
    inside = [codes[at] if first <= at < last else unknown for at in range(start, end)]
    return np.array(inside, dtype=np.uint8)


def expected(query: Query) -> Pair:
    """Both profiles of a query from two plain passes over its own windows."""
    strand, context = VIEWS[query.view][1], members()[0].config.context
    left, variant = query.start - context, query.variant
    ref = _seen(query.view, left, query.start + query.width + context)
    edited = np.concatenate(
        [
            _seen(query.view, left, variant.start),
            dna.encode(variant.alt),
            _seen(query.view, variant.end, variant.end + 300),
        ]
    )[: query.alt_width + 2 * context]
    return (
        plain(members(), ROWS, ref, strand),
        plain(members(), ROWS, edited, strand),
    )


def run(
    some: profiling.Ensemble,
    views: Sequence[sequence_views.SequenceView],
    asked: Sequence[Query],
) -> list[Pair]:
    """The profiles of queries in their order, each as wide as it must be."""
    of = windows.join(
        [
            replacements.window(
                query.start, query.start + query.width, query.variant, query.alt_width
            )
            for query in asked
        ]
    )
    view = replacements.integers([query.view for query in asked])
    found: dict[int, Pair] = {}
    for batch in profiling.run(some, views, view, of):
        for at, row in enumerate(batch.rows.tolist()):
            assert row not in found
            alt = batch.alt[at, :, : asked[row].alt_width]
            found[row] = batch.ref[at].numpy(), alt.numpy()
    return [found[row] for row in range(len(asked))]


@st.composite
def queries(draw: st.DrawFn, views: int) -> Query:
    reach = draw(st.sampled_from([1, 7, 20]))
    start = draw(st.integers(0, CONTIG - 60))
    alt = draw(st.text("ACGTN", max_size=12))
    window_start = start - draw(st.integers(0, reach))
    least = start - window_start + len(alt)
    return Query(
        view=draw(st.integers(0, views - 1)),
        # What is replaced is of no interest but for its length.
        variant=variants.Variant("1", start, "A" * draw(st.integers(0, 12)), alt),
        start=window_start,
        width=2 * reach + 1,
        alt_width=max(least + draw(st.integers(-3, 15)), 1),
    )


def _snv(view: int, at: int, alt: str) -> Query:
    variant = variants.Variant("1", at, "A", alt)
    return Query(view=view, variant=variant, start=at - 5, width=11, alt_width=11)


VIEWS = [
    (0, coordinates.Strand.PLUS, 0, CONTIG),
    (0, coordinates.Strand.MINUS, 0, CONTIG),
    (1, coordinates.Strand.PLUS, 300, 420),
    (1, coordinates.Strand.MINUS, 310, 900),
]
SEEN = [_view(contig(seed), strand, start, end) for seed, strand, start, end in VIEWS]


@given(
    asked=st.lists(queries(len(VIEWS)), min_size=1, max_size=8),
    memory=st.sampled_from([1, 1_000_000, 1_000_000_000]),
)
@settings(max_examples=40, deadline=None)
def test_profiles_equal_plain_passes_over_each_window(
    asked: list[Query], memory: int
) -> None:
    found = run(ensemble(memory), SEEN, asked)
    for query, (ref, alt) in zip(asked, found, strict=True):
        plain_ref, plain_alt = expected(query)
        np.testing.assert_allclose(ref, plain_ref, rtol=0, atol=1e-5)
        np.testing.assert_allclose(alt, plain_alt, rtol=0, atol=1e-5)


@pytest.mark.slow
@given(
    asked=st.lists(queries(len(VIEWS)), min_size=2, max_size=12),
    order=st.randoms(use_true_random=False),
)
@settings(max_examples=30, deadline=None)
def test_neither_order_nor_batching_nor_tiling_changes_a_number(
    asked: list[Query], order: random.Random
) -> None:
    together = run(ensemble(1_000_000_000), SEEN, asked)
    shuffled = list(range(len(asked)))
    order.shuffle(shuffled)
    tiled = run(ensemble(200_000), SEEN, [asked[i] for i in shuffled])
    for i, of_tiles in zip(shuffled, tiled, strict=True):
        (alone,) = run(ensemble(1), SEEN, [asked[i]])
        for pair in (of_tiles, alone):
            for one, other in zip(pair, together[i], strict=True):
                np.testing.assert_allclose(one, other, rtol=0, atol=1e-5)


def _windows(asked: Sequence[Query]) -> windows.Windows:
    return windows.join(
        [replacements.window(one.start, one.start + 11, one.variant) for one in asked]
    )


@pytest.fixture
def in_threads(request: pytest.FixtureRequest) -> Iterator[int]:
    """Have batches run in some threads."""
    before = torch.get_num_threads()
    torch.set_num_threads(request.param)
    yield request.param
    torch.set_num_threads(before)


@pytest.mark.parametrize("in_threads", [2, 3], indirect=True)
def test_threads_change_no_number_and_lose_no_query(
    in_threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They take a batch each, or share the cones of a dense tile."""
    for name, least in (("_DENSE", 4), ("_LEAST_OUTPUTS", 1)):
        monkeypatch.setattr(batching, name, least)
    dense = [_snv(0, at, "G") for at in range(700, 760)]
    asked = [_snv(i % 4, 320 + 9 * i, "T") for i in range(12)] + dense
    shared = run(ensemble(1_000_000), SEEN, asked)
    assert torch.get_num_threads() == in_threads
    torch.set_num_threads(1)
    alone = run(ensemble(1_000_000), SEEN, asked)
    for one, other in zip(shared, alone, strict=True):
        for mine, same in zip(one, other, strict=True):
            np.testing.assert_allclose(mine, same, rtol=0, atol=1e-6)


def test_profiles_come_a_batch_at_a_time() -> None:
    asked = [_snv(i % 2, 100 + 90 * i, "ACGT"[i % 4]) for i in range(12)]
    of = _windows(asked)
    view = replacements.integers([each.view for each in asked])
    done: list[float] = []
    batches = list(profiling.run(ensemble(1), SEEN, view, of, done.append))
    assert len(batches) > 1
    rows = np.concatenate([batch.rows for batch in batches])
    assert sorted(rows.tolist()) == list(range(12))
    # Each member's part is told.
    assert sum(done) == pytest.approx(12)
    assert len(done) >= 3 * len(batches)


def test_progress_is_told_within_a_batch_too() -> None:
    asked = [_snv(0, 100 + 4 * i, "G") for i in range(12)]
    of = _windows(asked)
    done: list[float] = []
    view = np.zeros(12, dtype=np.int64)
    (batch,) = profiling.run(ensemble(1_000_000_000), SEEN, view, of, done.append)
    assert len(batch.rows) == 12
    assert done == [pytest.approx(4)] * 3


@pytest.mark.parametrize("memory", [1_000_000, 1_000_000_000])
def test_no_reference_pass_grows_with_the_density_of_variants(
    memory: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """100,000 dense variants took 5 GB where each tile was as long as it could."""
    places = range(10, CONTIG - 10, 4)
    asked = [_snv(i % 2, at, "G") for i, at in enumerate(places)]
    whole = run(ensemble(memory), SEEN, asked)
    positions: list[int] = []
    computed = incremental.reference

    def watched(network: stages.Network, sequence: Tensor) -> incremental.Reference:
        positions.append(sequence.shape[0] * sequence.shape[1])
        return computed(network, sequence)

    monkeypatch.setattr(batching, "_CPU_TILES", 250)
    monkeypatch.setattr(incremental, "reference", watched)
    cut = run(ensemble(memory), SEEN, asked)
    assert max(positions) <= 250
    assert len(positions) > 3 * CONTIG // 250
    for (_, one), (_, other) in zip(cut, whole, strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=1e-5)


def test_no_queries_have_no_profiles() -> None:
    none = replacements.integers([])
    assert not list(profiling.run(ensemble(1), SEEN, none, windows.join([])))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["spliceai", "cispliceai"])
def test_a_real_model_s_cones_equal_its_plain_passes(name: str) -> None:
    model = loading.load(name)
    networks = [member.network() for member in model.members[:2]]
    rows = ((0, 1), (0, 1))
    some = profiling.Ensemble(
        networks=tuple(network.network() for network in networks),
        rows=rows,
        tracks=2,
        device=torch.device("cpu"),
        memory=1_000_000_000,
    )
    generator = np.random.default_rng(7)
    codes = generator.integers(0, 4, 16_000).astype(np.uint8)
    codes[:2_000] = dna.UNKNOWN
    for motif in ("CTTTCTTTTTCTTTTCAGGT", "ACAGGTAAGTATC"):
        for at in generator.integers(7_000, 9_000, 6):
            codes[at : at + len(motif)] = dna.encode(motif)
    asked = [
        Query(
            view=0,
            variant=variants.Variant("1", start, "A" * ref_length, alt),
            start=start - 50,
            width=101,
            alt_width=101 + len(alt) - ref_length,
        )
        for start, ref_length, alt in [
            (7_500, 1, "G"),
            (8_010, 30, "A"),
            (8_500, 1, "ACAGGTAAGTATCCCAGGT"),
        ]
    ]
    for strand in coordinates.Strand:
        view = _view(codes, strand, 0, len(codes))
        for query, (ref, alt) in zip(asked, run(some, [view], asked), strict=True):
            left, variant = query.start - 5_000, query.variant
            edited = np.concatenate(
                [
                    codes[left : variant.start],
                    dna.encode(variant.alt),
                    codes[variant.end :],
                ]
            )
            whole = codes[left : left + 10_101], edited[: query.alt_width + 10_000]
            for profile, sequence in zip((ref, alt), whole, strict=True):
                plain_profile = plain(networks, rows, sequence, strand)
                np.testing.assert_allclose(profile, plain_profile, rtol=0, atol=1e-5)
