"""Constructs without coordinates: scores that follow by reasoning."""

import dataclasses
import pathlib
from collections.abc import Sequence

import numpy as np
import pytest

from support import labels as labelled_input
from support import models as toys
from support import trained_models
from twinsplice.evaluation import benchmark_cases, benchmark_scores
from twinsplice.genome import regions
from twinsplice.io.labels import labelled
from twinsplice.predictors import checkpoints, loading
from twinsplice.scoring import assembly


def _row(ref_seq: str, alt_seq: str) -> labelled.Labelled:
    return labelled.Labelled(
        name="c",
        contig="",
        position=None,
        ref="",
        alt=None,
        altered=True,
        value=0.5,
        group="c",
        ref_seq=ref_seq,
        alt_seq=alt_seq,
    )


def _in_constructs(
    rows: Sequence[labelled.Labelled], distance: int | None = None
) -> list[benchmark_scores.Answer]:
    predictor = toys.motif_model().predictor(toys.ON_CPU)
    return benchmark_scores.in_constructs(predictor, rows, distance)


def test_a_construct_is_searched_from_end_to_end() -> None:
    # The base before GT is a donor.
    ref = "CCCCCGTCCCCCCCCCCCCCC"
    lost = ref[:5] + "A" + ref[6:]
    made = ref[:15] + "GT" + ref[17:]
    inserted = ref[:10] + "GT" + ref[10:]
    deleted = ref[:5] + ref[7:]
    found = _in_constructs(
        [_row(ref, each) for each in (lost, made, inserted, deleted)]
    )
    sure = pytest.approx(toys.MOTIF_PROBABILITY, abs=1e-4)
    for each, sign in zip(found, (-1, 1, 1, -1), strict=True):
        assert isinstance(each, benchmark_scores.Score)
        assert each.size == sure
        assert each.signed == sign * each.size


def test_distance_bounds_the_search_in_a_construct() -> None:
    rows = [_row("C" * 12 + "A" + "C" * 12, "C" * 12 + "G" + "C" * 12)]
    rows += [_row("CCCCCGTCCCCC", "CCCCCGTACCCC")]
    for found in (_in_constructs(rows, 1), _in_constructs(rows)):
        for each in found:
            assert isinstance(each, benchmark_scores.Score)
            assert each.size == pytest.approx(0, abs=1e-4)


def test_exon_inclusion_asks_for_the_exons_own_sites() -> None:
    # AG ends at 5 and GT begins at 15, so that the exon is 5 to 15; GT at 24 is none
    # of its sites, and what the last row makes is a gain.
    ref = "CCCAGCCCCCCCCCCGTCCCCCCCGTCCCC"
    acceptor = ref[:3] + "C" + ref[4:]
    donor = ref[:15] + "C" + ref[16:]
    other = ref[:24] + "C" + ref[25:]
    made = ref[:19] + "GT" + ref[21:]
    rows = [
        dataclasses.replace(_row(ref, alt), exon=(5, 15))
        for alt in (acceptor, donor, other, made)
    ]
    sure = pytest.approx(toys.MOTIF_PROBABILITY, abs=1e-4)
    nothing = pytest.approx(0, abs=1e-4)
    half = pytest.approx(toys.MOTIF_PROBABILITY / 2, abs=1e-4)
    found = _in_constructs(rows)
    derived = benchmark_scores.inclusions(found)
    assert derived is not None
    for each, inclusion, loss, mean, sign in zip(
        found,
        derived,
        (sure, sure, nothing, nothing),
        (sure, sure, half, half),
        (-1, -1, -1, 1),
        strict=True,
    ):
        assert isinstance(each, benchmark_scores.Score)
        assert isinstance(inclusion, benchmark_scores.Score)
        assert each.size == sure
        assert each.exon_loss == loss
        assert inclusion.size == mean
        assert inclusion.signed == sign * inclusion.size
    # Without bounds of the exon, or with none in reach, there is no such score.
    assert benchmark_scores.inclusions(_in_constructs([_row(ref, donor)])) is None
    assert benchmark_scores.inclusions(_in_constructs(rows[2:3], 2)) is None
    mixed = benchmark_scores.inclusions(["odd", *found])
    assert mixed == ["odd", *derived]


