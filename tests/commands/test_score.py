"""`score`: the whole pipeline, against a second one; and its laws.

The second implementation (`reference_scorer.Naive`) builds both sequences of every
allele and gene as strings and runs plain networks over each.
"""

import dataclasses
import math
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support import (
    agreement,
    outcomes,
    problems,
    reference_rules,
    reference_scorer,
    strategies,
)
from support import models as toys
from twinsplice.genome import genes
from twinsplice.io.vcf import vcf

slow = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


# The second implementation.


@pytest.mark.parametrize("name", list(strategies.CONVENTIONS))
@slow
@given(data=st.data())
def test_scores_and_reasons_are_those_of_a_naive_scorer(
    name: str, data: st.DataObject
) -> None:
    problem, written = data.draw(strategies.drawn(name))
    asked = strategies.built(written)
    found = strategies.scored(problem, strategies.MODEL, asked)
    naive = strategies.second(problem, strategies.MODEL)
    for record, said in zip(asked, found, strict=True):
        agreement.check(said, record, naive.answer(record))


@pytest.mark.slow
@settings(slow, max_examples=15)
@given(case=strategies.drawn(reference_rules.TWINSPLICE))
def test_undivided_tracks_are_those_of_a_naive_scorer(
    case: tuple[problems.Problem, list[strategies.Written]],
) -> None:
    problem, asked = case[0], strategies.built(case[1])
    found = strategies.scored(problem, strategies.UNDIVIDED, asked)
    naive = strategies.second(problem, strategies.UNDIVIDED)
    for record, said in zip(asked, found, strict=True):
        agreement.check(said, record, naive.answer(record))


@pytest.mark.slow
@pytest.mark.parametrize("name", list(strategies.CONVENTIONS))
def test_a_context_of_5000_is_bounded_as_the_rules_say(name: str) -> None:
    sequence = strategies.sequence_of(11, 11_000).upper().replace("N", "A")
    alts = "C" if sequence[5_400] != "C" else "G"
    problem = problems.Problem(
        contigs={"1": sequence},
        genes=[toys.gene("FAR", 200, 800), toys.gene("P", 5_500, 9_000, "-")],
        rules=name,
        reach=30,
        mask=False,
        intergenic=True,
    )
    asked = [
        toys.record(5_400, sequence[5_400], alts),
        toys.record(5_401, sequence[5_401:5_405], "A"),
        toys.record(5_402, sequence[5_402], sequence[5_402] + "GTAAGT"),
        toys.record(5_600, sequence[5_600:5_603], sequence[5_600]),
        toys.record(300, sequence[300], sequence[300] + "T"),
    ]
    found = strategies.scored(problem, strategies.DEEP, asked)
    naive = strategies.second(problem, strategies.DEEP)
    for record, said in zip(asked, found, strict=True):
        agreement.check(said, record, naive.answer(record))


# Laws.


@pytest.mark.parametrize("name", list(strategies.CONVENTIONS))
@settings(slow, max_examples=15)
@given(data=st.data())
def test_an_allele_equal_to_ref_changes_nothing(name: str, data: st.DataObject) -> None:
    problem, _ = data.draw(strategies.drawn(name))
    sequence = next(iter(problem.contigs.values()))
    position = data.draw(st.integers(0, len(sequence) - 1))
    width = data.draw(st.integers(1, min(3, len(sequence) - position)))
    ref = sequence[position : position + width].upper()
    if name == reference_rules.CISPLICEAI and _may_hide(
        problem, position, position + width
    ):
        return
    for said in strategies.scored(
        problem, strategies.MODEL, [toys.record(position, ref, ref)]
    )[0]:
        if isinstance(said, outcomes.Scored):
            assert [abs(change.size) for change in said.changes] == pytest.approx(
                [0.0] * 4, abs=1e-5
            )


def _may_hide(problem: problems.Problem, start: int, end: int) -> bool:
    """Whether CI-SpliceAI can take bases of REF for N, though it sees all of ALT."""
    (sequence,) = problem.contigs.values()
    read = end + (end - start) % 2 + problem.reach + strategies.MODEL.context
    cut = any(start < gene.span.end - 1 < end for gene in problem.genes)
    return cut or read > len(sequence)


