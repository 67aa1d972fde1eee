"""From records to results: names, reasons and numbers of every row of a batch."""

import pathlib
from collections.abc import Iterator

import numpy as np
import polars as pl
import polars.testing as polars_testing
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support import models as toys
from support import outcomes
from twinsplice.effect import queries, results, rules
from twinsplice.genome import variants
from twinsplice.io import fasta, tables
from twinsplice.io.vcf import score_fields, vcf
from twinsplice.scoring import pipeline

MODEL = toys.model([toys.member(5)], "cispliceai")
LENGTH = 400
# In the file the contigs stand in another order than in most VCFs.
CONTIGS = {
    name: "".join(np.random.default_rng(seed).choice(list("ACGT"), LENGTH))
    for seed, name in enumerate(("2", "10", "1"))
}
GENES = [
    toys.gene("P", 50, 300, left=[120], right=[180], contig="1"),
    toys.gene("Q", 40, 250, "-", left=[130], right=[200], contig="1"),
    toys.gene("R", 50, 350, contig="10"),
    toys.gene("S", 100, 200, "-", contig="2"),
]
RULES = {
    each.name: each for each in (rules.TWINSPLICE, rules.SPLICEAI, rules.CISPLICEAI)
}


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Iterator[fasta.Reference]:
    path: pathlib.Path = tmp_path_factory.mktemp("genome") / "x.fa"
    with fasta.Reference.open(toys.write_fasta(path, CONTIGS)) as opened:
        yield opened


def _scorer(
    reference: fasta.Reference,
    conventions: rules.Rules = rules.TWINSPLICE,
    *,
    mask: bool = False,
    intergenic: bool = False,
) -> pipeline.Scorer:
    return toys.scorer(
        MODEL, reference, GENES, conventions, mask=mask, intergenic=intergenic
    )


def _other(base: str) -> str:
    return {"A": "C", "C": "G", "G": "T", "T": "A"}[base]


@st.composite
def records(draw: st.DrawFn) -> tuple[str, int, str, list[str]]:
    """Contig, position, REF and ALTs: in genes and outside, scored and refused."""
    contig = draw(st.sampled_from([*CONTIGS, "1", "X"]))
    position = draw(st.integers(45, 355))
    sequence = CONTIGS.get(contig, CONTIGS["1"])
    ref = sequence[position : position + draw(st.sampled_from([1, 1, 2, 4]))]
    some = [
        _other(ref[0]),
        _other(ref[0]) + ref[1:],
        ref[0] + "GTAA",
        ref[:1] + "T" + ref[1:],
        "<DEL>",
    ]
    alts = draw(st.lists(st.sampled_from(some), max_size=3, unique=True))
    if not draw(st.integers(0, 7)):
        ref = _other(ref[0])
    return contig, position, ref, [alt for alt in alts if alt != ref]


def _frame(records: list[vcf.Record], found: results.Results) -> pl.DataFrame:
    kinds = found.predictions.kinds
    columns = score_fields.columns(records, found)
    return tables.as_frame(columns, score_fields.schema(kinds))


@pytest.mark.parametrize("name", list(RULES))
@settings(max_examples=20)
@given(
    written=st.lists(records(), min_size=1, max_size=6),
    intergenic=st.booleans(),
    mask=st.booleans(),
)
def test_a_batch_has_the_rows_of_each_record_alone(
    reference: fasta.Reference,
    name: str,
    written: list[tuple[str, int, str, list[str]]],
    *,
    intergenic: bool,
    mask: bool,
) -> None:
    """Whatever the order of contigs, and whatever lies in genes."""
    scorer = _scorer(reference, RULES[name], mask=mask, intergenic=intergenic)
    asked = [toys.record(at, ref, *alts, contig=c) for c, at, ref, alts in written]
    found = scorer.score(asked)
    together = outcomes.unpack(found, len(asked))
    tabled = _frame(asked, found)
    first = 0
    for record, of_record in zip(asked, together, strict=True):
        (alone,) = outcomes.score(scorer, [record])
        for one, two in zip(of_record, alone, strict=True):
            _check_same(one, two)
        rows = tabled.slice(first, len(of_record))
        first += len(of_record)
        expected = _frame([record], scorer.score([record]))
        # Of changes as good as equal another place may be the largest.
        sizes = ("chrom", "pos", "gene", "alt", "DS_AG", "DS_DL", "skip_reason")
        polars_testing.assert_frame_equal(
            rows.select(sizes), expected.select(sizes), rel_tol=0, abs_tol=1e-5
        )
    assert first == len(tabled)


def _check_same(one: outcomes.Outcome, two: outcomes.Outcome) -> None:
    if isinstance(one, outcomes.Skipped):
        assert one == two
        return
    assert isinstance(two, outcomes.Scored)
    names = ("alt", "gene", "gene_id", "strand", "start", "origin", "kinds")
    for name in names:
        assert getattr(one, name) == getattr(two, name)
    sizes = [[change.size for change in each.changes] for each in (one, two)]
    assert sizes[0] == pytest.approx(sizes[1], abs=1e-5)


