"""Scorers of small trained models, and their predictions with profiles."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from support import models as toys
from support import outcomes, trained_models
from twinsplice.base_models import contract
from twinsplice.effect import queries
from twinsplice.engine import devices
from twinsplice.genome import genes
from twinsplice.io import fasta
from twinsplice.io.vcf import vcf
from twinsplice.models import siamese
from twinsplice.predictors import checkpoints, loading, trained
from twinsplice.scoring import pipeline

GENES = [
    toys.gene("PLUS", 100, 500, left=[200], right=[300]),
    toys.gene("MINUS", 90, 610, "-", left=[220], right=[310]),
]
QUERIES = 17
"""Alleles of `trained_models.RECORDS` in genes."""


def predictor(
    model: siamese.SiameseModel,
    card: dict[str, Any] | None = None,
    on: devices.Placement = toys.ON_CPU,
) -> trained.TrainedPredictor:
    checkpoint = checkpoints.Trained(model=model, card=card or {}, sha256="0" * 64)
    return loading.of_trained(checkpoint, "run", on)


def scorer(
    model: siamese.SiameseModel,
    reference: fasta.Reference,
    annotation: Sequence[genes.Gene] = GENES,
    card: dict[str, Any] | None = None,
    *,
    mask: bool = False,
) -> pipeline.Scorer:
    return toys.scorer(
        predictor(model, card),
        reference,
        annotation,
        reach=trained_models.REACH,
        mask=mask,
    )


def asked_of(scorer: pipeline.Scorer, records: Sequence[vcf.Record]) -> queries.Queries:
    return scorer.builder.build(records).queries


def compared(
    predictor: contract.Predictor, asked: queries.Queries
) -> tuple[queries.Predictions, np.ndarray, np.ndarray]:
    """Predictions with the profiles of both sequences."""
    found = predictor.predict(asked, profiles=True)
    assert found.ref_profile is not None
    assert found.alt_profile is not None
    return found, found.ref_profile, found.alt_profile


def turned(values: np.ndarray, asked: queries.Queries) -> np.ndarray:
    """Columns in the direction of reading as columns of the plus strand, or back."""
    turned = values.copy()
    turned[asked.minus] = values[asked.minus][:, :, ::-1]
    return turned


def scored(
    scorer: pipeline.Scorer, records: Sequence[vcf.Record]
) -> list[outcomes.Scored]:
    found = [each for of_one in outcomes.score(scorer, records) for each in of_one]
    return [each for each in found if isinstance(each, outcomes.Scored)]
