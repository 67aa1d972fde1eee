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

from support import vcf as toy_vcfs
from twinsplice import errors
from twinsplice.io.vcf import vcf, vcf_output

INFO = {"TS": "G|TP53|0.10,T|TP53|0.20"}
HEADER = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"


def _through(
    source_path: pathlib.Path, out: pathlib.Path, info: Mapping[str, str]
) -> None:
    with (
        vcf.read(source_path) as source,
        vcf_output.open_output(out, source, [toy_vcfs.INFO_LINE]) as sink,
    ):
        for record in source:
            sink.write(record, info)


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
            columns[7] = glue + b"TS=" + INFO["TS"].encode()
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
            _through(folder / "in.vcf", folder / out, INFO)
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
        _through(folder / "in.vcf", folder / "out.vcf", INFO)
        assert (folder / "out.vcf").read_bytes() == _annotated(content)


@pytest.mark.slow
@given(toy=toy_vcfs.vcfs())
def test_bcf_comes_out_as_it_was_but_for_our_fields(toy: toy_vcfs.ToyVcf) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "in.vcf").write_bytes(toy.text())
        _through(folder / "in.vcf", folder / "one.bcf", {})
        _through(folder / "one.bcf", folder / "two.bcf", INFO)
        _through(folder / "two.bcf", folder / "out.vcf", {})
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
    _through(tmp_path / "in.bcf", tmp_path / "out.bcf", INFO)
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
        HEADER.replace("#CHROM", "\n".join([*lines, "#CHROM"]))
        + "chr1\t5\t.\tA\tG\t.\t.\tX=1;TS=old\n"
    )
    pysam.bcftools.view(
        *("-Ob", "-o", str(tmp_path / "in.bcf"), str(tmp_path / "in.vcf")),
        catch_stdout=False,
    )
    for source in ("in.vcf", "in.bcf"):
        for out in ("out.vcf", "out.bcf"):
            _through(tmp_path / source, tmp_path / out, {"TS": "new"})
            text = str(pysam.bcftools.view("--no-version", str(tmp_path / out)))
            fields = [x for x in text.splitlines() if x.startswith("##INFO")]
            assert fields == [lines[2], toy_vcfs.INFO_LINE]
            assert text.splitlines()[-1].split("\t")[7] == "X=1;TS=new"


@pytest.mark.parametrize("length", [1, 14, 15, 127, 128, 40_000])
def test_text_of_any_length_fits_bcf(tmp_path: pathlib.Path, length: int) -> None:
    value = "x" * length
    (tmp_path / "in.vcf").write_text(HEADER + "chr1\t5\t.\tA\tG\t.\t.\t.\n")
    _through(tmp_path / "in.vcf", tmp_path / "one.bcf", {})
    _through(tmp_path / "one.bcf", tmp_path / "two.bcf", {"TS": value})
    (line,) = _text_by_bcftools(tmp_path / "two.bcf")[-1:]
    assert line.split("\t")[7] == f"TS={value}"


def test_bcf_to_stdout_is_text(
    tmp_path: pathlib.Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    (tmp_path / "in.vcf").write_text(HEADER + "chr1\t5\t.\tA\tG\t.\t.\t.\n")
    _through(tmp_path / "in.vcf", tmp_path / "in.bcf", {})
    _through(tmp_path / "in.bcf", pathlib.Path("-"), {"TS": "x"})
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
        HEADER.replace("#CHROM", f"{declared}#CHROM")
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
    _through(path, out, info)
    lines = out.read_text().splitlines()
    assert lines[-1].split("\t")[7] == expected
    assert [x for x in lines if x.startswith("##INFO=<ID=TS,")] == [toy_vcfs.INFO_LINE]


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
        HEADER + "".join(f"{place}\t.\tA\tG\t.\t.\t.\n" for place in places)
    )
    with pytest.raises(errors.InputError, match=got):
        _through(path, tmp_path / name, INFO)
    assert _names(tmp_path) == ["in.vcf"]
    _through(path, tmp_path / "out.vcf", INFO)
    assert (tmp_path / "out.vcf").read_text().count("TS=") == len(places)


