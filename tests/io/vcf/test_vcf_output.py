"""`vcf_output`: what went in comes out, plus our fields."""

import gzip
import os
import pathlib
import tempfile
from collections.abc import Mapping

import pysam
import pysam.bcftools
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support import annotated_vcfs
from support import vcf as toy_vcfs
from twinsplice import errors
from twinsplice.io.vcf import vcf, vcf_output


def _names(folder: pathlib.Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def _annotated(content: bytes) -> bytes:
    """Return what annotating a text must give, by search and replace alone."""
    lines = []
    for line in content.split(b"\n"):
        body = line.removesuffix(b"\r")
        cr = line[len(body) :]
        columns = body.split(b"\t")
        if line.startswith(b"#CHROM"):
            lines.append(toy_vcfs.INFO_LINE.encode() + cr)
        elif line and not line.startswith(b"#"):
            old = columns[7]
            glue = b"" if old == b"." else old.removesuffix(b";") + b";"
            columns[7] = glue + b"TS=" + annotated_vcfs.INFO["TS"].encode()
        lines.append(b"\t".join(columns) + cr)
    return b"\n".join(lines)


@given(toy=toy_vcfs.vcfs(), ending=st.sampled_from(["\n", "\r\n"]), cut=st.booleans())
def test_text_comes_out_byte_for_byte_but_for_our_fields(
    toy: toy_vcfs.ToyVcf, ending: str, *, cut: bool
) -> None:
    content = toy.text(ending)
    if cut and toy.records:
        content = content.removesuffix(ending.encode())
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "in.vcf").write_bytes(content)
        for out in ("out.vcf", "out.vcf.gz"):
            annotated_vcfs.write(folder / "in.vcf", folder / out, annotated_vcfs.INFO)
        plain = (folder / "out.vcf").read_bytes()
        packed = gzip.decompress((folder / "out.vcf.gz").read_bytes())
        assert (folder / "out.vcf.gz.tbi").exists()
    assert plain == packed == _annotated(content)


@given(toy=toy_vcfs.vcfs(), ending=st.sampled_from(["\n", "\r\n"]))
def test_a_long_line_comes_out_as_a_short_one_does(
    toy: toy_vcfs.ToyVcf, ending: str
) -> None:
    content = toy.text(ending)
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        folder = pathlib.Path(name)
        (folder / "in.vcf").write_bytes(content)
        patch.setattr(vcf_output, "_LONG", 7)
        annotated_vcfs.write(folder / "in.vcf", folder / "out.vcf", annotated_vcfs.INFO)
        assert (folder / "out.vcf").read_bytes() == _annotated(content)


@pytest.mark.slow
@given(toy=toy_vcfs.vcfs())
def test_bcf_comes_out_as_it_was_but_for_our_fields(toy: toy_vcfs.ToyVcf) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "in.vcf").write_bytes(toy.text())
        annotated_vcfs.write(folder / "in.vcf", folder / "one.bcf", {})
        annotated_vcfs.write(
            folder / "one.bcf", folder / "two.bcf", annotated_vcfs.INFO
        )
        annotated_vcfs.write(folder / "two.bcf", folder / "out.vcf", {})
        assert (folder / "two.bcf.csi").exists()
        # bcftools alone, so that our own reader is not both judge and accused.
        before, annotated, after = (
            _text_by_bcftools(folder / each)
            for each in ("one.bcf", "two.bcf", "out.vcf")
        )
        assert _sites(folder / "in.vcf") == _sites(folder / "out.vcf")
    assert after == before
    assert annotated == [
        line if line.startswith("#") else _annotated(line.encode()).decode()
        for line in before
    ]


def _sites(path: pathlib.Path) -> list[tuple[str, int, str, tuple[str, ...]]]:
    with vcf.read(path) as source:
        return [(each.contig, each.position, each.ref, each.alts) for each in source]


def _text_by_bcftools(path: pathlib.Path) -> list[str]:
    text = str(pysam.bcftools.view("--no-version", str(path)))
    return [line for line in text.splitlines() if "ID=TS," not in line]


def test_numbers_of_bcf_have_the_digits_that_bcftools_prints(
    tmp_path: pathlib.Path,
) -> None:
    header = pysam.VariantHeader()
    header.add_line("##contig=<ID=chr1>")
    with pysam.VariantFile(str(tmp_path / "in.bcf"), "wb", header=header) as made:
        record = made.new_record(contig="chr1", start=4, alleles=("A", "G"))
        record.qual = 29.12345695
        made.write(record)
    annotated_vcfs.write(tmp_path / "in.bcf", tmp_path / "out.bcf", annotated_vcfs.INFO)
    qualities = [
        _text_by_bcftools(tmp_path / name)[-1].split("\t")[5]
        for name in ("in.bcf", "out.bcf")
    ]
    assert qualities == ["29.1235", "29.1235"]


