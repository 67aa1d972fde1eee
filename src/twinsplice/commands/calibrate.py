"""Calibrate a trained model on held-out variants, and write its weights anew.

First a temperature of the site probabilities is fitted, on the reference profiles of
one half of the genes, kept only if it improves the other half, and multiplied into the
weights, so that readers of the weights need not know of it. Then, for each mode of the
model, plain and anchored:

1. an isotonic map of scores onto the base model's;
2. prediction intervals about the mapped scores (conformal, by size and site);
3. the probability that the base model's largest score is 0.2 or more.

Then the size is chosen from which `score --refine` hands a variant to the base model.

The figures reported are cross-fitted over three parts of the genes: each variant is
evaluated with calibrators that were not fitted on its gene.
"""

import itertools
import os

import numpy as np

from twinsplice import progress
from twinsplice.engine import devices
from twinsplice.models import paired, siamese
from twinsplice.predictors import checkpoints, loading, score_calibration
from twinsplice.settings import calibrate as calibrate_settings
from twinsplice.stats import metrics
from twinsplice.training import calibrating, cooling, held_out


def run(
    config: calibrate_settings.Config,
    advance: progress.Advance = progress.silent,
) -> calibrate_settings.Summary:
    """Calibrate a model and write it.

    Args:
        config: Settings of the calibration.
        advance: Called with the variants done since the last call and the share done.

    Raises:
        TwinSpliceError: The weights or the targets cannot be used.
    """
    threads = config.threads and min(config.threads, os.cpu_count() or 1)
    device = devices.choose(config.device, threads)
    trained = checkpoints.load(config.model)
    model, card = trained.model.to(device), dict(trained.card)
    variants = held_out.read(config, card, model.context)
    uncalibrated = _scores(model, variants, advance, 0.0)
    scores, temperature = uncalibrated, None
    if "temperature" in config.methods:
        temperature = cooling.cool(model, variants)
    if temperature is not None:
        scores = _scores(model, variants, advance, 0.5)
    fitted = {
        mode: calibrating.fit(of_mode, variants.half, config)
        for mode, of_mode in scores.items()
    }
    before = {
        mode: calibrating.judge(of_mode, score_calibration.ScoreCalibration())
        for mode, of_mode in uncalibrated.items()
    }
    after = {
        mode: calibrating.cross_fitted(of_mode, variants, config)
        for mode, of_mode in scores.items()
    }
    advance(0, 1.0)
    previous = (card.get(score_calibration.CARD) or {}).get("temperature") or 1.0
    card[score_calibration.CARD] = {
        "contigs": list(config.contigs),
        "stores": [path.name for path in config.targets],
        "variants": len(variants.draw),
        "width": variants.pairs[0].width,
        "temperature": temperature and temperature * previous,
        **{
            mode: {
                **score_calibration.to_json(fitted[mode]),
                "reliability": _curve(after[mode].reliability),
                "before": before[mode],
                "after": after[mode].figures,
            }
            for mode in fitted
        },
    }
    refinement = calibrating.refine_threshold(scores["plain"], fitted["plain"])
    base = card.get("base_model")
    card[loading.REFINE] = {base: refinement.to_json()} if base and refinement else {}
    checkpoints.save(config.output, model.cpu(), card)
    return calibrate_settings.Summary(
        output=config.output,
        variants=len(variants.draw),
        temperature=temperature,
        before={mode: figures for mode, figures in before.items()},  # noqa: C416
        after={mode: of_mode.figures for mode, of_mode in after.items()},
        refinement=None if refinement is None else refinement.to_json(),
    )


def _scores(
    model: siamese.SiameseModel,
    variants: held_out.Held,
    advance: progress.Advance,
    begin: float,
) -> dict[score_calibration.Mode, calibrating.Scores]:
    """Predict in each mode of a model: half of all work, after a share that is done."""
    # Only paired predictors can be anchored.
    is_paired = isinstance(model, paired.PairedDeltaPredictor)
    modes = score_calibration.MODES if is_paired else score_calibration.MODES[:1]
    bounds = np.linspace(begin, begin + 0.5, len(modes) + 1).tolist()
    return {
        mode: calibrating.predict(model, variants, advance, shares, mode)
        for mode, shares in zip(modes, itertools.pairwise(bounds), strict=True)
    }


def _curve(reliability: metrics.Reliability | None) -> dict[str, list[float]] | None:
    if reliability is None:
        return None
    return {
        "predicted": reliability.predicted.tolist(),
        "observed": reliability.observed.tolist(),
        "variants": reliability.count.tolist(),
    }
