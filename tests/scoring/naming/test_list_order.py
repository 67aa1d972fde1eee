"""Lists in the order of the reference, on its names, under its contigs."""

import dataclasses

import pytest

from support import models as toys
from twinsplice.genome import variants
from twinsplice.io import fasta
from twinsplice.io.vcf import variant_lists, vcf
from twinsplice.scoring.naming import list_order

HEADER = ("##fileformat=VCFv4.2", "##kept", "#CHROM\tPOS")


class _List(vcf.Source):
    is_list = True
    header_lines = HEADER

    def __init__(self, records: list[vcf.Record]) -> None:
        self._records = records
        self.closed = False

    def __iter__(self):  # type: ignore[no-untyped-def]  # noqa: ANN204
        return iter(self._records)

    def fraction_read(self) -> float | None:
        return None

    def close(self) -> None:
        self.closed = True


def _unplaced(name: str) -> vcf.Record:
    record = toys.record(-1, "N", contig="")
    reason = variants.SkipReason.UNREADABLE_NAME
    return dataclasses.replace(record, name=name, refusal=reason, note="odd")


def test_a_list_is_sorted_as_the_reference_is(reference: fasta.Reference) -> None:
    first, second = list(reference.contigs)[:2]
    records = [
        _unplaced("one"),
        toys.record(7, "A", "C", contig="zz"),
        toys.record(2, "A", "C", contig=second),
        toys.record(50, "A", "C", contig=first),
        toys.record(4, "A", "G", "C", contig=f"chr{first}"),
        toys.record(3, "A", "C", contig="aa"),
        toys.record(-1, "A", "C", contig=first),
        _unplaced("two"),
    ]
    inner = _List(records)
    source = list_order.OrderedSource(inner, reference, "GRCh38")
    found = list(source)
    assert [(record.contig, record.position) for record in found] == [
        (first, 4),
        (first, 50),
        (second, 2),
        *[("", -1), ("zz", 7), ("aa", 3), (first, -1), ("", -1)],
    ]
    assert [source.is_writable(record) for record in found] == [True] * 3 + [False] * 5
    assert [record.name for record in found[3::4]] == ["one", "two"]
    assert found[0].text == toys.record(4, "A", "G", "C", contig=first).text
    lengths = reference.contigs
    assert source.header_lines == (
        HEADER[0],
        f"##reference={reference.path.name}",
        *(f"##contig=<ID={c},length={n},assembly=GRCh38>" for c, n in lengths.items()),
        '##TwinSplice_no_record=<ID=1,Text="one",Reason="odd">',
        '##TwinSplice_no_record=<ID=2,Text="",Reason="no such place: zz:8">',
        '##TwinSplice_no_record=<ID=3,Text="",Reason="no such place: aa:4">',
        f'##TwinSplice_no_record=<ID=4,Text="",Reason="no such place: {first}:0">',
        '##TwinSplice_no_record=<ID=5,Text="two",Reason="odd">',
        *HEADER[1:],
    )
    assert source.is_list
    source.close()
    assert inner.closed


def test_it_tells_how_far_it_is(reference: fasta.Reference) -> None:
    contig = next(iter(reference.contigs))
    records = [toys.record(i, "A", "C", contig=contig) for i in range(4)]
    source = list_order.OrderedSource(_List(records), reference, None)
    seen = [source.fraction_read(), *(source.fraction_read() for _ in source)]
    assert seen == pytest.approx([0, 0.25, 0.5, 0.75, 1])
    empty = list_order.OrderedSource(_List([]), reference, None)
    assert (list(empty), empty.fraction_read()) == ([], 0)


def test_many_names_without_a_place_are_counted_and_quoted(
    reference: fasta.Reference,
) -> None:
    records = [_unplaced('a "b\\c\n>'), *(_unplaced(f"x{i}") for i in range(1_004))]
    source = list_order.OrderedSource(_List(records), reference, None)
    lines = [line for line in source.header_lines if "no_record" in line]
    assert len(lines) == 1_001
    assert r'Text="a \"b\\c\\n>",' in lines[0]
    assert lines[-1].endswith('<ID=more,Text="5 more",Reason="not listed">')
    assert source.warning.startswith("1,005 variants have no place on the reference")
    assert source.warning.endswith("odd")


def test_there_is_no_warning_where_all_have_a_place(
    reference: fasta.Reference,
) -> None:
    contig = next(iter(reference.contigs))
    record = toys.record(3, "A", "C", contig=contig)
    source = list_order.OrderedSource(_List([record]), reference, None)
    assert source.warning == ""
    assert not any("no_record" in line for line in source.header_lines)


def test_samples_that_are_left_out_are_told(reference: fasta.Reference) -> None:
    record = toys.record(5, "A", "C", contig=next(iter(reference.contigs)))
    bare = dataclasses.replace(record, note=variant_lists.NO_SAMPLES)
    listed = _List([record, bare, bare, _unplaced("one")])
    warning = list_order.OrderedSource(listed, reference, None).warning
    assert warning.startswith("1 variant has no place")
    assert "; 2 of the list are lines of a VCF with samples" in warning
