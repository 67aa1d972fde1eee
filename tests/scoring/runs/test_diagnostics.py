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