@settings(slow, max_examples=25)
@given(
    data=st.data(),
    name=st.sampled_from([reference_rules.TWINSPLICE, reference_rules.SPLICEAI]),
)
def test_a_gene_mirrored_to_the_other_strand_gives_mirrored_changes(
    data: st.DataObject, name: str
) -> None:
    problem, _ = data.draw(strategies.drawn(name))
    ((contig, sequence),) = problem.contigs.items()
    sequence = sequence.upper()
    # Ties, and the mask of the nearest boundary, are not symmetric.
    problem = dataclasses.replace(
        problem, mask=problem.mask and name == reference_rules.TWINSPLICE
    )
    there = dataclasses.replace(problem, contigs={contig: sequence})
    back = dataclasses.replace(
        problem,
        contigs={contig: reference_rules.reverse_complement(sequence)},
        genes=[_mirrored(gene, len(sequence)) for gene in problem.genes],
    )
    position = data.draw(st.integers(0, len(sequence) - 1))
    alt = data.draw(st.sampled_from("ACGT"))
    one = toys.record(position, sequence[position], alt)
    two = toys.record(
        len(sequence) - 1 - position,
        reference_rules.reverse_complement(sequence[position]),
        reference_rules.reverse_complement(alt),
    )
    on_minus_strand = strategies.scored(back, strategies.MODEL, [two])[0]
    expected = strategies.second(there, strategies.MODEL).answer(one)[0]
    if isinstance(expected, reference_scorer.Refusal):
        assert {type(each) for each in on_minus_strand} == {outcomes.Skipped}
        return
    scores = [each for each in expected if isinstance(each, reference_scorer.Score)]
    assert len(scores) == len(expected)
    if not there.genes or scores[0].gene == "+":
        scores = scores[::-1]
    for said, score_expected in zip(on_minus_strand, scores, strict=True):
        assert isinstance(said, outcomes.Scored)
        for change, sizes in zip(said.changes, score_expected.sizes, strict=True):
            reversed_sizes = reference_rules.Sizes(sizes.rank[::-1], sizes.size[::-1])
            assert reversed_sizes.agree(change.size, change.column)


def _mirrored(gene: genes.Gene, length: int) -> genes.Gene:
    plus = gene.strand.value == "+"
    return toys.gene(
        gene.name,
        length - gene.span.end,
        length - gene.span.start,
        "-" if plus else "+",
        left=[length - 1 - int(at) for at in (gene.acceptors if plus else gene.donors)],
        right=[
            length - 1 - int(at) for at in (gene.donors if plus else gene.acceptors)
        ],
        contig=gene.span.contig,
    )


@pytest.mark.parametrize("name", list(strategies.CONVENTIONS))
@settings(slow, max_examples=15)
@given(data=st.data())
def test_batching_and_order_change_no_answer(name: str, data: st.DataObject) -> None:
    problem, written = data.draw(strategies.drawn(name))
    asked = strategies.built(written)
    order = data.draw(st.permutations(range(len(asked))))
    shuffled = [asked[i] for i in order]
    cuts = data.draw(st.sets(st.integers(0, len(asked)), max_size=3))
    together = strategies.scored(problem, strategies.MODEL, asked)
    apart = strategies.scored(problem, strategies.MODEL, shuffled, sorted(cuts))
    for i, said in zip(order, apart, strict=True):
        assert len(said) == len(together[i])
        for one, two in zip(said, together[i], strict=True):
            assert _numberless(one) == _numberless(two)
            assert _sizes(one) == pytest.approx(_sizes(two), abs=1e-5)


def _numberless(answer: outcomes.Outcome) -> outcomes.Outcome:
    if isinstance(answer, outcomes.Skipped):
        return answer
    return dataclasses.replace(answer, changes=(), exon_loss=None)


def _sizes(answer: outcomes.Outcome) -> list[float]:
    if isinstance(answer, outcomes.Skipped):
        return []
    loss = -1.0 if answer.exon_loss is None else answer.exon_loss
    loss = -1.0 if math.isnan(loss) else loss
    return [*(change.size for change in answer.changes), loss]


@pytest.mark.parametrize("name", [reference_rules.TWINSPLICE])
@settings(slow, max_examples=25)
@given(data=st.data())
def test_the_way_a_variant_is_written_does_not_change_its_scores(
    name: str, data: st.DataObject
) -> None:
    problem, _ = data.draw(strategies.drawn(name))
    ((contig, sequence),) = problem.contigs.items()
    sequence = sequence.upper().replace("N", "A")
    problem = dataclasses.replace(problem, contigs={contig: sequence}, reach=30)
    position = data.draw(st.integers(0, len(sequence) - 1))
    end = min(position + data.draw(st.integers(1, 4)), len(sequence))
    alt = data.draw(st.text("ACGT", min_size=1, max_size=5))
    low = max(position - data.draw(st.integers(0, 6)), 0)
    high = min(end + data.draw(st.integers(0, 6)), len(sequence))
    one = toys.record(position, sequence[position:end], alt)
    if sequence[position:end] == alt:
        return
    two = toys.record(
        low,
        sequence[low:high].lower(),
        sequence[low:position] + alt + sequence[end:high],
    )
    found = strategies.scored(problem, strategies.MODEL, [one, two])
    for first, second in zip(*found, strict=True):
        if isinstance(first, outcomes.Skipped):
            assert isinstance(second, outcomes.Skipped)
            assert (first.gene, first.reason) == (second.gene, second.reason)
            continue
        assert isinstance(second, outcomes.Scored)
        assert first.gene == second.gene
        for here, there in zip(first.changes, second.changes, strict=True):
            # The same base of the contig, counted from either POS.
            assert first.position(here) == second.position(there)
            shift = two.position - one.position
            assert second.offset(there) == first.offset(here) - shift
            assert here.size == pytest.approx(there.size, abs=1e-5)


