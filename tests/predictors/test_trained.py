"""Trained models as predictors: the engine against full passes."""

import dataclasses
import pathlib
from typing import Any

import numpy as np
import pytest

from support import models as toys
from support import trained_models, trained_scorers
from twinsplice.engine import profiling
from twinsplice.io import fasta
from twinsplice.predictors import score_calibration
from twinsplice.stats import calibrators
from twinsplice.training import inference

# The engine, against full passes.


@pytest.mark.parametrize("name", list(trained_models.MODELS))
def test_the_engine_comes_to_what_full_passes_do(
    name: str, reference: fasta.Reference, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = trained_models.MODELS[name]
    # So little memory that there are several runs of the engine.
    little = dataclasses.replace(toys.ON_CPU, memory=20_000)
    predictor = trained_scorers.predictor(model, on=little)
    asked = trained_scorers.asked_of(
        trained_scorers.scorer(model, reference), trained_models.RECORDS
    )
    assert len(asked) == trained_scorers.QUERIES
    runs = _counted(monkeypatch)
    _, ref, alt = trained_scorers.compared(predictor, asked)
    assert len(runs) > 1
    pairs = trained_models.pairs_of(asked, model.reach)
    target, _ = inference.deltas(model, pairs)
    target = trained_scorers.turned(np.clip(target, -1, 1), asked)
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
    scorer = trained_scorers.scorer(model, reference, mask=mask)
    asked = trained_scorers.asked_of(scorer, trained_models.RECORDS)
    found, ref, alt = trained_scorers.compared(scorer.predictor, asked)
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
            trained_scorers.turned(ends[..., end], asked)[at] * (1 if kind.gain else -1)
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
    asked = trained_scorers.asked_of(
        trained_scorers.scorer(paired, reference), trained_models.RECORDS
    )
    pairs = trained_models.pairs_of(asked, paired.reach)
    target = inference.profiles(trained_models.paired_model(), pairs)
    _, ref, _ = trained_scorers.compared(trained_scorers.predictor(paired), asked)
    np.testing.assert_allclose(ref, trained_scorers.turned(target, asked), atol=1e-5)
    asked = trained_scorers.asked_of(
        trained_scorers.scorer(cnn, reference), trained_models.RECORDS
    )
    _, ref, _ = trained_scorers.compared(trained_scorers.predictor(cnn), asked)
    assert not ref.any()


def test_a_deletion_beyond_the_window_leaves_nothing_behind_it(
    reference: fasta.Reference,
) -> None:
    scorer = trained_scorers.scorer(trained_models.paired_model(), reference)
    asked = trained_scorers.asked_of(scorer, [trained_models.LONG])
    _, _, alt = trained_scorers.compared(scorer.predictor, asked)
    assert len(alt) == 2
    gone = alt[:, :, trained_models.REACH + 1 :]
    np.testing.assert_allclose(gone, 0.0, atol=1e-5)


# Laws.


def test_an_allele_equal_to_ref_changes_nothing_for_certain(
    reference: fasta.Reference,
) -> None:
    card = {"calibration": {"intervals": calibrators.to_json(trained_models.INTERVALS)}}
    scorer = trained_scorers.scorer(trained_models.paired_model(), reference, card=card)
    scored = trained_scorers.scored(scorer, [trained_models.SAME])
    assert len(scored) == 2
    for each in scored:
        sizes = [change.size for change in each.changes]
        assert sizes == pytest.approx([0.0] * 4, abs=1e-5)
        assert each.intervals == tuple((size, size) for size in sizes)


@pytest.mark.parametrize("mask", [False, True])
def test_sizes_stay_within_what_probabilities_allow(
    reference: fasta.Reference, *, mask: bool
) -> None:
    scorer = trained_scorers.scorer(trained_models.paired_model(), reference, mask=mask)
    for each in trained_scorers.scored(scorer, trained_models.RECORDS):
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
    span = trained_scorers.GENES[0].span
    turned = toys.gene(
        "PLUS",
        len(trained_models.BASES) - span.end,
        len(trained_models.BASES) - span.start,
        "-",
    )
    path = toys.write_fasta(tmp_path / "back.fa", {"1": back})
    with fasta.Reference.open(path) as mirror:
        one = trained_scorers.scored(
            trained_scorers.scorer(model, reference, trained_scorers.GENES[:1]), [there]
        )[0]
        two = trained_scorers.scored(
            trained_scorers.scorer(model, mirror, [turned]), [here]
        )[0]
    sizes = [[change.size for change in each.changes] for each in (one, two)]
    assert sizes[0] == pytest.approx(sizes[1], abs=1e-5)


def test_scores_of_arrays_are_those_of_the_rules(reference: fasta.Reference) -> None:
    model = trained_models.paired_model()
    scorer = trained_scorers.scorer(model, reference)
    asked = trained_scorers.asked_of(scorer, trained_models.RECORDS)
    pairs = trained_models.pairs_of(asked, model.reach)
    inferred = inference.infer(model, pairs)
    raw = score_calibration.scores(
        inferred.delta, inferred.reference, inferred.quantiles
    )
    sizes, ends = raw.size, raw.quantiles
    assert ends is not None
    predicted = scorer.predictor.predict(asked)
    np.testing.assert_allclose(predicted.ref, raw.ref, atol=1e-5)
    for i, each in enumerate(trained_scorers.scored(scorer, trained_models.RECORDS)):
        found = [change.size for change in each.changes]
        assert found == pytest.approx(sizes[i], abs=1e-5)
        assert each.intervals is not None
        for kind in range(4):
            if sizes[i, kind] > 1e-4:
                wanted = ends[0][i, kind], ends[1][i, kind]
                assert each.intervals[kind] == pytest.approx(wanted, abs=1e-5)
