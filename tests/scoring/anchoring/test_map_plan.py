"""`map_plan`: genes that are selected, left out, and shared out."""

import pathlib
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support import maps
from support import models as toys
from twinsplice.genome import coordinates, dna, genes
from twinsplice.io import fasta
from twinsplice.io.annotation import annotation_tables
from twinsplice.scoring.anchoring import map_plan

INDEX = genes.GeneIndex(
    annotation_tables.read_spliceai_table(maps.TABLE.splitlines(), name="toys")
)
Place = map_plan.Place
WIDE = Place("1", 100, 900, minus=False)
BACK = Place("1", 450, 1100, minus=True)
ALL = Place("2", 0, 300, minus=False)
EDGE = Place("2", 0, 300, minus=True)
TINY = Place("2", 120, 123, minus=True)
places = st.lists(
    st.builds(
        lambda start, length, minus: Place("1", start, start + length, minus),
        st.integers(0, 999),
        st.integers(1, 999_999),
        st.booleans(),
    ),
    unique=True,
    max_size=30,
).map(sorted)


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Iterator[fasta.Reference]:
    path: pathlib.Path = tmp_path_factory.mktemp("genome") / "x.fa"
    with fasta.Reference.open(toys.write_fasta(path, maps.CONTIGS)) as opened:
        yield opened


def test_genes_are_selected_once_by_place(reference: fasta.Reference) -> None:
    selection = map_plan.select(INDEX, reference)
    assert selection.places == (WIDE, BACK, ALL, EDGE, TINY)
    assert len(selection.places) == maps.GENES
    assert selection.left_out == {
        "contig_not_in_reference": 1,
        "sequence_not_in_reference": 2,
    }
    assert selection.unknown == ()


def test_genes_are_selected_by_name_and_place(reference: fasta.Reference) -> None:
    names = ["EDGE", "NONE", "WIDE", "GONE", "NONE"]
    selection = map_plan.select(INDEX, reference, names)
    assert selection.places == (WIDE, EDGE)
    assert selection.left_out == {"contig_not_in_reference": 1}
    assert selection.unknown == ("NONE",)
    at = [coordinates.Interval("1", 899, 900), coordinates.Interval("9", 0, 1)]
    assert map_plan.select(INDEX, reference, None, at).places == (WIDE, BACK)
    assert map_plan.select(INDEX, reference, names, at).places == (WIDE,)
    assert map_plan.select(INDEX, reference, ["wide"]).places == (WIDE,)
    behind = [coordinates.Interval("1", 900, 901)]
    assert map_plan.select(INDEX, reference, None, behind).places == (BACK,)
    assert map_plan.select(INDEX, reference, names, []).places == ()


def test_a_gene_sees_itself_only(reference: fasta.Reference) -> None:
    view = BACK.view(reference)
    text = maps.CONTIGS["chr1"][450:1100]
    expected = dna.reverse_complement(dna.encode("NN" + text + "N"))
    np.testing.assert_array_equal(view.as_read(-1101, -448), expected)


def test_checksums_are_of_bases_on_the_plus_strand(reference: fasta.Reference) -> None:
    assert ALL.mapped(reference).crc32 == EDGE.mapped(reference).crc32
    checksums = {place.mapped(reference).crc32 for place in (ALL, TINY, WIDE, BACK)}
    assert len(checksums) == 4


@given(places, st.integers(1, 5))
def test_shards_are_all_places_in_equal_shares(every: list[Place], of: int) -> None:
    shards = [map_plan.shard(every, number, of) for number in range(1, of + 1)]
    assert sorted(place for shard in shards for place in shard) == every
    assert all(shard == sorted(shard) for shard in shards)
    lengths = [sum(place.length for place in shard) for shard in shards]
    longest = max((place.length for place in every), default=0)
    assert max(lengths) - min(lengths) <= longest


@given(places)
def test_parts_are_all_places_in_order(every: list[Place]) -> None:
    parts = map_plan.parts(every)
    assert [place for part in parts for place in part] == every
    for part in parts:
        assert sum(place.length for place in part[:-1]) < map_plan._PART_BASES
    for part in parts[:-1]:
        assert sum(place.length for place in part) >= map_plan._PART_BASES


@pytest.mark.parametrize(("own", "asked"), [("ELP1", "IKBKAP"), ("IKBKAP", "ELP1")])
def test_genes_are_selected_by_other_names(
    own: str, asked: str, reference: fasta.Reference
) -> None:
    index = genes.GeneIndex([toys.gene(own, 100, 900)])
    selection = map_plan.select(index, reference, [asked])
    assert selection.places == (WIDE,)
    assert selection.unknown == ()
