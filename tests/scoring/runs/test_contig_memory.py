"""`contig_memory`: what contigs take is known before any work."""

import math
import pathlib
import re

import pytest

from support import cli
from support import models as toys
from twinsplice import api, errors
from twinsplice.io.vcf import vcf
from twinsplice.scoring.runs import contig_memory

MILLION = 1_000_000
LINE = "##contig=<ID=scaffold_0000000,length=120,assembly=draft>"


class _Source(vcf.Source):
    def __init__(self, named: int, *, is_bcf: bool = False) -> None:
        self.header_lines = ("##fileformat=VCFv4.2", *[LINE] * named, "#CHROM")
        self._is_bcf = is_bcf

    @property
    def is_bcf(self) -> bool:
        return self._is_bcf

    def __iter__(self):  # type: ignore[no-untyped-def]  # noqa: ANN204
        return iter(())

    def fraction_read(self) -> float | None:
        return None

    def close(self) -> None:
        return


# What runs of a million contigs have taken (GB), see docs/reliability.md.
@pytest.mark.parametrize(
    ("name", "is_bcf", "taken"),
    [
        *(("x.vcf", False, 1.05), ("x.tsv", False, 1.05), ("x.vcf.gz", False, 1.44)),
        *(("x.bcf", False, 2.42), ("x.parquet", True, 1.8)),
    ],
)
def test_the_estimate_is_near_what_was_measured(
    name: str, taken: float, *, is_bcf: bool
) -> None:
    source, output = _Source(MILLION, is_bcf=is_bcf), pathlib.Path(name)
    enough = taken - contig_memory.MARGIN_GB
    contig_memory.check(enough * 1.1, range(MILLION), source, output)
    with pytest.raises(errors.InputError, match="1,000,000 of the header") as caught:
        contig_memory.check(enough * 0.9, range(MILLION), source, output)
    named = re.search(r"give --max-memory-gb ([\d.]+)", str(caught.value))
    assert named is not None
    needed = float(named[1])
    assert needed == pytest.approx(enough, abs=0.2)
    assert ("a name ending in .vcf" in str(caught.value)) == (
        name in {"x.bcf", "x.vcf.gz"}
    )
    contig_memory.check(needed, range(MILLION), source, output)


def test_a_usual_genome_is_never_refused() -> None:
    for name in ("x.bcf", "x.vcf.gz"):
        contig_memory.check(0.1, range(3_000), _Source(3_000), pathlib.Path(name))
    contig_memory.check(math.inf, range(MILLION), _Source(2), None)


def test_a_run_is_refused_before_its_output_is_begun(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contig_memory, "_OF_REFERENCE", 1_000_000_000)
    (tmp_path / "in.vcf").write_text(f"{cli.HEADER}chr1\t500\t.\tA\tC\t.\t.\t.\n")
    (tmp_path / "genes.tsv").write_text(cli.GENES)
    bases = "".join(f">{name}\n{text}\n" for name, text in cli.GENOME.items())
    (tmp_path / "x.fa").write_text(bases)
    predictor = toys.undivided_model(1).predictor(toys.ON_CPU)
    model = api.Model(predictor, max_memory_gb=1.0)
    with (
        api.Scorer(
            model,
            reference=tmp_path / "x.fa",
            annotation=tmp_path / "genes.tsv",
            force=True,
        ) as scorer,
        pytest.raises(errors.InputError, match="contigs of a run must fit"),
    ):
        scorer.score_vcf(tmp_path / "in.vcf", tmp_path / "out.vcf")
    assert not list(tmp_path.glob("*out*"))
