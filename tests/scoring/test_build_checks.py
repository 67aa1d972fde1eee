"""`build_checks`: an annotation on another build, told by its splice sites."""

import contextlib
import pathlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support import models as toys
from twinsplice import data, errors
from twinsplice.genome import builds, genes
from twinsplice.io import fasta
from twinsplice.io.annotation import annotations
from twinsplice.scoring import build_checks

DEMO = pathlib.Path(str(data.__file__)).with_name("demo.GRCh37.fa")


@pytest.mark.parametrize("build", list(builds.Build))
def test_slices_tell_the_build_of_a_shipped_table(build: builds.Build) -> None:
    """The demo's, of a few genes, where most genes are not whole."""
    index = annotations.load(build.value).index
    with fasta.Reference.open(DEMO) as reference:
        if build is builds.Build.GRCH37:
            said = build_checks.require_same_build(
                index, reference, "GRCh37", force=False
            )
            assert said == build_checks.BuildCheck()
            return
        with pytest.raises(errors.InputError, match="of the same genome build"):
            build_checks.require_same_build(index, reference, "hg38", force=False)
        said = build_checks.require_same_build(index, reference, "hg38", force=True)
        assert "GT/AG" in said.doubt


def test_a_slice_without_sites_of_its_table_tells_by_the_others(
    tmp_path: pathlib.Path,
) -> None:
    """Within a gene no site of the wrong build's need lie: it was scored."""
    path = tmp_path / "slice.fa"
    with fasta.Reference.open(DEMO) as whole:
        bases = whole.sequence("13", 32_931_228, 32_942_430)
    path.write_text(f">13:32931229-32942430\n{bases}\n")
    with fasta.Reference.open(path) as reference:
        for name, is_wrong in (("grch37", False), ("grch38", True)):
            index = annotations.load(name).index
            with contextlib.ExitStack() as stack:
                if is_wrong:
                    assert build_checks.count(index, reference).total == 0
                    said = pytest.raises(errors.InputError, match="sites of GRCh37 in")
                    stack.enter_context(said)
                build_checks.require_same_build(index, reference, name, force=False)


def test_lengths_of_contigs_tell_where_no_site_does(tmp_path: pathlib.Path) -> None:
    # A sparse file: chromosome 21 of GRCh37 in one line, as its index has it.
    path, length = tmp_path / "x.fa", 48_129_895
    with path.open("wb") as file:
        file.write(b">21\n")
        file.seek(4 + length)
        file.write(b"\n")
    index = tmp_path / "x.fa.fai"
    index.write_text(f"21\t{length}\t4\t{length}\t{length + 1}\n")
    with fasta.Reference.open(path) as reference:
        empty = genes.GeneIndex([])
        with pytest.raises(errors.InputError, match="contigs of GRCh37"):
            build_checks.require_same_build(empty, reference, "grch38", force=False)
        for name in ("grch37", "mine.gtf"):
            build_checks.require_same_build(empty, reference, name, force=False)


@pytest.mark.parametrize(
    ("transcripts", "annotation", "refused"),
    [
        *(("grch38", "grch37", True), ("hg38", "GRCh37", True)),
        *(("auto", "grch37", False), ("hg19", "grch37", False)),
        *(("mine.gtf", "grch37", False), ("grch38", "mine.gtf", False)),
    ],
)
def test_transcripts_of_another_build_are_refused(
    transcripts: str, annotation: str, *, refused: bool
) -> None:
    with fasta.Reference.open(DEMO) as reference:
        named = (reference, annotation, transcripts)
        with contextlib.ExitStack() as expected:
            if refused:
                expected.enter_context(pytest.raises(errors.InputError, match="build"))
            build_checks.require_same_transcripts(*named, force=False)
        build_checks.require_same_transcripts(*named, force=True)


def test_few_sites_of_a_users_own_file_tell_nothing(tmp_path: pathlib.Path) -> None:
    """A genome made up for a test has no GT and AG where introns end."""
    members = [toys.gene("A", 0, 200, left=[50, 90], right=[70, 120])]
    members += [toys.gene("B", 0, 200, "-", left=[40], right=[60])]
    path = toys.write_fasta(tmp_path / "x.fa", {"1": "C" * 200})
    with fasta.Reference.open(path) as reference:
        found = build_checks.count(genes.GeneIndex(members), reference)
    assert (found.canonical, found.total, found.contigs) == (0, 6, True)
    assert not found.note()
    assert not found.is_wrong(shipped=False)
    assert found.is_wrong(shipped=True)


@given(total=st.integers(0, 200), fraction=st.floats(0, 1), shipped=st.booleans())
def test_most_sites_right_are_never_refused_and_most_wrong_ones_always(
    total: int, fraction: float, *, shipped: bool
) -> None:
    canonical = round(total * fraction)
    found = build_checks.SiteCount(canonical, total).is_wrong(shipped=shipped)
    if found:
        assert 2 * canonical < total
        assert total >= (4 if shipped else 10)
    if total >= 10 and 5 * canonical <= total:
        assert found


def test_unknown_bases_and_absent_contigs_are_not_sites(
    tmp_path: pathlib.Path,
) -> None:
    members = [
        toys.gene("A", 0, 100, left=[20], right=[60]),
        toys.gene("C", 0, 90, left=[20], right=[60], contig="7"),
    ]
    text = "N" * 21 + "GT" + "N" * 77
    path = toys.write_fasta(tmp_path / "x.fa", {"1": text})
    with fasta.Reference.open(path) as reference:
        found = build_checks.count(genes.GeneIndex(members), reference)
        nothing = build_checks.count(genes.GeneIndex(members[1:]), reference)
    assert (found.canonical, found.total) == (1, 1)
    assert not nothing.contigs
    assert "no contig" in nothing.note()
