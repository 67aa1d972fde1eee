"""Scores of what lies at the limits: long insertions, and chunks without a score."""

import pathlib

import numpy as np
import pytest

from support import (
    agreement,
    outcomes,
    problems,
    reference_rules,
    reference_scorer,
    strategies,
    trained_models,
)
from support import models as toys
from twinsplice.effect import deltas
from twinsplice.genome import variants
from twinsplice.io import fasta
from twinsplice.predictors import checkpoints, loading

SEQUENCE = strategies.sequence_of(5, 900).upper().replace("N", "C")
GENES = [
    toys.gene("PLUS", 100, 800, left=[200], right=[300]),
    toys.gene("MINUS", 90, 790, "-", left=[220], right=[310]),
]


@pytest.mark.parametrize("length", [40, 700, 1_500])
def test_long_insertions_are_scored_as_by_a_naive_scorer(
    tmp_path: pathlib.Path, length: int
) -> None:
    alt = "".join(np.random.default_rng(length).choice(list("ACGT"), length))
    problem = problems.Problem(
        contigs={"1": SEQUENCE},
        genes=GENES,
        rules=reference_rules.TWINSPLICE,
        reach=15,
        mask=False,
        intergenic=False,
    )
    naive = reference_scorer.Naive(
        problem,
        strategies.PLAIN[id(strategies.MODEL)],
        strategies.MODEL.context,
        deltas.SITE_KINDS,
    )
    records = [
        toys.record(at, SEQUENCE[at], SEQUENCE[at] + alt) for at in (120, 400, 700)
    ]
    path = toys.write_fasta(tmp_path / "x.fa", {"1": SEQUENCE})
    with fasta.Reference.open(path) as reference:
        scorer = toys.scorer(strategies.MODEL, reference, GENES, reach=15)
        found = outcomes.score(scorer, records)
    for record, of_record in zip(records, found, strict=True):
        agreement.check(of_record, record, naive.answer(record))


@pytest.mark.parametrize("card", sorted(trained_models.CARDS))
def test_a_chunk_without_any_score_has_its_reasons(
    tmp_path: pathlib.Path, card: str
) -> None:
    checkpoint = checkpoints.Trained(
        model=trained_models.paired_model(),
        card={"calibration": trained_models.CARDS[card]},
        sha256="0",
    )
    predictor = loading.of_trained(checkpoint, "run", toys.ON_CPU)
    path = toys.write_fasta(tmp_path / "x.fa", {"1": SEQUENCE})
    wrong = "ACGT"["ACGT".index(SEQUENCE[400]) - 1]
    with fasta.Reference.open(path) as reference:
        scorer = toys.scorer(predictor, reference, GENES)
        assert outcomes.score(scorer, []) == []
        (found,) = outcomes.score(scorer, [toys.record(400, wrong, SEQUENCE[400])])
    reason = variants.SkipReason.REF_MISMATCH
    assert found == [outcomes.Skipped(alt=SEQUENCE[400], gene="", reason=reason)]
