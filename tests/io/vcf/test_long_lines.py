"""Long lines: short texts in memory, and the same bytes when written."""

import itertools
import pathlib
import tempfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support import vcf as toy_vcfs
from twinsplice.io.vcf import long_lines, vcf, vcf_output

_CELLS = st.text("ACGT,é", max_size=12).map(lambda text: text.encode("latin-1"))


@given(
    cells=st.lists(_CELLS, min_size=1, max_size=10),
    edges=st.lists(st.integers(0, 99)),
    longest=st.integers(1, 5),
)
def test_a_text_and_what_it_lacks_are_the_line(
    cells: list[bytes], edges: list[int], longest: int
) -> None:
    line = b"\t".join(cells)
    places = [0, *sorted(edge % (len(line) + 1) for edge in edges), len(line)]
    pieces = [line[start:end] for start, end in itertools.pairwise(places)]
    store = long_lines.Store()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(long_lines, "LONGEST_ALLELE", longest)
        patch.setattr(long_lines, "_COPIED", 3)
        text, omitted = long_lines.shortened(pieces, store)
    expected = [
        b",".join(part[:longest] for part in cell.split(b","))
        if column in (3, 4)
        else cell
        for column, cell in enumerate(cells)
    ]
    assert text.encode("utf-8", "surrogateescape") == b"\t".join(expected)
    if omitted is None:
        assert expected == cells
    else:
        assert b"".join(omitted.restored(text)) == line
    store.close()


@given(toy=toy_vcfs.vcfs(), ending=st.sampled_from(["\n", "\r\n", ""]))
def test_pieces_change_no_output(toy: toy_vcfs.ToyVcf, ending: str) -> None:
    content = toy.text(ending or "\n")
    if not ending and toy.records:
        content = content.removesuffix(b"\n")
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        source, output = (pathlib.Path(name) / each for each in ("in.vcf", "out.vcf"))
        source.write_bytes(content)
        with vcf.read(source) as lines:
            expected = list(lines)
        patch.setattr(long_lines, "PIECE", 7)
        patch.setattr(long_lines, "LONGEST_ALLELE", 2)
        with (
            vcf.read(source) as lines,
            vcf_output.open_output(output, lines, []) as sink,
        ):
            for record, whole in zip(lines, expected, strict=True):
                place = record.line, record.contig, record.position, record.ending
                assert place == (whole.line, whole.contig, whole.position, whole.ending)
                assert record.alts == tuple(alt[:2] for alt in whole.alts)
                assert (record.omitted is not None) == (record.text != whole.text)
                sink.write(record, {})
        assert output.read_bytes() == content