@pytest.mark.parametrize("name", ["out.vcf", "out.vcf.gz", "out.bcf"])
def test_ctrl_c_leaves_the_older_output_and_nothing_else(
    tmp_path: pathlib.Path, name: str
) -> None:
    path = tmp_path / "in.vcf"
    path.write_text(HEADER + "chr1\t5\t.\tA\tG\t.\t.\t.\n")
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
    path.write_text(f"{HEADER}chr1\t5\t.\tA\tG\t.\t.\t.\nchr1\t6\n")
    with (
        vcf.read(path) as source,
        vcf_output.open_output(tmp_path / "out.vcf", source, [toy_vcfs.INFO_LINE]),
    ):
        assert source.header_lines == (HEADER.splitlines()[-1],)
        last = len(HEADER.splitlines()) + 2
        with pytest.raises(errors.InputError, match=f"on line {last} of"):
            list(source)
    assert (tmp_path / "out.vcf").read_text().count("\n") == last - 1


def test_a_far_position_gets_the_index_that_can_hold_it(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "in.vcf"
    path.write_text(HEADER + f"chr1\t{1 << 30}\t.\tA\tG\t.\t.\t.\n")
    _through(path, tmp_path / "out.vcf.gz", INFO)
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
    header = HEADER.replace("#CHROM", f"{fields}{lengths}#CHROM")
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
    path.write_text(f"{HEADER}chr1\t5\t.\tA\tC\t.\t.\t.\n")
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
    path.write_text(HEADER + "chr1\t5\t.\tA\tG\t.\t.\t.\n")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pysam, "tabix_index", full)
    _through(path, target, INFO)
    assert target.exists()
    assert not list(tmp_path.glob("out.vcf.gz.*"))


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
    text = HEADER.replace("#CHROM", f"{other}\n{older}\n#CHROM")
    path.write_text(text + "chr1\t5\t.\tA\tG\t.\t.\tOTHER=a;TS=older\n")
    _through(path, tmp_path / name, INFO)
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
    text = HEADER.replace("#CHROM", "##author=\xff\n#CHROM").encode("latin-1")
    path.write_bytes(text + b"chr1\t5\t.\tA\tG\t.\t.\tX=\xff\n")
    _through(path, tmp_path / "out.bcf", INFO)
    packed = (tmp_path / "out.bcf").read_bytes()
    assert b"##author=\xff\n" in gzip.decompress(packed)
    with vcf.read(tmp_path / "out.bcf") as source:
        (record,) = source
    assert "X=\udcff" in record.text


def test_an_index_of_an_older_file_goes(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "in.vcf"
    path.write_text(HEADER + "chr1\t5\t.\tA\tG\t.\t.\t.\n")
    (tmp_path / "out.vcf.gz.csi").write_text("stale")
    _through(path, tmp_path / "out.vcf.gz", INFO)
    with pysam.VariantFile(str(tmp_path / "out.vcf.gz")) as read:
        assert len(list(read.fetch("chr1", 0, 10))) == 1


def test_a_missing_output_folder_is_refused_before_any_work(
    tmp_path: pathlib.Path,
) -> None:
    (tmp_path / "in.vcf").write_text(HEADER)
    with pytest.raises(errors.InputError, match="folder"):
        _through(tmp_path / "in.vcf", tmp_path / "none" / "out.vcf", INFO)


def test_a_device_is_written_to_and_not_replaced(tmp_path: pathlib.Path) -> None:
    (tmp_path / "in.vcf").write_text(HEADER)
    null = pathlib.Path(os.devnull)
    _through(tmp_path / "in.vcf", null, INFO)
    assert null.is_char_device()


def test_stdout_gets_text(
    tmp_path: pathlib.Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    path = tmp_path / "in.vcf"
    path.write_text(HEADER + "chr1\t5\t.\tA\tG\t.\t.\t.\n")
    _through(path, pathlib.Path("-"), INFO)
    assert capfdbinary.readouterr().out == _annotated(path.read_bytes())


@given(st.text())
def test_info_text_is_safe_in_an_info_value(value: str) -> None:
    safe = vcf_output.info_text(value)
    assert not set(safe) & set(";=,| \t\r\n")
    assert len(safe.split()) <= 1
