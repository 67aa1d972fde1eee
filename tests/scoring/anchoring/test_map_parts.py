"""`map_parts`: parts that are used again, and those that never are."""

import dataclasses
import pathlib
from collections.abc import Iterator

import pytest

from support import maps
from support import models as toys
from twinsplice import errors
from twinsplice.genome import genes
from twinsplice.io import fasta, reference_map
from twinsplice.io.annotation import annotation_tables
from twinsplice.io.kept import kept_work
from twinsplice.scoring.anchoring import map_parts, map_plan

INDEX = genes.GeneIndex(
    annotation_tables.read_spliceai_table(maps.TABLE.splitlines(), name="toys")
)
ENSEMBLE = maps.MODEL.ensemble(toys.ON_CPU)


@pytest.fixture
def mapper(tmp_path: pathlib.Path) -> Iterator[map_parts.Mapper]:
    path = toys.write_fasta(tmp_path / "x.fa", maps.CONTIGS)
    with fasta.Reference.open(path) as reference:
        yield map_parts.Mapper(
            ensemble=ENSEMBLE, reference=reference, metadata=maps.METADATA, longest=200
        )


def _parts(mapper: map_parts.Mapper, folder: pathlib.Path) -> list[map_parts.Part]:
    places = map_plan.select(INDEX, mapper.reference).places
    return list(map_parts.planned(mapper, places, folder))


def test_a_part_is_kept(mapper: map_parts.Mapper, tmp_path: pathlib.Path) -> None:
    (part,) = _parts(mapper, tmp_path)
    assert part.kept() is None
    bases: list[int] = []
    made = part.make(mapper, bases.append)
    assert sum(bases) == sum(place.length for place in part.places)
    assert max(bases) <= 200
    kept = part.kept()
    assert kept is not None
    assert kept.genes == made.genes == part.mapped
    assert kept.site_count == made.site_count > 0
    (again,) = _parts(mapper, tmp_path)
    assert again == part


def test_a_damaged_part_is_made_again(
    mapper: map_parts.Mapper, tmp_path: pathlib.Path
) -> None:
    (part,) = _parts(mapper, tmp_path)
    part.make(mapper, lambda _: None)
    whole = part.path.read_bytes()
    part.path.write_bytes(whole[:-9])
    assert part.kept() is None
    part.make(mapper, lambda _: None)
    assert part.path.read_bytes() == whole


@pytest.mark.parametrize(
    "change",
    [
        {"floor": 0.01},
        {"precision": "bfloat16"},
        {"base_model_sha256": "2" * 64},
        {"annotation_sha256": "2" * 64},
        {"version": "1"},
    ],
)
def test_a_part_of_other_settings_has_another_name(
    mapper: map_parts.Mapper, tmp_path: pathlib.Path, change: dict[str, object]
) -> None:
    metadata = reference_map.Metadata(**dataclasses.asdict(maps.METADATA) | change)
    other = dataclasses.replace(mapper, metadata=metadata)
    assert _parts(other, tmp_path)[0].path != _parts(mapper, tmp_path)[0].path


def test_a_part_of_another_sequence_or_tile_has_another_name(
    mapper: map_parts.Mapper, tmp_path: pathlib.Path
) -> None:
    (part,) = _parts(mapper, tmp_path)
    longer = dataclasses.replace(mapper, longest=300)
    assert _parts(longer, tmp_path)[0].path != part.path
    text = maps.CONTIGS["chr2"]
    changed = {**maps.CONTIGS, "chr2": ("A" if text[0] != "A" else "C") + text[1:]}
    path = toys.write_fasta(tmp_path / "y.fa", changed)
    with fasta.Reference.open(path) as reference:
        other = dataclasses.replace(mapper, reference=reference)
        assert _parts(other, tmp_path)[0].path != part.path


def test_what_genes_cost_is_their_bases_and_their_tiles_flanks(
    mapper: map_parts.Mapper,
) -> None:
    flank = ENSEMBLE.networks[0].flank_positions
    for length, tiles in [(1, 1), (200, 1), (201, 2), (650, 4)]:
        place = map_plan.Place("1", 5, 5 + length, minus=False)
        assert mapper.positions(place) == length + tiles * flank


def test_parts_go_when_the_output_is_made(tmp_path: pathlib.Path) -> None:
    output = tmp_path / "map.parquet"
    with map_parts.keeping(output) as folder:
        (folder / "part").touch()
    assert not folder.exists()


def test_parts_stay_after_an_error(tmp_path: pathlib.Path) -> None:
    output = tmp_path / "map.parquet"

    def fail(*names: str) -> None:
        with map_parts.keeping(output) as folder:
            for name in names:
                (folder / name).touch()
            raise KeyboardInterrupt

    # An empty folder is not left behind.
    for names in ((), ("part",)):
        with pytest.raises(KeyboardInterrupt):
            fail(*names)
        folder = kept_work.folder_of(output)
        assert folder.exists() == bool(names)
    with map_parts.keeping(output) as folder:
        assert {path.name for path in folder.iterdir()} == {"lock", "part"}


def test_bad_places_of_an_output_are_refused(tmp_path: pathlib.Path) -> None:
    for output, message in [
        (tmp_path, "must be a file"),
        (tmp_path / "none" / "map.parquet", "folder that can be written to"),
    ]:
        with pytest.raises(errors.InputError, match=message), map_parts.keeping(output):
            pass
