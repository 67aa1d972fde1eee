"""Many variants in one pass: each as it would be alone, at any distance and mask."""

import functools
import pathlib
from collections.abc import Iterator

import polars.testing as polars_testing
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support import cli, served
from support import models as toys
from twinsplice import api, errors

GENE_A = cli.GENOME["chr1"]
# Company moves numbers by 1e-6 at most, which may turn the last digit.
same = functools.partial(polars_testing.assert_frame_equal, abs_tol=1.5e-4, rel_tol=0.0)
POOL = [
    f"chr1-{at}-{GENE_A[at - 1 : at - 1 + length]}-{alt}"
    for at, length, alt in [
        *((at, 1, cli.other(GENE_A[at - 1])) for at in (300, 400, 901, 950)),
        (510, 1, GENE_A[509] + "GTAAGT"),
        (520, 5, GENE_A[519]),
        (530, 3, "CAGGT"),
        (2_500, 1, cli.other(GENE_A[2_499])),
    ]
] + ["nonsense", "chr2-300-A-C", "NM_000001.1:c.101+5del"]


@pytest.fixture(scope="module")
def scorer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[api.Scorer]:
    with served.opened(tmp_path_factory.mktemp("genome")) as held:
        yield held.scorers[served.BUILD]


@settings(max_examples=6)
@given(
    variants=st.lists(st.sampled_from(POOL), max_size=8),
    distance=st.sampled_from([20, 50, 90]),
    mask=st.booleans(),
)
def test_each_is_answered_as_alone(
    scorer: api.Scorer,
    variants: list[str],
    distance: int,
    mask: bool,  # noqa: FBT001
) -> None:
    one = scorer.searching(distance=distance, mask=mask, model=0)
    answers = one.look_up(variants)
    assert len(answers) == len(variants)
    for variant, answer in zip(variants, answers, strict=True):
        scored = one.score([variant])
        if answer.refusal is not None:
            assert scored["skip_reason"].to_list() != [None]
            continue
        same(answer.table, scored)
        for profile, row in zip(
            answer.profiles, scored.iter_rows(named=True), strict=True
        ):
            assert (profile is None) == (row["skip_reason"] is not None)
            if profile is not None:
                assert profile.distance == distance
                assert profile.ref_profile.shape == (2, 2 * distance + 1)
        assert (answer.skipped is None) == (scored["skip_reason"][0] is None)


def test_other_settings_need_no_other_scorer(
    scorer: api.Scorer, tmp_path: pathlib.Path
) -> None:
    with served.opened(tmp_path) as held:
        fresh = held.scorers[served.BUILD]
        with api.Scorer(
            fresh.models[1],
            reference=tmp_path / "genome.fa",
            annotation=tmp_path / "genes.tsv",
            transcripts=tmp_path / "genes.gtf",
            distance=90,
            mask=True,
        ) as own:
            wanted = own.score(POOL)
            other = scorer.searching(distance=90, mask=True, model=1)
            same(other.score(POOL), wanted)
            assert other.identity != scorer.identity
    # Closing such a scorer leaves the genome open.
    other.close()
    assert scorer.score(POOL[:1]).height == 1
    with pytest.raises(errors.InputError, match="--distance"):
        scorer.searching(distance=0)


def test_inserted_bases_fold_to_what_the_profile_has(scorer: api.Scorer) -> None:
    one = scorer.searching(distance=50, model=0)
    bases = "GTAAGTCAGG"
    variant = f"chr1-510-{GENE_A[509]}-{GENE_A[509]}{bases}"
    (answer,) = one.look_up([variant])
    (profile,), (inserted,) = answer.profiles, answer.inserted
    assert profile is not None
    assert inserted is not None
    assert profile.query is not None
    added = profile.query.windows.change.alt
    assert inserted.shape == (2, int(added.length[0]))
    column = int(profile.query.windows.change.start[0]) - 1 - profile.start
    # The base that they are folded onto has the largest of theirs and its own.
    folded = profile.alt_profile[:, column]
    assert (folded >= inserted.max(axis=1) - 1e-5).all()
    (alone,) = one.look_up([f"chr1-510-{GENE_A[509]}-{cli.other(GENE_A[509])}"])
    assert alone.inserted == (None,)


def test_the_reference_is_that_of_any_variant(scorer: api.Scorer) -> None:
    one = scorer.searching(distance=50, model=1)
    (profile,) = one.reference_about("1", 499)
    (answer,) = one.look_up([POOL[1]])
    (other,) = answer.profiles
    assert other is not None
    shift = profile.start - other.start
    ref, beside = profile.ref_profile, other.ref_profile
    width = ref.shape[1] - abs(shift)
    if shift > 0:
        assert abs(ref[:, :width] - beside[:, shift:]).max() < 1e-5
    assert one.reference_about("1", 2_499) == ()
    assert one.reference_about("9", 5) == ()
    assert one.reference_about("1", 10**9) == ()


def test_blank_variants_are_refused(scorer: api.Scorer) -> None:
    for text in ("", "  ", "#x"):
        with pytest.raises(errors.InputError, match="must be text"):
            scorer.look_up([text])


def test_a_model_without_sites_has_no_profile(tmp_path: pathlib.Path) -> None:
    with served.opened(tmp_path):
        model = api.Model(toys.undivided_model(1).predictor(toys.ON_CPU))
    with api.Scorer(
        model, reference=tmp_path / "genome.fa", annotation=tmp_path / "genes.tsv"
    ) as one:
        (answer,) = one.look_up([POOL[0]])
        assert answer.profiles == (None,)
        assert answer.table["DS_SG"][0] is not None
