"""The Python face: the same scores as the command line's, and Δ of two sequences."""

import pathlib
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

import jaxtyping
import numpy as np
import polars as pl
import polars.testing as polars_testing
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import twinsplice
from support import cli, reference_rules, trained_models
from support import models as toys
from twinsplice import api, errors
from twinsplice.base_models import contract, loading
from twinsplice.genome import coordinates, dna, transcripts
from twinsplice.predictors import checkpoints
from twinsplice.predictors import loading as trained_loading
from twinsplice.scoring.naming import transcript_choice, variant_names
from twinsplice.scoring.one_variant import consequences, variant_profiles

SEQUENCE = cli.GENOME["chr1"]
VARIANTS = [
    f"chr1-{at}-{SEQUENCE[at - 1 : at - 1 + length]}-{alt}"
    for at, length, alt in [
        (500, 1, cli.other(SEQUENCE[499])),
        (510, 1, SEQUENCE[509] + "GTAAGT"),
        (520, 5, SEQUENCE[519]),
        (530, 3, "CAGGT"),
        (2_500, 1, cli.other(SEQUENCE[2_499])),
        (540, 1, "*"),
    ]
]
SMALL = 60
"""Bases of sequences of which Δ is taken."""
bases = st.text("ACGT", min_size=1, max_size=SMALL)


