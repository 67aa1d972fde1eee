"""`diagnostics`: what is said of runs that did not fail; commands' tests have more."""

import pytest

from twinsplice.genome.builds import Build
from twinsplice.scoring.runs import diagnostics


@pytest.mark.parametrize(
    ("contigs", "build", "said"),
    [
        (["NC_000017.9"], Build.GRCH37, ["NC_000017.10 is:", "(1 such contig,"]),
        (["1", "NC_000001.10", "NC_000002.11"], Build.GRCH38, ["NC_000001.11", "(2"]),
        (["NC_000017.10", "chr17", "NC_012920.1"], Build.GRCH37, []),
        (["NC_000017.9"], None, []),
    ],
)
def test_accessions_of_other_builds_are_told(
    contigs: list[str], build: Build | None, said: list[str]
) -> None:
    words = list(diagnostics.other_versions(contigs, build))
    assert len(words) == bool(said)
    assert all(part in words[0] for part in said)


@pytest.mark.parametrize(
    ("line", "label", "told"),
    [
        ("##contig=<ID=17,length=83257441>", "GRCh37", True),
        ("##contig=<length=83257441,assembly=x,ID=chr17>\r", "GRCh37", True),
        ("##contig=<ID=NC_000017.10,length=81195210,md5=1>", "GRCh38", True),
        ("##contig=<ID=chrX,length=155270560>", "GRCh37", False),
        ("##contig=<ID=chr17,length=83257441>", None, False),
        # Of another chromosome, of none, of another organism.
        ("##contig=<ID=chr1,length=83257441>", "GRCh37", False),
        ("##contig=<ID=scaffold_17,length=83257441>", "GRCh37", False),
        ("##contig=<ID=17,length=90000000>", "GRCh37", False),
        ("##contig=<ID=17>", "GRCh37", False),
    ],
)
def test_a_header_of_another_build_is_told(
    line: str, label: str | None, *, told: bool
) -> None:
    lines = ["##fileformat=VCFv4.2", line, "#CHROM"]
    words = list(diagnostics.other_header(lines, label))
    assert len(words) == told
    assert all("the reference is GRCh3" in each for each in words)
