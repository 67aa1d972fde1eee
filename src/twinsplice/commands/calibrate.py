"""Calibrate a trained model on variants held back: weights in, weights out.

Three things are fitted, in this order, and each on what the others gave:

1. a temperature of the site probabilities, on the reference profiles of one half of
   the genes, kept only if it helps the other half, and folded into the weights: what
   reads them needs to know nothing of it;
2. an isotonic map of scores onto the base model's, on one half of the genes;
3. intervals (conformal, by size), on the other half.

The figures that are reported come from cross-fitting over three parts of the genes,
so that each variant is judged by calibrators that have not seen its gene.
"""

import os

from twinsplice import progress
from twinsplice.engine import devices
from twinsplice.predictors import checkpoints, score_calibration
from twinsplice.settings import calibrate as calibrate_settings
from twinsplice.stats import calibrators
from twinsplice.training import calibrating, held_out


def run(
    config: calibrate_settings.Config,
    advance: progress.Advance = progress.silent,
) -> calibrate_settings.Summary:
    """Calibrate a model and write it.

    Args:
        config: What to do.
        advance: Called with the variants done since the last call and the share done.

    Raises:
        TwinSpliceError: The weights or the targets cannot be used.
    """
    threads = config.threads and min(config.threads, os.cpu_count() or 1)
    device = devices.choose(config.device, threads)
    trained = checkpoints.load(config.model)
    model, card = trained.model.to(device), dict(trained.card)
    held = held_out.read(config, card, model.context)
    raw = calibrating.predict(model, held, advance, (0.0, 0.5))
    scores, temperature = raw, None
    if "temperature" in config.methods:
        temperature = calibrating.cool(model, held)
    if temperature is not None:
        scores = calibrating.predict(model, held, advance, (0.5, 1.0))
    half = held.half
    calibration = calibrating.fit(scores.of(half), scores.of(~half), config)
    before = calibrating.judge(raw, score_calibration.ScoreCalibration())
    after = calibrating.cross_fitted(scores, held, config)
    advance(0, 1.0)
    old = (card.get(score_calibration.CARD) or {}).get("temperature") or 1.0
    card[score_calibration.CARD] = {
        "contigs": list(config.contigs),
        "stores": [path.name for path in config.targets],
        "variants": len(held.draw),
        "width": held.pairs[0].width,
        "temperature": temperature and temperature * old,
        "isotonic": calibration.isotonic and calibrators.to_json(calibration.isotonic),
        "intervals": calibration.intervals
        and calibrators.to_json(calibration.intervals),
        "before": before,
        "after": after,
    }
    checkpoints.save(config.output, model.cpu(), card)
    return calibrate_settings.Summary(
        output=config.output,
        variants=len(held.draw),
        temperature=temperature,
        before=before,
        after=after,
    )
