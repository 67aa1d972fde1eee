"""Agreement of predicted Δ with a base model's: statistics over variants.

Arrays of Δ are `[variants, 2, width]`: acceptor and donor at every base of a window.
The size of a variant is its largest |Δ|.
"""

import math

import numpy as np
from jaxtyping import Bool, Float, Float64, Shaped

from twinsplice.stats import metrics

DELTA_MIN, DELTA_MODERATE, DELTA_STRONG = 0.1, 0.2, 0.5
"""Thresholds of |base Δ|: no longer near zero, and the two that define positives."""
FEWEST = 3
"""Least variants of a correlation: over two it is always 1 or -1."""


def sizes(
    delta: Float[np.ndarray, "variants 2 width"],
) -> Float64[np.ndarray, " variants"]:
    """Return the largest |Δ| of each variant, 0 for a window of no bases."""
    largest: Float64[np.ndarray, " variants"] = (
        np.abs(delta).max(axis=(1, 2), initial=0).astype(np.float64)
    )
    return largest


def errors(
    predicted: Float[np.ndarray, "variants 2 width"],
    target: Float[np.ndarray, "variants 2 width"],
) -> Float64[np.ndarray, " variants"]:
    """Return the largest difference of Δ at any base, of acceptor or donor."""
    return sizes(predicted.astype(np.float64) - target.astype(np.float64))


def agreement(
    predicted: Float[np.ndarray, "variants 2 width"],
    target: Float[np.ndarray, "variants 2 width"],
) -> dict[str, float]:
    """Return measures of agreement with base Δ; `score` is r of the sizes."""
    size, target_size = sizes(predicted), sizes(target)
    above_min = target_size >= DELTA_MIN
    moderate = target_size >= DELTA_MODERATE
    r = _pearson(size, target_size)
    return {
        "score": r,
        "r": r,
        "r_position": metrics.pearson(
            predicted.ravel().astype(float), target.ravel().astype(float)
        ),
        "r_notable": _pearson(size[above_min], target_size[above_min]),
        "spearman": metrics.spearman(size, target_size)
        if len(size) >= FEWEST
        else math.nan,
        "ap_0.2": metrics.average_precision(size, moderate),
        "ap_0.5": metrics.average_precision(size, target_size >= DELTA_STRONG),
        "position": metrics.position_agreement(
            _column_of_largest(predicted)[moderate],
            _column_of_largest(target)[moderate],
            within=1,
        ),
        "variants": float(len(target_size)),
    }


def of_group(
    predicted: Float[np.ndarray, "variants 2 width"],
    target: Float[np.ndarray, "variants 2 width"],
) -> dict[str, float]:
    """Return agreement, r of gains and of losses, and the number of positives."""
    directions = {
        f"r_{name}": _pearson(
            *(
                (sign * delta).max(axis=(1, 2)).clip(0).astype(float)
                for delta in (predicted, target)
            )
        )
        for name, sign in (("gain", 1), ("loss", -1))
    }
    positives = np.count_nonzero(sizes(target) >= DELTA_MODERATE)
    return agreement(predicted, target) | directions | {"positives": float(positives)}


def r_interval(
    predicted: Float[np.ndarray, "variants 2 width"],
    target: Float[np.ndarray, "variants 2 width"],
    genes: Shaped[np.ndarray, " variants"],
    resamples: int = 1000,
) -> dict[str, float]:
    """Return the 95 % interval of r of the sizes, as `r_low` and `r_high`.

    Args:
        predicted: Δ of the model.
        target: Base Δ.
        genes: Gene of each variant; whole genes are resampled.
        resamples: Number of bootstrap resamples.
    """
    columns = [sizes(predicted), sizes(target)]
    estimate = metrics.bootstrap(_pearson, columns, n=resamples, groups=genes)
    return {"r_low": estimate.low, "r_high": estimate.high}


def of_refinement(
    target: Float[np.ndarray, "variants 2 width"],
    refined: Bool[np.ndarray, " variants"],
) -> dict[str, float]:
    """Return the share of variants that are refined, and of base changes that are not.

    Args:
        target: Base Δ.
        refined: Whether each variant is refined.
    """
    size = sizes(target)
    figures = {"refined": float(refined.mean())}
    for least in (DELTA_MIN, DELTA_MODERATE):
        reaching = size >= least
        missed = float((~refined[reaching]).mean()) if reaching.any() else math.nan
        figures[f"missed_{least:g}"] = missed
    return figures


def strand_gap(
    predicted: Float[np.ndarray, "variants 2 width"],
    target: Float[np.ndarray, "variants 2 width"],
    minus: Bool[np.ndarray, " variants"],
    genes: Shaped[np.ndarray, " variants"],
    resamples: int = 1000,
) -> metrics.Estimate:
    """Return r of sizes on the plus strand less that on the minus strand.

    Args:
        predicted: Δ of the model.
        target: Base Δ.
        minus: Mask of variants in genes of the minus strand.
        genes: Gene of each variant; whole genes are resampled.
        resamples: Number of bootstrap resamples.
    """
    columns = [sizes(predicted), sizes(target), minus]
    return metrics.bootstrap(_gap, columns, n=resamples, groups=genes)


def _gap(
    size: Float64[np.ndarray, " rows"],
    target: Float64[np.ndarray, " rows"],
    minus: Bool[np.ndarray, " rows"],
) -> float:
    on_plus, on_minus = (_pearson(size[rows], target[rows]) for rows in (~minus, minus))
    return on_plus - on_minus


def _pearson(
    size: Float64[np.ndarray, " rows"], target: Float64[np.ndarray, " rows"]
) -> float:
    return metrics.pearson(size, target) if len(size) >= FEWEST else math.nan


def _column_of_largest(
    delta: Float[np.ndarray, "variants 2 width"],
) -> Shaped[np.ndarray, " variants"]:
    """Column of each variant's largest |Δ|, of acceptor or donor."""
    flat = np.abs(delta).reshape(len(delta), -1)
    columns: Shaped[np.ndarray, " variants"] = flat.argmax(axis=1) % delta.shape[2]
    return columns
