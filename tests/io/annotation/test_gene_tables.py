"""`gene_tables`: what was written is read again; all else is refused in one line."""

import pathlib

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinsplice import errors
from twinsplice.genome import coordinates, genes
from twinsplice.io.annotation import gene_tables

_names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=9)
_sites = st.lists(st.integers(0, 1 << 33), max_size=5, unique=True)


@st.composite
def _genes(draw: st.DrawFn) -> genes.Gene:
    acceptors, donors = (np.array(sorted(draw(_sites)), np.int64) for _ in range(2))
    return genes.Gene(
        name=draw(_names),
        gene_id=draw(_names),
        span=coordinates.Interval(draw(_names), 0, (1 << 33) + 1),
        strand=draw(st.sampled_from(coordinates.Strand)),
        acceptors=acceptors,
        donors=donors,
    )


def _row(gene: genes.Gene) -> tuple[object, ...]:
    sites = gene.acceptors.tolist(), gene.donors.tolist()
    return gene.name, gene.gene_id, gene.span, gene.strand, sites


@given(table=st.lists(_genes(), max_size=6), checked=st.booleans())
def test_a_table_gives_back_what_it_was_given(
    tmp_path_factory: pytest.TempPathFactory, table: list[genes.Gene], *, checked: bool
) -> None:
    path = tmp_path_factory.mktemp("tables") / "genes.parquet"
    about = {"source": "toys: all", "licence": "none"}
    gene_tables.write(path, table, about, checked=checked)
    before = path.read_bytes()
    again = gene_tables.read(path)
    assert list(map(_row, again.genes)) == list(map(_row, table))
    assert all(gene.acceptors.dtype == np.int64 for gene in again.genes)
    assert about.items() <= again.about.items()
    gene_tables.write(path, again.genes, about, checked=checked)
    assert path.read_bytes() == before


def _gene() -> genes.Gene:
    return genes.Gene(
        name="A",
        gene_id="E1",
        span=coordinates.Interval("1", 5, 50),
        strand=coordinates.Strand.PLUS,
        acceptors=np.array([20, 30], np.int64),
        donors=np.array([9, 25], np.int64),
    )


def test_what_is_no_gene_table_is_refused(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "genes.parquet"
    with pytest.raises(errors.InputError, match="No such file"):
        gene_tables.read(path)
    pl.DataFrame({"a": [1]}).write_parquet(path)
    with pytest.raises(errors.InputError, match=r"got .* \(columns a\)"):
        gene_tables.read(path)
    gene_tables.write(path, [_gene()], {})
    frame = pl.read_parquet(path)
    for change, reason in (
        ({"strand": pl.lit("*")}, "got .*genes.parquet"),
        ({"contig": pl.lit(None, pl.String)}, "empty cells"),
        ({"donors": pl.lit(None, gene_tables.SCHEMA["donors"])}, "empty cells"),
        ({"donors": pl.lit([9, None], gene_tables.SCHEMA["donors"])}, "empty cells"),
    ):
        frame.with_columns(**change).write_parquet(path)
        with pytest.raises(errors.InputError, match=reason) as caught:
            gene_tables.read(path)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "change",
    [
        *({"start": -1}, {"start": 50}, {"end": 4}, {"end": 1 << 62}),
        *({"start": 21}, {"end": 30}, {"donors": [25, 9]}, {"donors": [9, 9]}),
        *({"acceptors": [4]}, {"acceptors": [50]}, {"donors": [-(1 << 62), 1 << 62]}),
    ],
)
def test_a_gene_that_cannot_be_is_refused(
    tmp_path: pathlib.Path, change: dict[str, object]
) -> None:
    path = tmp_path / "genes.parquet"
    gene_tables.write(path, [_gene()], {})
    frame = pl.read_parquet(path)
    values = {name: pl.lit(value, frame.schema[name]) for name, value in change.items()}
    frame.with_columns(**values).write_parquet(path)
    with pytest.raises(errors.InputError, match="a gene without bases, or sites"):
        gene_tables.read(path)


def test_damage_is_never_read_as_another_gene(
    tmp_path: pathlib.Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "genes.parquet"
    gene_tables.write(path, [_gene()] * 300, {"source": "toys"}, checked=True)
    whole, refused = path.read_bytes(), 0
    for at in range(0, len(whole), 7):
        damaged = bytearray(whole)
        damaged[at] ^= 1 << at % 8
        path.write_bytes(damaged)
        try:
            rows = gene_tables.read(path).genes
        except errors.InputError:
            refused += 1
        else:
            # Some of gzip's header means nothing.
            assert list(map(_row, rows)) == [_row(_gene())] * 300
    assert refused >= len(whole) / 7 - 3
    path.write_bytes(whole[:-9])
    with pytest.raises(errors.InputError, match="a gene table is Parquet"):
        gene_tables.read(path)
    # Nor does Polars print what it makes of it.
    assert capfd.readouterr() == ("", "")
