"""`api.Scorer`: the same scores as the command line's."""

import pathlib
from typing import Any

import jaxtyping
import polars as pl
import polars.testing as polars_testing
import pytest

import twinsplice
from support import api_examples, cli, trained_models
from twinsplice import errors
from twinsplice.predictors import checkpoints


@pytest.fixture
def run(desk: cli.Desk) -> pathlib.Path:
    """The folder of a training run, whose model has intervals."""
    folder = desk.folder / "run"
    card = {"base_model": "cispliceai", "calibration": trained_models.CARDS["both"]}
    checkpoints.save(folder / checkpoints.NAME, trained_models.paired_model(), card)
    return folder


@pytest.mark.parametrize("which", ["cispliceai", "run"])
@pytest.mark.parametrize("more", [False, True])
def test_scores_are_the_rows_of_the_commands_table(
    desk: cli.Desk, run: pathlib.Path, which: str, *, more: bool
) -> None:
    name = str(run) if which == "run" else which
    model = twinsplice.load_model(name, device="cpu")
    with twinsplice.Scorer(
        model, **api_examples.files(desk), distance=30, mask=more, intergenic=more
    ) as scorer:
        found = scorer.score(api_examples.VARIANTS)
    output = desk.folder / "out.parquet"
    source = desk.write(
        "in.txt", "".join(f"{each}\n" for each in api_examples.VARIANTS)
    )
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
        scorer = twinsplice.Scorer(
            ours, **api_examples.files(desk), distance=30, **more
        )
        flags += ["--refine", "cispliceai", "--refine-threshold=0.09"]
    else:
        scorer = twinsplice.Scorer(
            [ours, base], **api_examples.files(desk), distance=30
        )
        flags += ["--model", "cispliceai"]
    with scorer:
        assert scorer.model is ours
        assert scorer.models == (ours, base)
        found = scorer.score(api_examples.VARIANTS)
        assert scorer.score([]).schema == found.schema
    output = desk.folder / "out.parquet"
    source = desk.write(
        "in.txt", "".join(f"{each}\n" for each in api_examples.VARIANTS)
    )
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
            twinsplice.Scorer(wrong, **api_examples.files(desk))
    with pytest.raises(errors.InputError, match="the same weights"):
        twinsplice.Scorer([base, base], **api_examples.files(desk))
    with pytest.raises(errors.InputError, match="the same weights"):
        twinsplice.Scorer(base, refine=base, **api_examples.files(desk))
    with pytest.raises(errors.InputError, match="goes with --refine"):
        twinsplice.Scorer(base, refine_threshold=0.1, **api_examples.files(desk))


@pytest.mark.parametrize(
    "spelling", ["chr1-500-{}-{}", "chr1:500:{}:{}", "1:500-{}>{}"]
)
def test_a_variant_may_be_spelt_in_several_ways(desk: cli.Desk, spelling: str) -> None:
    model = twinsplice.load_model("cispliceai", device="cpu")
    ref, alt = api_examples.SEQUENCE[499], cli.other(api_examples.SEQUENCE[499])
    with twinsplice.Scorer(model, **api_examples.files(desk)) as scorer:
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
    with twinsplice.Scorer(model, **api_examples.files(desk), mask=True) as scorer:
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
    with twinsplice.Scorer(model, **api_examples.files(desk), compat=True) as scorer:
        strands = scorer.score([api_examples.VARIANTS[4]])["gene"].to_list()
    with twinsplice.Scorer(model, **api_examples.files(desk)) as scorer:
        reasons = scorer.score([api_examples.VARIANTS[4]])["skip_reason"].to_list()
    assert strands == ["+", "-"]
    assert reasons == ["outside_genes"]


@pytest.mark.parametrize("distance", [0, -1, 5_000, True])
def test_a_distance_out_of_range_is_refused(desk: cli.Desk, distance: Any) -> None:  # noqa: ANN401
    with pytest.raises(errors.InputError, match="distance must be"):
        twinsplice.Scorer(
            api_examples.PAIRED, **api_examples.files(desk), distance=distance
        )


def test_one_variant_alone_is_scored_and_what_is_no_text_refused(
    desk: cli.Desk,
) -> None:
    with twinsplice.Scorer(api_examples.PAIRED, **api_examples.files(desk)) as scorer:
        assert len(scorer.score(api_examples.VARIANTS[0])) == 1
        assert len(scorer.score([])) == 0
        with pytest.raises(errors.InputError, match="must be text"):
            scorer.score(iter([("chr1", 500, "A", "C")]))  # type: ignore[arg-type]
