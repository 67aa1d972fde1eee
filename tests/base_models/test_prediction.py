"""Batches of queries through networks: against plain passes over written sequences."""

import dataclasses
from collections.abc import Sequence

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from support import models as toys
from support import reference_rules, replacements
from twinsplice.base_models import contract, prediction
from twinsplice.effect import alignment, deltas, queries, windows
from twinsplice.engine import profiling
from twinsplice.genome import coordinates, dna, sequence_views, variants

MODEL = toys.model([toys.member(1), toys.member(2)])
UNDIVIDED = toys.undivided_model(3)
REACH, LENGTH = 8, 260
WIDTH = 2 * REACH + 1
SEQUENCE = "".join(np.random.default_rng(3).choice(list("ACGT"), LENGTH))
VIEWS = tuple(
    sequence_views.of_sequence("sequence", dna.encode(SEQUENCE), strand)
    for strand in coordinates.Strand
)
Row = tuple[int, int, str, int]
"""First replaced base, bases replaced, new bases, and the number of the view."""
PREDICTORS = {
    model.name: (model, model.predictor(toys.ON_CPU)) for model in (MODEL, UNDIVIDED)
}


@st.composite
def rows(draw: st.DrawFn) -> Row:
    """Substitutions, insertions and deletions of both strands, any of them trimmed."""
    start = draw(st.integers(0, LENGTH - 20))
    length = draw(st.sampled_from([1, 1, 0, 2, 7, 12]))
    alt = draw(st.text("ACGT", min_size=0 if length else 1, max_size=9))
    ref = SEQUENCE[start : start + length]
    # Bases that both have belong to no trimmed variant.
    if ref and alt and (ref[0] == alt[0] or ref[-1] == alt[-1]):
        alt = "".join("CGTA"["ACGT".index(base)] for base in ref)
    return start, length, alt, draw(st.integers(0, 1))


def _asked(
    written: Sequence[Row],
    masking: queries.Masking = queries.Masking.NONE,
    sites: queries.AnnotatedSites | None = None,
) -> queries.Queries:
    change = replacements.of_variants(
        [
            variants.Variant("1", start, SEQUENCE[start : start + length], alt)
            for start, length, alt, _ in written
        ]
    )
    own = windows.around(change, centre=change.start, origin=change.start, reach=REACH)
    return queries.Queries(
        views=VIEWS,
        view=replacements.integers([view for *_, view in written]),
        windows=own,
        alignment=alignment.onto_reference(own),
        masking=masking,
        sites=sites or queries.no_sites(),
    )


def _written_out(
    model: contract.BaseModel, row: Row
) -> tuple[reference_rules.Rows, reference_rules.Rows]:
    """Both profiles on reference bases, by plain passes over whole sequences."""
    start, length, alt, view = row
    context = model.context
    predict = reference_rules.plain(model)

    def profile(text: str) -> reference_rules.Rows:
        if VIEWS[view].strand is coordinates.Strand.PLUS:
            return predict(text)
        turned = predict(reference_rules.reverse_complement(text))
        return [track[::-1] for track in turned]

    changed = SEQUENCE[:start] + alt + SEQUENCE[start + length :]
    ends = "N" * (context + REACH + 20)
    first = len(ends) + start - REACH - context
    kept = max(REACH + 1 - length, 0)
    before = (ends + SEQUENCE + ends)[first : first + WIDTH + 2 * context]
    after = (ends + changed + ends)[first:][: REACH + len(alt) + kept + 2 * context]
    place = reference_rules.place_ours(REACH, length, len(alt))
    return profile(before), reference_rules.put(profile(after), WIDTH, place)


@settings(max_examples=25)
@given(
    written=st.lists(rows(), min_size=1, max_size=6),
    name=st.sampled_from(list(PREDICTORS)),
)
def test_profiles_and_changes_are_those_of_sequences_written_out(
    written: list[Row], name: str
) -> None:
    model, predictor = PREDICTORS[name]
    found = predictor.predict(_asked(written), profiles=True)
    assert len(found) == len(written)
    assert found.kinds == model.kinds
    assert found.ref_profile is not None
    assert found.alt_profile is not None
    for number, row in enumerate(written):
        ref, alt = _written_out(model, row)
        np.testing.assert_allclose(found.ref_profile[number], ref, atol=1e-5)
        np.testing.assert_allclose(found.alt_profile[number], alt, atol=1e-5)
        for i, kind in enumerate(found.kinds):
            change = reference_rules.changes(ref, alt, kind)
            size, column = found.size[number, i], found.column[number, i]
            assert reference_rules.Sizes(change, change).agree(size, column)
            named = (found.ref[number, i], found.alt[number, i])
            assert any(
                (ref[track][column], alt[track][column])
                == pytest.approx(named, abs=1e-5)
                for track in kind.rows
            )
    assert found.low is None
    assert found.high is None


