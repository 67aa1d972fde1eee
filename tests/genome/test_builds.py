"""`builds`: which build a contig is of, by its length and by its accession."""

import pytest

from twinsplice.genome import builds
from twinsplice.genome.builds import Build


@pytest.mark.parametrize(
    ("contig", "grch37", "grch38"),
    [
        ("chr1", "NC_000001.10", "NC_000001.11"),
        ("5", "NC_000005.9", "NC_000005.10"),
        ("7", "NC_000007.13", "NC_000007.14"),
        ("13", "NC_000013.10", "NC_000013.11"),
        ("14", "NC_000014.8", "NC_000014.9"),
        ("chr17", "NC_000017.10", "NC_000017.11"),
        ("NC_000020.10", "NC_000020.10", "NC_000020.11"),
        ("X", "NC_000023.10", "NC_000023.11"),
        ("chrY", "NC_000024.9", "NC_000024.10"),
    ],
)
def test_accessions_belong_to_one_build(contig: str, grch37: str, grch38: str) -> None:
    assert builds.accession(Build.GRCH37, contig) == grch37
    assert builds.accession(Build.GRCH38, contig) == grch38
    assert builds.of_accession(grch37) is Build.GRCH37
    assert builds.of_accession(grch38) is Build.GRCH38


@pytest.mark.parametrize("name", ["NC_000017.9", "NC_000025.1", "chr17", "NM_000001.1"])
def test_other_accessions_tell_no_build(name: str) -> None:
    assert builds.of_accession(name) is None


def test_lengths_tell_the_build() -> None:
    assert builds.of_lengths({"un": 5, "chr17": 81_195_210}) is Build.GRCH37
    assert builds.of_lengths({"17": 83_257_441}) is Build.GRCH38
    # A slice of a chromosome ends anywhere.
    assert builds.of_lengths({"17": 41_000_000, "MT": 16_569}) is None


def test_a_build_knows_the_other() -> None:
    for build in Build:
        assert build.other.other is build is not build.other
        assert len(builds.LENGTHS[build]) == len(builds.NAMES)
    assert Build.GRCH37.label == "GRCh37"
    assert builds.accession(Build.GRCH38, "MT") == "NC_012920.1"
    assert builds.accession(Build.GRCH38, "GL000192.1") is None


@pytest.mark.parametrize("name", ["grch38", "GRCh38", "hg38", "HG38"])
def test_a_build_has_several_names(name: str) -> None:
    assert builds.named(name) is Build.GRCH38
    assert builds.named("hg19") is builds.named("GRCh37") is Build.GRCH37
    assert builds.named("mm10") is None


@pytest.mark.parametrize("build", list(Build))
@pytest.mark.parametrize("contig", [*builds.NAMES, "MT"])
def test_every_other_version_of_a_chromosome_is_of_no_build(
    build: Build, contig: str
) -> None:
    own = builds.accession(build, contig)
    assert own is not None
    stem, version = own.split(".")
    assert builds.own_version(build, own) is None
    for other in {*map(str, range(20)), "99"} - {version}:
        assert builds.own_version(build, f"{stem}.{other}") == own


@pytest.mark.parametrize("name", ["chr17", "NC_000017", "NC_000025.1", "NM_000001.1"])
def test_what_is_no_versioned_chromosome_has_no_version(name: str) -> None:
    assert builds.own_version(Build.GRCH37, name) is None
