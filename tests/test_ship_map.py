"""The tool that ships maps: genes with the same bases in two assemblies are copied."""

import dataclasses
import pathlib

import pytest
from tools import ship_map

from support import maps
from support import models as toys
from twinsplice.commands import prepare
from twinsplice.genome import genes
from twinsplice.io import fasta, reference_map
from twinsplice.io.annotation import annotations
from twinsplice.settings import prepare as prepare_settings

SHIFT = 13


@pytest.fixture
def start(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> maps.Start:
    return maps.starter(tmp_path, monkeypatch)


def _moved(row: str) -> str:
    """A gene of chromosome 1 farther on; others as they are."""
    name, contig, strand, *places = row.split("\t")
    if contig.removeprefix("chr") != "1":
        return row
    moved = (
        ",".join(str(int(p) + SHIFT) if p else "" for p in cell.split(","))
        for cell in places
    )
    return "\t".join([name, contig, strand, *moved])


def _other_assembly(start: maps.Start, folder: pathlib.Path) -> prepare_settings.Config:
    """Settings of an assembly with a longer chromosome 1, and another 2."""
    other = folder / "other"
    other.mkdir()
    one, two = maps.CONTIGS["chr1"], maps.CONTIGS["chr2"]
    contigs = {
        "1": "ACGTACGTACGTA" + one,
        "2": two[:250] + ("A" if two[250] != "A" else "C") + two[251:],
    }
    header, *rows = maps.TABLE.splitlines()
    table = "\n".join([header, *map(_moved, rows)]) + "\n"
    return start("other.parquet", **toys.write_genome(other, contigs, table))


def test_the_same_genes_are_copied_to_the_same_bytes(
    start: maps.Start, tmp_path: pathlib.Path
) -> None:
    config = start()
    prepare.run(config)
    other = _other_assembly(start, tmp_path)
    prepare.run(other)
    whole = other.output.read_bytes()
    other.output.unlink()
    with fasta.Reference.open(config.reference) as reference:
        made = ship_map.Other(reference_map.read(config.output), reference)
        copied = ship_map.ship(other, made)
    # Those of chromosome 1, and the one before the base that differs.
    assert copied == 3
    assert other.output.read_bytes() == whole


def test_genes_of_the_same_checksum_are_compared(
    start: maps.Start, tmp_path: pathlib.Path
) -> None:
    config = start()
    prepare.run(config)
    made = reference_map.read(config.output)
    with fasta.Reference.open(config.reference) as reference:
        other = _other_assembly(start, tmp_path)
        with prepare.opened(other) as job:
            forged = [
                dataclasses.replace(
                    gene, crc32=place.mapped(job.mapper.reference).crc32
                )
                for gene, place in zip(made.genes, job.places, strict=True)
            ]
            sites = [made.sites(i, 0, 1 << 40) for i in range(len(made))]
            reference_map.write(config.output, made.metadata, forged, sites)
            copies = ship_map.Other(reference_map.read(config.output), reference)
            like = [copies.gene_like(p, job.mapper.reference) for p in job.places]
    assert [number is None for number in like] == [False, False, True, True, False]


def test_a_map_of_other_settings_is_refused(start: maps.Start) -> None:
    index = annotations.load(start().annotation).index
    digest = reference_map.annotation_digest(index)
    own = dataclasses.replace(maps.METADATA, annotation="x", annotation_sha256="3" * 64)
    alike = dataclasses.replace(maps.METADATA, annotation_sha256=digest)
    ship_map.check(alike, own, index)
    other = dataclasses.replace(alike, floor=0.1, version="1")
    with pytest.raises(SystemExit, match=r"'floor', 'version'\]"):
        ship_map.check(other, own, index)
    with pytest.raises(SystemExit, match="annotation"):
        ship_map.check(alike, own, genes.GeneIndex(index.genes[1:]))
