"""VCF of every sort: each allele has an answer, and no record is lost or harmed."""

import csv
import dataclasses

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support import cli as desks
from support import damage, wild_vcf
from support import vcf as tame
from twinsplice import errors

_FEW = settings(
    max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
_OURS = ("CISpliceAI", "CISpliceAI_MAX", "TwinSplice_SKIP")
# Of gene A and gene B of the desk, 0-based.
_GENES = {"chr1": ("A", 100, 2_000), "chr2": ("B", 0, 600)}


@st.composite
def _drawn(draw: st.DrawFn) -> tuple[tame.ToyVcf, bytes]:
    made = draw(wild_vcf.vcfs())
    return made, draw(wild_vcf.files(made))


@given(drawn=_drawn())
@_FEW
def test_records_come_out_as_they_were(
    desk: desks.Desk, drawn: tuple[tame.ToyVcf, bytes]
) -> None:
    made, content = drawn
    source = desk.write("in.vcf", content)
    outcome = desk.score(source, "--quiet", output=desk.folder / "out.vcf")
    assert outcome.code == 0, outcome.err
    lines = (desk.folder / "out.vcf").read_bytes().decode().split("\n")
    header = [line.rstrip("\r") for line in lines if line.startswith("#")]
    assert [line for line in header if line in made.header] == [*made.header]
    written = [line.rstrip("\r").split("\t") for line in lines if line[:1] != "#"]
    written = [columns for columns in written if any(columns)]
    assert len(written) == len(made.records)
    for columns, text in zip(written, made.records, strict=True):
        before = text.split("\t")
        fields = [f for f in columns[7].split(";") if f.split("=")[0] not in _OURS]
        columns[7] = ";".join(fields)
        assert columns[:7] + columns[8:] == before[:7] + before[8:]
        assert columns[7] in {before[7], before[7].removesuffix(";"), ""}
        assert columns[7] or before[7] in {"", "."}


@given(drawn=_drawn())
@_FEW
def test_every_allele_and_gene_has_one_answer_or_reason(
    desk: desks.Desk, drawn: tuple[tame.ToyVcf, bytes]
) -> None:
    lines = [text.split("\t") for text in drawn[0].records]
    for number, columns in enumerate(lines):
        columns[2] = f"r{number}"
    made = dataclasses.replace(drawn[0], records=tuple(map("\t".join, lines)))
    source = desk.write("in.vcf", made.text())
    outcome = desk.score(source, "--quiet", output=desk.folder / "out.tsv")
    assert outcome.code == 0, outcome.err
    with (desk.folder / "out.tsv").open(newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    assert all(bool(row["max_delta"]) != bool(row["skip_reason"]) for row in rows)
    for number, (contig, position, _, ref, alt, *_) in enumerate(lines):
        of_record = [row for row in rows if row["id"] == f"r{number}"]
        alts = [each for each in alt.split(",") if each not in (".", *wild_vcf.NONE)]
        assert {row["alt"] for row in of_record} == set(map(errors.printable, alts))
        for each in set(alts):
            genes = [
                row["gene"] for row in of_record if row["alt"] == errors.printable(each)
            ]
            expected = _genes(contig, position, ref, each)
            once = expected or sorted(set(genes))
            assert sorted(genes) == sorted(once * alts.count(each))
    assert len(rows) == sum(row["id"][:1] == "r" for row in rows)


def _genes(contig: str, position: str, ref: str, alt: str) -> list[str]:
    """Genes of a substitution that fits the genome; nothing of anything else."""
    name = {"chr1": "chr1", "1": "chr1", "chr2": "chr2"}.get(contig)
    if name is None or len(position) > 5 or {len(ref), len(alt)} != {1}:
        return []
    at = int(position) - 1
    if at < 0 or desks.GENOME[name][at : at + 1] != ref or alt not in set("ACGT"):
        return []
    gene, start, end = _GENES[name]
    return [gene if start <= at < end else ""]


@given(data=st.data(), drawn=_drawn())
@_FEW
def test_a_damaged_vcf_is_scored_or_refused_in_a_line(
    desk: desks.Desk, data: st.DataObject, drawn: tuple[tame.ToyVcf, bytes]
) -> None:
    content = data.draw(damage.damaged(drawn[1]))
    outcome = desk.score(desk.write("in.vcf", content), "--quiet")
    assert outcome.code in {0, 2}
    assert "a bug" not in outcome.err
    assert outcome.code == 0 or outcome.err.count("\n") == 1
