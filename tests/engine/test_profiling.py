"""Profiles of many variants at once, against one plain pass a window."""

import functools
import random
from collections.abc import Callable, Sequence

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from jaxtyping import Float32, UInt8
from torch import Tensor

from support import networks
from twinsplice.base_models import loading
from twinsplice.engine import incremental, planning, profiling, stages
from twinsplice.genome import coordinates, dna
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


def fetcher(codes: Codes, start: int, end: int) -> Callable[[int, int], Codes]:
    """A gene's bases `start` to `end`, unknown elsewhere and beyond the contig."""
    seen = np.full(CONTIG + 2_000, dna.UNKNOWN, dtype=np.uint8)
    seen[1_000 + start : 1_000 + end] = codes[start:end]

    def fetch(first: int, last: int) -> Codes:
        return seen[1_000 + first : 1_000 + last]

    return fetch


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
    found: list[list[np.ndarray]] = [[] for _ in range(1 + max(max(r) for r in rows))]
    for network, of_member in zip(networks, rows, strict=True):
        for row, track in zip(of_member, network(x)[0].numpy(), strict=True):
            found[row].append(track)
    profile = np.stack([np.mean(tracks, axis=0) for tracks in found])
    return profile[:, ::-1] if strand is coordinates.Strand.MINUS else profile


def expected(
    areas: Sequence[planning.Area], query: planning.Query
) -> tuple[np.ndarray, np.ndarray]:
    """Both profiles of a query from two plain passes over its own windows."""
    area, context = areas[query.area], members()[0].config.context
    left = query.window_start - context
    ref = area.fetch(left, query.window_start + query.width + context)
    beyond = query.start + query.ref_length
    edited = np.concatenate(
        [area.fetch(left, query.start), query.alt, area.fetch(beyond, beyond + 300)]
    )[: query.alt_width + 2 * context]
    return (
        plain(members(), ROWS, ref, area.strand),
        plain(members(), ROWS, edited, area.strand),
    )


@st.composite
def queries(draw: st.DrawFn, areas: int) -> planning.Query:
    reach = draw(st.sampled_from([1, 7, 20]))
    start = draw(st.integers(0, CONTIG - 60))
    ref_length = draw(st.integers(0, 12))
    alt = draw(st.lists(st.integers(0, 4), max_size=12))
    window_start = start - draw(st.integers(0, reach))
    width = 2 * reach + 1
    least = start - window_start + len(alt)
    return planning.Query(
        area=draw(st.integers(0, areas - 1)),
        start=start,
        ref_length=ref_length,
        alt=np.array(alt, dtype=np.uint8),
        window_start=window_start,
        width=width,
        alt_width=max(least + draw(st.integers(-3, 15)), 1),
    )


AREAS = [
    planning.Area(strand, fetcher(contig(seed), start, end))
    for seed, strand, start, end in [
        (0, coordinates.Strand.PLUS, 0, CONTIG),
        (0, coordinates.Strand.MINUS, 0, CONTIG),
        (1, coordinates.Strand.PLUS, 300, 420),
        (1, coordinates.Strand.MINUS, 310, 900),
    ]
]


@given(
    asked=st.lists(queries(len(AREAS)), min_size=1, max_size=8),
    memory=st.sampled_from([1, 1_000_000, 1_000_000_000]),
)
@settings(max_examples=40, deadline=None)
def test_profiles_equal_plain_passes_over_each_window(
    asked: list[planning.Query], memory: int
) -> None:
    found = profiling.run(ensemble(memory), AREAS, asked)
    assert len(found) == len(asked)
    for query, profiles in zip(asked, found, strict=True):
        ref, alt = expected(AREAS, query)
        np.testing.assert_allclose(profiles.ref, ref, rtol=0, atol=1e-5)
        np.testing.assert_allclose(profiles.alt, alt, rtol=0, atol=1e-5)


