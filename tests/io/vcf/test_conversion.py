"""`conversion`: text becomes BCF, and both get indexes that htslib can use."""

import pathlib

import pysam
import pytest

from twinsplice import errors
from twinsplice.io.vcf import bgzf, conversion, htslib

COLUMNS = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
RECORDS = "".join(
    f"chr{contig}\t{position}\t.\tA\tG\t.\tlow\tX=1;FLAG\n"
    for contig in (1, 2)
    for position in range(10, 90, 10)
)


def test_what_a_header_leaves_out_is_declared(tmp_path: pathlib.Path) -> None:
    stage, target = tmp_path / "stage.vcf", tmp_path / "out.bcf"
    stage.write_text(f"##fileformat=VCFv4.2\n{COLUMNS}{RECORDS}")
    conversion.to_bcf(stage, target)
    assert [path.name for path in tmp_path.iterdir()] == ["out.bcf"]
    with pysam.VariantFile(str(target)) as made:
        records = [str(record) for record in made]
        assert {"chr1", "chr2"} == set(made.header.contigs)
        assert {"X", "FLAG"} <= set(made.header.info)
        assert "low" in made.header.filters
    assert "".join(records) == RECORDS
    conversion.index_bcf(target)
    with pysam.VariantFile(str(target)) as made:
        assert [record.pos for record in made.fetch("chr2", 25, 45)] == [30, 40]


@pytest.mark.parametrize(("csi", "ending"), [(False, "tbi"), (True, "csi")])
def test_packed_text_gets_its_index(
    tmp_path: pathlib.Path, *, csi: bool, ending: str
) -> None:
    path = tmp_path / "out.vcf.gz"
    with bgzf.open_file(path) as packed:
        packed.write(f"##fileformat=VCFv4.2\n{COLUMNS}{RECORDS}".encode())
    conversion.index_text(path, csi=csi)
    index = str(path.with_name(f"out.vcf.gz.{ending}"))
    with pysam.TabixFile(str(path), index=index) as made:
        lines = [line.split("\t")[1] for line in made.fetch("chr2", 25, 45)]
    assert lines == ["30", "40"]


def test_what_htslib_cannot_read_is_refused_in_one_line(
    tmp_path: pathlib.Path, capfd: pytest.CaptureFixture[str]
) -> None:
    stage = tmp_path / "stage.vcf"
    stage.write_text(f"##fileformat=VCFv4.2\n{COLUMNS}chr1\tx\t.\tA\tG\t.\t.\t.\n")
    with pytest.raises(errors.InputError, match="readable by htslib") as caught:
        conversion.to_bcf(stage, tmp_path / "out.bcf")
    assert "\n" not in str(caught.value)
    with bgzf.open_file(tmp_path / "out.vcf.gz") as packed:
        packed.write(f"{COLUMNS}{RECORDS}{RECORDS}".encode())
    with pytest.raises(errors.InputError, match="indexed by htslib"):
        conversion.index_text(tmp_path / "out.vcf.gz", csi=False)
    assert capfd.readouterr() == ("", "")


def test_htslib_is_quiet_for_a_block_only() -> None:
    before = pysam.get_verbosity()
    with htslib.quiet():
        assert pysam.get_verbosity() == 0
    assert pysam.get_verbosity() == before
