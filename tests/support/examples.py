"""Evaluations that are made up, to be drawn."""

import numpy as np

from twinsplice.evaluation import (
    agreement_cases,
    agreement_scores,
    benchmark_cases,
    benchmark_metrics,
    calibration_statistics,
)
from twinsplice.genome import regions
from twinsplice.predictors import score_calibration
from twinsplice.settings import evaluate as evaluate_settings
from twinsplice.stats import agreement, calibrators
from twinsplice.training import inference

WIDTH = 21
PROBABILITY = calibrators.Exceedance(least=0.2, slope=1.0, intercept=0.0)


def make_cases(count: int, *, quantiles: bool = True) -> agreement_cases.Cases:
    """Variants whose predictions are their base deltas, blurred."""
    rng = np.random.default_rng(count)
    target = rng.uniform(-1, 1, (count, 2, WIDTH)) ** 9
    target *= rng.uniform(0, 1, (count, 1, 1)) ** 2
    predicted = np.clip(target + rng.normal(0, 0.05, target.shape), -1, 1)
    ends = (
        np.stack([predicted - 0.2, predicted, predicted + 0.2], axis=-1)
        if quantiles
        else None
    )
    distance = rng.integers(0, 2000, count)
    distance[: count // 10] = regions.NO_SITE
    profile = rng.uniform(0, 1, target.shape) ** 5
    return agreement_cases.Cases(
        names=tuple(f"20:{number + 1} A>G" for number in range(count)),
        genes=("<GENE & co>",) * count,
        on_minus_strand=np.arange(count) % 2 == 1,
        region=("deep intron",) * count,
        distance=distance.astype(np.int64),
        start=np.full(count, 10, dtype=np.int64),
        ref_length=(np.arange(count, dtype=np.int64) % 3),
        predicted=predicted,
        target=target,
        profile=profile,
        scores=agreement_scores.scored(
            inference.Inferred(
                delta=predicted.astype(np.float32),
                reference=profile.astype(np.float32),
                quantiles=None if ends is None else ends.astype(np.float32),
            ),
            target,
            profile,
            score_calibration.ScoreCalibration(probability=PROBABILITY),
        ),
        refined=np.zeros(count, dtype=bool),
    )


def evaluation(
    cases: agreement_cases.Cases, *, calibrated: bool = False
) -> agreement_cases.Evaluation:
    """An evaluation of some variants."""
    groups = {}
    if len(cases) > 1:
        figures = agreement.of_group(cases.predicted, cases.target)
        groups = {"all": figures, "<script>alert(1)</script>": figures}
    return agreement_cases.Evaluation(
        summary=evaluate_settings.Summary(groups=groups, contigs=("20",)),
        cases=cases,
        sha256="0" * 64,
        metadata={"Model": "runs/<b>best</b> & last", "Targets": '"a" <b> & c.zarr'},
        level=agreement_scores.interval_level(
            cases.scores, score_calibration.ScoreCalibration()
        ),
        calibrated=calibrated,
        intervals=calibration_statistics.intervals(cases.scores, cases.distance),
        probability=calibration_statistics.probability(cases.scores),
    )


DRAWS = benchmark_metrics.Resampling(n=20)


def make_labelled(count: int, *models: str, seed: int = 0) -> benchmark_cases.Cases:
    """Labelled variants in groups of four, and scores that know something of them."""
    rng = np.random.default_rng(seed)
    value = np.round(rng.uniform(-1, 1, count), 3)
    scores = {}
    for name in models or ("model",):
        size = np.clip(np.abs(value) * 0.8 + rng.normal(0, 0.2, count), 0, 1)
        # Two decimals, so that there are ties.
        size = np.round(size, 2)
        scores[name] = np.stack([size, size * np.sign(value)])
    return benchmark_cases.Cases(
        names=tuple(f"<v{number}>" for number in range(count)),
        places=tuple(f"2:{number + 1} A>G" for number in range(count)),
        labels=benchmark_metrics.Labels(
            altered=np.abs(value) > 0.6,
            decided=np.ones(count, dtype=bool),
            value=value,
            groups=np.array([f"exon & {number // 4}" for number in range(count)]),
        ),
        distance=rng.integers(0, 60, count).astype(np.int64),
        scores=scores,
    )


def benchmark(cases: benchmark_cases.Cases) -> benchmark_cases.Evaluation:
    """An evaluation of some labelled variants."""
    first, *others = cases.scores
    return benchmark_cases.Evaluation(
        summary=evaluate_settings.Truth(
            about="<table>.tsv as plain",
            counts=benchmark_metrics.counts(cases.labels),
            models={
                name: {
                    **benchmark_metrics.figures(scores, cases.labels, DRAWS),
                    "skipped": {},
                }
                for name, scores in cases.scores.items()
            },
            differences={
                name: benchmark_metrics.differences(
                    cases.scores[first], cases.scores[name], cases.labels, DRAWS
                )
                for name in others
            },
            contigs=("2",),
            split="chr 2",
            unlabelled={"not_measured": 3},
            left_out={"other_contig": 1_234},
        ),
        cases=cases,
        source=benchmark_cases.Origin(
            twinsplice="0", git=None, labels_sha256="0", models_sha256={}
        ),
        rows=(),
        answers={},
        metadata={"Model": first, "Labels": "<table>.tsv as plain"},
        draws=DRAWS,
    )
