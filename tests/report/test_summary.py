"""The closing table, and what `--strict` counts."""

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


def test_strict_counts_all_but_variants_outside_genes() -> None:
    assert DONE.strict_failures == 7
