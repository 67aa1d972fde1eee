"""What a model answers of an allele agrees with its scores."""

import dataclasses

import numpy as np
import pytest

from support import builders
from support import models as toys
from twinsplice import errors
from twinsplice.effect import deltas
from twinsplice.genome import variants
from twinsplice.io import fasta
from twinsplice.io.vcf import vcf
from twinsplice.scoring import pipeline
from twinsplice.scoring.one_variant import variant_answers

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
    profiles = variant_answers.of(scorer, [record])
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
    profiles = variant_answers.of(scorer, [SNV])
    sizes = [profile.largest for profile in profiles]
    assert len(sizes) == 2
    assert sizes == sorted(sizes, reverse=True)


@pytest.mark.parametrize("gene", ["LEFT", "WIDE"])
def test_the_gene_that_the_name_is_of_comes_before_it(
    scorer: pipeline.Scorer, gene: str
) -> None:
    record = dataclasses.replace(SNV, of=("NM_1.1", gene.lower()))
    first, _ = variant_answers.of(scorer, [record])
    assert first.gene is not None
    assert first.gene.name == gene


def test_a_profile_has_the_references_bases(scorer: pipeline.Scorer) -> None:
    profile = variant_answers.of(scorer, [SNV])[0]
    width = profile.ref_profile.shape[1]
    assert width == 41
    assert profile.start == SNV.position - 20
    expected = builders.SEQUENCE[profile.start : profile.start + width].upper()
    assert profile.sequence == expected
    assert profile.contig == "chr1"


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
        variant_answers.of(scorer, records)


def test_deleted_bases_have_no_probability(scorer: pipeline.Scorer) -> None:
    profile = variant_answers.of(scorer, [DELETION])[0]
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
        variant_answers.of(scorer, [record])


def test_many_records_have_the_answers_of_each(scorer: pipeline.Scorer) -> None:
    records = [
        SNV,
        toys.record(40, "C", "G"),
        toys.record(40, "A", "G", "C", "<*>"),
        toys.record(40, "A", "<*>"),
        DELETION,
    ]
    answers = list(variant_answers.each(scorer, records))
    assert [(records.index(each.record), each.alt) for each in answers] == [
        *[(0, "G"), (1, "G"), (2, "G"), (2, "C"), (4, "A")]
    ]
    assert [each.reason for each in answers] == [
        *[None, variants.SkipReason.REF_MISMATCH, None, None, None]
    ]
    for number, alone in ((0, SNV), (2, SNV), (4, DELETION)):
        for one, other in zip(
            answers[number].profiles, variant_answers.of(scorer, [alone]), strict=True
        ):
            assert one.gene is other.gene
            np.testing.assert_allclose(one.alt_profile, other.alt_profile, atol=1e-6)
