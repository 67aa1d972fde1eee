"""`score`: a table and a VCF of the same input say the same."""

import pathlib

import polars as pl
import pytest

from support import models as toys
from support import strategies
from twinsplice import api
from twinsplice.base_models import loading
from twinsplice.effect import deltas
from twinsplice.settings import score as score_settings

GENES = (
    "#NAME\tCHROM\tSTRAND\tTX_START\tTX_END\tEXON_START\tEXON_END\n"
    "PLUS\t1\t+\t100\t400\t100,300,\t200,400,\n"
    "MINUS\t1\t-\t150\t260\t150,\t260,\n"
)
HEADER = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"


def test_a_table_says_what_the_vcf_says_whatever_the_order_of_contigs(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Predictions come contig by contig, genes before strands; rows must not."""
    monkeypatch.setattr(loading, "load", lambda name, weights: strategies.MODEL)
    texts = {
        name: strategies.sequence_of(seed, 600).upper().replace("N", "C")
        for seed, name in ((5, "1"), (6, "2"))
    }
    genome = toys.write_genome(tmp_path, texts, GENES)
    lines = [
        f"{contig}\t{at + 1}\t.\t{texts[contig][at]}\t"
        f"{'ACGT'['ACGT'.index(texts[contig][at]) - 1]}\t.\t.\t.\n"
        for at in (150, 180, 220, 450, 480)
        for contig in ("2", "1")
    ]
    (tmp_path / "in.vcf").write_text(HEADER + "".join(lines))
    for name in ("out.vcf", "out.tsv"):
        api.run(
            score_settings.Config(
                tmp_path / "in.vcf",
                output=tmp_path / name,
                model="spliceai",
                intergenic=True,
                **genome,
            )
        )
    lines = (tmp_path / "out.vcf").read_text().splitlines()
    records = [line.split("\t") for line in lines if line[0] != "#"]
    entries = [
        (columns[0], int(columns[1]), *entry.split("|"))
        for columns in records
        for entry in columns[7].split(";")[0].removeprefix("SpliceAI=").split(",")
    ]
    table = pl.read_csv(tmp_path / "out.tsv", separator="\t", infer_schema_length=None)
    labels = [kind.label for kind in deltas.SITE_KINDS]
    rows = [
        (
            *(str(row["chrom"]), row["pos"], row["alt"], row["gene"]),
            *(f"{row[f'DS_{label}']:.2f}" for label in labels),
            *(str(row[f"DP_{label}"]) for label in labels),
        )
        for row in table.to_dicts()
    ]
    assert rows == entries
    assert {row[3] for row in rows} == {"PLUS", "MINUS", "+", "-"}
