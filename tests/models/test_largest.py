"""`largest`: against a plain search base by base, under all maskings."""

import dataclasses

import jaxtyping
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from jaxtyping import Bool, Float32

from support import reference_rules
from twinsplice.effect import deltas, queries
from twinsplice.models import largest

TRACKS, WIDTH = 3, 9
Profiles = Float32[np.ndarray, "rows 3 width"]
Marks = Bool[np.ndarray, "rows 2 width"]
UNDIVIDED = deltas.site_agnostic_kinds(range(TRACKS))
KINDS = (*deltas.SITE_KINDS, *UNDIVIDED)
OPPOSITES = {"AG": "AL", "DG": "DL", "SG": "SL"}
# Few values, all exact in a float32, so that ties are common.
levels = st.sampled_from([0.0, 0.25, 0.5, 1.0])


@dataclasses.dataclass(frozen=True, eq=False)
class Case:
    """Profiles of some variants on the same bases, and annotated sites there."""

    ref: Profiles
    alt: Profiles
    annotated: Marks


@st.composite
def cases(draw: st.DrawFn) -> Case:
    rows = draw(st.integers(1, 6))
    profiles = npst.arrays(np.float32, (rows, TRACKS, WIDTH), elements=levels)
    marks = npst.arrays(np.bool_, (rows, len(deltas.Site), WIDTH))
    return Case(draw(profiles), draw(profiles), draw(marks))


def _largest(
    case: Case,
    masking: queries.Masking = queries.Masking.NONE,
    kinds: tuple[deltas.Kind, ...] = KINDS,
    tracks: int = TRACKS,
) -> largest.Largest:
    delta = torch.from_numpy(case.alt - case.ref)[:, :tracks]
    annotated = torch.from_numpy(case.annotated)
    given = None if masking is queries.Masking.NONE else annotated
    return largest.largest(delta, kinds, masking, given)


def _search(
    case: Case, row: int, kind: deltas.Kind, masking: queries.Masking
) -> list[float]:
    """The change of one kind at each base, as the masking leaves it."""
    ref, alt = case.ref[row].tolist(), case.alt[row].tolist()
    change = reference_rules.changes(ref, alt, kind)
    marked = case.annotated[row][sorted(kind.sites)].any(axis=0)
    annotated = {int(base) for base in np.flatnonzero(marked)}
    if masking is queries.Masking.DISREGARDED:
        return reference_rules.masked(change, 0, annotated, gain=kind.gain)
    if masking is queries.Masking.ZEROED:
        return reference_rules.masked_cispliceai(change, 0, annotated, gain=kind.gain)
    return change


def _nothing(rows: int, width: int) -> Case:
    return Case(
        ref=np.zeros((rows, TRACKS, width), dtype=np.float32),
        alt=np.zeros((rows, TRACKS, width), dtype=np.float32),
        annotated=np.zeros((rows, len(deltas.Site), width), dtype=bool),
    )


@pytest.mark.parametrize("masking", queries.Masking)
@given(case=cases())
def test_the_largest_is_the_first_of_the_largest(
    masking: queries.Masking, case: Case
) -> None:
    # Zeroing compares tracks with sites one to one: two tracks only.
    zeroed = masking is queries.Masking.ZEROED
    kinds, tracks = (deltas.SITE_KINDS, 2) if zeroed else (KINDS, TRACKS)
    found = _largest(case, masking, kinds, tracks)
    for row in range(len(case.ref)):
        for number, kind in enumerate(kinds):
            change = _search(case, row, kind, masking)
            assert found.size[row, number] == max(change)
            assert found.column[row, number] == change.index(max(change))


@pytest.mark.parametrize("masking", [queries.Masking.NONE, queries.Masking.DISREGARDED])
@given(case=cases())
def test_a_change_is_between_the_probabilities_it_names(
    masking: queries.Masking, case: Case
) -> None:
    found = _largest(case, masking)
    ref, alt = (found.at(torch.from_numpy(each)) for each in (case.ref, case.alt))
    for row in range(len(case.ref)):
        for number, kind in enumerate(KINDS):
            place = row, number
            track, column = int(found.track[place]), int(found.column[place])
            assert track in kind.rows
            assert ref[place] == case.ref[row, track, column]
            assert alt[place] == case.alt[row, track, column]
            sign = 1 if kind.gain else -1
            between = float(sign * (alt[place] - ref[place]))
            counts = _search(case, row, kind, masking)[column] != 0
            assert found.size[place] == (between if counts else 0.0)


@pytest.mark.parametrize("masking", queries.Masking)
@given(case=cases())
def test_no_change_is_zero_at_the_first_base(
    masking: queries.Masking, case: Case
) -> None:
    same = dataclasses.replace(case, alt=case.ref)
    found = _largest(same, masking, deltas.SITE_KINDS, 2)
    assert not found.size.any()
    assert not found.column.any()


