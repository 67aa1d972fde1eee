"""The closing table, and what `--strict` counts."""

import dataclasses
import pathlib

import pytest

from twinsplice.genome import variants
from twinsplice.report import summary
from twinsplice.settings import score as score_settings

DONE = score_settings.Summary(
    records=2_000,
    scored=1_500,
    skipped={
        variants.SkipReason.OUTSIDE_GENES: 400,
        variants.SkipReason.REF_MISMATCH: 7,
        variants.SkipReason.SYMBOLIC: 0,
    },
    elapsed=4.0,
    output=pathlib.Path("out[1].vcf"),
    notes=("5% of [red] herrings", "two"),
)


def test_everything_is_said_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    summary.show(DONE)
    out, err = capsys.readouterr()
    assert out == ""
    for text in (
        "2,000",
        "1,500",
        "ref mismatch",
        "7",
        "500.0",
        "out[1].vcf",
        *DONE.notes,
    ):
        assert text in err
    assert "symbolic" not in err


def test_classes_of_scores_have_lines_before_what_was_not_scored() -> None:
    counts = {"score 0.2 or more": 1_200, "altered splicing: probability 0.5": 0}
    found = list(summary.rows(dataclasses.replace(DONE, classes=counts)))
    assert [row for row in found if row not in list(summary.rows(DONE))] == [
        ("score 0.2 or more", "1,200"),
        ("altered splicing: probability 0.5", "0"),
    ]
    labels = [label for label, _ in found]
    assert labels.index("score 0.2 or more") < labels.index("not scored: ref mismatch")


def test_further_models_have_lines_of_their_own() -> None:
    refined = score_settings.FurtherModel(
        key="CISpliceAI",
        scored=45,
        skipped={variants.SkipReason.NEAR_CONTIG_END: 2, variants.SkipReason.NO_ALT: 0},
        refines=True,
    )
    other = dataclasses.replace(refined, key="Pangolin", scored=1_400, refines=False)
    both = dataclasses.replace(DONE, further=(other, refined))
    added = [row for row in summary.rows(both) if row not in list(summary.rows(DONE))]
    assert added == [
        ("Pangolin: scored (allele x gene)", "1,400"),
        ("Pangolin: not scored: near contig end", "2"),
        ("CISpliceAI: refined (allele x gene)", "45 (3.0%)"),
        ("CISpliceAI: not scored: near contig end", "2"),
    ]
    assert both.strict_failures == DONE.strict_failures + 4
    nothing = dataclasses.replace(DONE, scored=0, further=(refined,))
    assert ("CISpliceAI: refined (allele x gene)", "45") in list(summary.rows(nothing))


def test_what_is_no_allele_has_one_line() -> None:
    none = dict.fromkeys(variants.NOT_ALLELES, 2_000)
    blocks = dataclasses.replace(DONE, skipped={**DONE.skipped, **none})
    added = [row for row in summary.rows(blocks) if row not in list(summary.rows(DONE))]
    assert added == [("no alternate allele (., *, <NON_REF>)", "6,000")]
    assert blocks.strict_failures == DONE.strict_failures


def test_strict_counts_all_but_variants_outside_genes() -> None:
    assert DONE.strict_failures == 7
