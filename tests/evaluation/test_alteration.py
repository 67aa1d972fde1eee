"""`alteration`: on labels that are drawn from a known probability."""

import dataclasses
import math

import numpy as np
import pytest

from twinsplice import errors
from twinsplice.evaluation import alteration, benchmark_scores
from twinsplice.io.labels import labelled
from twinsplice.stats import calibrators

TRUE = calibrators.Alteration(slope=0.9, intercept=0.5, prior=0.1)


def _cases(count: int, seed: int = 0, contigs: int = 5) -> alteration.Cases:
    rng = np.random.default_rng(seed)
    score = rng.uniform(0, 1, count) ** 4
    groups = rng.integers(0, max(count // 10, 1), count)
    return alteration.Cases(
        score=score,
        altered=rng.random(count) < TRUE.apply(score),
        groups=groups,
        contigs=np.array([str(group % contigs) for group in groups]),
    )


def _row(name: str, *, altered: bool | None, contig: str = "chr2") -> labelled.Labelled:
    return labelled.Labelled(
        name=name,
        contig=contig,
        position=5,
        ref="A",
        alt="C",
        altered=altered,
        value=math.nan,
        group=f"exon of {name}",
    )


def test_cases_have_a_class_a_score_and_an_exon() -> None:
    rows = [
        _row("a", altered=True),
        _row("undecided", altered=None),
        _row("no exon", altered=True),
        _row("no score", altered=True),
        _row("b", altered=False, contig="X"),
    ]
    answers: list[benchmark_scores.Answer] = [
        benchmark_scores.Score(0.6, -0.6, 0.4),
        benchmark_scores.Score(0.6, -0.6, 0.4),
        benchmark_scores.Score(0.6, -0.6),
        "outside_genes",
        benchmark_scores.Score(0.5, 0.5, 0.0),
    ]
    found = alteration.cases(rows, answers)
    assert found.score.tolist() == [0.5, 0.25]
    assert found.altered.tolist() == [True, False]
    assert found.groups.tolist() == ["exon of a", "exon of b"]
    assert found.contigs.tolist() == ["2", "X"]


def test_a_curve_of_labels_that_fit_lies_on_the_diagonal() -> None:
    known = _cases(20_000)
    record = alteration.record(known)
    assert record["variants"] == 20_000
    assert record["altered"] == known.altered.sum()
    assert record["groups"] == len(set(known.groups.tolist()))
    assert record["contigs"] == ["0", "1", "2", "3", "4"]
    figures, curve = record["figures"], record["reliability"]
    assert figures["error"] < 0.01
    assert figures["auroc"]["low"] < figures["auroc"]["value"] < 1
    assert sum(curve["variants"]) == 20_000
    assert curve["predicted"] == sorted(curve["predicted"])
    for low, observed, high in zip(
        curve["low"], curve["observed"], curve["high"], strict=True
    ):
        assert 0 <= low <= observed <= high <= 1
    share = np.array(curve["observed"]) @ np.array(curve["variants"]) / 20_000
    assert share == pytest.approx(known.altered.mean())


def test_no_variant_is_judged_by_what_its_chromosome_gave() -> None:
    known = _cases(2_000)
    here = known.contigs == "3"
    # Whatever the labels there are, the probabilities there stay as they are.
    turned = dataclasses.replace(known, altered=known.altered ^ here)
    before, after = (alteration.cross_fitted(each) for each in (known, turned))
    np.testing.assert_allclose(before[here], after[here])
    assert np.abs(before - after)[~here].max() > 0.01


def test_the_curve_is_of_the_cross_fitted_probability() -> None:
    known = _cases(2_000, seed=3)
    probability = alteration.cross_fitted(known)
    curve = alteration.reliability(probability, known)
    at = 0
    for low, high in zip(alteration.EDGES[:-1], alteration.EDGES[1:], strict=True):
        rows = (low <= probability) & (probability < high)
        if rows.any():
            assert curve["variants"][at] == rows.sum()
            assert curve["predicted"][at] == pytest.approx(probability[rows].mean())
            assert curve["observed"][at] == pytest.approx(known.altered[rows].mean())
            at += 1
    assert at == len(curve["variants"])


@pytest.mark.parametrize("contigs", [1, 5])
def test_too_few_labels_are_refused(contigs: int) -> None:
    few = _cases(120, contigs=contigs)
    nothing = dataclasses.replace(few, altered=np.arange(120) < 9)
    with pytest.raises(errors.InputError, match=r"20 variants of either class.*got 9"):
        alteration.fit(nothing)
    if contigs == 1:
        with pytest.raises(errors.InputError, match="100 held-out rows"):
            alteration.record(_cases(1_000, contigs=1))
