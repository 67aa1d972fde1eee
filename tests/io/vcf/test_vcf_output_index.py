"""`vcf_output` and the index of what it writes."""

import gzip
import pathlib

import pysam
import pysam.bcftools
import pytest

from support import annotated_vcfs
from support import vcf as toy_vcfs
from twinsplice import errors
from twinsplice.io.vcf import vcf, vcf_output


def _names(folder: pathlib.Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


@pytest.mark.parametrize("name", ["out.vcf.gz", "out.bcf"])
@pytest.mark.parametrize(
    ("places", "got"),
    [
        (["chr1\t9", "chr1\t5"], "chr1:5 after chr1:9"),
        (["chr1\t9", "chr2\t5", "chr1\t10"], "chr1:10 after chr2:5"),
    ],
)
def test_unsorted_records_cannot_be_indexed(
    tmp_path: pathlib.Path, name: str, places: list[str], got: str
) -> None:
    path = tmp_path / "in.vcf"
    path.write_text(
        annotated_vcfs.HEADER
        + "".join(f"{place}\t.\tA\tG\t.\t.\t.\n" for place in places)
    )
    with pytest.raises(errors.InputError, match=got):
        annotated_vcfs.write(path, tmp_path / name, annotated_vcfs.INFO)
    assert _names(tmp_path) == ["in.vcf"]
    annotated_vcfs.write(path, tmp_path / "out.vcf", annotated_vcfs.INFO)
    assert (tmp_path / "out.vcf").read_text().count("TS=") == len(places)


def test_a_far_position_gets_the_index_that_can_hold_it(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "in.vcf"
    path.write_text(annotated_vcfs.HEADER + f"chr1\t{1 << 30}\t.\tA\tG\t.\t.\t.\n")
    annotated_vcfs.write(path, tmp_path / "out.vcf.gz", annotated_vcfs.INFO)
    assert (tmp_path / "out.vcf.gz.csi").exists()


FAR_END = "chr1\t5\t.\tA\t<DEL>\t.\t.\tEND=700000100\n"
BEYOND = "chr1\t5\t.\tA\t<DEL>\t.\t.\tEND=99999999999\n"


@pytest.mark.parametrize(
    ("name", "line", "index"),
    [
        *(("out.vcf.gz", FAR_END, "csi"), ("out.vcf.bgz", FAR_END, "csi")),
        *(("out.vcf.gz", BEYOND, ""), ("out.vcf.bgz", BEYOND, "")),
        # BCF's index is of the length that the header says.
        ("out.bcf", "short\t3893282\t.\tG\tA\t.\t.\t.\n", ""),
        ("out.vcf", BEYOND, "no matter"),
    ],
)
def test_an_output_whose_index_cannot_be_built_is_kept(
    tmp_path: pathlib.Path, name: str, line: str, index: str
) -> None:
    path, target = tmp_path / "in.vcf", tmp_path / name
    fields = '##INFO=<ID=END,Number=1,Type=Integer,Description="e">\n'
    contig, position, *_ = line.split("\t")
    length = 4_200 if contig == "short" else 830_829_764
    lengths = f"##contig=<ID={contig},length={length}>\n"
    header = annotated_vcfs.HEADER.replace("#CHROM", f"{fields}{lengths}#CHROM")
    path.write_text(header + line)
    for kind in ("tbi", "csi"):
        (tmp_path / f"{name}.{kind}").write_text("of an older output")
    with (
        vcf.read(path) as source,
        vcf_output.open_output(target, source, [toy_vcfs.INFO_LINE]) as sink,
    ):
        for record in source:
            sink.write(record, {"TS": "x"})
    with pysam.VariantFile(str(target)) as written:
        assert [record.pos for record in written] == [int(position)]
    if name.endswith(".vcf"):
        assert sink.note == ""
        return
    made = [path.suffix for path in tmp_path.glob(f"{name}.*")]
    assert made == [f".{index}"] * bool(index)
    assert (f"{name} is whole, but has no index" in sink.note) == (not index)
    assert not list(tmp_path.glob(".*"))


def test_an_index_that_cannot_be_moved_into_place_costs_no_output(
    tmp_path: pathlib.Path,
) -> None:
    path, target = tmp_path / "in.vcf", tmp_path / "out.vcf.gz"
    path.write_text(f"{annotated_vcfs.HEADER}chr1\t5\t.\tA\tC\t.\t.\t.\n")
    for kind in ("tbi", "csi"):
        (tmp_path / f"{target.name}.{kind}").mkdir()
    with (
        vcf.read(path) as source,
        vcf_output.open_output(target, source, [toy_vcfs.INFO_LINE]) as sink,
    ):
        for record in source:
            sink.write(record, {"TS": "x"})
    assert "is whole, but has no index" in sink.note
    assert b"\tTS=x\n" in gzip.decompress(target.read_bytes())


def test_a_full_disk_costs_the_index_alone(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, target = tmp_path / "in.vcf", tmp_path / "out.vcf.gz"
    path.write_text(annotated_vcfs.HEADER + "chr1\t5\t.\tA\tG\t.\t.\t.\n")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pysam, "tabix_index", full)
    annotated_vcfs.write(path, target, annotated_vcfs.INFO)
    assert target.exists()
    assert not list(tmp_path.glob("out.vcf.gz.*"))


def test_an_index_of_an_older_file_goes(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "in.vcf"
    path.write_text(annotated_vcfs.HEADER + "chr1\t5\t.\tA\tG\t.\t.\t.\n")
    (tmp_path / "out.vcf.gz.csi").write_text("stale")
    annotated_vcfs.write(path, tmp_path / "out.vcf.gz", annotated_vcfs.INFO)
    with pysam.VariantFile(str(tmp_path / "out.vcf.gz")) as read:
        assert len(list(read.fetch("chr1", 0, 10))) == 1