def test_rows_are_named_after_genes_and_strands(reference: fasta.Reference) -> None:
    asked = [
        toys.record(150, CONTIGS["1"][150], _other(CONTIGS["1"][150]), "<DEL>"),
        toys.record(380, CONTIGS["1"][380], _other(CONTIGS["1"][380])),
        toys.record(60, CONTIGS["1"][60]),
    ]
    found = _scorer(reference, intergenic=True).score(asked)
    assert found.record.tolist() == [0, 0, 0, 1, 1, 2]
    assert found.gene == ["P", "Q", "", "+", "-", ""]
    assert found.gene_id == ["id.P", "id.Q", "", "+", "-", ""]
    assert found.minus[:2].tolist() == [False, True]
    assert found.minus[3:5].tolist() == [False, True]
    reasons = [None, None, variants.SkipReason.SYMBOLIC, None, None]
    assert found.reason == [*reasons, variants.SkipReason.NO_ALT]
    assert found.scored.tolist() == [0, 1, -1, 2, 3, -1]
    assert len(found) == 6
    assert len(found.predictions) == 4
    assert found.origin.tolist() == [150, 150, 380, 380]


def test_no_records_are_no_results(reference: fasta.Reference) -> None:
    found = _scorer(reference).score([])
    assert len(found) == len(found.predictions) == 0
    assert list(found.by_record(0)) == []


@pytest.mark.parametrize("name", list(RULES))
def test_sizes_are_as_the_rules_report_them(
    reference: fasta.Reference, name: str
) -> None:
    text = CONTIGS["1"]
    asked = [toys.record(at, text[at], _other(text[at])) for at in range(60, 290, 7)]
    for mask in (False, True):
        scorer = _scorer(reference, RULES[name], mask=mask)
        built = scorer.builder.build(asked)
        raw = scorer.predictor.predict(built.queries)
        found = scorer.score(asked).predictions
        expected = RULES[name].finish(raw, built.boundary)
        np.testing.assert_array_equal(found.column, expected.column)
        np.testing.assert_allclose(found.size, expected.size, atol=1e-6)
        masking = built.queries.masking is not queries.Masking.NONE
        assert masking == (mask and name != rules.SPLICEAI.name)
        assert (built.boundary is not None) == (mask and name == rules.SPLICEAI.name)


# The specification names them; each stands for the first of these by the alphabet.
AMBIGUOUS = dict(
    zip(
        "RYKMSWBDHV",
        ("AG", "CT", "GT", "AC", "CG", "AT", "CGT", "AGT", "ACT", "ACG"),
        strict=True,
    )
)


@settings(max_examples=6)
@given(
    ambiguous=st.lists(
        st.tuples(st.integers(60, 240), st.sampled_from("RYKMSWBDHVrykmswbdhv")),
        min_size=1,
        max_size=12,
        unique_by=lambda place: place[0],
    )
)
def test_a_reference_of_ambiguous_bases_scores_as_its_first_bases(
    tmp_path_factory: pytest.TempPathFactory, ambiguous: list[tuple[int, str]]
) -> None:
    """VCF 4.3, section 1.6.1; official programs refuse them."""
    folder: pathlib.Path = tmp_path_factory.mktemp("ambiguous")
    first, written = list(CONTIGS["1"]), list(CONTIGS["1"])
    for at, code in ambiguous:
        first[at], written[at] = AMBIGUOUS[code.upper()][0], code
    text = "".join(first)
    asked = [toys.record(at, text[at], _other(text[at])) for at, _ in ambiguous]
    asked += [toys.record(at, text[at : at + 3], text[at]) for at, _ in ambiguous]
    asked += [
        toys.record(at, AMBIGUOUS[code.upper()][1], "ACGT") for at, code in ambiguous
    ]
    plain, coded = (
        fasta.Reference.open(toys.write_fasta(folder / name, {"1": "".join(letters)}))
        for name, letters in (("plain.fa", first), ("coded.fa", written))
    )
    with plain, coded:
        expected, found = (_scorer(each).score(asked) for each in (plain, coded))
        official = _scorer(coded, rules.SPLICEAI).score(asked)
    assert found.reason == expected.reason
    assert found.reason.count(None) >= 2 * len(ambiguous)
    assert found.reason[-1] is variants.SkipReason.REF_MISMATCH
    np.testing.assert_array_equal(found.predictions.size, expected.predictions.size)
    np.testing.assert_array_equal(found.position, expected.position)
    assert official.reason[0] is variants.SkipReason.REF_MISMATCH


def test_progress_counts_queries(reference: fasta.Reference) -> None:
    text = CONTIGS["1"]
    asked = [toys.record(at, text[at], _other(text[at])) for at in range(60, 240, 9)]
    calls: list[tuple[int, float | None]] = []
    found = _scorer(reference).score(asked, lambda *call: calls.append(call))
    assert sum(units for units, _ in calls) == len(found.predictions)
    assert calls[-1][1] == pytest.approx(1)
