"""`score` with refinement: rows of the base model, and the threshold."""

import polars as pl
import polars.testing as polars_testing
import pysam
import pytest

from support import cli as desks
from support import joint
from twinsplice.commands import score


def test_refined_rows_are_the_base_models_own(several: desks.Desk) -> None:
    flags = joint.refining(several)
    table = joint.table(joint.run(several, "out.parquet", *flags))
    alone = joint.table(joint.run(several, "one.parquet", "--model", "cispliceai"))
    plain = joint.table(joint.run(several, "plain.parquet", *flags[:2]))
    polars_testing.assert_frame_equal(
        table.select(plain.columns), plain, rel_tol=0, abs_tol=1e-5
    )
    own = [
        column for column in alone.columns if column not in [*joint.SHARED, *joint.LAST]
    ]
    large = (joint.highest(plain) >= joint.THRESHOLD).fill_null(value=False)
    assert 0 < large.sum() < len(large)
    renamed = table.select(pl.col(f"CISpliceAI_{name}").alias(name) for name in own)
    polars_testing.assert_frame_equal(
        renamed.filter(large), alone.select(own).filter(large), rel_tol=0, abs_tol=1e-5
    )
    # Others have nothing of it, not even a reason.
    rest = renamed.filter(~large)
    assert all(rest[name].null_count() == len(rest) for name in own)


@pytest.mark.parametrize("ending", ["vcf", "vcf.gz", "bcf"])
def test_refined_entries_are_the_base_models_own(
    several: desks.Desk, ending: str
) -> None:
    output = joint.run(several, f"out.{ending}", *joint.refining(several))
    alone = joint.run(several, f"one.{ending}", "--model", "cispliceai")
    table = joint.table(joint.run(several, "out.tsv", *joint.refining(several)))
    large = {
        (row["pos"], row["alt"], row["gene"])
        for row in table.filter(joint.highest(table) >= joint.THRESHOLD).to_dicts()
    }
    with pysam.VariantFile(str(output)) as file:
        about = str(file.header.info["CISpliceAI"].description)
        positions = [record.pos for record in file]
    assert "only where a TwinSplice score of an allele in a gene" in about
    refined = joint.entries(output, "CISpliceAI")
    expected = [
        [e for e in entries if (at, *e.split("|")[:2]) in large]
        for at, entries in zip(
            positions, joint.entries(alone, "CISpliceAI"), strict=True
        )
    ]
    assert refined == expected
    assert sum(map(len, refined)) == len(large) > 0


@pytest.mark.parametrize(("threshold", "everything"), [(0, True), (1, False)])
def test_a_threshold_of_0_refines_all_and_of_1_nothing(
    several: desks.Desk,
    threshold: float,
    everything: bool,  # noqa: FBT001
) -> None:
    output = joint.run(several, "out.vcf", *joint.refining(several, threshold))
    alone = joint.run(several, "one.vcf", "--model", "cispliceai")
    entries = joint.entries(output, "CISpliceAI")
    assert entries == (
        joint.entries(alone, "CISpliceAI")
        if everything
        else [[] for _ in joint.RECORDS]
    )


@pytest.mark.parametrize("size", [1, 7])
def test_chunks_do_not_change_what_is_refined(
    several: desks.Desk, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    whole = joint.table(joint.run(several, "whole.parquet", *joint.refining(several)))
    monkeypatch.setattr(score, "CHUNK_RECORDS", size)
    parts = joint.table(joint.run(several, "parts.parquet", *joint.refining(several)))
    polars_testing.assert_frame_equal(whole, parts, rel_tol=0, abs_tol=1e-5)


@pytest.mark.parametrize(
    ("card", "given", "threshold", "noted"),
    [
        ({}, None, 0.02, True),
        ({}, 0.02, 0.02, False),
        ({"refine": {"cispliceai": {"plain": {"threshold": 0.4}}}}, None, 0.4, False),
        ({"refine": {"cispliceai": {"plain": {"threshold": 0.4}}}}, 0.25, 0.25, False),
        ({"refine": {"spliceai": {"plain": {"threshold": 0.4}}}}, None, 0.02, True),
    ],
)
def test_the_threshold_is_given_or_fitted_or_the_default(
    several: desks.Desk,
    card: dict[str, object],
    given: float | None,
    threshold: float,
    *,
    noted: bool,
) -> None:
    joint.train(several, "run", card)
    output = several.folder / "out.vcf"
    outcome = several.score(
        several.vcf(*joint.RECORDS), *joint.refining(several, given), output=output
    )
    assert outcome.code == 0
    with pysam.VariantFile(str(output)) as file:
        about = str(file.header.info["CISpliceAI"].description)
    assert f"may be {threshold:g} or more" in about
    assert ("0.02 is the default threshold of --refine" in outcome.err) == noted


@pytest.mark.parametrize(
    "stored",
    [
        {"cispliceai": {"plain": {}}},
        {"cispliceai": {"anchored": {"threshold": 2}}},
        {"cispliceai": {"other": {"threshold": 0.1}}},
        {"cispliceai": {"threshold": 0.1}},
        [1],
    ],
)
def test_a_card_with_a_damaged_threshold_is_refused(
    several: desks.Desk, stored: object
) -> None:
    joint.train(several, "run", {"refine": stored})
    said = several.refused(several.vcf(*joint.RECORDS), *joint.refining(several))
    assert "calibrate it again" in said
