"""Trained models as predictors: the engine against full passes, and intervals."""

import dataclasses
import pathlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from support import models as toys
from support import outcomes, trained_models
from twinsplice import errors
from twinsplice.base_models import contract
from twinsplice.effect import known_references, queries
from twinsplice.engine import devices, profiling
from twinsplice.genome import genes
from twinsplice.io import fasta
from twinsplice.io.vcf import vcf
from twinsplice.models import far_stage, siamese
from twinsplice.predictors import checkpoints, loading, score_calibration, trained
from twinsplice.scoring import pipeline
from twinsplice.stats import calibrators
from twinsplice.training import inference

GENES = [
    toys.gene("PLUS", 100, 500, left=[200], right=[300]),
    toys.gene("MINUS", 90, 610, "-", left=[220], right=[310]),
]
QUERIES = 17
"""Alleles of `trained_models.RECORDS` in genes."""


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Any:  # noqa: ANN401
    folder = tmp_path_factory.mktemp("genome")
    path = toys.write_fasta(folder / "x.fa", {"1": trained_models.BASES})
    with fasta.Reference.open(path) as opened:
        yield opened


def _predictor(
    model: siamese.SiameseModel,
    card: dict[str, Any] | None = None,
    on: devices.Placement = toys.ON_CPU,
) -> trained.TrainedPredictor:
    checkpoint = checkpoints.Trained(model=model, card=card or {}, sha256="0" * 64)
    return loading.of_trained(checkpoint, "run", on)


def _scorer(
    model: siamese.SiameseModel,
    reference: fasta.Reference,
    annotation: Sequence[genes.Gene] = GENES,
    card: dict[str, Any] | None = None,
    *,
    mask: bool = False,
) -> pipeline.Scorer:
    predictor = _predictor(model, card)
    return toys.scorer(
        predictor, reference, annotation, reach=trained_models.REACH, mask=mask
    )


def _queries(scorer: pipeline.Scorer, records: Sequence[vcf.Record]) -> queries.Queries:
    return scorer.builder.build(records).queries


def _compared(
    predictor: contract.Predictor, asked: queries.Queries
) -> tuple[queries.Predictions, np.ndarray, np.ndarray]:
    """Predictions with the profiles of both sequences."""
    found = predictor.predict(asked, profiles=True)
    assert found.ref_profile is not None
    assert found.alt_profile is not None
    return found, found.ref_profile, found.alt_profile


def _turned(values: np.ndarray, asked: queries.Queries) -> np.ndarray:
    """Columns in the direction of reading as columns of the plus strand, or back."""
    turned = values.copy()
    turned[asked.minus] = values[asked.minus][:, :, ::-1]
    return turned


def _scored(
    scorer: pipeline.Scorer, records: Sequence[vcf.Record]
) -> list[outcomes.Scored]:
    found = [each for of_one in outcomes.score(scorer, records) for each in of_one]
    return [each for each in found if isinstance(each, outcomes.Scored)]


# The engine, against full passes.


