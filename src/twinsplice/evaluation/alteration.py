"""The probability that a laboratory finds splicing altered: its fit, and how it holds.

It is fitted to exon-inclusion scores of labelled variants in the genome, where a site
of the exon is in reach. How well it holds is cross-fitted: the variants of a chromosome
are judged by what was fitted to the others.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Bool, Float64, Shaped

from twinsplice import errors
from twinsplice.evaluation import benchmark_metrics, benchmark_scores
from twinsplice.genome import coordinates
from twinsplice.io.labels import labelled
from twinsplice.stats import calibration, calibrators, metrics

EDGES = (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 1.0)
"""Edges of the calibration curve's bins; most probabilities are small."""
DRAWS = benchmark_metrics.Resampling()


@dataclasses.dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Cases:
    """Labelled variants with an exon-inclusion score.

    Attributes:
        score: The score, 0 to 1.
        altered: Whether the laboratory found splicing altered.
        groups: Exon or gene of each.
        contigs: Its chromosome.
    """

    score: Float64[np.ndarray, " rows"]
    altered: Bool[np.ndarray, " rows"]
    groups: Shaped[np.ndarray, " rows"]
    contigs: Shaped[np.ndarray, " rows"]


def cases(
    rows: Sequence[labelled.Labelled], answers: Sequence[benchmark_scores.Answer]
) -> Cases:
    """Return the variants that have a class, a score, and a site in reach.

    Args:
        rows: Labelled variants.
        answers: Their scores, or reasons for having none.
    """
    kept = [
        (row, answer.inclusion.size)
        for row, answer in zip(rows, answers, strict=True)
        if isinstance(answer, benchmark_scores.Score)
        and row.altered is not None
        and not np.isnan(answer.exon_loss)
    ]
    return Cases(
        score=np.clip(np.array([score for _, score in kept], dtype=np.float64), 0, 1),
        altered=np.array([row.altered for row, _ in kept], dtype=bool),
        groups=np.array([row.group for row, _ in kept], dtype=np.str_),
        contigs=np.array(
            [coordinates.canonical_contig(row.contig) for row, _ in kept], dtype=np.str_
        ),
    )


def fit(known: Cases) -> calibrators.Alteration:
    """Return the probability of altered splicing at an exon-inclusion score.

    Raises:
        InputError: There are too few variants of either class.
    """
    fitted = calibration.fit_alteration(known.score, known.altered)
    if fitted is None:
        raise errors.InputError(
            f"labels must have {calibration.FEWEST_OUTCOMES} variants of either class, "
            "altered ones with the larger scores",
            got=f"{known.altered.sum()} altered of {len(known.altered)} with a score",
            remedy="check --labels, --reference and --annotation",
        )
    return fitted


def cross_fitted(known: Cases) -> Float64[np.ndarray, " rows"]:
    """Return each variant's probability as fitted to the other chromosomes.

    Raises:
        InputError: Those of one have too few variants.
    """
    probability = np.zeros(len(known.score))
    for contig in np.unique(known.contigs):
        here = known.contigs == contig
        others = Cases(
            score=known.score[~here],
            altered=known.altered[~here],
            groups=known.groups[~here],
            contigs=known.contigs[~here],
        )
        probability[here] = fit(others).apply(known.score[here])
    return probability


def record(known: Cases) -> dict[str, Any]:
    """Return what a card keeps of the fit: counts, cross-fitted figures, and curve.

    Raises:
        InputError: There are too few variants.
    """
    probability = cross_fitted(known)
    curve = reliability(probability, known)
    rankings = {"auroc": metrics.auroc, "ap": metrics.average_precision}
    figures = {
        name: dataclasses.asdict(
            metrics.bootstrap(
                ranking,
                # The probability rises with the score.
                [known.score, known.altered],
                n=DRAWS.n,
                seed=DRAWS.seed,
                groups=known.groups,
            )
        )
        for name, ranking in rankings.items()
    }
    predicted, observed, count = (
        np.array(curve[name]) for name in ("predicted", "observed", "variants")
    )
    return {
        "contigs": sorted(set(known.contigs.tolist())),
        "variants": len(known.score),
        "altered": int(known.altered.sum()),
        "groups": len(np.unique(known.groups)),
        "figures": {
            **figures,
            "brier": float(np.mean((probability - known.altered) ** 2)),
            "error": float(np.abs(predicted - observed) @ count / count.sum()),
        },
        "reliability": curve,
    }


def reliability(
    probability: Float64[np.ndarray, " rows"], known: Cases
) -> Mapping[str, list[float]]:
    """Return the calibration curve in the bins of `EDGES` that have variants.

    `low` and `high` bound the observed share, by resampling whole groups.
    """
    numbers = np.searchsorted(EDGES[1:-1], probability, side="right")
    curve: dict[str, list[float]] = {
        name: [] for name in ("predicted", "observed", "low", "high", "variants")
    }
    for number in np.unique(numbers):
        rows = numbers == number
        share = metrics.bootstrap(
            _mean,
            [known.altered[rows].astype(np.float64)],
            n=DRAWS.n,
            seed=DRAWS.seed,
            groups=known.groups[rows],
        )
        curve["predicted"].append(float(probability[rows].mean()))
        curve["observed"].append(share.value)
        curve["low"].append(share.low)
        curve["high"].append(share.high)
        curve["variants"].append(int(rows.sum()))
    return curve


def _mean(values: Float64[np.ndarray, " rows"]) -> float:
    return float(values.mean())