# Known answers, from a network that knows GT and AG.


EMPTY = "C" * 200


def _motif_scores(
    sequence: str,
    record: vcf.Record,
    strand: str = "+",
    *,
    mask: bool = False,
    left: Sequence[int] = (),
    right: Sequence[int] = (),
) -> dict[str, tuple[float, int]]:
    """The scores of a record that are not 0, with their offsets."""
    gene = toys.gene("G", 0, len(sequence), strand, left=left, right=right)
    problem = problems.Problem(
        contigs={"1": sequence},
        genes=[gene],
        rules=reference_rules.TWINSPLICE,
        reach=20,
        mask=mask,
        intergenic=False,
    )
    (said,) = strategies.scored(problem, toys.motif_model(), [record])[0]
    assert isinstance(said, outcomes.Scored)
    return {
        kind.label: (round(change.size, 6), said.offset(change))
        for kind, change in zip(said.kinds, said.changes, strict=True)
        if change.size > 1e-6
    }


def _with(sequence: str, position: int, motif: str) -> str:
    return sequence[:position] + motif + sequence[position + len(motif) :]


@pytest.mark.parametrize(
    ("sequence", "record", "strand", "expected"),
    [
        # A donor is the base before GT, an acceptor the base after AG.
        (_with(EMPTY, 90, "GC"), toys.record(91, "C", "T"), "+", {"DG": -2}),
        (_with(EMPTY, 90, "GT"), toys.record(91, "T", "C"), "+", {"DL": -2}),
        (_with(EMPTY, 90, "AG"), toys.record(90, "A", "C"), "+", {"AL": 2}),
        # On the minus strand GT is AC, and before is behind.
        (_with(EMPTY, 90, "AC"), toys.record(90, "A", "G"), "-", {"DL": 2}),
        (_with(EMPTY, 90, "CC"), toys.record(90, "C", "A"), "-", {"DG": 2}),
        # A site made inside an insertion is seen at the base it was put behind; the
        # second can be shifted by a base.
        (EMPTY, toys.record(90, "C", "CAAGTA"), "+", {"AG": 0, "DG": 0}),
        (EMPTY, toys.record(90, "C", "CCGTC"), "+", {"DG": -1}),
        # a lost one where it was; what merely moves along neither gains nor loses.
        (
            _with(EMPTY, 90, "AGTC"),
            toys.record(90, "AGT", "A"),
            "+",
            {"AL": 2, "DL": 0},
        ),
        (_with(EMPTY, 95, "GT"), toys.record(90, "CCC", "C"), "+", {}),
        (_with(EMPTY, 85, "GT"), toys.record(90, "C", "CAA"), "+", {}),
        # Two letters changed at once.
        (EMPTY, toys.record(90, "CC", "GT"), "+", {"DG": -1}),
        (EMPTY, toys.record(90, "CCC", "AGC"), "+", {"AG": 2}),
    ],
)
def test_answers_that_follow_by_reasoning(
    sequence: str, record: vcf.Record, strand: str, expected: dict[str, int]
) -> None:
    found = _motif_scores(sequence, record, strand)
    sizes = {label: size for label, (size, _) in found.items()}
    assert sizes == dict.fromkeys(expected, toys.MOTIF_PROBABILITY)
    assert {label: offset for label, (_, offset) in found.items()} == expected


def test_a_mask_leaves_what_it_must() -> None:
    # The record destroys the donor at 89 and makes another at 91.
    sequence = _with(EMPTY, 90, "GTCT")
    record = toys.record(90, "GTC", "CCG")
    both = {"DG": (0.9, 1), "DL": (0.9, -1)}
    assert _motif_scores(sequence, record) == both
    known = _motif_scores(sequence, record, mask=True, left=[89], right=[150])
    assert known == both
    new = _motif_scores(sequence, record, mask=True, left=[91], right=[150])
    assert new == {}
