"""`coordinates`: names of contigs, and intervals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinsplice.genome import coordinates


@pytest.mark.parametrize(
    ("name", "canonical"),
    [
        ("chr20", "20"),
        ("20", "20"),
        ("Chr20", "20"),
        ("CHR20", "20"),
        ("NC_000020.10", "20"),
        ("NC_000020.11", "20"),
        ("NC_000020", "20"),
        ("NC_000001.11", "1"),
        ("NC_000023.11", "X"),
        ("NC_000024.9", "Y"),
        ("chrX", "X"),
        ("chrx", "X"),
        ("chrM", "MT"),
        ("M", "MT"),
        ("MT", "MT"),
        ("chrMT", "MT"),
        ("NC_012920.1", "MT"),
        ("chrUn_KI270302v1", "Un_KI270302v1"),
        ("GL000191.1", "GL000191.1"),
        ("NC_000025.1", "NC_000025.1"),
        ("NC_0000201.1", "NC_0000201.1"),
        ("NC_001807.4", "NC_001807.4"),
        ("HLA-A*01:01:01:01", "HLA-A*01:01:01:01"),
        ("chr", "chr"),
        ("", ""),
    ],
)
def test_a_contig_has_one_canonical_name(name: str, canonical: str) -> None:
    assert coordinates.canonical_contig(name) == canonical


@given(st.one_of(st.integers(1, 22).map(str), st.sampled_from("XY")))
def test_all_spellings_of_a_chromosome_agree(name: str) -> None:
    number = {"X": 23, "Y": 24}.get(name) or int(name)
    spellings = {name, f"chr{name}", f"Chr{name}", f"NC_{number:06d}.9"}
    assert {coordinates.canonical_contig(spelling) for spelling in spellings} == {name}


def test_an_interval_is_half_open() -> None:
    interval = coordinates.Interval("1", 5, 8)
    assert interval.width == 3
    assert [position in interval for position in (4, 5, 7, 8)] == [
        *(False, True, True, False)
    ]