@given(case=cases())
def test_swapping_the_alleles_swaps_gain_and_loss(case: Case) -> None:
    there = _largest(case)
    back = _largest(Case(ref=case.alt, alt=case.ref, annotated=case.annotated))
    number = {kind.label: i for i, kind in enumerate(KINDS)}
    for gain, loss in OPPOSITES.items():
        for one, other in ((gain, loss), (loss, gain)):
            for name in ("size", "track", "column"):
                assert torch.equal(
                    getattr(there, name)[:, number[one]],
                    getattr(back, name)[:, number[other]],
                )


@pytest.mark.parametrize("masking", queries.Masking)
@given(case=cases())
def test_masking_never_raises_what_is_a_change(
    masking: queries.Masking, case: Case
) -> None:
    whole = _largest(case, kinds=deltas.SITE_KINDS, tracks=2)
    masked = _largest(case, masking, deltas.SITE_KINDS, 2)
    assert (masked.size <= whole.size.clamp(min=0)).all()


def test_masking_comes_first_so_that_the_next_best_is_found() -> None:
    case = _nothing(rows=1, width=5)
    case.alt[0, deltas.Site.ACCEPTOR] = [0.0, 0.9, 0.0, 0.6, 0.0]
    case.annotated[0, deltas.Site.ACCEPTOR, 1] = True
    found = _largest(case, queries.Masking.DISREGARDED, (deltas.ACCEPTOR_GAIN,))
    assert found.size.item() == pytest.approx(0.6)
    assert found.column.item() == 3
    assert found.at(torch.from_numpy(case.alt)).item() == pytest.approx(0.6)


def test_a_site_of_the_other_class_masks_nothing() -> None:
    case = _nothing(rows=1, width=5)
    case.alt[0, deltas.Site.ACCEPTOR, 1] = 0.5
    case.annotated[0, deltas.Site.DONOR, 1] = True
    found = _largest(case, queries.Masking.DISREGARDED)
    sizes = dict(
        zip((kind.label for kind in KINDS), found.size[0].tolist(), strict=True)
    )
    assert sizes["AG"] == 0.5
    # Tracks that tell no acceptor from a donor are masked by either.
    assert sizes["SG"] == 0.0


def test_each_changed_base_is_one_change_of_one_kind() -> None:
    ref = np.full((4, 3, 11), 0.5, dtype=np.float32)
    alt = ref.copy()
    for row, (site, change) in enumerate(
        [
            (deltas.Site.ACCEPTOR, +0.25),
            (deltas.Site.ACCEPTOR, -0.25),
            (deltas.Site.DONOR, +0.25),
            (deltas.Site.DONOR, -0.25),
        ]
    ):
        alt[row, site, 2 + row] += change
    case = Case(ref, alt, np.zeros((4, 2, 11), dtype=bool))
    found = _largest(case, kinds=deltas.SITE_KINDS)
    assert found.size.tolist() == (0.25 * np.eye(4)).tolist()
    assert found.column.tolist() == np.diag([2, 3, 4, 5]).tolist()


def test_sites_of_windows_of_another_width_are_refused() -> None:
    # Shape checks, which only tests run, come before the function's own.
    with pytest.raises((RuntimeError, jaxtyping.TypeCheckError)):
        largest.largest(
            torch.zeros(1, 2, 3),
            deltas.SITE_KINDS,
            queries.Masking.DISREGARDED,
            torch.zeros(1, 2, 4, dtype=torch.bool),
        )


# Losses at the sites of an exon.


@given(case=cases(), kinds=st.sampled_from([deltas.SITE_KINDS, UNDIVIDED]))
def test_an_exons_loss_is_the_largest_at_its_sites(
    case: Case, kinds: tuple[deltas.Kind, ...]
) -> None:
    row, site, column = np.nonzero(case.annotated)
    found = largest.exon_losses(
        torch.from_numpy(case.alt - case.ref),
        kinds,
        *(torch.from_numpy(each) for each in (row, site, column)),
    )
    for number, loss in enumerate(found.tolist()):
        sites = {
            (int(at), site == deltas.Site.DONOR)
            for site in deltas.Site
            for at in np.flatnonzero(case.annotated[number, site])
        }
        ref, alt = case.ref[number].tolist(), case.alt[number].tolist()
        expected = reference_rules.exon_loss(sites, ref, alt, 0, kinds)
        assert loss == pytest.approx(expected, nan_ok=True)
        assert np.isnan(loss) or 0 <= loss <= 1


@given(case=cases())
def test_an_exons_loss_is_no_more_than_the_largest_change(case: Case) -> None:
    row, site, column = np.nonzero(case.annotated)
    sites = (torch.from_numpy(each) for each in (row, site, column))
    delta = torch.from_numpy(case.alt - case.ref)
    found = largest.exon_losses(delta, deltas.SITE_KINDS, *sites)
    most = _largest(case, kinds=deltas.SITE_KINDS).size.amax(dim=1)
    known = ~found.isnan()
    assert torch.equal(known, torch.from_numpy(case.annotated.any(axis=(1, 2))))
    assert (found[known] <= most[known]).all()
