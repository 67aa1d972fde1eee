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

Laboratory labels give the probability that splicing is altered, from the scores that
the calibrated model reports of them in the genome.
"""

import dataclasses
import hashlib
import os
from typing import Any

import torch

from twinsplice import progress
from twinsplice.engine import devices
from twinsplice.evaluation import alteration, benchmark_scores
from twinsplice.genome import coordinates
from twinsplice.io.labels import labels
from twinsplice.models import paired, siamese
from twinsplice.predictors import checkpoints, loading, score_calibration
from twinsplice.scoring import assembly
from twinsplice.scoring.anchoring import anchor_sources
from twinsplice.settings import calibrate as calibrate_settings
from twinsplice.settings import evaluate as evaluate_settings
from twinsplice.stats import calibrators
from twinsplice.training import calibrating, cooling, held_out

_MEMORY_GB = 4.0


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
    summary = calibrate_settings.Summary(
        output=config.output,
        variants=0,
        temperature=None,
        before={},
        after={},
        refinement={},
    )
    # Where both are asked for, each is half of the work.
    shares = [bool(config.targets), config.labels is not None]
    middle = shares[0] / sum(shares)
    if config.targets:
        step = progress.part(advance, 0.0, middle)
        trained, summary = _on_targets(config, trained, device, step)
    if config.labels is not None:
        step = progress.part(advance, middle, 1.0)
        trained, summary = _on_labels(config, trained, summary, step)
    checkpoints.save(config.output, trained.model.cpu(), trained.card)
    return summary


def _on_targets(
    config: calibrate_settings.Config,
    trained: checkpoints.Trained,
    device: torch.device,
    advance: progress.Advance,
) -> tuple[checkpoints.Trained, calibrate_settings.Summary]:
    """Calibrate a model on what its base model says; see `run`."""
    model, card = trained.model.to(device), dict(trained.card)
    variants = held_out.read(config, card, model.reach)
    modes = _modes(model)
    step = 1 / (2 * len(modes))
    uncalibrated = {
        mode: calibrating.predict(
            model, variants, advance, (number * step, (number + 1) * step), mode
        )
        for number, mode in enumerate(modes)
    }
    temperature = None
    if "temperature" in config.methods:
        temperature = cooling.cool(model, variants)
    scores = uncalibrated
    if temperature is not None:
        scores = {
            mode: calibrating.predict(
                model,
                variants,
                advance,
                (0.5 + number * step, 0.5 + (number + 1) * step),
                mode,
            )
            for number, mode in enumerate(modes)
        }
    fitted = {
        mode: _calibrated(uncalibrated[mode], scores[mode], variants, config)
        for mode in modes
    }
    stored = {mode: one.stored for mode, one in fitted.items()}
    advance(0, 1.0)
    previous = (card.get(score_calibration.CARD) or {}).get("temperature") or 1.0
    card[score_calibration.CARD] = {
        "contigs": list(config.contigs),
        "stores": [path.name for path in config.targets],
        "variants": len(variants.draw),
        "width": variants.pairs[0].width,
        "temperature": temperature and temperature * previous,
        **stored,
    }
    refinement = {
        mode: one.refinement for mode, one in fitted.items() if one.refinement
    }
    base = card.get("base_model")
    card[loading.REFINE] = {base: refinement} if base and refinement else {}
    summary = calibrate_settings.Summary(
        output=config.output,
        variants=len(variants.draw),
        temperature=temperature,
        before={mode: stored[mode]["before"] for mode in modes},
        after={mode: stored[mode]["after"] for mode in modes},
        refinement={str(mode): each for mode, each in refinement.items()},
    )
    return dataclasses.replace(trained, model=model, card=card), summary


def _on_labels(
    config: calibrate_settings.Config,
    trained: checkpoints.Trained,
    summary: calibrate_settings.Summary,
    advance: progress.Advance,
) -> tuple[checkpoints.Trained, calibrate_settings.Summary]:
    """Fit the probability that a laboratory finds splicing altered."""
    assert config.labels is not None
    assert config.reference is not None
    assert config.annotation is not None
    table = labels.read(
        config.labels,
        labels.Format(config.format),
        evaluate_settings.assembly(config.assembly, config.annotation),
        config.altered_from,
    )
    tested = (trained.card.get("splits") or {}).get("test", ())
    rows = [
        row
        for row in table.rows
        if coordinates.canonical_contig(row.contig) not in tested
    ]
    options = assembly.Options(
        reference=config.reference,
        annotation=config.annotation,
        distance=config.distance,
        force=config.force,
        # Maps know some genes only: what holds without one is fitted.
        map=anchor_sources.NONE,
    )
    placement = devices.placement(config.device, config.threads, _MEMORY_GB)
    predictor = loading.of_trained(trained, str(config.model), placement)
    answers = benchmark_scores.native(predictor, options, rows, advance)
    known = alteration.cases(rows, answers)
    record = {
        score_calibration.ALTERATION: calibrators.to_json(alteration.fit(known)),
        "labels": config.labels.name,
        "labels_sha256": hashlib.sha256(config.labels.read_bytes()).hexdigest(),
        "format": config.format,
        "reference": config.reference.name,
        "distance": config.distance,
        **alteration.record(known),
    }
    card = dict(trained.card)
    stored = dict(card.get(score_calibration.CARD) or {})
    card[score_calibration.CARD] = stored | {score_calibration.LABORATORY: record}
    return (
        dataclasses.replace(trained, card=card),
        dataclasses.replace(summary, laboratory=record),
    )


@dataclasses.dataclass(frozen=True, slots=True)
class _Fitted:
    """What the card keeps of a mode: calibrators, and when to refine."""

    stored: dict[str, Any]
    refinement: dict[str, float] | None


def _modes(model: siamese.SiameseModel) -> tuple[score_calibration.Mode, ...]:
    """Return the modes of a model: only paired predictors can be anchored."""
    is_paired = isinstance(model, paired.PairedDeltaPredictor)
    return score_calibration.MODES if is_paired else ("plain",)


def _calibrated(
    uncalibrated: calibrating.Scores,
    scores: calibrating.Scores,
    variants: held_out.Held,
    config: calibrate_settings.Config,
) -> _Fitted:
    """Fit one mode."""
    fitted = calibrating.fit(scores, variants.half, config)
    after = calibrating.cross_fitted(scores, variants, config)
    curve = after.reliability
    stored = {
        **score_calibration.to_json(fitted),
        "reliability": curve
        and {
            "predicted": curve.predicted.tolist(),
            "observed": curve.observed.tolist(),
            "variants": curve.count.tolist(),
        },
        "before": calibrating.judge(uncalibrated, score_calibration.ScoreCalibration()),
        "after": after.figures,
    }
    refinement = calibrating.refine_threshold(scores, fitted)
    return _Fitted(stored, None if refinement is None else refinement.to_json())
