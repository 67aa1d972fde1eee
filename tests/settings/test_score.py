"""Settings of `score`: files that cannot be, and what --strict counts."""

import pathlib

import pytest

from twinsplice import errors
from twinsplice.genome import variants
from twinsplice.settings import score


def _config(folder: pathlib.Path, **changes: str) -> score.Config:
    files = {"input": "in.vcf", "output": "out.vcf", "reference": "x.fa"} | changes
    paths = {
        name: pathlib.Path(path) if path.startswith("-") else folder / path
        for name, path in files.items()
    }
    return score.Config(annotation=str(folder / "genes.gtf"), **paths)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["input", "output"])
def test_a_dash_alone_is_a_file_and_a_flag_is_none(
    tmp_path: pathlib.Path, name: str
) -> None:
    assert getattr(_config(tmp_path, **{name: "-"}), name) == pathlib.Path("-")
    with pytest.raises(errors.InputError, match=f"{name} must be a file name, or -"):
        _config(tmp_path, **{name: "--mask"})


@pytest.mark.parametrize(
    ("file", "name"), [("x.fa", "reference"), ("genes.gtf", "annotation")]
)
def test_an_output_must_not_be_another_input(
    tmp_path: pathlib.Path, file: str, name: str
) -> None:
    (tmp_path / file).touch()
    (tmp_path / "link.vcf").symlink_to(tmp_path / file)
    for output in (file, "link.vcf"):
        with pytest.raises(errors.InputError, match=f"must not be the {name}"):
            _config(tmp_path, output=output)


def test_strict_forgives_what_lies_outside_genes() -> None:
    summary = score.Summary(
        records=9,
        scored=2,
        skipped={
            variants.SkipReason.OUTSIDE_GENES: 4,
            variants.SkipReason.REF_MISMATCH: 2,
            variants.SkipReason.CONTIG_MISSING: 1,
        },
        elapsed=1.0,
        output=pathlib.Path("-"),
    )
    assert summary.strict_failures == 3
