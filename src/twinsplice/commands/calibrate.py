"""Calibrate a trained model on held-out variants, and write its weights anew.

Three calibrators are fitted, in this order, each on the output of those before it:

1. a temperature of the site probabilities, on the reference profiles of one half of
   the genes, kept only if it improves the other half, and multiplied into the
   weights, so that readers of the weights need not know of it;
2. an isotonic map of scores onto the base model's, on one half of the genes;
3. intervals (conformal, by size), on the other half.

Then the size is chosen from which `score --refine` hands a variant to the base model.

The figures reported are cross-fitted over three parts of the genes: each variant is
evaluated with calibrators that were not fitted on its gene.
"""

import os

from twinsplice import progress
from twinsplice.engine import devices
from twinsplice.predictors import checkpoints, loading, score_calibration
from twinsplice.settings import calibrate as calibrate_settings
from twinsplice.stats import calibrators
from twinsplice.training import calibrating, held_out


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
    uncalibrated = calibrating.predict(model, variants, advance, (0.0, 0.5))
    scores, temperature = uncalibrated, None
    if "temperature" in config.methods:
        temperature = calibrating.cool(model, variants)
    if temperature is not None:
        scores = calibrating.predict(model, variants, advance, (0.5, 1.0))
    half = variants.half
    calibration = calibrating.fit(scores.of(half), scores.of(~half), config)
    before = calibrating.judge(uncalibrated, score_calibration.ScoreCalibration())
    after = calibrating.cross_fitted(scores, variants, config)
    advance(0, 1.0)
    previous = (card.get(score_calibration.CARD) or {}).get("temperature") or 1.0
    card[score_calibration.CARD] = {
        "contigs": list(config.contigs),
        "stores": [path.name for path in config.targets],
        "variants": len(variants.draw),
        "width": variants.pairs[0].width,
        "temperature": temperature and temperature * previous,
        "isotonic": calibration.isotonic and calibrators.to_json(calibration.isotonic),
        "intervals": calibration.intervals
        and calibrators.to_json(calibration.intervals),
        "before": before,
        "after": after,
    }
    refinement = calibrating.refine_threshold(scores, calibration)
    base = card.get("base_model")
    card[loading.REFINE] = {base: refinement.to_json()} if base and refinement else {}
    checkpoints.save(config.output, model.cpu(), card)
    return calibrate_settings.Summary(
        output=config.output,
        variants=len(variants.draw),
        temperature=temperature,
        before=before,
        after=after,
        refinement=None if refinement is None else refinement.to_json(),
    )
