"""Settings of `score`: files that cannot be, and what --strict counts."""

import dataclasses
import pathlib
from typing import Any

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


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"model": ("a", "b", "a")}, "must name each model once; got a 2 times"),
        ({"model": "a", "refine": "a"}, "must name each model once; got a 2 times"),
        ({"model": ()}, "--model must name a model"),
        ({"refine_threshold": 0.1}, "--refine-threshold goes with --refine"),
        ({"refine": "a", "refine_threshold": 1.5}, "--refine-threshold must be 0 to 1"),
    ],
)
def test_models_that_do_not_go_together_are_refused(
    tmp_path: pathlib.Path, changes: dict[str, Any], said: str
) -> None:
    with pytest.raises(errors.InputError, match=said):
        dataclasses.replace(_config(tmp_path), **changes)


def test_one_model_or_several_are_named(tmp_path: pathlib.Path) -> None:
    config = _config(tmp_path)
    assert config.models == ("twinsplice",)
    assert dataclasses.replace(config, model=("a", "b")).models == ("a", "b")


def test_strict_forgives_what_lies_outside_genes() -> None:
    summary = score.Summary(
        records=9,
        scored=2,
        skipped={
            variants.SkipReason.OUTSIDE_GENES: 4,
            variants.SkipReason.REF_MISMATCH: 2,
            variants.SkipReason.CONTIG_MISSING: 1,
            **dict.fromkeys(variants.NOT_ALLELES, 8),
        },
        elapsed=1.0,
        output=pathlib.Path("-"),
    )
    assert summary.strict_failures == 3
