"""`scoring.queries`: which alleles are asked of which genes; which not, and why."""

import pathlib

import pytest

from support import builders
from support import models as toys
from twinsplice.effect import rules
from twinsplice.genome import variants
from twinsplice.io import fasta
from twinsplice.io.vcf import vcf

Reason = variants.SkipReason
REFUSED = [
    (toys.record(60, "A"), Reason.NO_ALT),
    (toys.record(60, "A", "C", contig="3"), Reason.CONTIG_MISSING),
    (toys.record(60, "A", "*", contig="3"), Reason.OVERLAPPING_DELETION),
    (toys.record(60, "A", "<*>"), Reason.UNSPECIFIED),
    (toys.record(60, "A", "<NON_REF>", contig="3"), Reason.UNSPECIFIED),
    (toys.record(60, "A", "<X>"), Reason.UNSPECIFIED),
    (toys.record(60, "A", "**"), Reason.SYMBOLIC),
    (toys.record(60, "A", "<DEL>"), Reason.SYMBOLIC),
    (toys.record(60, "A", "A[1:9["), Reason.SYMBOLIC),
    (toys.record(60, "A", ".A"), Reason.SYMBOLIC),
    (toys.record(60, "A", "R"), Reason.NON_ACGT),
    (toys.record(60, "A", "-"), Reason.NON_ACGT),
    (toys.record(198, "N", "A"), Reason.NON_ACGT),
    (toys.record(60, "C", "A"), Reason.REF_MISMATCH),
    # Beyond the contig's end, and before its start (POS 0).
    (toys.record(199, "TA", "T"), Reason.REF_MISMATCH),
    (toys.record(500, "A", "T"), Reason.REF_MISMATCH),
    (toys.record(-1, "A", "T"), Reason.REF_MISMATCH),
    (toys.record(-1, "AA", "T"), Reason.REF_MISMATCH),
    (toys.record(60, "ACGTACGTACG", "A"), Reason.TOO_LONG),
    (toys.record(60, "A", "A" * 5_001), Reason.TOO_LONG),
    (toys.record(194, "G", "A"), Reason.OUTSIDE_GENES),
    (toys.record(2, "G", "A", contig="2"), Reason.OUTSIDE_GENES),
]


@pytest.mark.parametrize(("record", "reason"), REFUSED)
def test_an_allele_without_a_score_has_its_reason(
    reference: fasta.Reference, record: vcf.Record, reason: variants.SkipReason
) -> None:
    alt = record.alts[0] if record.alts else "."
    assert builders.of_record(builders.builder(reference), record) == [
        (alt, "", reason)
    ]


def test_each_of_many_records_has_its_own_reason(reference: fasta.Reference) -> None:
    builder = builders.builder(reference)
    records, reasons = zip(*REFUSED, strict=True)
    found = builders.told(builder, *records, *builders.COMPANY, *reversed(records))
    told = [[reason for _, _, reason in each] for each in found]
    middle = [
        [reason for _, _, reason in each]
        for each in builders.told(builder, *builders.COMPANY)
    ]
    expected = [[reason] for reason in reasons]
    assert told == [*expected, *middle, *reversed(expected)]


def test_no_records_are_no_queries(reference: fasta.Reference) -> None:
    built = builders.builder(reference).build([])
    assert len(built.queries) == len(built.outcomes.record) == 0


@pytest.mark.parametrize("contig", ["1", "chr1", "NC_000001.11"])
def test_a_contig_goes_by_any_of_its_names(
    reference: fasta.Reference, contig: str
) -> None:
    said = builders.of_record(
        builders.builder(reference), toys.record(60, "A", "C", contig=contig)
    )
    assert said == [("C", "WIDE", None)]


