"""From the results of single runs to the lines of the table, with intervals."""

import dataclasses
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from benchmarks.ablation import rows as ablation_rows
from benchmarks.ablation import settings as ablation_settings
from jaxtyping import Float, Float64, Shaped
from scipy import stats

from twinsplice.stats import agreement, metrics
from twinsplice.training import batches

Result = Mapping[str, Any]


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Truth:
    """Targets that runs are measured by.

    Attributes:
        sizes: Target max |Δ| of every test variant.
        genes: Their genes, the units of resampling.
        resamples: Resamples for an interval.
    """

    sizes: Float64[np.ndarray, " variants"]
    genes: Shaped[np.ndarray, " variants"]
    resamples: int = 1000


def measured(
    delta: Float[np.ndarray, "variants 2 width"], pairs: batches.Pairs
) -> dict[str, Any]:
    """Return the figures of one run's Δ on the test variants, as JSON values.

    Args:
        delta: Predicted Δ on the columns of the variants.
        pairs: The test variants with the correct targets.

    Returns:
        `figures`, and for intervals `sizes`, max |Δ| of every variant.
    """
    size, truth = sizes(delta), sizes(pairs.delta)
    figures = agreement.agreement(delta, pairs.delta)
    del figures["score"], figures["variants"]
    groups = {
        "minus": pairs.on_minus_strand.astype(bool),
        "indels": pairs.ref_length != pairs.alt_length,
    }
    for name, rows in groups.items():
        figures[f"r_{name}"] = metrics.pearson(size[rows], truth[rows])
    figures["largest"] = float(size.max())
    figures["error"] = float(np.sqrt(np.mean((size - truth) ** 2)))
    return {
        "figures": {name: _number(value) for name, value in figures.items()},
        "sizes": [round(float(value), 6) for value in size],
    }


def sizes(
    delta: Float[np.ndarray, "variants 2 width"],
) -> Float64[np.ndarray, " variants"]:
    """Return the largest |Δ| of each variant."""
    largest: Float64[np.ndarray, " variants"] = (
        np.abs(delta).max(axis=(1, 2)).astype(np.float64)
    )
    return largest


def line(
    row: ablation_rows.Row,
    variants: int,
    runs: Sequence[Result],
    truth: Truth,
) -> ablation_settings.Line:
    """Return a row of the table.

    Args:
        row: The row.
        variants: Variants learned from.
        runs: Its results, one a seed.
        truth: The target sizes.
    """
    return ablation_settings.Line(
        name=row.name,
        title=row.title,
        variants=variants,
        seed_r=row.seed_r,
        runs=len(runs),
        by_seed=over_runs([run["figures"]["r"] for run in runs]),
        by_gene=_over_genes(_mean_r, [runs], truth),
        figures={
            name: _mean(run["figures"][name] for run in runs)
            for name in runs[0]["figures"]
        },
        seconds=float(np.mean([run["seconds"] for run in runs])),
    )


def contrast(
    title: str,
    pair: tuple[Sequence[Result], Sequence[Result]],
    truth: Truth,
) -> ablation_settings.Contrast:
    """Return the difference of two rows' mean r.

    Args:
        title: Its title.
        pair: The results of the first and of the second row.
        truth: The target sizes.
    """

    def less(
        first_sizes: Float64[np.ndarray, "variants runs"],
        second_sizes: Float64[np.ndarray, "variants others"],
        true: Float64[np.ndarray, " variants"],
    ) -> float:
        return _mean_r(first_sizes, true) - _mean_r(second_sizes, true)

    return ablation_settings.Contrast(
        title=title, difference=_over_genes(less, pair, truth)
    )


def over_runs(values: Sequence[float | None]) -> ablation_settings.Interval:
    """Return the mean of runs with its interval by Student's t; undefined if one is."""
    defined = [value for value in values if value is not None]
    if not defined or len(defined) < len(values):
        return ablation_settings.Interval(value=None, low=None, high=None)
    mean = float(np.mean(defined))
    if len(defined) == 1:
        return ablation_settings.Interval(value=mean, low=None, high=None)
    spread = float(np.std(defined, ddof=1)) / math.sqrt(len(defined))
    half = float(stats.t.ppf(0.975, len(defined) - 1)) * spread
    return ablation_settings.Interval(value=mean, low=mean - half, high=mean + half)


def _over_genes(
    statistic: Callable[..., float],
    groups: Sequence[Sequence[Result]],
    truth: Truth,
) -> ablation_settings.Interval:
    columns = [
        np.array([run["sizes"] for run in runs], dtype=float).T for runs in groups
    ]
    interval = metrics.bootstrap(
        statistic,
        [*columns, truth.sizes],
        n=truth.resamples,
        groups=truth.genes,
    )
    return ablation_settings.Interval(
        value=_number(interval.value),
        low=_number(interval.low),
        high=_number(interval.high),
    )


def _mean_r(
    size: Float64[np.ndarray, "variants runs"], truth: Float64[np.ndarray, " variants"]
) -> float:
    return float(np.mean([metrics.pearson(run, truth) for run in size.T]))


def _mean(values: Iterable[float | None]) -> float | None:
    return over_runs(list(values)).value


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