@settings(max_examples=15)
@given(
    written=st.lists(rows(), min_size=2, max_size=8),
    memory=st.sampled_from([1, 20_000, 300_000]),
    data=st.data(),
)
def test_neither_memory_nor_company_nor_order_moves_a_number(
    written: list[Row], memory: int, data: st.DataObject
) -> None:
    plenty = PREDICTORS[MODEL.name][1].predict(_asked(written))
    # Some are asked more than once, and networks see them only once.
    order = data.draw(st.lists(st.integers(0, len(written) - 1), min_size=1))
    little = MODEL.predictor(dataclasses.replace(toys.ON_CPU, memory=memory))
    found = little.predict(_asked([written[i] for i in order]))
    np.testing.assert_allclose(found.size, plenty.size[order], atol=1e-5)
    for name in ("ref", "alt"):
        one, two = getattr(found, name), getattr(plenty, name)[order]
        # The largest of several that are as good as equal may be another.
        same = found.column == plenty.column[order]
        np.testing.assert_allclose(one[same], two[same], atol=1e-5)


def test_networks_see_each_sort_of_query_once(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    run = profiling.run

    def counting(*given: object) -> object:
        seen.append(len(given[2]))  # type: ignore[arg-type]
        return run(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(prediction.profiling, "run", counting)
    row, other = (60, 1, "A" if SEQUENCE[60] != "A" else "C", 0), (80, 0, "GTA", 1)
    found = PREDICTORS[MODEL.name][1].predict(_asked([row, other, row, row, other]))
    assert seen == [2]
    assert np.array_equal(found.size[[0, 0, 0]], found.size[[0, 2, 3]])
    assert np.array_equal(found.size[1], found.size[4])
    assert (np.abs(found.size[0] - found.size[1]) > 1e-4).any()


@pytest.mark.parametrize(
    "masking", [queries.Masking.DISREGARDED, queries.Masking.ZEROED]
)
def test_masks_are_each_querys_own_though_networks_see_both_as_one(
    masking: queries.Masking,
) -> None:
    row = (60, 1, "A" if SEQUENCE[60] != "A" else "C", 0)
    predictor = PREDICTORS[MODEL.name][1]
    bare = predictor.predict(_asked([row]))
    loss = deltas.SITE_KINDS.index(deltas.DONOR_LOSS)
    column = int(bare.column[0, loss])
    assert bare.size[0, loss] > 1e-3
    # The first query has the lost donor annotated, the second has nothing.
    sites = queries.AnnotatedSites(
        query=replacements.integers([0]),
        site=replacements.integers([deltas.Site.DONOR]),
        column=replacements.integers([column]),
    )
    found = predictor.predict(_asked([row, row], masking, sites))
    assert found.size[0, loss] == pytest.approx(bare.size[0, loss], abs=1e-6)
    assert found.column[0, loss] == column
    # All other losses are masked.
    assert found.size[1, loss] <= 1e-6


def test_progress_adds_up_and_is_told_within_a_batch() -> None:
    written = [(60 + 3 * i, 1, "A", i % 2) for i in range(20)]
    written = [row for row in written if SEQUENCE[row[0]] != "A"]
    calls: list[tuple[int, float]] = []

    def advance(units: int, fraction: float | None) -> None:
        assert fraction is not None
        calls.append((units, fraction))

    # Every row twice: they count twice, but are done at once.
    PREDICTORS[MODEL.name][1].predict(_asked(written + written), advance)
    units, fractions = zip(*calls, strict=True)
    assert sum(units) == 2 * len(written)
    assert list(fractions) == sorted(fractions)
    assert 0 < fractions[0] < 1
    assert fractions[-1] == pytest.approx(1)
    assert max(fractions) <= 1


def test_nothing_asked_is_nothing_predicted() -> None:
    found = PREDICTORS[MODEL.name][1].predict(_asked([]))
    assert len(found) == 0
    assert found.size.shape == found.column.shape == (0, 4)


def test_rows_of_a_comparison_are_taken_together() -> None:
    values = torch.arange(12.0).reshape(3, 2, 2)
    whole = prediction.Comparison(
        ref=values, alt=values + 100, delta=values * 0 + 100, high=values + 200
    )
    some = whole.take(torch.tensor([2, 0, 2]))
    assert torch.equal(some.ref, values[[2, 0, 2]])
    assert torch.equal(some.alt, values[[2, 0, 2]] + 100)
    assert some.low is None
    assert some.high is not None
    assert torch.equal(some.high, values[[2, 0, 2]] + 200)
