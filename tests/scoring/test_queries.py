"""`asking`: which alleles are asked of which genes, and which are refused and why."""

import pathlib
from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support import models as toys
from twinsplice.effect import results, rules
from twinsplice.genome import coordinates, dna, genes, variants
from twinsplice.io import fasta
from twinsplice.io.vcf import vcf
from twinsplice.scoring import queries

# 200 bases without a repeat of one letter; from 100 on they are lower case.
SEQUENCE = "ACGT" * 25 + "acgt" * 24 + "ACNT"
CONTEXT, REACH = 20, 5
GENES = [
    toys.gene("LEFT", 0, 50),
    toys.gene("WIDE", 30, 150, "-"),
    toys.gene("RIGHT", 150, 190),
]
Reason = variants.SkipReason


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Iterator[fasta.Reference]:
    folder = tmp_path_factory.mktemp("asking")
    path = toys.write_fasta(folder / "x.fa", {"chr1": SEQUENCE, "chr2": "ACGT"})
    with fasta.Reference.open(path) as found:
        yield found


def _asker(
    reference: fasta.Reference,
    conventions: rules.Rules = rules.TWINSPLICE,
    annotation: Sequence[genes.Gene] = GENES,
    *,
    intergenic: bool = False,
) -> queries.Asker:
    return queries.Asker(
        reference=reference,
        index=genes.GeneIndex(annotation),
        conventions=conventions,
        reach=REACH,
        context=CONTEXT,
        intergenic=intergenic,
    )


def _said(asker: queries.Asker, record: vcf.Record) -> list[tuple[str, str, object]]:
    """Allele, gene (or strand) and reason of each thing that is said."""
    found: list[tuple[str, str, object]] = []
    for each in asker.ask(record):
        if isinstance(each, results.Skipped):
            found.append((each.alt, each.gene, each.reason))
        else:
            gene = each.gene.name if each.gene else each.seen.strand.value
            found.append((each.alt, gene, None))
    return found


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (toys.record(60, "A"), Reason.NO_ALT),
        (toys.record(60, "A", "C", contig="3"), Reason.CONTIG_MISSING),
        (toys.record(60, "A", "*"), Reason.SYMBOLIC),
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
    ],
)
def test_an_allele_without_a_score_has_its_reason(
    reference: fasta.Reference, record: vcf.Record, reason: variants.SkipReason
) -> None:
    alt = record.alts[0] if record.alts else "."
    assert _said(_asker(reference), record) == [(alt, "", reason)]


@pytest.mark.parametrize("contig", ["1", "chr1", "NC_000001.11"])
def test_a_contig_goes_by_any_of_its_names(
    reference: fasta.Reference, contig: str
) -> None:
    said = _said(_asker(reference), toys.record(60, "A", "C", contig=contig))
    assert said == [("C", "WIDE", None)]


@pytest.mark.parametrize("ref", ["A", "a"])
def test_case_matters_to_the_official_programs_only(
    reference: fasta.Reference, ref: str
) -> None:
    record = toys.record(120, ref, "g")
    assert _said(_asker(reference), record) == [("g", "WIDE", None)]
    for conventions in (rules.SPLICEAI, rules.CISPLICEAI):
        ((_, _, reason),) = _said(_asker(reference, conventions), record)
        assert reason is (None if ref == "A" else Reason.REF_MISMATCH)