def test_header_lines_need_not_begin_with_their_id(tmp_path: pathlib.Path) -> None:
    lines = (
        "##contig=<length=99,ID=chr1>",
        '##INFO=<Number=.,ID=TS,Type=String,Description="Old">',
        '##INFO=<Number=1,ID=X,Type=String,Description="a, ID=TS">',
    )
    (tmp_path / "in.vcf").write_text(
        annotated_vcfs.HEADER.replace("#CHROM", "\n".join([*lines, "#CHROM"]))
        + "chr1\t5\t.\tA\tG\t.\t.\tX=1;TS=old\n"
    )
    pysam.bcftools.view(
        *("-Ob", "-o", str(tmp_path / "in.bcf"), str(tmp_path / "in.vcf")),
        catch_stdout=False,
    )
    for source in ("in.vcf", "in.bcf"):
        for out in ("out.vcf", "out.bcf"):
            annotated_vcfs.write(tmp_path / source, tmp_path / out, {"TS": "new"})
            text = str(pysam.bcftools.view("--no-version", str(tmp_path / out)))
            fields = [x for x in text.splitlines() if x.startswith("##INFO")]
            assert fields == [lines[2], toy_vcfs.INFO_LINE]
            assert text.splitlines()[-1].split("\t")[7] == "X=1;TS=new"


@pytest.mark.parametrize("length", [1, 14, 15, 127, 128, 40_000])
def test_text_of_any_length_fits_bcf(tmp_path: pathlib.Path, length: int) -> None:
    value = "x" * length
    (tmp_path / "in.vcf").write_text(
        annotated_vcfs.HEADER + "chr1\t5\t.\tA\tG\t.\t.\t.\n"
    )
    annotated_vcfs.write(tmp_path / "in.vcf", tmp_path / "one.bcf", {})
    annotated_vcfs.write(tmp_path / "one.bcf", tmp_path / "two.bcf", {"TS": value})
    (line,) = _text_by_bcftools(tmp_path / "two.bcf")[-1:]
    assert line.split("\t")[7] == f"TS={value}"