@pytest.mark.parametrize("ref", ["A", "a"])
def test_case_matters_to_the_official_programs_only(
    reference: fasta.Reference, ref: str
) -> None:
    record = toys.record(120, ref, "g")
    assert builders.of_record(builders.builder(reference), record) == [
        ("g", "WIDE", None)
    ]
    for conventions in (rules.SPLICEAI, rules.CISPLICEAI):
        ((_, _, reason),) = builders.of_record(
            builders.builder(reference, conventions), record
        )
        assert reason is (None if ref == "A" else Reason.REF_MISMATCH)


def test_each_allele_and_gene_has_one_answer_in_order(
    reference: fasta.Reference,
) -> None:
    record = toys.record(40, "A", "G", "<DEL>", "AC")
    assert builders.of_record(builders.builder(reference), record) == [
        ("G", "LEFT", None),
        ("G", "WIDE", None),
        ("<DEL>", "", Reason.SYMBOLIC),
        ("AC", "LEFT", None),
        ("AC", "WIDE", None),
    ]


@pytest.mark.parametrize(
    ("record", "ours", "official"),
    [
        # A gene's first base and its last.
        (toys.record(30, "G", "A"), ["LEFT", "WIDE"], ["LEFT", "WIDE"]),
        (toys.record(49, "C", "A"), ["LEFT", "WIDE"], ["LEFT", "WIDE"]),
        (toys.record(50, "G", "A"), ["WIDE"], ["WIDE"]),
        # POS lies before a gene; bases that change lie in it.
        (toys.record(29, "CG", "C"), ["LEFT", "WIDE"], ["LEFT"]),
        (toys.record(149, "CGT", "C"), ["WIDE", "RIGHT"], ["WIDE"]),
        (toys.record(28, "ACGT", "ACTT"), ["LEFT", "WIDE"], None),
        # The anchor of an insertion is the last base of a gene.
        (toys.record(149, "C", "CA"), ["WIDE"], ["WIDE"]),
    ],
)
def test_genes_are_those_over_what_changes(
    reference: fasta.Reference,
    record: vcf.Record,
    ours: list[str],
    official: list[str] | None,
) -> None:
    said = builders.of_record(builders.builder(reference), record)
    assert said == [(record.alts[0], gene, None) for gene in ours]
    if official is not None:
        said = builders.of_record(builders.builder(reference, rules.SPLICEAI), record)
        assert said == [(record.alts[0], gene, None) for gene in official]


def test_cispliceai_leaves_out_the_last_base_of_a_gene(
    reference: fasta.Reference,
) -> None:
    builder = builders.builder(reference, rules.CISPLICEAI)
    assert builders.of_record(builder, toys.record(48, "A", "C"))[0] == (
        "C",
        "LEFT",
        None,
    )
    assert builders.of_record(builder, toys.record(49, "C", "A")) == [
        ("A", "WIDE", None)
    ]


@pytest.mark.parametrize(
    ("conventions", "intergenic", "strands"),
    [
        (rules.TWINSPLICE, False, None),
        (rules.TWINSPLICE, True, ["+", "-"]),
        (rules.CISPLICEAI, False, ["+", "-"]),
    ],
)
def test_outside_genes_both_strands_are_asked_where_that_is_wanted(
    reference: fasta.Reference,
    conventions: rules.Rules,
    strands: list[str] | None,
    *,
    intergenic: bool,
) -> None:
    builder = builders.builder(
        reference, conventions, builders.GENES[:1], intergenic=intergenic
    )
    said = builders.of_record(builder, toys.record(100, "A", "C"))
    if strands is None:
        assert said == [("C", "", Reason.OUTSIDE_GENES)]
    else:
        assert said == [("C", strand, None) for strand in strands]