def test_each_allele_and_gene_has_one_answer_in_order(
    reference: fasta.Reference,
) -> None:
    record = toys.record(40, "A", "G", "<DEL>", "AC")
    assert _said(_asker(reference), record) == [
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
    said = _said(_asker(reference), record)
    assert said == [(record.alts[0], gene, None) for gene in ours]
    if official is not None:
        said = _said(_asker(reference, rules.SPLICEAI), record)
        assert said == [(record.alts[0], gene, None) for gene in official]


def test_cispliceai_leaves_out_the_last_base_of_a_gene(
    reference: fasta.Reference,
) -> None:
    asker = _asker(reference, rules.CISPLICEAI)
    assert _said(asker, toys.record(48, "A", "C"))[0] == ("C", "LEFT", None)
    assert _said(asker, toys.record(49, "C", "A")) == [("A", "WIDE", None)]


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
    asker = _asker(reference, conventions, GENES[:1], intergenic=intergenic)
    said = _said(asker, toys.record(100, "A", "C"))
    if strands is None:
        assert said == [("C", "", Reason.OUTSIDE_GENES)]
    else:
        assert said == [("C", strand, None) for strand in strands]


@pytest.mark.parametrize("position", [0, 3, 24, 25, 174, 175])
def test_only_the_official_spliceai_refuses_all_of_a_contigs_ends(
    reference: fasta.Reference, position: int
) -> None:
    everywhere = [toys.gene("G", 0, len(SEQUENCE))]
    ref = SEQUENCE[position].upper()
    alt = "G" if ref != "G" else "T"
    record = toys.record(position, ref, alt)
    for conventions in (rules.TWINSPLICE, rules.CISPLICEAI):
        said = _said(_asker(reference, conventions, everywhere), record)
        assert said == [(alt, "G", None)]
    ((_, gene, reason),) = _said(_asker(reference, rules.SPLICEAI, everywhere), record)
    inside = CONTEXT + REACH <= position < len(SEQUENCE) - CONTEXT - REACH
    assert (gene, reason) == ("G", None if inside else Reason.NEAR_CONTIG_END)


@pytest.mark.parametrize("position", [0, 100, 197])
def test_beyond_a_contigs_ends_bases_are_unknown_outside_genes_too(
    reference: fasta.Reference, position: int
) -> None:
    ref = SEQUENCE[position].upper()
    asker = _asker(reference, annotation=[], intergenic=True)
    alt = "G" if ref != "G" else "T"
    said = _said(asker, toys.record(position, ref, alt))
    assert said == [(alt, "+", None), (alt, "-", None)]


def test_a_gene_that_outgrows_its_contig_is_scored(reference: fasta.Reference) -> None:
    asker = _asker(reference, annotation=[toys.gene("G", 100, 1_000)])
    assert _said(asker, toys.record(196, "A", "G")) == [("G", "G", None)]


def test_a_long_deletion_needs_no_more_than_the_official_window(
    reference: fasta.Reference,
) -> None:
    everywhere = [toys.gene("G", 0, len(SEQUENCE))]
    asker = _asker(reference, rules.SPLICEAI, everywhere)
    # The window ends before the ten bases of REF do.
    ref = SEQUENCE[174:184].upper()
    assert _said(asker, toys.record(174, ref, ref[0])) == [(ref[0], "G", None)]
    ref = SEQUENCE[175:185].upper()
    ((_, _, reason),) = _said(asker, toys.record(175, ref, ref[0]))
    assert reason is Reason.NEAR_CONTIG_END


def test_what_the_official_program_declines_is_said_of_each_gene(
    reference: fasta.Reference,
) -> None:
    asker = _asker(reference, rules.SPLICEAI)
    declined = Reason.UNSUPPORTED_BY_OFFICIAL
    assert _said(asker, toys.record(40, "AC", "GT")) == [
        ("GT", "LEFT", declined),
        ("GT", "WIDE", declined),
    ]
    said = _said(asker, toys.record(192, "AC", "GT"))
    assert said == [("GT", "", Reason.OUTSIDE_GENES)]


def test_near_a_contigs_end_the_official_program_writes_no_dots(
    reference: fasta.Reference,
) -> None:
    asker = _asker(reference, rules.SPLICEAI)
    said = _said(asker, toys.record(4, "AC", "GT"))
    assert said == [("GT", "LEFT", Reason.NEAR_CONTIG_END)]


def test_a_hole_between_slices_is_no_sequence(tmp_path: pathlib.Path) -> None:
    pieces = {"1:1-100": SEQUENCE[:100], "1:141-200": SEQUENCE[140:]}
    path = toys.write_fasta(tmp_path / "x.fa", pieces)
    with fasta.Reference.open(path) as sliced:
        for conventions in (rules.TWINSPLICE, rules.SPLICEAI):
            asker = _asker(sliced, conventions, [toys.gene("G", 0, 200)])
            found = [_said(asker, toys.record(at, "A", "C")) for at in (40, 96, 120)]
            reasons = [reason for ((_, _, reason),) in found]
            assert reasons == [None, Reason.NEAR_CONTIG_END, Reason.NEAR_CONTIG_END]


# What networks see.


@given(
    bounds=st.none() | st.tuples(st.integers(-50, 250), st.integers(0, 120)),
    start=st.integers(-60, 260),
    width=st.integers(0, 150),
)
def test_bases_out_of_sight_are_unknown(
    reference: fasta.Reference,
    bounds: tuple[int, int] | None,
    start: int,
    width: int,
) -> None:
    low, high = (-60, 500) if bounds is None else (bounds[0], sum(bounds))
    limits = () if bounds is None else (low, high)
    seen = queries.Seen("chr1", coordinates.Strand.PLUS, *limits)
    found = dna.decode(seen.fetcher(reference)(start, start + width))
    expected = "".join(
        SEQUENCE[i].upper() if low <= i < high and 0 <= i < len(SEQUENCE) else "N"
        for i in range(start, start + width)
    )
    assert found == expected


@pytest.mark.parametrize("conventions", [rules.TWINSPLICE, rules.CISPLICEAI])
@pytest.mark.parametrize("left", range(-2, 3))
@pytest.mark.parametrize("right", range(-2, 3))
def test_what_is_outside_a_gene_is_never_seen(
    reference: fasta.Reference, conventions: rules.Rules, left: int, right: int
) -> None:
    # Gene ends about where the network's sight ends, to the base.
    start, end = 100 - REACH - CONTEXT + left, 101 + REACH + CONTEXT + right
    asker = _asker(reference, conventions, [toys.gene("G", start, end)])
    (question,) = asker.ask(toys.record(100, "A", "C"))
    assert isinstance(question, queries.Question)
    last = end - (conventions is rules.CISPLICEAI)
    low, high = 100 - REACH - CONTEXT, question.window.end + CONTEXT
    seen = dna.decode(question.seen.fetcher(reference)(low, high))
    expected = "".join(
        SEQUENCE[i].upper() if start <= i < last else "N" for i in range(low, high)
    )
    assert seen == expected


def test_genes_whose_ends_are_out_of_sight_share_what_is_seen(
    reference: fasta.Reference,
) -> None:
    annotation = [toys.gene("A", 20, 180), toys.gene("B", 10, 170), GENES[0]]
    asker = _asker(reference, annotation=annotation)
    asked = [
        each
        for each in (
            *asker.ask(toys.record(100, "A", "C")),
            *asker.ask(toys.record(28, "A", "C", "G")),
        )
        if isinstance(each, queries.Question)
    ]
    names = [each.gene.name if each.gene else "" for each in asked]
    assert names == ["A", "B", "A", "B", "LEFT", "A", "B", "LEFT"]
    firsts, kinds = queries.distinct(asked)
    # In the middle one pass serves both; near their ends each has its own.
    assert kinds == [0, 0, 1, 2, 3, 4, 5, 6]
    assert [kinds[first] for first in firsts] == sorted(set(kinds))
    for question, kind in zip(asked, kinds, strict=True):
        like = asked[firsts[kind]]
        assert (question.seen, question.window) == (like.seen, like.window)


def test_nothing_asked_is_nothing_distinct() -> None:
    assert queries.distinct([]) == ([], [])
    assert np.array_equal(dna.encode(""), [])
