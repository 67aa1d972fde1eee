"""A small genome to be mapped, and maps made up."""

import dataclasses
import pathlib
from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import strategies as st

from support import models as toys
from twinsplice.base_models import contract, loading
from twinsplice.io import reference_map
from twinsplice.scoring.anchoring import map_plan
from twinsplice.settings import prepare as prepare_settings


def _shy(seed: int) -> contract.Member:
    """A random network that takes most bases for neither."""
    member = toys.member(seed)
    bias = member.state["head.bias"] + torch.tensor([_SHYNESS, 0.0, 0.0])
    return dataclasses.replace(member, state=member.state | {"head.bias": bias})


_SHYNESS = 12.0
MODEL = toys.model([_shy(1), _shy(2)], "cispliceai")
FLOOR = 1e-3
METADATA = reference_map.Metadata(
    base_model="cispliceai",
    base_model_sha256="0" * 64,
    annotation="toy",
    annotation_sha256="1" * 64,
    reference="x.fa",
    floor=FLOOR,
    version="0",
)
# Overlapping genes of both strands; whole contigs; one place twice; what is not there.
TABLE = (
    "#NAME\tCHROM\tSTRAND\tTX_START\tTX_END\tEXON_START\tEXON_END\n"
    "WIDE\t1\t+\t100\t900\t100,500,\t300,900,\n"
    "BACK\tchr1\t-\t450\t1100\t450,700,\t600,1100,\n"
    "AGAIN\t1\t+\t100\t900\t100,\t900,\n"
    "ALL\t2\t+\t0\t300\t0,200,\t100,300,\n"
    "TINY\t2\t-\t120\t123\t120,\t123,\n"
    "EDGE\t2\t-\t0\t300\t0,200,\t100,300,\n"
    "BEYOND\t2\t+\t200\t301\t200,\t301,\n"
    "GAP\t3\t+\t20\t90\t20,\t90,\n"
    "GONE\t4\t+\t0\t50\t0,\t50,\n"
)


def _sequence(seed: int, length: int) -> str:
    return "".join(np.random.default_rng(seed).choice(list("ACGT"), length))


CONTIGS = {
    "chr1": _sequence(1, 640) + "N" * 7 + _sequence(2, 600),
    "chr2": _sequence(3, 300),
    "3:1-50": _sequence(4, 50),
    "3:61-200": _sequence(5, 140),
}
GENES = 5
Start = Callable[..., prepare_settings.Config]


def starter(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Start:
    """Make a small genome on disk; return what makes a configuration for it."""
    monkeypatch.setenv("TWINSPLICE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(loading, "load", lambda *_: MODEL)
    monkeypatch.setattr(map_plan, "_PART_BASES", 700)
    genome = toys.write_genome(tmp_path, CONTIGS, TABLE)

    def make(output: str = "map.parquet", **options: object) -> prepare_settings.Config:
        given: dict[str, object] = {
            "output": tmp_path / output,
            "threads": 1,
            "floor": FLOOR,
        }
        return prepare_settings.Config(**(genome | given | options))

    return make


def no_sites() -> reference_map.Sites:
    """The sites of a gene without any."""
    values = np.zeros((0, 2), dtype=np.float32)
    return reference_map.Sites(np.zeros(0, dtype=np.int64), values)


@st.composite
def _contents(
    draw: st.DrawFn,
) -> tuple[list[reference_map.MappedGene], list[reference_map.Sites]]:
    places = draw(
        st.lists(
            st.tuples(
                st.sampled_from(["1", "10", "X", "HLA*01"]),
                st.integers(0, 3_000_000_000),
                st.integers(1, 300),
                st.booleans(),
            ),
            unique=True,
            max_size=6,
        )
    )
    mapped, sites = [], []
    for contig, start, length, minus in places:
        crc32 = draw(st.integers(0, 2**32 - 1))
        mapped.append(
            reference_map.MappedGene(contig, start, start + length, minus, crc32)
        )
        offset = draw(st.sets(st.integers(0, length - 1), max_size=20))
        rng = np.random.default_rng(draw(st.integers(0, 99)))
        values = rng.uniform(-9, 12, (len(offset), 2)).astype(np.float32)
        position = start + np.array(sorted(offset), dtype=np.int64)
        sites.append(reference_map.Sites(position, values))
    return mapped, sites


contents = _contents()
"""Genes and sites of maps, some sites below the floor."""
