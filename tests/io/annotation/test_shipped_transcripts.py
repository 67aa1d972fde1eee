"""The transcript tables in the package: whose they are, and what they hold."""

import pathlib

import numpy as np
import pytest
from tools import build_transcripts

from twinsplice.genome import transcript_sets, transcripts
from twinsplice.io.annotation import transcript_tables

DATA = pathlib.Path(transcript_tables.__file__).parents[2] / "data"
SHARED = pathlib.Path(__file__).parents[4] / "shared" / "data" / "transcripts"


@pytest.fixture(scope="module", params=build_transcripts.ASSEMBLIES)
def shipped(request: pytest.FixtureRequest) -> transcript_tables.Table:
    return transcript_tables.read(DATA / f"transcripts.{request.param}.parquet")


def test_the_shipped_tables_say_whose_they_are(
    shipped: transcript_tables.Table,
) -> None:
    assert shipped.about["source"].startswith("NCBI RefSeq")
    assert shipped.about["licence"].startswith("public domain")
    assert shipped.about["assembly"] in {"GRCh37", "GRCh38"}


def test_every_shipped_transcript_is_sound(shipped: transcript_tables.Table) -> None:
    table = shipped.transcripts
    assert set(table.contigs) == {*map(str, range(1, 23)), "X", "Y"}
    inner = np.ones(len(table.exon_starts), dtype=bool)
    inner[table.exon_first[:-1]] = False
    assert (table.exon_starts[inner] >= table.exon_ends[:-1][inner[1:]]).all()
    coded = table.coding_start != transcript_sets.NOT_CODING
    assert (table.coding_start[coded] >= table.start[coded]).all()
    assert (table.coding_end[coded] <= table.end[coded]).all()
    assert {name[:3] for name in table.names} == {"NM_", "NR_"}
    # A coding sequence is of whole codons, but for a few frame shifts.
    partial = sum(
        table.row(row).inexact for row in np.flatnonzero(coded)[::50].tolist()
    )
    assert partial < 0.01 * coded.sum() / 50


def test_mane_select_names_one_transcript_a_gene(
    shipped: transcript_tables.Table,
) -> None:
    table = shipped.transcripts
    select = [
        (table.genes[row], table.names[row])
        for row, part in enumerate(table.mane)
        if part is transcripts.Mane.SELECT
    ]
    # Those of the pseudo-autosomal regions lie on X and on Y.
    assert len({gene for gene, _ in select}) == len(set(select)) > 19_000


@pytest.mark.parametrize(
    ("symbol", "name", "partner", "length"),
    [
        ("BRCA1", "NM_007294.4", "ENST00000357654.9", 5_592),
        ("CFTR", "NM_000492.4", "ENST00000003084.11", 4_443),
        ("TP53", "NM_000546.6", "ENST00000269305.9", 1_182),
        ("AARS1", "NM_001605.3", "ENST00000261772.13", 2_907),
    ],
)
def test_known_genes_have_their_mane_transcripts(
    shipped: transcript_tables.Table,
    symbol: str,
    name: str,
    partner: str,
    length: int,
) -> None:
    first = shipped.transcripts.of_gene(symbol)[0]
    assert (first.name, first.partner) == (name, partner)
    assert first.coded is not None
    assert first.coded[1] - first.coded[0] == length


@pytest.mark.slow
@pytest.mark.parametrize("assembly", build_transcripts.ASSEMBLIES)
def test_the_tables_are_what_the_tool_makes(assembly: str) -> None:
    if not (SHARED / "refseq.GRCh38.tsv.gz").exists():
        pytest.skip("../shared/data/transcripts is not there")
    table = transcript_sets.of(build_transcripts.build(SHARED, assembly))
    shipped = DATA / f"transcripts.{assembly}.parquet"
    again = transcript_tables.read(shipped).transcripts
    assert (again.names, again.genes) == (table.names, table.genes)
    assert again.mane == table.mane
    for part in ("coding_start", "coding_end", "exon_starts", "exon_ends"):
        assert (getattr(again, part) == getattr(table, part)).all()