@pytest.fixture
def desk(
    tmp_path: pathlib.Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> cli.Desk:
    return cli.make_desk(tmp_path, monkeypatch, capfd)


@pytest.fixture
def run(desk: cli.Desk) -> pathlib.Path:
    """The folder of a training run, whose model has intervals."""
    folder = desk.folder / "run"
    card = {"base_model": "cispliceai", "calibration": trained_models.CARDS["both"]}
    checkpoints.save(folder / checkpoints.NAME, trained_models.paired_model(), card)
    return folder


def _paired() -> api.Model:
    checkpoint = checkpoints.Trained(
        model=trained_models.paired_model(), card={}, sha256="0" * 64
    )
    return api.Model(trained_loading.of_trained(checkpoint, "run", toys.ON_CPU))


PAIRED = _paired()


def _files(desk: cli.Desk) -> dict[str, Any]:
    return {
        "reference": desk.folder / "genome.fa",
        "annotation": desk.folder / "genes.tsv",
    }


# Scores.


@pytest.mark.parametrize("which", ["cispliceai", "run"])
@pytest.mark.parametrize("more", [False, True])
def test_scores_are_the_rows_of_the_commands_table(
    desk: cli.Desk, run: pathlib.Path, which: str, *, more: bool
) -> None:
    name = str(run) if which == "run" else which
    model = twinsplice.load_model(name, device="cpu")
    with twinsplice.Scorer(
        model, **_files(desk), distance=30, mask=more, intergenic=more
    ) as scorer:
        found = scorer.score(VARIANTS)
    output = desk.folder / "out.parquet"
    source = desk.write("in.txt", "".join(f"{each}\n" for each in VARIANTS))
    flags = ["--mask", "--intergenic"] if more else []
    outcome = desk.score(
        source, "--model", name, "--distance=30", "--quiet", *flags, output=output
    )
    assert outcome.code == 0
    expected = pl.read_parquet(output)
    assert found.schema == expected.schema
    polars_testing.assert_frame_equal(found, expected, rel_tol=0, abs_tol=1e-6)
    assert ("PI_LOW_AG" in found.columns) == (which == "run")
    assert found["skip_reason"].null_count() >= 4


@pytest.mark.parametrize("refining", [False, True])
def test_several_models_score_as_on_the_command_line(
    desk: cli.Desk, run: pathlib.Path, *, refining: bool
) -> None:
    ours = twinsplice.load_model(str(run), device="cpu")
    base = twinsplice.load_model("cispliceai", device="cpu")
    flags = ["--model", str(run), "--quiet", "--distance=30"]
    if refining:
        more: dict[str, Any] = {"refine": base, "refine_threshold": 0.09}
        scorer = twinsplice.Scorer(ours, **_files(desk), distance=30, **more)
        flags += ["--refine", "cispliceai", "--refine-threshold=0.09"]
    else:
        scorer = twinsplice.Scorer([ours, base], **_files(desk), distance=30)
        flags += ["--model", "cispliceai"]
    with scorer:
        assert scorer.model is ours
        assert scorer.models == (ours, base)
        found = scorer.score(VARIANTS)
        assert scorer.score([]).schema == found.schema
    output = desk.folder / "out.parquet"
    source = desk.write("in.txt", "".join(f"{each}\n" for each in VARIANTS))
    assert desk.score(source, *flags, output=output).code == 0
    expected = pl.read_parquet(output)
    polars_testing.assert_frame_equal(found, expected, rel_tol=0, abs_tol=1e-6)
    scored = found["max_delta"].is_not_null()
    by_base = found["CISpliceAI_max_delta"].is_not_null()
    ends = [name for name in found.columns if name.startswith("PI_HIGH_")]
    highest = found.select(pl.max_horizontal("max_delta", *ends)).to_series()
    assert (by_base == (scored & (highest >= 0.09))).all() == refining


def test_what_is_no_model_or_twice_the_same_is_refused(desk: cli.Desk) -> None:
    base = twinsplice.load_model("cispliceai", device="cpu")
    wrong: Any
    for wrong in ([], "cispliceai", [base, "spliceai"], None):
        # While tests run, types are checked before.
        with pytest.raises((errors.InputError, jaxtyping.TypeCheckError)):
            twinsplice.Scorer(wrong, **_files(desk))
    with pytest.raises(errors.InputError, match="the same weights"):
        twinsplice.Scorer([base, base], **_files(desk))
    with pytest.raises(errors.InputError, match="the same weights"):
        twinsplice.Scorer(base, refine=base, **_files(desk))
    with pytest.raises(errors.InputError, match="goes with --refine"):
        twinsplice.Scorer(base, refine_threshold=0.1, **_files(desk))


@pytest.mark.parametrize(
    "spelling", ["chr1-500-{}-{}", "chr1:500:{}:{}", "1:500-{}>{}"]
)
def test_a_variant_may_be_spelt_in_several_ways(desk: cli.Desk, spelling: str) -> None:
    model = twinsplice.load_model("cispliceai", device="cpu")
    ref, alt = SEQUENCE[499], cli.other(SEQUENCE[499])
    with twinsplice.Scorer(model, **_files(desk)) as scorer:
        (row,) = scorer.score([spelling.format(ref, alt)]).to_dicts()
        assert (row["pos"], row["ref"], row["alt"], row["gene"]) == (500, ref, alt, "A")
        assert row["skip_reason"] is None
        (bad,) = scorer.score(["nonsense"]).to_dicts()
        assert (bad["name"], bad["skip_reason"]) == ("nonsense", "unreadable_name")
        assert bad["pos"] is None
        assert scorer.score([]).is_empty()


@pytest.mark.parametrize("name", ["out.vcf", "out.tsv", "out.parquet"])
def test_a_file_is_scored_as_by_the_command_line(desk: cli.Desk, name: str) -> None:
    model = twinsplice.load_model("cispliceai", device="cpu")
    records = [cli.record(at, alt="GT" if at % 2 else "") for at in range(400, 420, 3)]
    source = desk.vcf(*records, cli.record(300, contig="chr2"))
    with twinsplice.Scorer(model, **_files(desk), mask=True) as scorer:
        summary = scorer.score_vcf(source, desk.folder / f"api.{name}")
    output = desk.folder / f"cli.{name}"
    assert desk.score(source, "--mask", "--quiet", output=output).code == 0
    ours, theirs = (
        (desk.folder / f"{kind}.{name}").read_bytes() for kind in ("api", "cli")
    )
    assert ours == theirs
    assert (summary.records, summary.scored) == (len(records) + 1, len(records) + 1)


def test_the_official_rules_are_followed_where_that_is_asked(desk: cli.Desk) -> None:
    model = twinsplice.load_model("cispliceai", device="cpu")
    with twinsplice.Scorer(model, **_files(desk), compat=True) as scorer:
        strands = scorer.score([VARIANTS[4]])["gene"].to_list()
    with twinsplice.Scorer(model, **_files(desk)) as scorer:
        reasons = scorer.score([VARIANTS[4]])["skip_reason"].to_list()
    assert strands == ["+", "-"]
    assert reasons == ["outside_genes"]


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


# Δ of two sequences.


@given(sequence=bases)
def test_equal_sequences_differ_by_exactly_nothing(sequence: str) -> None:
    found = PAIRED.delta(sequence, sequence)
    assert found.shape == (len(sequence), 2)
    assert not found.any()


@settings(max_examples=30)
@given(data=st.data(), ref=bases)
def test_swapping_sequences_of_one_length_negates_delta(
    data: st.DataObject, ref: str
) -> None:
    alt = data.draw(st.text("ACGT", min_size=len(ref), max_size=len(ref)))
    there, back = PAIRED.delta(ref, alt), PAIRED.delta(alt, ref)
    assert there.shape == back.shape == (len(ref), 2)
    np.testing.assert_allclose(there, -back, atol=1e-5)


def test_delta_is_no_trivial_zero() -> None:
    ref = trained_models.BASES[:SMALL]
    alt = ref[:30] + cli.other(ref[30]) + ref[31:]
    assert np.abs(PAIRED.delta(ref, alt)).max() > 1e-3


@given(
    ref=st.text("ACGTN", min_size=1, max_size=SMALL),
    alt=st.text("ACGTN", min_size=1, max_size=SMALL),
)
@settings(max_examples=30)
def test_letters_are_as_good_as_one_hot(ref: str, alt: str) -> None:
    encoded = [dna.one_hot(dna.encode(each)) for each in (ref, alt)]
    letters = PAIRED.delta(ref, alt)
    for pair in ((encoded[0], encoded[1]), (ref, encoded[1]), (encoded[0], alt)):
        np.testing.assert_allclose(PAIRED.delta(*pair), letters, atol=1e-6)


@pytest.mark.parametrize(
    ("gone", "new"), [(0, "GTAAG"), (6, ""), (4, "TT"), (2, "CCC")]
)
def test_insertions_and_deletions_are_seen_where_they_are(gone: int, new: str) -> None:
    ref, at = trained_models.BASES[:160], 80
    alt = ref[:at] + new + ref[at + gone :]
    found = PAIRED.delta(ref, alt)
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
        PAIRED.delta("", "A")


@settings(max_examples=30)
@given(ref=bases, data=st.data())
def test_delta_is_the_difference_of_profiles(ref: str, data: st.DataObject) -> None:
    alt = data.draw(st.text("ACGT", min_size=len(ref), max_size=len(ref)))
    before, after = PAIRED.profile(ref), PAIRED.profile(alt)
    assert before.shape == (len(ref), 2)
    assert ((before >= 0) & (before <= 1)).all()
    np.testing.assert_allclose(PAIRED.delta(ref, alt), after - before, atol=1e-5)
    np.testing.assert_array_equal(PAIRED.profile(ref.lower()), before)


def test_a_profile_needs_bases_and_probabilities() -> None:
    with pytest.raises(errors.InputError, match="must have bases"):
        PAIRED.profile("")
    checkpoint = checkpoints.Trained(
        model=trained_models.MODELS["cnn"], card={}, sha256="0" * 64
    )
    model = api.Model(trained_loading.of_trained(checkpoint, "run", toys.ON_CPU))
    with pytest.raises(errors.InputError, match="not changes alone"):
        model.profile("ACGTACGT")
    undivided = toys.undivided_model(1).predictor(toys.ON_CPU)
    with pytest.raises(errors.InputError, match="tells them apart"):
        api.Model(undivided).profile("ACGTACGT")


# The short way.


def test_the_short_way_is_the_long_one(desk: cli.Desk) -> None:
    files = _files(desk)
    with (
        twinsplice.open(**files, model="cispliceai", device="cpu") as short,
        twinsplice.open(**files, model=PAIRED, distance=30) as given,
    ):
        model = twinsplice.load_model("cispliceai", device="cpu")
        with twinsplice.Scorer(model, **files) as long:
            polars_testing.assert_frame_equal(
                short.score(VARIANTS), long.score(VARIANTS)
            )
        assert given.model is PAIRED
        assert given.options.distance == 30
        ref, alt = SEQUENCE[:40], SEQUENCE[:20] + "G" + SEQUENCE[21:40]
        np.testing.assert_array_equal(given.delta(ref, alt), PAIRED.delta(ref, alt))


def test_a_plot_and_an_explanation_are_drawn(desk: cli.Desk) -> None:
    with twinsplice.open(**_files(desk), model="cispliceai") as scorer:
        scorer.plot(VARIANTS[0], desk.folder / "plot.svg")
        table = scorer.explain(VARIANTS[0], flank=3, output=desk.folder / "logo.svg")
        again = scorer.explain(VARIANTS[0], flank=3, scale="probability")
        with pytest.raises(errors.InputError, match="lies in A"):
            scorer.plot(VARIANTS[0], desk.folder / "x.svg", gene="B")
    assert {path.name for path in desk.folder.glob("*.svg")} == {"plot.svg", "logo.svg"}
    assert table.drop("contribution").equals(again.drop("contribution"))
    assert not table["contribution"].equals(again["contribution"])


def test_a_picture_and_consequences_search_alike_whatever_the_scorers_distance(
    desk: cli.Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched: list[tuple[int | None, int]] = []

    def consequences_of(
        _: object, profiles: Sequence[variant_profiles.VariantProfile], *__: object
    ) -> tuple[consequences.VariantConsequences, ...]:
        searched.extend(
            (profile.distance, profile.ref_profile.shape[1]) for profile in profiles
        )
        return tuple(
            consequences.VariantConsequences(profile=profile, members=())
            for profile in profiles
        )

    monkeypatch.setattr(twinsplice.Scorer, "consequences_of", consequences_of)
    output = desk.folder / "x.svg"
    with twinsplice.open(**_files(desk), model="cispliceai", distance=30) as scorer:
        scorer.plot(VARIANTS[0], output)
        scorer.consequences(VARIANTS[0])
        scorer.plot(VARIANTS[0], output, distance=40)
        scorer.consequences(VARIANTS[0], distance=40)
        assert scorer.profile(VARIANTS[0])[0].distance == 30
        with pytest.raises(errors.InputError, match="distance must"):
            scorer.plot(VARIANTS[0], output, distance=5_000)
    assert searched == [(500, 1_001)] * 2 + [(40, 81)] * 2


def test_the_gene_that_a_variants_name_is_of_comes_first(
    desk: cli.Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = _files(desk) | {"annotation": desk.folder / "two.tsv"}
    header, first, *_ = cli.GENES.splitlines()
    second = first.replace("A\t1\t+\t100", "Z\t1\t+\t150").replace("\t100,", "\t150,")
    files["annotation"].write_text(f"{header}\n{first}\n{second}\n")
    with twinsplice.open(**files, model="cispliceai") as scorer:
        for name in ("A", "Z"):
            named = transcripts.Transcript(
                name="NM_1.1",
                gene=name,
                contig="1",
                strand=coordinates.Strand.PLUS,
                starts=np.array([100]),
                ends=np.array([2_000]),
            )
            monkeypatch.setattr(
                variant_names.Resolver,
                "named",
                lambda *_, named=named: transcript_choice.Choice(named),
            )
            genes = [each.gene for each in scorer.profile(VARIANTS[0])]
            assert [gene and gene.name for gene in genes] == [
                name,
                {"A": "Z", "Z": "A"}[name],
            ]
            explained = scorer.explanation(VARIANTS[0], flank=1)
            assert explained.profile.gene is not None
            assert explained.profile.gene.name == name


# Imports.


def test_the_package_is_imported_without_torch() -> None:
    code = (
        "import sys, twinsplice\n"
        "assert 'torch' not in sys.modules and 'polars' not in sys.modules\n"
        "assert twinsplice.__version__\n"
        "twinsplice.load_model\n"
        "assert 'torch' in sys.modules\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    assert done.returncode == 0


def test_what_the_package_offers_is_there() -> None:
    for name in twinsplice.__all__:
        assert getattr(twinsplice, name) is not None
    with pytest.raises(AttributeError, match="nothing"):
        twinsplice.nothing  # noqa: B018


@pytest.mark.parametrize(
    "sequence",
    [np.eye(4)[[0, 1, 2, 3, 0]], np.zeros((1, 4, 5)), np.full((4, 3), 0.5)],
)
def test_what_is_neither_letters_nor_one_hot_is_refused(sequence: np.ndarray) -> None:
    with pytest.raises(errors.InputError, match="letters, or one-hot"):
        PAIRED.delta(sequence, sequence)


@pytest.mark.parametrize("distance", [0, -1, 5_000, True])
def test_a_distance_out_of_range_is_refused(desk: cli.Desk, distance: Any) -> None:  # noqa: ANN401
    with pytest.raises(errors.InputError, match="distance must be"):
        twinsplice.Scorer(PAIRED, **_files(desk), distance=distance)


def test_one_variant_alone_is_scored_and_what_is_no_text_refused(
    desk: cli.Desk,
) -> None:
    with twinsplice.Scorer(PAIRED, **_files(desk)) as scorer:
        assert len(scorer.score(VARIANTS[0])) == 1
        assert len(scorer.score([])) == 0
        with pytest.raises(errors.InputError, match="must be text"):
            scorer.score(iter([("chr1", 500, "A", "C")]))  # type: ignore[arg-type]