def test_bcf_to_stdout_is_text(
    tmp_path: pathlib.Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    (tmp_path / "in.vcf").write_text(
        annotated_vcfs.HEADER + "chr1\t5\t.\tA\tG\t.\t.\t.\n"
    )
    annotated_vcfs.write(tmp_path / "in.vcf", tmp_path / "in.bcf", {})
    annotated_vcfs.write(tmp_path / "in.bcf", pathlib.Path("-"), {"TS": "x"})
    assert capfdbinary.readouterr().out.endswith(b"chr1\t5\t.\tA\tG\t.\t.\tTS=x\n")


@pytest.mark.parametrize("ending", [".vcf", ".bcf"])
@pytest.mark.parametrize(
    ("old", "info", "expected"),
    [
        ("A=1;TS=old;B=2", {"TS": "new"}, "A=1;B=2;TS=new"),
        ("TS=old", {"TS": "new"}, "TS=new"),
        ("TS=old", {}, "."),
        ("TSX=1", {}, "TSX=1"),
        ("A=TS", {"TS": "new"}, "A=TS;TS=new"),
    ],
)
def test_an_older_field_of_ours_is_replaced(
    tmp_path: pathlib.Path,
    old: str,
    info: Mapping[str, str],
    expected: str,
    ending: str,
) -> None:
    declared = '##INFO=<ID=TS,Number=1,Type=String,Description="Old">\n'
    path = tmp_path / "in.vcf"
    path.write_text(
        annotated_vcfs.HEADER.replace("#CHROM", f"{declared}#CHROM")
        + f"chr1\t5\t.\tA\tG\t.\t.\t{old}\n"
    )
    between = tmp_path / f"between{ending}"
    if ending == ".bcf":
        with (
            vcf.read(path) as source,
            vcf_output.open_output(between, source, []) as sink,
        ):
            for record in source:
                sink.write(record, {})
        path = between
    out = tmp_path / "out.vcf"
    annotated_vcfs.write(path, out, info)
    lines = out.read_text().splitlines()
    assert lines[-1].split("\t")[7] == expected
    assert [x for x in lines if x.startswith("##INFO=<ID=TS,")] == [toy_vcfs.INFO_LINE]


@pytest.mark.parametrize("name", ["out.vcf", "out.vcf.gz", "out.bcf"])
def test_ctrl_c_leaves_the_older_output_and_nothing_else(
    tmp_path: pathlib.Path, name: str
) -> None:
    path = tmp_path / "in.vcf"
    path.write_text(annotated_vcfs.HEADER + "chr1\t5\t.\tA\tG\t.\t.\t.\n")
    (tmp_path / name).write_text("older")

    def interrupted() -> None:
        with (
            vcf.read(path) as source,
            vcf_output.open_output(tmp_path / name, source, []) as sink,
        ):
            for record in source:
                sink.write(record, {})
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert _names(tmp_path) == ["in.vcf", name]
    assert (tmp_path / name).read_text() == "older"


def test_no_more_of_a_header_is_kept_than_records_need(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "in.vcf"
    path.write_text(f"{annotated_vcfs.HEADER}chr1\t5\t.\tA\tG\t.\t.\t.\nchr1\t6\n")
    with (
        vcf.read(path) as source,
        vcf_output.open_output(tmp_path / "out.vcf", source, [toy_vcfs.INFO_LINE]),
    ):
        assert source.header_lines == (annotated_vcfs.HEADER.splitlines()[-1],)
        last = len(annotated_vcfs.HEADER.splitlines()) + 2
        with pytest.raises(errors.InputError, match=f"on line {last} of"):
            list(source)
    assert (tmp_path / "out.vcf").read_text().count("\n") == last - 1


@pytest.mark.parametrize(
    "older",
    [
        '##INFO=<ID=TS,Number=1,Type=String,Description="older">',
        '##INFO=<Number=1,Type=String,ID=TS,Description="older">',
        '##INFO=<Description="older, with > and ID=other,",Type=String,ID=TS>',
        '##INFO=<Description="a \\" quote",ID=TS,Number=1,Type=String>',
    ],
)
@pytest.mark.parametrize("name", ["out.vcf", "out.bcf"])
def test_a_field_is_declared_once_wherever_its_id_stands(
    tmp_path: pathlib.Path, older: str, name: str
) -> None:
    path = tmp_path / "in.vcf"
    other = '##INFO=<Description="of ID=TS; not",ID=OTHER,Number=1,Type=String>'
    text = annotated_vcfs.HEADER.replace("#CHROM", f"{other}\n{older}\n#CHROM")
    path.write_text(text + "chr1\t5\t.\tA\tG\t.\t.\tOTHER=a;TS=older\n")
    annotated_vcfs.write(path, tmp_path / name, annotated_vcfs.INFO)
    with pysam.VariantFile(str(tmp_path / name)) as written:
        (record,) = written
        assert record.info["OTHER"] == "a"
        assert "older" not in str(record)
        header = str(written.header)
    assert header.count("ID=TS,") == 1
    assert "older" not in header
    assert "of ID=TS; not" in header


def test_a_header_that_is_not_utf8_becomes_bcf(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "in.vcf"
    text = annotated_vcfs.HEADER.replace("#CHROM", "##author=\xff\n#CHROM").encode(
        "latin-1"
    )
    path.write_bytes(text + b"chr1\t5\t.\tA\tG\t.\t.\tX=\xff\n")
    annotated_vcfs.write(path, tmp_path / "out.bcf", annotated_vcfs.INFO)
    packed = (tmp_path / "out.bcf").read_bytes()
    assert b"##author=\xff\n" in gzip.decompress(packed)
    with vcf.read(tmp_path / "out.bcf") as source:
        (record,) = source
    assert "X=\udcff" in record.text


def test_a_missing_output_folder_is_refused_before_any_work(
    tmp_path: pathlib.Path,
) -> None:
    (tmp_path / "in.vcf").write_text(annotated_vcfs.HEADER)
    with pytest.raises(errors.InputError, match="folder"):
        annotated_vcfs.write(
            tmp_path / "in.vcf", tmp_path / "none" / "out.vcf", annotated_vcfs.INFO
        )


def test_a_device_is_written_to_and_not_replaced(tmp_path: pathlib.Path) -> None:
    (tmp_path / "in.vcf").write_text(annotated_vcfs.HEADER)
    null = pathlib.Path(os.devnull)
    annotated_vcfs.write(tmp_path / "in.vcf", null, annotated_vcfs.INFO)
    assert null.is_char_device()


def test_stdout_gets_text(
    tmp_path: pathlib.Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    path = tmp_path / "in.vcf"
    path.write_text(annotated_vcfs.HEADER + "chr1\t5\t.\tA\tG\t.\t.\t.\n")
    annotated_vcfs.write(path, pathlib.Path("-"), annotated_vcfs.INFO)
    assert capfdbinary.readouterr().out == _annotated(path.read_bytes())


@given(st.text())
def test_info_text_is_safe_in_an_info_value(value: str) -> None:
    safe = vcf_output.info_text(value)
    assert not set(safe) & set(";=,| \t\r\n")
    assert len(safe.split()) <= 1
