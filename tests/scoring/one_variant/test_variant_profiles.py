"""Profiles of a variant agree with its scores."""

import dataclasses

import numpy as np
import pytest

from support import builders
from support import models as toys
from twinsplice import errors
from twinsplice.effect import deltas
from twinsplice.genome import coordinates, variants
from twinsplice.io import fasta
from twinsplice.io.vcf import vcf
from twinsplice.scoring import pipeline
from twinsplice.scoring.one_variant import variant_profiles

MODEL = toys.model([toys.member(1), toys.member(2)])
SNV = toys.record(40, "A", "G")
DELETION = toys.record(160, "ACG", "A")


@pytest.fixture(scope="module")
def scorer(reference: fasta.Reference) -> pipeline.Scorer:
    return toys.scorer(MODEL, reference, builders.GENES)


@pytest.mark.parametrize("record", [SNV, DELETION])
def test_changes_are_those_of_score_and_of_the_profiles(
    record: vcf.Record, scorer: pipeline.Scorer
) -> None:
    chunk = scorer.score([record])
    profiles = variant_profiles.of(scorer, [record])
    assert len(profiles) == len(chunk)
    genes = [profile.gene.name for profile in profiles if profile.gene]
    for profile in profiles:
        assert profile.gene is not None
        row = chunk.gene.index(profile.gene.name)
        assert [change.size for change in profile.changes] == pytest.approx(
            chunk.predictions.size[chunk.scored[row]], abs=1e-6
        )
        delta = profile.alt_profile - profile.ref_profile
        for change in profile.changes:
            site = deltas.Site.DONOR in change.kind.sites
            value = delta[int(site), change.position - profile.start]
            sign = 1 if change.kind.gain else -1
            assert sign * value == pytest.approx(change.size, abs=1e-6)
    assert sorted(genes) == sorted(chunk.gene)


def test_the_gene_of_the_largest_change_comes_first(scorer: pipeline.Scorer) -> None:
    profiles = variant_profiles.of(scorer, [SNV])
    sizes = [profile.largest for profile in profiles]
    assert len(sizes) == 2
    assert sizes == sorted(sizes, reverse=True)


@pytest.mark.parametrize("gene", ["LEFT", "WIDE"])
def test_the_gene_that_the_name_is_of_comes_before_it(
    scorer: pipeline.Scorer, gene: str
) -> None:
    record = dataclasses.replace(SNV, of=("NM_1.1", gene.lower()))
    first, _ = variant_profiles.of(scorer, [record])
    assert first.gene is not None
    assert first.gene.name == gene


def test_a_profile_has_the_references_bases(scorer: pipeline.Scorer) -> None:
    profile = variant_profiles.of(scorer, [SNV])[0]
    width = profile.ref_profile.shape[1]
    assert width == 41
    assert profile.start == SNV.position - 20
    expected = builders.SEQUENCE[profile.start : profile.start + width].upper()
    assert profile.sequence == expected
    assert profile.contig == "chr1"


def test_one_gene_can_be_named(scorer: pipeline.Scorer) -> None:
    profiles = variant_profiles.of(scorer, [SNV])
    (kept,) = variant_profiles.named(profiles, "id.wide")
    assert kept.strand is coordinates.Strand.MINUS
    with pytest.raises(errors.InputError, match=r"lies in .*LEFT"):
        variant_profiles.named(profiles, "RIGHT")


@pytest.mark.parametrize(
    ("records", "words"),
    [
        ([toys.record(40, "C", "G")], "1-41-C-G: ref mismatch"),
        ([toys.record(194, "G", "A")], "outside genes"),
        ([toys.record(40, "A", "G", "C")], "one variant; got 2"),
        ([], "one variant; got 0"),
    ],
)
def test_what_has_no_profile_is_refused(
    records: list[vcf.Record], words: str, scorer: pipeline.Scorer
) -> None:
    with pytest.raises(errors.InputError, match=words):
        variant_profiles.of(scorer, records)


def test_deleted_bases_have_no_probability(scorer: pipeline.Scorer) -> None:
    profile = variant_profiles.of(scorer, [DELETION])[0]
    deleted = slice(161 - profile.start, 163 - profile.start)
    assert not np.any(profile.alt_profile[:, deleted])


@pytest.mark.parametrize(
    ("record", "words"),
    [
        (toys.record(40, builders.SEQUENCE[40:100].upper(), "A"), r"\(-d\) 30 or"),
        (toys.record(40, "A", "G" * 5_001), "check the variant"),
        (toys.record(194, "G", "A"), "give --intergenic"),
    ],
)
def test_what_helps_is_said(
    record: vcf.Record, words: str, scorer: pipeline.Scorer
) -> None:
    with pytest.raises(errors.InputError, match=words):
        variant_profiles.of(scorer, [record])


def test_further_changes_are_those_of_the_profiles(scorer: pipeline.Scorer) -> None:
    profile = variant_profiles.of(scorer, [SNV])[0]
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


def test_many_records_have_the_answers_of_each(scorer: pipeline.Scorer) -> None:
    records = [
        SNV,
        toys.record(40, "C", "G"),
        toys.record(40, "A", "G", "C", "<*>"),
        toys.record(40, "A", "<*>"),
        DELETION,
    ]
    answers = list(variant_profiles.each(scorer, records))
    assert [(records.index(each.record), each.alt) for each in answers] == [
        *[(0, "G"), (1, "G"), (2, "G"), (2, "C"), (4, "A")]
    ]
    assert [each.reason for each in answers] == [
        *[None, variants.SkipReason.REF_MISMATCH, None, None, None]
    ]
    for number, alone in ((0, SNV), (2, SNV), (4, DELETION)):
        for one, other in zip(
            answers[number].profiles, variant_profiles.of(scorer, [alone]), strict=True
        ):
            assert one.gene is other.gene
            np.testing.assert_allclose(one.alt_profile, other.alt_profile, atol=1e-6)