@pytest.mark.slow
@given(
    asked=st.lists(queries(len(AREAS)), min_size=2, max_size=12),
    order=st.randoms(use_true_random=False),
)
@settings(max_examples=30, deadline=None)
def test_neither_order_nor_batching_nor_tiling_changes_a_number(
    asked: list[planning.Query], order: random.Random
) -> None:
    together = profiling.run(ensemble(1_000_000_000), AREAS, asked)
    shuffled = list(range(len(asked)))
    order.shuffle(shuffled)
    tiled = profiling.run(ensemble(200_000), AREAS, [asked[i] for i in shuffled])
    for i, profiles in zip(shuffled, tiled, strict=True):
        alone = profiling.run(ensemble(1), AREAS, [asked[i]])[0]
        for one in (profiles, alone):
            np.testing.assert_allclose(one.ref, together[i].ref, rtol=0, atol=1e-5)
            np.testing.assert_allclose(one.alt, together[i].alt, rtol=0, atol=1e-5)


def test_progress_adds_up_to_the_queries() -> None:
    asked = [
        planning.Query(
            area=i % 2,
            start=100 + 90 * i,
            ref_length=1,
            alt=np.array([i % 4], dtype=np.uint8),
            window_start=95 + 90 * i,
            width=11,
            alt_width=11,
        )
        for i in range(12)
    ]
    done: list[float] = []
    profiling.run(ensemble(1_000_000), AREAS, asked, done.append)
    assert sum(done) == pytest.approx(len(asked))
    assert len(done) > 1


@pytest.mark.parametrize("memory", [1_000_000, 1_000_000_000])
def test_no_reference_pass_grows_with_the_density_of_variants(
    memory: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """100,000 dense variants took 5 GB where each stretch was as long as it could."""
    asked = [
        planning.Query(
            area=i % 2,
            start=at,
            ref_length=1,
            alt=np.array([2], dtype=np.uint8),
            window_start=at - 5,
            width=11,
            alt_width=11,
        )
        for i, at in enumerate(range(10, CONTIG - 10, 4))
    ]
    whole = profiling.run(ensemble(memory), AREAS, asked)
    positions: list[int] = []
    computed = incremental.reference

    def watched(network: stages.Network, sequence: Tensor) -> incremental.Reference:
        positions.append(sequence.shape[0] * sequence.shape[1])
        return computed(network, sequence)

    monkeypatch.setattr(profiling, "_CPU_STRETCHES", 250)
    monkeypatch.setattr(incremental, "reference", watched)
    cut = profiling.run(ensemble(memory), AREAS, asked)
    assert max(positions) <= 250
    assert len(positions) > 3 * CONTIG // 250
    for one, other in zip(cut, whole, strict=True):
        np.testing.assert_allclose(one.alt, other.alt, rtol=0, atol=1e-5)


def test_no_queries_have_no_profiles() -> None:
    assert profiling.run(ensemble(1), AREAS, []) == []


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
    for strand in coordinates.Strand:
        area = planning.Area(strand, lambda first, end: codes[first:end])
        asked = [
            planning.Query(
                area=0,
                start=start,
                ref_length=ref_length,
                alt=dna.encode(alt),
                window_start=start - 50,
                width=101,
                alt_width=101 + len(alt) - ref_length,
            )
            for start, ref_length, alt in [
                (7_500, 1, "G"),
                (8_010, 30, "A"),
                (8_500, 1, "ACAGGTAAGTATCCCAGGT"),
            ]
        ]
        for query, profiles in zip(
            asked, profiling.run(some, [area], asked), strict=True
        ):
            left = query.window_start - 5_000
            beyond = query.start + query.ref_length
            ref = codes[left : left + 10_101]
            edited = np.concatenate(
                [codes[left : query.start], query.alt, codes[beyond:]]
            )
            edited = edited[: query.alt_width + 10_000]
            wanted = plain(networks, rows, ref, strand)
            np.testing.assert_allclose(profiles.ref, wanted, rtol=0, atol=1e-5)
            wanted = plain(networks, rows, edited, strand)
            assert np.abs(profiles.alt - wanted).max() < 1e-5