@pytest.mark.parametrize("position", [0, 3, 24, 25, 174, 175])
def test_only_the_official_spliceai_refuses_all_of_a_contigs_ends(
    reference: fasta.Reference, position: int
) -> None:
    everywhere = [toys.gene("G", 0, len(builders.SEQUENCE))]
    ref = builders.SEQUENCE[position].upper()
    alt = "G" if ref != "G" else "T"
    record = toys.record(position, ref, alt)
    for conventions in (rules.TWINSPLICE, rules.CISPLICEAI):
        said = builders.of_record(
            builders.builder(reference, conventions, everywhere), record
        )
        assert said == [(alt, "G", None)]
    ((_, gene, reason),) = builders.of_record(
        builders.builder(reference, rules.SPLICEAI, everywhere), record
    )
    inside = (
        builders.CONTEXT + builders.REACH
        <= position
        < len(builders.SEQUENCE) - builders.CONTEXT - builders.REACH
    )
    assert (gene, reason) == ("G", None if inside else Reason.NEAR_CONTIG_END)


@pytest.mark.parametrize("position", [0, 100, 197])
def test_beyond_a_contigs_ends_bases_are_unknown_outside_genes_too(
    reference: fasta.Reference, position: int
) -> None:
    ref = builders.SEQUENCE[position].upper()
    builder = builders.builder(reference, annotation=[], intergenic=True)
    alt = "G" if ref != "G" else "T"
    said = builders.of_record(builder, toys.record(position, ref, alt))
    assert said == [(alt, "+", None), (alt, "-", None)]


def test_a_gene_that_outgrows_its_contig_is_scored(reference: fasta.Reference) -> None:
    builder = builders.builder(reference, annotation=[toys.gene("G", 100, 1_000)])
    assert builders.of_record(builder, toys.record(196, "A", "G")) == [("G", "G", None)]


def test_a_long_deletion_needs_no_more_than_the_official_window(
    reference: fasta.Reference,
) -> None:
    everywhere = [toys.gene("G", 0, len(builders.SEQUENCE))]
    builder = builders.builder(reference, rules.SPLICEAI, everywhere)
    # The window ends before the ten bases of REF do.
    ref = builders.SEQUENCE[174:184].upper()
    assert builders.of_record(builder, toys.record(174, ref, ref[0])) == [
        (ref[0], "G", None)
    ]
    ref = builders.SEQUENCE[175:185].upper()
    ((_, _, reason),) = builders.of_record(builder, toys.record(175, ref, ref[0]))
    assert reason is Reason.NEAR_CONTIG_END


def test_what_the_official_program_declines_is_said_of_each_gene(
    reference: fasta.Reference,
) -> None:
    builder = builders.builder(reference, rules.SPLICEAI)
    declined = Reason.UNSUPPORTED_BY_OFFICIAL
    assert builders.of_record(builder, toys.record(40, "AC", "GT")) == [
        ("GT", "LEFT", declined),
        ("GT", "WIDE", declined),
    ]
    said = builders.of_record(builder, toys.record(192, "AC", "GT"))
    assert said == [("GT", "", Reason.OUTSIDE_GENES)]


def test_near_a_contigs_end_the_official_program_writes_no_dots(
    reference: fasta.Reference,
) -> None:
    builder = builders.builder(reference, rules.SPLICEAI)
    said = builders.of_record(builder, toys.record(4, "AC", "GT"))
    assert said == [("GT", "LEFT", Reason.NEAR_CONTIG_END)]


def test_a_hole_between_slices_is_no_sequence(tmp_path: pathlib.Path) -> None:
    pieces = {"1:1-100": builders.SEQUENCE[:100], "1:141-200": builders.SEQUENCE[140:]}
    path = toys.write_fasta(tmp_path / "x.fa", pieces)
    with fasta.Reference.open(path) as sliced:
        for conventions in (rules.TWINSPLICE, rules.SPLICEAI):
            builder = builders.builder(sliced, conventions, [toys.gene("G", 0, 200)])
            found = [
                builders.of_record(builder, toys.record(at, "A", "C"))
                for at in (40, 96, 120)
            ]
            reasons = [reason for ((_, _, reason),) in found]
            assert reasons == [None, Reason.NEAR_CONTIG_END, Reason.NEAR_CONTIG_END]