@pytest.mark.parametrize("name", list(trained_models.MODELS))
def test_the_engine_comes_to_what_full_passes_do(
    name: str, reference: fasta.Reference, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = trained_models.MODELS[name]
    # So little memory that there are several runs of the engine.
    little = dataclasses.replace(toys.ON_CPU, memory=20_000)
    predictor = _predictor(model, on=little)
    asked = _queries(_scorer(model, reference), trained_models.RECORDS)
    assert len(asked) == QUERIES
    runs = _counted(monkeypatch)
    _, ref, alt = _compared(predictor, asked)
    assert len(runs) > 1
    pairs = trained_models.pairs_of(asked, model.reach)
    target, _ = inference.deltas(model, pairs)
    target = _turned(np.clip(target, -1, 1), asked)
    np.testing.assert_allclose(alt - ref, target, atol=1e-5)
    assert np.abs(target).max() > 1e-2


def _counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many sequences go through each run of the engine, filled in as it runs."""
    runs: list[int] = []
    run = profiling.run

    def counting(*given: Any) -> Any:  # noqa: ANN401
        runs.append(len(given[2]))
        return run(*given)

    monkeypatch.setattr(profiling, "run", counting)
    return runs


@pytest.mark.parametrize("mask", [False, True])
@pytest.mark.parametrize("name", list(trained_models.MODELS))
def test_numbers_are_those_of_profiles_at_the_change(
    name: str, reference: fasta.Reference, *, mask: bool
) -> None:
    model = trained_models.MODELS[name]
    scorer = _scorer(model, reference, mask=mask)
    asked = _queries(scorer, trained_models.RECORDS)
    found, ref, alt = _compared(scorer.predictor, asked)
    pairs = trained_models.pairs_of(asked, model.reach)
    _, ends = inference.deltas(model, pairs)
    assert (found.low is None) == (ends is None)
    rows = np.arange(len(asked))
    for i, kind in enumerate(found.kinds):
        (track,) = kind.rows
        at = rows, np.full(len(asked), track), found.column[:, i]
        np.testing.assert_allclose(found.ref[:, i], ref[at], atol=1e-6)
        np.testing.assert_allclose(found.alt[:, i], alt[at], atol=1e-6)
        rise = (alt[at] - ref[at]) * (1 if kind.gain else -1)
        size = found.size[:, i]
        hidden = (size == 0) if mask else np.zeros(len(asked), dtype=bool)
        np.testing.assert_allclose(size[~hidden], rise[~hidden], atol=1e-6)
        if ends is None or found.low is None or found.high is None:
            continue
        low, high = (
            _turned(ends[..., end], asked)[at] * (1 if kind.gain else -1)
            for end in ((0, 2) if kind.gain else (2, 0))
        )
        some = size > 0
        for end, quantile, widest in (
            (found.low[:, i], low, np.minimum),
            (found.high[:, i], high, np.maximum),
        ):
            expected = widest(np.clip(quantile, 0, 1) * some, size.clip(0))
            np.testing.assert_allclose(end, expected, atol=1e-5)


def test_reference_probabilities_are_the_models_or_nothing(
    reference: fasta.Reference,
) -> None:
    paired, cnn = (trained_models.MODELS[name] for name in ("paired", "cnn"))
    asked = _queries(_scorer(paired, reference), trained_models.RECORDS)
    pairs = trained_models.pairs_of(asked, paired.reach)
    target = inference.profiles(trained_models.paired_model(), pairs)
    _, ref, _ = _compared(_predictor(paired), asked)
    np.testing.assert_allclose(ref, _turned(target, asked), atol=1e-5)
    asked = _queries(_scorer(cnn, reference), trained_models.RECORDS)
    _, ref, _ = _compared(_predictor(cnn), asked)
    assert not ref.any()


def test_a_deletion_beyond_the_window_leaves_nothing_behind_it(
    reference: fasta.Reference,
) -> None:
    scorer = _scorer(trained_models.paired_model(), reference)
    asked = _queries(scorer, [trained_models.LONG])
    _, _, alt = _compared(scorer.predictor, asked)
    assert len(alt) == 2
    gone = alt[:, :, trained_models.REACH + 1 :]
    np.testing.assert_allclose(gone, 0.0, atol=1e-5)


# Laws.


def test_an_allele_equal_to_ref_changes_nothing_for_certain(
    reference: fasta.Reference,
) -> None:
    card = {"calibration": {"intervals": calibrators.to_json(trained_models.INTERVALS)}}
    scorer = _scorer(trained_models.paired_model(), reference, card=card)
    scored = _scored(scorer, [trained_models.SAME])
    assert len(scored) == 2
    for each in scored:
        sizes = [change.size for change in each.changes]
        assert sizes == pytest.approx([0.0] * 4, abs=1e-5)
        assert each.intervals == tuple((size, size) for size in sizes)


@pytest.mark.parametrize("mask", [False, True])
def test_sizes_stay_within_what_probabilities_allow(
    reference: fasta.Reference, *, mask: bool
) -> None:
    scorer = _scorer(trained_models.paired_model(), reference, mask=mask)
    for each in _scored(scorer, trained_models.RECORDS):
        for kind, change in zip(each.kinds, each.changes, strict=True):
            room = 1 - change.ref if kind.gain else change.ref
            assert 0 <= change.size <= room + 1e-6


def test_a_gene_mirrored_to_the_other_strand_has_the_same_sizes(
    tmp_path: pathlib.Path, reference: fasta.Reference
) -> None:
    back = trained_models.BASES[::-1].translate(str.maketrans("ACGT", "TGCA"))
    at = 240
    there = toys.record(at, trained_models.BASES[at], trained_models.other(at))
    here = toys.record(
        len(trained_models.BASES) - 1 - at,
        back[len(trained_models.BASES) - 1 - at],
        trained_models.other(at).translate(str.maketrans("ACGT", "TGCA")),
    )
    model = trained_models.paired_model()
    span = GENES[0].span
    turned = toys.gene(
        "PLUS",
        len(trained_models.BASES) - span.end,
        len(trained_models.BASES) - span.start,
        "-",
    )
    path = toys.write_fasta(tmp_path / "back.fa", {"1": back})
    with fasta.Reference.open(path) as mirror:
        one = _scored(_scorer(model, reference, GENES[:1]), [there])[0]
        two = _scored(_scorer(model, mirror, [turned]), [here])[0]
    sizes = [[change.size for change in each.changes] for each in (one, two)]
    assert sizes[0] == pytest.approx(sizes[1], abs=1e-5)


@pytest.mark.parametrize("mask", [False, True])
@pytest.mark.parametrize("name", list(trained_models.CARDS))
def test_intervals_hold_their_score_and_stay_within_bounds(
    name: str, reference: fasta.Reference, *, mask: bool
) -> None:
    card = {"calibration": trained_models.CARDS[name]}
    scorer = _scorer(trained_models.paired_model(), reference, card=card, mask=mask)
    widths = []
    for each in _scored(scorer, trained_models.RECORDS):
        assert each.intervals is not None
        for (low, high), change in zip(each.intervals, each.changes, strict=True):
            assert 0 <= low <= change.size <= high <= 1
            widths.append(high - low)
    assert max(widths) > 0.005


def test_what_is_masked_is_not_made_uncertain_by_what_is_hidden(
    reference: fasta.Reference,
) -> None:
    # Nothing is annotated in reach, so every loss is masked, whatever it is.
    scorer = _scorer(trained_models.paired_model(), reference, mask=True)
    record = toys.record(400, trained_models.BASES[400], trained_models.other(400))
    for each in _scored(scorer, [record]):
        assert each.intervals is not None
        for kind, change, ends in zip(
            each.kinds, each.changes, each.intervals, strict=True
        ):
            if not kind.gain:
                assert change.size == 0
                assert ends == (0.0, 0.0)


def test_calibration_maps_sizes_and_leaves_all_else(
    reference: fasta.Reference,
) -> None:
    model = trained_models.paired_model()
    raw = _scored(_scorer(model, reference), trained_models.RECORDS)
    card = {"calibration": trained_models.CARDS["isotonic"]}
    found = _scored(_scorer(model, reference, card=card), trained_models.RECORDS)
    pairs = []
    for one, two in zip(raw, found, strict=True):
        for before, after in zip(one.changes, two.changes, strict=True):
            assert after.column == before.column
            known = (before.ref, before.alt)
            assert (after.ref, after.alt) == pytest.approx(known, abs=1e-5)
            pairs.append((before.size, after.size))
    before, after = np.array(sorted(pairs)).T
    np.testing.assert_allclose(after, trained_models.ISOTONIC.apply(before), atol=1e-5)
    assert (np.diff(after) >= 0).all()


@pytest.mark.parametrize("stage", [None, trained_models.FAR])
def test_rows_that_are_told_their_reference_have_calibrators_of_their_own(
    reference: fasta.Reference, stage: far_stage.FarConfig | None
) -> None:
    other = calibrators.Isotonic(sizes=(0.0, 1.0), values=(0.0, 0.5))
    by_mode = {
        "plain": trained_models.CARDS["isotonic"],
        "anchored": trained_models.CARDS["intervals"]
        | {"isotonic": calibrators.to_json(other)},
    }
    model = trained_models.paired_model(0, stage)
    raw, predictor = _predictor(model), _predictor(model, {"calibration": by_mode})
    asked = _queries(_scorer(model, reference), trained_models.RECORDS)
    told = np.arange(len(asked)) % 3 == 0
    known = known_references.KnownReferences(
        origin=np.where(told, 0, known_references.UNKNOWN),
        ceiling=np.full(len(asked), -3.0, dtype=np.float32),
        query=np.flatnonzero(told),
        column=np.full(int(told.sum()), trained_models.REACH),
        log_odds=np.full((int(told.sum()), 2), 1.0, dtype=np.float32),
    )
    asked = dataclasses.replace(asked, known=known)
    before, found = raw.predict(asked), predictor.predict(asked)
    plain = trained_models.ISOTONIC.apply(np.clip(before.size, 0, 1))
    expected = np.where(told[:, None], other.apply(np.clip(before.size, 0, 1)), plain)
    np.testing.assert_allclose(found.size, expected, atol=1e-6)
    assert np.abs(found.size - plain)[told].max() > 0.01
    for mode, rows in ((known, told), (None, ~told)):
        alone = predictor.predict(dataclasses.replace(asked, known=mode))
        np.testing.assert_allclose(found.size[rows], alone.size[rows], atol=1e-6)
        for one, two in ((found.low, alone.low), (found.high, alone.high)):
            assert one is not None
            assert two is not None
            np.testing.assert_allclose(one[rows], two[rows], atol=1e-6)


def test_intervals_without_quantiles_serve_any_model(
    reference: fasta.Reference,
) -> None:
    plain = dataclasses.replace(trained_models.INTERVALS, quantiles=False)
    card = {"calibration": {"intervals": calibrators.to_json(plain)}}
    for name in ("cnn", "pooled"):
        scorer = _scorer(trained_models.MODELS[name], reference, card=card)
        for each in _scored(scorer, trained_models.RECORDS):
            assert each.intervals is not None
            for (low, high), change in zip(each.intervals, each.changes, strict=True):
                assert 0 <= low <= change.size <= high <= 1
    with pytest.raises(errors.WeightsError, match="quantiles that the model"):
        _predictor(
            trained_models.MODELS["cnn"],
            {
                "calibration": {
                    "intervals": calibrators.to_json(trained_models.INTERVALS)
                }
            },
        )


def test_a_model_without_either_has_no_intervals(reference: fasta.Reference) -> None:
    for each in _scored(
        _scorer(trained_models.MODELS["cnn"], reference), trained_models.RECORDS
    ):
        assert each.intervals is None


def test_scores_of_arrays_are_those_of_the_rules(reference: fasta.Reference) -> None:
    model = trained_models.paired_model()
    scorer = _scorer(model, reference)
    asked = _queries(scorer, trained_models.RECORDS)
    pairs = trained_models.pairs_of(asked, model.reach)
    inferred = inference.infer(model, pairs)
    raw = score_calibration.scores(
        inferred.delta, inferred.reference, inferred.quantiles
    )
    sizes, ends = raw.size, raw.quantiles
    assert ends is not None
    predicted = scorer.predictor.predict(asked)
    np.testing.assert_allclose(predicted.ref, raw.ref, atol=1e-5)
    for i, each in enumerate(_scored(scorer, trained_models.RECORDS)):
        found = [change.size for change in each.changes]
        assert found == pytest.approx(sizes[i], abs=1e-5)
        assert each.intervals is not None
        for kind in range(4):
            if sizes[i, kind] > 1e-4:
                wanted = ends[0][i, kind], ends[1][i, kind]
                assert each.intervals[kind] == pytest.approx(wanted, abs=1e-5)


def test_the_calibrators_of_the_plain_mode_are_applied(
    reference: fasta.Reference,
) -> None:
    model = trained_models.paired_model()
    card = {"calibration": trained_models.CARDS["modes"]}
    scorer = _scorer(model, reference, card=card)
    records = [*trained_models.RECORDS, trained_models.SAME]
    asked = _queries(scorer, records)
    raw, found = (
        each.predict(asked) for each in (_predictor(model), _predictor(model, card))
    )
    sizes = trained_models.ISOTONIC.apply(raw.size.clip(0, 1))
    same = asked.unchanged
    low, high = trained_models.SITE_INTERVALS.apply(sizes, raw.ref)
    probability = trained_models.EXCEEDANCE.apply(raw.size.clip(0, 1).max(axis=1))
    assert found.low is not None
    assert found.high is not None
    assert found.probability is not None
    assert 0 < same.sum() < len(same)
    np.testing.assert_allclose(found.low[~same], low[~same], atol=1e-6)
    np.testing.assert_allclose(found.high[~same], high[~same], atol=1e-6)
    np.testing.assert_allclose(found.probability[~same], probability[~same], atol=1e-6)
    # Between equal sequences nothing is uncertain.
    assert (found.probability[same] == 0).all()
    np.testing.assert_allclose(found.low[same], found.high[same])
    assert raw.probability is None
    sites = raw.ref >= trained_models.SITE_INTERVALS.site_from
    assert 0 < sites.sum() < sites.size


def test_a_masked_change_is_certain_at_zero(reference: fasta.Reference) -> None:
    card = {"calibration": trained_models.CARDS["modes"]}
    scorer = _scorer(trained_models.paired_model(), reference, card=card, mask=True)
    found = scorer.predictor.predict(_queries(scorer, trained_models.RECORDS))
    assert found.low is not None
    assert found.high is not None
    masked = found.size == 0
    assert masked.any()
    assert not found.high[masked].any()
    assert (found.high[~masked] > found.low[~masked]).all()


# The exon-inclusion score, and what it makes likely.

ALTERATION = calibrators.Alteration(slope=0.9, intercept=0.3, prior=0.05)
LABORATORY = {"laboratory": {"alteration": calibrators.to_json(ALTERATION)}}


def test_what_a_laboratory_finds_is_made_likely_by_the_score_reported(
    reference: fasta.Reference,
) -> None:
    model = trained_models.paired_model()
    card = {"calibration": trained_models.CARDS["modes"] | LABORATORY}
    scorer = _scorer(model, reference, card=card)
    bases = trained_models.BASES
    records = [
        *trained_models.RECORDS,
        toys.record(205, bases[205:207], bases[205:207]),
        # In the middle of an intron no site is in reach.
        toys.record(260, bases[260], trained_models.other(260)),
    ]
    asked = _queries(scorer, records)
    raw, found = (each.predict(asked) for each in (_predictor(model), scorer.predictor))
    assert raw.exon_loss is not None
    assert found.exon_loss is not None
    assert found.altered is not None
    known = ~np.isnan(raw.exon_loss)
    assert 0 < known.sum() < len(known)
    # The loss is mapped as sizes are, so that it never passes the largest one.
    mapped = trained_models.ISOTONIC.apply(raw.exon_loss[known])
    np.testing.assert_allclose(found.exon_loss[known], mapped, atol=1e-6)
    assert (found.exon_loss[known] <= found.size.max(axis=1)[known] + 1e-9).all()
    inclusion = found.inclusion
    assert inclusion is not None
    assert ((inclusion[known] >= 0) & (inclusion[known] <= 1)).all()
    assert np.isnan(inclusion[~known]).all()
    assert np.isnan(found.altered[~known]).all()
    same = asked.unchanged & known
    assert same.any()
    assert (found.altered[same] == 0).all()
    rest = known & ~same
    expected = ALTERATION.apply(inclusion[rest])
    np.testing.assert_allclose(found.altered[rest], expected, atol=1e-9)
    order = np.argsort(inclusion[rest])
    assert (np.diff(found.altered[rest][order]) >= 0).all()
    assert raw.altered is None


def test_a_mask_leaves_the_loss_of_the_exon_as_it_is(
    reference: fasta.Reference,
) -> None:
    model = trained_models.paired_model()
    plain, masked = (
        _scorer(model, reference, mask=mask).predictor.predict(
            _queries(_scorer(model, reference, mask=mask), trained_models.RECORDS)
        )
        for mask in (False, True)
    )
    assert plain.exon_loss is not None
    assert masked.exon_loss is not None
    np.testing.assert_allclose(plain.exon_loss, masked.exon_loss, atol=1e-6)
    known = ~np.isnan(masked.exon_loss)
    assert (masked.exon_loss[known] <= masked.size.max(axis=1)[known] + 1e-6).all()


def test_one_probability_of_alteration_serves_every_mode() -> None:
    for calibration in ({}, trained_models.CARDS["modes"]):
        card = {"calibration": calibration | LABORATORY}
        modes = score_calibration.by_mode(card)
        assert {mode.alteration for mode in modes.values()} == {ALTERATION}
    wrong = {"alteration": calibrators.to_json(trained_models.ISOTONIC)}
    damaged = {"calibration": {"laboratory": wrong}}
    with pytest.raises(errors.WeightsError, match="stored as, alteration"):
        _predictor(trained_models.paired_model(), damaged)