def test_pairs_without_a_change_to_score_have_reasons() -> None:
    rows = [
        _row("", ""),
        _row("ACGT", "ACGT"),
        _row("ACGT", "ANGT"),
        _row("CGT", "CCT"),
    ]
    found = _in_constructs(rows)
    assert found[:3] == ["no_sequences", "no_alt_allele", "non_acgt_allele"]
    assert isinstance(found[3], benchmark_scores.Score)


def test_a_trained_model_scores_constructs_in_any_company() -> None:
    trained = checkpoints.Trained(
        model=trained_models.paired_model(), card={}, sha256="0"
    )
    model = loading.of_trained(trained, "run", toys.ON_CPU)
    rows = [
        _row(
            labelled_input.BASES[:at],
            labelled_input.BASES[: at // 2]
            + "AC"
            + labelled_input.BASES[at // 2 + 1 : at],
        )
        for at in (40, 61, 90)
    ]
    together = benchmark_scores.sizes(benchmark_scores.in_constructs(model, rows))
    alone = [
        benchmark_scores.sizes(benchmark_scores.in_constructs(model, [row]))[:, 0]
        for row in rows
    ]
    np.testing.assert_allclose(together.T, alone, atol=1e-5)
    assert (together[0] > 0).all()


def test_a_variant_in_the_genome_scores_the_same_in_any_company(
    folder: pathlib.Path,
) -> None:
    # On two contigs in turn, in genes of either strand, and some outside them.
    rows = [
        labelled.Labelled(
            name=f"{contig}.{at}",
            contig=contig,
            position=at,
            ref=labelled_input.BASES[at],
            alt="CGTA"["ACGT".index(labelled_input.BASES[at])],
            altered=True,
            value=0.5,
            group="c",
        )
        for at in (95, 130, 250, 320, 605, 650)
        for contig in ("2", "1")
    ]
    options = assembly.Options(
        reference=folder / "x.fa", annotation=str(folder / "genes.tsv")
    )
    predictor = labelled_input.MODEL.predictor(toys.ON_CPU)
    together = benchmark_scores.native(predictor, options, rows)
    alone = [benchmark_scores.native(predictor, options, [row])[0] for row in rows]
    scored = benchmark_scores.scored(together)
    assert 6 < scored.sum() < len(rows)
    reasons = [each for each in together if isinstance(each, str)]
    assert reasons == [each for each in alone if isinstance(each, str)]
    np.testing.assert_allclose(
        benchmark_scores.sizes(together), benchmark_scores.sizes(alone), atol=1e-5
    )
    assert len(set(benchmark_scores.sizes(together)[0][scored].round(4))) > 4


@pytest.mark.parametrize(
    ("change", "distance"),
    [
        ((30, "G", "A"), 0),
        ((31, "G", "A"), 1),
        ((29, "G", "A"), 1),
        ((39, "G", "A"), 0),
        ((41, "G", "A"), 2),
        ((10, "G", "A"), 20),
        ((28, "GGG", "A"), 0),
        # An insertion touches the bases beside it.
        ((40, "", "A"), 0),
        ((41, "", "A"), 1),
        ((35, "", "A"), 4),
    ],
)
def test_distance_is_to_the_exons_nearer_end(
    change: tuple[int, str, str], distance: int
) -> None:
    at, ref, alt = change
    sequence = "G" * 60
    row = dataclasses.replace(
        _row(sequence, sequence[:at] + alt + sequence[at + len(ref) :]), exon=(30, 40)
    )
    assert benchmark_cases.distance(row) == distance
    assert (
        benchmark_cases.distance(dataclasses.replace(row, exon=None)) == regions.NO_SITE
    )
    lacking = dataclasses.replace(row, ref_seq="")
    assert benchmark_cases.distance(lacking) == regions.NO_SITE
