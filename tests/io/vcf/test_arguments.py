"""`arguments`: variants of the command line, told from files."""

import pathlib

import pytest

from twinsplice import errors
from twinsplice.io.vcf import arguments


@pytest.mark.parametrize(
    "text",
    [
        *("chr17-43090943-C-T", "17:43090943:C:T", "17:43090943 C>T"),
        *("NM_007294.4:c.4185+1G>A", "BRCA1:c.89-2A>G", "17:g.43090943C>T"),
        # Mistaken, but no file either.
        *("chr17-43090943-C", "17:43090943", "BRCA1:p.Ala1Gly"),
    ],
)
def test_variants_are_told_from_files(text: str) -> None:
    assert arguments.names(pathlib.Path(text), ()) == (text,)


@pytest.mark.parametrize("name", ["in.vcf", "1-2.vcf.gz", "x" * 300, "-", "a/b.txt"])
def test_files_are_no_variants_though_they_are_missing(name: str) -> None:
    assert arguments.names(pathlib.Path(name), ()) == ()


def test_a_file_of_that_name_comes_first(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = pathlib.Path("chr1-5-A-G")
    assert arguments.names(path, ()) == ("chr1-5-A-G",)
    path.touch()
    assert arguments.names(path, ()) == ()


def test_one_bad_variant_leaves_the_others() -> None:
    both = arguments.names(pathlib.Path("oops"), ("chr1-5-A-G",))
    assert both == ("oops", "chr1-5-A-G")


def test_several_files_are_refused(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "in.vcf"
    path.touch()
    for first in (path, pathlib.Path("none.vcf"), pathlib.Path("-")):
        with pytest.raises(errors.InputError, match="one input file"):
            arguments.names(first, ("more.vcf",))
