"""Profiles of a variant: one of a gene, and their further changes."""

import dataclasses

import numpy as np
import pytest

from support import builders
from support import models as toys
from twinsplice import errors
from twinsplice.effect import deltas
from twinsplice.genome import coordinates
from twinsplice.io import fasta
from twinsplice.scoring import pipeline
from twinsplice.scoring.one_variant import variant_answers, variant_profiles

MODEL = toys.model([toys.member(1), toys.member(2)])
SNV = toys.record(40, "A", "G")


@pytest.fixture(scope="module")
def scorer(reference: fasta.Reference) -> pipeline.Scorer:
    return toys.scorer(MODEL, reference, builders.GENES)


def test_one_gene_can_be_named(scorer: pipeline.Scorer) -> None:
    profiles = variant_answers.of(scorer, [SNV])
    (kept,) = variant_profiles.named(profiles, "id.wide")
    assert kept.strand is coordinates.Strand.MINUS
    with pytest.raises(errors.InputError, match=r"lies in .*LEFT"):
        variant_profiles.named(profiles, "RIGHT")


def test_further_changes_are_those_of_the_profiles(scorer: pipeline.Scorer) -> None:
    profile = variant_answers.of(scorer, [SNV])[0]
    width = profile.ref_profile.shape[1]
    low, high = (np.full((2, width), size, np.float32) for size in (0.1, 0.1))
    donor, acceptor = deltas.Site.DONOR, deltas.Site.ACCEPTOR
    for site, column, size in ((donor, 3, 0.9), (donor, 5, 0.5), (acceptor, 7, 0.35)):
        high[site, column] = size
    low[donor, 9] = 0.6
    gene = profile.gene
    assert gene is not None
    annotated = np.array([profile.start + 5])
    made = dataclasses.replace(
        profile,
        ref_profile=low,
        alt_profile=high,
        gene=dataclasses.replace(gene, donors=annotated),
        changes=tuple(
            variant_profiles.Change(kind=kind, size=size, position=profile.start + at)
            for kind, size, at in zip(
                deltas.SITE_KINDS, (0.0, 0.0, 0.3, 0.5), (0, 0, 3, 9), strict=True
            )
        ),
    )
    (kind,) = {kind for kind in deltas.SITE_KINDS if kind.label == "DG"}
    # No larger than the largest as reported; of acceptors the largest is too small.
    change = variant_profiles.Change(kind=kind, size=0.3, position=profile.start + 5)
    assert made.further(0.2) == (change,)
    assert made.further(0.31) == ()
    assert dataclasses.replace(made, masked=True).further(0.2) == ()
    else_where = dataclasses.replace(gene, donors=annotated + 1)
    masked = dataclasses.replace(made, masked=True, gene=else_where)
    assert masked.further(0.2) == (change,)
